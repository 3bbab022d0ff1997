"""The File Signing Certificate and whose it is: 3.4(b), 4.7(b) and 4.13(b)."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from conformance.content import Content
from conformance.findings import Status
from conformance.signature import TrustStore
from conformance.submission.evidence import ResponsibleOfficer, Sender, Submission
from tests.checks.situation import (
    ADT,
    OTHER_ID,
    SENT,
    USER_ID,
    adt,
    assert_fails_only_at,
    assert_not_shown,
    check,
    fingerprint,
    officer,
    qcaf,
    result,
    root,
    roots,
    signed,
    trust,
)
from tests.signature import pki

VALID = {"adt": "3.4(b)-3", "user": "4.7(b)-5", "dcc": "4.13(b)-5"}
OFFICER = {"adt": "3.4(b)-4", "user": "4.7(b)-6", "dcc": "4.13(b)-6"}
KINDS = ("adt", "user", "dcc")


def submission(kind: str, **changes: Any) -> Submission:
    return adt(**changes) if kind == "adt" else qcaf(kind, **changes)


def by_officers(sent: Submission, *officers: ResponsibleOfficer) -> Submission:
    return replace(sent, sender=replace(sent.sender, officers=officers))


# --- Validity -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_without_an_anchor_the_chain_is_not_shown(kind: str) -> None:
    checked = check(submission(kind), trust=TrustStore(crls=trust().crls))
    assert_not_shown(checked, VALID[kind], "--trust")


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_list_revocation_is_not_shown(kind: str) -> None:
    checked = check(submission(kind), trust=TrustStore(anchors=trust().anchors))
    assert_not_shown(checked, VALID[kind], "--crl")


EXPIRED = pki.DAY * 200


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("reading", "sent", "now", "fails"),
    [
        ("sending", SENT, SENT + EXPIRED, False),
        ("sending", SENT + EXPIRED, SENT, True),
        ("checking", SENT, SENT + EXPIRED, True),
        ("checking", SENT + EXPIRED, SENT, False),
    ],
)
def test_the_time_at_which_it_has_to_be_valid(
    kind: str, reading: str, sent: Any, now: Any, fails: bool
) -> None:
    store = TrustStore(
        trust().anchors, (pki.revocation_list(root(), until=SENT + EXPIRED + EXPIRED),)
    )
    checked = check(submission(kind, sent_at=sent), certificate_time=reading, now=now, trust=store)
    assert (result(checked, VALID[kind]).status is Status.FAILED) is fails


def test_the_time_of_checking_is_used_where_no_time_of_sending_is_given() -> None:
    for now, fails in ((SENT, False), (SENT + EXPIRED, True)):
        checked = check(adt(sent_at=None), now=now)
        assert (result(checked, "3.4(b)-3").status is Status.FAILED) is fails


def test_the_time_of_signing_must_be_in_the_signature() -> None:
    # It was signed just now, when the certificate is not valid any more.
    checked = check(adt(), certificate_time="signing")
    assert roots(checked) == ["3.4(b)-3"]
    bare = signed_without_attributes(ADT)
    checked = check(adt(file=bare), certificate_time="signing")
    assert_not_shown(checked, "3.4(b)-3", "sent_at")
    assert_not_shown(checked, "3.4(b)-4", "sent_at")


def signed_without_attributes(data: bytes) -> Content:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

    by = officer()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data)
    builder = builder.add_signer(by.certificate, by.key, hashes.SHA256())  # type: ignore[arg-type]
    options = [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoAttributes]
    return Content.of_bytes("adt.csv.p7m", builder.sign(Encoding.DER, options))


# --- What hides it ------------------------------------------------------------------------------


def test_a_signature_that_does_not_hold_hides_whose_it_is() -> None:
    file = Content.of_bytes("adt.csv", ADT)
    checked = check(adt(file=file, signature=signed(ADT + ADT[:10])))
    assert_fails_only_at(checked, "3.4(b)-2")
    for requirement in ("3.4(b)-3", "3.4(b)-4"):
        assert result(checked, requirement).blocked_by == ("3.4(b)-2",)


def test_no_signature_hides_whose_it_is() -> None:
    checked = check(adt(file=Content.of_bytes("adt.csv", ADT)))
    assert_fails_only_at(checked, "6.1-1")
    for requirement in ("3.4(b)-3", "3.4(b)-4"):
        assert result(checked, requirement).blocked_by == ("6.1-1",)


def test_no_file_shows_nothing() -> None:
    checked = check(adt(file=None))
    for requirement in ("6.1-1", "3.4(b)-2", "3.4(b)-3", "3.4(b)-4"):
        assert_not_shown(checked, requirement, "file")


@pytest.mark.parametrize("kind", ["user", "dcc"])
def test_a_qcaf_fails_at_the_first_thing_that_is_wrong(kind: str) -> None:
    """One requirement wants all of it: the signature, the certificate and the officer."""
    expired = check(by_officers(submission(kind, sent_at=SENT + EXPIRED)))
    assert VALID[kind] in roots(expired)
    found = result(expired, VALID[kind]).findings[0]
    assert "had expired" in found.message
    assert "certificate-validity" in found.notes


# --- The officer --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
class TestTheOfficer:
    @pytest.mark.parametrize(
        "officers",
        [
            (ResponsibleOfficer("ARO 1", None),),
            (ResponsibleOfficer("another", None), ResponsibleOfficer("ARO 1", None)),
            (ResponsibleOfficer("another", "upper"),),
            (ResponsibleOfficer(None, "lower"),),
        ],
    )
    def test_one_of_the_register_will_do(
        self, kind: str, officers: tuple[ResponsibleOfficer, ...]
    ) -> None:
        digest = fingerprint(officer())
        forms = {"upper": digest.upper(), "lower": digest, None: None}
        known = [ResponsibleOfficer(o.credential, forms[o.certificate]) for o in officers]
        assert roots(check(by_officers(submission(kind), *known))) == []

    @pytest.mark.parametrize(
        "officers",
        [
            (),
            (ResponsibleOfficer("aro 1", None),),
            (ResponsibleOfficer("ARO 1", "00" * 32),),
            (ResponsibleOfficer(None, "00" * 32),),
        ],
    )
    def test_one_of_no_one_violates(
        self, kind: str, officers: tuple[ResponsibleOfficer, ...]
    ) -> None:
        failed = assert_fails_only_at(
            check(by_officers(submission(kind), *officers)), OFFICER[kind]
        )
        assert (failed.findings[0].found or "").startswith("ARO 1, serial number ")

    def test_who_would_be_right_is_named(self, kind: str) -> None:
        for name, expected in (
            ("Anna Archer", "Anna Archer"),
            ("ARO 1", f"ARO 1, with the certificate with SHA-256 {'00' * 32}"),
        ):
            checked = check(by_officers(submission(kind), ResponsibleOfficer(name, "00" * 32)))
            (finding,) = result(checked, OFFICER[kind]).findings
            assert (finding.expected, (finding.found or "")[:6]) == (expected, "ARO 1,")

    def test_the_register_must_be_known(self, kind: str) -> None:
        sent = submission(kind)
        unknown = replace(sent, sender=replace(sent.sender, officers=None))
        assert_not_shown(check(unknown), OFFICER[kind], "sender.aros")

    def test_another_partys_certificate_violates(self, kind: str) -> None:
        holder = pki.issue(pki.subject(eui64=bytes.fromhex(OTHER_ID.replace("-", ""))), root())
        sent = submission(kind)
        data = ADT if kind == "adt" else None
        file = signed(data, holder=holder) if data else signed(_data(sent), holder=holder)
        failed = assert_fails_only_at(check(replace(sent, file=file)), OFFICER[kind])
        assert (failed.findings[0].found, failed.findings[0].expected) == (OTHER_ID, USER_ID)

    def test_the_party_or_its_user_id_may_own_it(self, kind: str) -> None:
        sent = submission(kind)
        for party in (OTHER_ID, None):
            sender = replace(sent.sender, party_eui64=party)
            assert roots(check(replace(sent, sender=sender))) == []
        lower = replace(sent.sender, party_eui64=USER_ID.lower(), user_id=USER_ID.lower())
        assert roots(check(replace(sent, sender=lower))) == []

    def test_the_file_shows_whose_it_should_be_where_no_one_says(self, kind: str) -> None:
        sent = submission(kind)
        unsaid = replace(sent, sender=Sender(officers=sent.sender.officers))
        assert OFFICER[kind] not in roots(check(unsaid))
        holder = pki.issue(pki.subject(eui64=bytes.fromhex(OTHER_ID.replace("-", ""))), root())
        other = replace(unsaid, file=signed(_data(sent), holder=holder))
        assert roots(check(other)) == [OFFICER[kind]]


def _data(sent: Submission) -> bytes:
    """The CSV file inside the container."""
    from conformance.checks.context import Context
    from tests.checks.situation import setting

    data = Context(sent, setting()).data
    assert data is not None
    return data.read(1 << 20)


def test_a_certificate_without_a_name_fails_once() -> None:
    holder = pki.issue(
        pki.subject(common_name=None, eui64=bytes.fromhex(USER_ID.replace("-", ""))), root()
    )
    checked = check(adt(file=signed(ADT, holder=holder)))
    assert_fails_only_at(checked, "3.4(b)-3")
    assert result(checked, "3.4(b)-4").blocked_by == ("3.4(b)-3",)
    # One that is on the register itself needs no name to be looked up.
    known = by_officers(checked.submission, ResponsibleOfficer("ARO 1", fingerprint(holder)))
    assert result(check(known), "3.4(b)-4").status is Status.PASSED


def test_a_certificate_beside_the_signature_is_the_signers_too() -> None:
    from asn1crypto import cms

    info = cms.ContentInfo.load(signed(ADT).read(1 << 20))
    info["content"]["certificates"] = cms.CertificateSet([])
    bare = Content.of_bytes("adt.csv.p7m", info.dump(force=True))
    assert_fails_only_at(check(adt(file=bare), trust=TrustStore()), "3.4(b)-2")
    for pem in (officer().pem, officer().der):
        beside = Content.of_bytes("adt.pem", pem)
        assert roots(check(adt(file=bare, certificate=beside))) == []
    armour = b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----"
    broken = Content.of_bytes("adt.pem", armour)
    assert_fails_only_at(check(adt(file=bare, certificate=broken)), "3.4(b)-2")
