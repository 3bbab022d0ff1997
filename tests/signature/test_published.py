"""Published test keys are never trust anchors, unless a profile says so."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID
from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.model.profile_loading import TEST_KEYS
from conformance.report.signature import signature_problems
from conformance.signature import Opened, TrustStore, examine, load_trust, published
from conformance.signature.certificate import Certificate
from conformance.signature.published import listed_text, published_digests
from generators.keys import SigningKey, ecdsa_key
from generators.pki import Pki
from tests.corpus import FIXTURES
from tests.model.profiles import assumption, extending
from tests.running import run
from tests.signature import pki
from tests.signature.signing import CERTIFICATE_RULES

ROOT = FIXTURES / "trust" / "ecdsa-root.pem"
EXAMPLE = FIXTURES / "examples" / "adt-conforming"
SAID = (
    "holds a test key, with which anybody can sign (never trust it; a profile for tests says "
    "test_keys = true under [trust])"
)


def test_a_root_of_the_corpus_is_refused() -> None:
    assert run("check", EXAMPLE, "--trust", ROOT).trouble == f"{ROOT}: {SAID}"


def test_so_is_one_that_a_profile_names(tmp_path: Path) -> None:
    profile = extending(tmp_path, f"[trust]\nanchors = [{json.dumps(str(ROOT))}]\n")
    assert run("check", EXAMPLE, "--profile", profile).trouble.endswith(SAID)


def test_a_signature_over_a_report_is_not_verified_with_one(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    assert run("check", EXAMPLE, "--output", report).code == 0
    words = ("--signature", EXAMPLE / "adt.csv.p7s", "--trust", ROOT)
    assert run("report", "verify", report, *words).trouble == f"{ROOT}: {SAID}"


def test_the_profile_of_the_corpus_trusts_it_and_says_what_that_is_worth() -> None:
    ran = run("check", EXAMPLE, "--profile", FIXTURES / "profile.toml", "--format", "json")
    assert ran.verdict == "conforms"
    said = {one["entry"]: one["reason"] for one in ran.report["profile"]["unverified"]}
    assert said["trust"] == TEST_KEYS


def test_no_one_can_confirm_trust_in_test_keys(tmp_path: Path) -> None:
    trusted = f"[trust]\nanchors = [{json.dumps(str(ROOT))}]\ntest_keys = true\n"
    profile = extending(tmp_path, trusted + assumption("trust"))
    ran = run("check", EXAMPLE, "--profile", profile, "--format", "json")
    said = {one["entry"]: one["reason"] for one in ran.report["profile"]["unverified"]}
    assert said["trust"] == TEST_KEYS


@pytest.mark.parametrize(
    ("algorithm", "name"),
    [("rsa", "root"), *(("ecdsa", n) for n in ("root", "issuing-ca", "other-root", "aro-1"))],
)
def test_each_certificate_of_the_test_hierarchy(tmp_path: Path, algorithm: str, name: str) -> None:
    path = tmp_path / "anchor.pem"
    path.write_bytes(Pki(algorithm).certificate_pem(name))
    with pytest.raises(TadpError, match="holds a test key"):
        load_trust([path], [])
    assert load_trust([path], [], test_keys=True).anchors


def test_the_list_has_digests_and_what_it_says_of_them() -> None:
    lines = listed_text().splitlines()
    digests = [line for line in lines if re.fullmatch(r"[0-9a-f]{64}", line)]
    assert published_digests() == frozenset(digests)
    assert all(not line or line.startswith("#") for line in lines if line not in digests)


def self_signed(name: str, key: SigningKey) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime(2025, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 7)
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=9))
    built = builder.sign(key, hashes.SHA256())
    return built.public_bytes(Encoding.DER)


def test_another_certificate_for_the_same_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "anchor.der"
    for key in (Pki("ecdsa").key("root"), Pki("rsa").key("root")):
        path.write_bytes(self_signed("Honest Root", key))
        with pytest.raises(TadpError, match="holds a test key"):
            load_trust([path], [])


def test_another_key_under_the_label_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "anchor.der"
    path.write_bytes(self_signed("TADP TEST Root (not for use)", ecdsa_key("of no root")))
    with pytest.raises(TadpError, match="holds a test key"):
        load_trust([path], [])


def test_a_root_that_only_resembles_a_published_one_is_trusted(tmp_path: Path) -> None:
    path = tmp_path / "anchor.der"
    for name, key in (("TADP TEST Root", ecdsa_key("a")), ("Root (not for use)", ecdsa_key("a"))):
        path.write_bytes(self_signed(name, key))
        assert load_trust([path], []).anchors


def issued(key: SigningKey, ca: pki.Holder, **options: Any) -> pki.Holder:
    """An honest certificate for a key that is published."""
    return pki.issue(pki.subject(), ca, key=key, **options)


@pytest.mark.parametrize("algorithm", ["ecdsa", "rsa"])
def test_a_published_key_signs_nothing_whoever_certified_it(algorithm: str) -> None:
    key = Pki(algorithm).key("aro-1")
    root = pki.authority("Root")
    ca = pki.authority("CA", root, key=key)
    for signer, others in ((issued(key, root), []), (pki.issue(pki.subject(), ca), [ca.der])):
        lists = tuple(pki.revocation_list(one) for one in (root, ca))
        trust = TrustStore((root.der,), lists, tuple(others))
        opened = Opened("cms-attached", certificate=signer.der)
        (fault,) = examine(opened, trust, CERTIFICATE_RULES, pki.NOW).faults
        assert "is a published test key, with which anybody can sign" in fault.message
        tests = replace(trust, test_keys=True)
        assert examine(opened, tests, CERTIFICATE_RULES, pki.NOW).faults == ()


def test_a_published_key_signs_no_list() -> None:
    root = pki.authority("Root")
    ca = pki.authority("CA", root)
    lists = [(pki.usage("crl_sign"), True)]
    signs = pki.authority("CA", root, key=Pki().key("aro-1"), extensions=lists)
    signer = pki.issue(pki.subject(), ca)
    trust = TrustStore((root.der,), (pki.revocation_list(signs),), (ca.der, signs.der))
    opened = Opened("cms-attached", certificate=signer.der)
    (gap,) = examine(opened, trust, CERTIFICATE_RULES, pki.NOW).gaps
    assert "does not verify" in gap.reason
    tests = replace(trust, test_keys=True)
    assert examine(opened, tests, CERTIFICATE_RULES, pki.NOW).gaps == ()


def test_a_published_key_signs_no_report(tmp_path: Path) -> None:
    root = pki.authority("Root")
    signer = issued(Pki().key("aro-1"), root)
    data = b"a report"
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data)
    builder = builder.add_signer(signer.certificate, signer.key, hashes.SHA256())  # type: ignore[arg-type]
    options = [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.DetachedSignature]
    signature = tmp_path / "report.p7s"
    signature.write_bytes(builder.sign(Encoding.DER, options))
    trust = TrustStore((root.der,))
    (problem,) = signature_problems(data, signature, trust, pki.NOW)
    assert "is a published test key" in problem
    tests = replace(trust, test_keys=True)
    assert list(signature_problems(data, signature, tests, pki.NOW)) == []


@pytest.mark.parametrize("algorithm", ["ecdsa", "ecdsa-p384", "ecdsa-p521", "rsa", "rsa-3072"])
def test_a_key_in_the_usual_encoding_needs_not_be_encoded_again(algorithm: str) -> None:
    certificate = Certificate.read(Pki(algorithm).certificate("aro-1"))
    assert certificate is not None
    digest = hashlib.sha256(certificate.key).hexdigest()
    assert digest in published_digests()
    assert published._is_usual(certificate.key) == (algorithm != "rsa-3072")
    assert published._key_digest(certificate.der) == digest
    assert published.is_published(certificate)
    compressed = certificate.key.replace(b"\x00\x04", b"\x00\x02", 1)
    assert algorithm.startswith("rsa") or not published._is_usual(compressed)
