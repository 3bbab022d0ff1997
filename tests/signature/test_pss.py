"""RSA-PSS (RFC 4055, 4056), as OpenSSL and others sign, where a profile takes it and where not."""

from __future__ import annotations

from pathlib import Path

import pytest
from asn1crypto import algos
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from msgspec.structs import replace

from conformance.model.profile import KeyAlgorithm
from conformance.signature.pss import Pss, read_pss
from conformance.signature.writing.signer_info import signature_algorithm
from tests.signature.signing import (
    ALL_CONTAINERS,
    RULES,
    Hierarchy,
    messages,
    open_bytes,
    openssl_sign,
)

PSS = replace(RULES, algorithms=(KeyAlgorithm("rsa-pss", ("sha256", "sha512"), minimum_bits=2048),))
BOTH = replace(RULES, algorithms=(*RULES.algorithms, *PSS.algorithms))
OPTIONS = ("-binary", "-outform", "DER", "-keyopt", "rsa_padding_mode:pss")


def signed(hierarchy: Hierarchy, csv: Path, *options: str) -> bytes:
    return openssl_sign(hierarchy, csv, *OPTIONS, *options, signer="rsa")


@pytest.mark.openssl
@pytest.mark.parametrize("options", [[], ["-noattr"], ["-nodetach"], ["-keyid"], ["-cades"]])
@pytest.mark.parametrize("salt", [[], ["-keyopt", "rsa_pss_saltlen:32"]])
@pytest.mark.parametrize("digest", ["sha256", "sha512"])
def test_it_verifies_where_the_profile_allows_it(
    hierarchy: Hierarchy, csv: Path, options: list[str], salt: list[str], digest: str
) -> None:
    made = signed(hierarchy, csv, "-md", digest, *salt, *options)
    content = (made, None) if "-nodetach" in options else (csv.read_bytes(), made)
    for rules in (PSS, BOTH):
        opened = open_bytes(*content, rules)
        assert opened.faults == ()
        assert opened.certificate == hierarchy.rsa.der


@pytest.mark.openssl
@pytest.mark.parametrize("options", [[], ["-noattr"]])
def test_it_does_not_hold_over_another_file(
    hierarchy: Hierarchy, csv: Path, options: list[str]
) -> None:
    found = messages(open_bytes(csv.read_bytes() + b"x", signed(hierarchy, csv, *options), PSS))
    assert len(found) == 1
    assert "was changed" in found[0]


@pytest.mark.openssl
def test_a_signature_that_was_changed_does_not_verify(hierarchy: Hierarchy, csv: Path) -> None:
    made = bytearray(signed(hierarchy, csv))
    made[-1] ^= 1
    assert messages(open_bytes(csv.read_bytes(), bytes(made), PSS)) == [
        "the signature does not verify with the key of the signer's certificate"
    ]


@pytest.mark.openssl
@pytest.mark.parametrize(
    ("options", "rules", "found"),
    [
        ([], RULES, "RSA-PSS"),
        (["-md", "sha384"], PSS, "SHA-384"),
        (["-keyopt", "rsa_mgf1_md:sha1"], PSS, "SHA-1"),
    ],
)
def test_an_algorithm_that_the_profile_does_not_allow_is_named(
    hierarchy: Hierarchy, csv: Path, options: list[str], rules: object, found: str
) -> None:
    opened = open_bytes(csv.read_bytes(), signed(hierarchy, csv, *options), rules)  # type: ignore[arg-type]
    assert [fault.found for fault in opened.faults] == [found]


@pytest.mark.openssl
def test_pkcs_1_is_not_taken_for_it(hierarchy: Hierarchy, csv: Path) -> None:
    made = openssl_sign(hierarchy, csv, "-binary", "-outform", "DER", signer="rsa")
    (fault,) = open_bytes(csv.read_bytes(), made, PSS).faults
    assert fault.found == "RSA with PKCS #1 v1.5"
    assert fault.expected == "RSA-PSS of 2,048 bits or more with SHA-256 or SHA-512"


@pytest.mark.openssl
def test_parameters_that_cannot_be_read_are_named(hierarchy: Hierarchy, csv: Path) -> None:
    made = signed(hierarchy, csv, "-keyopt", "rsa_pss_saltlen:32")
    trailer = made.rindex(b"\xa2\x03\x02\x01\x20")
    broken = made[:trailer] + b"\xa4" + made[trailer + 1 :]
    (fault,) = open_bytes(csv.read_bytes(), broken, PSS).faults
    assert fault.found == "RSA-PSS with parameters that cannot be read"


@pytest.mark.parametrize("salt", [0, 20, 32, 222])
def test_a_bare_value_verifies_with_any_salt(hierarchy: Hierarchy, salt: int) -> None:
    data = b"a,b\n"
    assert isinstance(hierarchy.rsa.key, rsa.RSAPrivateKey)
    form = padding.PSS(padding.MGF1(hashes.SHA256()), salt)
    value = hierarchy.rsa.key.sign(data, form, hashes.SHA256())
    for algorithms in (PSS.algorithms, BOTH.algorithms):
        rules = replace(ALL_CONTAINERS, algorithms=algorithms)
        assert open_bytes(data, value, rules, certificate=hierarchy.rsa.der).faults == ()
    opened = open_bytes(data, value, ALL_CONTAINERS, certificate=hierarchy.rsa.der)
    assert [fault.found for fault in opened.faults] == ["RSA-PSS with SHA-256"]
    plain = hierarchy.rsa.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    rules = replace(ALL_CONTAINERS, algorithms=PSS.algorithms)
    opened = open_bytes(data, plain, rules, certificate=hierarchy.rsa.der)
    assert [fault.found for fault in opened.faults] == ["RSA with SHA-256"]


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_written_parameters_are_read_back(digest: str) -> None:
    der = signature_algorithm("rsa-pss", digest)
    size = hashes.SHA256.digest_size * {"sha256": 2, "sha384": 3, "sha512": 4}[digest] // 2
    parsed = algos.SignedDigestAlgorithm.load(der, strict=True)
    assert parsed["algorithm"].native == "rsassa_pss"
    assert parsed["parameters"]["salt_length"].native == size
    assert read_pss(parsed["parameters"].dump()) == Pss(digest, digest, size)


@pytest.mark.parametrize(
    ("parameters", "pss"),
    [
        (b"\x30\0", Pss()),
        (bytes.fromhex("3005a203020110"), Pss(salt=16)),
        (bytes.fromhex("300aa203020110a303020101"), Pss(salt=16)),
        (bytes.fromhex("3005a303020102"), None),
        (bytes.fromhex("3005a2030201ff"), None),
        (bytes.fromhex("3007a2050203100000"), None),
        (bytes.fromhex("3005a403020110"), None),
        (bytes.fromhex("3004a0020500"), None),
        (b"\5\0", None),
        (b"", None),
        (b"\x30\x05", None),
    ],
)
def test_parameters(parameters: bytes, pss: Pss | None) -> None:
    assert read_pss(parameters) == pss
