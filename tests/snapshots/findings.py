"""Write the words of all findings: ``python -m tests.snapshots.findings``.

With names of folders, only their words: ``python -m tests.snapshots.findings records`` (seconds).
"""

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


def main(*names: str) -> int:
    """Write the files of words, or only those of the folders ``names``."""
    unknown = sorted({*names} - {path.parent.name for path in words.FILES})
    if unknown:
        print(f"no words are recorded for {', '.join(unknown)}", file=sys.stderr)
        return 2
    chosen = [path for path in words.FILES if not names or path.parent.name in names]
    found = {path: set(words.read(path)) for path in words.FILES}
    # The checks come last: their file has only what the others have not.
    for path in reversed(chosen):
        found[path] = _SAID[path.parent.name](path.parent)
    checks, records, signature, _ = words.FILES
    if checks in chosen:
        found[checks] -= found[records] | found[signature]
    every = set[words.Line]().union(*found.values())
    for path in chosen:
        words.write(path, words.worth_recording(found[path], every))
    return 0


def _checks(folder: Path) -> set[words.Line]:
    """Return what is said in the tests of the checks, and of each case of the corpus."""
    said = _collected(folder)
    for case in CASES:
        said.update(words.lines_of_check(CorpusCase(case).check()))
    return said


def _records(_: Path) -> set[words.Line]:
    return {line for group in scans.GROUPS for line in scans.lines(group)}


def _signature(_: Path) -> set[words.Line]:
    with tempfile.TemporaryDirectory() as home:
        made = build_hierarchy(Path(home))
        return {line for group in GROUPS for line in lines(group, made)}


def _collected(folder: Path) -> set[words.Line]:
    """Return what is said in the tests of a folder."""
    words.collected = set()
    quiet = ("-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")
    code = pytest.main([*quiet, str(folder)])
    assert code == 0, f"tests of {folder} fail"
    said, words.collected = words.collected, None
    return said


#: How to find what is said, by the folder whose file of words has it.
_SAID = {
    "checks": _checks,
    "records": _records,
    "signature": _signature,
    "submission": _collected,
}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
