"""A register: written from an area, completed by a User, and used by ``tadp check``."""

from __future__ import annotations

import csv
import io
import json
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from tests.corpus import FIXTURES, CorpusCase
from tests.profiles.apart import APART
from tests.running import Ran, run
from tests.submission.area.test_area import ADT, NAME, QCAF, USER, put

QNAME = NAME.replace("0001-ADT", "0002-QCAF")
PROFILE = FIXTURES / "profile.toml"
AT = "2025-06-02T12:00:00Z"
OFFICER = json.loads((CorpusCase("conforming/adt-sharepoint").submission / "submission.json")
                     .read_text())["sender"]["aros"][0]["certificate_sha256"]  # fmt: skip
#: Facts that the User knows: times by UK clocks, which are an hour ahead of UTC in June.
BOTH = {
    "Sent at (UK time)": datetime(2025, 6, 2, 11, 0),
    "Service Request raised at (UK time)": datetime(2025, 6, 2, 9, 0),
    "Service Request raised via": "SSI",
    "ARO's certificate": OFFICER,
    "Completed at (UK time)": "2025-06-02T11:00:00Z",
}
#: Of what was sent after the 120 hours.
LATE = {
    "Sent at (UK time)": datetime(2025, 6, 9, 11, 0),
    "Completed at (UK time)": datetime(2025, 6, 9, 12, 0),
}
SAID: dict[str, dict[str, Any]] = {
    NAME: {**BOTH, "Catalogue item": "ADT File Submission", "Replaces": "none"},
    QNAME: {
        **BOTH,
        "Catalogue item": "QCAF Submission",
        "Subject": "INC000000000001",
        "Incident": "INC000000000001",
        "Incident updated with": "Update Service Management Incident",
        "Incident updated at (UK time)": "2025-06-02 09:00",
        "Incident assigned to": "DCC",
        "Incident assigned at (UK time)": "2025-06-02 10:00",
        "Report file": "report.csv",
        "Investigated and resolved by": "A. Officer",
    },
    "": {"Is live": "yes"},
}


@pytest.fixture
def area(tmp_path: Path) -> Path:
    return area_in(tmp_path)


def area_in(tmp_path: Path) -> Path:
    """An area with an ADT File that is in force, a QCAF, and its report beside the area."""
    copy = tmp_path / "copy"
    for folder in (f"{ADT}/Submitted", f"{ADT}/Live", f"{QCAF}/Submitted QCAF"):
        (copy / folder).mkdir(parents=True)
    put(copy, f"{ADT}/Submitted", NAME)
    put(copy, f"{ADT}/Live", NAME)
    put(copy, f"{QCAF}/Submitted QCAF", QNAME, "conforming/qcaf-user-set")
    report = CorpusCase("conforming/qcaf-user-set").submission / "report.csv"
    (tmp_path / "report.csv").write_bytes(report.read_bytes())
    return copy


def register(area: Path, name: str = "register.xlsx") -> Path:
    path = area.parent / name
    ran = run("area", "register", area, "-o", path, "--profile", PROFILE)
    assert (ran.code, ran.err, ran.out) == (0, "", f"wrote {path}\n")
    return path


def fill(path: Path, said: Mapping[str, Mapping[str, Any]]) -> Path:
    """Complete a workbook, row by row, by the names of files; the row of a User ID has none."""
    book = load_workbook(path)
    table = book["Register"]
    headings = [cell.value for cell in table[1]]
    for row in table.iter_rows(min_row=2):
        if row[1].value is not None:
            for heading, value in said.get(row[0].value or "", {}).items():
                row[headings.index(heading)].value = value
    book.save(path)
    return path


def check(area: Path, path: Path, *words: str) -> Ran:
    fixed = ("--profile", PROFILE, "--at", AT, "--format", "json", "--require-evidence")
    return run("check", area, "--register", path, *fixed, *words)


def roots(ran: Ran) -> dict[str, list[str]]:
    return {
        Path(s["source"]).name: failed
        for s in ran.report["submissions"]
        if (failed := [r["id"] for r in s["requirements"] if r["count"]])
    }


def test_a_perfect_area_conforms_and_nothing_is_left_to_be_shown(area: Path) -> None:
    ran = check(area, fill(register(area), SAID))
    assert {s["verdict"] for s in ran.report["submissions"]} == {"conforms"}
    assert (ran.code, len(ran.report["submissions"])) == (0, 4)
    names = [i["path"] for i in ran.report["submissions"][0]["inputs"]]
    assert any(name.endswith("register.xlsx") for name in names)


