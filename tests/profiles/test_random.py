"""Whole profiles made up at random: what can be checked can be made, broken, filled in and signed.

``tox -e profiles`` tries many, and the tests marked as long; the others are a handful, always the
same ones. A test is named after the number of its profile: with TADP_PROFILES_SEED=7 the first is
profile 7.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace
from openpyxl import load_workbook

from conformance.model.column import Role
from conformance.model.requirement import Kind, SetBy
from conformance.profiles.document import document_of
from conformance.profiles.examined import sample_lines
from conformance.profiles.guessing.draft import Source, draft_of
from conformance.records.composing import RoleValue
from conformance.signature.containers import signing_containers
from conformance.signature.containers.base import Placement
from generators.conforming import conforming
from generators.draft import Draft, Ground
from generators.faults import Fault, faults_of
from generators.faults.rows import rows
from generators.offer import usual_hours
from generators.profiles import loaded, text_of
from generators.scenario import Scenario
from generators.strategies import ground
from generators.teller import REPORT, Teller
from tests.generators.test_under_profiles import roots
from tests.profiles.made_up import made_up
from tests.profiles.stated import leaves
from tests.profiles.test_show import is_shown
from tests.running import Ran, run

#: Profiles that are tried, and the number of the first.
COUNT, SEED = (int(os.environ.get(f"TADP_PROFILES_{one}", "2")) for one in ("COUNT", "SEED"))
KINDS = ((Kind.ADT, SetBy.USER), (Kind.REPORT, SetBy.USER), *((Kind.QCAF, who) for who in SetBy))
EVERY = pytest.mark.parametrize("number", range(SEED, SEED + COUNT))
#: When sheets are filled in: before any quarantine that is made up is over.
AT = "2025-06-03T10:00:00Z"


@cache
def ground_of(number: int) -> Ground:
    return loaded(made_up(number))


@cache
def draft(number: int, kind: Kind, who: SetBy = SetBy.USER) -> Draft:
    """A conforming draft under the profile of that number."""
    place = ground_of(number)
    hours = usual_hours(place.profile)
    scenario = Scenario(kind=kind, set_by=who, quarantined_hours=hours)
    count = Teller(scenario, place).usual_count()
    return conforming(replace(scenario, records=max(1, count)), place)


@pytest.fixture
def profile(number: int, tmp_path: Path) -> str:
    """The path of the profile of that number."""
    path = tmp_path / "profile.toml"
    path.write_text(text_of(made_up(number)), "utf-8")
    return str(path)


def ran(*words: str | Path, codes: Sequence[int] = (0,)) -> Ran:
    found = run(*map(str, words))
    assert found.code in codes, (words, found.out, found.err)
    return found


@EVERY
def test_a_generated_submission_conforms_and_a_fault_of_each_kind_breaks_its_requirement(
    number: int,
) -> None:
    for kind, who in KINDS:
        made = draft(number, kind, who)
        assert roots(made) == [], kind
        faults = list(faults_of(made))
        Random(number).shuffle(faults)  # noqa: S311 - reproducible, not secret
        kinds: dict[str, Fault] = {fault.name.split("/")[0]: fault for fault in faults}
        wrong = {
            fault.name: found
            for fault in kinds.values()
            if (found := roots(fault.apply(made).draft)) != [fault.requirement]
        }
        assert wrong == {}, kind


@EVERY
def test_a_file_conforms_under_the_profile_that_is_guessed_from_it(
    number: int, tmp_path: Path
) -> None:
    tables = {Kind(kind): table for kind, table in made_up(number)["files"].items()}
    sources = []
    # Groups that repeat cannot be recognised.
    for kind in (kind for kind, table in tables.items() if "columns" in table):
        sample = tmp_path / f"{kind.value}.csv"
        sample.write_bytes(draft(number, kind).csv or b"")
        sources.append(Source({}, [(kind, sample)]))
    if len(sources) == len(tables):
        # Which columns the report and the QCAF share, their names say.
        names = {
            kind: (tuple(column["name"] for column in tables[kind]["columns"]),)
            for kind in (Kind.REPORT, Kind.QCAF)
        }
        sources.append(Source(names, [one for source in sources for one in source.samples]))
    for source in sources:
        guess = draft_of(source, "guess", ground().profile, ground().catalogue)
        assert [[*sample_lines(r)] for r in guess.results if r.found != "conforms"] == []


# --- Sheets ---------------------------------------------------------------------------------------


def records_of(draft: Draft) -> list[list[str]]:
    """Return the records of a file as a person types them into a sheet."""
    kinds = [column.type for column in draft.format.columns]
    found = ([value.decode() for value in row.fields] for row in rows(draft))
    return [
        [kind.in_sheet(text) if text else "" for kind, text in zip(kinds, texts, strict=True)]
        for texts in found
    ]


def filled_in(template: Path, rows: Sequence[Sequence[str]]) -> None:
    """Put ``rows`` below the headings of a template, in place of what is there."""
    if template.suffix == ".csv":
        heading = template.read_bytes().split(b"\n")[0].rstrip(b"\r")
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        template.write_bytes(heading + b"\n" + text.getvalue().encode())
        return
    book = load_workbook(template)
    sheet = book.worksheets[0]
    for index, row in enumerate(rows, 2):
        for place, value in enumerate(row, 1):
            sheet.cell(index, place).value = value or None
    book.save(template)


def headings(template: Path) -> list[str]:
    if template.suffix == ".csv":
        return next(csv.reader(io.StringIO(template.read_text("utf-8-sig"))))
    return [str(cell.value) for cell in load_workbook(template).worksheets[0][1]]


@EVERY
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_template_filled_in_makes_the_adt_file_again(
    number: int, suffix: str, profile: str, tmp_path: Path
) -> None:
    whole = draft(number, Kind.ADT)
    template, made = tmp_path / f"template{suffix}", tmp_path / "adt.csv"
    ran("template", "adt", "-o", template, "--profile", profile)
    filled_in(template, records_of(whole))
    ran("make", "adt", template, "-o", made, "--profile", profile)
    assert made.read_bytes() == whole.csv


@EVERY
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_template_filled_in_makes_the_qcaf_again(
    number: int, suffix: str, profile: str, tmp_path: Path
) -> None:
    whole = draft(number, Kind.QCAF)
    form = whole.format
    report, template, made = (tmp_path / one for one in (REPORT, f"actions{suffix}", "qcaf.csv"))
    report.write_bytes(whole.files[REPORT])
    words = ("--profile", profile)
    ran("template", "qcaf", "--report", report, "-o", template, *words)
    records = records_of(whole)
    by_name = [form.index(name) for name in headings(template)]
    filled_in(template, [[row[place] for place in by_name] for row in records])
    ran("make", "qcaf", report, "--actions", template, "-o", made, "--at", AT, *words)
    assert made.read_bytes() == whole.csv


# --- Other tools ----------------------------------------------------------------------------------


@EVERY
def test_a_file_is_signed_and_its_signature_verifies(
    number: int, profile: str, tmp_path: Path
) -> None:
    out, file = tmp_path / "out", tmp_path / "adt.csv"
    file.write_bytes(draft(number, Kind.ADT).csv or b"")
    ran("generate", "adt", "-o", out, "--profile", profile)
    trust = tmp_path / "out-trust"
    words = ("--key", trust / "aro.key", "--certificate", trust / "aro.pem")
    own = ("--profile", trust / "profile.toml", "--kind", "adt")
    said = ran("sign", file, *words, *own).out
    asked = ("--format", "json")
    assert ran("check", out, *own[:2], *asked, codes=(0, 1)).roots == set()
    written = Path(said.split(": ")[0])
    if "1 of 2 signatures" in said:
        other = ("--key", trust / "aro-2.key", "--certificate", trust / "aro-2.pem")
        both = tmp_path / "both"
        ran("sign", file, *other, *own, "--signature", written, "-o", both)
        both.replace(written)
    # Of a signature beside the file, it is the file that is checked.
    kinds = signing_containers().values()
    beside = {one.suffix for one in kinds if one.placement is Placement.BESIDE}
    written = file if written.suffix in beside else written
    assert ran("check", written, *own, *asked, codes=(0, 1)).roots == set()


@EVERY
def test_equal_files_have_no_differences_and_others_have(
    number: int, profile: str, tmp_path: Path
) -> None:
    whole = draft(number, Kind.ADT)
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_bytes(whole.csv or b"")
    new.write_bytes(b"".join((whole.csv or b"").splitlines(keepends=True)[1:]))
    words = ("--profile", profile, "--format", "json")
    if not whole.format.key:
        assert "has no key" in ran("diff", old, new, *words, codes=(2,)).err
        return
    same = ran("diff", old, old, *words, codes=(0, 1)).report
    count = len(records_of(whole))
    assert same["summary"] == {"removed": 0, "changed": 0, "added": 0, "unchanged": count}
    other = ran("diff", old, new, *words, codes=(0, 1)).report
    assert other["summary"] == {"removed": 1, "changed": 0, "added": 0, "unchanged": count - 1}


@EVERY
def test_a_deadline_is_known_where_the_report_has_the_time_of_quarantine(
    number: int, profile: str, tmp_path: Path
) -> None:
    whole = draft(number, Kind.REPORT)
    report, place = tmp_path / "report.csv", RoleValue.of(whole.layout, Role.QUARANTINED_AT)
    report.write_bytes(whole.csv or b"")
    values = (list(map(str.encode, row)) for row in records_of(whole))
    known = place is not None and all(map(place.take, values))
    words = ("--profile", profile, "--at", AT)
    # That something has expired counts for more than that something is not known.
    ran("deadline", report, *words, codes=(0, 1) if known else (1, 2))


# --- The profile itself ---------------------------------------------------------------------------


@EVERY
def test_the_profile_is_taken_and_shown_with_each_of_its_entries(number: int, profile: str) -> None:
    ran("profile", "check", profile, "--quick")
    ran("profile", "show", profile)
    shown = document_of(ground_of(number).profile, ground().catalogue)
    hidden = [path for path, value in leaves(made_up(number)) if not is_shown(path, value, shown)]
    assert hidden == []


@EVERY
def test_a_profile_differs_from_a_changed_one_in_what_was_changed(
    number: int, profile: str, tmp_path: Path
) -> None:
    table = made_up(number)
    hours = table["delivery"]["hours"] + 1
    other = tmp_path / "other.toml"
    other.write_text(text_of(table | {"delivery": table["delivery"] | {"hours": hours}}), "utf-8")
    words = ("--format", "json")
    assert ran("profile", "diff", profile, profile, *words).report["changes"] == []
    (change,) = ran("profile", "diff", profile, other, *words).report["changes"]
    assert change == {"entry": "delivery.hours", "old": hours - 1, "new": hours}


@pytest.mark.long
@EVERY
def test_the_self_test_takes_the_profile(number: int, profile: str) -> None:
    out = ran("profile", "check", profile).out
    assert "faults tried" in out
    assert "cannot break" not in out


def assessed(receiver: str, profile: str, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the cases that a receiver of that name is given."""
    report = folder / "report.json"
    command = f"python:tests.assessment.implementations.unseeing:{receiver}"
    words = ("--profile", profile, "--cache", folder, "--only", "6.1", "--format", "json")
    ran("assess", "receiver", command, *words, "--output", report, codes=(1,))
    yield from json.loads(report.read_text("utf-8"))["cases"]


@pytest.mark.long
@EVERY
def test_receivers_that_accept_or_reject_everything_are_found_out(
    number: int, profile: str, tmp_path: Path
) -> None:
    cases = assessed("accepts_everything", profile, tmp_path)
    found = {(one["expected"], one["status"]) for one in cases}
    assert found == {("accepted", "passed"), ("rejected", "failed")}
    cases = assessed("rejects_everything", profile, tmp_path)
    found = {(one["expected"], one["status"]) for one in cases}
    assert ("accepted", "failed") in found
    assert ("rejected", "passed") not in found
