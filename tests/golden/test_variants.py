"""Every Service Reference Variant with every User Role: the table is variants.csv beside this."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from .cases import FOLDER, Case, U
from .running import roots, run

ROLES = ("IS", "ES", "GS", "ED", "GT", "RSA", "OU")


def pairs() -> list[tuple[str, str, bool]]:
    """Variant, User Role and whether the one may send the other; not those of no User Role."""
    with (FOLDER / "variants.csv").open(encoding="utf-8", newline="") as file:
        table = {row["variant"]: row["roles"].split() for row in csv.DictReader(file)}
    return [(v, r, r in roles) for v, roles in table.items() if roles for r in ROLES]


def case_of(eligible: bool) -> Case:
    """An ADT File with a rule for each pair that may be, or for each that may not."""
    chosen = [(variant, role) for variant, role, may in pairs() if may is eligible]
    rows = "".join(f"{U},{role},{variant},24,80,100\n" for variant, role in chosen)
    return {"id": "variants", "kind": "adt", "csv": rows, "count": len(chosen)}


@pytest.mark.parametrize("eligible", [True, False])
def test_pairs(eligible: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All pairs that may be are taken, and of the others not one."""
    case = case_of(eligible)
    assert case["count"] == (312 if eligible else 126 * 7 - 312)
    _, requirements = run(case, tmp_path, capsys)
    assert roots(requirements) == ([] if eligible else ["6.3-15"])
    if not eligible:
        assert requirements["6.3-15"]["count"] == case["count"]
