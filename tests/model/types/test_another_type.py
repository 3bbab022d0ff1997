"""A type that is registered can be used in every tool: it is one module and its registration."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from conformance.model.schema import schema_of, validator
from conformance.model.types.registry import TYPES
from tests.model.profiles import extending
from tests.model.types.colour import Colour
from tests.running import Ran, check, run

PROFILE = """
[files.adt]
key = ["Sender", "Paint"]
columns = [
  { name = "Sender", type = "eui64", role = "user-id" },
  { name = "Paint", type = "colour", least_red = 8 },
  { name = "Shade", type = "colour", nullable = true },
  { name = "Limit", type = "integer", maximum = 99 },
]
rules = [{ id = "own", rule = "one-sender", columns = ["Sender"] }]
"""
UNSIGNED = {"6.1-1"}


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(TYPES, "colour", Colour())
    validator.cache_clear()
    schema_of.cache_clear()
    yield
    validator.cache_clear()
    schema_of.cache_clear()


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return extending(tmp_path, PROFILE)


def generated(profile: Path, *words: object) -> tuple[Path, Path]:
    """Generate an ADT submission: the folder, and a profile that trusts its certificate."""
    folder = profile.with_name("submission")
    ran = run("generate", "adt", "-o", folder, "--profile", profile, *words)
    assert ran.code == 0, ran.err
    return folder, profile.with_name("submission-trust")


def checked(folder: Path, trust: Path) -> Ran:
    return check(folder, "--profile", trust / "profile.toml")


def test_a_profile_may_have_the_type_and_its_entries(profile: Path) -> None:
    assert run("profile", "check", profile, "--quick").code == 0
    shown = run("profile", "show", profile).out
    assert re.search(r"Paint +colour .*least_red 8\b", shown)
    for entry, said in {
        "least_red = 16": "least_red: 16 is too large\n    at most 15",
        "least_read = 8": "least_read: there is no such entry",
        "minimum = 8": "only an integer or a decimal or a period has limits",
        "pattern = 'x'": "only a text has the entry pattern",
    }.items():
        extending(profile.parent, PROFILE.replace("least_red = 8", entry))
        assert said in run("profile", "check", profile).out
    extending(profile.parent, PROFILE.replace("maximum = 99", "least_red = 3"))
    assert "only a colour has the entry least_red" in run("profile", "check", profile).out


def test_generated_submissions_conform(profile: Path) -> None:
    folder, trust = generated(profile, "--records", 40)
    shades = [line.split(",")[2] for line in (folder / "adt.csv").read_text().splitlines()]
    assert "" in shades
    assert any(shade.startswith("#") for shade in shades)
    ran = checked(folder, trust)
    assert (ran.verdict, ran.roots) == ("conforms", set())


@pytest.mark.parametrize(
    ("fault", "requirement", "message", "expected"),
    [
        ("field-form/Paint/short", "6.3-8", "Paint: not a colour", "a colour, such as #C0FFEE"),
        ("field-form/Shade/word", "6.3-8", "Shade: not a colour", "a colour, such as #C0FFEE"),
        ("field-form/Paint/leading-space", "6.3-8", "Paint: spaces beside the value",
         "a colour, such as #C0FFEE"),
        ("range/Paint/red", "6.3-10", "Paint: too little red", "red of at least 80"),
        ("null-allowed/Paint", "6.3-9", "Paint: the field is null", "a value"),
        ("null-form/Shade/null-in-capitals", "6.1-4", "Shade: a word in place of a null",
         "nothing at all between the separators"),
    ],
)  # fmt: skip
def test_a_fault_is_found_where_it_is(
    profile: Path, fault: str, requirement: str, message: str, expected: str
) -> None:
    folder, trust = generated(profile, "--fault", fault)
    ran = checked(folder, trust)
    assert ran.roots == {requirement}
    finding = ran.finding(requirement)
    assert (finding["message"], finding["expected"]) == (message, expected)


def test_each_fault_that_is_listed_breaks_one_requirement(profile: Path, tmp_path: Path) -> None:
    listed = run("generate", "adt", "--list-faults", "--profile", profile).out.splitlines()
    mine = [line.split()[:2] for line in listed if "/Paint" in line or "/Shade" in line]
    assert {"field-form/Shade/short", "range/Shade/red", "null-form/Shade/null-in-capitals"} <= {
        fault for _, fault in mine
    }
    for number, (requirement, fault) in enumerate(mine):
        place = tmp_path / str(number)
        place.mkdir()
        ran = checked(*generated(extending(place, PROFILE), "--fault", fault))
        assert ran.roots == {requirement}, fault


def test_a_sheet_is_made_into_a_file_that_is_signed(profile: Path) -> None:
    folder, trust = generated(profile)
    records = (folder / "adt.csv").read_bytes()
    table, book = profile.with_name("sheet.csv"), profile.with_name("sheet.xlsx")
    for sheet in (table, book):
        assert run("template", "adt", "-o", sheet, "--profile", profile).code == 0
    rows = list(csv.reader(io.StringIO(records.decode())))
    table.write_text(table.read_text() + records.decode())
    _fill(book, rows)
    for sheet in (table, book):
        made = sheet.with_name(f"{sheet.suffix[1:]}.made")
        ran = run("make", "adt", sheet, "-o", made, "--profile", profile)
        assert ran.code == 0, ran.err
        assert made.read_bytes() == records
        assert check(made, "--kind", "adt", "--profile", profile).roots == UNSIGNED
        key, certificate = trust / "aro.key", trust / "aro.pem"
        mine = trust / "profile.toml"
        ran = run("sign", made, "--kind", "adt", "--key", key, "--certificate", certificate,
                  "--profile", mine)  # fmt: skip
        assert ran.code == 0, ran.err
        signature = made.with_name(f"{made.name}.p7s")
        ran = check(made, "--signature", signature, "--kind", "adt", "--profile", mine)
        assert ran.roots == set()
        assert ran.status("3.4(b)-2") == "passed"


def _fill(path: Path, rows: list[list[str]]) -> None:
    """Fill in the first sheet of a workbook, whose colours are checked as they are entered."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    colours = [v for v in sheet.data_validations.dataValidation if v.type == "textLength"]
    assert [(v.formula1, v.formula2) for v in colours[1:]] == [("7", "7")] * 2
    for row in rows:
        sheet.append([int(cell) if cell.isdecimal() else cell for cell in row])
    book.save(path)


def test_a_sheet_with_what_is_not_a_colour_is_refused(profile: Path) -> None:
    sheet = profile.with_name("sheet.csv")
    sheet.write_text("Sender,Paint,Shade,Limit\n70-00-00-00-00-00-00-01,red,,1\n")
    ran = run("make", "adt", sheet, "-o", profile.with_name("x"), "--profile", profile)
    assert ran.code == 1
    assert "Paint: not a colour" in ran.out