def test_the_same_register_as_csv(area: Path) -> None:
    path = register(area, "register.csv")
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    for row in rows:
        row.update({k: str(v) for k, v in SAID[row["File"]].items()})
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue())
    assert check(area, path).code == 0


def test_it_is_filled_in_from_names_and_contents(area: Path) -> None:
    put(area, f"{ADT}/Submitted", NAME.replace("0001", "0009"))
    rows = list(csv.DictReader(io.StringIO(register(area, "r.csv").read_text("utf-8-sig"))))
    first, other, qcaf, user = rows
    assert (first["File"], first["Kind"], first["User ID"]) == (NAME, "ADT File", USER)
    assert (first["User Role"], first["Service Request"]) == ("IS", "REQ000000000001")
    assert (first["Sent by"], first["Replaces"]) == ("sharepoint", "")
    assert other["Replaces"] == NAME
    assert (qcaf["Kind"], qcaf["Threshold set by"], qcaf["Sent at (UK time)"]) == (
        "QCAF", "user", ""
    )  # fmt: skip
    assert (user["Kind"], user["User ID"], user["User Role"]) == ("User ID", USER, "IS")
    assert user["Is live"] == ""


def test_a_user_id_in_which_name_and_file_differ_is_left_to_the_user(area: Path) -> None:
    wrong = NAME.replace(USER, f"{USER[:-2]}7F").replace("REQ000000000001", "REQ000000000009")
    put(area, f"{ADT}/Submitted", wrong)
    path = area.parent / "r.csv"
    ran = run("area", "register", area, "-o", path, "--profile", PROFILE)
    assert ran.err == (
        f"tadp: {ADT}/Submitted/{wrong}: the name has the User ID {wrong[:23]}, and the file has "
        f"{USER}; the cell User ID is left empty: correct the one that is wrong\n"
    )
    rows = {row["File"]: row for row in csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))}
    assert (rows[wrong]["User ID"], rows[NAME]["User ID"]) == ("", USER)
    # The User ID typed there is taken over, and nothing is left to report.
    path.write_text(
        path.read_text("utf-8").replace(f"{wrong},ADT File,", f"{wrong},ADT File,{USER}")
    )
    after = area.parent / "next.csv"
    ran = run("area", "register", area, "-o", after, "--profile", PROFILE, "--earlier", path)
    assert ran.err == ""


def test_a_date_that_is_typed_into_a_time_is_kept_as_one(area: Path) -> None:
    table = load_workbook(register(area))["Register"]
    forms = {cell.value: table.cell(2, cell.column).number_format for cell in table[1]}
    assert {name for name, form in forms.items() if form != "@"} == {
        name for name in forms if name.endswith("(UK time)")
    }
    assert forms["Sent at (UK time)"] == "yyyy-mm-dd hh:mm"


@pytest.mark.parametrize("day", [datetime(2025, 6, 1), "2025-06-01"])
def test_a_date_without_a_time_is_not_midnight(area: Path, day: datetime | str) -> None:
    ran = check(area, fill(register(area), {NAME: {"Sent at (UK time)": day}}))
    assert ran.code == 2
    assert ran.err.endswith(
        "Sent at (UK time): '2025-06-01' has no time of day (write the hour and minute too, "
        "as text: 2025-06-01 hh:mm, in UK time)\n"
    )


def test_a_row_that_was_completed_before_is_taken_over(area: Path) -> None:
    before = fill(register(area), SAID)
    new = NAME.replace("0001", "0009")
    put(area, f"{ADT}/Submitted", new)
    ran = check(area, before)
    assert ran.err == (
        f"tadp: {before}: there is no row for {new} (if the file and its name are right, add a "
        "row, or write the register again with --earlier)\n"
    )
    path = area.parent / "next.xlsx"
    ran = run("area", "register", area, "-o", path, "--profile", PROFILE, "--earlier", before)
    assert (ran.code, ran.err) == (0, "")
    table = load_workbook(path)["Register"]
    headings = [cell.value for cell in table[1]]
    rows = {row[0].value: dict(zip(headings, [c.value for c in row], strict=True))
            for row in table.iter_rows(min_row=2) if row[1].value}  # fmt: skip
    assert [rows[NAME][h] for h in ("Replaces", "Sent at (UK time)", "Service Request raised via")
            ] == ["none", datetime(2025, 6, 2, 11), "SSI"]  # fmt: skip
    assert rows[QNAME]["Incident updated at (UK time)"] == "2025-06-02 09:00"
    assert rows[None]["Is live"] == "yes"
    assert (rows[new]["Sent at (UK time)"], rows[new]["Replaces"]) == (None, NAME)
    for name in (new, f"{new}.p7s"):
        (area / ADT / "Submitted" / name).unlink()
    last = area.parent / "last.csv"
    assert check(area, before).err == ""
    run("area", "register", area, "-o", last, "--profile", PROFILE, "--earlier", path)
    assert check(area, last).code == 0


