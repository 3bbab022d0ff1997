"""Each entry of a file as a whole goes through every tool."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.cli import main as tadp
from conformance.commands.common import catalogue
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind
from conformance.profiles.checking import examine
from generators.conforming import conforming, fitted
from generators.draft import Draft, Ground
from generators.faults import faults_of
from generators.scenario import Scenario
from tests.generators.test_under_profiles import roots

HEAD = """
profile = "ours"
title = "Entries of files"
version = "1"
extends = "reference"
"""
#: What is stated, and the checks whose faults it makes a difference to.
STATED = {
    "few records": (
        """
        [files.adt]
        maximum_records = 4
        [files.report]
        maximum_records = 3
        [files.qcaf]
        maximum_records = 3
        """,
        ("maximum-records", "minimum-records"),
    ),
}


def profile_of(text: str, folder: Path) -> Path:
    path = folder / "ours.toml"
    path.write_text(HEAD + text, "utf-8")
    return path


def made(profile: Path, kind: Kind) -> Draft:
    ground = Ground(catalogue(), load_profile(str(profile), catalogue()))
    return conforming(fitted(Scenario(kind=kind), ground), ground)


@pytest.mark.parametrize("kind", [Kind.ADT, Kind.REPORT, Kind.QCAF])
@pytest.mark.parametrize("stated", STATED)
def test_what_is_made_conforms_and_each_fault_breaks_its_requirement(
    tmp_path: Path, stated: str, kind: Kind
) -> None:
    text, checks = STATED[stated]
    draft = made(profile_of(text, tmp_path), kind)
    assert roots(draft) == []
    faults = [one for one in faults_of(draft) if one.name.split("/")[0] in checks]
    assert {one.name.split("/")[0] for one in faults} == {*checks}
    for fault in faults:
        assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name


@pytest.mark.parametrize("stated", STATED)
def test_a_sheet_is_made_into_the_file(tmp_path: Path, stated: str) -> None:
    profile = profile_of(STATED[stated][0], tmp_path)
    draft, sheet, file = made(profile, Kind.ADT), tmp_path / "sheet.csv", tmp_path / "adt.csv"
    words = ("--profile", str(profile))
    assert list(map(str, examine(str(profile), catalogue()).refused)) == []
    assert tadp(["template", "adt", "-o", str(sheet), *words]) == 0
    sheet.write_bytes(sheet.read_bytes() + (draft.csv or b""))
    assert tadp(["make", "adt", str(sheet), "-o", str(file), *words]) == 0
    assert file.read_bytes() == draft.csv
    assert tadp(["diff", str(file), str(file), *words]) == 0


def test_a_sheet_with_too_many_records_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = made(profile_of("", tmp_path), Kind.ADT)
    profile, sheet = profile_of("[files.adt]\nmaximum_records = 3\n", tmp_path), tmp_path / "a.csv"
    tadp(["template", "adt", "-o", str(sheet), "--profile", str(profile)])
    sheet.write_bytes(sheet.read_bytes() + (draft.csv or b""))
    words = ["make", "adt", str(sheet), "-o", str(tmp_path / "b.csv"), "--profile", str(profile)]
    assert tadp(words) == 1
    assert "too many records" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[files.adt]\nminimum_records = 5\nmaximum_records = 4\n",
            "line 8: files.adt.maximum_records: allows 4 records, where minimum_records asks for 5",
        ),
        (
            "[files.qcaf]\nmaximum_records = 4\n",
            "line 7: files.qcaf.maximum_records: has no room for an action on each communication",
        ),
        (
            "[files.report]\nmaximum_records = 5\n[files.qcaf]\nmaximum_records = 4\n",
            "which may have 5 (at least 5, as files.report has it)",
        ),
    ],
)
def test_what_is_not_obeyed_is_refused(tmp_path: Path, text: str, said: str) -> None:
    found = examine(str(profile_of(text, tmp_path)), catalogue()).refused
    assert said in " ".join(map(str, found))
