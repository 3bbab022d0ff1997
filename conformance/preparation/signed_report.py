"""Signs a raw report with a detached CMS signature.

The signature is over the bytes of the file: ``openssl cms -verify -binary`` verifies it as well.
"""

from __future__ import annotations

from datetime import datetime

from conformance.content import Content
from conformance.report.signature import CONTAINER, RULES
from conformance.signature.signer import Signer, algorithm_for
from conformance.signature.writing.form import SignatureForm


def sign_report(data: bytes, signer: Signer, at: datetime) -> bytes:
    """Return a detached CMS signature (DER) over ``data``, with the certificate in it.

    Raises:
        TadpError: the key or the certificate cannot be used.
    """
    form = SignatureForm(CONTAINER.name, algorithm_for(signer, RULES.algorithms))
    (written,) = CONTAINER.write(Content.of_bytes("report", data), signer, form, at)
    return b"".join(written.chunks())
