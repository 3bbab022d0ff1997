"""Write the words of all findings: ``python -m tests.snapshots.findings``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest

from tests.corpus import CASES, CorpusCase
from tests.records import scans
from tests.signature.signed_inputs import GROUPS, lines
from tests.signature.signing import build_hierarchy
from tests.snapshots import words


def main() -> int:
    """Write the files of words; that of the checks has only what those below it have not."""
    checks, records, signature, submission = words.FILES
    found: dict[Path, set[words.Line]] = {}
    found[records] = {line for group in scans.GROUPS for line in scans.lines(group)}
    with tempfile.TemporaryDirectory() as home:
        made = build_hierarchy(Path(home))
        found[signature] = {line for group in GROUPS for line in lines(group, made)}
    found[submission] = _collected(submission.parent)
    said = _collected(checks.parent)
    for case in CASES:
        said.update(words.lines_of_check(CorpusCase(case).check()))
    found[checks] = said - found[records] - found[signature]
    every = set[words.Line]().union(*found.values())
    for path, recorded in found.items():
        words.write(path, words.worth_recording(recorded, every))
    return 0


def _collected(folder: Path) -> set[words.Line]:
    """Return what is said in the tests of a folder."""
    words.collected = set()
    quiet = ("-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
    code = pytest.main([*quiet, str(folder)])
    assert code == 0, f"tests of {folder} fail"
    said, words.collected = words.collected, None
    return said


if __name__ == "__main__":
    sys.exit(main())
