"""Messages for a file that is not a report, or was changed; several reports shown as one."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.errors import TadpError
from conformance.report import reading
from conformance.report.consistency import inconsistencies
from conformance.report.frame import digest_of, kind_of, sealed
from conformance.report.raw import summary_of
from conformance.report.reading import examine_report, merged, read_report
from conformance.report.serialising import dump_report
from tests.report import drawn
from tests.report.assessed import drawn as assessed
from tests.report.drawn import Table, finding, report, result, submission

WHOLE = dump_report(drawn.everything()).encode()


@pytest.mark.parametrize(
    ("data", "reported"),
    [
        (b"", "is not JSON: Expecting value, line 1 column 1"),
        (b"hello", "is not JSON: Expecting value, line 1 column 1"),
        (b'{"rep', "is not JSON: Unterminated string starting at, line 1 column 2"),
        (b'{"report": 1,', "was cut off: "),
        (b'{"report": 1,} \n', "is not JSON: "),
        (b" " * 31 + b'{"report": 1', "was cut off: "),
        (b" " * 32 + b'{"report": 1', "is not JSON: "),
        (b"\xff", "is not UTF-8 in line 1"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"null", "is not a report of tadp check or tadp assess"),
        (b'["report"]', "is not a report of tadp check or tadp assess"),
        (b"{}", "is not a report of tadp check or tadp assess"),
        (b'{"report": 1}', "was cut off: the closing record is missing"),
        (b'{"report": 1, "report": 1}', 'has "report" twice in one object; leave one of them'),
        (
            b'{"report": 2, "complete": true}',
            "is a report of version 2, and this tadp reads version 1 only; check again, or",
        ),
        (b'{"report": NaN}', "has NaN, which is not a number"),
        (b'{"report": -Infinity}', "has -Infinity, which is not a number"),
    ],
)
def test_a_file_that_is_not_a_whole_report_is_refused_with_the_reason(
    data: bytes, reported: str, tmp_path: Path
) -> None:
    file = tmp_path / "r.json"
    file.write_bytes(data)
    read = examine_report(str(file))
    (problem,) = read.problems
    assert problem.startswith(reported)
    assert (read.value, read.data) == (None, data)
    with pytest.raises(TadpError) as raised:
        read_report(str(file))
    assert (raised.value.what, raised.value.where) == (problem, str(file))


def test_all_damage_in_a_report_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    table = json.loads(WHOLE)
    table["submissions"][0]["verdict"], table["run_at"] = "violate", 5
    file.write_text(json.dumps(table), "utf-8")
    read = examine_report(str(file))
    assert read.value is None
    assert sorted(read.problems) == [
        "is damaged: run_at: 5 cannot be used here (write a date and time in UTC, such as "
        "2026-01-31T09:30:00Z)",
        'is damaged: submissions.1.verdict: "violate" is not known here (did you mean violates?)',
    ]


def test_damage_is_placed_among_all_submissions(tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    table = json.loads(WHOLE)
    table["submissions"][2]["verdict"] = "violate"
    file.write_text(json.dumps(table), "utf-8")
    (problem,) = examine_report(str(file)).problems
    assert problem.startswith("is damaged: submissions.3.verdict: ")


def test_a_report_is_read_as_it_was_made(tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    file.write_bytes(WHOLE)
    read = examine_report(str(file))
    assert (read.value, read.data, read.problems) == (drawn.everything(), WHOLE, ())
    assert read_report(str(file)) == drawn.everything()


@pytest.mark.parametrize("room", [0, -1])
def test_a_report_is_not_read_beyond_the_largest(
    room: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "r.json"
    file.write_bytes(WHOLE)
    monkeypatch.setattr(reading, "MAXIMUM_BYTES", len(WHOLE) + room)
    if room == 0:
        assert examine_report(str(file)).problems == ()
    else:
        with pytest.raises(TadpError):
            examine_report(str(file))


def test_a_closed_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(TadpError, match=r"^standard input is closed$"):
        read_report("-")


# --- Several as one -----------------------------------------------------------------------------


def one_of(edition: str, at: str, *not_read: str) -> Table:
    """A report of one submission, made at some time."""
    sent = submission(f"sent/{edition}", "conforms", [result("2.1-1", "passed")], edition=edition)
    return report(sent, checked_at=at, not_read=list(not_read))


def test_reports_of_one_make_are_shown_as_one() -> None:
    late, early = "2025-06-02T12:34:57Z", "2025-06-02T12:34:56Z"
    parts = one_of("v2.0", late, "x: gone"), one_of("v1.0", early, "y: gone")
    submissions = [one["submissions"][0] for one in parts]
    whole = merged(parts)
    assert whole == sealed({
        **parts[0],
        "checked_at": late,
        "catalogue": {e: drawn.wording(e) for e in ("v2.0", "v1.0")},
        "not_covered": dict.fromkeys(("v2.0", "v1.0"), drawn.GAPS),
        "submissions": submissions,
        "not_read": ["x: gone", "y: gone"],
        "summary": summary_of(submissions),
    })  # fmt: skip
    assert list(inconsistencies(whole)) == []
    assert list(whole)[-2:] == ["digest", "complete"]


@pytest.mark.parametrize("name", ["tool", "model", "profile", "notes", "fail_on", "redacted"])
def test_reports_of_another_make_are_not(name: str) -> None:
    first = one_of("v1.0", "2025-06-02T12:34:56Z") | {"redacted": {"key": "0" * 16}}
    other = {**first, name: {"key": "1" * 16}}
    with pytest.raises(TadpError) as reported:
        merged([first, first, other])
    assert str(reported.value) == f"the reports differ in their {name} (show them one by one)"
    assert merged([other]) == other


def test_assessments_and_numbered_pseudonyms_are_not_shown_as_one() -> None:
    check, other = drawn.everything(), assessed.everything()
    for parts in ([check, other], [other, check], [other, other]):
        with pytest.raises(TadpError) as reported:
            merged(parts)
        assert str(reported.value) == "assessments are not shown as one (show them one by one)"
    numbered = {**check, "redacted": {"key": None}}
    for parts in ([numbered, check], [check, numbered], [numbered, numbered]):
        with pytest.raises(TadpError) as reported:
            merged(parts)
        assert str(reported.value) == (
            "pseudonyms without a key mean something else in each report "
            "(redact the whole, or with --redact-key)"
        )


# --- What a report that fits the schema reports itself -----------------------------------------


def faults_after(original: Table, change: Callable[[Table], Any]) -> list[str]:
    """Return the faults of the report after a change, with a new seal."""
    altered = copy.deepcopy(original)
    change(altered)
    return list(inconsistencies(sealed(altered)))


def place(report_: Table, identifier: str) -> Table:
    """Return the result of a requirement in the third submission, where much failed."""
    every: list[Table] = report_["submissions"][2]["requirements"]
    return next(one for one in every if one["id"] == identifier)


def test_a_digest_reports_every_alteration() -> None:
    whole = drawn.everything()
    assert list(inconsistencies({**whole, "checked_at": "2025-06-02T12:34:57Z"})) == [
        "was altered after it was made: its digest is not that of its content"
    ]
    del whole["digest"]
    assert list(inconsistencies(whole)) == [
        "has no digest, so it is not known whether it was altered"
    ]


CHECKED: dict[str, Callable[[Table], Any]] = {
    "was altered: its summary is not that of its submissions": lambda r: r["summary"][
        "requirements"
    ].update(passed=0),
    "has no wording of edition v2.0": lambda r: r["catalogue"].pop("v2.0"),
    "has no wording of 3.1-2": lambda r: r["catalogue"]["v1.0"].pop("3.1-2"),
    "was altered: it counts other findings under 3.1-1 than it holds": lambda r: place(
        r, "3.1-1"
    ).update(count=19),
    "was altered: it counts other findings under 3.1-2 than it holds": lambda r: place(
        r, "3.1-2"
    ).update(count=2),
    "lacks a note that 2.1-1 rests on": lambda r: place(r, "2.1-1")["findings"][0]["notes"].append(
        "fourth-note"
    ),
    "lacks a note that 3.2-1 rests on": lambda r: r["catalogue"]["v1.0"]["3.2-1"].update(
        notes=["fourth-note"]
    ),
    "marks a place outside a record, under 2.1-1": lambda r: place(r, "2.1-1")["findings"][0][
        "excerpt"
    ].update(start=43),
}


@pytest.mark.parametrize("reported", CHECKED)
def test_each_thing_that_disagrees_in_a_check_is_reported_once(reported: str) -> None:
    assert faults_after(drawn.everything(), CHECKED[reported]) == [reported]


def test_a_place_may_be_the_end_of_a_record() -> None:
    def end(report_: Table) -> None:
        excerpt = place(report_, "2.1-1")["findings"][0]["excerpt"]
        excerpt.update(start=len(excerpt["text"]) - 1, length=1)

    assert faults_after(drawn.everything(), end) == []


def case(report_: Table, identifier: str) -> Table:
    """The case of an assessment that is called so."""
    every: list[Table] = report_["cases"]
    return next(one for one in every if one["id"] == identifier)


ASSESSED: dict[str, Callable[[Table], Any]] = {
    "was altered: its summary is not that of its cases": lambda r: r["summary"]["known"].update(
        excused=7
    ),
    "was altered: its result is not that of its cases": lambda r: r.update(result="passed"),
    "has no wording of edition v3.0": lambda r: case(r, "9/unknown").update(edition="v3.0"),
    "has no wording of 9.9-1": lambda r: case(r, "9/unknown").update(roots=["9.9-1"]),
    "has no wording of 9.9-2": lambda r: r["receiver"][0].update(id="9.9-2"),
    "has no wording of 9.9-3": lambda r: r["requirements"][0].update(id="9.9-3"),
    "names a case under 3.2-1 that was not put": lambda r: r["receiver"][1]["failing"].append(
        "nowhere"
    ),
    "names a case under 2.1-1 that was not put": lambda r: r["requirements"][0]["failing"].append(
        "nowhere"
    ),
}


@pytest.mark.parametrize("reported", ASSESSED)
def test_each_thing_that_disagrees_in_an_assessment_is_reported_once(reported: str) -> None:
    assert faults_after(assessed.everything(), ASSESSED[reported]) == [reported]


def test_a_case_that_is_there_twice_is_reported() -> None:
    twice = assessed.assessment([assessed.case("a", "passed"), assessed.case("a", "passed")])
    assert list(inconsistencies(twice)) == ["has a case twice"]


def test_an_inconsistency_in_several_submissions_is_reported_once() -> None:
    late = result("2.1-1", "failed", findings=[finding("it is late")], count=2)
    both = report(submission("a", "violates", [late]), submission("b", "violates", [late]))
    assert list(inconsistencies(both)) == [
        "was altered: it counts other findings under 2.1-1 than it holds"
    ]


def test_the_digest_is_over_the_canonical_form_without_it() -> None:
    """Worked out with another tool, so that no version of this one may change it."""
    plain = {"report": 1, "b": ["\u00e9", {"y": None, "x": True}], "a": "\n", "complete": True}
    text = '{"a":"\\n","b":["\u00e9",{"x":true,"y":null}],"complete":true,"report":1}'
    assert json.loads(text) == plain
    wanted = "9eef764db4f7c73b04aa1c66978dfad46e16220eaff5350ace3e0be2851bdeed"
    assert digest_of(plain) == wanted
    assert digest_of({**plain, "digest": {"sha256": "0"}}) == wanted
    shuffled = {"complete": True, "digest": {}, **plain}
    assert list(sealed(shuffled)) == ["report", "b", "a", "digest", "complete"]
    assert sealed(shuffled)["digest"] == {"sha256": wanted}


def test_a_report_that_does_not_say_its_kind_is_of_a_check() -> None:
    assert kind_of({}) == "check"
    assert kind_of({"kind": "check"}) == "check"
    assert kind_of({"kind": "assessment"}) == "assessment"
