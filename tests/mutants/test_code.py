"""The mutants of the code, and what is said of them, on a package of three lines."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import coverage
import pytest

from tests.mutants import reach
from tests.mutants.code import mutants_of, packages
from tests.mutants.reach import Reach
from tests.mutants.run import SURVIVORS
from tests.mutants.score import Score, complaints, listed, overall, wilson
from tests.mutants.trying import Outcome

CODE = '''
from functools import cache

@staticmethod
def is_due(hours: int) -> bool:
    """Whether so many hours are enough."""
    return hours >= 120


def wait(number: int) -> None:
    while number > 0:
        number -= 1


class Fee:
    @cache
    def of(self, hours: int) -> int:
        return hours - 2
'''
TESTS = """
from conformance.due import Fee, is_due, wait

def test_it_is_due_later():
    assert is_due(130) and not is_due(110)

def test_it_ends():
    wait(5)

def test_it_costs():
    assert Fee().of(5) == 3

def test_it_is_free():
    assert Fee().of(5) == 0
"""
PROGRAM = """
import json, sys
from pathlib import Path
from tests.mutants import trying
from tests.mutants.code import mutants_of

NAMES = "is_due_later", "ends", "costs", "is_free"

class Reach:
    seconds = {f"tests/test_due.py::test_it_{does}": 0.1 for does in NAMES}

    def __init__(self, is_settled):
        self._is_settled = is_settled

    def is_settled(self, file, line):
        return self._is_settled

    def tests(self, file, line, mirror):
        return list(self.seconds)[:3]

def tried(tree, is_settled):
    with trying.Trial(Reach(is_settled), tree) as trial:
        outcomes = {
            f"{m.before} -> {m.after}": trial.try_mutant(m)
            for m in mutants_of(tree / "conformance" / "due.py", tree)
            if m.after not in ("number = 1", "") and "while" not in m.before
        }
        killers = sorted(trial.killers)
        failing = [trial.fails_as_it_is()]
        trial.killers.add("tests/test_due.py::test_it_is_free")
        failing.append(trial.fails_as_it_is())
    return outcomes, killers, failing

