"""The list of keys that are refused as trust anchors is that of the test hierarchy."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from conformance.signature.published import listed_text, published_digests
from generators.pki import NAMES, PARTY_1, PARTY_2, Pki
from generators.published import published_keys
from generators.templates import AUTHORITIES


def digest(pki: Pki, name: str) -> str:
    key = pki.key(name).public_key()
    data = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(data).hexdigest()


def test_the_keys_that_take_no_time_to_make_are_listed() -> None:
    wanted = {
        digest(Pki("ecdsa", p), n) for p in (PARTY_1, PARTY_2) for n in (*AUTHORITIES, *NAMES)
    }
    wanted |= {digest(Pki("rsa"), name) for name in ("root", "issuing-ca")}
    assert wanted <= published_digests()


@pytest.mark.long
def test_the_list_is_as_it_is_made() -> None:
    assert listed_text() == published_keys()
