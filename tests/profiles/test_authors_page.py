"""The page for authors of profiles: each example is taken, and the tables are those of the code.

A block of TOML is the rest of a profile after the first block. A block of CSV after it is a file
under that profile, of the kind that follows the language, and is said to conform or to fail some
requirements: ``csv adt conforms``, ``csv adt fails 6.3-8``, ``csv qcaf fails 4.7(b)-2 6.5-10``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from conformance.commands.common import catalogue
from conformance.model.column import Role
from conformance.model.cross_rule import CrossRuleName
from conformance.model.requirement import Kind
from conformance.model.types.registry import TYPES
from conformance.profiles.checking import examine
from conformance.profiles.samples import Found, Sample, judge_samples

PAGE = (Path(__file__).parents[2] / "docs" / "profile.md").read_text("utf-8")
BLOCK = re.compile(r"^```(toml|csv)(.*)\n((?:(?!```).*\n)*)```$", re.MULTILINE)


class Lines(NamedTuple):
    """A file in an example, and the requirements that it fails."""

    kind: Kind
    text: str
    fails: frozenset[str]


class Example(NamedTuple):
    """A part of a profile, with the line of the page where it is, and files under it."""

    line: int
    text: str
    files: list[Lines]


def examples() -> list[Example]:
    found: list[Example] = []
    for block in BLOCK.finditer(PAGE):
        language, words, text = block.groups()
        if language == "toml":
            found.append(Example(PAGE.count("\n", 0, block.start()) + 1, text, []))
        else:
            kind, verdict, *fails = words.split()
            assert (verdict, bool(fails)) in (("conforms", False), ("fails", True)), words
            found[-1].files.append(Lines(Kind(kind), text, frozenset(fails)))
    return found


HEAD, *EXAMPLES = examples()


def test_every_block_of_the_page_is_read() -> None:
    count = len(re.findall(r"^```(?:toml|csv)", PAGE, re.MULTILINE))
    assert sum(1 + len(example.files) for example in (HEAD, *EXAMPLES)) == count


@pytest.mark.parametrize("example", [HEAD._replace(text=""), *EXAMPLES], ids=lambda one: one.line)
def test_each_example_is_a_profile_with_the_files_it_says(tmp_path: Path, example: Example) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(HEAD.text + example.text, "utf-8")
    found = examine(str(path), catalogue())
    assert list(map(str, found.refused)) == []
    assert found.profile is not None
    for number, lines in enumerate(example.files):
        file = tmp_path / f"{number}.csv"
        file.write_bytes(lines.text.encode())
        (one,) = judge_samples(
            [Sample(file, not lines.fails, lines.kind)], found.profile, catalogue()
        )
        assert {r.requirement.id for r in one.failed} == lines.fails, lines.text
        assert one.found is (Found.FAILS if lines.fails else Found.CONFORMS)


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("type", set(TYPES)),
        ("role", {role.value for role in Role} - {"other"}),
        ("rule", {rule.value for rule in CrossRuleName}),
    ],
)
def test_the_tables_have_all_that_there_is(heading: str, known: set[str]) -> None:
    table = re.search(rf"^\| {heading} \|.*\n\|---.*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert table is not None
    first = [line.split("|")[1] for line in table[1].splitlines()]
    assert {name for cell in first for name in re.findall(r"`([^`]+)`", cell)} == known


@pytest.mark.parametrize("name", TYPES)
def test_the_table_of_types_has_each_entry(name: str) -> None:
    (row,) = re.findall(rf"^\| `{name}` \|(.*)$", PAGE, re.MULTILINE)[:1]
    assert all(f"`{entry}`" in row or f"`{entry} =" in row for entry in TYPES[name].entries)
