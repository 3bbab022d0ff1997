"""Signs a raw report with a detached CMS signature.

The signature is over the bytes of the file: ``openssl cms -verify -binary`` verifies it as well.
"""

from __future__ import annotations

from datetime import datetime

from conformance.content import Content
from conformance.preparation.signer import Signer, algorithm_for
from conformance.preparation.signing import Form, sign
from conformance.report.signature import RULES


def sign_report(data: bytes, signer: Signer, at: datetime) -> bytes:
    """Return a detached CMS signature (DER) over ``data``, with the certificate in it.

    Raises:
        TadpError: the key or the certificate cannot be used.
    """
    form = Form("cms-detached", algorithm_for(signer, RULES.algorithms))
    (written,) = sign(Content.of_bytes("report", data), signer, form, at)
    return b"".join(written.chunks())
