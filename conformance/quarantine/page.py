"""The list of what is due when, as one HTML page with a picture, which needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from conformance.quarantine.picture import picture_of
from conformance.quarantine.text import left_of
from conformance.quarantine.uk_time import uk_time, utc_time
from conformance.report.page import render_page

#: Groups on the page; a browser gets slow beyond, and the JSON document has all.
MOST = 2000


def page_of(document: Mapping[str, Any]) -> str:
    """Return the page, from the JSON document."""
    at = datetime.fromisoformat(document["at"])
    groups = document["groups"]
    rows = [
        {
            **group,
            "uk": uk_time(datetime.fromisoformat(group["due"])) if group["due"] else None,
            "utc": utc_time(datetime.fromisoformat(group["due"])) if group["due"] else None,
            "left": left_of(document["at"], group["due"]),
        }
        for group in groups[:MOST]
    ]
    return render_page("deadline.html", {
        "document": document,
        "summary": document["summary"],
        "picture": picture_of(document),
        "rows": rows,
        "beyond": max(0, len(groups) - MOST),
        "at": (uk_time(at), utc_time(at)),
        "unverified": ", ".join(one["entry"] for one in document["profile"]["unverified"]),
    })  # fmt: skip
