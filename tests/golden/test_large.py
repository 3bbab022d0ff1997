"""Faults in files of some megabytes, wherever a reader may cut them into pieces."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from .cases import FOLDER, Case, U
from .running import Requirements, roots, run


@cache
def rows() -> tuple[str, ...]:
    """A rule for each variant of an import supplier and each period: different keys, all good."""
    with (FOLDER / "variants.csv").open(encoding="utf-8", newline="") as file:
        variants = [row["variant"] for row in csv.DictReader(file) if "IS" in row["roles"].split()]
    return tuple(f"{U},IS,{v},{hours},80,100" for v in variants for hours in range(1, 745))


def at_byte(offset: int) -> int:
    """The number of the record, from 0, that has this byte of the file."""
    end = 0
    for number, row in enumerate(rows()):
        end += len(row) + 1
        if offset < end:
            return number
    raise ValueError(offset)


def start(number: int) -> int:
    """Return where a record begins."""
    return sum(len(row) + 1 for row in rows()[:number])


def check(
    changed: dict[int, str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> Requirements:
    """Return the findings with some records changed; a number past the end adds a record."""
    lines = [changed.get(number, row) for number, row in enumerate(rows())]
    lines += [line for number, line in changed.items() if number >= len(rows())]
    case: Case = {"id": "large", "kind": "adt", "csv": "".join(f"{line}\n" for line in lines)}
    return run(case, folder, capsys)[1]


def test_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Some megabytes of good rules conform."""
    assert sum(len(row) + 1 for row in rows()) > 2**21
    assert roots(check({}, tmp_path, capsys)) == []


@pytest.mark.parametrize(
    "power",
    [16, 21, *(pytest.param(one, marks=pytest.mark.whole) for one in (12, 15, 17, 18, 19, 20))],
)
@pytest.mark.parametrize("shift", [-1, 0])
def test_carriage_return(
    power: int, shift: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A CR in the record at a power of two is found in its place, and no other."""
    number = at_byte(2**power + shift)
    got = check({number: rows()[number] + "\r"}, tmp_path, capsys)
    assert roots(got) == ["6.1-3"]
    assert got["6.1-3"]["count"] == 1
    finding = got["6.1-3"]["findings"][0]
    offset = start(number) + len(rows()[number])
    assert (finding["record"], finding["field"], finding["offset"]) == (number + 1, 6, offset)


def test_first_rule_again_at_the_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A key is remembered from the first record to the last."""
    last = len(rows())
    got = check({last: rows()[0]}, tmp_path, capsys)
    assert roots(got) == ["6.3-12"]
    assert got["6.3-12"]["count"] == 1
    assert got["6.3-12"]["findings"][0]["record"] == last + 1


def test_other_user_in_the_last_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sender is compared in every record."""
    last = len(rows()) - 1
    got = check({last: rows()[last].replace("0A,", "0B,", 1)}, tmp_path, capsys)
    assert roots(got) == ["6.3-14"]
    assert got["6.3-14"]["findings"][0]["offset"] == start(last)


def test_findings_are_capped_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault in every record is counted each time, and reported a few times."""
    changed = {number: row[:-3] + "1000000000" for number, row in enumerate(rows())}
    got = check(changed, tmp_path, capsys)
    assert roots(got) == ["6.3-10"]
    assert got["6.3-10"]["count"] == len(rows())
    assert len(got["6.3-10"]["findings"]) <= 20
