"""A requirement that passes only under one reading of a note says so, in every view."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from conformance.checker import check_submission
from conformance.findings import Status
from conformance.model.requirement import Note
from conformance.other_readings import LARGEST_PASSED
from conformance.report.formats import FORMATS, render
from conformance.report.raw import report_of
from conformance.report.wording import PASSED_BY
from conformance.result import Result
from conformance.submission.hints import CliHints
from conformance.submission.reading import read_submission
from tests.checks.situation import ADT, USER_ID, adt, catalogue, email, qcaf, setting
from tests.corpus import CASES, FIXTURES, CorpusCase, setting_of
from tests.model.profiles import verified
from tests.sampling import one_in

NOTES = catalogue().notes
#: Submissions of the corpus that the readings of a note judge differently: note and slug.
QUESTIONS = sorted({tuple(i.split("/")[1:3]) for i in CASES if i.startswith("notes/")})


@cache
def outcomes(note: str, slug: str) -> dict[str, dict[str, Result]]:
    """Return the results of the requirements that list ``note``, by reading and by id."""
    return {
        reading.id: {
            r.requirement.id: r
            for r in CorpusCase(f"notes/{note}/{slug}/{reading.id}").check().results
            if note in r.requirement.notes
        }
        for reading in NOTES[note].readings
    }


def differing(note: str, slug: str) -> Iterator[tuple[str, Result]]:
    """Yield what passes by one reading and not by another, with that reading."""
    found = outcomes(note, slug)
    for reading, results in found.items():
        for identifier, result in results.items():
            others = {other[identifier].status for other in found.values()}
            if result.status is Status.PASSED and others & {Status.FAILED, Status.NOT_SHOWN}:
                yield reading, result


@pytest.mark.parametrize(("note", "slug"), one_in(2, QUESTIONS))
def test_a_pass_that_another_reading_would_not_give_names_the_note(note: str, slug: str) -> None:
    for _, result in differing(note, slug):
        assert note in result.notes


def test_the_corpus_has_such_submissions() -> None:
    assert len([1 for question in QUESTIONS for _ in differing(*question)]) > 20


@pytest.mark.parametrize("note", [n for n in NOTES.values() if n.strictest], ids=lambda n: n.id)
def test_a_requirement_that_passes_by_the_strictest_reading_passes_by_all(note: Note) -> None:
    slugs = [slug for name, slug in QUESTIONS if name == note.id]
    assert slugs or not note.decides
    for reading, result in (one for slug in slugs for one in differing(note.id, slug)):
        assert reading != note.strictest, result.requirement.id


def test_only_what_another_reading_would_judge_otherwise_is_named() -> None:
    upload = results(adt())
    assert upload["3.4(a)-1"].notes == ("subject-line",)
    assert upload["3.4-1"].notes == ()
    assert upload["6.1-4"].notes == ()
    by_email = results(email())
    assert by_email["3.4-1"].notes == ("email-contingency", "planned-outage", "no-upload-right")
    assert by_email["3.4(a)-1"].notes == ()
    titled = results(qcaf("user"))["4.7(a)-1"]
    assert [(o.note, o.reading, o.status) for o in titled.others] == [
        ("incident-and-request-id", "name", Status.FAILED)
    ]


def test_a_note_is_named_also_where_an_earlier_check_asked_for_its_reading() -> None:
    case = CorpusCase("conforming/qcaf-user-set")
    known = setting_of(FIXTURES / "profile.toml")
    readings = {**known.profile.readings, "order-of-checks": "in-order"}
    # The records are looked at only where the certificate is good, so that this is asked first.
    in_order = replace(known, profile=replace(known.profile, readings=readings))
    submission = read_submission(str(case.submission), CliHints(), known.profile)
    for one in (known, in_order):
        found = {r.requirement.id: r for r in check_submission(submission, one).results}
        assert found["4.7(b)-5"].status is Status.PASSED
        assert "certificate-time" in found["4.7(b)-5"].notes


def test_a_note_about_bytes_is_named_where_they_are_in_the_file() -> None:
    assert results(adt(ADT.replace(b",,", b",1.1.1,")))["6.3-9"].notes == ()
    assert results(adt(ADT))["6.3-9"].notes == ("general-or-particular",)
    assert results(adt(ADT))["6.3-8"].notes == ()
    lower = USER_ID.lower().encode()
    assert results(adt(ADT.replace(USER_ID.encode(), lower)))["6.3-8"].notes == ("eui64-case",)


def test_of_a_large_file_each_note_that_bears_on_it_is_named() -> None:
    rows = [f"{USER_ID},IS,1.1.1,24,80,{n}\n" for n in range(100, LARGEST_PASSED // 30)]
    assert results(adt("".join(rows).encode()))["6.3-8"].notes == ("eui64-case",)


def test_a_requirement_derived_from_one_that_passed_by_a_note_names_the_note() -> None:
    found = results(adt())
    assert found["6.1-3"].notes == ("final-line-feed",)
    assert "final-line-feed" in found["3.4(b)-1"].notes


def test_a_reading_that_was_confirmed_is_not_a_matter_of_reading() -> None:
    profile = verified("readings.email-contingency", readings={"email-contingency": "guidance"})
    passed = check_submission(email(), setting(profile_=profile)).results
    notes = next(r for r in passed if r.requirement.id == "3.4-1").notes
    # That every outage counts is a reading too, which is unconfirmed.
    assert notes == ("planned-outage", "no-upload-right")


@pytest.mark.parametrize("name", FORMATS)
def test_every_view_says_by_which_note_something_passed(name: str) -> None:
    shown = render(report_of([check_submission(email(), setting())], setting()), name)
    assert "email-contingency" in shown
    if name in ("text", "html", "junit", "markdown"):
        assert "read as" in shown
        assert "An email counts as the method of choice" in " ".join(shown.split())
    if name in ("text", "html", "markdown"):
        assert PASSED_BY in shown
    if name == "markdown":
        assert f"<details><summary>{PASSED_BY}</summary>" in shown


def test_a_test_case_that_passed_by_a_note_says_so() -> None:
    report = report_of([check_submission(email(), setting())], setting())
    root = ET.fromstring(render(report, "junit"))  # noqa: S314 - our own
    cases = {c.get("name", "").split()[0]: c for c in root.iter("testcase")}
    out = cases["3.4-1"].findtext("system-out") or ""
    assert out.splitlines()[0] == "passed under one reading of the text"
    assert "otherwise fails if email-contingency is read as never" in out
    assert cases["3.4-1"].find("failure") is None
    assert cases["6.1-1"].find("system-out") is None


def test_a_program_sees_the_notes_and_the_other_readings() -> None:
    from conformance import check

    folder = CorpusCase("notes/email-contingency/email-while-sharepoint-is-down/guidance").folder
    report = check(folder / "submission", profile=folder / "profile.toml")
    one = next(r for r in report.submissions[0].requirements if r.id == "3.4-1")
    assert one.notes == ("email-contingency", "planned-outage", "no-upload-right")
    assert [(o.note, o.reading, o.status) for o in one.other_readings] == [
        ("email-contingency", "never", Status.FAILED)
    ]
    failing = check(
        folder.parent / "never" / "submission", profile=folder.parent / "never" / "profile.toml"
    )
    failed = next(r for r in failing.submissions[0].requirements if r.id == "3.4-1")
    assert [(o.reading, o.status) for o in failed.other_readings] == [("guidance", Status.PASSED)]


def results(submission: object, **changes: object) -> dict[str, Result]:
    found = check_submission(replace(submission), setting(**changes)).results  # type: ignore[type-var]
    return {one.requirement.id: one for one in found}
