"""How a submission reached DCC: 3.4, 4.7, 4.13, and guidance 1.1, 1.4 and 1.5."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from conformance.findings import Status
from conformance.model.profile import Method
from conformance.submission.evidence import (
    AdtSetter,
    Area,
    Assignment,
    Incident,
    Sender,
    Submission,
)
from tests.checks.situation import (
    INCIDENT,
    OTHER_ID,
    SMSR,
    USER_ID,
    adt,
    assert_fails_only_at,
    assert_not_shown,
    at,
    check,
    email,
    profile,
    qcaf,
    result,
    roots,
    signed,
)


def delivered(submission: Submission, **changes: Any) -> Submission:
    return replace(submission, delivery=replace(submission.delivery, **changes))


def sent_by(submission: Submission, **changes: Any) -> Submission:
    return replace(submission, sender=replace(submission.sender, **changes))


SECURE = [("3.4-1", adt()), ("4.7-1", qcaf("user")), ("4.13-2", qcaf("dcc"))]


@pytest.mark.parametrize(("requirement", "submission"), SECURE)
class TestTheMethod:
    def test_another_method_violates(self, requirement: str, submission: Submission) -> None:
        failed = assert_fails_only_at(check(delivered(submission, method="fax")), requirement)
        (finding,) = failed.findings
        assert (finding.found, finding.expected) == ("fax", "sharepoint")
        assert finding.profile == ("delivery.method",)
        assert finding.notes == ()

    def test_an_unknown_method_shows_nothing(
        self, requirement: str, submission: Submission
    ) -> None:
        checked = check(delivered(submission, method=None))
        assert roots(checked) == []
        shown = result(checked, requirement)
        assert shown.status is Status.NOT_SHOWN
        # UG1.6-1, which it derives from, wants the same.
        assert shown.evidence == ("delivery.method",)

    def test_before_mp109_only_email_would_do(
        self, requirement: str, submission: Submission
    ) -> None:
        # Then, an Incident was assigned to the Service Desk.
        desk = (Assignment(at(9, 5), "Service Desk"),)
        if isinstance(submission.incident, Incident):
            before = replace(submission.incident, assignments=desk)
            submission = replace(submission, incident=before)
        failed = assert_fails_only_at(check(submission, edition="v2.0"), requirement)
        assert failed.findings[0].expected == "email"
        assert failed.findings[0].profile == ()


@pytest.mark.parametrize("kind", ["adt", "user", "dcc"])
def test_email_meets_the_clause_while_the_method_is_down(kind: str) -> None:
    requirement = {"adt": "3.4-1", "user": "4.7-1", "dcc": "4.13-2"}[kind]
    assert result(check(email(kind)), requirement).status is Status.PASSED


@pytest.mark.parametrize("kind", ["adt", "user", "dcc"])
def test_email_never_meets_the_clause_by_the_other_reading(kind: str) -> None:
    requirement = {"adt": "3.4-1", "user": "4.7-1", "dcc": "4.13-2"}[kind]
    failed = assert_fails_only_at(check(email(kind), email_contingency="never"), requirement)
    assert failed.findings[0].notes == ("email-contingency",)


# --- 3.4-2 --------------------------------------------------------------------------------------


def test_a_role_without_a_file_violates() -> None:
    setters = (AdtSetter(USER_ID, "IS", "a"), AdtSetter(USER_ID, "GS", None))
    failed = assert_fails_only_at(check(sent_by(adt(), adt_setters=setters)), "3.4-2")
    assert failed.findings[0].found == f"none for {USER_ID} in role GS"


def test_who_sets_adts_must_be_reported() -> None:
    assert_not_shown(check(sent_by(adt(), adt_setters=None)), "3.4-2", "sender.sets_adts")


def test_one_file_may_serve_several_roles_or_not_by_the_reading() -> None:
    assert result(check(adt()), "3.4-2").status is Status.PASSED
    failed = assert_fails_only_at(check(adt(), file_per_role="one"), "3.4-2")
    assert failed.findings[0].found == "GS, IS"
    assert failed.findings[0].notes == ("file-per-role",)
    one = adt(f"{USER_ID},IS,,24,,5000\n".encode())
    assert roots(check(one, file_per_role="one")) == []


def test_the_roles_of_a_file_that_is_not_there_are_not_looked_at() -> None:
    checked = check(adt(file=None), file_per_role="one")
    assert result(checked, "3.4-2").status is Status.PASSED


# --- Names --------------------------------------------------------------------------------------

EN, HYPHEN = "\u2013", "-"
NAMES = {
    f"{USER_ID}{EN}{SMSR}-ADT": {"lenient", "example"},
    f"{USER_ID} {EN} {SMSR} {EN} ADT": {"lenient", "rule"},
    f"{USER_ID}-{SMSR}-ADT": {"lenient"},
    f"{USER_ID}{EN}{SMSR}{EN}ADT.csv": {"lenient"},
    f"{USER_ID} - {SMSR}-ADT.p7m": {"lenient"},
    f"{USER_ID.lower()}-{SMSR}-ADT": {"lenient"},
    f"{USER_ID}  -  {SMSR}-ADT": set(),
    f"{USER_ID}-{SMSR}-ADT.csv.p7m": set(),
    f"{USER_ID}_{SMSR}_ADT": set(),
    f"{USER_ID}-{SMSR}-QCAF": set(),
    f"{SMSR}-{USER_ID}-ADT": set(),
    f"{USER_ID}-{SMSR}-ADT ": set(),
}


@pytest.mark.parametrize("reading", ["lenient", "rule", "example"])
@pytest.mark.parametrize("name", NAMES)
def test_the_form_of_a_name(name: str, reading: str) -> None:
    checked = check(delivered(adt(), name=name), name_form=reading)
    if reading in NAMES[name]:
        assert roots(checked) == []
        assert result(checked, "UG1.4-1").status is Status.PASSED
    else:
        failed = assert_fails_only_at(checked, "UG1.4-1")
        assert failed.findings[0].notes == ("name-form",)


def test_the_name_of_a_qcaf() -> None:
    assert_fails_only_at(check(delivered(qcaf(), name=f"{USER_ID}-{SMSR}-ADT")), "UG1.5-1")
    # The Incident's reference has its place in the title, the Request Id in the name.
    assert_fails_only_at(check(delivered(qcaf(), name=f"{USER_ID}-{INCIDENT}-QCAF")), "UG1.5-1")


@pytest.mark.parametrize("kind", ["adt", "qcaf"])
def test_the_name_has_the_senders_eui64(kind: str) -> None:
    submission, requirement = (adt(), "UG1.4-1") if kind == "adt" else (qcaf(), "UG1.5-1")
    name = f"-{SMSR}-{kind.upper()}.csv"
    failed = assert_fails_only_at(check(delivered(submission, name=OTHER_ID + name)), requirement)
    (finding,) = failed.findings
    assert (finding.found, finding.expected) == (OTHER_ID, USER_ID)
    assert finding.hint == f"Rename the file, and its signature, to {USER_ID}{name}."


def test_without_a_sender_the_file_shows_whose_name_it_should_be() -> None:
    unsaid = replace(qcaf(), sender=Sender(officers=()))
    other = delivered(unsaid, name=f"{OTHER_ID}-{SMSR}-QCAF")
    assert result(check(other), "UG1.5-1").status is Status.FAILED
    unknown = adt(b"", sender=Sender(), area=Area())
    checked = check(delivered(unknown, name=f"{OTHER_ID}-{SMSR}-ADT"))
    assert result(checked, "UG1.4-1").status is Status.NOT_SHOWN


def test_a_name_must_be_known() -> None:
    # The name replaces the subject line, too.
    checked = check(delivered(adt(), name=None))
    assert_not_shown(checked, "UG1.4-1", "delivery.name")
    assert_not_shown(checked, "3.4(a)-1", "delivery.name")


@pytest.mark.parametrize(("kind", "failed"), [("adt", "UG1.4-1"), ("qcaf", "UG1.5-1")])
def test_a_name_with_the_request_id_of_another_is_wrong(kind: str, failed: str) -> None:
    right = adt() if kind == "adt" else qcaf("user")
    name = f"{USER_ID}-REQ000000000009-{kind.upper()}.csv"
    title = f"{SMSR} {INCIDENT}"
    other = replace(right, delivery=replace(right.delivery, subject=title, name=name))
    found = assert_fails_only_at(check(other), failed).findings[0]
    assert found.message == "the Request Id in the name is not that of the Service Request"
    assert found.expected is not None
    assert SMSR in found.expected


def test_a_wrong_name_is_found_at_the_name_also_where_the_method_has_a_subject_line() -> None:
    right, rules = adt(), profile().delivery
    methods = {one: Method(one, subject_line=True) for one in rules.methods}
    lined = replace(profile(), delivery=replace(rules, methods=methods))
    name = f"{USER_ID}-REQ000000000009-ADT.csv"
    other = replace(right, delivery=replace(right.delivery, subject=SMSR, name=name))
    assert_fails_only_at(check(other, profile_=lined), "UG1.4-1")


def test_the_name_of_an_archive_is_not_a_fault_beside_the_archive() -> None:
    right = adt()
    right = replace(right, delivery=replace(right.delivery, subject=SMSR, name="files.zip"))
    packed = replace(right, archive="files.zip")
    assert roots(check(packed)) == ["6.1-1"]


def test_a_name_without_the_reference_fails_once() -> None:
    checked = check(delivered(adt(), name=f"{USER_ID}-June-ADT"))
    assert_fails_only_at(checked, "3.4(a)-1")
    assert result(checked, "UG1.4-1").blocked_by == ("3.4(a)-1",)


def test_a_name_without_the_reference_gets_the_whole_of_a_right_one() -> None:
    (finding,) = result(check(delivered(adt(), name="June.csv")), "3.4(a)-1").findings
    assert f"to {USER_ID}-{SMSR}-ADT.csv, by the guidance" in str(finding.hint)


def test_a_right_name_has_what_the_file_shows_and_an_example_of_the_rest() -> None:
    unknown = replace(adt(), request=None, sender=Sender())
    (finding,) = result(check(delivered(unknown, name="June.csv")), "UG1.4-1").findings
    assert str(finding.expected).endswith(f"such as {USER_ID}-REQ000000000001-ADT")


def test_a_name_without_the_reference_fails_itself_where_nothing_else_does() -> None:
    """The subject line has it; so what is wrong is the name."""
    submission = delivered(adt(), name=f"{USER_ID}-June-ADT", subject=SMSR)
    assert_fails_only_at(check(submission), "UG1.4-1")
    # A QCAF's name need not have the reference that 4.7(a) wants in the subject line.
    for subject in (INCIDENT, None):
        submission = delivered(qcaf(), name=f"{USER_ID}-June-QCAF", subject=subject)
        assert_fails_only_at(check(submission), "UG1.5-1")


def test_where_only_a_title_counts_the_name_is_another_matter() -> None:
    submission = delivered(adt(), name=f"{USER_ID}-June-ADT")
    assert roots(check(submission, subject_line="title")) == ["3.4(a)-1", "UG1.4-1"]


@pytest.mark.parametrize("kind", ["adt", "user"])
def test_an_email_has_no_name_or_folder_to_keep_to(kind: str) -> None:
    checked = check(email(kind))
    section = "UG1.4" if kind == "adt" else "UG1.5"
    for requirement in (f"{section}-1", f"{section}-2"):
        assert result(checked, requirement).status is Status.NOT_APPLICABLE


# --- Folders ------------------------------------------------------------------------------------

SUBMITTED = "Anomaly Detection Files/ADT File Submissions/Submitted"


@pytest.mark.parametrize(
    "folder",
    [
        SUBMITTED,
        f"/{SUBMITTED}/",
        SUBMITTED.replace("/", "\\"),
        f"https://x.example/sites/party/{SUBMITTED}",
        SUBMITTED.replace("/", " / "),
    ],
)
def test_the_submitted_folder_however_it_is_written(folder: str) -> None:
    assert roots(check(delivered(adt(), folder=folder))) == []


@pytest.mark.parametrize(
    "folder", ["Submitted", SUBMITTED + "/old", SUBMITTED.replace("Submitted", "Live"), "/"]
)
def test_another_folder_violates(folder: str) -> None:
    failed = assert_fails_only_at(check(delivered(adt(), folder=folder)), "UG1.4-2")
    assert failed.findings[0].expected == SUBMITTED
    assert failed.findings[0].profile == ("delivery.folders",)


def test_a_folder_below_that_of_what_is_in_production_is_reported() -> None:
    live = SUBMITTED.replace("Submitted", "Live")
    failed = assert_fails_only_at(check(delivered(adt(), folder=f"{live}/old")), "UG1.4-2")
    (finding,) = failed.findings
    assert finding.message == (
        "a folder below the one for what is in production, which the guidance does not have"
    )
    assert (finding.found, finding.expected) == (f"{live}/old", SUBMITTED)
    assert finding.hint == (
        "Move the file, and its signature: to "
        f"{SUBMITTED.replace('Submitted', 'Archive')} if it was replaced, to {live} if it is in "
        f"production, and to {SUBMITTED} if it is new."
    )


def test_the_folder_of_a_qcaf() -> None:
    assert_fails_only_at(check(delivered(qcaf(), folder=SUBMITTED)), "UG1.5-2")


def test_an_unknown_folder_shows_nothing() -> None:
    assert_not_shown(check(delivered(adt(), folder=None)), "UG1.4-2", "delivery.folder")


# --- The area -----------------------------------------------------------------------------------


def test_a_live_user_id_without_a_file_violates() -> None:
    area = Area((USER_ID, OTHER_ID.lower()), (f"{USER_ID}-REQ000000000000-ADT",))
    failed = assert_fails_only_at(check(adt(area=area)), "UG1.1-2")
    assert failed.findings[0].found == f"none for {OTHER_ID.lower()}"


def test_the_file_sent_now_counts_for_its_user_id() -> None:
    area = Area((USER_ID.lower(), OTHER_ID), (f"{OTHER_ID.lower()}-REQ000000000000-ADT", "notes"))
    assert roots(check(adt(area=area))) == []
    unsaid = adt(area=Area((USER_ID,), ()), file=None, sender=Sender())
    assert result(check(unsaid), "UG1.1-2").status is Status.FAILED


@pytest.mark.parametrize("area", [Area(), Area((USER_ID,), None), Area(None, ())])
def test_the_area_must_be_known(area: Area) -> None:
    shown = result(check(adt(area=area)), "UG1.1-2")
    assert shown.evidence == ("area.live_user_ids", "area.live")
    live = result(check(adt(area=area)), "UG1.4-3")
    assert live.status is (Status.NOT_SHOWN if area.live_names is None else Status.PASSED)


def test_two_live_files_for_a_user_id_violate() -> None:
    names = (f"{USER_ID}-REQ000000000000-ADT", f"{USER_ID.lower()}-REQ000000000009-ADT")
    failed = assert_fails_only_at(check(adt(area=Area((USER_ID,), names))), "UG1.4-3")
    assert failed.findings[0].found == f"2 for {USER_ID}"


def test_a_profile_of_another_method_is_followed() -> None:
    rules = replace(profile().delivery, method="portal")
    other = replace(profile(), delivery=rules)
    sent = delivered(adt(file=signed(b"x")), method="portal")
    assert result(check(sent, profile_=other), "3.4-1").status is Status.PASSED


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        (f"ADT {USER_ID}-{SMSR}", "its EUI-64 is wrong, from character 1 on"),
        (f"{USER_ID}_{SMSR}-ADT", "'_' is in the place of the dash behind its EUI-64"),
        (f"{USER_ID}-x{SMSR}-ADT", f"'x{SMSR}' is in the place of its Request Id"),
        (f"{USER_ID}-REQ00000000001-ADT", "its Request Id REQ00000000001 has 11 digits, not 12"),
        (f"{USER_ID}-{SMSR}", "the dash before its end is missing"),
        (f"{USER_ID}-{SMSR}-QCAF", "'QCAF' is in the place of 'ADT' at its end"),
        (f"{USER_ID}-{SMSR}-ADT (2).csv", "' (2)' at its end is too much"),
        (f"{SMSR}-ADT.csv", "its EUI-64 is missing"),
    ],
)
def test_the_part_of_a_name_that_is_wrong_is_named_beside_a_right_name(
    name: str, wrong: str
) -> None:
    # The subject line has the reference, so that what is wrong is the name alone.
    checked = check(delivered(adt(), name=name, subject=SMSR), name_form="lenient")
    (finding,) = result(checked, "UG1.4-1").findings
    assert finding.message.endswith(f": {wrong}")
    assert str(finding.expected).endswith(f"such as {USER_ID}-{SMSR}-ADT")
