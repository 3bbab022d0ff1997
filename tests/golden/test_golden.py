"""The golden vectors: bytes and expectations that were written by hand from the clauses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .cases import Case, load
from .running import roots, submission_of

CASES = load()
STATUSES = {
    "passes": "passed",
    "not_shown": "not shown",
    "attested": "attested",
    "not_applicable": "not applicable",
}


def test_ids_are_unique() -> None:
    """A case is known by its id."""
    ids = [case["id"] for case in CASES]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The checker says of the case what the clauses say."""
    code, submission = submission_of(case, tmp_path, capsys)
    requirements = {one["id"]: one for one in submission["requirements"]}
    got = roots(requirements)
    reported = [requirements[one]["findings"][:2] for one in got]
    assert got == sorted(case["fails"]), (
        f"{case['title']}\nexpected {sorted(case['fails'])}, got {got}\n{case['why']}\n"
        f"{json.dumps(reported, indent=1, ensure_ascii=False)}"
    )
    assert code == (1 if case["fails"] else 0), f"exit code {code} with {got}"
    if "verdict" in case:
        assert submission["verdict"] == case["verdict"], submission["rests_on"]
    footings = {one: requirements[one]["rests_on"] for one in case.get("rests_on", {})}
    assert footings == case.get("rests_on", {}), case["why"]
    if case["fails"]:
        first = requirements[case["fails"][0]]
        finding = first["findings"][0]
        place = {name: finding.get(name) for name in case.get("place", {})}
        assert place == case.get("place", {}), f"{first['id']}: {json.dumps(finding)}"
        count = case.get("count", first["count"])
        assert first["count"] == count, f"{first['id']}: expected {count}, got {first['count']}"
    missing = [one for one in case.get("through", []) if not requirements[one]["through"]]
    assert missing == [], f"expected to fail through others: {missing}"
    for name, status in STATUSES.items():
        expected = dict.fromkeys(case.get(name, []), status)
        known = {one: requirements[one] for one in expected if one in requirements}
        found = {one: known[one]["status"] if one in known else "absent" for one in expected}
        reasons = {one: known[one]["reason"] for one in known}
        assert found == expected, f"{name}: expected {expected}, got {found}\n{reasons}"
