"""The certificates of the test PKI have the faults that they are to have, and no others."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import TadpError
from conformance.model.identity import Identity, Place
from conformance.model.profile import Profile
from conformance.signature import (
    Examination,
    SignedInput,
    TrustStore,
    examine,
    load_trust,
    open_file,
)
from generators.issuance import Issuance
from generators.pki import NAMES, PARTY_1, PARTY_2, Pki
from generators.scenario import SENT_AT
from generators.signing import Signing, fingerprint, sign
from generators.templates import AUTHORITIES, POLICY
from tests.generators.golden import AT, DATA

OPENSSL = Callable[..., subprocess.CompletedProcess[str]]

#: Words of what our own verifier finds.
FOUND = {
    "expired": "had expired",
    "not-yet-valid": "not yet valid",
    "revoked": "had been revoked",
    "valid-that-day": "not yet valid",
    "revoked-that-day": "had been revoked",
    "on-hold": "had been revoked",
    "revoked-by-later-list": "had been revoked",
    "namesake": "had been revoked",
    "commitment-only": "may not be used for signing",
    "future-issuer": "was not valid at the time",
    "list-issuer": "is not valid",
    "officer-issuer": "is not valid",
    "wrong-usage": "may not be used for signing",
    "no-usage": "does not say what its key",
    "usage-not-critical": "not marked as critical",
    "refused-usage": "something that the profile refuses",
    "other-purpose": "for purposes other",
    "ca-flag": "one of a CA",
    "issuing-usage": "one of a CA",
    "list-usage": "one of a CA",
    "revoked-in-part": "had been revoked",
    "revoked-issuer": "had been revoked",
    "expired-issuer": "was not valid at the time",
    "untrusted": "does not lead to a trust anchor",
    "self-signed": "does not lead to a trust anchor",
    "too-long-chain": "too long",
    "forged": "not signed by the CA that it names",
    "other-policy": "under a policy for signing",
    "no-common-name": "no common name",
    "role-code-decimal": "does not give the role",
    "no-role-code": "does not give the role",
    "no-eui64": "by its EUI-64",
    "eui64-as-text": "by its EUI-64",
    "eui64-other-form": "by its EUI-64",
    "eui64-short": "by its EUI-64",
    "weak-rsa": "of a kind that is not allowed",
    "wrong-curve": "of a kind that is not allowed",
    "curve-p521": "of a kind that is not allowed",
    "version-1": "not an X.509 version 3",
    "ca-as-signer": "one of a CA",
}

#: Entries of a profile without which a certificate has nothing wrong.
ENTRIES = {
    "refused-usage": {"key_usage_refused": ("keyAgreement",)},
    "other-policy": {"policies": (POLICY,)},
    "eui64-other-form": {"identity": Identity(Place.SERIAL_NUMBER)},
}

#: Words of what OpenSSL finds, which knows nothing of the profile.
OPENSSL_FINDS = {
    "expired": "certificate has expired",
    "not-yet-valid": "certificate is not yet valid",
    "valid-that-day": "certificate is not yet valid",
    "revoked": "certificate revoked",
    "on-hold": "certificate revoked",
    "namesake": "certificate revoked",
    "future-issuer": "certificate is not yet valid",
    "list-issuer": "invalid CA certificate",
    "issuing-usage": "keyCertSign invalid for non-CA cert",
    "officer-issuer": "invalid CA certificate",
    "revoked-in-part": "certificate revoked",
    "revoked-issuer": "certificate revoked",
    "expired-issuer": "certificate has expired",
    "part-not-given": "unable to get certificate CRL",
    "untrusted": "unable to get local issuer certificate",
    "self-signed": "unable to get certificate CRL",
    "forged": "certificate signature failure",
}


def trust(pki: Pki, directory: Path, crl: bytes | None = None) -> TrustStore:
    """The trust anchor and revocation lists of ``pki``, or another list, as a user gives them."""
    (directory / "trust.pem").write_bytes(pki.trust_pem())
    (directory / "crl.pem").write_bytes(pki.crl_pem() if crl is None else crl)
    return load_trust([directory / "trust.pem"], [directory / "crl.pem"], test_keys=True)


def examined(
    signing: Signing, store: TrustStore, profile: Profile, at: datetime = AT
) -> tuple[list[str], Examination]:
    """Return the findings of our verifier about a file and its signer's certificate."""
    signed = sign("adt.csv", DATA, signing, at)
    assert signed.signature is not None
    beside = Content.of_bytes("adt.csv.p7s", signed.signature)
    signed_input = SignedInput(Content.of_bytes("adt.csv", signed.file), beside)
    opened = open_file(signed_input, profile.signature)
    examination = examine(opened, store, profile.certificate, at)
    return [one.message for one in opened.faults + examination.faults], examination


