"""What the checker says of the corpus: ``python -m tests.golden.said`` writes it anew.

``said.jsonl`` has each finding of each case, and each way in which a requirement was not shown,
attested or blocked, with the first case of it. A change of words, places or evidence shows there
as a change of a line, to be read before it is committed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance.findings import Status
from conformance.report.raw import submission_of
from tests.corpus import CASES, CorpusCase

SAID = Path(__file__).with_name("said.jsonl")
PLAIN = {Status.PASSED.value, Status.NOT_APPLICABLE.value}
#: What the outcome of a requirement tells, its findings apart.
TOLD = ("id", "status", "reason", "through", "blocked_by", "evidence", "count")


def said() -> Iterator[str]:
    """Each line of the file."""
    seen: set[str] = set()
    for case in CASES:
        for told, line in said_of(case):
            if not told or told not in seen:
                yield line
            seen.add(told)


def said_of(case: str) -> Iterator[tuple[str, str]]:
    """The lines of a case, as though it were the first; before each, what others may tell too.

    That is empty for a finding, which is the case's own.
    """
    checked = CorpusCase(case).check()
    hints = {r.requirement.id: r.requirement.hint for r in checked.results}
    for result in submission_of(checked)["requirements"]:
        for finding in result["findings"]:
            own = {"hint"} if finding["hint"] == hints[result["id"]] else set()
            yield "", _line(case=case, id=result["id"], **filled(finding, own))
        told = {} if result["status"] in PLAIN else {name: result[name] for name in TOLD}
        if told:
            yield json.dumps(told), _line(**filled(told), first=case)


def filled(
    values: dict[str, Any], without: set[str] | frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The entries that say something, but for those ``without``."""
    return {n: v for n, v in values.items() if v not in (None, [], 0) and n not in without}


def _line(**values: Any) -> str:
    return json.dumps(values) + "\n"


if __name__ == "__main__":
    SAID.write_text("".join(said()), "utf-8")
