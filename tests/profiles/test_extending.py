"""A profile over another: columns, rules and records by name, and what stays confirmed."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.commands.common import catalogue
from conformance.model.profile import Profile
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind
from conformance.profiles.checking import examine
from conformance.profiles.comparison import changes
from tests.running import run

HEAD = 'profile = "{}"\ntitle = "Extending"\nversion = "1"\nextends = "{}"\n'
CONFIRMED = """
[[assumptions]]
entry = "files.adt"
verified = true
reason = "As printed."
source = "A document"
by = "An Officer"
on = "2025-03-04"
"""


def profile_of(folder: Path, text: str, name: str = "ours", over: str = "reference") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(HEAD.format(name, over) + text, "utf-8")
    return path


def loaded(folder: Path, text: str) -> Profile:
    return load_profile(str(profile_of(folder, text)), catalogue())


def names(profile: Profile) -> list[str]:
    return [column.name for column in profile.files[Kind.ADT].columns]


WAS = ["UserID", "UserRole", "ServiceReferenceVariant", "TimePeriodHours", "WarningThreshold"]
LAST = "AnomalyDetectionThreshold"


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (
            '{ name = "Note", type = "text", maximum_length = 9, after = "UserRole" }',
            [*WAS[:2], "Note", *WAS[2:], LAST],
        ),
        ('{ name = "Note", type = "text", maximum_length = 9 }', [*WAS, LAST, "Note"]),
        (
            '{ name = "UserRole", after = "TimePeriodHours" }',
            [WAS[0], *WAS[2:4], WAS[1], WAS[4], LAST],
        ),
        ('{ name = "WarningThreshold", maximum = 5 }', [*WAS, LAST]),
        ('{ name = "UserID", type = "eui64", role = "user-id", form = "none" }', [*WAS, LAST]),
    ],
)
def test_columns_are_merged_by_name(tmp_path: Path, text: str, columns: list[str]) -> None:
    assert names(loaded(tmp_path, f"[files.adt]\ncolumns = [{text}]\n")) == columns


def test_columns_and_rules_go(tmp_path: Path) -> None:
    text = """
    [[files.adt.columns]]
    name = "WarningThreshold"
    remove = true
    [[files.adt.rules]]
    id = "warning-within-adt"
    remove = true
    """
    profile = loaded(tmp_path, text)
    assert names(profile) == [*WAS[:4], LAST]
    assert [rule.id for rule in profile.files[Kind.ADT].rules] == ["one-user-id", "variant-of-role"]
    found = examine(str(tmp_path / "ours.toml"), catalogue())
    assert list(map(str, found.refused)) == []


def test_entries_alone_go_over_those_below(tmp_path: Path) -> None:
    text = """
    [[files.adt.columns]]
    name = "WarningThreshold"
    maximum = 5
    [[files.adt.rules]]
    id = "warning-within-adt"
    op = "<"
    """
    profile = loaded(tmp_path, text)
    column = profile.files[Kind.ADT].columns[4]
    assert (column.type.bounds, column.nullable) == ((0, 5), True)
    rules = profile.files[Kind.ADT].rules
    assert [rule.id for rule in rules][:2] == ["warning-within-adt", "one-user-id"]
    assert rules[0].comparator == "<"
    reference = load_profile("reference", catalogue())
    entries = {one.entry for one in changes(reference, profile)}
    assert "files.adt.rules.warning-within-adt.op" in entries
    assert "files.adt.columns.WarningThreshold.maximum" in entries
    shown = run("profile", "show", str(tmp_path / "ours.toml"))
    assert "minimum 0; maximum 5" in shown.out


def test_a_list_of_whole_tables_replaces_that_below(tmp_path: Path) -> None:
    rule = '[[files.adt.rules]]\nid = "own"\nrule = "one-sender"\ncolumns = ["UserID"]\n'
    assert [one.id for one in loaded(tmp_path, rule).files[Kind.ADT].rules] == ["own"]
    text = """
    [files.adt]
    key = ["Sender"]
    rules = []
    columns = [
      { name = "Sender", type = "eui64", role = "user-id" },
      { name = "UserRole", type = "text", maximum_length = 3 },
    ]
    """
    assert names(loaded(tmp_path, text)) == ["Sender", "UserRole"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '{ name = "Note", remove = true }',
            "line 7: files.adt.columns.Note.remove: there is no Note in the profile that this",
        ),
        (
            '{ name = "Note", type = "text", maximum_length = 9, after = "UserRol" }',
            "line 7: files.adt.columns.Note.after: there is no UserRol in the profile that this "
            "one extends (did you mean UserRole",
        ),
        (
            '{ name = "UserRole", remove = true, nullable = true }',
            "line 7: files.adt.columns.UserRole: is removed, so that nullable of it says nothing",
        ),
        (
            '{ name = "UserID", remove = true }',
            "files.adt.key: there is no column 'UserID'",
        ),
        (
            '{ name = "UserID", remove = false }',
            "line 7: files.adt.columns.UserID.remove: ",
        ),
        (
            '{ name = "UserID", after = 7 }',
            "line 7: files.adt.columns.UserID.after: 7 cannot be used here",
        ),
        (
            '{ name = "Note", after = "UserRole" }',
            "line 7: files.adt.columns.Note.type: is missing",
        ),
        (
            '{ name = "WarningThreshold", maximum = "much" }',
            "line 7: files.adt.columns.WarningThreshold.maximum",
        ),
        (
            '{ name = "WarningThreshold", minimum = 9, maximum = 5 }',
            "line 7: files.adt.columns.WarningThreshold",
        ),
    ],
)
def test_a_column_that_cannot_be_merged_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = profile_of(tmp_path, f"[files.adt]\n# A comment.\ncolumns = [{text}]\n")
    found = list(map(str, examine(str(path), catalogue()).refused))
    assert said in " ".join(found)


def test_an_overridden_entry_is_unverified_until_it_is_confirmed_again(tmp_path: Path) -> None:
    profile_of(tmp_path, CONFIRMED, "below")
    text = """
    [[files.adt.columns]]
    name = "WarningThreshold"
    maximum = 5
    """
    path = profile_of(tmp_path, text, over="below.toml")
    profile = load_profile(str(path), catalogue())
    at = "files.adt.columns"
    assert profile.verifies(f"{at}.UserID")
    assert not profile.verifies(f"{at}.WarningThreshold")
    assert not profile.verifies(at)
    assert profile.verifies("files.adt.rules")
    path.write_text(path.read_text() + CONFIRMED.replace('"files.adt"', f'"{at}.WarningThreshold"'))
    again = load_profile(str(path), catalogue())
    assert again.verifies(f"{at}.WarningThreshold")
    assert again.verifies(at)


def test_a_column_that_comes_or_goes_leaves_the_others_as_confirmed_as_they_were(
    tmp_path: Path,
) -> None:
    profile_of(tmp_path, CONFIRMED, "below")
    text = """
    [[files.adt.columns]]
    name = "Note"
    type = "text"
    maximum_length = 9
    after = "UserRole"
    """
    path = profile_of(tmp_path, text, over="below.toml")
    profile = load_profile(str(path), catalogue())
    at = "files.adt.columns"
    assert [profile.verifies(f"{at}.{name}") for name in ("UserID", "Note")] == [True, False]
    assert not profile.verifies(at)  # how many fields there are, for one
    assert list(map(str, examine(str(path), catalogue()).refused)) == []
