"""The process behind ``python:``: a line in, a line out, and whatever the function does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.assessment import worker

ROOT = Path(__file__).parents[2]
ID = "00c0ffee00c0ffee"
HELLO = {"tadp": 1, "type": "hello", "role": "receiver"}
SUBMISSION = {"tadp": 1, "type": "submission", "id": ID}
TASK = {"tadp": 1, "type": "task", "id": ID}


def odd(_: dict[str, Any]) -> Any:
    raise ValueError("odd")


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda _: True, {"outcome": "accepted"}),
        (lambda _: False, {"outcome": "rejected"}),
        (lambda _: {"outcome": "skipped", "reason": "no"}, {"outcome": "skipped", "reason": "no"}),
        (lambda message: {"outcome": message["id"]}, {"outcome": ID}),
        # Not an answer of the protocol, so its schema rejects it.
        (lambda _: None, {"outcome": "None"}),
        (lambda _: 1, {"outcome": "1"}),
        (lambda _: "accepted", {"outcome": "'accepted'"}),
        (odd, {"outcome": "error", "reason": "ValueError: odd"}),
    ],
)
def test_the_answer_is_the_return_value_of_the_function(
    function: Callable[[dict[str, Any]], Any], said: dict[str, Any]
) -> None:
    for message, kind in ((SUBMISSION, "answer"), (TASK, "done")):
        assert worker._answer(function, message) == {"tadp": 1, "type": kind, "id": ID, **said}


def test_an_exception_of_the_function_is_written_for_its_author(
    capsys: pytest.CaptureFixture[str],
) -> None:
    worker._answer(odd, SUBMISSION)
    reported = capsys.readouterr()
    assert reported.out == ""
    assert reported.err.startswith("Traceback (most recent call last):\n")
    assert reported.err.endswith("\nValueError: odd\n")


def served(name: str, *messages: dict[str, Any], path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "conformance.assessment.worker", name],
        input="".join(json.dumps(message) + "\n" for message in messages),
        env={"PYTHONPATH": f"{path}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_worker_answers_line_by_line_until_its_input_ends(tmp_path: Path) -> None:
    (tmp_path / "ours.py").write_text(
        "class Ours:\n"
        "    @staticmethod\n"
        "    def takes(message):\n"
        "        print('checking', message['id'], flush=True)\n"
        "        return True\n"
        "takes = Ours.takes\n"
    )
    ran = served("ours:takes", HELLO, SUBMISSION, TASK, path=tmp_path)
    assert [json.loads(line) for line in ran.stdout.splitlines()] == [
        {"tadp": 1, "type": "hello", "name": "ours:takes"},
        {"tadp": 1, "type": "answer", "id": ID, "outcome": "accepted"},
        {"tadp": 1, "type": "done", "id": ID, "outcome": "accepted"},
    ]
    assert (ran.returncode, ran.stderr) == (0, f"checking {ID}\n" * 2)


def test_without_a_handshake_there_is_no_function(tmp_path: Path) -> None:
    ran = served("no_such:function", SUBMISSION, path=tmp_path)
    assert json.loads(ran.stdout) == {
        "tadp": 1, "type": "answer", "id": ID,
        "outcome": "error", "reason": "RuntimeError: no handshake",
    }  # fmt: skip
    assert ran.returncode == 0
    ran = served("no_such:function", HELLO, path=tmp_path)
    assert ran.stdout == ""
    assert ran.returncode == 1
    assert ran.stderr.endswith("ModuleNotFoundError: No module named 'no_such'\n")
