"""The list of the keys of the test hierarchy that ``conformance`` refuses to trust.

``python -m generators.published > conformance/signature/published-test-keys.txt`` writes it again.
"""

from __future__ import annotations

import hashlib
import sys

from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from generators.pki import ALGORITHMS, NAMES, PARTY_1, PARTY_2, Pki
from generators.templates import AUTHORITIES

_HEAD = """\
# The SHA-256 of every key (SubjectPublicKeyInfo) of the test hierarchy, whose private keys are
# public. Made by `python -m generators.published`; do not edit.
"""


def published_keys() -> str:
    """The list: the keys of the CAs, and of the signers of both Parties of the corpus."""
    found: set[str] = set()
    for algorithm in ALGORITHMS:
        for party in (PARTY_1, PARTY_2):
            pki = Pki(algorithm, party)
            for name in (*AUTHORITIES, *NAMES):
                found.add(_digest(pki.key(name).public_key()))
                found.add(_digest(pki.spare_key(name).public_key()))
    return _HEAD + "".join(f"{digest}\n" for digest in sorted(found))


def _digest(key: PublicKeyTypes) -> str:
    data = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(data).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(published_keys())
