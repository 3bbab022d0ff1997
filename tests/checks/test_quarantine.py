"""A QCAF against the quarantine that it answers: 4.7, 4.7(b), 4.13 and 4.13(b)."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from conformance.content import Content
from conformance.findings import CAP, Status
from conformance.model.requirement import Kind
from conformance.submission.evidence import Submission
from tests.checks.situation import (
    ADT,
    DCCS,
    DEVICE,
    USER_ID,
    USERS,
    assert_fails_only_at,
    assert_not_shown,
    check,
    communication,
    communications,
    profile,
    qcaf,
    result,
    roots,
    signed,
)

KINDS = ("user", "dcc")
MISSING = {"user": "4.7-2", "dcc": "4.13-3"}
ADDED = {"user": "4.7-3", "dcc": "4.13-5"}
ALTERED = {"user": "4.7(b)-4", "dcc": "4.13(b)-4"}
BREACH = {"user": USERS, "dcc": DCCS}


def answering(submission: Submission, **changes: Any) -> Submission:
    """The quarantine, changed."""
    return replace(submission, quarantine=replace(submission.quarantine, **changes))


def report(data: bytes) -> Content:
    return Content.of_bytes("report.csv", data)


def _without_actions(data: bytes) -> bytes:
    return b"".join(line.rpartition(b",")[0] + b",\n" for line in data.splitlines())


@pytest.mark.parametrize("kind", KINDS)
class TestAgainstTheReport:
    def test_a_communication_left_out_violates(self, kind: str) -> None:
        short = communications("Release", "Delete", breach=BREACH[kind])
        failed = assert_fails_only_at(check(qcaf(kind, short)), MISSING[kind])
        (finding,) = failed.findings
        assert finding.found == f"no record for {USER_ID}:{DEVICE}:3"
        assert (finding.place.file, finding.place.record) == ("report.csv", 3)
        assert finding.notes == ("qcaf-completeness",)

    def test_one_left_out_may_stay_by_the_other_reading(self, kind: str) -> None:
        reading = {"qcaf_completeness": "missing-allowed"}
        short = communications("Release", "Delete", breach=BREACH[kind])
        checked = check(qcaf(kind, short), **reading)
        assert roots(checked) == []
        assert result(checked, MISSING[kind]).status is Status.NOT_APPLICABLE
        longer = communications("Release", "Delete", "Delete", "Delete", breach=BREACH[kind])
        assert roots(check(qcaf(kind, longer), **reading)) == [ADDED[kind]]

    def test_a_communication_that_is_not_quarantined_violates(self, kind: str) -> None:
        longer = communications("Release", "Delete", "Delete", "Delete", breach=BREACH[kind])
        failed = assert_fails_only_at(check(qcaf(kind, longer)), ADDED[kind])
        assert failed.findings[0].place.record == 4

    def test_one_digit_of_a_communication_changed_is_one_finding(self, kind: str) -> None:
        data = communications("Release", "Delete", "Delete", breach=BREACH[kind])
        old = f"{DEVICE}:2,".encode()
        for new in (b"7,", b"22,", b","):
            slipped = data.replace(old, old[:-2] + new)
            checked = check(qcaf(kind, slipped))
            if new == b",":
                # Not of the form of its column, which is found there.
                assert MISSING[kind] not in roots(checked)
                continue
            (finding,) = assert_fails_only_at(checked, MISSING[kind]).findings
            assert finding.message == "RequestID is not that of the quarantine report"
            assert (finding.expected or "").endswith(":2")
            assert finding.place.record == 2
            other = result(checked, ADDED[kind])
            assert (other.status, other.through) == (Status.FAILED, (MISSING[kind],))
            # Where a communication may be left out, the other is wrong by itself.
            allowed = check(qcaf(kind, slipped), qcaf_completeness="missing-allowed")
            assert_fails_only_at(allowed, ADDED[kind])
        # With other values it is another communication.
        other_one = data.replace(old, old[:-2] + b"7,").replace(b",7002,", b",7003,")
        assert roots(check(qcaf(kind, other_one))) == [MISSING[kind], ADDED[kind]]

    def test_the_order_of_records_is_free(self, kind: str) -> None:
        lines = communications("Release", "Delete", "Delete", breach=BREACH[kind])
        turned = b"".join(reversed(lines.splitlines(keepends=True)))
        assert roots(check(qcaf(kind, turned))) == []

    @pytest.mark.parametrize(
        ("old", "new", "field"),
        [(b",1.1.1,", b",1.2.1,", 2), (b",7002,", b",7003,", 3), (b"T10:00", b"T10:01", 4)],
    )
    def test_another_field_altered_violates(
        self, kind: str, old: bytes, new: bytes, field: int
    ) -> None:
        lines = communications("Release", "Delete", "Delete", breach=BREACH[kind])
        rows = lines.splitlines(keepends=True)
        rows[1] = rows[1].replace(old, new)
        data = b"".join(rows)
        assert data != lines
        failed = assert_fails_only_at(check(qcaf(kind, data)), ALTERED[kind])
        (finding,) = failed.findings
        assert (finding.place.record, finding.place.field) == (2, field)
        offset = finding.place.offset
        assert offset is not None
        assert data[offset - 1 : offset] == b","
        assert finding.notes == ("qcaf-other-fields",)
        ignored = check(qcaf(kind, data), qcaf_other_fields="ignored")
        assert roots(ignored) == []
        assert result(ignored, ALTERED[kind]).status is Status.NOT_APPLICABLE

    def test_many_faults_are_counted_and_some_kept(self, kind: str) -> None:
        number = CAP + 30
        report_ = report(communications(*[""] * number, breach=BREACH[kind]))
        one = communications("Release", breach=BREACH[kind])
        failed = assert_fails_only_at(
            check(answering(qcaf(kind, one), report=report_)), MISSING[kind]
        )
        assert (len(failed.findings), failed.count) == (CAP, number - 1)

    def test_the_report_of_another_quarantine_is_one_finding(self, kind: str) -> None:
        mine = communications("Release", "Delete", "Delete", breach=BREACH[kind])
        other = mine.replace(f"{DEVICE}:".encode(), f"{DEVICE}:9".encode())
        checked = check(answering(qcaf(kind, mine), report=report(_without_actions(other))))
        (finding,) = assert_fails_only_at(checked, ADDED[kind]).findings
        assert finding.message == (
            "the QCAF and the quarantine report have no communication in common"
        )
        assert result(checked, MISSING[kind]).through == (ADDED[kind],)
        altered = result(checked, ALTERED[kind])
        assert altered.blocked_by == (ADDED[kind],)
        assert altered.status is Status.NOT_SHOWN
        assert altered.reason == "it has no communication of the quarantine report"

    def test_a_file_of_another_kind_is_not_compared_with(self, kind: str) -> None:
        for data, what in (
            (b"%PDF-1.7\n", "is a PDF, and not CSV"),
            (communications("Release", breach=BREACH[kind]), "reads like a QCAF, and not "),
            (ADT, "reads like an ADT File, and not like a Quarantined"),
        ):
            checked = check(answering(qcaf(kind), report=report(data)))
            assert roots(checked) == []
            for one in (MISSING, ADDED, ALTERED):
                shown = result(checked, one[kind])
                assert shown.status is Status.NOT_SHOWN
                assert (shown.reason or "").startswith(
                    f"the file that was given as the quarantine report {what}"
                )

    def test_without_the_report_nothing_is_shown(self, kind: str) -> None:
        checked = check(answering(qcaf(kind), report=None))
        for requirement in (MISSING[kind], ADDED[kind], ALTERED[kind]):
            assert_not_shown(checked, requirement, "quarantine.report")

    def test_without_a_file_nothing_is_shown(self, kind: str) -> None:
        checked = check(qcaf(kind, file=None))
        assert roots(checked) == []
        for requirement in (MISSING[kind], ADDED[kind], ALTERED[kind]):
            assert result(checked, requirement).evidence == ("file",)

    def test_a_record_that_cannot_be_read_hides_the_comparison(self, kind: str) -> None:
        lines = communications("Release", "Delete", "Delete", breach=BREACH[kind])
        checked = check(qcaf(kind, lines.replace(b",7002", b"")))
        assert roots(checked) == ["6.5-7"]
        for requirement in (MISSING[kind], ADDED[kind], ALTERED[kind]):
            assert result(checked, requirement).blocked_by == ("6.5-7",)

    def test_a_key_that_cannot_be_read_hides_the_comparison(self, kind: str) -> None:
        lines = communications("Release", "Delete", "Delete", breach=BREACH[kind])
        checked = check(qcaf(kind, lines.replace(b"A0:2,", b"A0:x,")))
        assert roots(checked) == ["6.5-8"]
        assert result(checked, MISSING[kind]).blocked_by == ("6.5-8",)

    def test_a_field_that_cannot_be_read_hides_whether_it_was_altered(self, kind: str) -> None:
        lines = communications("Release", "Delete", "Delete", breach=BREACH[kind])
        checked = check(qcaf(kind, lines.replace(b",7002,", b",x,")))
        assert roots(checked) == ["6.5-8"]
        assert result(checked, MISSING[kind]).status is Status.PASSED
        assert result(checked, ALTERED[kind]).blocked_by == ("6.5-8",)

    def test_a_second_record_for_a_communication_is_a_matter_of_the_key(self, kind: str) -> None:
        lines = communications("Release", "Delete", "Delete", breach=BREACH[kind])
        twice = lines + communication(2, "Delete", BREACH[kind]).encode()
        assert_fails_only_at(check(qcaf(kind, twice)), "6.5-12")

    def test_a_signature_that_does_not_hold_may_end_the_checks(self, kind: str) -> None:
        submission = qcaf(kind, file=Content.of_bytes("qcaf.csv", b"x"))
        submission = replace(submission, signature=signed(b"y"))
        checked = check(submission, order_of_checks="in-order")
        signature = "4.7(b)-3" if kind == "user" else "4.13(b)-3"
        assert roots(checked) == [signature]
        assert result(checked, MISSING[kind]).blocked_by == (signature,)
        everything = check(submission, order_of_checks="all")
        assert len(roots(everything)) > 1

    @pytest.mark.parametrize("requirements", [MISSING, ADDED, ALTERED])
    def test_without_a_key_the_words_of_the_clause_are_not_shown(
        self, kind: str, requirements: dict[str, str]
    ) -> None:
        form = replace(profile().files[Kind.QCAF], key=())
        bare = replace(profile(), files={**profile().files, Kind.QCAF: form})
        checked = check(qcaf(kind), profile_=bare)
        assert result(checked, requirements[kind]).status is Status.NOT_SHOWN

    def test_a_key_of_two_columns_is_compared_as_a_whole(self, kind: str) -> None:
        key = ("RequestID", "QuarantineEventRef")
        files = {
            k: replace(f, key=key) if k is not Kind.ADT else f for k, f in profile().files.items()
        }
        wide = replace(profile(), files=files)
        assert roots(check(qcaf(kind), profile_=wide)) == []
        lines = communications("Release", "Delete", "Delete", breach=BREACH[kind])
        other = lines.replace(b",7002,", b",7999,")
        checked = check(qcaf(kind, other), profile_=wide)
        assert roots(checked) == [MISSING[kind], ADDED[kind]]


# --- 4.13-4 -------------------------------------------------------------------------------------

ONE = f"{USER_ID}:{DEVICE}:1"


@pytest.mark.parametrize(
    ("advice", "for_all", "met"),
    [
        ({ONE: "Release"}, None, True),
        ({ONE: "Delete"}, None, False),
        ({}, None, True),
        ({f"{USER_ID}:{DEVICE}:99": "Delete"}, None, True),
        (None, "Delete", False),
    ],
)
def test_actions_match_the_advice(
    advice: dict[str, str] | None, for_all: str | None, met: bool
) -> None:
    checked = check(answering(qcaf("dcc"), advice=advice, advice_for_all=for_all))
    if met:
        assert roots(checked) == []
        assert result(checked, "4.13-4").status is Status.PASSED
    else:
        failed = assert_fails_only_at(checked, "4.13-4")
        place = failed.findings[0].place
        assert (place.file, place.record, place.field) == ("file.csv.p7m", 1, 6)
        assert (failed.findings[0].found, failed.findings[0].expected) == ("Release", "Delete")


def test_one_advice_for_all_can_be_followed() -> None:
    lines = communications("Delete", "Delete", "Delete", breach=DCCS)
    followed = answering(qcaf("dcc", lines), advice=None, advice_for_all="Delete")
    assert roots(check(followed)) == []


def test_the_advice_must_be_known() -> None:
    unknown = answering(qcaf("dcc"), advice=None)
    assert_not_shown(check(unknown), "4.13-4", "quarantine.advice")
    assert result(check(qcaf("user")), "4.13-4").status is Status.NOT_APPLICABLE
    assert result(check(qcaf("dcc", file=None)), "4.13-4").evidence == ("file",)


@pytest.mark.parametrize("key", ["", "garbage", f"{ONE}x", f"{ONE}, x"])
def test_advice_for_what_is_not_a_communication_may_be_for_any(key: str) -> None:
    advised = answering(qcaf("dcc"), advice={key: "Delete"}, advice_for_all=None)
    checked = result(check(advised), "4.13-4")
    assert checked.status is Status.NOT_SHOWN
    assert checked.reason == "DCC's advice names a communication by a key that cannot be read"


def test_a_word_that_is_not_an_action_is_not_compared_with_the_advice() -> None:
    lines = communications("Keep", "Delete", "Delete", breach=DCCS)
    checked = check(qcaf("dcc", lines))
    assert_fails_only_at(checked, "4.13(b)-2")
    assert result(checked, "4.13-4").blocked_by == ("4.13(b)-2",)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("where", ["first", "last"])
@pytest.mark.parametrize(
    "damage",
    [(b",1.1.1,", b","), (b":1,", b":01,"), (b":1,", b":x,"), (b":1,", b" :1,"), (b"0", b"O")],
)
def test_a_record_of_the_report_that_cannot_be_read_may_be_any_communication(
    kind: str, where: str, damage: tuple[bytes, bytes]
) -> None:
    lines = communications("", "", "", breach=BREACH[kind])
    broken = lines.splitlines(keepends=True)[0].replace(*damage, 1)
    data = broken + lines if where == "first" else lines + broken
    checked = check(answering(qcaf(kind), report=report(data)))
    assert roots(checked) == []
    for requirement in (MISSING[kind], ADDED[kind]):
        assert result(checked, requirement).status is Status.NOT_SHOWN
        number = 1 if where == "first" else 4
        assert result(checked, requirement).reason == (
            f"record {number} of report.csv cannot be read in the quarantine report; "
            "export it again, and do not open it in a spreadsheet"
        )


@pytest.mark.parametrize(
    ("column", "old", "new"),
    [
        ("QuarantinedAt", b"2025-05-30T10:00:00Z", b"30/05/2025 10:00"),
        ("ServiceReferenceVariant", b"1.1.1", b"01/01/2001"),
        ("Breach", USERS.encode(), b""),
    ],
)
def test_a_value_of_the_report_that_is_malformed_is_not_a_fault_of_the_qcaf(
    column: str, old: bytes, new: bytes
) -> None:
    lines = communications("", "", "")
    assert old in lines
    checked = check(answering(qcaf(), report=report(lines.replace(old, new))))
    assert roots(checked) == []
    unchanged = result(checked, ALTERED["user"])
    assert unchanged.status is Status.NOT_SHOWN
    assert unchanged.reason == (
        f"{column} does not have the form of its column in the quarantine report (report.csv, "
        f"record 1: {new.decode() or 'null'!r} and 2 more); export it again, and do not open it "
        "in a spreadsheet"
    )


def test_a_report_that_another_program_saved_does_not_show_that_nothing_was_changed() -> None:
    for separator, shown in ((b",", "passed"), (b";", "not shown"), (b"\t", "not shown")):
        saved = communications("", "", "").replace(b",", separator)
        checked = check(answering(qcaf(), report=report(saved)))
        assert roots(checked) == []
        assert result(checked, ALTERED["user"]).status.value == shown
        assert result(checked, MISSING["user"]).status is Status.PASSED


@pytest.mark.parametrize("kind", KINDS)
def test_a_communication_in_letters_of_another_case_cannot_be_read_unless_the_case_is_free(
    kind: str,
) -> None:
    lines = communications("", "", "", breach=BREACH[kind]).replace(b"70-B3-D5", b"70-b3-d5")
    reported = answering(qcaf(kind), report=Content.of_bytes("report.csv", lines))
    strictly = check(reported, eui64_case="upper")
    assert roots(strictly) == []
    for requirement in (MISSING[kind], ADDED[kind]):
        assert result(strictly, requirement).status is Status.NOT_SHOWN
    assert result(check(reported), ADDED[kind]).status is Status.PASSED
    assert roots(check(reported)) == []


@pytest.mark.parametrize(("action", "met"), [("RELEASE", True), ("delete", False)])
def test_the_case_of_an_action_may_be_free(action: str, met: bool) -> None:
    lines = communications(action, "Delete", "Delete", breach=DCCS)
    checked = check(qcaf("dcc", lines), action_case="any-case")
    assert roots(checked) == ([] if met else ["4.13-4"])
    assert roots(check(qcaf("dcc", lines))) == ["4.13(b)-2"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_null_action_fails_the_column_through_the_clause(kind: str) -> None:
    clause = {"user": "4.7(b)", "dcc": "4.13(b)"}[kind]
    for actions, null in ((["Retain"] * (CAP + 1), False), (["Retain"] * CAP + [""], True)):
        asked = communications(*[""] * len(actions), breach=BREACH[kind])
        sent = qcaf(kind, communications(*actions, breach=BREACH[kind]))
        checked = check(answering(sent, report=Content.of_bytes("report.csv", asked)))
        assert_fails_only_at(checked, f"{clause}-2")
        column = result(checked, "6.5-9")
        assert (column.status, column.through, column.count) == (
            (Status.FAILED, (f"{clause}-2",), 0) if null else (Status.PASSED, (), 0)
        )
        assert (result(checked, f"{clause}-1").status is Status.FAILED) is null


def test_a_profile_without_an_action_follows_no_advice() -> None:
    form = profile().files[Kind.QCAF]
    bare = replace(form, columns=form.columns[:-1])
    changed = replace(profile(), files={**profile().files, Kind.QCAF: bare})
    checked = check(qcaf("dcc"), profile_=changed)
    assert result(checked, "4.13-4").status is Status.NOT_SHOWN
    assert result(checked, "UG1.2-1").status is Status.NOT_APPLICABLE


def test_many_actions_against_the_advice_are_counted() -> None:
    number = CAP + 5
    lines = communications(*["Release"] * number, breach=DCCS)
    rows = report(communications(*[""] * number, breach=DCCS))
    against = answering(qcaf("dcc", lines), report=rows, advice=None, advice_for_all="Delete")
    failed = assert_fails_only_at(check(against), "4.13-4")
    assert (len(failed.findings), failed.count) == (CAP, number)


# --- Which clause -------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "other"), [("user", "4.13"), ("dcc", "4.7")])
def test_the_breach_shows_which_clause_applies(kind: str, other: str) -> None:
    checked = check(answering(qcaf(kind), set_by=None))
    assert roots(checked) == []
    for one in checked.results:
        if one.requirement.id.startswith((other + "-", other + "(")):
            assert one.status is Status.NOT_APPLICABLE


def test_the_stated_party_that_set_the_thresholds_goes_before_the_one_in_the_breach() -> None:
    said = answering(qcaf("dcc"), set_by=qcaf("user").quarantine.set_by)
    checked = check(said)
    failed = assert_fails_only_at(checked, "6.5-14")
    assert failed.count == 3


def test_an_unknown_breach_leaves_the_clause_open_and_what_both_ask_is_looked_at() -> None:
    lines = communications("Release", breach="Other")
    unknown = answering(qcaf("user", lines), set_by=None, report=None)
    checked = check(unknown)
    assert_fails_only_at(checked, "6.5-11")
    for requirement in ("4.7-1", "4.7(a)-1", "4.7(b)-2"):
        assert result(checked, requirement).status is Status.PASSED
    for requirement in ("4.8-1", "4.13-1", "4.13-2", "4.13(b)-3"):
        shown = result(checked, requirement)
        assert (shown.status, shown.evidence) == (Status.NOT_SHOWN, ("quarantine.set_by",))
    fits = result(checked, "6.5-14")
    assert (fits.status, fits.evidence) == (Status.NOT_SHOWN, ("quarantine.set_by",))