def test_values_typed_for_a_file_are_kept_when_its_name_or_its_folder_changes(area: Path) -> None:
    before = fill(register(area), SAID)
    other = QNAME.replace("REQ000000000002", "INC000000000001")
    for end in ("", ".p7s"):
        folder = area / QCAF / "Submitted QCAF"
        (folder / f"{QNAME}{end}").rename(folder / f"{other}{end}")
    (area / ADT / "Archive").mkdir()
    for folder in ("Submitted", "Live"):
        for end in ("", ".p7s"):
            (area / ADT / folder / f"{NAME}{end}").rename(area / ADT / "Archive" / f"{NAME}{end}")
    path = area.parent / "next.csv"
    ran = run("area", "register", area, "-o", path, "--profile", PROFILE, "--earlier", before)
    assert ran.err == (
        f"tadp: {before}: the row of {QNAME} was taken over for {other}, which had none\n"
    )
    rows = {row["File"]: row for row in csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))}
    assert rows[other]["Incident assigned to"] == "DCC"
    assert QNAME not in rows
    # Of what is in the archive now, the time of its completion still counts.
    assert rows[NAME]["Completed at (UK time)"] == "2025-06-02T11:00:00Z"


def test_of_two_files_of_a_user_each_keeps_the_values_of_its_request(area: Path) -> None:
    folder, other = f"{ADT}/Submitted", NAME.replace("0001", "0009")
    put(area, folder, other)
    before = fill(register(area), {NAME: {"Subject": "one"}, other: {"Subject": "nine"}})
    for name in (NAME, other):
        for end in ("", ".p7s"):
            (area / folder / f"{name}{end}").rename(area / folder / f"{name[:-4]}-x.csv{end}")
    (area / ADT / "Live" / NAME).unlink()
    (area / ADT / "Live" / f"{NAME}.p7s").unlink()
    path = area.parent / "next.csv"
    run("area", "register", area, "-o", path, "--profile", PROFILE, "--earlier", before)
    rows = {row["File"]: row for row in csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))}
    assert rows[f"{NAME[:-4]}-x.csv"]["Subject"] == "one"
    assert rows[f"{other[:-4]}-x.csv"]["Subject"] == "nine"


def test_a_requirement_whose_evidence_is_not_filled_in_is_not_shown(area: Path) -> None:
    ran = check(area, register(area))
    assert (ran.code, roots(ran)) == (1, {})
    (whole,) = (s for s in ran.report["submissions"] if s["kind"] == "area")
    status = {r["id"]: r["status"] for r in whole["requirements"]}
    assert status["UG1.1-2"] == "not shown"
    assert {s["verdict"] for s in ran.report["submissions"]} >= {"not shown"}


def _shorter(area: Path) -> None:
    report = area.parent / "report.csv"
    lines = report.read_bytes().splitlines(keepends=True)
    report.write_bytes(b"".join([*lines, lines[0].replace(b":1000,", b":9000,", 1)]))


def _of(name: str, heading: str, value: object) -> Callable[[Path], dict[str, dict[str, Any]]]:
    return lambda _: {**SAID, name: {**SAID[name], heading: value}}


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda area: _shorter(area) or SAID, {QNAME: ["4.7-2"]}),
        (_of(NAME, "ARO's certificate", "0" * 64), {NAME: ["3.4(b)-4"]}),
        (_of(NAME, "Service Request", "REQ000000000099"), {NAME: ["3.4(a)-1"]}),
        (lambda _: {**SAID, NAME: {"Service Request": "none"}}, {NAME: ["3.1-1"]}),
        (lambda _: {**SAID, QNAME: {**SAID[QNAME], **LATE}}, {QNAME: ["UG1.2-1"]}),
        (_of(QNAME, "Incident assigned to", "A colleague"), {QNAME: ["4.8-2"]}),
    ],
)
def test_a_mistake_fails_at_its_requirement(
    area: Path,
    change: Callable[[Path], dict[str, dict[str, Any]]],
    broken: dict[str, list[str]],
) -> None:
    later = ("--at", "2025-06-10T12:00:00Z")
    found = roots(check(area, fill(register(area), change(area)), *later))
    # A late submission breaks the guidance twice, as it can no longer be released.
    assert {name: [i for i in ids if i != "UG1.2-2"] for name, ids in found.items()} == broken


