"""Kinds of records that make no sense are refused, with the line and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.checks import CHECKS
from conformance.model.loading import load_catalogue
from conformance.model.profile_loading import load_profile
from conformance.model.profile_problem import ProfileError
from conformance.model.requirement import Kind
from tests.model.profiles import extending

CATALOGUE = load_catalogue(CHECKS)
#: A file of several kinds that makes sense, in which each of the tests below changes one thing.
FILE = """profile = "made"
title = "Made for a test"
version = "1"
extends = "reference"
[files.adt]
unit = "rule.Band"
[[files.adt.records]]
name = "header"
at = 1
columns = [
  { name = "Tag", type = "constant", value = "H", tag = true },
  { name = "FileNo", type = "integer", width = 6, pad = "0" },
]
[[files.adt.records]]
name = "user"
optional_from = "Remark"
columns = [
  { name = "Tag", type = "constant", value = "U", tag = true },
  { name = "UserID", type = "eui64", role = "user-id" },
  { name = "Remark", type = "text", maximum_length = 5, nullable = true },
]
[[files.adt.records]]
name = "rule"
parent = "user"
occurs = [1, 500]
key = ["user.UserID", "Band.Hours"]
columns = [
  { name = "Tag", type = "constant", value = "R", tag = true },
  { name = "Bands", type = "integer", derived = { repetitions = "Band" } },
  { repeat = "Band", occurs = [1, 24], columns = [
    { name = "Hours", type = "integer", role = "period" },
    { name = "Warning", type = "integer", nullable = true },
    { name = "ADT", type = "integer", role = "threshold" },
  ] },
]
[[files.adt.records]]
name = "trailer"
at = -1
columns = [
  { name = "Tag", type = "constant", value = "T", tag = true },
  { name = "FileNo", type = "integer", derived = { same = "header.FileNo" } },
  { name = "Records", type = "integer", derived = { count = ["user", "rule"] } },
  { name = "Total", type = "integer", derived = { sum = "rule.ADT" } },
  { name = "Check", type = "text", maximum_length = 8, derived = { digest = "crc-32", over = "records-before" } },
]
[[files.adt.rules]]
id = "warning"
rule = "compare"
on = "rule.Band"
left = { column = "Warning" }
op = "<="
right = { column = "ADT" }
"""  # noqa: E501 - a table of TOML is on one line


def refused(folder: Path, *changes: tuple[str, str]) -> list[tuple[str, str, str]]:
    text = FILE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "made.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ProfileError) as caught:
        load_profile(str(path), CATALOGUE)
    assert all(one.line for one in caught.value.problems)
    return [(one.entry, one.what, one.right) for one in caught.value.problems]


def test_a_file_of_several_kinds_is_read(tmp_path: Path) -> None:
    path = tmp_path / "made.toml"
    path.write_text(FILE, "utf-8")
    form = load_profile(str(path), CATALOGUE).files[Kind.ADT]
    assert [kind.name for kind in form.kinds] == ["header", "user", "rule", "trailer"]
    names = ["Tag", "Bands", "Band.Hours", "Band.Warning", "Band.ADT", "user.UserID", "user.Remark"]
    assert [column.name for column in form.columns] == names
    assert [column.name for column in form.own] == names[:5]
    assert form.key == ("user.UserID", "Band.Hours")
    assert [rule.columns for rule in form.rules] == [("Band.Warning", "Band.ADT")]
    assert form.kinds[2].counts == (5, 74, 3)
    assert form.kinds[1].counts == (2, 3, 1)


@pytest.mark.parametrize(
    ("old", "new", "entry", "what"),
    [
        (
            'name = "FileNo", type = "integer", width = 6, pad = "0" }',
            'name = "To", type = "eui64", role = "recipient" }',
            "records.header.columns.To.role",
            "the profile does not say the EUI-64 of DCC",
        ),
        (
            '{ name = "Remark",',
            '{ name = "Made", type = "instant", role = "created-at" },\n  { name = "Remark",',
            "records.user.columns.Made.role",
            "a file is made once",
        ),
        (
            'name = "user"\n',
            'name = "rule"\n',
            "records",
            "2 kinds of records have the name 'rule'",
        ),
        ("[files.adt]", "[files.adt]\nkey = []", "key", "is beside records, which have columns"),
        ('parent = "user"', 'parent = "usr"', "records.rule.parent", "no kind of record 'usr'"),
        ('parent = "user"', 'parent = "header"', "records.rule.parent", "header is at a place"),
        (
            'name = "user"\n',
            'name = "user"\nparent = "rule"\n',
            "records.user.parent",
            "user would come after itself",
        ),
        ("at = 1", 'at = 1\nparent = "user"', "records.header.at", "only the last place"),
        (
            "at = -1",
            'at = -1\nparent = "rule"',
            "records.trailer.columns.Records.derived",
            "no record user belongs to a record rule",
        ),
        ("at = 1", "at = 2", "records.header.at", "no kind is at 1"),
        ("at = 1", "at = 0", "records.header.at", "records are counted from 1"),
        ("at = 1", "at = -1", "records.trailer.at", "header is at this place"),
        ("at = 1", "at = 1\noccurs = [2, 3]", "records.header.occurs", "one place has one record"),
        ("at = 1", "at = 1\noccurs = [1]", "records.header.occurs", "one place has one record"),
        ('sum = "rule.ADT"', 'sum = "rule.Bands"', "records.trailer.columns.Total", "computed"),
        ("[1, 500]", "[500, 1]", "records.rule.occurs", "is never so"),
        ("[1, 24]", "[24, 1]", "records.rule.columns.Band.occurs", "is never so"),
        ('unit = "rule.Band"', 'unit = "rule"', "unit", "more than one may be in a record of rule"),
        ('unit = "rule.Band"', 'unit = "trailer"', "unit", "trailer is at a place of its own"),
        ('unit = "rule.Band"', 'unit = "nothing"', "unit", "'nothing' is not counted"),
        ('repeat = "Band"', 'repeat = "Bands"', "records.rule.columns.Bands.repeat", "'Bands' is"),
        ('from = "Remark"', 'from = "Tag"', "records.user.optional_from", "no column 'Tag'"),
        (
            "maximum_length = 5, nullable = true",
            "maximum_length = 5",
            "records.user.columns.Remark",
            "Remark can be left out, and has no value then",
        ),
        (
            'value = "U", tag',
            'value = "H", tag',
            "records.user",
            "cannot be distinguished from header",
        ),
        (
            'type = "constant", value = "U", tag = true',
            'type = "text", maximum_length = 3',
            "records.user",
            "Tag can be H",
        ),
        (
            'value = "U", tag = true',
            'value = "U", tag = true, nullable = true',
            "records.user.columns.Tag",
            "identifies the kind of record, so it cannot be null or have a role",
        ),
        (
            '"FileNo", type = "integer", width = 6, pad = "0"',
            '"FileNo", type = "integer", tag = true',
            "records.header.columns.FileNo.tag",
            "only a column that is the same",
        ),
        ('repetitions = "Band"', 'repetitions = "Bnd"', "records.rule.columns.Bands.derived", "no"),
        ('"user", "rule"] }', '"usr"] }', "records.trailer.columns.Records.derived", "no kind"),
        ('"rule.ADT"', '"rule.AD"', "records.trailer.columns.Total.derived", "no column 'rule.AD'"),
        ('"header.FileNo"', '"rule.Bands"', "records.trailer.columns.FileNo.derived", "one record"),
        (', over = "records-before"', "", "records.trailer.columns.Check.derived", "over nothing"),
        (
            '"Check", type = "text", maximum_length = 8',
            '"Check", type = "date"',
            "records.trailer.columns.Check.derived",
            "is a text",
        ),
        (
            '"Records", type = "integer"',
            '"Records", type = "date"',
            "records.trailer.columns.Records.derived",
            "is a number",
        ),
        (
            'derived = { count = ["user", "rule"] }',
            'derived = { count = ["user"], sum = "rule.ADT" }',
            "records.trailer.columns.Records.derived",
            "has 2 of the ways",
        ),
        (
            'type = "text", maximum_length = 5, nullable = true',
            'type = "integer", nullable = true, derived = { count = ["header"] }',
            "records.user.columns.Remark.derived",
            "no record header belongs to a record user",
        ),
        (
            'repetitions = "Band"',
            'sum = "user.Remark"',
            "records.rule.columns.Bands.derived",
            "no record user belongs to a record rule",
        ),
        (
            'derived = { digest = "crc-32", over = "records-before" }',
            'derived = { digest = "crc-32", over = "records-below" }',
            "records.trailer.columns.Check.derived",
            "no record belongs to a record trailer",
        ),
        ('on = "rule.Band"', 'on = "rule.Bnd"', "rules.warning.on", "no kind of record 'rule.Bnd'"),
        ('on = "rule.Band"', 'on = "user"', "rules.warning", "there is no column 'Warning'"),
        ('"user.UserID", "B', '"user.Party", "B', "records.rule.key", "no column 'user.Party'"),
    ],
)
def test_a_senseless_kind_of_record_is_refused_at_its_entry(
    tmp_path: Path, old: str, new: str, entry: str, what: str
) -> None:
    found = refused(tmp_path, (old, new))
    assert any(
        one.startswith(f"files.adt.{entry}") and what in said and right
        for one, said, right in found
    ), found


def test_one_kind_is_the_last_of_a_group(tmp_path: Path) -> None:
    found = refused(
        tmp_path,
        ("at = -1", 'at = -1\nparent = "user"'),
        ("at = 1", 'at = -1\nparent = "user"'),
        ('{ same = "header.FileNo" }', '{ count = ["rule"] }'),
    )
    assert [(entry, what) for entry, what, _ in found if entry.endswith(".at")] == [
        ("files.adt.records.trailer.at", "header is the last of these records already")
    ]


def test_that_a_number_follows_the_file_before_is_refused_with_the_reason(tmp_path: Path) -> None:
    number = 'name = "FileNo", type = "integer", width = 6, pad = "0"'
    ((entry, what, right),) = refused(tmp_path, (number, f'{number}, follows = "previous-file"'))
    assert entry == "files.adt.records.header.columns.FileNo.follows"
    assert what == "there is no such entry"
    assert "not the one that was sent before it" in right


def test_a_role_is_refused_where_nothing_looks_for_it(tmp_path: Path) -> None:
    role = ('"Records", type = "integer", derived', '"Records", type = "integer", role = "period"')
    ((entry, what, _), *_) = refused(
        tmp_path,
        ('"Hours", type = "integer", role = "period"', '"Hours", type = "integer"'),
        (f'{role[0]} = {{ count = ["user", "rule"] }}', role[1]),
    )
    assert entry == "files.adt.records.trailer.columns.Records.role"
    assert "nothing looks for a role here" in what


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ('{ name = "A", type = "integer" }, { name = "B", type = "integer" }', "2 fields"),
        ('{ name = "A", type = "integer" }', None),
    ],
)
def test_kinds_without_tags_are_recognised_by_the_number_of_their_fields(
    tmp_path: Path, columns: str, why: str | None
) -> None:
    path = extending(
        tmp_path,
        '[files.adt]\nunit = "one"\nrecords = [\n'
        '{ name = "one", columns = [ { name = "A", type = "integer" }, '
        '{ name = "B", type = "integer" } ] },\n'
        f'{{ name = "other", columns = [ {columns} ] }},\n]\n',
    )
    if why is None:
        load_profile(str(path), CATALOGUE)
        return
    with pytest.raises(ProfileError, match=why):
        load_profile(str(path), CATALOGUE)
