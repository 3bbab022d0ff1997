"""Opens CMS: reads the message, and judges its signature over the file inside or beside it."""

from __future__ import annotations

from msgspec.structs import replace

from conformance.content import Content
from conformance.findings import Finding, Place
from conformance.signature import oid, pem
from conformance.signature.ber import Malformed
from conformance.signature.cms import NotSigned, SignedData, read_signed_data
from conformance.signature.containers.base import Container, Terms
from conformance.signature.digest import Change, text_digest
from conformance.signature.judgement import judge
from conformance.signature.parcel import Opened, Parcel, placed
from conformance.signature.recognition import HEAD, Shape, recognise
from conformance.signature.verification import change_fault


def open_cms(parcel: Parcel, terms: Terms, pair: tuple[Container, Container]) -> Opened:
    """Open CMS; ``pair`` are the containers of a message beside the file, and around it."""
    beside, around = pair
    outside = parcel.content if parcel.detached is not None else None
    message = parcel.content if parcel.detached is None else parcel.detached
    container = around if outside is None else beside
    opened = Opened(container.name, data=outside)
    try:
        signed, encoding, behind = read_message(message)
    except Unreadable as error:
        return replace(opened, encoding=error.encoding, faults=(error.finding,))
    opened = replace(opened, encoding=encoding)
    inside = signed.content
    content = outside if inside is None else inside
    if content is None:
        fault = Finding(
            "the signature came without the file that it is over",
            expected="the CSV file beside it, or inside it",
            place=Place(message.name),
        )
        return replace(opened, container=beside.name, faults=(fault,))
    if inside is not None:
        container = around
        data = inside if outside is None else outside
        opened = replace(opened, container=around.name, data=data)
    faults = container.refusals(terms)
    if behind is not None:
        faults.append(behind)
    if inside is not None and outside is not None and not _same(inside, outside):
        faults.append(two_files(inside, outside))
    return judged(opened, signed, content, (faults, terms))


def judged(
    opened: Opened, signed: SignedData, content: Content, given: tuple[list[Finding], Terms]
) -> Opened:
    """Return ``opened`` with what is wrong with ``signed`` over ``content``.

    ``given`` are the findings so far, and with what it is opened.
    """
    faults, terms = given
    judgement = judge(signed, content, terms.rules, terms.extra)
    return replace(
        opened,
        faults=placed(faults + judgement.faults, content.name),
        certificate=judgement.certificate,
        others=judgement.others,
        signing_time=judgement.signing_time,
    )


class Unreadable(Exception):  # noqa: N818 - it describes the bytes, not a fault of the program
    """A container that cannot be read: the finding, and its encoding if it is known."""

    def __init__(self, finding: Finding, encoding: str | None) -> None:
        super().__init__(finding.message)
        self.finding = finding
        self.encoding = encoding


def read_message(container: Content) -> tuple[SignedData, str, Finding | None]:
    """Return the SignedData in ``container``, its encoding, and a finding on what follows it.

    Raises:
        Unreadable: there is none that can be read.
    """
    form = recognise(container.head(HEAD))
    encoding = "PEM" if form is Shape.PEM else None
    binary, behind = container, None
    try:
        if encoding:
            binary, behind = pem.unarmour(container)
    except Malformed as error:
        raise Unreadable(unreadable(container, error.reason, error.offset), "PEM") from error
    try:
        signed = read_signed_data(binary)
    except NotSigned as error:
        kind = oid.CONTENT_TYPES.get(error.content_type, f"content of type {error.content_type}")
        fault = Finding(
            "the container is CMS, but no signed file",
            found=kind,
            expected="signed data",
            place=Place(container.name),
            profile=("signature.containers",),
        )
        raise Unreadable(fault, encoding) from error
    except Malformed as error:
        # Inside PEM, an offset is one that nobody can see.
        fault = unreadable(container, error.reason, None if encoding else error.offset)
        if form in {Shape.OTHER, Shape.OTHER_PEM} and len(container):
            fault = replace(fault, found=_looks_like(container))
        raise Unreadable(fault, encoding) from error
    if behind is None and not encoding:
        behind = signed.trailing
    trailing = None
    if behind is not None or signed.trailing is not None:
        trailing = Finding(
            "something follows the signature in its file",
            found="bytes that belong to no signature",
            expected="nothing after the end of the signature",
            place=Place(container.name, offset=behind),
            profile=("signature.containers",),
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


def unreadable(container: Content, reason: str, offset: int | None) -> Finding:
    """Return the finding that CMS cannot be read, for the ``reason``."""
    return Finding(
        f"the signature cannot be read as CMS: it {reason}",
        expected="CMS signed data in DER, BER or PEM",
        place=Place(container.name, offset=offset),
        profile=("signature.containers",),
    )


def two_files(inside: Content, outside: Content) -> Finding:
    """Return the finding that the file inside is not the one beside."""
    if same_text(inside, outside):
        return replace(change_fault(Change.CRLF), place=Place(outside.name))
    return Finding(
        "the signature has a file inside that differs from the one beside it",
        found=f"{len(inside):,} bytes inside, {len(outside):,} beside",
        expected="one and the same file",
        place=Place(outside.name),
    )


def _same(one: Content, other: Content) -> bool:
    return len(one) == len(other) and one.digest("sha256") == other.digest("sha256")


def same_text(one: Content, other: Content) -> bool:
    """Return True if two files are the same but for the line endings that mail changes."""
    return _same(one, other) or text_digest(one) == text_digest(other)
