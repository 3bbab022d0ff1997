"""``pytest --tadp-receiver``: the corpus as tests of somebody else's test suite."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.assessment.conftest import fake
from tests.running import PATIENCE, load_checks

pytest_plugins = ["pytester"]
load_checks()

ROOT = Path(__file__).parents[2]
HOLED = "python:tests.assessment.implementations.holed"
CASE = "6.1-6/adt-sharepoint/in-a-field"


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A test suite of one test, in a folder of its own."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makepyfile("def test_of_their_own(): pass")
    return pytester


def plugin() -> tuple[str, ...]:
    # Once we are installed, the plugin is there by itself.
    installed = "tadp" in {point.name for point in entry_points(group="pytest11")}
    return () if installed else ("-p", "conformance.pytest_plugin")


def ran(suite: pytest.Pytester, *words: str) -> pytest.RunResult:
    """Run pytest in this process, which takes half the time of one of its own."""
    # Modules of this package were imported by other tests in this process.
    rewritten = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
    return suite.runpytest_inprocess(*plugin(), *rewritten, "--strict-markers", *words)


def ran_apart(suite: pytest.Pytester, *words: str) -> pytest.RunResult:
    """Run pytest in a process of its own, as a user does."""
    return suite.runpytest_subprocess(*plugin(), "--strict-markers", *words, timeout=PATIENCE)


def test_without_a_receiver_nothing_is_added(suite: pytest.Pytester) -> None:
    ran_apart(suite, "-q").assert_outcomes(passed=1)


def test_cases_are_collected_by_requirement_and_case_beside_other_tests(
    suite: pytest.Pytester,
) -> None:
    result = ran_apart(suite, "--tadp-receiver", f"{HOLED}:complete", "--tadp-only", "6.1-6", "-v")
    # Five cases, and the two conforming ones that they were made from.
    result.assert_outcomes(passed=10)
    result.stdout.fnmatch_lines(["collect*collected 10 items"])
    result.stdout.fnmatch_lines([f"*tadp::{CASE} PASSED*"])


def test_a_hole_fails_its_cases_in_one_line_each(suite: pytest.Pytester) -> None:
    words = ("--tadp-receiver", fake("ndjson", "accepts"), "--tadp-only", "6.1-6")
    result = ran(suite, *words)
    result.assert_outcomes(passed=4, failed=6)
    result.stdout.fnmatch_lines([f"{CASE}: failed: expected rejected, seen accepted"])
    assert "Traceback" not in result.stdout.str()


def test_a_rejection_without_its_positive_does_not_pass(suite: pytest.Pytester) -> None:
    words = ("--tadp-receiver", fake("exec", "rejects_everything"), "--tadp-only", CASE)
    result = ran(suite, *words, "-k", CASE)
    result.assert_outcomes(failed=1, deselected=2)
    result.stdout.fnmatch_lines(["*not counted*"])


def test_a_second_answer_fails_the_run_and_names_the_case(suite: pytest.Pytester) -> None:
    words = ("--tadp-receiver", fake("ndjson", "answers_twice"), "--tadp-only", CASE)
    result = ran(suite, *words, "-k", "conforming/adt-sharepoint")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["tadp: *conforming/adt-sharepoint was answered twice"])


def test_cases_are_chosen_by_name_and_by_clause(suite: pytest.Pytester) -> None:
    receiver = ("--tadp-receiver", fake("ndjson", "accepts"), "--collect-only", "-q")
    by_clause = ran(suite, *receiver, "-m", "tadp(clause='6.1')").outlines
    assert len([line for line in by_clause if line.startswith("tadp::6.1-")]) > 50
    assert not [line for line in by_clause if line.startswith("tadp::6.3-")]
    by_name = ran(suite, *receiver, "-k", "6.1-6 and in-a-field").outlines
    assert f"tadp::{CASE}" in by_name


def test_processes_share_the_cases_out_and_junit_has_each(suite: pytest.Pytester) -> None:
    words = ("--tadp-receiver", f"{HOLED}:complete", "--tadp-only", "6.1-6")
    result = ran_apart(suite, *words, "-n", "2", "-p", "xdist", "--junitxml=out.xml")
    result.assert_outcomes(passed=10)
    names = {case.get("name") for case in ET.parse(suite.path / "out.xml").iter("testcase")}  # noqa: S314 - our own
    assert CASE in names


def test_a_case_that_the_receiver_skips_is_skipped(suite: pytest.Pytester) -> None:
    words = ("--tadp-receiver", f"{HOLED}:takes_adt_files_only", "--tadp-only", "6.5-2", "-rs")
    result = ran(suite, *words)
    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(["*no QCAF*"])


def test_an_adapter_that_does_not_work_is_reported(suite: pytest.Pytester) -> None:
    words = ("--tadp-receiver", fake("exec", "crashes"), "--tadp-only", CASE)
    ran(suite, *words).stdout.fnmatch_lines(["*the adapter does not work*"])
    result = ran(suite, "--tadp-receiver", "pigeon:coo")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*there is no adapter 'pigeon'*"])


def test_a_failure_explains_itself_and_what_was_put_is_kept(suite: pytest.Pytester) -> None:
    words = ("--tadp-receiver", fake("ndjson", "accepts"), "--tadp-only", CASE, "--tadp-keep=kept")
    result = ran(suite, *words, "--junitxml=out.xml")
    result.assert_outcomes(passed=2, failed=1)
    (failure,) = ET.parse(suite.path / "out.xml").iter("failure")  # noqa: S314 - our own
    rows = [line.split(maxsplit=1) for line in (failure.text or "").splitlines() if line[:1] == " "]
    reported = dict(rows)
    assert reported["expected"].startswith(
        "rejected for 6.1-6, which also breaks 3.4(b)-1, at record 3"
    )
    assert (reported["seen"], "seconds" in reported) == ("accepted", False)
    assert reported["again"].endswith(f" --only {CASE}")
    assert reported["show"] == f"tadp fixtures show {CASE}"
    assert (Path(reported["kept"]) / "submission.json").is_file()
    assert ran(suite, *words).ret == pytest.ExitCode.USAGE_ERROR


def test_a_statement_chooses_the_cases_and_what_no_case_tested_is_named(
    suite: pytest.Pytester,
) -> None:
    names = ("6.1-6", "6.3-16", "4.8-3")
    items = "".join(f"[[item]]\nrequirement = '{name}'\nsupport = 'yes'\n" for name in names)
    Path("ics.toml").write_text(f"ics = 1\n{items}", "utf-8")
    words = ("--tadp-receiver", f"{HOLED}:complete", "--tadp-ics", "ics.toml", "-k", "6.1-6")
    result = ran(suite, *words, "--junitxml=tadp.xml")
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] == 5
    # Of the cases of the corpus, the statement leaves those of its three items.
    assert 20 < outcomes["deselected"] < 100
    # Of the claims in the statement, these cases show one.
    result.stdout.fnmatch_lines(["tadp: claimed, but not tested: 6.3-16, 4.8-3"])
    properties = {
        (one.get("name"), one.get("value"))
        for one in ET.parse("tadp.xml").iter("property")  # noqa: S314 - pytest wrote it
    }
    assert ("claimed", "6.1-6") in properties
    refused = ran(suite, "--tadp-receiver", "exec:true", "--tadp-ics", "none.toml")
    refused.stderr.fnmatch_lines(["*none.toml*"])


def test_a_run_in_which_every_case_was_skipped_fails(suite: pytest.Pytester) -> None:
    words = ("--tadp-receiver", f"{HOLED}:takes_adt_files_only")
    result = ran(suite, *words, "--tadp-only", "6.5-2", "-k", "6.5-2")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["tadp: nothing is known of the implementation: *none passed"])
