"""The 120 hours from the quarantine to the QCAF: guidance 1.2."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from conformance.checks import CHECKS, Context
from conformance.content import Content
from conformance.findings import CAP, Status
from conformance.model.column import Role
from conformance.model.profile import Profile
from conformance.model.requirement import Kind
from conformance.model.types.instant import Instant
from conformance.records import Layout, Scan
from conformance.records.expression import Expected
from conformance.records.scan import Scanner
from conformance.submission.evidence import Submission
from tests.checks.situation import (
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
    setting,
)

QUARANTINED = datetime(2025, 5, 30, 10, tzinfo=UTC)
LIMIT = QUARANTINED + timedelta(hours=120)
SECOND = timedelta(seconds=1)


def done(sent: datetime | None, *actions: str, completed: datetime | None = None) -> Submission:
    """A QCAF for communications quarantined on 30 May at 10:00."""
    good = qcaf("user", communications(*actions) if actions else None)
    quarantine = replace(good.quarantine, report=None)
    return replace(good, sent_at=sent, completed_at=completed, quarantine=quarantine)


@pytest.mark.parametrize(
    ("moment", "reading", "late"),
    [
        (LIMIT - SECOND, "within", False),
        (LIMIT, "within", False),
        (LIMIT + SECOND, "within", True),
        (LIMIT - SECOND, "late", False),
        (LIMIT, "late", True),
        (LIMIT + SECOND, "late", True),
    ],
)
@pytest.mark.parametrize("counted", ["sending", "completion"])
def test_the_limit(moment: datetime, reading: str, counted: str, late: bool) -> None:
    early = QUARANTINED + timedelta(days=3)
    sent, completed = (moment, None) if counted == "sending" else (early, moment)
    readings = {"exactly_120_hours": reading, "hours_counted_to": counted}
    for action, requirement in (("Delete", "UG1.2-1"), ("Release", "UG1.2-2")):
        checked = check(done(sent, action, completed=completed), **readings)
        assert roots(checked) == ([requirement] if late else [])
        if late:
            (finding,) = result(checked, requirement).findings
            assert finding.expected == "done by 2025-06-04T10:00:00Z"
            assert (finding.place.record, finding.place.field) == (1, 4)
            released = ("late-release",) if action == "Release" else ()
            assert finding.notes == ("hours-counted-to", "exactly-120-hours", *released)


def test_a_file_that_was_sent_before_the_quarantine_is_not_shown_to_be_in_time() -> None:
    later = communication(2, "Delete", when="2025-05-30T10:00:01Z")
    data = communications("Delete").decode() + later
    sent = replace(done(QUARANTINED), file=qcaf("user", data.encode()).file)
    found = result(check(sent), "UG1.2-1")
    assert (found.status, found.evidence) == (Status.NOT_SHOWN, ())
    assert "sent before the quarantine of a communication" in (found.reason or "")
    assert result(check(replace(sent, sent_at=QUARANTINED + SECOND)), "UG1.2-1").reason is None
    # Whichever time the hours are counted to.
    counted = check(replace(sent, completed_at=QUARANTINED + SECOND), hours_counted_to="completion")
    assert result(counted, "UG1.2-1").status is Status.NOT_SHOWN


def test_a_late_release_fails_once_and_the_other_through_it() -> None:
    checked = check(done(LIMIT + SECOND, "Release"))
    assert_fails_only_at(checked, "UG1.2-2")
    assert result(checked, "UG1.2-1").through == ("UG1.2-2",)


def test_each_late_record_is_counted_under_its_own_requirement() -> None:
    checked = check(done(LIMIT + SECOND, "Release", "Delete", "Delete"))
    assert roots(checked) == ["UG1.2-1", "UG1.2-2"]
    assert result(checked, "UG1.2-1").count == 2
    assert result(checked, "UG1.2-2").count == 1


def test_many_late_records_are_counted_and_some_kept() -> None:
    failed = result(check(done(LIMIT + SECOND, *["Delete"] * (CAP + 7))), "UG1.2-1")
    assert (len(failed.findings), failed.count) == (CAP, CAP + 7)


@pytest.mark.parametrize("others", [3, 300])
def test_a_late_record_is_found_among_those_in_time(others: int) -> None:
    """A large file has those that are in time passed over; a small one is read as it is."""
    in_time = [
        communication(n, "Delete", when="2025-05-30T10:00:02Z") for n in range(2, others + 2)
    ]
    late = communication(1, "Release", when="2025-05-30T10:00:00Z")
    rows = [*in_time[: others // 2], late, *in_time[others // 2 :]]
    file = qcaf("user", "".join(rows).encode()).file
    failed = result(check(replace(done(LIMIT + SECOND), file=file)), "UG1.2-2")
    assert (failed.count, failed.findings[0].place.record) == (1, others // 2 + 1)


@pytest.fixture
def as_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each file scanned as a large one is."""

    def scan(data: Content, layout: Layout, _: object, expected: Expected) -> Scan:
        return Scanner(data, layout, large=0, expected=expected).scan()

    monkeypatch.setattr("conformance.checks.context.scan", scan)


