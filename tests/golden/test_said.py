"""What users read of every case of the corpus is what was read and committed."""

from __future__ import annotations

import difflib

from tests.golden.said import SAID, said


def test_the_checker_says_what_it_said() -> None:
    kept = SAID.read_text("utf-8").splitlines(keepends=True)
    changed = [
        line
        for line in difflib.unified_diff(kept, list(said()), n=0)
        if line[0] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert not changed, (
        f"{len(changed)} lines of {SAID.name} differ; read them, and if they are right, run "
        f"python -m tests.golden.said\n{''.join(changed[:20])}"
    )