def test_where_a_file_is_counts_for_more_than_what_the_register_says(area: Path) -> None:
    path = fill(register(area), SAID)
    for name in (QNAME, f"{QNAME}.p7s"):
        (area / QCAF / "Submitted QCAF" / name).rename(area / ADT / "Submitted" / name)
    assert roots(check(area, path)) == {QNAME: ["UG1.5-2"]}


def test_a_user_id_that_is_added_has_no_file(area: Path) -> None:
    path = fill(register(area), SAID)
    book = load_workbook(path)
    table = book["Register"]
    headings = [cell.value for cell in table[1]]
    row = 2 + sum(cell.value is not None for cell in table["B"][1:])
    other = {"Kind": "User ID", "User ID": "70-00-00-00-00-00-00-02", "User Role": "GS",
             "Is live": "yes"}  # fmt: skip
    for heading, value in other.items():
        table.cell(row, headings.index(heading) + 1, value)
    book.save(path)
    # It is a fault of the area, and there once.
    missing = {"Anomaly Detection Files": ["UG1.1-2"]}
    assert roots(check(area, path)) == missing
    # No other list that leaves it out keeps it from being looked for, nor an answer left out.
    record = {"area": 1, "live_user_ids": [USER]}
    (area / "Anomaly Detection Files" / "area.json").write_text(json.dumps(record))
    users = area.parent / "users.txt"
    users.write_text(USER)
    assert roots(check(area, path, "--live-users", users)) == missing
    table.cell(row - 1, headings.index("Is live") + 1).value = None
    book.save(path)
    assert "Anomaly Detection Files" in roots(check(area, path))
    fill(path, SAID)
    record["live_user_ids"] = ["70-00-00-00-00-00-00-03"]
    (area / "Anomaly Detection Files" / "area.json").write_text(json.dumps(record))
    (whole,) = [s for s in check(area, path, "--live-users", users).report["submissions"]
                if s["kind"] == "area"]  # fmt: skip
    found = [f["found"][-2:] for r in whole["requirements"] for f in r["findings"]]
    assert found == ["03", "02"]


WRONG = {
    "Sent at (UK time)": (
        "01/06/2025 10:00",
        "'01/06/2025 10:00' is not a date and time (write the year first: 2025-06-01 10:00, "
        "which is UK time)",
    ),
    "Service Request raised at (UK time)": (
        datetime(2025, 3, 30, 1, 30),
        "'2025-03-30 01:30:00' is a time that the clocks of Europe/London skipped, as they were "
        "put forward (correct the time, or add Z for UTC or an offset such as +01:00)",
    ),
    "Completed at (UK time)": (
        "2025-10-26 01:30",
        "'2025-10-26 01:30' is a time that the clocks of Europe/London showed twice, as they were "
        "put back (write 2025-10-26T00:30:00Z or 2025-10-26T01:30:00Z)",
    ),
    "Report file": (
        "../other.csv",
        "there is no file '../other.csv' beside the register or in the area (correct the name, or "
        "put the file beside the register)",
    ),
    "ARO's certificate": (
        "report.csv",
        "here/report.csv: does not have the certificate of one holder in it (name the file of the "
        "certificate that was provided to the ARO, PEM or DER)",
    ),
    "Threshold set by": ("us", "'us' is not one of the answers (write user or dcc)"),
    "Service Request": (
        "R" * 5000,
        f'"{"R" * 56}... is too long (at most 4,096 characters)',
    ),
}


