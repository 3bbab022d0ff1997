"""Test keys that are published, and so must not be trusted outside of tests.

The corpus is signed with private keys that everyone has. A certificate for one of them, whoever
has issued it, would make anybody's signature hold.
"""

from __future__ import annotations

import hashlib
from functools import cache

from conformance.home import HOME
from conformance.signature.certificate import Certificate, parse
from conformance.signature.memory import cached
from conformance.signature.name import read_name

#: The beginning and the end of names in the certificates of the test hierarchy.
LABEL = ("TADP TEST ", "(not for use)")
#: The SHA-256 of the keys (SubjectPublicKeyInfo), one a line; ``generators.published`` makes it.
LIST = "published-test-keys.txt"

#: Common kinds of keys in the encoding that the list has: its length, and how it begins and ends.
#: To encode a key takes what is slow to load, and these leave no choice: curves by name with points
#: that are not compressed, and RSA of 2,048 bits with the exponent 65,537.
_USUAL = tuple(
    (size, bytes.fromhex(begins), bytes.fromhex(ends))
    for size, begins, ends in (
        (91, "3059301306072a8648ce3d020106082a8648ce3d03010703420004", ""),
        (120, "3076301006072a8648ce3d020106052b8104002203620004", ""),
        (158, "30819b301006072a8648ce3d020106052b810400230381860004", ""),
        (
            294,
            "30820122300d06092a864886f70d01010105000382010f003082010a0282010100",
            "0203010001",
        ),
    )
)


def is_published(certificate: Certificate) -> bool:
    """Return True if the key of ``certificate`` is published, by its name or by the key itself."""
    return _is_published(certificate.der, certificate.subject, certificate.issuer)


@cached
def _is_published(der: bytes, *names: bytes) -> bool:
    texts = [attribute.text or "" for name in names for attribute in read_name(name)]
    if any(text.startswith(LABEL[0]) and text.endswith(LABEL[1]) for text in texts):
        return True
    certificate = Certificate.read(der)
    key = certificate.key if certificate is not None else b""
    digest = hashlib.sha256(key).hexdigest() if _is_usual(key) else _key_digest(der)
    return digest in published_digests()


@cache
def published_digests() -> frozenset[str]:
    """The digests in the list."""
    lines = listed_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def listed_text() -> str:
    """The list as it is shipped."""
    return (HOME / "signature" / LIST).read_text("ascii")


def _is_usual(key: bytes) -> bool:
    """Return True if ``key`` is in the one usual encoding of a key of a common kind."""
    return any(
        len(key) == size and key.startswith(begins) and key.endswith(ends)
        for size, begins, ends in _USUAL
    )


def _key_digest(der: bytes) -> str | None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    try:
        # However the certificate encodes it, the digest is of the usual encoding.
        key = parse(der).public_key()
        data = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return hashlib.sha256(data).hexdigest()
