"""Files made of sheets and reports under rules across records: in order, and refused by row."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.profiles import extending
from tests.preparation.sheets import HEADINGS, SENDER, text
from tests.running import Ran, check, run

PROFILE = """
[files.adt]
rules = [
  { id = "by-period", rule = "sorted", by = [{ column = "TimePeriodHours", order = "descending" }] },
  { id = "threshold-once", rule = "unique", columns = ["AnomalyDetectionThreshold"] },
  { id = "day-and-week", rule = "complete", column = "TimePeriodHours", values = [24, 168] },
]

[files.qcaf]
rules = [{ id = "by-event", rule = "sorted", by = [{ column = "QuarantineEventRef" }] }]
"""  # noqa: E501 - as a profile has it
ROWS = [[SENDER, "IS", "7.1", period, "", number] for period, number in
        (("24", "10"), ("168", "20"), ("9", "30"))]  # fmt: skip


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return extending(tmp_path, PROFILE)


def adt(rows: list[list[str]], profile: Path, name: str = "adt.csv") -> Ran:
    sheet = profile.with_name("thresholds.csv")
    sheet.write_text(text([HEADINGS, *rows]), "utf-8")
    made = profile.with_name(name)
    return run("make", "adt", str(sheet), "-o", str(made), "--profile", str(profile))


def test_records_are_put_in_order_and_a_remark_says_so(profile: Path) -> None:
    ran = adt(ROWS, profile)
    assert ran.code == 0, ran.out + ran.err
    made = profile.with_name("adt.csv")
    assert [line.split(b",")[3] for line in made.read_bytes().splitlines()] == [b"168", b"24", b"9"]
    assert check(made, "--kind", "adt", "--profile", profile).roots == {"6.1-1"}
    said = "the records are in the order of rule 6.3:by-period, not in that of the rows"
    assert said in ran.out + ran.err
    again = adt([ROWS[1], ROWS[0], ROWS[2]], profile, "again.csv")
    assert said not in again.out + again.err


def test_rows_that_no_rule_is_about_keep_their_places(profile: Path) -> None:
    conditional = 'order = "descending" }], when = [{ column = "TimePeriodHours", not_in = [9] }]'
    extending(profile.parent, PROFILE.replace('order = "descending" }]', conditional))
    made = profile.with_name("adt.csv")
    for rows, periods in (((2, 1, 0), [9, 168, 24]), ((0, 2, 1), [168, 9, 24])):
        made.unlink(missing_ok=True)
        ran = adt([ROWS[one] for one in rows], profile)
        assert ran.code == 0, ran.out + ran.err
        assert [int(line.split(b",")[3]) for line in made.read_bytes().splitlines()] == periods
        moved = "not in that of the rows" in ran.out + ran.err
        assert moved == ([int(ROWS[one][3]) for one in rows] != periods)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([*ROWS, [SENDER, "IS", "7.1", "48", "", "10"]],
         ("AnomalyDetectionThreshold: the same as in line 5 (rule 6.3:threshold-once)",)),
        (ROWS[1:], ("no record for 24 (rule 6.3:day-and-week)",)),
        ([ROWS[0], [SENDER, "IS", "7.1", "x", "", "20"]], ("TimePeriodHours",)),
    ],
)  # fmt: skip
def test_a_record_that_the_rules_refuse_is_reported_by_its_row(
    profile: Path, rows: list[list[str]], said: tuple[str, ...]
) -> None:
    ran = adt(rows, profile)
    assert ran.code == 1
    assert all(one in ran.out for one in said), ran.out
    assert ran.out.count("day-and-week") == ("no record" in said[0])


def test_an_order_is_not_asked_of_rows_that_cannot_be_read(profile: Path) -> None:
    damaged = [[SENDER, "IS", "7.1", period, "", "2E+05"] for period in ("24", "168")]
    ran = adt([*damaged, *ROWS], profile)
    assert (ran.code, ran.out.count("2E+05")) == (1, 2), ran.out
    assert "by-period" not in ran.out


@pytest.mark.parametrize("number", ["2E+05", "no number", "", "0010"])
def test_a_row_with_a_wrong_value_elsewhere_is_put_in_order_too(profile: Path, number: str) -> None:
    first, *others = ROWS
    ran = adt([[*first[:5], number], *others], profile)
    assert ran.code == 1
    assert "AnomalyDetectionThreshold" in ran.out
    assert "out of order" not in ran.out


@pytest.mark.parametrize("period", ["x", "0024", "1E+09", "NULL", "-1"])
def test_a_row_with_a_wrong_value_to_sort_by_keeps_the_others_in_order(
    profile: Path, period: str
) -> None:
    ran = adt([ROWS[0], [*ROWS[0][:3], period, "", "40"], *ROWS[1:]], profile)
    assert ran.code == 1
    assert "TimePeriodHours" in ran.out
    assert "out of order" not in ran.out


def test_a_word_that_is_read_as_null_comes_first_as_null_does(tmp_path: Path) -> None:
    by = 'rules = [{ id = "by-warning", rule = "sorted", by = [{ column = "WarningThreshold" }] }]'
    profile = extending(tmp_path, f'readings = {{ null-form = "words" }}\n[files.adt]\n{by}\n')
    warnings = ["20", "NULL", "", "10"]
    ran = adt(
        [[SENDER, "IS", "7.1", f"{24 + n}", w, "90"] for n, w in enumerate(warnings)], profile
    )
    assert ran.code == 0, ran.out
    made = profile.with_name("adt.csv").read_bytes()
    assert [line.split(b",")[4] for line in made.splitlines()] == [b"NULL", b"", b"10", b"20"]


def test_a_qcaf_is_in_the_order_that_the_profile_gives_it(profile: Path) -> None:
    ids = [f"{SENDER}:00-DB-00-00-12-34-00-0{i}:{i}" for i in range(3)]
    events = (30, 9, 100)
    report = profile.with_name("report.csv")
    lines = [
        f"{one},7.1,{event},2025-06-01T08:00:00Z,ADUserThresholdBreach,\n"
        for one, event in zip(ids, events, strict=True)
    ]
    report.write_text("".join(lines), "utf-8")
    made = profile.with_name("qcaf.csv")
    ran = run("make", "qcaf", str(report), "-o", str(made), "--action", "Release",
              "--profile", str(profile))  # fmt: skip
    assert ran.code == 0, ran.out + ran.err
    expected = [lines[i][:-1] + "Release" for i in (1, 0, 2)]
    assert made.read_text("utf-8").splitlines() == expected
