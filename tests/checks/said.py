"""What the checks say in each test of this folder: ``python -m tests.checks.said`` writes it anew.

``said.jsonl`` has, for each submission that a test checks, the verdict, how much was met, and each
requirement that was not, with its findings and reasons. A test asserts what it is about; a change
of any word, place or hint besides shows there as a change of a line, to be read before it is
committed. Not kept are tests whose submissions differ in each run.
"""

from __future__ import annotations

import difflib
import json
import re
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conformance.checker import Checked, Result
from conformance.findings import Finding, Status
from conformance.report.area import area_record
from tests.golden.said import TOLD, filled

HOME = Path(__file__).parent
SAID = HOME / "said.jsonl"
#: The reasons for which requirements do not apply: all that there are, in whichever test.
ANYWHERE = ""
#: Tests that are about the moment of signing, and about a signature of any length.
_VARYING = {
    "test_certificate.py::test_the_time_of_signing_must_be_in_the_signature",
    "test_signature.py::test_a_container_that_cannot_be_opened_hides_the_file",
}
#: Certificates are made anew in each run.
_NUMBER = re.compile(r"(serial number )[0-9A-F]+")


def said(checks: Iterable[Checked]) -> list[dict[str, Any]]:
    """What is kept of what was checked."""
    kept: list[dict[str, Any]] = []
    for number, checked in enumerate(checks, 1):
        area = {} if checked.overview is None else {"area": area_record(checked.overview)}
        met = sum(result.status is Status.PASSED for result in checked.results)
        head = {"edition": checked.edition.id, "verdict": checked.verdict.value, "met": met}
        kept.append({"check": number, **head, **area})
        for result in checked.results:
            if result.status not in (Status.PASSED, Status.NOT_APPLICABLE):
                told = {name: getattr(result, name) for name in TOLD if name != "id"}
                kept.append({"id": result.requirement.id, **told})
                kept += [_finding(one, result) for one in result.findings]
    return [filled(one) for one in json.loads(json.dumps(kept))]


def _finding(finding: Finding, result: Result) -> dict[str, Any]:
    """A finding as far as it says something of its own."""
    place = msgspec.structs.asdict(finding.place)
    values = {"of": result.requirement.id, **msgspec.structs.asdict(finding), **place}
    if finding.excerpt is not None:
        excerpt = msgspec.structs.asdict(finding.excerpt)
        values["excerpt"] = {**excerpt, "data": finding.excerpt.data.decode("latin-1")}
    del values["place"]
    return {n: _NUMBER.sub(r"\1N", v) if isinstance(v, str) else v for n, v in values.items()}


def exempted(checks: Iterable[Checked]) -> set[tuple[str, str]]:
    """The requirements that do not apply, and why."""
    return {
        (result.requirement.id, str(result.reason))
        for checked in checks
        for result in checked.results
        if result.status is Status.NOT_APPLICABLE
    }


def name_of(item: pytest.Item) -> str:
    """What a test of this folder is called in the file."""
    return item.nodeid.rpartition("tests/checks/")[2]


def is_kept(item: pytest.Item) -> bool:
    """Whether the test checks the same in each run."""
    made_up = hasattr(getattr(item, "obj", None), "hypothesis")
    return not made_up and name_of(item) not in _VARYING


def hold(item: pytest.Item, checks: list[Checked]) -> None:
    """Compare what a test has checked with what was committed."""
    known = _kept()
    before = known.get(name_of(item), [])
    changed = [
        line
        for line in difflib.unified_diff(
            [json.dumps(one) for one in before], [json.dumps(one) for one in said(checks)], n=0
        )
        if line[0] in "+-" and line[:3] not in ("+++", "---")
    ]
    reasons = {(one["id"], one["reason"]) for one in known[ANYWHERE]}
    changed += [f"+{one}" for one in sorted(exempted(checks) - reasons)]
    assert not changed, (
        f"{SAID.name} differs; read it, and if it is right, run python -m tests.checks.said\n"
        + "\n".join(changed[:20])
    )


@cache
def _kept() -> dict[str, list[dict[str, Any]]]:
    kept: dict[str, list[dict[str, Any]]] = {}
    for entry in map(json.loads, SAID.read_text("utf-8").splitlines()):
        if "test" in entry:
            kept[entry["test"]] = current = []
        else:
            current.append(entry)
    return kept


class Writer:
    """Takes the place of the comparison, and writes the file at the end."""

    def __init__(self) -> None:
        self._kept: dict[str, list[dict[str, Any]]] = {}
        self._exempted: set[tuple[str, str]] = set()

    def take(self, item: pytest.Item, checks: list[Checked]) -> None:
        """Keep what a test has checked."""
        self._kept[name_of(item)] = said(checks)
        self._exempted |= exempted(checks)

    def pytest_sessionfinish(self) -> None:
        """Write all that was kept, in the order of the names of the tests."""
        reasons = [{"id": name, "reason": why} for name, why in sorted(self._exempted)]
        whole = {ANYWHERE: reasons, **self._kept}
        SAID.write_text(
            "".join(
                json.dumps(one) + "\n"
                for name in sorted(whole)
                for one in [{"test": name}, *whole[name]]
            ),
            "utf-8",
        )


if __name__ == "__main__":
    sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", str(HOME)], plugins=[Writer()]))
