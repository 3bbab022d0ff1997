"""Opens a signed CSV file: finds the signature, the signed bytes, and what is wrong with them.

Source: clauses 3.4(b), 4.7(b) and 4.13(b), and the form of clause 6.1, which the profile fills
in. Nothing that the bytes can hold raises: bad bytes are findings.
"""

from __future__ import annotations

from collections.abc import Sequence

from conformance.model.profile import SignatureRules
from conformance.signature.parcel import Opened, Parcel
from conformance.signature.recognition import HEAD, Form, recognise
from conformance.signature.record import read_record


def open_file(
    parcel: Parcel, rules: SignatureRules, extra_certificates: Sequence[bytes] = ()
) -> Opened:
    """Open ``parcel`` and verify its signature, over exactly the bytes of the CSV file.

    ``extra_certificates`` are certificates in DER among which the signer's may be if it did
    not come along. The container is told by its bytes. A file without any signature is no
    fault here: ``container`` is None, and nothing of the cryptography is loaded.

    Raises:
        SubmissionError: a file cannot be read.
    """
    if parcel.detached is None:
        form = recognise(parcel.content.head(HEAD))
        if form in {Form.OTHER, Form.OTHER_PEM} and (
            "signature-record" not in rules.containers or read_record(parcel.content) is None
        ):
            return Opened(None, data=parcel.content)
    # Loaded when there is a signature: it takes longer than a small file takes to check.
    from conformance.signature.container import Opener

    return Opener(rules, tuple(extra_certificates)).open(parcel)
