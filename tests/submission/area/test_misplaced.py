"""Files in the folder of another kind, and what the names in an area say."""

from __future__ import annotations

import gzip
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from conformance.cli import main
from tests.corpus import FIXTURES
from tests.submission.area.test_area import (
    ADT,
    NAME,
    QCAF,
    USER,
    area,
    check,
    outcomes,
    put,
    whole,
)

__all__ = ["area"]

QCAF_NAME = NAME.replace("0001-ADT", "0009-QCAF")


def roots(report: dict[str, Any]) -> dict[str, list[str]]:
    """The requirements that fail by themselves, by the name of the file."""
    return {
        Path(s["source"]).name: failed
        for s in report["submissions"]
        if (failed := [r["id"] for r in s["requirements"] if r["count"]])
    }


@pytest.mark.parametrize("folder", ["Submitted", "Live"])
def test_a_qcaf_among_adt_files_is_one_finding_and_no_adt_file_of_the_area(
    area: Path, capsys: pytest.CaptureFixture[str], folder: str
) -> None:
    put(area, f"{ADT}/{folder}", QCAF_NAME, "conforming/qcaf-user-set")
    code, report = check(area, capsys)
    assert (roots(report), code) == ({QCAF_NAME: ["UG1.5-2"]}, 1)
    (one,) = [s for s in report["submissions"] if s["source"].endswith(QCAF_NAME)]
    (finding,) = [f for r in one["requirements"] for f in r["findings"]]
    assert finding["message"] == "the folder is for ADT Files, not for QCAFs"
    assert finding["hint"].endswith("Submitted QCAF.")
    production = next(s["area"] for s in report["submissions"] if "area" in s)["production"]
    assert not any(QCAF_NAME in name for p in production for name in p["live"])
    assert [p["submitted"] for p in production] == [1]


