"""Sheets and quarantine reports become files of several kinds of records, and are compared so."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest

from tests.running import Ran, run

KINDS = Path(__file__).parents[1] / "generators/kinds"
GROUPS, BANDS, ENVELOPES, NAMES = (
    KINDS / f"{name}.toml" for name in ("groups", "bands", "envelopes", "names")
)
SENDER = "70-00-00-00-00-00-00-01"
SHEET = f"""\
SRV,Hours,Warning,ADT,user.UserRole,header.From
8.1.1,24,10,100,IS,{SENDER}
8.1.1,168,,500,IS,{SENDER}
8.1.1,25,10,7,GS,{SENDER}
"""
BODY = f"""\
H,{SENDER},000007
U,IS,2
R,8.1.1,24,10,100
R,8.1.1,168,,500
U,GS,1
R,8.1.1,25,10,7
"""
FILE = f"{BODY}T,000007,5,607,{zlib.crc32(BODY.encode()):08x}\n"


def make(folder: Path, sheet: str, profile: Path, *words: object) -> Ran:
    path = folder / "sheet.csv"
    path.write_bytes(sheet.encode())
    return run("make", "adt", path, "-o", folder / "adt.csv", "--profile", profile, *words)


def test_a_sheet_becomes_records_below_what_they_share_and_totals_are_computed(
    tmp_path: Path,
) -> None:
    ran = make(tmp_path, SHEET, GROUPS, "--set", "header.FileNo=000007")
    assert ran.code == 0, ran.out + ran.err
    assert "3 records" in ran.out
    assert (tmp_path / "adt.csv").read_text() == FILE


def test_a_value_that_is_given_is_filled_up_as_one_in_a_sheet_is(tmp_path: Path) -> None:
    ran = make(tmp_path, SHEET, GROUPS, "--set", "header.FileNo=7")
    assert ran.code == 0, ran.out + ran.err
    assert (tmp_path / "adt.csv").read_text() == FILE


def test_a_separator_is_put_after_the_last_field_where_the_profile_has_one(
    tmp_path: Path,
) -> None:
    entry = 'clause = "6.3"\nrecord_end = "separator"'
    text = GROUPS.read_text("utf-8").replace('clause = "6.3"', entry)
    profile = tmp_path / "ended.toml"
    profile.write_text(text, "utf-8")
    ran = make(tmp_path, SHEET, profile, "--set", "header.FileNo=000007")
    assert ran.code == 0, ran.out + ran.err
    body = BODY.replace("\n", ",\n")
    check = f"{zlib.crc32(body.encode()):08x}"
    assert (tmp_path / "adt.csv").read_text() == f"{body}T,000007,5,607,{check},\n"


def test_values_are_put_in_quotation_marks_where_the_profile_has_them(tmp_path: Path) -> None:
    text = GROUPS.read_text("utf-8").replace("[files.adt]", '[files.adt]\nquoting = "all"')
    profile = tmp_path / "quoted.toml"
    profile.write_text(
        text.replace('"integer", width = 6, pad = "0"', '"text", maximum_length = 9'), "utf-8"
    )
    ran = make(tmp_path, SHEET, profile, "--set", "header.FileNo=7,8")
    assert ran.code == 0, ran.out + ran.err
    body = re.sub(r"[^,\n]+", r'"\g<0>"', BODY).replace("000007", "7,8")
    trailer = f'"T","7,8","5","607","{zlib.crc32(body.encode()):08x}"\n'
    assert (tmp_path / "adt.csv").read_text() == body + trailer


def test_values_are_written_in_latin_1_where_the_profile_has_it(tmp_path: Path) -> None:
    text = GROUPS.read_text("utf-8").replace('"printable-ascii"', '"latin-1"')
    profile = tmp_path / "latin.toml"
    profile.write_text(
        text.replace('"integer", width = 6, pad = "0"', '"text", maximum_length = 9'), "utf-8"
    )
    ran = make(tmp_path, SHEET, profile, "--set", "header.FileNo=Zoë")
    assert ran.code == 0, ran.out + ran.err
    body = BODY.replace("000007", "Zoë").encode("latin-1")
    trailer = f"T,Zoë,5,607,{zlib.crc32(body):08x}\n".encode("latin-1")
    assert (tmp_path / "adt.csv").read_bytes() == body + trailer


def test_the_template_asks_for_no_tags_and_nothing_that_is_computed() -> None:
    ran = run("template", "adt", "--profile", BANDS)
    assert ran.out == "SRV,Band.Hours,Band.Warning,Band.ADT,user.UserID\n"


@pytest.mark.parametrize(
    ("sheet", "given", "words"),
    [
        (SHEET, (), "nothing says what header.FileNo is (give it with --set header.FileNo=VALUE)"),
        (SHEET, ("header.FileNo=7", "header.FileNo=8"), "two values for header.FileNo"),
        (SHEET, ("header.FileNo",), "'header.FileNo' names no field with a value"),
        (
            SHEET,
            ("header.FileNo=000007", "header.Date=1"),
            "header.Date is not a field that can be set here",
        ),
        (
            SHEET.replace(f"GS,{SENDER}", "GS,70-00-00-00-00-00-00-02"),
            ("header.FileNo=000007",),
            f"header.From is '{SENDER}' and '70-00-00-00-00-00-00-02', and a file has it once",
        ),
    ],
)
def test_a_field_that_nothing_fills_or_that_is_not_there_is_refused(
    tmp_path: Path, sheet: str, given: tuple[str, ...], words: str
) -> None:
    ran = make(tmp_path, sheet, GROUPS, *(one for text in given for one in ("--set", text)))
    assert ran.code == 2
    assert words in ran.err
    assert not (tmp_path / "adt.csv").exists()


def test_a_value_to_correct_is_reported_by_its_cell_and_not_by_its_record(tmp_path: Path) -> None:
    sheet = SHEET.replace("8.1.1,168,,500", "8.1.1,999,,500")
    ran = make(tmp_path, sheet, GROUPS, "--set", "header.FileNo=000007")
    assert ran.code == 1
    assert "line 3, column 2: Hours: the number is too large" in ran.out


def test_a_qcaf_has_the_header_of_its_report_and_totals_of_its_own(tmp_path: Path) -> None:
    record = f"{SENDER}:00-DB-12-34-56-78-90-A0:1000,7.1,123,2025-06-01T08:30:00Z"
    report = f"HD,{SENDER},0042\nIT,{record},ADUserThresholdBreach,\nTR,0042,1\n"
    (tmp_path / "report.csv").write_bytes(report.encode())
    words = ("--action", "Delete", "--profile", ENVELOPES)
    ran = run("make", "qcaf", tmp_path / "report.csv", "-o", tmp_path / "qcaf.csv", *words)
    assert ran.code == 0, ran.out + ran.err
    made = (tmp_path / "qcaf.csv").read_text()
    assert made == f"HD,{SENDER},0042\nIT,{record},ADUserThresholdBreach,Delete\nTR,0042,1\n"


#: The report has the User ID under another name, and the QCAF the time of approval.
NOTICE = Path(__file__).parents[1] / "profiles/forms/action-notice.toml"


@pytest.mark.parametrize("given", [(), ("--set", "answer.From=70-00-00-00-00-00-00-02")])
def test_the_header_of_a_qcaf_has_the_user_of_its_report_or_what_is_given(
    tmp_path: Path, given: tuple[str, ...]
) -> None:
    request, held = f"{SENDER}/00-DB-12-34-56-78-90-A0/7", "01/06/2025 09:30:00"
    report, made = tmp_path / "report.csv", tmp_path / "qcaf.csv"
    report.write_text(f"QN,INC000000000001,{SENDER}\nQC,{request},{held},U\nQE,1\n", "utf-8")
    approved = (f"answer.Approved={held}", "answer.Approved by=Ann Lee")
    words = [*(word for one in approved for word in ("--set", one)), *given]
    words += ["--at", "2025-06-02T08:30:00Z", "--profile", str(NOTICE)]
    ran = run("make", "qcaf", report, "--action", "Release", "-o", made, *words)
    assert ran.code == 0, ran.out + ran.err
    sender = given[1].partition("=")[2] if given else SENDER
    assert made.read_text() == f"AN,{sender},Ann Lee,{held}\nAC,{request},U,1,\nAE,1\n"


def test_names_of_columns_are_written_where_the_profile_asks_for_them(tmp_path: Path) -> None:
    sheet = (
        "UserID,UserRole,ServiceReferenceVariant,TimePeriodHours,WarningThreshold,"
        f"AnomalyDetectionThreshold\n{SENDER},IS,8.1.1,24,10,100\n"
    )
    ran = make(tmp_path, sheet, NAMES)
    assert ran.code == 0, ran.out + ran.err
    assert (tmp_path / "adt.csv").read_text() == sheet


def test_a_comparison_is_of_what_is_counted_and_of_nothing_around_it(tmp_path: Path) -> None:
    body = BODY.replace("000007", "000008").replace("168,,500", "168,,400")
    new = f"{body}T,000008,5,507,{zlib.crc32(body.encode()):08x}\n"
    for name, text in (("old.csv", FILE), ("new.csv", new)):
        (tmp_path / name).write_bytes(text.encode())
    ran = run("diff", tmp_path / "old.csv", tmp_path / "new.csv", "--profile", GROUPS)
    assert "1 changed, 2 unchanged" in ran.out
    assert "cannot be read" not in ran.out
    assert "FileNo" not in ran.out
    assert "ADT 500 -> 400" in ran.out


def test_the_deadlines_of_a_report_are_of_its_communications_alone(tmp_path: Path) -> None:
    record = f"{SENDER}:00-DB-12-34-56-78-90-A0:1000,7.1,123,2025-06-01T08:30:00Z"
    report = f"HD,{SENDER},0042\nIT,{record},ADUserThresholdBreach,\nTR,0042,1\n"
    (tmp_path / "report.csv").write_bytes(report.encode())
    ran = run("deadline", tmp_path / "report.csv", "--profile", ENVELOPES)
    assert "1 quarantined communication" in ran.out
    assert "unknown" not in ran.out
