"""Revocation lists in all their kinds, as RFC 5280 has them in sections 5.2 and 6.3.3."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509 import ReasonFlags
from msgspec.structs import replace

from conformance.signature import Examination, Opened, TrustStore, examine, revocation_list
from tests.signature import pki
from tests.signature.pki import DAY, NOW
from tests.signature.signing import CERTIFICATE_RULES

LONG = datetime(2100, 1, 1, tzinfo=UTC)
ROOT = pki.authority("Root", key=pki.same_key(1), serial=1, until=LONG)
CA = pki.authority("CA", ROOT, key=pki.same_key(2), serial=2, until=LONG)
OTHER = pki.authority("Lists", ROOT, key=pki.same_key(4), serial=4)
SERIAL = 7
#: No reason but these is on a list that is limited to some.
LATER = frozenset({ReasonFlags.superseded, ReasonFlags.certificate_hold})


def uri(number: int, host: str = "crl.example") -> x509.UniformResourceIdentifier:
    return x509.UniformResourceIdentifier(f"http://{host}/{number}.crl")


def point(*names: x509.GeneralName, **more: Any) -> x509.DistributionPoint:
    given: dict[str, Any] = {
        "full_name": names or None, "relative_name": None, "reasons": None, "crl_issuer": None,
    }  # fmt: skip
    return x509.DistributionPoint(**{**given, **more})


def scope(*names: x509.GeneralName, **more: Any) -> tuple[x509.ExtensionType, bool]:
    given: dict[str, Any] = {
        "full_name": names or None, "relative_name": None, "only_contains_user_certs": False,
        "only_contains_ca_certs": False, "only_some_reasons": None, "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }  # fmt: skip
    return x509.IssuingDistributionPoint(**{**given, **more}), True


def number(value: int) -> tuple[x509.ExtensionType, bool]:
    return x509.CRLNumber(value), False


def changes(base: int) -> tuple[x509.ExtensionType, bool]:
    return x509.DeltaCRLIndicator(base), True


def signer(*points: x509.DistributionPoint, **options: Any) -> pki.Holder:
    extensions = [*pki.SIGNER_EXTENSIONS]
    if points:
        extensions.append((x509.CRLDistributionPoints(points), False))
    given = {"key": pki.same_key(3), "serial": SERIAL, "extensions": extensions}
    return pki.issue(pki.subject(), CA, **{**given, **options})


def listed(
    *extensions: tuple[x509.ExtensionType, bool], by: pki.Holder = CA, **options: Any
) -> bytes:
    return pki.revocation_list(by, extensions=extensions, **options)


def revoked(
    *extensions: tuple[x509.ExtensionType, bool],
    reason: ReasonFlags | None = ReasonFlags.key_compromise,
    **options: Any,
) -> bytes:
    return listed(*extensions, revoked=[(SERIAL, NOW - 5 * DAY)], reason=reason, **options)


def examined(
    holder: pki.Holder,
    *lists: bytes,
    at: datetime = NOW,
    others: Sequence[pki.Holder] = (),
) -> Examination:
    trust = TrustStore((ROOT.der,), lists, tuple(one.der for one in (CA, *others)))
    opened = Opened("cms-attached", certificate=holder.der)
    return examine(opened, trust, replace(CERTIFICATE_RULES, maximum_issuing_cas=3), at)


def verdict(found: Examination) -> str:
    if found.faults:
        (fault,) = found.faults
        assert fault.message == "the certificate had been revoked by its issuer"
        return "revoked"
    if found.gaps:
        (gap,) = found.gaps
        assert gap.evidence == ("--crl",)
        return gap.reason.partition("CN=CA")[2].partition(" ")[2]
    return "good"


NAMED = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Point")])
RELATIVE = x509.RelativeDistinguishedName([*NAMED])
BELOW_CA = x509.DirectoryName(x509.Name([*CA.certificate.subject.rdns, RELATIVE]))


@pytest.mark.parametrize(
    ("points", "of_list", "expected"),
    [
        ([], [], "good"),
        ([point(uri(2))], [], "good"),
        ([point(uri(1))], [scope(uri(1))], "good"),
        ([point(uri(1))], [scope(uri(7), uri(1))], "good"),
        ([point(uri(7), uri(1))], [scope(uri(1))], "good"),
        ([point(uri(7)), point(uri(1))], [scope(uri(1))], "good"),
        ([point(uri(1, "CRL.Example"))], [scope(uri(1))], "good"),
        ([point(relative_name=RELATIVE)], [scope(BELOW_CA)], "good"),
        ([point(BELOW_CA)], [scope(relative_name=RELATIVE)], "good"),
        ([], [scope(x509.DirectoryName(CA.certificate.subject))], "good"),
        ([], [scope(only_contains_user_certs=True)], "good"),
        ([point(uri(2))], [scope(uri(1))],
         "for http://crl.example/1.crl does not cover the certificate: "
         "the list for http://crl.example/2.crl is needed"),
        ([], [scope(uri(1))],
         "for http://crl.example/1.crl does not cover the certificate: "
         "the list, for all of its certificates, is needed"),
        ([point(relative_name=RELATIVE)], [scope(x509.DirectoryName(NAMED))],
         "for CN=Point does not cover the certificate: the list for CN=Point,"),
        ([], [scope(only_contains_ca_certs=True)],
         "is for certificates of CAs only: the one for the others is needed"),
        ([], [scope(only_contains_attribute_certs=True)],
         "is for attribute certificates only: the one for public-key certificates is needed"),
        ([], [scope(only_some_reasons=LATER)],
         "is for some reasons only: one for aACompromise, affiliationChanged, cACompromise, "
         "cessationOfOperation, keyCompromise, privilegeWithdrawn is needed"),
        ([point(uri(1), reasons=LATER)], [scope(uri(1))],
         "for http://crl.example/1.crl is for some reasons only: one for aACompromise, "
         "affiliationChanged, cACompromise, cessationOfOperation, keyCompromise, "
         "privilegeWithdrawn is needed"),
    ],
)  # fmt: skip
def test_a_revocation_list_counts_only_if_it_covers_the_certificate(
    points: Sequence[x509.DistributionPoint], of_list: Any, expected: str
) -> None:
    assert verdict(examined(signer(*points), listed(*of_list))).startswith(expected)


def test_no_list_at_all() -> None:
    (gap,) = examined(signer()).gaps
    assert gap.reason.endswith("CN=CA was given")
    (gap,) = examined(signer(point(uri(1)), point(uri(2)))).gaps
    where = "http://crl.example/1.crl or http://crl.example/2.crl"
    assert gap.reason.endswith(f"CN=CA for {where} was given")
    many = [point(uri(number), uri(10**300)) for number in range(9)]
    assert len(examined(signer(*many)).gaps[0].reason) < 800


def test_lists_for_all_reasons_together_are_complete() -> None:
    from conformance.signature.revocation_list import REASONS

    some = listed(scope(only_some_reasons=LATER))
    others = listed(scope(only_some_reasons=REASONS - LATER))
    assert verdict(examined(signer(), some, others)) == "good"
    assert verdict(examined(signer(), some, revoked(scope(only_some_reasons=LATER)))) == "revoked"


def test_a_revocation_counts_on_a_list_for_others_too() -> None:
    assert verdict(examined(signer(point(uri(2))), revoked(scope(uri(1))))) == "revoked"
    found = verdict(examined(signer(), revoked(scope(only_contains_attribute_certs=True))))
    assert found.startswith("is for attribute certificates only")


HOLD, REMOVED = ReasonFlags.certificate_hold, ReasonFlags.remove_from_crl


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ([listed(number(5)), listed(number(6), changes(5))], "good"),
        ([listed(number(5)), revoked(number(6), changes(5))], "revoked"),
        ([listed(number(5)), revoked(number(6), changes(5), reason=REMOVED)], "good"),
        ([revoked(number(5), reason=REMOVED)], "good"),
        ([revoked(number(5), reason=HOLD), revoked(number(6), changes(5), reason=REMOVED)],
         "good"),
        ([revoked(number(5), reason=HOLD), listed(number(6), changes(5))], "revoked"),
        ([revoked(number(5)), revoked(number(6), changes(5), reason=REMOVED)], "revoked"),
        ([revoked(number(5), reason=HOLD), revoked(number(6), changes(5))], "revoked"),
        # The changes since 6 are not all the changes since 5.
        ([revoked(number(5), reason=HOLD), revoked(number(7), changes(6), reason=REMOVED)],
         "revoked"),
        ([listed(number(5), until=NOW - DAY, updated=NOW - 9 * DAY),
          listed(number(6), changes(5))], "good"),
        ([listed(number(5), until=NOW - DAY, updated=NOW - 9 * DAY),
          listed(number(7), changes(6))], "is out of date"),
        ([listed(number(6), changes(5))],
         "has changes only: the complete list number 5, or a newer one, is needed"),
        ([listed(), listed(number(6), changes(5))], "good"),
        ([listed(number(5), scope(uri(1))), revoked(number(6), changes(5), reason=REMOVED)],
         "has changes only: the complete list number 5, or a newer one, is needed"),
    ],
)  # fmt: skip
def test_lists_of_changes(lists: Sequence[bytes], expected: str) -> None:
    for given in (lists, lists[::-1]):
        assert verdict(examined(signer(), *given)) == expected


@pytest.mark.parametrize(
    ("days", "expected"), [(-9, "good"), (-4, "revoked"), (-1, "revoked"), (0, "good"), (3, "good")]
)
def test_a_hold_that_was_released_later(days: int, expected: str) -> None:
    before = listed(updated=NOW - 20 * DAY, until=NOW - 3 * DAY)
    during = revoked(updated=NOW - 4 * DAY, reason=HOLD)
    after = listed(updated=NOW)
    at = NOW + days * DAY
    assert verdict(examined(signer(), before, during, after, at=at)) == expected


def test_a_list_from_after_the_certificate_expired() -> None:
    holder = signer(until=NOW + 10 * DAY)
    late = {"updated": NOW + 20 * DAY, "until": NOW + 50 * DAY}
    assert "need not have a certificate that expired on 2025-06-11 any more" in verdict(
        examined(holder, listed(**late))
    )
    assert verdict(examined(holder, revoked(**late))) == "revoked"
    kept = x509.UnrecognizedExtension(
        x509.ObjectIdentifier("2.5.29.60"), b"\x18\x0f20200101000000Z"
    )
    assert verdict(examined(holder, listed((kept, False), **late))) == "good"
    # A list from before then, or the finding that it had expired, is enough.
    assert verdict(examined(holder, listed(**late), listed())) == "good"
    found = examined(holder, listed(**late), at=NOW + 30 * DAY)
    assert (len(found.faults), found.gaps) == (1, ())


def test_a_later_list_is_about_the_past_and_one_from_the_future_shows_nothing() -> None:
    now = datetime.now(UTC)
    holder = signer(until=now + 900 * DAY)
    assert verdict(examined(holder, listed(updated=NOW + 9 * DAY))) == "good"
    future = {"updated": now + 9 * DAY, "until": now + 99 * DAY}
    assert "in the future" in verdict(examined(holder, listed(**future)))
    assert "in the future" in verdict(examined(holder, listed(**future), at=now))


def issuer_of(name: x509.Name) -> tuple[x509.ExtensionType, bool]:
    return x509.CertificateIssuer([x509.DirectoryName(name)]), True


def test_a_list_by_another_authority() -> None:
    by_other = point(uri(1), crl_issuer=[x509.DirectoryName(OTHER.certificate.subject)])
    holder, indirect = signer(by_other), scope(uri(1), indirect_crl=True)
    for_ca = {"entry_extensions": [issuer_of(CA.certificate.subject)]}
    good = listed(indirect, by=OTHER)
    assert verdict(examined(holder, good, others=[OTHER])) == "good"
    assert verdict(examined(holder, revoked(indirect, by=OTHER, **for_ca), others=[OTHER])) == (
        "revoked"
    )
    # Its own certificate 7, or the entry before last says whose it is.
    assert verdict(examined(holder, revoked(indirect, by=OTHER), others=[OTHER])) == "good"
    rows = [(1, NOW - DAY), (SERIAL, NOW - DAY)]
    sticky = listed(indirect, by=OTHER, revoked=rows, **for_ca)
    assert verdict(examined(holder, sticky, others=[OTHER])) == "revoked"
    # Not indirect; of the wrong point; by somebody whom no one trusts.
    for one in (
        listed(scope(uri(1)), by=OTHER),
        listed(scope(uri(2), indirect_crl=True), by=OTHER),
    ):
        (gap,) = examined(holder, one, others=[OTHER]).gaps
        assert "does not cover the certificate: the list for http://crl.example/1.crl" in gap.reason
    rogue = pki.authority("Lists")
    (gap,) = examined(holder, listed(indirect, by=rogue), others=[rogue]).gaps
    assert gap.evidence == ("--trust",)
    (gap,) = examined(holder, others=[OTHER]).gaps
    assert "no revocation list of" in gap.reason
    assert "CN=Lists" in gap.reason


def lists_only(**options: Any) -> pki.Holder:
    """A second key of the CA, which signs lists."""
    extensions = [(pki.usage("crl_sign"), True)]
    return pki.authority("CA", ROOT, extensions=extensions, serial=9, **options)


def test_a_list_by_another_key_of_the_authority() -> None:
    signs = lists_only()
    assert verdict(examined(signer(), listed(by=signs), others=[signs])) == "good"
    assert verdict(examined(signer(), revoked(by=signs), others=[signs])) == "revoked"
    assert verdict(examined(signer(), listed(by=signs))) == "does not verify with its key"
    expired = lists_only(until=NOW - DAY)
    assert "not verify" in verdict(examined(signer(), listed(by=expired), others=[expired]))
    withdrawn = pki.revocation_list(ROOT, [(9, NOW - DAY)])
    found = verdict(examined(signer(), listed(by=signs), withdrawn, others=[signs]))
    assert "not verify" in found


def test_something_critical_in_an_entry() -> None:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0")
    for extension in ((unknown, True), issuer_of(CA.certificate.subject)):
        of_another = listed(revoked=[(8, NOW - DAY)], entry_extensions=[extension])
        assert "critical" in verdict(examined(signer(), of_another))
    harmless = listed(revoked=[(8, NOW - DAY)], entry_extensions=[(unknown, False)])
    assert verdict(examined(signer(), harmless)) == "good"
    assert verdict(examined(signer(), revoked(entry_extensions=[(unknown, True)]))) == "revoked"


def test_entries_are_looked_through_only_where_one_has_something_critical(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """There may be a million, and 0x0101FF among their serial numbers."""
    read = revocation_list.read_extensions
    looked_at: list[int] = []

    def counted(holder: Any) -> x509.Extensions:
        if isinstance(holder, x509.RevokedCertificate):
            looked_at.append(holder.serial_number)
        return read(holder)

    monkeypatch.setattr(revocation_list, "read_extensions", counted)
    others = [(0x0101FF, NOW - DAY), (8, NOW - DAY)]
    assert verdict(examined(signer(), listed(revoked=others, reason=None))) == "good"
    assert looked_at == []
    invalid = x509.InvalidityDate(datetime(2025, 5, 1)), True
    crl = listed(revoked=others, reason=None, entry_extensions=[invalid])
    assert verdict(examined(signer(), crl)) == "good"
    assert looked_at == [0x0101FF, 8]


def test_lists_for_a_ca_are_not_asked_for_but_have_to_show() -> None:
    own = listed()
    assert verdict(examined(signer(), own)) == "good"
    assert verdict(examined(signer(), own, listed(by=ROOT))) == "good"
    found = examined(signer(), own, listed(scope(uri(1)), by=ROOT))
    assert "CN=Root for http://crl.example/1.crl does not cover" in found.gaps[0].reason
    found = examined(signer(), own, listed(scope(only_contains_user_certs=True), by=ROOT))
    assert "is for certificates of users only" in found.gaps[0].reason