def test_an_adt_file_among_qcafs_is_one_finding_and_covers_its_user_id(
    area: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shutil.rmtree(area / ADT)
    for folder in ("Submitted", "Live"):
        (area / ADT / folder).mkdir(parents=True)
    put(area, f"{QCAF}/Submitted QCAF", NAME)
    (tmp_path / "users.txt").write_text(USER)
    code, report = check(area, capsys, "--live-users", str(tmp_path / "users.txt"))
    assert (roots(report), code) == ({NAME: ["UG1.4-2"]}, 1)


OUTSIDE = "Anomaly Detection Files"


@pytest.mark.parametrize(
    ("folder", "name", "failed"),
    [
        (f"{ADT}/Archive", QCAF_NAME, "UG1.5-2"),
        # Its name does not say what it is.
        (f"{ADT}/Archive", f"{USER}-1.csv", "UG1.5-2"),
        (f"{QCAF}/Archive QCAF", NAME.replace("0001-", "0007-"), "UG1.4-2"),
        (ADT, QCAF_NAME, "UG1.5-2"),
        (OUTSIDE, NAME.replace("0001-", "0007-"), "UG1.4-2"),
        (f"{ADT}/New", NAME.replace("0001-", "0007-"), "UG1.4-2"),
        (f"{ADT}/Submitted/June", NAME.replace("0001-", "0007-"), "UG1.4-2"),
        (f"{ADT}/Live/old/of/May", NAME.replace("0001-", "0007-"), "UG1.4-2"),
        (f"{QCAF}/Submitted QCAF/2025", QCAF_NAME, "UG1.5-2"),
        ("Anomaly Detection Files/New/June/First", QCAF_NAME, "UG1.5-2"),
    ],
)
def test_a_submission_in_an_archive_of_others_or_in_no_folder_is_one_finding(
    area: Path, capsys: pytest.CaptureFixture[str], folder: str, name: str, failed: str
) -> None:
    (area / folder).mkdir(parents=True, exist_ok=True)
    kind = "adt-sharepoint" if failed == "UG1.4-2" else "qcaf-user-set"
    put(area, folder, name, f"conforming/{kind}")
    code, report = check(area, capsys)
    assert (roots(report)[name][-1], code) == (failed, 1)
    assert set(roots(report)) == {name}
    findings = [f for s in report["submissions"] for r in s["requirements"] for f in r["findings"]]
    assert findings[-1]["found"] == folder, "not where the area is on the disk"
    old = f"Move the file, and its signature: to {ADT}/Archive if it was replaced, to {ADT}/Live if"
    assert findings[-1]["hint"].startswith(old) == ("/Live/" in folder)
    register = area.parent / "register.csv"
    fixed = ["--profile", str(FIXTURES / "profile.toml")]
    assert main(["area", "register", str(area), "-o", str(register), *fixed]) == 0
    assert f"{name}," in register.read_text("utf-8-sig")
    capsys.readouterr()
    assert check(area, capsys, "--register", str(register))[0] == 1


def test_a_folder_in_an_archive_is_the_archive(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (area / ADT / "Archive" / "2024").mkdir()
    before = [s["source"] for s in check(area, capsys)[1]["submissions"]]
    put(area, f"{ADT}/Archive/2024", NAME.replace("0001-", "0003-"))
    put(area, f"{ADT}/Archive/2024", QCAF_NAME, "conforming/qcaf-user-set")
    code, report = check(area, capsys)
    assert {s["source"] for s in report["submissions"]} - {*before} == {
        str(area / ADT / "Archive" / "2024" / QCAF_NAME)
    }
    assert (roots(report), code) == ({QCAF_NAME: ["UG1.5-2"]}, 1)


def test_an_archived_file_of_its_kind_and_files_that_are_not_submissions_are_passed_over(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = [s["source"] for s in check(area, capsys)[1]["submissions"]]
    put(area, f"{ADT}/Archive", NAME.replace("0001-", "0003-"))
    put(area, f"{ADT}/Archive", f"{USER}-1.csv")
    put(area, ADT, "thresholds-ADT.csv")
    code, report = check(area, capsys)
    assert [s["source"] for s in report["submissions"]] == before
    assert code == 0


def test_a_qcaf_among_adt_files_counts_for_the_user_id_in_its_records(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Under the same request as a file in its own folder, and without a User ID in its name.
    qcaf = NAME.replace("0001-ADT", "0002-QCAF")
    put(area, f"{ADT}/Submitted", qcaf.removeprefix(f"{USER}\u2013"), "conforming/qcaf-user-set")
    _, report = check(area, capsys)
    (whole,) = [s for s in report["submissions"] if s["kind"] == "area"]
    status = {r["id"]: r["status"] for r in whole["requirements"]}
    assert status["UG1.3-2"] == "passed"


def test_a_qcaf_under_the_name_of_an_adt_file_is_wrong_in_name_and_place_alone(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = QCAF_NAME.replace("QCAF", "ADT")
    put(area, f"{ADT}/Submitted", name, "conforming/qcaf-user-set")
    assert roots(check(area, capsys)[1]) == {name: ["UG1.5-1", "UG1.5-2"]}


def test_the_number_in_a_name_is_that_of_the_request(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, report = check(area, capsys)
    found = {Path(s["source"]).parent.name: s for s in report["submissions"]}["Submitted"]
    status = {r["id"]: r["status"] for r in found["requirements"]}
    assert (status["3.1-3"], status["3.4(a)-1"]) == ("passed", "passed")
    evidence = {e for r in found["requirements"] for e in r.get("evidence", ())}
    assert "references.smsr.number" not in evidence


def test_the_submissions_of_an_area_are_counted_apart_from_it(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", str(area), "--quiet", "--at", "2025-06-02T10:00:00Z"])
    assert (
        capsys.readouterr().out.splitlines()[4] == "3 submissions: 3 not shown; 1 area: 1 not shown"
    )


def test_a_signature_beside_the_archive_of_its_file_is_not_a_submission(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = area / ADT / "Submitted" / NAME
    with zipfile.ZipFile(file.with_suffix(".zip"), "w") as archive:
        archive.write(file, NAME)
    file.unlink()
    _, report = check(area, capsys)
    assert roots(report) == {file.with_suffix(".zip").name: ["6.1-1"]}
    (packed,) = [s for s in report["submissions"] if s["source"].endswith(".zip")]
    (failed,) = [r for r in packed["requirements"] if r["count"]]
    assert len(failed["findings"]) == 1


def test_a_signature_that_was_left_in_another_folder_is_found_at_its_file(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = NAME.replace("0001-", "0005-")
    mark = area / ADT / "Submitted" / "June" / f"{new}.p7s"
    mark.parent.mkdir()
    put(area, f"{ADT}/Submitted", new).with_name(mark.name).rename(mark)
    # The same file elsewhere has a signature that belongs there.
    put(area, f"{ADT}/Archive", new)
    _, report = check(area, capsys)
    found = {name: ids for name, ids in roots(report).items() if name != OUTSIDE}
    assert found == {new: ["6.1-1"]}
    (one,) = [s for s in report["submissions"] if s["source"].endswith(f"Submitted/{new}")]
    (finding,) = [f for r in one["requirements"] for f in r["findings"]]
    assert finding["found"].endswith(f"June/{mark.name}")
    # One over another file is a submission whose file is missing.
    (area / ADT / "Submitted" / new).write_text("other\n")
    _, report = check(area, capsys)
    assert mark.name in roots(report)


def test_the_file_that_a_signature_is_over_is_named_by_its_place(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def finding(name: str, folder: str) -> tuple[str, str]:
        _, report = check(area, capsys)
        (one,) = [s for s in report["submissions"] if s["source"].endswith(f"{folder}/{name}")]
        (found,) = [f for r in one["requirements"] for f in r["findings"]]
        return found["message"], found["hint"]

    adt = area / ADT / "Submitted" / f"{NAME}.p7s"
    name = NAME.replace("0001-ADT", "0002-QCAF")
    qcaf = area / QCAF / "Submitted QCAF" / f"{name}.p7s"
    adt.rename(area / "mark")
    qcaf.rename(adt)
    (area / "mark").rename(qcaf)
    where = f"QCAF Submissions/Submitted QCAF/{name}"
    assert finding(NAME, "Submitted") == (
        f"the signature of this file and that of {where} are in each other's place",
        f"Put each signature beside the file that it is over: this one has that of {where}.",
    )
    assert "in each other's place" in finding(name, "Submitted QCAF")[0]
    qcaf.rename(adt)
    live = area / ADT / "Live" / NAME
    live.write_bytes(live.read_bytes().replace(b",828\n", b",829\n"))
    message, hint = finding(NAME, "Live")
    assert message == f"the file was changed after it was signed: as signed, it is Submitted/{NAME}"
    assert hint.startswith("Ask DCC's Service Centre which of the two is in production")
    # The folder is DCC's, whoever saved the file in it.
    live.write_bytes((area / ADT / "Submitted" / NAME).read_bytes().replace(b"\n", b"\r\n"))
    message, hint = finding(NAME, "Live")
    assert message == "the line ends of the file were changed after it was signed"
    assert hint == "Ask DCC's Service Centre to put the file into this folder as it was submitted."


@pytest.mark.parametrize("change", [(b",828\n", b",829\n"), (b"\n", b"\r\n")])
def test_a_changed_copy_is_not_another_file_of_its_request(
    area: Path, capsys: pytest.CaptureFixture[str], change: tuple[bytes, bytes]
) -> None:
    put(area, f"{ADT}/Archive", NAME)
    file, old = area / ADT / "Submitted" / NAME, area / ADT / "Archive" / NAME
    intact = file.read_bytes()
    file.write_bytes(intact.replace(*change))
    _, report = check(area, capsys)
    assert [*roots(report)] == [NAME]
    assert outcomes(whole(report))["UG1.3-2"] == "passed"
    # Nothing else is found of an old one, nor shown of one without a signature.
    for one, other in ((old, file), (file, old)):
        one.write_bytes(intact.replace(*change))
        other.write_bytes(intact)
        assert outcomes(whole(check(area, capsys)[1]))["UG1.3-2"] == (
            "failed" if one is old else "passed"
        )
    file.with_name(f"{NAME}.p7s").unlink()
    assert outcomes(whole(check(area, capsys)[1]))["UG1.3-2"] == "failed"


@pytest.mark.parametrize(
    ("to", "hint"),
    [
        (f"{QCAF}/Submitted QCAF/{NAME}", f"Move the file to {ADT}/Submitted, to its signature."),
        (f"{ADT}/Submitted/Thresholds final.csv", f"rename the file to {NAME} if that is its"),
    ],
)
def test_a_file_that_was_moved_or_renamed_without_its_signature_is_one_finding(
    area: Path, capsys: pytest.CaptureFixture[str], to: str, hint: str
) -> None:
    file = area / ADT / "Submitted" / NAME
    register = area.parent / "register.csv"
    fixed = ["--profile", str(FIXTURES / "profile.toml")]
    assert main(["area", "register", str(area), "-o", str(register), *fixed]) == 0
    for live in (NAME, f"{NAME}.p7s"):
        (area / ADT / "Live" / live).unlink()
    moved = file.rename(area / to)
    capsys.readouterr()
    _, report = check(area, capsys, "--register", str(register))
    found = roots(report)
    assert found[moved.name] == ["6.1-1"]
    (one,) = [s for s in report["submissions"] if s["source"] == str(moved)]
    (finding,) = [f for r in one["requirements"] for f in r["findings"]]
    assert hint in finding["hint"]


def test_a_copy_beside_its_file_is_to_be_taken_away(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = area / ADT / "Submitted" / NAME
    copy = file.with_stem(f"{file.stem} - Copy")
    shutil.copy(file, copy)
    _, report = check(area, capsys)
    assert roots(report) == {copy.name: ["6.1-1"]}
    (one,) = [s for s in report["submissions"] if s["source"] == str(copy)]
    (finding,) = [f for r in one["requirements"] for f in r["findings"]]
    assert finding["hint"] == (
        f"Take this file away: it is a copy of {NAME}, which has the signature."
    )
    # Beside the signature of a file that is not there, or that was changed, it is the file.
    file.write_bytes(b"changed\n")
    _, report = check(area, capsys)
    (one,) = [s for s in report["submissions"] if s["source"] == str(copy)]
    assert "Take this file away" not in str(one)


@pytest.mark.parametrize("beside", ["the old one", "nothing"])
def test_a_new_file_in_live_is_to_be_moved(
    area: Path, capsys: pytest.CaptureFixture[str], beside: str
) -> None:
    new = NAME.replace("0001-", "0004-")
    file = put(area, f"{ADT}/Live", new)
    file.write_bytes(file.read_bytes().replace(b",828\n", b",829\n"))
    if beside == "nothing":
        (area / ADT / "Live" / NAME).unlink()
        (area / ADT / "Live" / f"{NAME}.p7s").unlink()
    (area / "area.json").write_text(
        '{"area": 1, "requests": ['
        '{"number": "REQ000000000001", "completed_at": "2025-06-01T10:00:00Z"},'
        '{"number": "REQ000000000004", "completed_at": null}]}'
    )
    _, report = check(area, capsys)
    failed = {r["id"]: r["findings"] for r in whole(report)["requirements"] if r["count"]}
    (finding,) = failed["UG1.4-3" if beside == "the old one" else "UG1.4-5"]
    assert finding["hint"] == (
        "Move each file whose request is not completed, with its signature, to "
        f"{ADT}/Submitted: {ADT}/Live/{new}."
        if beside == "the old one"
        else f"Move {ADT}/Live/{new}, with its signature, to the folder for new submissions: its "
        f"request is not completed. Have {ADT}/Submitted/{NAME} put into Live."
    )


@pytest.mark.parametrize(("completed", "status"), [("not yet", "not shown"), ("", "passed")])
def test_a_new_file_in_live_does_not_pass_for_what_a_register_says_of_its_folder(
    area: Path, capsys: pytest.CaptureFixture[str], completed: str, status: str
) -> None:
    new = put(area, f"{ADT}/Live", NAME.replace("0001-", "0004-")).name
    register = area.parent / "register.csv"
    register.write_text(
        "File,Kind,Folder,Service Request,Completed at (UK time)\n"
        f"{new},ADT File,{ADT}/Submitted,REQ000000000004,{completed}\n"
    )
    _, report = check(area, capsys, "--register", str(register))
    (one,) = [s for s in report["submissions"] if s["source"].endswith(f"Live/{new}")]
    assert outcomes(one)["UG1.4-2"] == status


@pytest.mark.parametrize("is_there", [True, False])
def test_a_workbook_made_from_the_signed_file_is_to_be_taken_away_or_replaced_by_that(
    area: Path, capsys: pytest.CaptureFixture[str], is_there: bool
) -> None:
    file = area / ADT / "Submitted" / NAME
    book = file.with_suffix(".xlsx")
    book.write_bytes(b"PK\x03\x04....[Content_Types].xml....xl/workbook.xml")
    if not is_there:
        file.unlink()
    _, report = check(area, capsys)
    assert roots(report) == {book.name: ["6.1-1"]}
    (one,) = [s for s in report["submissions"] if s["source"] == str(book)]
    (finding,) = [f for r in one["requirements"] for f in r["findings"]]
    assert finding["hint"].startswith(
        f"Take this file away: {NAME}, which is signed, is beside it."
        if is_there
        else f"Put {NAME}, as it was signed, in the place of this file"
    )


@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_file_saved_by_a_spreadsheet_program_is_to_be_put_back_as_it_was_signed(
    area: Path, capsys: pytest.CaptureFixture[str], elsewhere: bool
) -> None:
    file = area / ADT / "Submitted" / NAME
    file.write_bytes(re.sub(rb"([^,\n]+)", rb'"\1"', file.read_bytes()))
    if not elsewhere:
        for name in (NAME, f"{NAME}.p7s"):
            (area / ADT / "Live" / name).unlink()
    _, report = check(area, capsys)
    (one,) = [s for s in report["submissions"] if s["source"] == str(file)]
    (finding,) = [f for r in one["requirements"] for f in r["findings"]]
    back = f"as Live/{NAME} has it" if elsewhere else "as it was when it was signed"
    assert finding["hint"].startswith(f"Put the file back {back}: its signature is over that.")
    assert ("make it again from the sheet" in finding["hint"]) is not elsewhere


@pytest.mark.parametrize(
    ("place", "completed", "status"),
    [
        ("Live", "null", "not shown"),
        ("Archive", "null", "failed"),
        ("Live", '"2025-06-01T10:00:00Z"', "passed"),
    ],
)
def test_a_file_whose_request_area_json_has_as_open_is_new(
    area: Path, capsys: pytest.CaptureFixture[str], place: str, completed: str, status: str
) -> None:
    new = put(area, f"{ADT}/{place}", NAME.replace("0001-", "0004-")).name
    request = f'{{"number": "REQ000000000004", "completed_at": {completed}}}'
    (area / "area.json").write_text(f'{{"area": 1, "requests": [{request}]}}')
    register = area.parent / "register.csv"
    register.write_text(f"File,Kind,Folder\n{new},ADT File,{ADT}/Submitted\n")
    _, report = check(area, capsys, "--register", str(register))
    (one,) = [s for s in report["submissions"] if s["source"].endswith(f"{place}/{new}")]
    assert outcomes(one)["UG1.4-2"] == status


@pytest.mark.parametrize("mistake", ["gz", "7z", "xlsx", "zip of the signature", "(1)"])
def test_a_file_of_a_pair_that_was_packed_converted_or_renamed_gives_one_finding(
    area: Path, capsys: pytest.CaptureFixture[str], mistake: str
) -> None:
    file = area / ADT / "Submitted" / NAME
    mark = file.with_name(f"{NAME}.p7s")
    wrong = file.with_name(f"{NAME}.{mistake}")
    if mistake in ("gz", "7z"):
        wrong.write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()
    elif mistake == "xlsx":
        wrong = file.with_suffix(".xlsx")
        wrong.write_bytes(b"PK\x03\x04....[Content_Types].xml....xl/workbook.xml")
        file.unlink()
    elif mistake == "(1)":
        wrong = file.rename(file.with_stem(f"{file.stem} (1)"))
    else:
        with zipfile.ZipFile(file.with_name("Signature.zip"), "w") as archive:
            archive.write(mark, mark.name)
        mark.unlink()
        wrong = file
    _, report = check(area, capsys)
    assert roots(report) == {wrong.name: ["6.1-1"]}
    (one,) = [s for s in report["submissions"] if s["source"] == str(wrong)]
    (finding,) = [f for r in one["requirements"] for f in r["findings"]]
    if wrong == file:
        assert finding["found"].endswith(f"Submitted/Signature.zip/{mark.name}")
        assert finding["hint"].startswith(
            "Unpack Signature.zip, and put the signature that is in it"
        )
