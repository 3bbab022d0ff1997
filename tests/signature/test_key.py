"""Kinds of key, the entries of a profile that allow them, and the signatures they verify."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from msgspec.structs import replace

from conformance.findings import Finding
from conformance.model.profile import KeyAlgorithm
from conformance.signature.certificate import Certificate
from conformance.signature.key import HASHES, Key, curve_title, digest_title, rule_title
from tests.signature import pki
from tests.signature.signing import Hierarchy

DATA = b"a,b\n"
ALGORITHMS: dict[str, hashes.HashAlgorithm] = {
    "md5": hashes.MD5(),  # noqa: S303 - for signatures that have to be refused
    "sha1": hashes.SHA1(),  # noqa: S303
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "sha3_256": hashes.SHA3_256(),
    "sha3_384": hashes.SHA3_384(),
    "sha3_512": hashes.SHA3_512(),
}


def _key(holder: pki.Holder) -> Key:
    certificate = Certificate.read(holder.der)
    assert certificate is not None
    return Key.of(certificate)


def test_a_key_is_read_where_its_certificate_is_not(hierarchy: Hierarchy) -> None:
    """One of version 2, say: what is wrong with the certificate is not wrong with the signature."""
    version = b"\xa0\3\2\1"
    second = hierarchy.ec.der.replace(version + b"\2", version + b"\1", 1)
    certificate = Certificate.read(second)
    assert certificate is not None
    with pytest.raises(ValueError, match="version"):
        certificate.parsed()
    assert Key.of(certificate).title == "ECDSA on P-256"


def test_the_digests_are_those_of_hashlib() -> None:
    assert list(HASHES) == list(ALGORITHMS)
    for name, made in HASHES.items():
        assert made().digest_size == hashlib.new(name).digest_size


@pytest.mark.parametrize("name", ALGORITHMS)
def test_a_key_verifies_what_it_signed_and_nothing_else(hierarchy: Hierarchy, name: str) -> None:
    rsa_key, ec_key = hierarchy.rsa.key, hierarchy.ec.key
    assert isinstance(rsa_key, rsa.RSAPrivateKey)
    assert isinstance(ec_key, ec.EllipticCurvePrivateKey)
    algorithm = ALGORITHMS[name]
    good, bad = hashlib.new(name, DATA).digest(), hashlib.new(name, b"x").digest()
    of_rsa, of_ec = _key(hierarchy.rsa), _key(hierarchy.ec)
    by_rsa = rsa_key.sign(DATA, padding.PKCS1v15(), algorithm)
    by_ec = ec_key.sign(DATA, ec.ECDSA(algorithm))
    assert of_rsa.verifies(by_rsa, good, name) is True
    assert of_ec.verifies(by_ec, good, name) is True
    for key, signature in ((of_rsa, by_ec), (of_ec, by_rsa)):
        assert key.verifies(signature, good, name) is False
    assert of_rsa.verifies(by_rsa, bad, name) is False
    assert of_ec.verifies(by_ec, bad, name) is False
    assert of_rsa.verifies(by_rsa, good[:-1], name) is False
    assert of_ec.verifies(by_ec, good, name.upper()) is None
    assert replace(of_ec, public=None).verifies(by_ec, good, name) is None


def test_a_key_has_the_kind_and_title_of_its_algorithm(hierarchy: Hierarchy) -> None:
    keys: dict[tuple[str, str], pki.PrivateKey] = {
        ("ecdsa", "ECDSA on P-256"): ec.generate_private_key(ec.SECP256R1()),
        ("ecdsa", "ECDSA on P-384"): ec.generate_private_key(ec.SECP384R1()),
        ("ecdsa", "ECDSA on P-521"): ec.generate_private_key(ec.SECP521R1()),
        ("ecdsa", "ECDSA on P-224"): ec.generate_private_key(ec.SECP224R1()),
        ("ecdsa", "ECDSA on secp256k1"): ec.generate_private_key(ec.SECP256K1()),
        ("rsa", "RSA of 1,024 bits"): rsa.generate_private_key(65537, 1024),  # noqa: S505
        ("ed25519", "Ed25519"): ed25519.Ed25519PrivateKey.generate(),
    }
    for said, made in keys.items():
        found = _key(pki.issue(pki.subject(), hierarchy.ca, key=made))
        assert (found.kind, found.title) == said
        assert (found.public is None) == (said[0] == "ed25519")


RULES = {
    "p256": KeyAlgorithm("ecdsa", ("sha256",), curve="secp256r1"),
    "p384": KeyAlgorithm("ecdsa", ("sha384", "sha512"), curve="secp384r1"),
    "any curve": KeyAlgorithm("ecdsa", ("sha3_256",)),
    "rsa2048": KeyAlgorithm("rsa", ("sha256",), minimum_bits=2048),
    "rsa3072": KeyAlgorithm("rsa", ("sha256",), minimum_bits=3072),
    "any rsa": KeyAlgorithm("rsa", ("md5",)),
}
TITLES = {
    "p256": "ECDSA on P-256 with SHA-256",
    "p384": "ECDSA on P-384 with SHA-384 or SHA-512",
    "any curve": "ECDSA with SHA3-256",
    "rsa2048": "RSA of 2,048 bits or more with SHA-256",
    "rsa3072": "RSA of 3,072 bits or more with SHA-256",
    "any rsa": "RSA with MD5",
}


@pytest.mark.parametrize("name", RULES)
def test_an_entry_in_words(name: str) -> None:
    assert rule_title(RULES[name]) == TITLES[name]


@pytest.mark.parametrize(
    ("signer", "offered", "taken"),
    [
        ("ec", ["p384", "p256", "any curve"], "p256"),
        ("ec", ["any rsa", "any curve", "p256"], "any curve"),
        ("ec", ["p384", "any rsa"], None),
        ("rsa", ["p256", "rsa3072", "rsa2048", "any rsa"], "rsa2048"),
        ("rsa", ["rsa3072", "any curve"], None),
        ("rsa", ["rsa3072", "any rsa"], "any rsa"),
        ("rsa", [], None),
    ],
)
def test_the_first_entry_that_takes_a_key(
    hierarchy: Hierarchy, signer: str, offered: list[str], taken: str | None
) -> None:
    key = _key(getattr(hierarchy, signer))
    found = key.rule([RULES[name] for name in offered])
    if taken is not None:
        assert found is RULES[taken]
    else:
        assert found == Finding(
            "the signing key is of a kind that is not allowed",
            found=key.title,
            expected=" or ".join(TITLES[name] for name in offered),
            profile=("signature.algorithms",),
        )


def test_a_key_that_is_not_verified_here_is_not_taken(hierarchy: Hierarchy) -> None:
    """Whatever the profile calls it."""
    key = _key(pki.issue(pki.subject(), hierarchy.ca, key=ed25519.Ed25519PrivateKey.generate()))
    for kind in ("ed25519", "ecdsa", "rsa"):
        assert isinstance(key.rule([KeyAlgorithm(kind, ("sha256",))]), Finding)


@pytest.mark.parametrize(
    ("name", "title"),
    [("sha256", "SHA-256"), ("sha1", "SHA-1"), ("md5", "MD5"), ("sha3_256", "SHA3-256"),
     ("1.2.3", "algorithm 1.2.3"), ("2.16.840.1.101.3.4.2.1", "SHA-256"),
     ("1.2.156.10197.1.401", "SM3")],
)  # fmt: skip
def test_titles_of_digests(name: str, title: str) -> None:
    assert digest_title(name) == title


@pytest.mark.parametrize(
    ("name", "title"),
    [("secp256r1", "P-256"), ("secp384r1", "P-384"), ("secp521r1", "P-521"),
     ("secp224r1", "P-224"), ("secp192r1", "P-192"), ("secp256k1", "secp256k1")],
)  # fmt: skip
def test_titles_of_curves(name: str, title: str) -> None:
    assert curve_title(name) == title


def test_key_cannot_decide_with_a_digest_it_does_not_know(hierarchy: Hierarchy) -> None:
    assert _key(hierarchy.ec).verifies(b"", b"", "blake2b") is None
