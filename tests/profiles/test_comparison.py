"""``tadp profile diff``: every entry that differs, in every format, and nothing else."""

from __future__ import annotations

import copy
import html
import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.model.profile import Profile
from conformance.profiles.comparison import changes
from generators.strategies import ground
from generators.toml import toml_of
from tests.model.profiles import extending
from tests.profiles.apart import APART
from tests.profiles.stated import everything, leaves
from tests.running import run


def profile(table: dict[str, Any]) -> Profile:
    return replace(ground().profile, raw=table)


def changed(value: Any) -> Any:
    """Another value."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case list():
            return [*value, "another"]
        case _:
            return f"{value}x"


def test_a_profile_does_not_differ_from_itself() -> None:
    assert list(changes(profile(everything()), profile(everything()))) == []
    ran = run("profile", "diff", "reference", "reference")
    assert (ran.code, "differ in  0 values" in ran.out) == (0, True)
    assert run("profile", "diff", APART, APART, "--format", "json").report["changes"] == []


def test_whatever_entry_is_changed_is_the_one_that_differs() -> None:
    table = everything()
    mine, other = profile(table), copy.deepcopy(table)
    for path, value in leaves(table):
        if path[0] == "readings":
            continue  # Only notes that apply are compared, and there is none.
        inner: Any = other
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = changed(value)
        found = list(changes(mine, profile(other)))
        # By another name it is another column, another rule or another assumption.
        assert found, path
        assert all(one.entry.startswith(str(path[0])) for one in found), path
        if len(found) == 1:
            assert found[0].entry.endswith(str(path[-1])), path
        inner[path[-1]] = value


def test_an_entry_that_only_one_has_is_added_or_removed(tmp_path: Path) -> None:
    mine = extending(tmp_path, '[breaches]\nMine = "user"\n')
    one = {"entry": "breaches.Mine", "new": "user"}
    there = run("profile", "diff", "reference", mine, "--format", "json").report["changes"]
    assert one in there
    back = run("profile", "diff", mine, "reference", "--format", "json").report["changes"]
    assert {"entry": "breaches.Mine", "old": "user"} in back


def test_a_reading_is_compared_with_the_default_that_applies(tmp_path: Path) -> None:
    same = extending(tmp_path, '[readings]\nquotes = "data"\n', name="same")
    other = extending(tmp_path, '[readings]\nquotes = "rfc4180"\n', name="other")
    for path, wanted in ((same, []), (other, [{"entry": "readings.quotes", "old": "data",
                                                "new": "rfc4180"}])):  # fmt: skip
        found = run("profile", "diff", "reference", path, "--format", "json").report["changes"]
        assert [one for one in found if one["entry"].startswith("readings")] == wanted


def test_columns_in_another_order_are_a_difference(tmp_path: Path) -> None:
    table = copy.deepcopy(dict(ground().profile.raw))
    columns = table["files"]["adt"]["columns"]
    columns[0], columns[1] = columns[1], columns[0]
    path = tmp_path / "swapped.toml"
    path.write_text(toml_of(table), "utf-8")
    (one,) = run("profile", "diff", "reference", path, "--format", "json").report["changes"]
    assert one["entry"] == "files.adt.record"
    assert one["old"].startswith("UserID,UserRole,")
    assert one["new"].startswith("UserRole,UserID,")


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_every_difference_is_in_every_format(form: str) -> None:
    report = run("profile", "diff", "reference", APART, "--format", "json").report
    out = html.unescape(run("profile", "diff", "reference", APART, "--format", form).out)
    assert len(report["changes"]) > 50
    for change in report["changes"]:
        entry = change["entry"].partition(".")[2] or change["entry"]
        assert entry in out, change


def test_nothing_in_a_value_is_obeyed(tmp_path: Path) -> None:
    said = json.dumps("\x1b[31m<script>|`")
    path = extending(tmp_path, f"source = {said}\n")
    for form in ("text", "json", "markdown", "html"):
        out = run("profile", "diff", "reference", path, "--format", form).out
        assert "\x1b" not in out
        assert "<script>|" not in out or form in ("text", "json")