if __name__ == "__main__":
    tree = Path(sys.argv[1])
    trying.GRACE = 2.0
    alone = tried(tree, False)
    trying._run_alone = None  # as nothing is to be run alone
    served = tried(tree, True)
    Reach.seconds["tests/test_due.py::test_it_went"] = 0.1
    try:
        tried(tree, True)
    except SystemExit as gone:
        print(json.dumps([alone, served, str(gone)]))
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A package with one module, and its tests."""
    for folder, name, text in [
        ("conformance", "__init__.py", ""),
        ("conformance", "pytest_plugin.py", ""),  # which pytest loads
        ("conformance", "due.py", CODE),
        ("tests", "test_due.py", TESTS),
    ]:
        (tmp_path / "tree" / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / folder / name).write_text(text, "utf-8")
    return tmp_path / "tree"


def test_decorated_functions_are_mutated_and_annotations_and_docstrings_are_not(tree: Path) -> None:
    mutants = list(mutants_of(tree / "conformance" / "due.py", tree))
    assert {m.function for m in mutants} == {"is_due", "wait", "Fee.of"}
    assert [(m.line, m.after) for m in mutants if m.function == "is_due"] == [
        (7, "return hours > 120"),
        (7, "return hours >= 121"),
    ]


def test_a_mutant_is_killed_by_a_test_or_survives_and_an_endless_one_times_out(
    tree: Path, tmp_path: Path
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, "utf-8")
    home = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, program, tree],
        cwd=home,
        env={"PYTHONPATH": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    alone, served, gone = json.loads(ended.stdout)
    assert gone == (
        "tests/test_due.py::test_it_went is not there any more: --measure its folder again"
    )
    assert alone == served
    outcomes, killers, failing = served
    assert outcomes == {
        "return hours >= 120 -> return hours > 120": "survived",
        "return hours >= 120 -> return hours >= 121": "survived",
        "number -= 1 -> number += 1": "timed out",
        "number -= 1 -> number -= 2": "survived",
        "return hours - 2 -> return hours + 2": "killed",
        "return hours - 2 -> return hours - 3": "killed",
    }
    assert killers == ["tests/test_due.py::test_it_costs"]
    assert failing == ["", "tests/test_due.py::test_it_is_free"]
    assert (tree / "conformance" / "due.py").read_text("utf-8") == CODE


def test_a_line_is_settled_in_a_function_that_nothing_runs_before_the_tests(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "HOME", tree)
    file = "conformance/due.py"
    data = coverage.CoverageData(str(tmp_path / "reach"))
    for context, lines in [("", [2, 4, 5, 10, 12, 16]), ("a test", [7, 11, 18])]:
        data.set_context(context)
        data.add_lines({file: lines})
    data.write()
    digest = hashlib.sha256((tree / file).read_bytes()).hexdigest()
    (tmp_path / "digests.json").write_text(json.dumps({file: digest}), "utf-8")
    settled = Reach(tmp_path)
    assert [line for line in range(1, 20) if settled.is_settled(file, line)] == [6, 7, 18]
    (tree / file).write_text(CODE + "\n", "utf-8")
    assert not Reach(tmp_path).is_settled(file, 7)


def test_the_list_is_wrong_where_one_is_missing_killed_or_no_more() -> None:
    outcomes = {
        "a": Outcome.SURVIVED,
        "b": Outcome.KILLED,
        "c": Outcome.TIMED_OUT,
        "d": Outcome.SURVIVED,
    }
    assert complaints(
        ["b", "c", "d", "gone", "e"], ["a", "b", "c", "d", "e"], outcomes.items()
    ) == [
        "listed, but no longer a mutant: gone",
        "survived without a reason: a",
        "listed, but killed: b",
        "listed, but killed: c",
    ]


def test_the_score_of_a_sample_has_an_interval() -> None:
    assert wilson(95, 100) == pytest.approx((0.8882, 0.9785), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)
    score = Score("records", 3852, dict.fromkeys("abcdefghi", Outcome.KILLED))
    score.outcomes |= {"j": Outcome.SURVIVED, "k": Outcome.TIMED_OUT}
    counts = ["3,852", "11", "10", "1", "1", "90.9"]
    assert score.row().split() == ["records", *counts, "62.3", "to", "98.4"]
    assert Score("records", 0).row().split() == ["records", *"00000", "-", "whole"]


def test_the_score_of_all_packages_weighs_them_by_their_mutants() -> None:
    large = Score("records", 900, dict.fromkeys("abcdefghij", Outcome.KILLED))
    small = Score("area", 100, dict.fromkeys("abcdef", Outcome.KILLED))
    small.outcomes |= {"g": Outcome.TIMED_OUT, "h": Outcome.SURVIVED, "i": Outcome.SURVIVED}
    counts = ["1,000", "19", "17", "1", "2"]
    assert overall([large, small, Score("model", 5)]).split() == [
        "all", *counts, "97.8", "82.2", "to", "100.0",
    ]  # fmt: skip
    whole = Score("quarantine", 2, {"a": Outcome.KILLED, "b": Outcome.SURVIVED})
    assert overall([whole]).split()[-4:] == ["50.0", "50.0", "to", "50.0"]


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.whole)])
def test_each_listed_survivor_is_a_mutant_and_has_a_reason_of_a_known_kind(every: int) -> None:
    # To find the mutants of a file takes long: each run looks at every fifth file of the list.
    survivors = listed(SURVIVORS)
    files = sorted({key.split(": ")[0] for key in survivors})[::every]
    reasons = {key: why for key, why in survivors.items() if key.split(": ")[0] in files}
    by_file = {
        path.as_posix().split("/conformance/")[-1]: path for p in packages().values() for path in p
    }
    functions: dict[str, set[str]] = {}
    for key in reasons:
        file, function, *_ = key.removeprefix("conformance/").split(": ")
        functions.setdefault(file, set()).add(function)
    existing = {
        m.name
        for file, some in functions.items()
        for m in mutants_of(by_file[file], functions=some)
    }
    assert complaints(reasons, existing, ()) == []
    assert {reason.split(": ")[0] for reason in reasons.values()} <= {
        "equivalent",
        "speed",
        "wording",
    }
