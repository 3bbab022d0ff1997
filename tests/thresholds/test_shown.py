"""Reports on pairs of ADT Files are as they were recorded, in each form."""

from __future__ import annotations

import json
import re

import pytest
from msgspec.structs import replace

from conformance.checks.context import Context
from conformance.content import Content
from conformance.model.requirement import Kind as FileKind
from conformance.model.schema import validator
from conformance.model.verification import Assumption
from conformance.records.adt_change import compare
from conformance.records.adt_rules import read_rules
from conformance.report.style import Style
from conformance.thresholds.document import Comparison, document_of
from conformance.thresholds.page import page_of
from conformance.thresholds.text import text_of
from tests.checks.situation import USER_ID, adt, profile, setting
from tests.snapshots.texts import assert_no_others, assert_same_texts
from tests.thresholds.compared import (
    COMMAND,
    PAIRS,
    SHOWN,
    comparison,
    files,
    read,
    rules,
    shown,
)


@pytest.mark.parametrize("name", PAIRS)
def test_a_reader_sees_what_was_reported(name: str) -> None:
    assert_same_texts(SHOWN, shown(name), COMMAND)


@pytest.mark.parametrize("name", PAIRS)
def test_each_document_is_as_its_schema_says(name: str) -> None:
    document = json.loads("".join(document_of(comparison(name))))
    assert list(validator("diff").iter_errors(document)) == []


@pytest.mark.parametrize("name", PAIRS)
def test_a_text_without_colours_is_the_same(name: str) -> None:
    found = comparison(name)
    coloured = "".join(text_of(found, Style(colour=True)))
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == "".join(text_of(found, Style(colour=False)))


@pytest.mark.parametrize(
    ("verified", "unverified", "reported"),
    [
        ([], [], "files.adt"),
        (["files.report", "trust"], [], "files.adt"),
        (["files"], [], None),
        (["files.adt"], ["files.report"], None),
        (["files"], ["files.adt.key", "files.qcaf"], "files.adt.key"),
    ],
)
def test_an_assumption_that_the_form_rests_on_is_named(
    verified: list[str], unverified: list[str], reported: str | None
) -> None:
    said = [Assumption(entry, "Seen.", verified=True) for entry in verified]
    said += [Assumption(entry, "A guess.") for entry in unverified]
    assumed = replace(profile(), assumptions=tuple(said))
    file = read("x", rules("GS,,24,,1"))
    found = Comparison(file, file, compare(file.table, file.table), assumed)
    assert found.assumption == reported


def test_identifiers_are_shown_in_upper_case_where_either_will_do() -> None:
    context = Context(adt(), setting())
    layout = context.layout(context.profile.files[FileKind.ADT])
    upper = replace(layout, readings={**layout.readings, "eui64-case": "upper"})
    data = Content.of_bytes("adt.csv", rules("IS,1.1.1,24,80,100").lower())
    for wanted, form in ((USER_ID, layout), (USER_ID.lower(), upper)):
        table = read_rules(data, form)
        (key,) = table.rows
        assert table.rule(key).key == (wanted.encode(), b"is", b"1.1.1", b"24")


@pytest.mark.parametrize(
    ("count", "beyond"),
    [pytest.param(5000, "", marks=pytest.mark.whole), (5001, "and 1 more, which are in ")],
)
def test_a_page_has_five_thousand_rules_of_each_kind(count: int, beyond: str) -> None:
    many = [f"IS,1.1.{number},24,,9" for number in range(count)]
    other = [record.replace(",9", ",8") for record in many]
    pairs = {
        "removed": (rules(*many), rules("GS,,1,,1")),
        "changed": (rules(*many), rules(*other)),
        "added": (rules("GS,,1,,1"), rules(*many)),
    }
    for name, pair in pairs.items():
        old, new = (read("x", data) for data in pair)
        page = page_of(Comparison(old, new, compare(old.table, new.table), profile()))
        section = page.partition(f'<section id="{name}">')[2].partition("</section>")[0]
        assert section.count("<tr><td ") == 5000
        assert section.count("more, which are in ") == bool(beyond)
        assert beyond in section


def test_nothing_else_is_kept() -> None:
    assert_no_others(SHOWN, files())
