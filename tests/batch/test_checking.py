"""A check that was prepared: what it reports while it is carried out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from conformance.batch.backend import Backend
from conformance.batch.checking import prepare
from conformance.batch.job import CheckJob, SettingSpec
from conformance.submission.hints import CliHints
from tests.checks.situation import ADT

JOB = CheckJob(SettingSpec(datetime(2025, 6, 1, 10, tzinfo=UTC)), CliHints())


def test_each_source_that_is_done_is_a_step(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}-adt.csv" for number in range(3)]
    for path in paths:
        path.write_bytes(ADT)
    steps: list[int] = []
    outcome = prepare([str(path) for path in paths], JOB, Backend()).carry_out(step=steps.append)
    assert len(outcome.submissions) == sum(steps) == 3
