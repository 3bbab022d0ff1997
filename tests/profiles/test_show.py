"""``tadp profile show``: every entry that a profile states is shown, in every format."""

from __future__ import annotations

import html
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.model.profile_loading import load_profile
from conformance.model.verification import Assumption
from conformance.profiles.document import Document, document_of
from conformance.profiles.markdown import markdown_of
from conformance.profiles.page import page_of
from conformance.profiles.text import text_of
from conformance.report.style import Style
from generators.strategies import ground
from tests.model.profiles import extending
from tests.profiles.apart import APART
from tests.profiles.stated import everything, keys_of_schema, leaves
from tests.running import run

#: Entries of a column that have a cell of their own, below a heading.
HEADED = {"name", "role", "type"}


def document(table: Mapping[str, Any]) -> Document:
    base = ground()
    said = tuple(Assumption(**one) for one in table.get("assumptions", ()))
    profile = replace(base.profile, raw=table, assumptions=said)
    return document_of(profile, base.catalogue)


def rows(shown: Document) -> list[tuple[str, ...]]:
    tables = [table for section in shown.sections for table in section.tables]
    return [*shown.facts, *(row for table in tables for row in table.rows)]


def words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(words, value)) if isinstance(value, list) else str(value)


def is_shown(path: tuple[str | int, ...], value: Any, shown: Document) -> bool:
    """Return True if one row has both the key of an entry and its value."""
    key = str(path[-1])
    if path[0] == "assumptions":
        # "verified" is how the others are put: by whom and when, or not at all.
        return key == "verified" or any(words(value) in " ".join(row) for row in rows(shown))
    if "columns" in path and key == "nullable":
        return any("may be null" in row for row in rows(shown))
    return any(
        words(value) in " ".join(row) and ((key in HEADED and "columns" in path)
                                           or key in " ".join(row))
        for row in rows(shown)
    )  # fmt: skip


def test_the_sample_states_every_entry_of_the_schema() -> None:
    stated = {step for path, _ in leaves(everything()) for step in path}
    assert keys_of_schema() - stated == {"extends"}


def test_every_entry_of_the_schema_that_a_profile_states_is_shown() -> None:
    table = everything()
    shown = document(table)
    hidden = [path for path, value in leaves(table) if not is_shown(path, value, shown)]
    assert hidden == []


@pytest.mark.parametrize("where", [(), ("files", "adt"), ("delivery",), ("certificate",)])
def test_an_entry_that_is_not_in_the_schema_yet_is_shown(where: tuple[str, ...]) -> None:
    table = everything()
    inner: Any = table
    for step in where:
        inner = inner[step]
    inner["surprise"] = "Of tomorrow"
    shown = document(table)
    assert any("surprise" in row[0] and row[1] == "Of tomorrow" for row in rows(shown))


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_every_cell_of_a_document_is_in_every_format(form: str) -> None:
    shown = document(everything())
    if form == "html":
        text = html.unescape(re.sub(r"<[^>]*>", "", page_of(shown, "a profile")))
    elif form == "markdown":
        text = html.unescape(markdown_of(shown))
    else:
        text = "\n".join(text_of(shown, Style(colour=False)))
    cells = {cell for row in rows(shown) for cell in row}
    cells |= {section.record for section in shown.sections}
    cells |= {section.title for section in shown.sections}
    if form == "text":
        # A cell that has no room goes on below, between those of other columns.
        missing = [c for c in cells if not all(word in text for word in c.split())]
    else:
        missing = [c for c in cells if c not in text]
    assert missing == []


def test_titles_are_bold_and_the_headings_of_tables_dim_on_a_terminal() -> None:
    shown = document(everything())
    lines = list(text_of(shown, Style(colour=True)))
    bold, dim = (
        [line[4:-4].split() for line in lines if line.startswith(f"\x1b[{look}m")] for look in "12"
    )
    assert bold == [shown.title.split(), *(section.title.split() for section in shown.sections)]
    tables = [table for section in shown.sections for table in section.tables]
    assert dim == [" ".join(table.headings).split() for table in tables]
    assert ["No.", "Field", "Role", "Type", "Null", "Limits", "and", "values"] in dim


@pytest.mark.parametrize("profile", ["reference", APART])
def test_json_is_the_profile_with_what_it_extends_merged_in(profile: str) -> None:
    table = run("profile", "show", profile, "--format", "json").report
    assert table == load_profile(profile, ground().catalogue).raw


def test_a_record_is_shown_as_a_clause_would_print_it() -> None:
    table = tomllib.loads(Path(APART).read_text("utf-8"))
    for form in ("text", "markdown", "html"):
        out = run("profile", "show", APART, "--format", form).out
        for file in table["files"].values():
            record = ",".join(column["name"] for column in file["columns"]) + "\u25b2"
            assert record in out, form


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ('[certificate]\npolicies = ["1.2.3"]', "policies 1.2.3"),
        ("[certificate]\nrole_code = false", "role_code no"),
        ('[readings]\nquotes = "rfc4180"', "quotes rfc4180"),
        ("[delivery]\nhours = 72", "hours 72"),
        ('[signature]\nsigned_attributes = "required"', "signed_attributes required"),
        ('[alerts]\nmessage = "Call"', "message Call"),
        ('[breaches]\nMine = "user"', "Mine user"),
    ],
)
def test_an_entry_that_differs_from_the_reference_profile_is_shown(
    tmp_path: Path, entries: str, says: str
) -> None:
    out = run("profile", "show", extending(tmp_path, entries)).out
    assert says in [" ".join(line.split()) for line in out.splitlines()]
    assert says not in [" ".join(line.split()) for line in run("profile", "show").out.splitlines()]


def test_the_reading_of_every_note_is_shown_also_where_the_profile_says_nothing() -> None:
    lines = [line.split() for line in run("profile", "show", APART).out.splitlines()]
    for note in ground().catalogue.notes.values():
        if note.decides:
            (row,) = [line for line in lines if line[:1] == [note.id] and len(line) in (2, 3)]
            own = note.id in ("final-line-feed", "hours-counted-to")
            assert row[2:] == ([] if own else ["default"]), note.id


HOSTILE = "\x1b[31m</bdi><script>alert(1)</script>|`*x*`\u202e"


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_nothing_in_an_entry_is_obeyed(tmp_path: Path, form: str) -> None:
    said = json.dumps(HOSTILE)
    about = f'[[assumptions]]\nentry = "delivery"\nverified = false\nreason = {said}\n'
    path = extending(tmp_path, f"source = {said}\n{about}")
    out = run("profile", "show", path, "--format", form).out
    assert not set("\x1b\u202e") & set(out)
    if form in ("markdown", "html"):
        assert "<script>alert" not in out
        assert "script" in out
    if form == "markdown":
        assert "`" not in out
        assert "*x*" not in out


def test_the_page_asks_for_nothing() -> None:
    page = run("profile", "show", APART, "--format", "html").out
    page = html.unescape(page)
    assert "Content-Security-Policy" in page
    assert "default-src 'none'" in page
    assert re.findall(r"(?i)\b(?:src|href)=[\"']?[^#\"']", page) == []
