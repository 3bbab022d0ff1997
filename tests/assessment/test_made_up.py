"""Messages to implementations, and reports about them, are those that were read and recorded."""

from __future__ import annotations

import difflib
import json
from pathlib import Path

import pytest

from tests.assessment.made_up import FILE, PARTS, assessed_receiver, lines


@pytest.mark.parametrize("part", PARTS)
def test_messages_and_reports_are_those_that_were_recorded(part: str, tmp_path: Path) -> None:
    recorded = json.loads(FILE.read_text("utf-8"))[part]
    changed = "".join(difflib.unified_diff(lines(recorded), lines(PARTS[part](tmp_path)), n=1))
    assert not changed, (
        f"{FILE.name} differs; read it, and if it is right, run "
        f"python -m tests.assessment.made_up\n{changed[:4000]}"
    )


def test_the_report_is_the_same_however_many_cases_are_put_at_once() -> None:
    one, three = assessed_receiver(), assessed_receiver(jobs=3)
    assert [s.put.job.id for s in one.scores] == [s.put.job.id for s in three.scores]
    assert [s.standing for s in one.scores] == [s.standing for s in three.scores]
