"""Test keys follow from their seeds, and are sound keys."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from generators.keys import ecdsa_key, expand, private_pem, rsa_key, sign_digest

CURVES = {"secp256r1": 256, "secp384r1": 384, "secp521r1": 521}


@pytest.mark.parametrize("curve", CURVES)
def test_an_ecdsa_key_is_on_its_curve_and_follows_from_curve_and_seed(curve: str) -> None:
    key = ecdsa_key("one", curve)
    assert (key.curve.name, key.key_size) == (curve, CURVES[curve])
    ecdsa_key.cache_clear()
    assert private_pem(ecdsa_key("one", curve)) == private_pem(key)
    assert private_pem(ecdsa_key("two", curve)) != private_pem(key)


def test_the_curves_have_keys_of_their_own_for_a_seed() -> None:
    values = {ecdsa_key("one", curve).private_numbers().private_value for curve in CURVES}
    assert len(values) == len(CURVES)


@pytest.mark.parametrize("bits", [1024, 2048])
def test_an_rsa_key_is_sound(bits: int) -> None:
    key = rsa_key("one", bits)
    numbers = key.private_numbers()
    assert key.key_size == bits
    assert numbers.p > numbers.q
    assert numbers.public_numbers.e == 65537
    # Unlike making it, loading it checks the key, whose primes OpenSSL tests for itself.
    assert serialization.load_pem_private_key(private_pem(key), None)
    rsa_key.cache_clear()
    assert private_pem(rsa_key("one", bits)) == private_pem(key)


def test_other_seeds_give_other_rsa_keys() -> None:
    first, second = (rsa_key(seed, 1024).private_numbers() for seed in ("one", "two"))
    assert not {first.p, first.q} & {second.p, second.q}


def test_signing_is_deterministic_and_verifies() -> None:
    digest = hashlib.sha256(b"file").digest()
    for key in (ecdsa_key("one"), rsa_key("one", 1024)):
        signature = sign_digest(key, digest)
        assert sign_digest(key, digest) == signature
        public = key.public_key()
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, b"file", padding.PKCS1v15(), hashes.SHA256())
        else:
            public.verify(signature, b"file", ec.ECDSA(hashes.SHA256()))


def test_ecdsa_signatures_are_those_of_rfc_6979() -> None:
    # RFC 6979, A.2.5, with P-256 and SHA-256 and the message "sample".
    value = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    key = ec.derive_private_key(value, ec.SECP256R1())
    signature = sign_digest(key, hashlib.sha256(b"sample").digest())
    assert signature.hex() == (
        "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
        "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
    )


def test_expanding_a_seed_gives_as_many_bytes_as_wanted() -> None:
    assert len(expand("one", 100)) == 100
    assert expand("one", 100)[:10] == expand("one", 10) != expand("two", 10)


def test_keys_that_are_not_made_are_refused() -> None:
    with pytest.raises(ValueError, match="secp192r1 is not one of secp256r1"):
        ecdsa_key("one", "secp192r1")
    for bits in (512, 2047):
        with pytest.raises(ValueError, match=f"no RSA key of {bits} bits"):
            rsa_key("one", bits)
