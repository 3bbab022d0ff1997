"""``tadp assess submitter``: what is asked, and how what is written is judged."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import pytest

from conformance.assessment.authority import Authority
from conformance.assessment.corpus import Corpus, profile_of
from conformance.assessment.neutral import Workspace
from conformance.assessment.tasks import make_task
from conformance.checks import CHECKS
from conformance.model.loading import load_catalogue
from conformance.model.schema import problems
from conformance.report.formats import FORMATS, render
from conformance.submission.moments import parse_moment
from tests.assessment.conftest import fake
from tests.profiles.apart import APART, apart_cache
from tests.running import run

SUBMITTERS = "python:tests.assessment.implementations.submitters"
FEW = ("--only", "conforming/adt-sharepoint", "--only", "conforming/qcaf-user-set")


def report_of(*words: str, code: int) -> dict[str, Any]:
    ran = run("assess", "submitter", *words, "--format", "json")
    assert ran.code == code, ran.err or ran.out
    report: dict[str, Any] = json.loads(ran.out)
    assert problems("report", report) == []
    return report


def test_a_task_fits_its_schema_and_names_no_case(corpus: Corpus, workspace: Workspace) -> None:
    profile = profile_of(corpus, load_catalogue(CHECKS))
    authority = Authority(parse_moment(corpus.checked_at, "corpus"), profile)
    for number, name in enumerate(("conforming/adt-sharepoint", "conforming/qcaf-dcc-set")):
        case = corpus.by_id[name]
        task = make_task(case, f"{number:016x}", workspace, (authority, profile))
        assert problems("assess-task", task.job.message) == []
        assert name not in json.dumps(task.job.message)
        assert not list(Path(task.job.message["folder"]).iterdir())


def test_a_submitter_that_does_all_that_is_asked_passes() -> None:
    report = report_of(f"{SUBMITTERS}:does_all", *FEW, code=0)
    results = {s["id"]: s["result"] for s in report["requirements"]}
    assert results["6.1-3"] == results["3.4(b)-2"] == results["4.7(b)-3"] == "met"


@pytest.mark.parametrize(
    ("vice", "reported"),
    [
        ("signs_nothing", "6.1-1"),
        ("signs_with_a_key_of_its_own", "3.4(b)-"),
        ("writes_crlf", "6.1-3"),
        ("leaves_a_record_out", "does not hold the records"),
        ("writes_nothing", "one file and its signature were to be written"),
        ("writes_no_manifest", "submission.json"),
    ],
)
def test_a_fault_of_the_submitter_fails_the_case_with_its_reason(vice: str, reported: str) -> None:
    report = report_of(f"{SUBMITTERS}:{vice}", *FEW[:2], code=1)
    (case,) = report["cases"]
    assert case["status"] == "failed"
    assert reported in case["reason"]


def test_a_task_may_be_skipped() -> None:
    report = report_of(f"{SUBMITTERS}:writes_adt_files_only", *FEW, code=0)
    assert report["summary"]["cases"]["skipped"] == 1


def test_an_adapter_that_answers_nothing_is_distinguished_from_a_failing_submitter() -> None:
    ran = run("assess", "submitter", fake("exec", "crashes"), *FEW)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "the adapter does not work" in ran.err


@pytest.mark.parametrize(("submitter", "code"), [("does_all_apart", 0), ("does_all", 1)])
def test_a_submitter_is_assessed_under_another_profile(submitter: str, code: int) -> None:
    words = ("--profile", APART, "--cache", str(apart_cache()), "--no-refusals")
    report = report_of(f"{SUBMITTERS}:{submitter}", *words, code=code)
    assert report["profile"]["name"] == "apart-test"
    asked = {case["id"] for case in report["cases"]}
    assert {"conforming/adt-portal", "conforming/qcaf-dcc-set"} <= asked
    standings = {case["status"] for case in report["cases"]}
    assert (standings == {"passed"}) is (code == 0)


REFUSED = (
    "--only", "3.4(b)-3", "--only", "6.3-12", "--only", "6.3-13", "--only", "UG1.2-2",
)  # fmt: skip


def test_a_submitter_has_to_refuse_what_must_not_be_sent() -> None:
    report = report_of(f"{SUBMITTERS}:refuses_what_it_must", *REFUSED, code=0)
    refused = {case["id"].split("/")[0] for case in report["cases"] if case["outcome"] == "refused"}
    assert refused == {"3.4(b)-3", "6.3-12", "6.3-13", "UG1.2-2"}
    assert {case["expected"] for case in report["cases"]} == {"refused", "conforms"}
    report = report_of(f"{SUBMITTERS}:does_all", *REFUSED, code=1)
    failed = {c["id"]: c["reason"] for c in report["cases"] if c["status"] == "failed"}
    assert {name.split("/")[0] for name in failed} == refused
    assert failed["3.4(b)-3/adt-sharepoint/revoked"].startswith(
        "wrote what it has to refuse; 3.4(b)-3: the certificate had been revoked"
    )
    results = {s["id"]: s["result"] for s in report["requirements"]}
    assert results["3.4(b)-3"] == results["UG1.2-2"] == "not met"


def test_one_that_refuses_what_can_be_sent_fails() -> None:
    report = report_of(f"{SUBMITTERS}:refuses_everything", *FEW, code=1)
    assert {case["reason"] for case in report["cases"]} == {"refused what can be sent: not today"}
    # Without refusals, the same tasks are reported as not asked.
    report = report_of(f"{SUBMITTERS}:does_all", *REFUSED, "--no-refusals", code=0)
    assert {case["expected"] for case in report["cases"]} == {"conforms"}
    why = {one["what"]: one["why"] for one in report["not_tested"]}
    assert why["4 cases"] == "a task that has to be refused (see --refusals)"


def test_tasks_made_up_at_random_are_the_same_for_the_same_seed_and_repeated_one_by_one() -> None:
    adapter = f"{SUBMITTERS}:leaves_a_null_out"
    words = ("--only", "random", "--random", "4", "--seed", "3")
    report = report_of(adapter, *words, code=1)
    cases = {case["id"]: case for case in report["cases"]}
    assert set(cases) == {f"random/3/{number}" for number in range(1, 5)}
    assert {case["status"] for case in cases.values()} == {"passed", "failed"}
    for name, case in cases.items():
        assert case["again"] == f"tadp assess submitter {adapter} --seed 3 --only {name}"
        assert "show" not in case
    for form in FORMATS:
        shown = html.unescape(render(report, form))
        assert all(f"--only {name}" in shown.replace("&#45;", "-") for name in cases), form
    name = next(name for name in cases if cases[name]["status"] == "failed")
    (alone,) = report_of(*cases[name]["again"].split()[3:], code=1)["cases"]
    assert alone["reason"] == cases[name]["reason"]
    assert alone["title"] == cases[name]["title"]


@pytest.mark.parametrize(
    ("vice", "broken"),
    [
        ("ignores_revocation", {"3.4(b)-3"}),
        ("ignores_rules", {"6.3-12", "6.3-13"}),
        ("releases_late", {"UG1.2-2"}),
        # A rule that is no longer in the file is no longer in force.
        ("stops_after_a_hundred_records", {"UG1.1-1"}),
    ],
)
def test_a_submitter_with_one_vice_is_found_out_by_its_tasks(vice: str, broken: set[str]) -> None:
    words = (*REFUSED, "--only", "conforming/adt-long")
    report = report_of(f"{SUBMITTERS}:{vice}", *words, code=1)
    failed = [case for case in report["cases"] if case["status"] == "failed"]
    assert {" ".join(case["roots"]) for case in failed} == broken
    if vice.startswith("stops"):
        assert [case["id"] for case in failed] == ["conforming/adt-long"]