def test_every_cell_that_is_not_an_answer_is_named(area: Path) -> None:
    wrong = {heading: value for heading, (value, _) in WRONG.items()}
    path = fill(register(area), {QNAME: wrong, NAME: {"Kind": "adt"}, "": {"Is live": "perhaps"}})
    table = load_workbook(path)["Register"]
    letters = {cell.value: cell.column_letter for cell in table[1]}
    said = {heading: (3, words) for heading, (_, words) in WRONG.items()}
    said["Kind"] = 2, "'adt' is not a kind of row (write one of: ADT File, QCAF, User ID)"
    said["Is live"] = 4, "'perhaps' is not one of the answers (write yes or no)"
    ran = check(area, path)
    assert ran.code == 2
    assert set(ran.err.replace(str(area.parent), "here").splitlines()) == {
        f"tadp: here/register.xlsx, Register!{letters[heading]}{row}: {heading}: {words}"
        for heading, (row, words) in said.items()
    }


def test_a_row_that_cannot_be_used_is_named(area: Path) -> None:
    path = fill(register(area), {NAME: {"Service Request": "none", "Catalogue item": "x"}})
    assert check(area, path).trouble == (
        f"{path}, Register!I2: Service Request: the row says that there was none, and says more of "
        "it (write the number, or leave the other cells empty)"
    )


def test_a_file_in_live_that_another_replaces_is_behind_whenever_it_was_taken(area: Path) -> None:
    old = NAME.replace("REQ000000000001", "REQ000000000000")
    assert old != NAME
    live = area / ADT / "Live"
    for name in sorted(path.name for path in live.iterdir()):
        (live / name).rename(live / name.replace("REQ000000000001", "REQ000000000000"))
    (live / old).write_bytes((live / old).read_bytes().replace(b",IS,", b",ES,"))
    path = fill(
        register(area), {NAME: {"Replaces": old, "Completed at (UK time)": "2025-06-02 12:30"}}
    )
    whole = check(area, path).report["submissions"][-1]
    (behind,) = [r for r in whole["requirements"] if r["id"] == "UG1.4-5"]
    (finding,) = behind["findings"]
    assert finding["found"].startswith("REQ000000000000, which REQ000000000001 replaces")


@pytest.mark.parametrize("ending", [".csv", ".zip"])
def test_a_row_is_used_for_the_file_that_it_must_be_about(area: Path, ending: str) -> None:
    path = register(area)
    wrong = QNAME.replace("REQ000000000002", "INC000000000301").replace(".csv", ending)
    assert wrong != QNAME
    found = area / QCAF / "Submitted QCAF"
    (found / QNAME).rename(found / wrong)
    ran = check(area, path)
    assert f"there is no file '{QNAME}', so the row was used for '{wrong}' (correct " in ran.err
    assert ran.code == 1
    (found / wrong).unlink()
    # Without such a file the row is named, and all else is checked.
    ran = check(area, path)
    assert f"Register!A3: File: there is no file '{QNAME}' in " in ran.err
    assert ran.code == 2
    whole = json.loads(ran.out)["submissions"][-1]
    assert whole["kind"] == "area"
    (shown,) = [r for r in whole["requirements"] if r["id"] == "UG1.3-2"]
    assert (shown["status"], QNAME in shown["reason"]) == ("not shown", True)


def test_of_two_rows_each_is_used_for_the_file_of_its_request(area: Path) -> None:
    found = area / QCAF / "Submitted QCAF"
    second = QNAME.replace("0002", "0003")
    put(area, f"{QCAF}/Submitted QCAF", second, "conforming/qcaf-user-set")
    path = register(area)
    for name, wrong, remedy in (
        (QNAME, QNAME.replace(".csv", ".txt"), "correct whichever of the two names is wrong"),
        (second, f"June {second}", "correct whichever of the two names is wrong"),
    ):
        (found / name).rename(found / wrong)
        (found / f"{name}.p7s").unlink()
        words = f"there is no file '{name}', so the row was used for '{wrong}' ({remedy}"
        ran = check(area, path)
        assert words in ran.err
        assert ran.code == 1


