"""Reads a CMS message out of the encoding that it is in."""

from __future__ import annotations

from msgspec.structs import replace

from conformance.content import Content
from conformance.findings import Finding, Place
from conformance.foreign import Foreign, foreign
from conformance.model.profile import SignatureRules
from conformance.signature import oid, pem
from conformance.signature.ber import Malformed
from conformance.signature.cms import NotSigned, SignedData, read_signed_data
from conformance.signature.recognition import HEAD, Shape, recognise
from conformance.signature.signed_input import Opened, Presence

#: The encodings of CMS, for people.
ENCODINGS = {
    "DER": "DER",
    "BER": "BER",
    "PEM": "PEM",
    "BASE64": "base64 without the lines of PEM",
}
#: The remedy where the first of the profile's encodings is required.
_HINTS = {
    "der": "Write it in binary: gpgsm without --armor and --base64, openssl cms with -outform DER. "
    "Or decode the base64 (without the first and last line if they begin with dashes): the "
    "signature stays as it is.",
    "pem": "Write it in PEM: openssl cms with -outform PEM. Or put its base64 between the lines "
    "-----BEGIN CMS----- and -----END CMS-----: the signature stays as it is.",
    "base64": "Write it in base64: gpgsm with --base64. Or encode it, or take away the first and "
    "last line of PEM: the signature stays as it is.",
}
_EXPECTED = "CMS signed data in DER, BER or PEM"
#: The encodings that are text, by the shape that has them.
_TEXTS = {Shape.PEM: "PEM", Shape.ARMOUR: "ARMOUR", Shape.BASE64: "BASE64"}


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
    if form in {Shape.OTHER, Shape.OTHER_PEM} and len(container):
        raise _not_cms(container)
    encoding = _TEXTS.get(form)
    binary, behind = container, None
    try:
        if form is Shape.BASE64:
            binary = pem.unwrapped(container)
        elif encoding:
            binary, behind = pem.unarmour(container)
    except Malformed as error:
        raise Unreadable(unreadable(container, error.reason, error.offset), encoding) from error
    try:
        signed = read_signed_data(binary)
    except NotSigned as error:
        raise Unreadable(_not_signed(container.name, error.content_type), encoding) from error
    except Malformed as error:
        # Inside base64, an offset is one that a reader cannot see.
        fault = unreadable(container, error.reason, None if encoding else error.offset)
        raise Unreadable(fault, encoding) from error
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
                hint="The signing tool writes it that way. Update it, or sign with another, such "
                "as OpenSSL.",
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
        # Encrypted or compressed data may have a signature inside, which a profile might allow.
        profile=() if content_type in oid.PLAIN else ("signature.containers",),
    )


def _not_cms(container: Content) -> Unreadable:
    """Return what a file that is not CMS may be, and whether it may be a signature."""
    head = container.head(HEAD)
    label = pem.label(head)
    # A DER Ecdsa-Sig-Value: a SEQUENCE that begins with an INTEGER.
    value = (head[:1] == b"\x30" and head[2:3] == b"\x02") or len(container) in {256, 384, 512}
    kind = foreign(container)
    if label is not None:
        found = f"PEM of {label}"
    elif value:
        found = "what seems to be a bare signature value"
    else:
        found = kind.title if kind is not None else "bytes that are not CMS"
    signed = value or (label is not None and "SIGN" in label.upper())
    fault = Finding(
        "the signature is not CMS",
        found=found,
        expected=_EXPECTED,
        place=Place(container.name),
        hint=kind.hint if kind is Foreign.HTML else None,
        profile=("signature.containers",),
    )
    return Unreadable(fault, None, Presence.SIGNED if signed else Presence.UNSIGNED)


def encoding_faults(container: Content, encoding: str, rules: SignatureRules) -> list[Finding]:
    """Return what the profile has against the ``encoding`` of a message: one finding, or none."""
    if encoding in {"DER", "BER"}:
        taken = "der" in rules.encodings
    else:
        taken = encoding.lower() in rules.encodings
    if taken:
        return []
    found = ENCODINGS.get(encoding, encoding)
    if encoding == "ARMOUR":
        found = f"CMS between lines that say {pem.label(container.head(HEAD))}"
    expected = [ENCODINGS[one.upper()] for one in rules.encodings]
    return [
        Finding(
            "the signature is CMS, in an encoding that is not taken",
            found=found,
            expected=" or ".join(expected),
            place=Place(container.name),
            hint=_HINTS.get(rules.encodings[0]),
            profile=("signature.cms.encodings",),
        )
    ]


def unreadable(container: Content, reason: str, offset: int | None) -> Finding:
    """Return the finding that CMS cannot be read, for the ``reason``."""
    return Finding(
        f"the signature cannot be read as CMS: it {reason}",
        expected=_EXPECTED,
        place=Place(container.name, offset=offset),
        profile=("signature.containers",),
    )
