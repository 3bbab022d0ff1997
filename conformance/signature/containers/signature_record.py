"""A signature that is the last record of the file that it is over."""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING

from msgspec.structs import replace

from conformance.findings import Finding, Place
from conformance.signature.containers.base import Likeness, Placement, SigningContainer, Terms
from conformance.signature.parcel import Opened, Parcel
from conformance.signature.recognition import Shape
from conformance.signature.record import read_record

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.signature.signer import Signer
    from conformance.signature.writing.form import Addition, Digestible, Form


class SignatureRecord(SigningContainer):
    """``SIGNATURE,<base64 signature>,<base64 certificate>``, over all that comes before it."""

    name = "signature-record"
    title = "a signature in the last record"
    summary = "the file, its signature as the last record"
    placement = Placement.WITHIN
    suffix = ""
    own_line = True

    def recognise(self, parcel: Parcel, shape: Shape) -> Likeness:
        """Take a file whose last record begins as that of a signature does."""
        if parcel.detached is not None or shape not in {Shape.OTHER, Shape.OTHER_PEM}:
            return Likeness.NONE
        return Likeness.NONE if read_record(parcel.content) is None else Likeness.CERTAIN

    def open(self, parcel: Parcel, terms: Terms) -> Opened:
        """Open a file whose last record is its signature."""
        from conformance.signature.bare import Evidence, judge_value

        content = parcel.content
        record = read_record(content)
        assert record is not None  # noqa: S101 - ``recognise`` has seen it
        opened = Opened(self.name, data=record.data)
        if record.signature is None or record.certificate is None:
            fault = Finding(
                "the last record is no signature",
                expected="SIGNATURE,<base64 of the signature>,<base64 of the certificate>",
                place=Place(content.name, offset=len(record.data)),
                profile=("signature.containers",),
            )
            return replace(opened, faults=(fault,))
        evidence = Evidence(record.signature, (record.certificate, *terms.extra), content.name)
        return judge_value(opened, record.data, evidence, terms)

    def add(self, file: Digestible, signer: Signer, form: Form, at: datetime) -> Addition:
        """Sign ``file``, and return the record, with its line feed."""
        del at  # There is no room for it.
        from conformance.signature.writing.form import Addition

        value = signer.sign(file.digest(form.digest), form.digest)
        encoded = [binascii.b2a_base64(one, newline=False) for one in (value, signer.certificate)]
        return Addition(after=b",".join((b"SIGNATURE", *encoded)) + b"\n")


SIGNATURE_RECORD = SignatureRecord()
