"""A submission sent when its edition is not known to have applied: said, and no violation."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.checker import Checked, check_submission
from conformance.findings import Verdict
from conformance.footing import Footing
from conformance.model.requirement import Kind
from conformance.report.formats import FORMATS, render
from conformance.report.raw import report_of
from conformance.submission.evidence import Submission
from tests.checks.situation import ADT, adt, catalogue, email, setting

#: A carriage return before a line feed, against the clause itself.
FAULTY = ADT.replace(b"\n", b"\r\n")
UNKNOWN = (
    "whether edition v2.0 applied on 2016-06-01 is not known: its start is not known, only that it "
    "applied on 2021-12-06"
)


def sent(day: str, content: bytes = ADT) -> Submission:
    """Return an ADT File that was sent by email on a day."""
    return replace(email(), file=adt(content).file, signature=adt(content).signature,
        sent_at=datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC))  # fmt: skip


def checked(submission: Submission, edition: str | None = None) -> Checked:
    return check_submission(submission, replace(setting(), edition=edition), only=["6.1"])


@pytest.mark.parametrize(
    ("day", "edition", "doubt"),
    [
        ("2016-06-01", None, UNKNOWN),
        ("2016-06-01", "v2.0", UNKNOWN),
        ("2021-12-05", None, UNKNOWN.replace("2016-06-01", "2021-12-05")),
        ("2021-12-06", None, None),
        ("2022-11-02", None, None),
        ("2022-11-03", None, None),
        (
            "2022-11-02",
            "mp109",
            "edition mp109 did not apply on 2022-11-02: its start was 2022-11-03",
        ),
        (
            "2022-11-03",
            "v2.0",
            "edition v2.0 did not apply on 2022-11-03: edition mp109 took its place on 2022-11-03",
        ),
        ("2030-01-01", "mp109", None),
    ],
)
def test_whether_the_edition_applied(day: str, edition: str | None, doubt: str | None) -> None:
    for content in (ADT, FAULTY):
        assert checked(sent(day, content), edition).doubt == doubt


def test_without_a_known_edition_nothing_is_a_violation() -> None:
    known = checked(sent("2022-06-01", FAULTY))
    assert (known.verdict, known.rests_on) == (Verdict.VIOLATES, (Footing.CLAUSE,))
    unknown = checked(sent("2016-06-01", FAULTY))
    assert (unknown.verdict, unknown.rests_on) == (Verdict.DEPARTS, (Footing.EDITION,))
    assert [one.requirement.id for one in unknown.roots] == ["6.1-3"]


def test_a_footing_weaker_than_the_doubt_of_the_edition_stays_as_it_is() -> None:
    late = check_submission(sent("2016-06-01", ADT.replace(b"100", b"-1")), setting())
    weak = next(r for r in late.results if r.requirement.id.startswith("6.3") and r.is_root)
    assert weak.rests_on is Footing.UNVERIFIED


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("content", [ADT, FAULTY], ids=["conforming", "faulty"])
def test_every_view_says_so(name: str, content: bytes) -> None:
    for day, said in (("2016-06-01", True), ("2022-06-01", False)):
        report = report_of([checked(sent(day, content))], setting())
        assert (UNKNOWN in " ".join(render(report, name).split())) is said


@pytest.mark.parametrize("content", [ADT, FAULTY], ids=["conforming", "faulty"])
def test_many_submissions_say_how_many(content: bytes) -> None:
    from conformance.report.headline import answer

    days = ("2016-06-01", "2017-06-01", "2022-06-01")
    report = report_of([checked(sent(day, content)) for day in days], setting())
    assert "it is not known of 2 that the edition applied" in answer(report)[1]


def test_each_edition_has_a_start_or_a_day_on_which_it_applied() -> None:
    assert all(bool(e.in_force) != bool(e.known_from) for e in catalogue().editions.values())


UNDATED = "it does not say when it was sent"


def test_a_file_without_a_time_is_judged_under_the_edition_of_now_and_says_so() -> None:
    undated = replace(sent("2022-06-01"), sent_at=None)
    assert checked(undated).because == UNDATED
    assert checked(sent("2022-06-01")).because is None
    assert checked(undated, "v2.0").because is None
    assert checked(replace(undated, edition="mp109")).because is None
    reported = replace(setting(), sent_at=datetime(2025, 6, 1, tzinfo=UTC))
    assert check_submission(undated, reported, only=["6.1"]).because is None
    # Files that are not sent stay as they are found.
    assert checked(Submission("area", Kind.AREA, Path())).because is None


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("content", [ADT, FAULTY], ids=["conforming", "faulty"])
def test_every_view_says_under_which_edition(name: str, content: bytes) -> None:
    words = UNDATED if name == "json" else f"judged under edition mp109, because {UNDATED}"
    for submission in (sent("2025-06-01", content), replace(sent("2025-06-01"), sent_at=None)):
        report = report_of([checked(submission)], setting())
        said = words in " ".join(render(report, name).split())
        assert said is (submission.sent_at is None)


@pytest.mark.parametrize("content", [ADT, FAULTY], ids=["conforming", "faulty"])
def test_many_submissions_say_how_many_have_no_time(content: bytes) -> None:
    from conformance.report.headline import answer

    undated = replace(sent("2025-06-01", content), sent_at=None)
    several = {
        1: "1 does not say when it was sent, and is judged under edition mp109",
        2: "2 do not say when they were sent, and are judged under edition mp109",
    }
    for count, said in several.items():
        given = [sent("2025-06-01", content), *[undated] * count]
        assert said in answer(report_of(map(checked, given), setting()))[1]