@pytest.mark.parametrize("name", NAMES)
def test_each_certificate_has_its_fault(name: str, tmp_path: Path, profile: Profile) -> None:
    rules = replace(profile.certificate, **ENTRIES.get(name, {}))
    signing = Signing(signer=name, issuance=Issuance.under(rules))
    profile = replace(profile, certificate=rules)
    at = SENT_AT["mp109"] if name == "revoked-that-day" else AT
    messages, examination = examined(signing, trust(signing.pki, tmp_path), profile, at)
    if name not in FOUND:
        assert not messages
        assert bool(examination.gaps) == (name == "part-not-given")
        assert examination.eui64 == (PARTY_2 if name == "other-party" else PARTY_1)
    elif name == "ca-as-signer":
        assert len(messages) == 2
        assert "by its EUI-64" in messages[1]
    else:
        assert len(messages) == 1
    assert FOUND.get(name, "") in "".join(messages)
    assert bool(messages) == (bool(NAMES[name]) and name != "other-party")
    assert examination.fingerprint == fingerprint(signing) == signing.pki.fingerprint(name)


@pytest.mark.parametrize("name", ["aro-1", "aro-2", "expired", "weak-rsa"])
def test_rsa_certificates_are_alike(name: str, tmp_path: Path, profile: Profile) -> None:
    signing = Signing(algorithm="rsa", signer=name)
    messages, _ = examined(signing, trust(signing.pki, tmp_path), profile)
    assert len(messages) == (name in FOUND)
    assert FOUND.get(name, "") in "".join(messages)


@pytest.mark.openssl
@pytest.mark.parametrize("name", NAMES)
def test_openssl_sees_the_faults_that_do_not_depend_on_a_profile(
    name: str, openssl: OPENSSL, tmp_path: Path
) -> None:
    pki = Pki()
    (tmp_path / "trust.pem").write_bytes(pki.trust_pem())
    (tmp_path / "crl.pem").write_bytes(pki.crl_pem())
    (tmp_path / "one.pem").write_bytes(pki.certificate_pem(name))
    ders = [x509.load_der_x509_certificate(der) for der in pki.issuers(name)]
    chain = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in ders)
    (tmp_path / "chain.pem").write_bytes(chain or pki.issuers_pem())
    ran = openssl(
        "verify", "-x509_strict", "-CAfile", "trust.pem", "-untrusted", "chain.pem",
        "-CRLfile", "crl.pem", "-crl_check_all", "-use_deltas",
        "-attime", str(int(AT.timestamp())), "one.pem",
    )  # fmt: skip
    assert (ran.returncode == 0) == (name not in OPENSSL_FINDS), ran.stderr
    assert OPENSSL_FINDS.get(name, "") in ran.stderr


def test_an_out_of_date_list_leaves_revocation_open(tmp_path: Path, profile: Profile) -> None:
    signing = Signing()
    store = trust(signing.pki, tmp_path, signing.pki.stale_crl_pem())
    messages, examination = examined(signing, store, profile)
    assert not messages
    assert "out of date" in examination.gaps[0].reason


