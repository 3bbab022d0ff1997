"""Run the checker on a case, as the command line does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.cli import main

from .cases import Case, build

Requirements = dict[str, dict[str, Any]]


def run(case: Case, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, Requirements]:
    """Return the exit code and the requirements of the one submission of the report, by id."""
    code, submission = submission_of(case, folder, capsys)
    return code, {one["id"]: one for one in submission["requirements"]}


def submission_of(
    case: Case, folder: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the one submission of the report.

    Beside an area the report has the submissions in it, which are no concern of the case.
    """
    code = main(["check", *build(case, folder)])
    out, err = capsys.readouterr()
    assert code in (0, 1), f"exit code {code}\n{err}"
    report = json.loads(out)
    assert report["complete"] is True
    submissions = [one for one in report["submissions"] if one["kind"] == case["kind"]]
    assert len(submissions) == 1
    return code, submissions[0]


def roots(requirements: Requirements) -> list[str]:
    """The requirements that fail themselves, not through another."""
    failed = [one for one in requirements.values() if one["status"] == "failed" and one["count"]]
    return sorted(one["id"] for one in failed)