@pytest.mark.parametrize(
    ("ending", "data", "remedy"),
    [
        (".zip", b"PK\x03\x04damaged", "the register is right: that file is a zip archive"),
        (".pdf", b"%PDF-1.7\n", "the register is right: that file is a PDF"),
        (".eml", b"From: a@b.c\nTo: d@e.f\nSubject: x\nDate: Mon, 2 Jun 2025 09:00:00 +0000\n"
         b"MIME-Version: 1.0\n\nx\n", "the register is right: that file is an email message"),
        (".csv.p7m", None, "write that name in the register: the file has its signature inside"),
        (".p7m", None, "write that name in the register: the file has its signature inside"),
    ],
)  # fmt: skip
def test_a_row_that_was_used_for_another_file_is_reported_on_a_line_of_its_own(
    area: Path, ending: str, data: bytes | None, remedy: str
) -> None:
    path = register(area)
    file = area / QCAF / "Submitted QCAF" / QNAME
    attached = CorpusCase("conforming/adt-rsa-attached").submission / "adt.csv.p7m"
    file.with_name(QNAME.removesuffix(".csv") + ending).write_bytes(
        attached.read_bytes() if data is None else data
    )
    for old in (file, Path(f"{file}.p7s")):
        old.unlink()
    assert f"({remedy})" in check(area, path).err


def test_a_row_of_a_file_in_live_is_used_for_what_was_submitted_in_its_place(area: Path) -> None:
    path = fill(register(area), SAID)
    file = area / ADT / "Submitted" / NAME
    packed = file.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(file, NAME)
        archive.write(f"{file}.p7s", f"{NAME}.p7s")
    file.unlink()
    Path(f"{file}.p7s").unlink()
    # One more of them needs no row, as it has to go.
    (packed.parent / "files.zip").write_bytes(packed.read_bytes())
    ran = check(area, path)
    assert (ran.err, roots(ran)) == ("", {key: ["6.1-1"] for key in (packed.name, "files.zip")})


@pytest.mark.parametrize(
    ("folder", "name", "failed"),
    [
        (f"{QCAF}/Archive QCAF", QNAME, "UG1.5-2"),
        (f"{ADT}/Archive", NAME, "UG1.4-2"),
        (f"{ADT}/Archive/2025", NAME, "UG1.4-2"),
    ],
)
def test_a_submission_in_the_archive_whose_request_is_not_completed_is_found(
    area: Path, folder: str, name: str, failed: str
) -> None:
    path = register(area)
    submitted = f"{ADT}/Submitted" if name == NAME else f"{QCAF}/Submitted QCAF"
    (area / folder).mkdir(parents=True)
    for ending in ("", ".p7s"):
        (area / submitted / (name + ending)).rename(area / folder / (name + ending))
        (area / ADT / "Live" / (name + ending)).unlink(missing_ok=True)
    assert roots(check(area, fill(path, SAID))).get(name) is None, "completed"
    waiting = {**SAID, name: {**SAID[name], "Completed at (UK time)": "not yet"}}
    ran = check(area, fill(path, waiting))
    assert (ran.err, ran.code, roots(ran)) == ("", 1, {name: [failed]})
    # A copy that is where it belongs waits there.
    put(
        area, submitted, name, f"conforming/{'adt-sharepoint' if name == NAME else 'qcaf-user-set'}"
    )
    assert roots(check(area, path)) == {}


@pytest.mark.parametrize("live", ["the same", "the one before"])
def test_two_digits_of_a_request_id_swapped_in_the_name_are_found_at_the_name(
    area: Path, live: str
) -> None:
    wrong, old = (NAME.replace("REQ000000000001", f"REQ{n:012}") for n in (10, 9))
    path = fill(register(area), SAID if live == "the same" else {**SAID, NAME: {**BOTH}})
    for folder, name in (("Submitted", wrong), *[("Live", old)] * (live != "the same")):
        for ending in ("", ".p7s"):
            file = area / ADT / folder / (NAME + ending)
            file.rename(file.with_name(name + ending))
    if live != "the same":
        before = area / ADT / "Live" / old
        before.write_bytes(before.read_bytes().replace(b",IS,", b",ES,"))
    ran = check(area, path)
    assert roots(ran).pop(wrong) == ["3.4(a)-1"]
    assert f"the row was used for '{wrong}' (" in ran.err or live == "the same"
    (one,) = [s for s in ran.report["submissions"] if Path(s["source"]).name == wrong]
    (failed,) = [r for r in one["requirements"] if r["count"]]
    right = NAME.removesuffix(".csv").replace("\u2013", "-")
    assert failed["findings"][0]["hint"].startswith(
        f"Rename the file, and its signature, to {right}"
    )
    if live == "the same":
        # Nothing is said of DCC, and of a row that is to be added.
        assert (ran.err, list(roots(ran))) == ("", [wrong])


