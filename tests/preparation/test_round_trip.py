"""Whatever is filled in: what is made passes the checker, and what is refused is the cell."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from conformance.model.column import Role
from conformance.model.requirement import Kind
from conformance.model.types.registry import TYPES
from generators.draft import Draft
from generators.strategies import conforming_submissions, ground
from tests.preparation.sheets import text
from tests.running import Ran, check, run
from tests.sampling import examples

OTHER = str(Path(__file__).parents[1] / "generators" / "other-profile.toml")
PROFILES = ["reference", OTHER]
some = settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))

#: Values that people and programs put into cells, right or wrong.
JUNK = st.sampled_from(
    ["", " ", "0", "-1", "007", "24.0", "1e3", "n/a", "IS", "XX", "7.1", "4.10", "=1+1", "é", "a,b",
     'x"y', "2025-06-01T08:30:00Z", "2025-02-30T08:30:00Z", "70-00-00-00-00-00-00-01",
     "70-00-00-00-00-00-00-0a", "999999999999", "a\nb", "▲", "\x1b[1m", "Release"]
)  # fmt: skip


def rows_of(data: bytes) -> list[list[str]]:
    return [line.split(",") for line in data.decode().splitlines()]


def in_folder(sheet: str, *words: str) -> tuple[Ran, bytes | None, Ran | None]:
    """Make an ADT File of ``sheet``: what was said, the file, and what the checker says of it."""
    with tempfile.TemporaryDirectory() as name:
        path, file = Path(name) / "sheet.csv", Path(name) / "adt.csv"
        path.write_text(sheet, "utf-8", newline="")
        ran = run("make", "adt", path, "-o", file, *words)
        if not file.exists():
            return ran, None, None
        return ran, file.read_bytes(), check(file, "--kind", "adt", *words)


def names(profile: str) -> list[str]:
    return [column.name for column in ground(profile).profile.files[Kind.ADT].columns]


@pytest.mark.parametrize("profile", PROFILES, ids=["reference", "other"])
@some
@given(data=st.data())
def test_a_file_comes_back_from_its_sheet(profile: str, data: st.DataObject) -> None:
    draft: Draft = data.draw(conforming_submissions([Kind.ADT], profile))
    assert draft.csv is not None
    order = data.draw(st.permutations(range(len(names(profile)))))
    separator = data.draw(st.sampled_from([",", ";", "\t"]))
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    table = [names(profile), *rows_of(draft.csv)]
    sheet = text([[row[i] for i in order] for row in table], separator, end)
    ran, made, checked = in_folder(sheet, "--profile", profile)
    assert ran.code == 0, ran.out
    assert made is not None
    assert made.rstrip(b"\n") == draft.csv.rstrip(b"\n")
    assert checked is not None
    assert checked.roots == {"6.1-1"}  # it is not signed


@pytest.mark.parametrize("profile", PROFILES, ids=["reference", "other"])
@some
@given(data=st.data())
def test_a_changed_cell_passes_the_checker_or_is_the_one_refused(
    profile: str, data: st.DataObject
) -> None:
    draft: Draft = data.draw(conforming_submissions([Kind.ADT], profile))
    assert draft.csv is not None
    table = [names(profile), *rows_of(draft.csv)]
    row = data.draw(st.integers(1, len(table) - 1))
    column = data.draw(st.integers(0, len(table[0]) - 1))
    table[row][column] = data.draw(JUNK)
    ran, _, checked = in_folder(text(table), "--profile", profile)
    if ran.code == 0:
        assert checked is not None
        assert checked.roots == {"6.1-1"}
        return
    places = [line for line in ran.out.splitlines() if line.startswith("  line ")]
    assert places
    # A broken rule across fields or rows is reported at the last field, or the last row.
    across = ("is another User ID", "is above", "may not be sent", "the same as in")
    ((place, _, message),) = {tuple(line.partition(": ")) for line in places[:1]}
    assert place == f"  line {row + 1}, column {column + 1}" or any(a in message for a in across)


def values(profile: str) -> st.SearchStrategy[list[list[str]]]:
    width = len(names(profile))
    return st.lists(
        st.lists(JUNK | st.text(max_size=4), min_size=width, max_size=width), max_size=4
    )


@pytest.mark.parametrize("profile", PROFILES, ids=["reference", "other"])
@some
@given(data=st.data())
def test_any_sheet_is_made_into_what_passes_or_refused(profile: str, data: st.DataObject) -> None:
    rows = data.draw(values(profile))
    try:
        sheet = text([names(profile), *rows])
        sheet.encode()
    except UnicodeEncodeError:
        assume(False)
    ran, _, checked = in_folder(sheet, "--profile", profile)
    assert ran.code in (0, 1, 2), ran.err
    if checked is not None:
        assert checked.roots == {"6.1-1"}
    assert all(line.isprintable() for line in (ran.out + ran.err).splitlines())


@some
@given(data=st.data())
def test_a_qcaf_comes_back_from_its_report_and_actions(data: st.DataObject) -> None:
    draft: Draft = data.draw(conforming_submissions([Kind.QCAF]))
    quarantine: Any = draft.manifest["quarantine"]
    assert draft.csv is not None
    form = draft.format
    key, action = form.index(form.key[0]), form.index_of_role(Role.ACTION)
    assert action is not None
    rows = [[row[key], row[action]] for row in rows_of(draft.csv)]
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        report, file, sheet = home / "report.csv", home / "qcaf.csv", home / "actions.csv"
        report.write_bytes(draft.files[quarantine["report"]])
        sheet.write_text(text([[form.key[0], form.columns[action].name], *rows]))
        ran = run("make", "qcaf", report, "--actions", sheet, "-o", file)
        assert ran.code == 0, ran.out
        assert file.read_bytes().rstrip(b"\n") == draft.csv.rstrip(b"\n")
        assert check(file, "--kind", "qcaf").roots == {"6.1-1"}


def test_every_type_of_column_is_tried() -> None:
    tried = {
        column.type.name
        for name in PROFILES
        for column in ground(name).profile.files[Kind.ADT].columns
    }
    left = set(TYPES) - tried
    # These are of the report and the QCAF alone.
    left -= {"request-id", "action", "nothing"}
    # tests/profiles/test_column_types.py makes sheets of these into files.
    assert left == {"constant", "decimal", "period", "date", "time"}
