"""Reads a CMS message out of the encoding that it is in."""

from __future__ import annotations

from msgspec.structs import replace

from conformance.content import Content
from conformance.findings import Finding, Place
from conformance.signature import oid, pem
from conformance.signature.ber import Malformed
from conformance.signature.cms import NotSigned, SignedData, read_signed_data
from conformance.signature.parcel import Opened, Presence
from conformance.signature.recognition import HEAD, Shape, recognise


class Unreadable(Exception):  # noqa: N818 - it describes the bytes, not a fault of the program
    """A container that cannot be read: the finding, and its encoding if it is known.

    ``presence``: it may be a signature of another kind.
    """

    def __init__(
        self,
        finding: Finding,
        encoding: str | None,
        presence: Presence = Presence.UNSIGNED,
    ) -> None:
        super().__init__(finding.message)
        self.finding = finding
        self.encoding = encoding
        self.presence = presence

    def opened(self, opened: Opened) -> Opened:
        """Return ``opened`` with what is known of this."""
        return replace(
            opened, encoding=self.encoding, faults=(self.finding,), presence=self.presence
        )


def read_message(container: Content) -> tuple[SignedData, str, list[Finding]]:
    """Return the SignedData in ``container``, its encoding, and what is wrong with that.

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
        raise Unreadable(_not_signed(container.name, error.content_type), encoding) from error
    except Malformed as error:
        # Inside PEM, an offset is one that nobody can see.
        fault = unreadable(container, error.reason, None if encoding else error.offset)
        presence = Presence.UNSIGNED
        if form in {Shape.OTHER, Shape.OTHER_PEM} and len(container):
            looks_like, presence = _looks_like(container)
            fault = replace(fault, found=looks_like)
        raise Unreadable(fault, encoding, presence) from error
    if behind is None and not encoding:
        behind = signed.trailing
    faults = []
    if behind is not None or signed.trailing is not None:
        faults.append(
            Finding(
                "something follows the signature in its file",
                found="bytes that belong to no signature",
                expected="nothing after the end of the signature",
                place=Place(container.name, offset=behind),
                profile=("signature.containers",),
            )
        )
    if signed.overlong is not None:
        faults.append(
            Finding(
                "the signature is not in DER: a length takes more bytes than it needs",
                found="a length with zeros before it, or in the long form without need",
                expected="DER, or BER that is streamed",
                place=Place(container.name, offset=None if encoding else signed.overlong),
                hint="The tool that signed writes it so. Update it, or sign with another, such as "
                "OpenSSL.",
                profile=("signature.containers",),
            )
        )
    return signed, encoding or ("BER" if signed.ber else "DER"), faults


def _not_signed(name: str, content_type: str) -> Finding:
    """Return the finding that a message is CMS without a signature."""
    return Finding(
        "the container is CMS, but nothing in it is signed",
        found=oid.CONTENT_TYPES.get(content_type, f"content of type {content_type}"),
        expected="signed data",
        place=Place(name),
        # What is encrypted or compressed may have a signature inside, which a profile might take.
        profile=() if content_type in oid.PLAIN else ("signature.containers",),
    )


def _looks_like(container: Content) -> tuple[str, Presence]:
    """Return what a file that is not CMS may be, for people, and whether it is a signature."""
    head = container.head(HEAD)
    label = pem.label(head)
    if label is not None:
        signed = Presence.SIGNED if "SIGN" in label else Presence.UNSIGNED
        return f"PEM of {label}", signed
    # A DER Ecdsa-Sig-Value: a SEQUENCE that begins with an INTEGER.
    if (head[:1] == b"\x30" and head[2:3] == b"\x02") or len(container) in {256, 384, 512}:
        return "what seems to be a bare signature value", Presence.SIGNED
    return "bytes that are not CMS", Presence.UNSIGNED


def unreadable(container: Content, reason: str, offset: int | None) -> Finding:
    """Return the finding that CMS cannot be read, for the ``reason``."""
    return Finding(
        f"the signature cannot be read as CMS: it {reason}",
        expected="CMS signed data in DER, BER or PEM",
        place=Place(container.name, offset=offset),
        profile=("signature.containers",),
    )
