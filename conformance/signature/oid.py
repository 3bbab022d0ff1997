"""Object identifiers: how they are written, and the names of those that signatures use."""

from __future__ import annotations

from functools import lru_cache

#: Bytes of the longest identifier that is read.
MAX_LENGTH = 64

SIGNED_DATA = "1.2.840.113549.1.7.2"
DATA = "1.2.840.113549.1.7.1"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
RSA_PSS = "1.2.840.113549.1.1.10"
EC_KEY = "1.2.840.10045.2.1"
SUBJECT_KEY_IDENTIFIER = "2.5.29.14"
COMMON_NAME = "2.5.4.3"
ORGANISATIONAL_UNIT = "2.5.4.11"
UNIQUE_IDENTIFIER = "2.5.4.45"
SERIAL_NUMBER = "2.5.4.5"
HARDWARE_MODULE_NAME = "1.3.6.1.5.5.7.8.4"

#: The first bytes of every content type of CMS: 1.2.840.113549.1 (PKCS).
PKCS = bytes.fromhex("2a864886f70d01")

#: Names of content types, for people.
CONTENT_TYPES = {
    DATA: "data",
    SIGNED_DATA: "signed data",
    "1.2.840.113549.1.7.3": "enveloped (encrypted) data",
    "1.2.840.113549.1.7.5": "digested data",
    "1.2.840.113549.1.7.6": "encrypted data",
    "1.2.840.113549.1.9.16.1.4": "a time stamp",
    "1.2.840.113549.1.9.16.1.9": "compressed data",
    "1.2.840.113549.1.9.16.1.23": "authenticated and enveloped data",
}

#: Content types in which nothing can be signed.
PLAIN = (DATA, "1.2.840.113549.1.7.5")

#: Digest algorithms by their names in ``hashlib``.
DIGESTS = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.8": "sha3_256",
    "2.16.840.1.101.3.4.2.9": "sha3_384",
    "2.16.840.1.101.3.4.2.10": "sha3_512",
}

#: Signature algorithms that can be verified: the kind of key, and the digest if it is fixed.
SIGNATURES: dict[str, tuple[str, str | None]] = {
    "1.2.840.113549.1.1.1": ("rsa", None),
    "1.2.840.113549.1.1.4": ("rsa", "md5"),
    "1.2.840.113549.1.1.5": ("rsa", "sha1"),
    "1.2.840.113549.1.1.14": ("rsa", "sha224"),
    "1.2.840.113549.1.1.11": ("rsa", "sha256"),
    "1.2.840.113549.1.1.12": ("rsa", "sha384"),
    "1.2.840.113549.1.1.13": ("rsa", "sha512"),
    RSA_PSS: ("rsa-pss", None),
    "1.2.840.10045.4.1": ("ecdsa", "sha1"),
    "1.2.840.10045.4.3.1": ("ecdsa", "sha224"),
    "1.2.840.10045.4.3.2": ("ecdsa", "sha256"),
    "1.2.840.10045.4.3.3": ("ecdsa", "sha384"),
    "1.2.840.10045.4.3.4": ("ecdsa", "sha512"),
}


def content_title(dotted: str) -> str:
    """Return the name of a content type and its identifier, for people."""
    name = CONTENT_TYPES.get(dotted)
    return f"{name} ({dotted})" if name else dotted


def encode(dotted: str) -> bytes:
    """The encoding of an identifier in dotted form, without a tag and a length."""
    first, second, *others = map(int, dotted.split("."))
    return b"".join(map(_base_128, (40 * first + second, *others)))


def _base_128(arc: int) -> bytes:
    octets = [arc & 0x7F]
    while arc := arc >> 7:
        octets.append(0x80 | arc & 0x7F)
    return bytes(reversed(octets))


@lru_cache(maxsize=512)
def decode(value: bytes) -> str:
    """The dotted form of an encoded identifier, or ``?`` and its hex if it is none."""
    if not value or value[-1] & 0x80 or len(value) > MAX_LENGTH:
        return f"?{value[:MAX_LENGTH].hex()}"
    arcs: list[int] = []
    arc = 0
    for octet in value:
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))
