"""``tadp profile check --good --bad``: files that a profile is tried on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.checks.situation import ADT
from tests.corpus import FIXTURES
from tests.running import Ran, run

#: The last field of the last record is not a number.
WRONG = ADT.rpartition(b",")[0] + b",many\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in (("fine.dat", ADT), ("wrong.dat", WRONG)):
        (tmp_path / name).write_bytes(data)
    return tmp_path


def tried(*words: object) -> Ran:
    return run("profile", "check", "reference", "--quick", *words)


def test_a_good_file_conforms_and_a_bad_one_fails_where_it_is_said(folder: Path) -> None:
    ran = tried("--good", f"adt:{folder}/fine.dat", "--bad", folder / "wrong.dat")
    assert ran.code == 0
    _, good, bad, *findings = ran.out.splitlines()
    assert good == f"  good {folder}/fine.dat (ADT File; no signature): conforms"
    assert (
        bad
        == f"  bad {folder}/wrong.dat (ADT File, as recognised; no signature): fails, as it should"
    )
    records = ADT.count(b"\n")
    assert findings[0].startswith(f"    6.3-8 record {records}, field 6, byte ")
    assert findings[1].startswith("      found 'many'; expected an integer")


@pytest.mark.parametrize(
    ("option", "name", "says"),
    [
        ("--good", "wrong", "should conform, and fails"),
        ("--bad", "fine", "should fail, and conforms"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_makes_the_exit_code_1(
    folder: Path, option: str, name: str, says: str
) -> None:
    ran = tried(option, f"adt:{folder}/{name}.dat")
    assert ran.code == 1
    assert says in ran.out


def test_each_file_is_in_the_json_with_its_findings(folder: Path) -> None:
    good, bad = f"{folder}/fine.dat", f"adt:{folder}/wrong.dat"
    report = tried("--bad", bad, "--good", good, good, "--format", "json").report
    (profile,) = report["profiles"]
    assert (profile["usable"], profile["faults_tried"]) == (True, None)
    assert [(one["given_as"], one["recognised"], one["found"]) for one in profile["samples"]] == [
        ("good", True, "conforms"), ("good", True, "conforms"), ("bad", False, "fails")
    ]  # fmt: skip
    (failed,) = profile["samples"][-1]["failed"]
    assert failed["id"] == "6.3-8"
    assert failed["findings"][0]["record"] == ADT.count(b"\n")


def test_a_signature_is_looked_at_where_there_is_one_and_certificates_are_not(
    tmp_path: Path,
) -> None:
    case = FIXTURES / "cases" / "conforming" / "adt-sharepoint" / "submission"
    file = tmp_path / "adt.csv"
    for name in ("adt.csv", "adt.csv.p7s"):
        shutil.copy(case / name, tmp_path)
    signed = tried("--good", file)
    assert (signed.code, signed.out.splitlines()[1].partition("(")[2]) == (
        0, "ADT File, as recognised; signed): conforms"
    )  # fmt: skip
    (tmp_path / "adt.csv.p7s").unlink()
    assert "no signature): conforms" in tried("--good", file).out
    shutil.copy(case / "adt.csv.p7s", tmp_path)
    file.write_bytes(b"\n".join(file.read_bytes().splitlines()[:-1]) + b"\n")
    changed = json.loads(tried("--good", file, "--format", "json").out)
    assert [r["id"] for r in changed["profiles"][0]["samples"][0]["failed"]] == ["3.4(b)-2"]


def test_a_sample_that_cannot_be_recognised_or_read_is_reported_in_one_line(folder: Path) -> None:
    file = folder / "what"
    file.write_bytes(b"x,y\n")
    assert tried("--good", file).trouble == (
        f"{file}: neither its name nor its content shows what it is (say what it is, such as "
        f"adt:{file})"
    )
    assert tried("--bad", f"report:{folder}/none").trouble == f"{folder}/none: no such file"
    incident = FIXTURES / "cases" / "conforming" / "incident" / "submission"
    archive = shutil.make_archive(str(folder / "incident"), "zip", incident)
    assert tried("--good", archive).trouble == f"{archive}: is an Incident"
    # A prefix that is not a kind is a part of the name.
    assert tried("--bad", "publication:x").trouble == "publication:x: no such file"


def test_no_file_is_looked_at_under_a_profile_that_cannot_be_used(folder: Path) -> None:
    profile = folder / "mine.toml"
    profile.write_text("profile = 'mine'\n")
    ran = run("profile", "check", profile, "--quick", "--good", f"adt:{folder}/wrong.dat")
    assert ran.code == 2
    assert "wrong.dat" not in ran.out