def test_a_row_of_a_file_that_is_there_and_no_submission_says_where_it_is(area: Path) -> None:
    path = register(area)
    for folder in ("June", "kept"):
        (area / folder).mkdir()
        (area / folder / f"{folder}.csv").touch()
    (area / "kept" / "submission.json").write_text("{}")
    for name, why in (
        ("June", "a folder that the guidance does not have"),
        ("kept", "its folder has a record of its own, and is checked by itself"),
    ):
        fill(path, {NAME: {"File": f"{name}.csv"}})
        assert (
            f"'{name}.csv' is in the area as {name}/{name}.csv, which no row can be about: {why} "
            "(move it to the folder that it belongs to, or delete the row)"
        ) in check(area, path).err
        fill(path, {f"{name}.csv": {"File": NAME}})


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_register_without_rows_is_named(area: Path, ending: str) -> None:
    path = area.parent / f"register{ending}"
    path.write_text("", "utf-8")
    if ending == ".xlsx":
        Workbook().save(path)
    assert check(area, path).trouble.partition(": ")[2].startswith("has no rows")


def test_a_user_id_whose_role_is_not_known_has_one_row_each_time(area: Path) -> None:
    for folder in ("Submitted", "Live"):
        (area / ADT / folder / NAME).write_bytes(b"")
    first, again = register(area), area.parent / "again.xlsx"
    run("area", "register", area, "-o", again, "--profile", PROFILE, "--earlier", first)
    rows = [
        [cell.value for cell in row][1:4]
        for path in (first, again)
        for row in load_workbook(path)["Register"].iter_rows(min_row=2)
        if row[1].value == "User ID"
    ]
    assert rows == [["User ID", USER, None]] * 2


def test_a_heading_that_is_changed_is_named(area: Path) -> None:
    path = register(area)
    book = load_workbook(path)
    book["Register"]["E1"] = "Sent"
    book.save(path)
    assert check(area, path).trouble.startswith(
        f"{path}, Register!E1: the heading 'Sent' is not one of a register (`tadp area register`"
    )


def test_no_name_becomes_a_formula(area: Path) -> None:
    name = "=cmd|' '!A0" + NAME
    put(area, f"{ADT}/Submitted", name)
    table = load_workbook(register(area))["Register"]
    (cell,) = (c for c in table["A"] if c.value == name)
    assert cell.data_type == "s"
    path = register(area, "r.csv")
    assert f"'{name}" in path.read_text("utf-8-sig")
    # Its row is found again.
    assert check(area, path).code == 1


def test_the_words_of_another_profile_are_used(tmp_path: Path) -> None:
    there = tmp_path / "there"
    assert run("generate", "area", "-o", there, "--profile", APART).code == 0
    trust = tmp_path / "there-trust" / "profile.toml"
    path = tmp_path / "register.xlsx"
    assert run("area", "register", there, "-o", path, "--profile", trust).code == 0
    book = load_workbook(path)
    table = book["Register"]
    headings = [cell.value for cell in table[1]]
    methods = [c.value for c in book["Lists"][table.cell(1, headings.index("Sent by") + 1)
               .column_letter]]  # fmt: skip
    profile = tomllib.loads(Path(APART).read_text("utf-8"))
    assert set(methods[1:]) >= {profile["delivery"]["method"]}
    for row in table.iter_rows(min_row=2):
        if row[1].value == "ADT File":
            row[headings.index("Rules removed on purpose")].value = "yes"
    book.save(path)
    ran = run("check", there, "--register", path, "--profile", trust, "--format", "json")
    assert (roots(ran), len(ran.report["submissions"])) == ({}, 4)


def test_the_answers_that_requirements_name_are_offered(area: Path) -> None:
    book = load_workbook(register(area))
    headings = [cell.value for cell in book["Register"][1]]
    offered = {
        heading: [cell.value for cell in book["Lists"][get_column_letter(number)]]
        for number, heading in enumerate(headings, 1)
    }
    assert "SSI" in offered["Service Request raised via"]
    assert "Update Service Management Incident" in offered["Incident updated with"]
    assert "DCC" in offered["Incident assigned to"]
    assert {"ADT File Submission", "QCAF Submission"} <= {*offered["Catalogue item"]}


def test_where_there_is_no_area_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    path = tmp_path / "r.xlsx"
    ran = run("area", "register", tmp_path / "notes", "-o", path)
    assert ran.trouble.startswith(f"{tmp_path / 'notes'}: no submission is in a folder of an area")
    assert not path.exists()
