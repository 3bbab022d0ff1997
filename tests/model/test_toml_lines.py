"""The lines of a TOML file that its entries are on."""

from __future__ import annotations

import pytest
import tomli

from conformance.model.toml_lines import TomlLines

TEXT = """\
# An example.
id = "a"
"title" = "b"
covers = [
  "x",
]

[[word]]
id = "6.1-1"   # the first
example.conforms = "c"

[[ word ]] # the second
  id = "6.1-2"
with = { separator = ";" }

[[note]]
id = "n"
[[note.reading]]
id = "one"
[[note.reading]]
id = "two"
text = "t"
[[word]]
[word.with]
separator = "|"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("id",), 2),
        (("title",), 3),
        (("covers",), 4),
        (("covers", 0), 4),
        (("none",), None),
        ((), None),
        (("word",), 8),
        (("word", 0), 8),
        (("word", 0, "id"), 9),
        (("word", 0, "example", "conforms"), 10),
        (("word", 0, "none"), 8),
        (("word", 1), 12),
        (("word", 1, "id"), 13),
        (("word", 1, "with", "separator"), 14),
        (("note", 0, "reading", 1, "text"), 16),
        (("word", 2, "separator"), 25),
    ],
)
def test_an_entry_has_a_line(path: tuple[str | int, ...], line: int | None) -> None:
    assert TomlLines(TEXT, tomli.loads(TEXT)).line(path) == line


def test_a_text_that_looks_like_a_header_makes_lines_unknown() -> None:
    text = 'a = """\n[[word]]\n"""\n[[word]]\nid = 1\n'
    lines = TomlLines(text, tomli.loads(text))
    assert lines.line(("word", 0, "id")) is None
    assert lines.line(("a",)) == 1


def test_records_in_one_line_have_that_line() -> None:
    text = "x = 1\nword = [{ id = 1 }, { id = 2 }]\n"
    assert TomlLines(text, tomli.loads(text)).line(("word", 1, "id")) == 2
