"""Faults of a signature over a report, in the words that are reported."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from conformance.preparation.key_file import FileSigner
from conformance.preparation.signed_report import sign_report
from conformance.report.signature import signature_problems, signer_of
from conformance.signature import TrustStore
from tests.signature import pki
from tests.signature.pki import DAY, NOW

DATA = b"a report"
ROOT = pki.authority("Auditors")


def signer_with(holder: pki.Holder, *issuers: pki.Holder) -> FileSigner:
    """The key of ``holder`` in memory, and the certificates that come along with its own."""
    assert isinstance(holder.key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
    return FileSigner("memory", holder.der, tuple(one.der for one in issuers), holder.key)


def issued(issuer: pki.Holder = ROOT, **options: Any) -> pki.Holder:
    return pki.issue(pki.subject(), issuer, **options)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "run.json.p7s"


def problems(
    place: Path,
    signer: FileSigner,
    *,
    data: bytes = DATA,
    trust: pki.Holder = ROOT,
    at: datetime = NOW,
) -> list[str]:
    """Return what is reported about the signature that ``signer`` makes over the report."""
    place.write_bytes(sign_report(DATA, signer, NOW))
    return list(signature_problems(data, place, TrustStore((trust.der,)), at))


def test_a_valid_signature_has_no_trouble_and_names_the_signer(place: Path) -> None:
    own = issued()
    assert problems(place, signer_with(own)) == []
    who, serial = signer_of(place).split(", serial number ")
    assert "ARO 1" in who
    assert serial == f"{own.certificate.serial_number:X}"


@pytest.mark.parametrize("bits", [2048, 3072])
def test_a_key_of_rsa_signs_too(bits: int, place: Path) -> None:
    assert problems(place, signer_with(issued(key=rsa.generate_private_key(65537, bits)))) == []


@pytest.mark.parametrize("named", [("digital_signature",), ("content_commitment",)])
def test_either_usage_is_for_signing(named: tuple[str, ...], place: Path) -> None:
    assert problems(place, signer_with(issued(extensions=[(pki.usage(*named), False)]))) == []


def test_another_usage_is_not_and_a_certificate_that_names_none_may_sign(place: Path) -> None:
    assert problems(place, signer_with(issued(extensions=[(pki.usage("crl_sign"), True)]))) == [
        "the certificate of the signer is not for signing"
    ]
    own = issued(extensions=[(x509.BasicConstraints(ca=False, path_length=None), True)])
    assert problems(place, signer_with(own), trust=own) == []


@pytest.mark.parametrize("days", [-100, 100])
def test_a_certificate_is_valid_from_its_first_moment_to_its_last(days: int, place: Path) -> None:
    at, beyond = NOW + days * DAY, NOW + (days + days // 100) * DAY
    own = issued()
    assert problems(place, signer_with(own), at=at, trust=own) == []
    assert problems(place, signer_with(own), at=beyond, trust=own) == [
        "the certificate of the signer is valid from 2025-02-21 12:00 to 2025-09-09 12:00 UTC, "
        f"not at {beyond:%Y-%m-%d %H:%M}; --at gives another time"
    ]


def test_the_chain_may_come_along_with_the_signature(place: Path) -> None:
    issuers = [pki.authority("First", ROOT)]
    for number in range(2, 9):
        issuers.append(pki.authority(f"No {number}", issuers[-1]))
    own = issued(issuers[-1])
    assert problems(place, signer_with(own, *issuers)) == []
    place.write_bytes(sign_report(DATA, signer_with(own), NOW))
    known = TrustStore((ROOT.der,), intermediates=tuple(one.der for one in issuers))
    assert list(signature_problems(DATA, place, known, NOW)) == []
    ninth = pki.authority("No 9", issuers[-1])
    assert problems(place, signer_with(issued(ninth), *issuers, ninth)) == [
        "the chain to the trust anchor is too long"
    ]


def test_a_certificate_of_somebody_elses_is_not_trusted(place: Path) -> None:
    (reported,) = problems(place, signer_with(issued()), trust=pki.authority("Others"))
    assert reported == "the certificate does not lead to a trust anchor"
    (reported,) = problems(place, signer_with(issued()), trust=pki.authority("Auditors"))
    assert reported == "a certificate in the chain is not signed by the CA that it names"


def test_another_report_is_found_whoever_signed(place: Path) -> None:
    (reported,) = problems(
        place, signer_with(issued()), data=DATA + b"\n", trust=pki.authority("Others")
    )
    assert "changed after it was signed" in reported


@pytest.mark.parametrize("data", [b"", b"hello", b"\x30\x80"])
def test_a_file_that_is_not_a_signature_is_reported_and_has_no_signer(
    data: bytes, place: Path
) -> None:
    place.write_bytes(data)
    (reported,) = signature_problems(DATA, place, TrustStore(), NOW)
    assert reported
    assert signer_of(place) == "nobody"
