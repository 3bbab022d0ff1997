"""The certificates of PKITS, NIST's tests of path validation, and what they are expected to give.

``cryptography-vectors`` has them. ``pkits.csv`` has a row for each of the 224 tests: the
certificate that signs, NIST's verdict (with any policy to begin with, as RFC 5280 has it in
section 6.1.1), ours, and why ours differs if it does. Of what NIST names invalid, ``not shown`` is
enough: a signature that is not shown to be good is not accepted.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import cryptography_vectors
from cryptography.hazmat.backends.openssl import backend
from msgspec import Struct

from conformance.model.profile import CertificateRules, RevocationBy
from conformance.signature import Examination, Opened, TrustStore, examine

#: Before OpenSSL 4.0.3, a self-issued certificate is taken for a self-signed one.
KNOWS_SELF_ISSUED = backend.openssl_version_number() >= 0x40000030
TABLE = Path(__file__).with_name("pkits.csv")
_DATA = Path(cryptography_vectors.__file__).parent / "x509" / "PKITS_data"
_ANCHOR = "TrustAnchorRootCertificate"
#: All of PKITS is valid from 2010 to the end of 2030.
_AT = datetime(2026, 6, 1, tzinfo=UTC)
#: Rules of a profile beyond RFC 5280 are not applied here.
_RULES = CertificateRules(
    common_name=False,
    role_code=False,
    eui64=False,
    key_usage_critical=False,
    policies=(),
    maximum_issuing_cas=8,
    revocation=RevocationBy.CRL,
)


class Row(Struct, frozen=True):
    """A test: ``older`` is our verdict where OpenSSL is older than 4.0.3, if it is another."""

    test: str
    certificate: str
    nist: str
    ours: str
    older: str
    reason: str


def rows() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Row(**row) for row in csv.DictReader(file)]


@cache
def _trust() -> TrustStore:
    read = {path.stem: path.read_bytes() for path in sorted((_DATA / "certs").glob("*.crt"))}
    cas = tuple(der for name, der in read.items() if not name.endswith("EE") and name != _ANCHOR)
    lists = tuple(path.read_bytes() for path in sorted((_DATA / "crls").glob("*.crl")))
    return TrustStore((read[_ANCHOR],), lists, cas)


def tests() -> set[str]:
    """Return the names of the tests; there is a signed message for each."""
    files = (_DATA / "smime").glob("Signed*.eml")
    return {path.stem.removeprefix("Signed") for path in files}


def examined(row: Row) -> Examination:
    signer = (_DATA / "certs" / f"{row.certificate}.crt").read_bytes()
    return examine(Opened("cms-attached", certificate=signer), _trust(), _RULES, _AT)


def verdict(found: Examination) -> str:
    return "failed" if found.faults else "not shown" if found.gaps else "passed"
