"""Each container that a signature can come in, opened and judged."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.findings import Finding, Place
from conformance.model.profile import SignatureRules
from conformance.signature import oid, pem
from conformance.signature.bare import bare_faults
from conformance.signature.ber import Malformed
from conformance.signature.certificate import Certificate
from conformance.signature.cms import NotSigned, SignedData, read_signed_data
from conformance.signature.digest import Change, text_digest
from conformance.signature.judgement import judge
from conformance.signature.key import Key
from conformance.signature.parcel import Opened, Parcel
from conformance.signature.recognition import HEAD, Form, recognise
from conformance.signature.record import read_record
from conformance.signature.trust import read_certificates
from conformance.signature.verification import change_fault

#: Bytes of a file with the signer's certificate.
MAX_CERTIFICATE_FILE = 1 << 20
#: Bytes of the longest bare signature; one of RSA with 16,384 bits has 2,048.
MAX_SIGNATURE = 1 << 12

#: The containers in words.
_CONTAINERS = {
    "cms-attached": "CMS with the file inside",
    "cms-detached": "CMS beside the file",
    "raw-detached": "a bare signature value beside the file",
    "signature-record": "a signature in the last record",
    "smime": "an S/MIME message",
}


class Opener(Struct, frozen=True):
    """Opens parcels by the rules of a profile; ``extra`` are certificates in DER."""

    rules: SignatureRules
    extra: tuple[bytes, ...] = ()

    def open(self, parcel: Parcel) -> Opened:
        """Open a parcel that has a signature of some kind; see ``open_file``."""
        if parcel.detached is None:
            form = recognise(parcel.content.head(HEAD))
            if form in {Form.DER, Form.PEM}:
                return self._cms(parcel.content, None)
            if form is Form.MAIL:
                return self._mail(parcel.content, None)
            return self._record(parcel.content)
        form = recognise(parcel.detached.head(HEAD))
        if form is Form.MAIL:
            return self._mail(parcel.detached, parcel.content)
        if form in {Form.DER, Form.PEM} or "raw-detached" not in self.rules.containers:
            return self._cms(parcel.detached, parcel.content)
        return self._raw(parcel.detached, parcel)

    # --- CMS ------------------------------------------------------------------------------------

    def _cms(self, container: Content, outside: Content | None) -> Opened:
        """Open CMS; ``outside`` is the file beside it, if there is one."""
        opened = Opened("cms-attached" if outside is None else "cms-detached", data=outside)
        try:
            signed, encoding, behind = _read(container)
        except _Unreadable as error:
            return replace(opened, encoding=error.encoding, faults=(error.finding,))
        opened = replace(opened, encoding=encoding)
        inside = signed.content
        content = outside if inside is None else inside
        if content is None:
            fault = Finding(
                "the signature came without the file that it is over",
                expected="the CSV file beside it, or inside it",
                place=Place(container.name),
            )
            return replace(opened, container="cms-detached", faults=(fault,))
        if inside is not None:
            data = inside if outside is None else outside
            opened = replace(opened, container="cms-attached", data=data)
        faults = self._change_faults(str(opened.container))
        if behind is not None:
            faults.append(behind)
        if inside is not None and outside is not None and not _same(inside, outside):
            faults.append(_two_files(inside, outside))
        return self._judged(opened, signed, content, faults)

    def _judged(
        self, opened: Opened, signed: SignedData, content: Content, faults: list[Finding]
    ) -> Opened:
        judgement = judge(signed, content, self.rules, self.extra)
        return replace(
            opened,
            faults=_placed(faults + judgement.faults, content.name),
            certificate=judgement.certificate,
            others=judgement.others,
            signing_time=judgement.signing_time,
        )

    # --- S/MIME ---------------------------------------------------------------------------------

    def _mail(self, container: Content, outside: Content | None) -> Opened:
        """Open a signed message; ``outside`` is the file beside it, if there is one."""
        # Loads Python's parser of messages.
        from conformance.signature import smime

        opened = Opened("smime", data=outside)
        faults = self._change_faults("smime")
        try:
            mail = smime.open_mail(container)
            signed, encoding, behind = _read(Content.of_bytes(container.name, mail.signature))
        except Malformed as error:
            faults.append(_unreadable(container, error.reason, error.offset))
            return replace(opened, faults=_placed(faults, container.name))
        except _Unreadable as error:
            faults.append(replace(error.finding, place=Place(container.name)))
            placed = _placed(faults, container.name)
            return replace(opened, encoding=error.encoding, faults=placed)
        opened = replace(opened, encoding=encoding)
        forms, data = [Content.of_bytes(container.name, form) for form in mail.signed], mail.data
        if signed.content is not None:
            forms, data = [signed.content], smime.file_in(signed.content.read(smime.MAX_MESSAGE))
        if not forms or data is None:
            fault = Finding("the message has a signature, but no file that it is over")
            return replace(opened, faults=_placed([*faults, fault], container.name))
        inside = Content.of_bytes(container.name, data)
        if outside is None:
            opened = replace(opened, data=inside)
        elif not _same_text(inside, outside):
            faults.append(_two_files(inside, outside))
        if behind is not None:
            faults.append(behind)
        judged = [self._judged(opened, signed, form, faults) for form in forms]
        return min(judged, key=lambda one: len(one.faults))

    # --- Bare signatures ------------------------------------------------------------------------

    def _raw(self, detached: Content, parcel: Parcel) -> Opened:
        """Open a bare signature value beside the file."""
        opened = Opened("raw-detached", data=parcel.content)
        if not 0 < len(detached) <= MAX_SIGNATURE:
            fault = Finding(
                "the signature is neither CMS nor a bare signature value",
                found=f"{len(detached):,} bytes",
                expected="a DER ECDSA-Sig-Value, or an RSA signature",
            )
            return replace(opened, faults=_placed([fault], detached.name))
        ders, name = list(self.extra), detached.name
        if parcel.certificate is not None:
            name = parcel.certificate.name
            try:
                ders = [*read_certificates(parcel.certificate.read(MAX_CERTIFICATE_FILE)), *ders]
            except (SubmissionError, ValueError):
                ders = []
        return self._bare(opened, parcel.content, detached.read(MAX_SIGNATURE), (ders, name))

    def _record(self, content: Content) -> Opened:
        """Open a file whose last record is its signature."""
        record = read_record(content)
        assert record is not None  # noqa: S101 - ``open_file`` has seen it
        opened = Opened("signature-record", data=record.data)
        if record.signature is None or record.certificate is None:
            fault = Finding(
                "the last record is no signature",
                expected="SIGNATURE,<base64 of the signature>,<base64 of the certificate>",
            )
            place = Place(content.name, offset=len(record.data))
            return replace(opened, faults=(replace(fault, place=place),))
        ders = [record.certificate, *self.extra]
        return self._bare(opened, record.data, record.signature, (ders, content.name))

    def _bare(
        self, opened: Opened, data: Content, signature: bytes, given: tuple[list[bytes], str]
    ) -> Opened:
        """Judge a signature value over ``data``.

        ``given`` are certificates in DER, the signer's first, and the file they are from.
        """
        ders, name = given
        readable = [one for der in ders if (one := Certificate.read(der)) is not None]
        if not readable:
            fault = Finding(
                "there is no certificate to verify the signature with",
                found="something that is no certificate" if ders else "no certificate",
                expected="the certificate of the signer, PEM or DER",
            )
            return replace(opened, faults=_placed([fault], name))
        signer, *others = readable
        faults = bare_faults(signature, data, Key.of(signer), self.rules)
        return replace(
            opened,
            faults=_placed(faults, data.name),
            certificate=signer.der,
            others=tuple(one.der for one in others),
        )

    def _change_faults(self, container: str) -> list[Finding]:
        """What the profile has against the container itself."""
        if container in self.rules.containers:
            return []
        mail = container == "smime"
        return [
            Finding(
                "the file is wrapped in S/MIME, as for e-mail"
                if mail
                else "the signature is in a container that is not taken",
                found=_CONTAINERS[container],
                expected=" or ".join(_CONTAINERS[name] for name in self.rules.containers),
                hint="With OpenSSL, sign with -binary -outform DER." if mail else None,
                profile=("signature.containers",),
            )
        ]


class _Unreadable(Exception):  # noqa: N818 - it describes the bytes, not a fault of the program
    """A container that cannot be read: the finding, and its encoding if it is known."""

    def __init__(self, finding: Finding, encoding: str | None) -> None:
        super().__init__(finding.message)
        self.finding = finding
        self.encoding = encoding


def _read(container: Content) -> tuple[SignedData, str, Finding | None]:
    """The SignedData in ``container``, its encoding, and a finding on what stands behind it.

    Raises:
        _Unreadable: there is none that can be read.
    """
    form = recognise(container.head(HEAD))
    encoding = "PEM" if form is Form.PEM else None
    binary, behind = container, None
    try:
        if encoding:
            binary, behind = pem.unarmour(container)
    except Malformed as error:
        raise _Unreadable(_unreadable(container, error.reason, error.offset), "PEM") from error
    try:
        signed = read_signed_data(binary)
    except NotSigned as error:
        kind = oid.CONTENT_TYPES.get(error.content_type, f"content of type {error.content_type}")
        fault = Finding(
            "the container is CMS, but no signed file",
            found=kind,
            expected="signed data",
            place=Place(container.name),
        )
        raise _Unreadable(fault, encoding) from error
    except Malformed as error:
        # Inside PEM, an offset is one that nobody can see.
        fault = _unreadable(container, error.reason, None if encoding else error.offset)
        if form in {Form.OTHER, Form.OTHER_PEM} and len(container):
            fault = replace(fault, found=_looks_like(container))
        raise _Unreadable(fault, encoding) from error
    if behind is None and not encoding:
        behind = signed.trailing
    trailing = None
    if behind is not None or signed.trailing is not None:
        trailing = Finding(
            "something follows the signature in its file",
            found="bytes that belong to no signature",
            expected="nothing after the end of the signature",
            place=Place(container.name, offset=behind),
        )
    return signed, encoding or ("BER" if signed.ber else "DER"), trailing


def _looks_like(container: Content) -> str:
    """What a file that is no CMS may be, for people."""
    head = container.head(HEAD)
    label = pem.label(head)
    if label is not None:
        return f"PEM of {label}"
    # A DER Ecdsa-Sig-Value: a SEQUENCE that begins with an INTEGER.
    if (head[:1] == b"\x30" and head[2:3] == b"\x02") or len(container) in {256, 384, 512}:
        return "what seems to be a bare signature value"
    return "bytes that are no CMS"


def _unreadable(container: Content, reason: str, offset: int | None) -> Finding:
    return Finding(
        f"the signature cannot be read as CMS: it {reason}",
        expected="CMS signed data in DER, BER or PEM",
        place=Place(container.name, offset=offset),
    )


def _two_files(inside: Content, outside: Content) -> Finding:
    if _same_text(inside, outside):
        return replace(change_fault(Change.CRLF), place=Place(outside.name))
    return Finding(
        "the signature has a file inside that differs from the one beside it",
        found=f"{len(inside):,} bytes inside, {len(outside):,} beside",
        expected="one and the same file",
        place=Place(outside.name),
    )


def _same(one: Content, other: Content) -> bool:
    return len(one) == len(other) and one.digest("sha256") == other.digest("sha256")


def _same_text(one: Content, other: Content) -> bool:
    """Whether two files are the same but for the line endings that mail changes."""
    return _same(one, other) or text_digest(one) == text_digest(other)


def _placed(faults: list[Finding], name: str) -> tuple[Finding, ...]:
    """The findings, all with the file that they are in."""
    return tuple(
        fault if fault.place.file else replace(fault, place=replace(fault.place, file=name))
        for fault in faults
    )
