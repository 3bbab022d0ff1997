"""Whoever sees a case that came out wrong sees what it was, and how to look at it again."""

from __future__ import annotations

import csv
import html
import io
import json
import shlex
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conformance.assessment.corpus import Case
from conformance.assessment.explaining import Again, explained
from conformance.assessment.messages import Answer, Outcome
from conformance.assessment.neutral import Job
from conformance.assessment.running import Put
from conformance.assessment.scores import PartScore, Score, Standing
from conformance.model.requirement import Kind
from conformance.report.formats import FORMATS, render
from tests.report.assessed import made
from tests.running import run

HOLED = made.HOLED
CASE = "6.1-6/adt-sharepoint/in-a-field"
ACCEPTED = Answer(Outcome.ACCEPTED)
PROFILE_WORDS = ("--only", CASE, "--timeout", "7")


@cache
def report() -> dict[str, Any]:
    ran = run("assess", "receiver", f"{HOLED}:looks_elsewhere", *PROFILE_WORDS, "--format", "json",
              "--gate", "verdict,clause,place", "--slow", "0.000001")  # fmt: skip
    assert ran.code == 1, ran.err
    found: dict[str, Any] = ran.report
    return found


def test_the_raw_report_says_what_was_expected_and_how_to_see_it_again() -> None:
    (case,) = [c for c in report()["cases"] if c["id"] == CASE]
    assert case["title"].startswith("an ADT File by sharepoint, ecdsa, cms-detached: ")
    (change,) = case["change"]
    assert change.startswith("csv ")
    assert " -> " in change
    assert case["through"] == ["3.4(b)-1"]
    assert case["place"]["record"] < case["reasons"][0]["record"]
    assert case["seconds"] > 0
    assert shlex.split(case["again"]) == [
        "tadp", "assess", "receiver", f"{HOLED}:looks_elsewhere", "--timeout", "7", "--only", CASE,
    ]  # fmt: skip
    assert case["show"] == f"tadp fixtures show {CASE}"
    (good,) = [c for c in report()["cases"] if not c["roots"]]
    assert "again" not in good
    assert [one["id"] for one in report()["slow"]["cases"]].count(CASE) == 1


@pytest.mark.parametrize("form", [name for name in FORMATS if name != "json"])
def test_every_view_explains_a_case_that_came_out_wrong(form: str) -> None:
    name = f"{HOLED}:" + ("accepts" if form == "sarif" else "looks_elsewhere")
    one = report() if form != "sarif" else made.assessed(made.ACCEPTS)
    text = render(one, form)
    # SARIF has at most a few cases of each requirement.
    wanted = (
        {CASE} if form != "sarif" else {c["id"] for c in one["cases"] if c["roots"] == ["6.1-6"]}
    )
    case = next(c for c in one["cases"] if c["id"] in wanted)
    if form == "junit":
        text = "".join(e.text or "" for e in ET.fromstring(text).iter("failure"))  # noqa: S314 - ours
    elif form == "sarif":
        results = json.loads(text)["runs"][0]["results"]
        text = json.dumps(results, ensure_ascii=False).replace("\\\\", "\\")
    elif form == "csv":
        text = json.dumps(list(csv.DictReader(io.StringIO(text)))).replace("\\\\", "\\")
    elif form in ("html", "markdown"):
        text = html.unescape(text)
    shown = " ".join(text.replace("\\", "").split())
    for words in (case["title"], case["again"], case["show"], f"record {case['place']['record']}"):
        assert " ".join(words.replace("\\", "").split()) in shown, (name, words)
    assert case["change"][0].partition(":")[0] in shown


def test_commands_and_the_place_of_what_was_kept_are_not_cut() -> None:
    put = Put(Case(CASE, Path(), Kind.ADT, "v", "violates"), Job("0" * 16, Path(), {}), ACCEPTED)
    score = Score(put, Standing.FAILED, *[PartScore.WRONG] * 3)
    long = "a" * 1000
    record = explained(score, Again(("tadp", long), ("show", long), f"/{long}"))
    assert record["again"] == f"tadp {long} --only {CASE}"
    assert record["show"] == f"show {long} {CASE}"
    assert record["kept"] == f"/{long}/{'0' * 16}"


def test_submissions_are_kept_with_a_list_of_their_cases(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    words = ("assess", "receiver", made.ACCEPTS, "--only", CASE, "--keep", str(kept))
    ran = run(*words, "--format", "json")
    listed = io.StringIO((kept / "cases.csv").read_text("utf-8"))
    rows = {row["case"]: row["sent as"] for row in csv.DictReader(listed)}
    (case,) = [c for c in ran.report["cases"] if c["id"] == CASE]
    assert set(rows) == {CASE, "conforming/adt-sharepoint"}
    assert case["kept"] == str(kept / rows[CASE])
    assert (kept / rows[CASE] / "submission.json").is_file()
    again = run(*words)
    assert (again.code, again.err) == (
        2, f"tadp: {kept}: is not empty (name a new folder to --keep)\n"
    )  # fmt: skip


def test_the_words_of_an_implementation_are_shown_and_never_obeyed(tmp_path: Path) -> None:
    program = tmp_path / "r.sh"
    program.write_text(
        "#!/bin/sh\n"
        "printf '##[error]\\033[31m<script>alert(1)</script>| %s\\n' '=1+1' >&2; exit 3\n"
    )
    program.chmod(0o755)
    good = tmp_path / "good.sh"
    good.write_text(f"#!/bin/sh\ngrep -q '\u25b2' \"$1/adt.csv\" || exit 0\nexec {program}\n")
    good.chmod(0o755)
    ran = run("assess", "receiver", f"exec:{good}", "--only", CASE, "--format", "json")
    for form in FORMATS:
        text = render(ran.report, form)
        assert "\x1b" not in text
        assert "##[" not in text or form in ("junit", "csv", "html", "sarif")
        assert "<script>alert" not in text or form in ("text", "json", "sarif", "csv")
