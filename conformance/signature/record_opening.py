"""Opens a file with a record that carries its signature: clauses 3.4(b), 4.7(b) and 4.13(b)."""

from __future__ import annotations

from msgspec.structs import replace

from conformance.findings import Finding, Place
from conformance.model.signature_record import RecordForm
from conformance.signature.bare import Evidence, certificates_given, judge_value
from conformance.signature.certificate import Certificate
from conformance.signature.containers.base import Terms
from conformance.signature.name import rfc4514
from conformance.signature.record import Found, without_last_separator
from conformance.signature.record_fields import ENTRY, Fields, read_fields
from conformance.signature.signed_input import Opened, Presence, SignedInput, placed
from conformance.signature.verification import separator_fault

_PLACES = {True: "the first record", False: "the last record"}
_GIVE_IT = "Give it: with --certificate, or as certificate in submission.json."


def open_record(
    opened: Opened, found: Found, form: RecordForm, given: tuple[SignedInput, Terms]
) -> Opened:
    """Return ``opened`` with what is wrong with the signature in the records that were ``found``.

    ``given`` are what was handed in, and with what it is opened.
    """
    signed_input, terms = given
    opened = replace(opened, data=found.data)
    faults = _place_faults(found, form)
    fields = Fields()
    if not faults:
        (line,) = found.first or found.last
        fields, faults = read_fields(line, form)
    if not faults:
        signer, others = _signer(fields, signed_input, terms)
        if signer is None:
            return _without_certificate(opened, fields, (signed_input, terms))
        if fields.names(signer):
            ders = (signer.der, *(one for one in others if one != signer.der))
            evidence = Evidence(fields.signature, ders, signed_input.content.name, form.raw)
            return _judged(opened, found, form, (evidence, terms))
        faults = [_mismatch(fields, signer)]
    return replace(opened, faults=placed(faults, signed_input.content.name))


def _judged(
    opened: Opened, found: Found, form: RecordForm, given: tuple[Evidence, Terms]
) -> Opened:
    """Return ``opened`` with what is wrong with a signature over the records but its own."""
    over = (found.records, without_last_separator(found.records))
    judged = judge_value(opened, over[form.trimmed], *given)
    if judged.faults and not judge_value(opened, over[not form.trimmed], *given).faults:
        fault = separator_fault("signature.record.over", trimmed=form.trimmed)
        return replace(judged, faults=placed([fault], given[0].name))
    return judged


def _place_faults(found: Found, form: RecordForm) -> list[Finding]:
    """Return the finding that there is not one record, where it has to be; or none."""
    count, expected = len(found.first) + len(found.last), _PLACES[form.first]
    if count > 1:
        return [
            Finding(
                "there is more than one signature record",
                found=f"{count} records that begin or end the file",
                expected=f"one signature record, {expected} of the file",
                profile=("signature.record",),
            )
        ]
    if count and bool(found.first) is form.first:
        return []
    line = found.inside or (*found.first, *found.last)[0]
    return [
        Finding(
            "the signature record is in the wrong place",
            found="a record between others" if found.inside else _PLACES[not form.first],
            expected=f"{expected} of the file",
            place=Place(offset=line.start),
            profile=("signature.record.at",),
        )
    ]


def _signer(
    fields: Fields, signed_input: SignedInput, terms: Terms
) -> tuple[Certificate | None, tuple[bytes, ...]]:
    """Return the certificate in the record, or the one that it names, and all the others."""
    others = (*certificates_given(signed_input), *terms.extra)
    if fields.certificate is not None:
        return fields.certificate, others
    pool = (one for der in others if (one := Certificate.read(der)) is not None)
    return next(filter(fields.names, pool), None), others


def _without_certificate(
    opened: Opened, fields: Fields, given: tuple[SignedInput, Terms]
) -> Opened:
    """Return ``opened`` with the finding that the certificate that is named was not given."""
    signed_input, terms = given
    beside = terms.beside
    fault = Finding(
        "the certificate that the signature record names is not the one that came with it"
        if beside
        else "the certificate that the signature record names was not given",
        found=f"no such certificate in {beside}" if beside else "no such certificate",
        expected=fields.title,
        hint=None if beside else _GIVE_IT,
        profile=ENTRY,
    )
    presence = Presence.SIGNED if beside else Presence.UNKNOWN
    return replace(opened, faults=placed([fault], signed_input.content.name), presence=presence)


def _mismatch(fields: Fields, certificate: Certificate) -> Finding:
    return Finding(
        "the certificate in the signature record is not the one that it names",
        found=f"a certificate with serial number {certificate.serial:X} of "
        f"{rfc4514(certificate.issuer)}",
        expected=fields.title,
        profile=ENTRY,
    )
