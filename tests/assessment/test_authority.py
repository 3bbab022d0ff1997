"""Keys for a submitter: what is issued to it, and what a checker needs to trust that."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from msgspec.structs import replace

from conformance.assessment.authority import Authority, Credentials
from conformance.model.identity import Identity, Place
from conformance.model.profile import KeyAlgorithm, RevocationBy
from conformance.signature.certificate import Certificate
from conformance.signature.identity import eui64
from conformance.signature.signing_certificate import SigningCertificate
from tests.assessment.made_up import profile

AT = datetime(2025, 6, 2, 12, tzinfo=UTC)
PARTY = "90-B3-D5-1F-30-01-00-0A"
DER = serialization.Encoding.DER
POLICY = x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("2.999.1"), None)])


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority(AT, profile())


@pytest.fixture(scope="session")
def issued(authority: Authority) -> Credentials:
    return authority.issue("90-B3-D5-1F-30-01-00-0A")


def certificate(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode("ascii"))


def usages(one: x509.Certificate) -> set[str]:
    found = one.extensions.get_extension_for_class(x509.KeyUsage)
    assert found.critical
    usage = found.value
    names = {
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign",
    }  # fmt: skip
    return {name for name in names if getattr(usage, name)}


def extensions(one: x509.Certificate) -> list[tuple[str, bool]]:
    return [(type(e.value).__name__, e.critical) for e in one.extensions]


def test_the_root_signs_certificates_and_lists_and_nothing_else(issued: Credentials) -> None:
    root = certificate(issued.chain)
    root.verify_directly_issued_by(root)
    assert usages(root) == {"key_cert_sign", "crl_sign"}
    constraints = root.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (constraints.ca, constraints.path_length) == (True, None)
    assert extensions(root) == [
        ("SubjectKeyIdentifier", False),
        ("CertificatePolicies", True),
        ("BasicConstraints", True),
        ("KeyUsage", True),
    ]
    assert [a.value for a in root.subject] == ["TEST root of an assessment", "07"]


def test_an_issued_certificate_names_the_party_and_the_officer(issued: Credentials) -> None:
    one = certificate(issued.certificate)
    one.verify_directly_issued_by(certificate(issued.chain))
    name = asn1.Name.load(one.subject.public_bytes())
    parts = [part for parts in name.chosen for part in parts]
    assert [(part["type"].dotted, part["value"].native) for part in parts] == [
        ("2.5.4.3", "TEST aro-1"),
        ("2.5.4.11", "02"),
        ("2.5.4.45", bytes.fromhex("90B3D51F3001000A")),
    ]
    assert usages(one) == {"digital_signature"}
    assert extensions(one) == [
        ("SubjectKeyIdentifier", False),
        ("CertificatePolicies", True),
        ("KeyUsage", True),
    ]


RULES: dict[str, dict[str, Any]] = {
    "uses": {"key_usage": ("nonRepudiation",), "key_usage_refused": ("digitalSignature",)},
    "purposes": {"extended_key_usage": ("2.999.8", "2.999.9")},
    "CN": {"identity": Identity(Place.COMMON_NAME)},
    "URI": {"identity": Identity(Place.URI, "colons", "urn:eui64:{eui64}")},
    "OCSP": {"revocation": RevocationBy.OCSP},
    "module": {"identity": Identity(Place.HARDWARE_MODULE)},
}


@pytest.mark.parametrize("name", RULES)
def test_an_issued_certificate_follows_the_rules_of_the_profile(name: str) -> None:
    rules = replace(profile().certificate, **RULES[name])
    authority = Authority(AT, replace(profile(), certificate=rules))
    one = certificate(authority.issue(PARTY).certificate)
    read = Certificate.read(one.public_bytes(DER))
    assert read is not None
    assert list(SigningCertificate(read, (), rules, authority.trust()).check(AT)) == []
    assert eui64(read, rules.identity) == PARTY


def test_all_that_it_issues_is_valid_for_ten_years_before_and_two_after(
    authority: Authority, issued: Credentials
) -> None:
    for one in (certificate(issued.chain), certificate(issued.certificate)):
        # Years of 365 days.
        assert one.not_valid_before_utc == datetime(2015, 6, 5, 12, tzinfo=UTC)
        assert one.not_valid_after_utc == datetime(2027, 6, 2, 12, tzinfo=UTC)
        assert one.extensions.get_extension_for_class(x509.CertificatePolicies).value == POLICY
        identifier = one.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        key = one.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert identifier == x509.SubjectKeyIdentifier.from_public_key(key)
        assert isinstance(key.curve, ec.SECP256R1)
        assert one.signature_hash_algorithm is not None
        assert one.signature_hash_algorithm.name == "sha256"
    (der,) = authority.trust().crls
    crl = x509.load_der_x509_crl(der)
    assert crl.last_update_utc == datetime(2024, 6, 2, 12, tzinfo=UTC)
    assert crl.next_update_utc == datetime(2027, 6, 2, 12, tzinfo=UTC)


def test_the_trust_is_in_the_root_and_in_a_list_that_revokes_nothing(
    authority: Authority, issued: Credentials
) -> None:
    root = certificate(issued.chain)
    trust = authority.trust()
    assert trust.anchors == (root.public_bytes(DER),)
    assert trust.intermediates == ()
    (der,) = trust.crls
    crl = x509.load_der_x509_crl(der)
    key = root.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert crl.is_signature_valid(key)
    assert (crl.issuer, len(crl)) == (root.subject, 0)


def test_the_credentials_belong_together_and_are_in_the_clear(issued: Credentials) -> None:
    assert issued.key.startswith("-----BEGIN PRIVATE KEY-----\n")
    key = serialization.load_pem_private_key(issued.key.encode("ascii"), password=None)
    one = certificate(issued.certificate)
    assert key.public_key() == one.public_key()
    assert issued.sha256 == hashlib.sha256(one.public_bytes(DER)).hexdigest()


def test_no_two_keys_and_no_two_numbers_are_the_same(
    authority: Authority, issued: Credentials
) -> None:
    other = authority.issue("90-B3-D5-1F-30-01-00-0A")
    assert other.chain == issued.chain
    assert other.key != issued.key
    numbers = {certificate(c.certificate).serial_number for c in (issued, other)}
    assert len(numbers) == 2


@pytest.mark.parametrize(
    ("algorithm", "size"),
    [
        (KeyAlgorithm("ecdsa", ("sha384",), curve="secp384r1"), 384),
        (KeyAlgorithm("ecdsa", ("sha512",), curve="secp521r1"), 521),
        (KeyAlgorithm("rsa", ("sha256",), minimum_bits=3072), 3072),
        (KeyAlgorithm("rsa", ("sha256",), minimum_bits=1024), 2048),
    ],
)
def test_keys_and_certificates_are_those_that_the_profile_takes(
    algorithm: KeyAlgorithm, size: int
) -> None:
    base = profile()
    wanted = replace(
        base,
        signature=replace(base.signature, algorithms=(algorithm,)),
        certificate=replace(base.certificate, policies=("1.2.3.4", "1.2.3.5")),
    )
    issued = Authority(AT, wanted).issue("90-B3-D5-1F-30-01-00-0A")
    one = certificate(issued.certificate)
    one.verify_directly_issued_by(certificate(issued.chain))
    key = one.public_key()
    kind = ec.EllipticCurvePublicKey if algorithm.curve else rsa.RSAPublicKey
    assert isinstance(key, kind)
    assert key.key_size == size
    (policy,) = one.extensions.get_extension_for_class(x509.CertificatePolicies).value
    assert policy.policy_identifier.dotted_string == "1.2.3.4"
