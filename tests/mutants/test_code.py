"""The mutants of the code, and what is said of them, on a package of three lines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.code import mutants_of, packages
from tests.mutants.run import SURVIVORS
from tests.mutants.score import Score, complaints, listed, overall, wilson
from tests.mutants.trying import Outcome

CODE = '''
@staticmethod
def is_due(hours: int) -> bool:
    """Whether so many hours are enough."""
    return hours >= 120


def wait(number: int) -> None:
    while number > 0:
        number -= 1
'''
TESTS = """
from conformance.due import is_due, wait

def test_it_is_due_later():
    assert is_due(130) and not is_due(110)

def test_it_ends():
    wait(5)
"""
PROGRAM = """
import json, sys
from pathlib import Path
from tests.mutants import trying
from tests.mutants.code import mutants_of

class Reach:
    seconds = {f"tests/test_due.py::test_it_{does}": 0.1 for does in ("is_due_later", "ends")}

    def tests(self, file, line, mirror):
        return list(self.seconds)

if __name__ == "__main__":
    tree = Path(sys.argv[1])
    trying.GRACE = 10.0
    print(json.dumps({
        f"{m.before} -> {m.after}": trying.try_mutant(m, Reach(), tree)
        for m in mutants_of(tree / "conformance" / "due.py", tree)
        if m.after not in ("number = 1", "") and "while" not in m.before
    }))
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


def test_what_is_decorated_is_mutated_and_annotations_and_docstrings_are_not(tree: Path) -> None:
    mutants = list(mutants_of(tree / "conformance" / "due.py", tree))
    assert {m.function for m in mutants} == {"is_due", "wait"}
    assert [(m.line, m.after) for m in mutants if m.function == "is_due"] == [
        (5, "return hours > 120"),
        (5, "return hours >= 121"),
    ]


def test_a_mutant_that_no_test_kills_survives_and_an_endless_one_times_out(
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
    assert json.loads(ended.stdout) == {
        "return hours >= 120 -> return hours > 120": "survived",
        "return hours >= 120 -> return hours >= 121": "survived",
        "number -= 1 -> number += 1": "timed out",
        "number -= 1 -> number -= 2": "survived",
    }
    assert (tree / "conformance" / "due.py").read_text("utf-8") == CODE


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


def test_each_listed_survivor_is_a_mutant_and_has_a_reason_of_a_known_kind() -> None:
    reasons = listed(SURVIVORS)
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