def many(*times: str) -> Submission:
    """A QCAF of 300 communications, the first quarantined at ``times``, the others in time."""
    whens = [*times, *["2025-05-30T11:01:00Z"] * (300 - len(times))]
    rows = [communication(n, "Delete", when=when) for n, when in enumerate(whens, 1)]
    submission = done(LIMIT, completed=LIMIT + timedelta(hours=1))
    return replace(submission, file=qcaf("user", "".join(rows).encode()).file)


@pytest.mark.usefixtures("as_large")
def test_no_record_of_a_large_file_is_read_again_if_all_are_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[object] = []
    monkeypatch.setattr("conformance.records.stretches.run_with", lambda *_: read.append(_))
    assert result(check(many()), "UG1.2-1").status is Status.PASSED
    assert not read
    assert result(check(many("2025-05-30T09:59:00Z")), "UG1.2-1").status is Status.FAILED
    assert read


@pytest.mark.parametrize(
    "when", ["2025-05-30T09:59:59Z", "2025-05-30T10:00:00Z", "2025-05-30T11:00:00Z",
             "2025-06-04T10:00:00Z", "2025-06-04T10:30:00Z", "2025-06-31T10:00:00Z"]
)  # fmt: skip
@pytest.mark.parametrize("exactly", ["within", "late"])
@pytest.mark.parametrize("counted", ["sending", "completion"])
def test_a_large_file_is_judged_as_a_small_one_is(
    when: str, exactly: str, counted: str, request: pytest.FixtureRequest
) -> None:
    submission = many(when)
    readings = {"exactly_120_hours": exactly, "hours_counted_to": counted}
    as_small = check(submission, **readings)
    request.getfixturevalue("as_large")
    assert check(submission, **readings) == as_small


@pytest.mark.usefixtures("as_large")
def test_of_a_large_file_too_nothing_is_in_time_that_was_quarantined_after_it_was_sent() -> None:
    for when, status in ("09:59", Status.PASSED), ("10:30", Status.NOT_SHOWN):
        checked = check(many(f"2025-06-04T{when}:00Z"), hours_counted_to="completion")
        assert result(checked, "UG1.2-1").status is status


@pytest.mark.usefixtures("as_large")
def test_by_another_reading_a_large_file_is_looked_at_again() -> None:
    within, late = (
        Context(many("2025-05-30T10:00:00Z"), setting(exactly_120_hours=reading))
        for reading in ("within", "late")
    )
    assert within.scan
    assert within.scan.as_expected
    late.__dict__["scan"] = within.scan
    requirement = setting().catalogue.worded("mp109")[0]
    found = [list(CHECKS["within-hours"](one, requirement)) for one in (within, late)]
    assert [len(one) for one in found] == [0, 1]


