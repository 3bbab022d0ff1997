"""A quarantine report and actions become a QCAF, or the list of what to fix."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.home import HOME
from tests.preparation.sheets import text
from tests.running import Ran, check, run

ROOT = Path(__file__).parents[2]
OTHER = ROOT / "tests/generators/other-profile.toml"
SENDER = "70-00-00-00-00-00-00-01"
VARIANTS = ("4.11.2", "7.10", "4.11.2", "8.1.1")
IDS = tuple(f"{SENDER}:00-DB-00-00-12-34-00-0{i}:{10**19 + i}" for i in range(4))
BREACH = "ADUserThresholdBreach"
RECORDS = tuple(
    f"{IDS[i]},{VARIANTS[i]},{10**18 + i},2025-06-01T08:00:0{i}Z,{BREACH}" for i in range(4)
)
REPORT = "".join(f"{record},\n" for record in RECORDS).encode()
HEADINGS = ["RequestID", "ServiceReferenceVariant", "QuarantineEventRef", "QuarantinedAt",
            "Breach", "Action"]  # fmt: skip
UNSIGNED = {"6.1-1"}


def qcaf(*actions: str) -> bytes:
    """The file with these actions, in order."""
    return "".join(f"{r},{a}\n" for r, a in zip(RECORDS, actions, strict=True)).encode()


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.csv"
    path.write_bytes(REPORT)
    return path


def make(report: Path, *words: object) -> Ran:
    return run("make", "qcaf", report, "-o", report.with_name("qcaf.csv"), *words)


def made(report: Path, *words: object) -> bytes:
    """The file that is made, which passes with its report but for its signature."""
    ran = make(report, *words)
    assert ran.code == 0, ran.out + ran.err
    file = report.with_name("qcaf.csv")
    folder = report.parent / "submission"
    folder.mkdir(exist_ok=True)
    (folder / "qcaf.csv").write_bytes(file.read_bytes())
    (folder / "report.csv").write_bytes(report.read_bytes())
    manifest = {"submission": 1, "kind": "qcaf", "file": "qcaf.csv",
                "quarantine": {"report": "report.csv"}}  # fmt: skip
    (folder / "submission.json").write_text(json.dumps(manifest))
    assert check(folder).roots == UNSIGNED
    assert check(folder).status("4.7-2") == "passed"
    return file.read_bytes()


def refused(report: Path, *words: object) -> str:
    ran = make(report, *words)
    assert ran.code == 1, ran.out + ran.err
    assert not report.with_name("qcaf.csv").exists()
    assert all(line.isprintable() for line in ran.out.splitlines())
    return ran.out


def actions(
    report: Path, *rows: list[str], name: str = "actions.csv", separator: str = ","
) -> Path:
    path = report.with_name(name)
    path.write_text(text(rows, separator))
    return path


def pairs(*given: str) -> list[list[str]]:
    """Rows of Request ID and action, with headings."""
    return [["RequestID", "Action"], *([i, a] for i, a in zip(IDS, given, strict=False))]


@pytest.mark.parametrize("name", ["report.xlsx", "report.csv"])
def test_a_workbook_in_place_of_the_report_is_reported_in_one_line(report: Path, name: str) -> None:
    from openpyxl import Workbook

    Workbook().save(report.with_name(name))
    trouble = make(report.with_name(name), "--action", "Delete").trouble
    assert f"{name}: is an Excel workbook" in trouble
    assert "as it came" in trouble


def test_titles_above_the_headings_of_actions_are_to_be_removed(report: Path) -> None:
    given = actions(report, ["Actions of June", ""], *pairs("Delete", "Release"))
    assert "the headings are in row 2, not in the first row" in refused(report, "--actions", given)


def test_a_variant_that_nothing_in_the_report_has_is_reported(report: Path) -> None:
    ran = make(report, "--variant", "3.2=Delete", "--variant", "7.10=Delete", "--action", "Release")
    assert ran.code == 0
    assert "tadp: --variant: nothing in the report has 3.2\n" in ran.err
    assert "7.10" not in ran.err


def test_two_actions_for_one_variant_are_refused(report: Path) -> None:
    words = ["--variant", "7.10=Delete", "--action", "Release"]
    assert make(report, *words, "--variant", "7.10=Delete").code == 0
    trouble = make(report, *words, "--variant", "7.10=Release", "--overwrite").trouble
    assert "--variant: two actions for 7.10" in trouble


# --- Where actions come from --------------------------------------------------------------------


def test_one_action_for_all(report: Path) -> None:
    trouble = make(report, "--action", "Keep").trouble
    assert trouble == "--action: 'Keep' is not an action (one of: Release, Delete)"
    assert made(report, "--action", "Delete") == qcaf(*["Delete"] * 4)


def test_an_action_for_a_variant_goes_before_that_for_all(report: Path) -> None:
    words = ["--variant", "4.11.2=Release", "--variant", "8.1.1=Delete", "--action", "Delete"]
    assert made(report, *words) == qcaf("Release", "Delete", "Release", "Delete")


def test_an_action_of_a_sheet_goes_before_all_others(report: Path) -> None:
    given = actions(report, *pairs("Delete", "", "Release"))
    words = ["--actions", given, "--variant", "4.11.2=Release", "--action", "Delete"]
    assert made(report, *words) == qcaf("Delete", "Delete", "Release", "Delete")


def test_the_filled_in_template_gives_the_actions(report: Path) -> None:
    from openpyxl import load_workbook

    sheet = report.with_name("actions.xlsx")
    assert run("template", "qcaf", "--report", report, "-o", sheet).code == 0
    book = load_workbook(sheet)
    for row, action in enumerate(["Delete", "Release", "Release", "Delete"], 2):
        book["QCAF"].cell(row, 6, action)
    book.save(sheet)
    assert made(report, "--actions", sheet) == qcaf("Delete", "Release", "Release", "Delete")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_report_filled_in_by_a_spreadsheet_gives_the_actions(
    report: Path, separator: str
) -> None:
    rows = [[*record.split(","), "Delete"] for record in RECORDS]
    rows[1][2], rows[1][3] = "1E+18", "01/06/2025 08:00"  # which no one looks at
    given = actions(report, *rows, separator=separator)
    assert made(report, "--actions", given) == qcaf(*["Delete"] * 4)


def test_dccs_advice_gives_the_actions(report: Path) -> None:
    dccs = REPORT.replace(BREACH.encode(), b"ADDCCThresholdBreach")
    report.write_bytes(dccs)
    path = report.with_name("submission.json")
    advice = {IDS[0]: "Release", IDS[2]: "Delete"}
    # It names what is to be made of it, and is not there yet.
    manifest = {"submission": 1, "kind": "qcaf", "file": "qcaf.csv", "signature": "qcaf.csv.p7s",
        "quarantine": {"set_by": "dcc", "report": "elsewhere.csv", "advice": advice}}  # fmt: skip
    path.write_text(json.dumps(manifest))
    out = refused(report, "--advice", path)
    assert ": 2 things to fix" in out
    assert "record 2: a quarantined communication has no action" in out
    for named in (path, path.parent):
        words = ["--advice", named, "--variant", "4.11.2=Delete", "--action", "Delete"]
        assert make(report, *words, "--overwrite").code == 0
        found = report.with_name("qcaf.csv").read_text().splitlines()
        assert [line.rpartition(",")[2] for line in found] == ["Release", *["Delete"] * 3]


def test_an_action_against_dccs_advice_is_refused(report: Path) -> None:
    report.write_bytes(REPORT.replace(BREACH.encode(), b"ADDCCThresholdBreach"))
    path = report.with_name("submission.json")
    manifest = {"submission": 1, "kind": "qcaf", "quarantine": {"advice": "Release"}}
    path.write_text(json.dumps(manifest))
    given = actions(report, *pairs("Release", "Delete"))
    out = refused(report, "--advice", path, "--actions", given)
    assert ": 1 thing to fix" in out
    assert "record 2: the action is not the one that DCC advised (4.13-4)" in out


def test_advice_for_all_may_be_an_action(report: Path) -> None:
    report.write_bytes(REPORT.replace(BREACH.encode(), b"ADDCCThresholdBreach"))
    assert make(report, "--advice", "Delete").code == 0
    assert report.with_name("qcaf.csv").read_bytes().count(b",Delete\n") == len(RECORDS)
    report.with_name("qcaf.csv").unlink()
    # No action may be another.
    out = refused(report, "--advice", "Release", "--actions", actions(report, *pairs("Delete")))
    assert "the action is not the one that DCC advised (4.13-4)" in out


# --- The report ---------------------------------------------------------------------------------


def test_other_fields_stay_as_they_are_byte_for_byte(report: Path) -> None:
    report.write_bytes(b"\xef\xbb\xbf" + (",".join(HEADINGS) + "\r\n").encode()
                       + REPORT.replace(b"\n", b"\r\n"))  # fmt: skip
    ran = make(report, "--action", "Release", "--at", "2025-06-02T08:00:00Z")
    assert ran.err.splitlines() == [
        "tadp: the records of the report are not separated by LF alone, as if a spreadsheet had "
        "saved it",
        "tadp: the report begins with a byte order mark, as if a spreadsheet had saved it",
        "tadp: the first record of the report holds headings, and was left out",
    ]
    assert report.with_name("qcaf.csv").read_bytes() == qcaf(*["Release"] * 4)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("1000000000000000001", "1E+18", "QuarantineEventRef: the value does not have the form"),
        (IDS[1], IDS[0], "RequestID: the same as in record 1"),
        (",7.10,", ",7.1", "too few fields"),
        (",7.10,", ",7.10\r,", "a line break inside a field"),
        (BREACH, "ADDCCThresholdBreach", "Breach does not match who set the threshold"),
        (BREACH + ",", BREACH + ",Delete", "Action: the field is not null"),
    ],
)
def test_a_report_with_a_fault_is_refused_at_its_record(
    report: Path, old: str, new: str, says: str
) -> None:
    records = [f"{record},\n" for record in RECORDS]
    records[1] = records[1].replace(old, new)
    report.write_text("".join(records), newline="")
    assert f"record 2: {says}" in refused(report, "--action", "Delete")


@pytest.mark.parametrize("separator", [b";", b"\t"])
def test_a_report_that_a_spreadsheet_saved_is_to_be_exported_again(
    report: Path, separator: bytes
) -> None:
    report.write_bytes(report.read_bytes().replace(b",", separator).replace(b"\n", b"\r\n"))
    said = refused(report, "--action", "Release")
    assert "1 thing to fix" in said
    assert "record 1: the file was saved by a spreadsheet program" in said
    assert "Export the report again" in said


def test_a_report_with_actions_in_it_says_what_to_do(report: Path) -> None:
    report.write_bytes(qcaf(*["Delete"] * 4))
    assert "Give the report as it came" in refused(report, "--action", "Delete")


def test_another_profile_has_its_own_report(report: Path) -> None:
    report.write_bytes(b"7,A,red,2025-06-01T08:00:00Z\n8,A,green,2025-06-01T08:00:01Z\n")
    given = actions(report, ["Event", "Decision"], ["8", "Release"])
    words = ["--profile", OTHER, "--actions", given, "--action", "Delete"]
    assert make(report, *words).code == 0
    file = report.with_name("qcaf.csv")
    assert file.read_bytes() == (
        b"Delete,7,A,red,2025-06-01T08:00:00Z\nRelease,8,A,green,2025-06-01T08:00:01Z\n"
    )
    assert check(file, "--kind", "qcaf", "--profile", OTHER).roots == UNSIGNED
    assert "there is no Service Reference Variant" in make(
        report, "--profile", OTHER, "--variant", "8.1.1=Delete", "--overwrite"
    ).trouble  # fmt: skip


# --- Lists of what to fix -----------------------------------------------------------------------


def test_a_communication_without_an_action_is_named(report: Path) -> None:
    out = refused(report, "--variant", "4.11.2=Release")
    assert ": 2 things to fix" in out
    for number in (2, 4):
        assert f"  record {number}: a quarantined communication has no action\n" in out
        assert f"found     nothing for {IDS[number - 1]}" in out


def test_many_that_have_no_action_are_counted(report: Path) -> None:
    lines = [RECORDS[0].replace(f":{10**19},", f":{i},") + ",\n" for i in range(1000)]
    report.write_text("".join(lines))
    out = refused(report, "--variant", "8.1.1=Delete")
    assert ": 1,000 things to fix" in out
    assert "  and 950 more like these\n" in out


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ([IDS[3], "delete"], "line 5, column 2: Action: the value is not an action"),
        ([IDS[3], "Keep"], "line 5, column 2: Action: the value is not an action"),
        ([IDS[0], "Delete"], "line 5, column 2: another action for the same communication"),
        (["1.2E+19", "Delete"], "line 5, column 1: RequestID: the program shortened the number"),
        ([IDS[3][:-1], "Delete"], "actions.csv, line 5, column 1: an action for a communication"),
    ],
)
def test_a_row_of_actions_that_is_wrong_is_refused_at_its_cell(
    report: Path, row: list[str], says: str
) -> None:
    given = actions(report, *pairs("Release", "Release", "Release"), row)
    assert says in refused(report, "--actions", given, "--action", "Release")


def test_a_folder_that_is_not_there_is_reported(report: Path) -> None:
    trouble = run("make", "qcaf", report, "--action", "Delete", "-o", "gone/qcaf.csv").trouble
    assert trouble == "gone: there is no such folder (make it, or name another with --output)"


def test_the_same_action_twice_is_not_a_fault(report: Path) -> None:
    given = actions(report, *pairs("Release"), [IDS[0], "Release"])
    assert make(report, "--actions", given, "--action", "Delete").code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "nothing says what is to become of the communications (say --action, --actions,"),
        (["--action", "delete"], "--action: 'delete' is not an action (one of: Release, Delete)"),
        (["--variant", "7.10"], "--variant: '7.10' names no action (write 8.1.1=Delete)"),
        (["--variant", "7.10=x"], "--variant: 'x' is not an action"),
        (["--variant", "9.9=Delete"], "--variant: there is no Service Reference Variant '9.9'"),
        (["--advice", "advice.csv"], "advice.csv: is not a submission.json"),
        (["--actions", "none.csv"], "none.csv: no such file"),
        (["--action", "Delete", "--at", "soon"], "--at: 'soon' is not a date and time"),
    ],
)
def test_an_option_that_cannot_be_followed_is_reported_in_one_line(
    report: Path, words: list[str], says: str
) -> None:
    assert says in make(report, *words).trouble


# --- Time ---------------------------------------------------------------------------------------


def test_an_action_that_will_be_too_late_is_reported(report: Path) -> None:
    words = ["--variant", "4.11.2=Release", "--action", "Delete", "--at", "2025-06-06T08:00:02Z"]
    ran = make(report, *words)
    assert ran.code == 0
    deleted, released = ran.err.splitlines()
    assert released.startswith("tadp: warning: departs from the User Guidance (UG1.2-2): more than")
    assert "(record 1). They can no longer be released: change the action to Delete" in released
    assert "(UG1.2-1)" in deleted
    assert "(record 2). No action makes it earlier" in deleted
    early = make(report, *words[:-1], "2025-06-06T08:00:00Z", "--overwrite")
    assert (early.code, early.err) == (0, "")
    # It is sent now where no time is given, which is years later.
    late = make(report, *words[:-2], "--overwrite")
    assert (late.code, len(late.err.splitlines())) == (0, 2)


def test_headings_of_the_report_count_in_the_places(report: Path) -> None:
    report.write_bytes((",".join(HEADINGS) + "\n").encode() + REPORT)
    ran = make(report, "--action", "Release", "--at", "2025-06-06T08:00:01Z")
    assert "(record 2)" in ran.err


def test_actions_are_taken_in_the_codes_of_the_profile(report: Path, tmp_path: Path) -> None:
    coded = 'codes = { Release = "R", Delete = "D" }'
    profile = tmp_path / "coded.toml"
    text = (HOME / "model" / "profiles" / "reference.toml").read_text("utf-8")
    profile.write_text(
        text.replace('type = "action", role', f'type = "action", {coded}, role'), "utf-8"
    )
    sheet = tmp_path / "actions.csv"
    sheet.write_bytes(b",".join(h.encode() for h in HEADINGS) + b"\n" + qcaf("R", "D", "D", "R"))
    ran = make(report, "--actions", sheet, "--profile", profile)
    assert ran.code == 0, ran.out
    assert report.with_name("qcaf.csv").read_bytes() == qcaf("R", "D", "D", "R")