def test_a_forged_list_leaves_revocation_open(tmp_path: Path, profile: Profile) -> None:
    signing = Signing(signer="revoked")
    store = trust(signing.pki, tmp_path, signing.pki.forged_crl_pem())
    messages, examination = examined(signing, store, profile)
    assert not messages
    assert "does not verify" in examination.gaps[0].reason


def test_a_file_signing_certificate_is_like_those_of_smki() -> None:
    certificate = x509.load_der_x509_certificate(Pki().certificate("aro-1"))
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies)
    identifier = certificate.subject.get_attributes_for_oid(x509.NameOID.X500_UNIQUE_IDENTIFIER)
    key_identifier = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    assert "digital_signature=True" in repr(usage.value)
    assert usage.critical
    assert policies.critical
    assert [one.policy_identifier.dotted_string for one in policies.value] == [POLICY]
    assert identifier[0].value == bytes.fromhex("007000000000000001")
    assert len(key_identifier.value.digest) == 8
    assert key_identifier.value.digest[0] >> 4 == 4
    assert {type(one.value) for one in certificate.extensions} == {
        x509.KeyUsage,
        x509.CertificatePolicies,
        x509.SubjectKeyIdentifier,
        x509.AuthorityKeyIdentifier,
    }


def test_subjects_say_that_they_are_for_tests_and_not_what_is_wrong() -> None:
    for name in ("root", "issuing-ca", "aro-1", "expired", "revoked", "ca-flag"):
        subject = x509.load_der_x509_certificate(Pki().certificate(name)).subject
        text = str(subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)
        assert text.startswith("TADP TEST ")
        assert text.endswith("(not for use)")
        assert name not in text


def test_serial_numbers_keys_and_certificates_differ() -> None:
    pki = Pki()
    # One has the serial number of another, by another CA.
    names = [name for name in (*AUTHORITIES, *NAMES) if name not in ("ca-as-signer", "namesake")]
    for values in (
        {pki.serial(name) for name in names},
        {pki.key_pem(name) for name in names},
        {pki.fingerprint(name) for name in names},
    ):
        assert len(values) == len(names)


def test_each_party_has_certificates_of_its_own_from_the_same_cas() -> None:
    one, two = Pki(), Pki().for_party(PARTY_2)
    assert one.certificate("issuing-ca") == two.certificate("issuing-ca")
    assert one.certificate("other-party") == two.certificate("aro-1")
    assert two.certificate("other-party") == one.certificate("aro-1")
    assert one.certificate("aro-1") != two.certificate("aro-1")
    assert one.crl_pem() != two.crl_pem()


def test_a_key_belongs_to_its_certificate_and_a_spare_one_to_none() -> None:
    pki = Pki()
    for name in ("aro-1", "weak-rsa", "wrong-curve", "ca-as-signer"):
        certificate = x509.load_der_x509_certificate(pki.certificate(name))
        assert certificate.public_key() == pki.key(name).public_key()
        spare = pki.spare_key(name)
        assert spare.public_key() != pki.key(name).public_key()
        assert (type(spare), spare.key_size) == (type(pki.key(name)), pki.key(name).key_size)


@pytest.mark.parametrize(
    ("algorithm", "eui64", "name", "message"),
    [
        ("dsa", PARTY_1, "aro-1", "not an algorithm"),
        ("ecdsa", "70-00-00-00-00-00-00-0a", "aro-1", "not an EUI-64"),
        ("ecdsa", "", "aro-1", "not an EUI-64"),
        ("ecdsa", PARTY_1, "aro-99", "no certificate 'aro-99'"),
    ],
)
def test_a_certificate_that_the_pki_cannot_make_is_refused(
    algorithm: str, eui64: str, name: str, message: str
) -> None:
    with pytest.raises(TadpError, match=message):
        Pki(algorithm, eui64).certificate(name)
