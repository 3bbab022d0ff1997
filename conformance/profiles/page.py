"""A document about profiles as one HTML page that needs nothing else."""

from __future__ import annotations

from conformance.profiles.document import Document
from conformance.report.page import render_page


def page_of(document: Document, kicker: str) -> str:
    """Return a document as HTML; ``kicker`` is the line above its title."""
    return render_page("profile.html", {"document": document, "kicker": kicker})