def test_the_place_is_that_of_the_time() -> None:
    data = communications("Delete", "Delete")
    finding = result(check(done(LIMIT + SECOND, "Delete", "Delete")), "UG1.2-1").findings[1]
    assert finding.place.offset is not None
    assert data[finding.place.offset :].startswith(b"2025-05-30T10:00:00Z")
    assert finding.place.record == 2


def test_when_it_was_done_must_be_known() -> None:
    assert_not_shown(check(done(None, "Delete")), "UG1.2-1", "sent_at")
    checked = check(done(LIMIT, "Delete"), hours_counted_to="completion")
    assert_not_shown(checked, "UG1.2-1", "completed_at")
    assert_not_shown(checked, "UG1.2-2", "completed_at")


def test_without_a_file_nothing_is_shown() -> None:
    shown = result(check(qcaf("user", file=None)), "UG1.2-1")
    assert shown.evidence == ("file",)


def test_a_time_that_does_not_exist_is_a_matter_of_the_field() -> None:
    data = communications("Delete").replace(b"05-30T", b"05-32T")
    checked = check(qcaf("user", data, quarantine=replace(qcaf().quarantine, report=None)))
    assert_fails_only_at(checked, "6.5-8")
    for requirement in ("UG1.2-1", "UG1.2-2"):
        assert result(checked, requirement).blocked_by[0] == "6.5-8"


def test_a_late_record_beside_one_that_cannot_be_read_still_fails() -> None:
    data = communications("Delete", "Delete").replace(b"05-30T", b"05-32T", 1)
    late = replace(done(LIMIT + SECOND), file=qcaf("user", data).file)
    assert roots(check(late)) == ["6.5-8", "UG1.2-1"]


def test_the_hours_are_the_profiles() -> None:
    rules = replace(profile().delivery, hours=48)
    checked = check(done(QUARANTINED + timedelta(hours=49)), profile_=replace(
        profile(), delivery=rules
    ))  # fmt: skip
    assert "more than the 48 hours" in result(checked, "UG1.2-1").findings[0].message


def test_before_mp109_there_was_no_guidance() -> None:
    checked = check(done(LIMIT + SECOND), edition="v2.0")
    assert result(checked, "UG1.2-1").status is Status.NOT_APPLICABLE


def _without_time(*kinds: Kind) -> Profile:
    """The reference profile without the column of the time in files of these kinds."""
    files = dict(profile().files)
    for kind in kinds:
        columns = tuple(c for c in files[kind].columns if c.role is not Role.QUARANTINED_AT)
        files[kind] = replace(files[kind], columns=columns)
    return replace(profile(), files=files)


def _timeless(*actions: str) -> bytes:
    data = communications(*actions).replace(b"2025-05-30T10:00:00Z,", b"")
    assert USERS.encode() in data
    return data


def test_a_profile_without_the_time_shows_nothing_of_it() -> None:
    bare = _without_time(Kind.QCAF, Kind.REPORT)
    shown = result(check(qcaf("user", _timeless("Delete")), profile_=bare), "UG1.2-1")
    assert shown.status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(("action", "requirement"), [("Delete", "UG1.2-1"), ("Release", "UG1.2-2")])
@pytest.mark.parametrize("late", [False, True])
def test_a_time_that_only_the_report_has_counts(action: str, requirement: str, late: bool) -> None:
    report = replace(qcaf().quarantine, report=Content.of_bytes("r.csv", communications("", "")))
    sent = LIMIT + SECOND if late else LIMIT
    submission = qcaf("user", _timeless(action, action), sent_at=sent, quarantine=report)
    checked = check(submission, profile_=_without_time(Kind.QCAF))
    assert roots(checked) == ([requirement] if late else [])
    assert result(checked, requirement).count == (2 if late else 0)
    lone = replace(submission, quarantine=replace(report, report=None))
    assert_not_shown(
        check(lone, profile_=_without_time(Kind.QCAF)), requirement, "quarantine.report"
    )


