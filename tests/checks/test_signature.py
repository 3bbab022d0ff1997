"""That there is a signature, and that it verifies: 6.1, 3.4(b), 4.7(b) and 4.13(b)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from conformance.content import Content
from conformance.findings import Status
from conformance.footing import Footing
from conformance.model.requirement import Kind
from conformance.signature.fault import UNSIGNED, SignatureFault
from conformance.submission.evidence import ABSENT, Quarantine, Submission
from conformance.submission.strayed import Strayed
from generators.signing import Signing, sign
from tests.checks.situation import (
    ADT,
    adt,
    assert_fails_only_at,
    check,
    communications,
    email,
    profile,
    qcaf,
    result,
    roots,
    signed,
)

AT = datetime(2026, 1, 1, tzinfo=UTC)
PLAIN = Content.of_bytes("adt.csv", ADT)
SIGNATURE = {"adt": "3.4(b)-2", "user": "4.7(b)-3", "dcc": "4.13(b)-3"}


def plain(kind: str) -> Submission:
    if kind == "adt":
        return adt(file=PLAIN)
    breach = {"user": "ADUserThresholdBreach", "dcc": "ADDCCThresholdBreach"}[kind]
    data = communications("Release", "Delete", "Delete", breach=breach)
    return qcaf(kind, file=Content.of_bytes("qcaf.csv", data))


@pytest.mark.parametrize("kind", SIGNATURE)
@pytest.mark.parametrize("signature", [None, ABSENT])
def test_no_signature_fails_6_1_and_the_clause_through_it(kind: str, signature: None) -> None:
    checked = check(replace(plain(kind), signature=signature))
    failed = assert_fails_only_at(checked, "6.1-1")
    (finding,) = failed.findings
    assert finding.expected == "one of cms-detached, cms-attached"
    # The forms that the profile allows do not matter: there is no signature of any form.
    assert finding.profile == ()
    assert failed.rests_on is Footing.CLAUSE
    derived = result(checked, SIGNATURE[kind])
    assert (derived.status, derived.through) == (Status.FAILED, ("6.1-1",))


@pytest.mark.parametrize("kind", SIGNATURE)
def test_a_message_with_nothing_attached_is_one_fault(kind: str) -> None:
    sent = email(kind)
    checked = check(replace(sent, file=None, delivery=replace(sent.delivery, mailed=True)))
    (finding,) = assert_fails_only_at(checked, "6.1-1").findings
    assert finding.message == "the email message has no signed CSV file attached"
    assert finding.found == "no attachment"
    shown = result(checked, "6.1-2")
    assert (shown.status, shown.blocked_by) == (Status.NOT_SHOWN, ("6.1-1",))
    assert shown.reason == "it is not attached to the email message"


@pytest.mark.parametrize("recorded", [False, True])
def test_a_signature_that_is_elsewhere_is_reported_at_the_file(recorded: bool) -> None:
    strayed = Strayed("other/adt.csv.p7s", "Move it.", recorded=recorded)
    checked = check(replace(plain("adt"), signature=None, strayed=strayed))
    (finding,) = assert_fails_only_at(checked, "6.1-1").findings
    assert (finding.place.file, finding.found) == ("adt.csv", "other/adt.csv.p7s")
    assert finding.hint == "Move it."
    assert finding.expected == (
        "named in submission.json"
        if recorded
        else "beside the file, with all of its name and an ending"
    )


@pytest.mark.parametrize("kind", SIGNATURE)
def test_a_workbook_with_the_signature_of_the_csv_file_is_one_fault(kind: str) -> None:
    file = plain(kind).file
    assert file is not None
    workbook = Content.of_bytes(file.name, b"PK\x03\x04....[Content_Types].xml....xl/workbook.xml")
    sent = replace(plain(kind), file=workbook, signature=signed(file.read(1 << 16)))
    checked = check(sent)
    assert_fails_only_at(checked, "6.1-1")
    assert result(checked, SIGNATURE[kind]).through == ("6.1-1",)


@pytest.mark.parametrize(
    ("file", "hint"),
    [
        (b"<!DOCTYPE html><html>", "It may be what SharePoint shows where the session has ended: "),
        (b"%PDF-1.7", "Put the CSV file that was signed in its place: the signature is here. If "),
    ],
)
def test_a_file_in_the_place_of_one_that_is_signed_is_not_to_be_signed(
    file: bytes, hint: str
) -> None:
    mark = signed(ADT, "adt.csv.p7s")
    sent = replace(plain("adt"), file=Content.of_bytes("adt.csv", file), signature=mark)
    (finding,) = assert_fails_only_at(check(sent), "6.1-1").findings
    assert (finding.hint or "").startswith(hint)
    page = Content.of_bytes("adt.csv.p7s", b"<!DOCTYPE html><html>")
    (finding,) = result(check(replace(plain("adt"), signature=page)), "6.1-1").findings
    assert (finding.found, "SharePoint" in (finding.hint or "")) == ("a web page", True)


def test_where_it_is_not_known_who_set_the_threshold_neither_clause_fails_through_6_1() -> None:
    workbook = Content.of_bytes("qcaf.csv", b"PK\x03\x04....[Content_Types].xml....xl/workbook.xml")
    sent = replace(plain("user"), file=workbook, quarantine=Quarantine())
    checked = check(sent)
    assert roots(checked) == ["6.1-1"]
    for one in ("4.7(b)-1", "4.7(b)-3", "4.13(b)-1", "4.13(b)-3"):
        found = result(checked, one)
        assert (found.status, found.evidence) == (Status.NOT_SHOWN, ("quarantine.set_by",))


@pytest.mark.parametrize("kind", SIGNATURE)
def test_a_signature_that_does_not_hold_fails_the_clause_itself(kind: str) -> None:
    checked = check(replace(plain(kind), signature=signed(b"something else")))
    assert roots(checked) == [SIGNATURE[kind]]
    assert result(checked, "6.1-1").status is Status.PASSED


@pytest.mark.parametrize("kind", SIGNATURE)
@pytest.mark.parametrize("fault", UNSIGNED)
@pytest.mark.parametrize("container", ["cms-detached", "cms-attached"])
def test_cms_in_which_nothing_is_signed_fails_6_1(
    kind: str, fault: SignatureFault, container: str
) -> None:
    submission = plain(kind)
    assert submission.file is not None
    data = submission.file.read(1 << 20)
    made = sign(submission.file.name, data, Signing(container, fault=fault), AT)
    beside = made.signature and Content.of_bytes("x.p7s", made.signature)
    file = Content.of_bytes(made.file_name, made.file)
    failed = assert_fails_only_at(check(replace(submission, file=file, signature=beside)), "6.1-1")
    decided = fault in {SignatureFault.ENVELOPED, SignatureFault.TRUNCATED}
    assert failed.rests_on is (Footing.UNVERIFIED if decided else Footing.CLAUSE)


@pytest.mark.parametrize(
    ("data", "root"),
    [
        (b"signed, me", "6.1-1"),
        (b"", "6.1-1"),
        (b"-----BEGIN CERTIFICATE-----\n", "6.1-1"),
        (b"-----BEGIN PGP SIGNATURE-----\n", "3.4(b)-2"),
        (b"\x30\x44\x02\x20", "3.4(b)-2"),
        (bytes(256), "3.4(b)-2"),
    ],
)
def test_bytes_that_are_not_cms_are_a_signature_only_if_they_may_be_another(
    data: bytes, root: str
) -> None:
    checked = check(replace(plain("adt"), signature=Content.of_bytes("x.p7s", data)))
    assert_fails_only_at(checked, root)


def test_a_signature_without_its_file_does_not_show_that_a_file_is_signed() -> None:
    made = sign("adt.csv", ADT, Signing(), AT)
    assert made.signature is not None
    checked = check(adt(file=Content.of_bytes("adt.csv.p7s", made.signature)))
    assert_fails_only_at(checked, "3.4(b)-2")
    one = result(checked, "6.1-1")
    assert (one.status, one.evidence) == (Status.NOT_SHOWN, ("file",))


def test_a_container_that_cannot_be_opened_hides_the_file() -> None:
    signature = signed(ADT).read(1 << 20)
    broken = Content.of_bytes("adt.csv.p7m", signature[:-40])
    checked = check(adt(file=broken))
    assert_fails_only_at(checked, "6.1-1")
    for one in checked.results:
        if one.requirement.id.startswith("6.3-"):
            assert (one.status, one.blocked_by) == (Status.NOT_SHOWN, ("6.1-1",))


def test_dccs_report_need_not_be_signed() -> None:
    report = replace(
        adt(file=Content.of_bytes("report.csv", communications("", ""))), kind=Kind.REPORT
    )
    checked = check(report)
    assert roots(checked) == []
    assert result(checked, "6.1-1").status is Status.NOT_APPLICABLE
    assert result(checked, "6.4-7").status is Status.PASSED


def test_the_containers_are_the_profiles() -> None:
    rules = replace(profile().signature, containers=("cms-attached",))
    only = replace(profile(), signature=rules)
    assert roots(check(adt(), profile_=only)) == []
    beside = adt(file=PLAIN, signature=signed(ADT))
    assert roots(check(beside)) == []
    rules = replace(profile().signature, containers=("cms-detached",))
    assert_fails_only_at(check(beside, profile_=replace(profile(), signature=rules)), "3.4(b)-2")
