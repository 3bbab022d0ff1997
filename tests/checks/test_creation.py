"""A file does not say that it was made after it was sent, nor that it is sent to somebody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.profiles import extending
from tests.running import Ran, check, run

PROFILE = """
[delivery]
recipient = "90-B3-D5-1F-30-01-00-00"

[files.adt]
rules = []

[[files.adt.records]]
name = "header"
at = 1
columns = [
  { name = "Tag", type = "constant", value = "H", tag = true },
  { name = "From", type = "eui64", role = "user-id" },
  { name = "To", type = "eui64", form = "none", case = "any", role = "recipient" },
  { name = "Day", type = "date" },
  { name = "Clock", type = "time", format = "hh:mm" },
]
composed = [
  { name = "Made", from = ["Day", "Clock"], type = "instant", zone = "Europe/London",
    role = "created-at" },
]

[[files.adt.records]]
name = "limit"
key = ["Window"]
columns = [
  { name = "Tag", type = "constant", value = "L", tag = true },
  { name = "Window", type = "integer", role = "period", minimum = 1, maximum = 744 },
  { name = "Stop", type = "integer", role = "threshold" },
]
"""
HEAD = "H,70-00-00-00-00-00-00-01,{},{}\n"
DCC = "90b3d51f30010000"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return extending(tmp_path, PROFILE)


def said(profile: Path, made: str, *words: str, to: str = DCC) -> Ran:
    file = profile.with_name("adt.csv")
    file.write_text(HEAD.format(to, made) + "L,24,100\n")
    return check(file, "--kind", "adt", "--profile", profile, *words)


@pytest.mark.parametrize(
    ("made", "sent", "found"),
    [
        # British Summer Time: the clocks are an hour ahead of UTC.
        ("2025-06-02,11:00", "2025-06-02T10:00:00Z", "passed"),
        ("2025-06-02,11:01", "2025-06-02T10:00:00Z", "failed"),
        # Half past one is twice that night, at 00:30 and at 01:30 UTC.
        ("2025-10-26,01:30", "2025-10-26T01:30:00Z", "passed"),
        ("2025-10-26,01:30", "2025-10-26T01:00:00Z", "not shown"),
        ("2025-10-26,01:30", "2025-10-26T00:00:00Z", "failed"),
    ],
)
def test_it_is_compared_as_a_moment(profile: Path, made: str, sent: str, found: str) -> None:
    assert said(profile, made, "--at", sent).status("6.3-18") == found


def test_it_is_compared_where_no_other_value_follows_from_anything(profile: Path) -> None:
    to = '  { name = "To", type = "eui64", form = "none", case = "any", role = "recipient" },\n'
    alone = PROFILE.replace(to, "").replace('recipient = "90-B3-D5-1F-30-01-00-00"\n', "")
    extending(profile.parent, alone)
    file = profile.with_name("adt.csv")
    file.write_text("H,70-00-00-00-00-00-00-01,2025-06-02,11:01\nL,24,100\n")
    words = (file, "--kind", "adt", "--profile", profile, "--at")
    assert check(*words, "2025-06-02T10:00:00Z").status("6.3-18") == "failed"
    assert check(*words, "2025-06-02T10:01:00Z").status("6.3-18") == "passed"


def test_it_is_not_shown_where_the_time_of_sending_is_not_known(profile: Path) -> None:
    assert said(profile, "2025-06-02,11:00").status("6.3-18") == "not shown"


def test_a_time_that_cannot_be_read_is_a_fault_of_its_field_alone(profile: Path) -> None:
    ran = said(profile, "2025-06-31,11:00", "--at", "2025-01-01T00:00:00Z")
    assert "6.3-8" in ran.roots
    assert ran.status("6.3-18") == "not shown"


def test_the_recipient_is_compared_in_any_form_and_named(profile: Path) -> None:
    ran = said(profile, "2025-06-02,11:00", to="70B3D51F30010000")
    finding = ran.finding("6.3-18")
    assert finding["expected"] == "90B3D51F30010000"
    assert finding["field"] == 3
    assert "delivery.recipient" in finding["profile"]


def test_a_sheet_does_not_ask_for_the_recipient_and_the_time_of_making(
    profile: Path, tmp_path: Path
) -> None:
    sheet, made = tmp_path / "sheet.csv", tmp_path / "adt-made.csv"
    words = ("--profile", str(profile))
    run("template", "adt", "-o", str(sheet), *words)
    headings = sheet.read_text("utf-8-sig").splitlines()[0]
    cells = {"From": "70-00-00-00-00-00-00-01", "Window": "24", "Stop": "100"}
    names = headings.split(",")
    assert {n.rpartition(".")[2] for n in names} == cells.keys()
    sheet.write_text(f"{headings}\n{','.join(cells[n.rpartition('.')[2]] for n in names)}\n")
    words += ("--made-at", "2025-06-02T09:30:00", "--zone", "Europe/London")
    assert run("make", "adt", str(sheet), "-o", str(made), *words).code == 0
    assert made.read_text() == HEAD.format(DCC.upper(), "2025-06-02,09:30") + "L,24,100\n"
