"""A signature in a record of the file that it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from conformance.errors import TadpError
from conformance.signature.containers.base import Likeness, Placement, SigningContainer, Terms
from conformance.signature.recognition import Shape
from conformance.signature.record import find_record
from conformance.signature.signed_input import Opened, SignedInput

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.model.profile import SignatureRules
    from conformance.signature.fault import Damage
    from conformance.signature.signer import Signer
    from conformance.signature.writing.form import Addition, Digestible, SignatureForm


class SignatureRecord(SigningContainer):
    """The last or the first record, with the columns that a profile gives it."""

    name = "signature-record"
    title = "a signature in a record of the file"
    summary = "the file with a record for its signature"
    placement = Placement.WITHIN
    suffix = ""

    def __init__(self, rules: SignatureRules | None = None) -> None:
        form = rules.record if rules is not None else None
        self.form, self.rules = form, rules
        self.trimmed = form is not None and form.trimmed
        self.first = form is not None and form.first
        self.own_line = form is not None and not form.first
        self.certificates_beside = form is not None and not form.has_certificate

    def under(self, rules: SignatureRules) -> Self:
        """Return the container whose record has the form that ``rules`` give it."""
        return type(self)(rules)

    def recognise(self, signed_input: SignedInput, shape: Shape) -> Likeness:
        """Take a file with a record like that of a signature at either end."""
        if signed_input.detached is not None or shape not in {Shape.OTHER, Shape.OTHER_PEM}:
            return Likeness.NONE
        there = self.form is not None and find_record(signed_input.content, self.form) is not None
        return Likeness.CERTAIN if there else Likeness.NONE

    def open(self, signed_input: SignedInput, terms: Terms) -> Opened:
        """Open a file with its signature in a record."""
        from conformance.signature.record_opening import open_record

        assert self.form is not None  # noqa: S101 - ``recognise`` has seen it
        found = find_record(signed_input.content, self.form)
        assert found is not None  # noqa: S101
        return open_record(Opened(self.name), found, self.form, (signed_input, terms))

    def add(self, file: Digestible, signer: Signer, form: SignatureForm, at: datetime) -> Addition:
        """Sign ``file``, and return the record, with its line feed."""
        del at  # There is no room for it.
        from conformance.signature.ecdsa_value import raw_value
        from conformance.signature.record_fields import write_fields
        from conformance.signature.signer import key_of
        from conformance.signature.writing.form import Addition
        from conformance.signature.writing.pem import certificates

        if self.form is None:
            raise TadpError(
                "the profile does not say which columns the record of a signature has",
                where="signature.record",
                remedy="add that table, or choose another container",
            )
        value = signer.sign(file.digest(form.digest), form.digest)
        if self.form.raw:
            value = raw_value(value, key_of(signer))
        line = write_fields(value, signer.certificate, self.form) + b"\n"
        beside = (signer.certificate, *signer.issuers) if self.certificates_beside else ()
        along = certificates(beside) if beside else None
        if self.form.first:
            return Addition(before=line, certificates=along)
        return Addition(after=line, certificates=along)

    def damages(self) -> tuple[Damage, ...]:
        """Return the faults of its place, its fields and what they say."""
        from conformance.signature.record_damages import damages

        if self.form is None or self.rules is None:
            return ()
        ecdsa = all(one.key == "ecdsa" for one in self.rules.algorithms)
        return tuple(damages(self.form, ecdsa=ecdsa))


#: As it is before a profile gives it a form.
SIGNATURE_RECORD = SignatureRecord()