@pytest.mark.parametrize("when", ["30/05/2025 10:00", "", "2025-05-30T25:00:00Z"])
def test_a_time_in_the_report_that_cannot_be_read_shows_nothing(when: str) -> None:
    rows = communication(1, "", when=when) + communication(2, "")
    report = replace(qcaf().quarantine, report=Content.of_bytes("r.csv", rows.encode()))
    submission = qcaf("user", _timeless("Delete", "Delete"), sent_at=LIMIT, quarantine=report)
    for requirement in ("UG1.2-1", "UG1.2-2"):
        shown = result(check(submission, profile_=_without_time(Kind.QCAF)), requirement)
        assert (shown.status, shown.reason) == (
            Status.NOT_SHOWN, "the time of quarantine of a communication cannot be read",
        )  # fmt: skip


def test_times_that_may_be_null_are_taken_from_the_report() -> None:
    files = dict(profile().files)
    files[Kind.QCAF] = replace(
        files[Kind.QCAF],
        columns=tuple(
            replace(c, nullable=True) if c.role is Role.QUARANTINED_AT else c
            for c in files[Kind.QCAF].columns
        ),
    )
    nullable = replace(profile(), files=files)
    data = communications("Delete").replace(b"2025-05-30T10:00:00Z", b"")
    report = replace(qcaf().quarantine, report=Content.of_bytes("r.csv", communications("")))
    sent = qcaf("user", data, sent_at=LIMIT + SECOND, quarantine=report)
    assert roots(check(sent, profile_=nullable)) == ["4.7(b)-4", "UG1.2-1"]
    lone = replace(sent, quarantine=replace(report, report=None))
    assert_not_shown(check(lone, profile_=nullable), "UG1.2-1")


def test_a_time_that_the_qcaf_need_not_copy_is_taken_from_the_report() -> None:
    """By note qcaf-other-fields; otherwise a QCAF could name a later quarantine than there was."""
    data = communications("Delete").replace(b"2025-05-30T10", b"2025-06-01T10")
    report = replace(qcaf().quarantine, report=Content.of_bytes("r.csv", communications("")))
    sent = qcaf("user", data, sent_at=LIMIT + SECOND, quarantine=report)
    assert roots(check(sent)) == ["4.7(b)-4"]
    assert roots(check(sent, qcaf_other_fields="ignored")) == ["UG1.2-1"]


def test_a_release_that_is_asked_for_in_vain_is_late_by_itself() -> None:
    checked = check(done(LIMIT + SECOND, "Release"), late_release="in-vain")
    assert roots(checked) == ["UG1.2-1"]
    assert result(checked, "UG1.2-2").status is Status.NOT_APPLICABLE


def test_hours_count_from_both_moments_that_clocks_show_alike() -> None:
    local = Instant(("DD/MM/YYYY hh:mm:ss",), "Europe/London")
    files = {
        kind: replace(
            form,
            columns=tuple(
                replace(c, type=local) if c.role is Role.QUARANTINED_AT else c for c in form.columns
            ),
        )
        for kind, form in profile().files.items()
    }
    clocks = replace(profile(), files=files)
    data = communication(1, "Release", when="26/10/2025 01:30:00").encode()
    for hours, status in {
        120.5: Status.PASSED, 121: Status.NOT_SHOWN, 121.5: Status.NOT_SHOWN, 121.6: Status.FAILED,
    }.items():  # fmt: skip
        sent = datetime(2025, 10, 26, tzinfo=UTC) + timedelta(hours=hours)
        lone = replace(qcaf().quarantine, report=None)
        checked = check(qcaf("user", data, sent_at=sent, quarantine=lone), profile_=clocks)
        assert result(checked, "UG1.2-2").status is status, hours
