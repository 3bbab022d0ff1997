"""A certificate is looked at once, and judged as of each moment by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from conformance.model.profile import CertificateRules
from conformance.signature import Opened, TrustStore, examine, signing_certificate
from conformance.signature.examination import LARGEST, MOST
from conformance.signature.signing_certificate import SigningCertificate
from tests.signature import pki
from tests.signature.examinations import NO_REVOCATION
from tests.signature.pki import DAY, NOW
from tests.signature.signing import CERTIFICATE_RULES, Hierarchy

#: A second before, at and after each date that ``_dated`` has.
_MOMENTS = [
    NOW + days * DAY + timedelta(seconds=seconds)
    for days in (-100, -30, -20, -10, 10, 30, 100)
    for seconds in (-1, 0, 1)
]


def _opened(h: Hierarchy, *others: bytes) -> Opened:
    return Opened("cms-attached", certificate=h.ec.der, others=others)


def _dated(h: Hierarchy) -> tuple[TrustStore, Opened]:
    """A CA with two certificates, one after the other, and lists of which the last one revokes."""
    old = pki.authority("Test Issuing CA", h.root, key=h.ca.key, until=NOW - 10 * DAY, serial=18)
    new = pki.authority("Test Issuing CA", h.root, key=h.ca.key, first=NOW - 20 * DAY, serial=19)
    entry = h.ec.certificate.serial_number, NOW + 30 * DAY
    first = pki.revocation_list(h.ca, updated=NOW - 100 * DAY, until=NOW + 10 * DAY)
    last = pki.revocation_list(h.ca, [entry], updated=NOW - 30 * DAY, until=NOW + 100 * DAY)
    return TrustStore((h.root.der,), (first, last)), _opened(h, old.der, new.der)


def test_what_was_examined_before_decides_nothing(hierarchy: Hierarchy) -> None:
    trust, opened = _dated(hierarchy)
    alone = {
        at: examine(
            # So that it has never been looked at.
            replace(opened, others=(*opened.others, b"%d" % number)), trust, CERTIFICATE_RULES, at
        )
        for number, at in enumerate(_MOMENTS)
    }  # fmt: skip
    assert len({repr(one) for one in alone.values()}) > 5
    for at in (*_MOMENTS, *reversed(_MOMENTS)):
        assert examine(opened, trust, CERTIFICATE_RULES, at) == alone[at]


@pytest.mark.parametrize(
    ("trust", "rules"),
    [
        (TrustStore(), CERTIFICATE_RULES),
        (None, replace(CERTIFICATE_RULES, role_code=False, key_usage=("nonRepudiation",))),
        (None, NO_REVOCATION),
    ],
)
def test_other_trust_and_other_rules_are_judged_by(
    hierarchy: Hierarchy, trust: TrustStore | None, rules: CertificateRules
) -> None:
    given, opened = _dated(hierarchy)
    usual = examine(opened, given, CERTIFICATE_RULES, NOW + 50 * DAY)
    assert examine(opened, trust or given, rules, NOW + 50 * DAY) != usual
    assert examine(opened, given, CERTIFICATE_RULES, NOW + 50 * DAY) == usual


def _looked_at(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return the certificates that are looked at from now on, as they are."""
    found: list[bytes] = []

    class Counted(SigningCertificate, frozen=True, dict=True, eq=False):
        def __post_init__(self) -> None:
            found.append(self.certificate.der)

    monkeypatch.setattr(signing_certificate, "SigningCertificate", Counted)
    return found


def _examine_often(opened: Opened, moments: list[datetime]) -> None:
    for at in moments:
        examine(opened, TrustStore(), NO_REVOCATION, at)


def test_it_is_looked_at_once(hierarchy: Hierarchy, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = _looked_at(monkeypatch)
    opened = _opened(hierarchy, b"of this test alone")
    _examine_often(opened, _MOMENTS)
    assert looked_at == [hierarchy.ec.der]
    for number in range(MOST):
        _examine_often(_opened(hierarchy, b"of this test: %d" % number), _MOMENTS[:1])
    _examine_often(opened, _MOMENTS[:1])
    assert len(looked_at) == 1 + MOST + 1


def test_large_ones_are_looked_at_again(
    hierarchy: Hierarchy, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = _looked_at(monkeypatch)
    left = LARGEST - len(hierarchy.ec.der)
    assert LARGEST == 64 * 1024
    _examine_often(_opened(hierarchy, bytes(left)), _MOMENTS[:3])
    assert len(looked_at) == 1
    _examine_often(_opened(hierarchy, bytes(left), b"x"), _MOMENTS[:3])
    assert len(looked_at) == 1 + 3
