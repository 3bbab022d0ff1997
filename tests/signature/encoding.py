"""Elements of BER and DER put together by hand, good and bad."""

from __future__ import annotations


def indefinite(*parts: bytes, tag: int = 0x30) -> bytes:
    return bytes((tag, 0x80)) + b"".join(parts) + b"\0\0"


def streamed(*pieces: bytes, rest: bytes = b"\x31\0") -> bytes:
    """A SignedData in BER whose content is in ``pieces``."""
    octets = indefinite(*pieces, tag=0x24)
    inner = indefinite(DATA, indefinite(octets, tag=0xA0))
    signed = indefinite(b"\x02\x01\x01\x31\x00", inner, rest)
    return indefinite(SIGNED, indefinite(signed, tag=0xA0))


def identifier(body: bytes) -> bytes:
    return b"\x06" + bytes((len(body),)) + body


DATA, SIGNED = (
    identifier(bytes.fromhex("2a864886f70d010701")),
    identifier(bytes.fromhex("2a864886f70d010702")),
)


def sequence(*parts: bytes, tag: int = 0x30) -> bytes:
    body = b"".join(parts)
    return bytes((tag, 0x82)) + len(body).to_bytes(2) + body


def signed(*parts: bytes) -> bytes:
    return sequence(SIGNED, sequence(sequence(*parts), tag=0xA0))


VERSION, SET, INNER = b"\2\1\1", b"\x31\0", sequence(DATA, b"\xa0\4\4\2a\n")
ALGORITHM = sequence(identifier(b"\x2a\3"))


def with_signer(*parts: bytes) -> bytes:
    return signed(VERSION, SET, INNER, sequence(sequence(*parts), tag=0x31))


def _with_attribute(attribute: bytes) -> bytes:
    attributes = sequence(attribute, tag=0xA0)
    return with_signer(VERSION, b"\x80\0", ALGORITHM, attributes, ALGORITHM, b"\4\0")


#: Bytes that are not BER, or not BER that is read.
MALFORMED = [
    b"\x30\x80" * 20_000,
    streamed(b"\x24\x80" * 40),
    streamed(b"\x24\x80" * 20_000),
    streamed(b"\x24\x80\0\0" * 10_000),
    streamed(b"\x04\x00" * 20_000),
    streamed(b"\x05\x00"),
    streamed(b"\x24\x04\x04\x04ab"),
    streamed(b"\x24\x02\x04\x04abcd"),
    streamed(b"\x24\x03\x04\x01a\x04\x01b"),
    streamed(b"\x24\x02\0\0"),
    streamed(rest=b"\xa0\x80" + b"\x30\x80\0\0" * 17_000 + b"\0\0\x31\0"),
    streamed(rest=b"\x31\x83\x10\0\0" + b"\x30\0" * 0x8000),
    b"\x30\x84\xff\xff\xff\xff\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
    b"\x30\x88" + b"\xff" * 8 + b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
    b"\x30\x89" + b"\0" * 9,
    b"\x1f\x81\x01\0",
    b"\x04\x80\0\0",
    b"\x30\x82",
]
#: Well-formed bytes that do not begin as CMS does.
NOT_CMS = [b"\x31\3\2\1\1", b"\x30\0", sequence(b"\5\0")]
#: Well-formed bytes that are not signed data, and why.
WRONG_FORMS = [
    (sequence(SIGNED, sequence(b"\x30\0\x30\0", tag=0xA0)), "has 2 parts where one belongs"),
    (signed(VERSION, SET, b"\5\0", SET), "has no content where one belongs"),
    (signed(VERSION, SET, b"\x30\0", SET), "has an empty content"),
    (signed(VERSION, SET, sequence(DATA, b"\5\0"), SET), "has no content where one belongs"),
    (signed(VERSION, SET, INNER, sequence(b"\5\0", tag=0x31)), "has no signer where one belongs"),
    (with_signer(), "has an empty signer"),
    (with_signer(SET, b"\x80\0", *[ALGORITHM] * 2, b"\4\0"), "has no version where one belongs"),
    (with_signer(VERSION, SET, *[ALGORITHM] * 2, b"\4\0"), "has no name of the signer where"),
    (with_signer(VERSION, b"\x30\0", *[ALGORITHM] * 2, b"\4\0"), "has an empty name of the signer"),
    (
        with_signer(VERSION, sequence(SET, SET, SET), *[ALGORITHM] * 2, b"\4\0"),
        "has a signer without issuer and serial number",
    ),
    (with_signer(VERSION, sequence(SET, SET), *[ALGORITHM] * 2, b"\4\0"), "has no serial number"),
    (with_signer(VERSION, b"\x80\0", b"\x30\0", ALGORITHM, b"\4\0"), "has an empty algorithm"),
    (with_signer(VERSION, b"\x80\0", ALGORITHM, SET, b"\4\0"), "has no algorithm where one"),
    (
        with_signer(VERSION, b"\x80\0", ALGORITHM, SET, ALGORITHM, b"\4\0"),
        "has no signed attributes where one belongs",
    ),
    (_with_attribute(SET), "has no attribute where one belongs"),
    (_with_attribute(b"\x30\0"), "has an empty attribute"),
    (_with_attribute(sequence(DATA, b"\5\0")), "has no values of an attribute where one belongs"),
    (_with_attribute(sequence(b"\5\0", SET)), "has no identifier where one belongs"),
    (_with_attribute(sequence(DATA, SET, SET)), "has an attribute of the wrong form"),
    (sequence(SIGNED), "has no signed data"),
    (sequence(SIGNED, sequence(tag=0xA0)), "has 0 parts where one belongs"),
    (sequence(SIGNED, b"\5\0"), "has no SignedData"),
    (signed(), "has an empty SignedData"),
    (signed(VERSION, SET), "too few parts"),
    (signed(VERSION, SET, INNER), "too few parts"),
    (signed(SET, SET, INNER, SET), "has no version"),
    (signed(VERSION, VERSION, INNER, SET), "has no list of digest algorithms"),
    (signed(VERSION, SET, INNER, VERSION), "has no list of signers"),
    (signed(VERSION, SET, INNER, b"\5\0", SET), "a part that signed data does not have"),
    (signed(VERSION, SET, sequence(DATA, b"\xa0\2\5\0"), SET), "has no OCTET STRING"),
    (signed(VERSION, SET, sequence(b"\5\0"), SET), "has no identifier"),
    (with_signer(VERSION, SET), "a signer of the wrong form"),
    (with_signer(VERSION, sequence(SET), *[ALGORITHM] * 2, b"\4\0"), "without issuer"),
    (with_signer(VERSION, b"\x80\0", VERSION, ALGORITHM, b"\4\0"), "has no algorithm"),
    (with_signer(VERSION, b"\x80\0", *[ALGORITHM] * 2, b"\5\0"), "has no OCTET STRING"),
    (
        with_signer(
            VERSION, b"\x80\0", ALGORITHM, sequence(sequence(DATA), tag=0xA0),
            ALGORITHM, b"\4\0",
        ),
        "an attribute of the wrong form",
    ),
]  # fmt: skip
