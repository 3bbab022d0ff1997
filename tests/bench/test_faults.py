"""No fault in the bytes of a file is let pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.columns import column_rules
from tests.bench.faults import CLAUSES, faulty_files
from tests.bench.rules import read_rules
from tests.checks.situation import communications
from tests.running import run

GOOD = communications(*["Release"] * 20)
BYTES = [word for clause in CLAUSES for word in ("--only", clause)]


def bytes_of(folder: Path, data: bytes) -> set[str]:
    """The requirements on its bytes that a file fails."""
    file = folder / "qcaf.csv"
    file.write_bytes(data)
    ran = run("check", str(file), "--kind", "qcaf", "--format", "json", *BYTES)
    return ran.roots


def test_the_file_without_a_fault_has_none(tmp_path: Path) -> None:
    assert bytes_of(tmp_path, GOOD) == set()


@pytest.mark.parametrize("fault", faulty_files(GOOD))
def test_each_fault_is_found(fault: str, tmp_path: Path) -> None:
    assert bytes_of(tmp_path, faulty_files(GOOD)[fault]) != set()


def test_each_fault_differs_from_every_other() -> None:
    files = faulty_files(GOOD)
    assert len({GOOD, *files.values()}) == len(files) + 1 == 28


def test_the_peers_get_the_rules_of_the_profile(tmp_path: Path) -> None:
    from tests.bench.columns import write_rules

    write_rules(tmp_path / "rules.json")
    rules = read_rules(str(tmp_path / "rules.json"))
    assert rules == column_rules()
    assert [rule.name for rule in rules if rule.unique] == ["RequestID"]
    assert [rule.values for rule in rules][-1] == ("Release", "Delete")
