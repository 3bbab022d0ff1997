"""Signs a CSV file, in each container that a profile can take: clauses 3.4(b), 4.7(b), 4.13(b).

The file is digested, and read once more only where it goes inside the signature, so that files
of any size are signed in constant memory.
"""

from __future__ import annotations

from datetime import datetime

from conformance.content import Content
from conformance.signature.containers import signing_containers
from conformance.signature.signer import Signer
from conformance.signature.writing.form import Form, Written


def sign(content: Content, signer: Signer, form: Form, at: datetime) -> list[Written]:
    """Sign ``content`` as ``form`` has it; see ``SigningContainer.write``."""
    return signing_containers()[form.container].write(content, signer, form, at)
