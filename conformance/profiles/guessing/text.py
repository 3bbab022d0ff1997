"""A guessed profile as TOML, with a comment beside each guess that says what it is made from."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from conformance.profiles.guessing.file import ColumnGuess, FileGuess
from conformance.profiles.starting import for_editors

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 100


def text_of(name: str, base: str, files: Sequence[FileGuess], tables: Mapping[str, Any]) -> str:
    """Return the text of a profile that extends ``base``; ``tables`` are those beside the files.

    Each of these has the entries, each with its value and what that is guessed from.
    """
    return for_editors() + "".join(f"{line}\n" for line in _lines(name, base, files, tables))


def _lines(
    name: str, base: str, files: Sequence[FileGuess], tables: Mapping[str, Any]
) -> Iterator[str]:
    for file in files:
        yield from _comment(f"The {file.kind.label} is {file.source}.")
    yield from _comment(
        "None of it is verified: compare each entry with the clause, and correct the comment with "
        f"the entry. Whatever is not here is as in the profile {base}; rules across fields, such "
        "as that a Warning Threshold is not above its ADT, are not guessed."
    )
    yield from ("", f"profile = {_text(name)}", f"title = {_text(name)}", 'version = "1"')
    yield f"extends = {_text(base)}"
    for title, entries in tables.items():
        yield from ("", f"[{title}]")
        for entry, (value, why) in entries.items():
            yield from _comment(why)
            yield f"{_key(entry)} = {toml_value(value)}"
    for file in files:
        yield from _file(file)
    for file in files:
        yield from ("", "[[assumptions]]", f'entry = "files.{file.kind.value}"')
        yield "verified = false"
        yield f"reason = {_text(f'It is {file.source}; the comments say what from.')}"


def _file(file: FileGuess) -> Iterator[str]:
    yield from ("", f"[files.{file.kind.value}]")
    for note in file.notes:
        yield from _comment(note)
    for entry, (value, why) in file.entries.items():
        yield from _comment(why)
        yield f"{entry} = {toml_value(value)}"
    if not file.kinds:
        yield from _key_entry(file)
        yield from _columns(file.columns)
    yield "rules = []"
    for kind in file.kinds:
        yield from ("", f"[[files.{file.kind.value}.records]]")
        yield from _comment(kind.why)
        yield f"name = {_text(kind.name)}"
        if kind.at is not None:
            yield from (f"at = {kind.at}", "occurs = [1, 1]")
        if kind.columns is None:
            yield from _key_entry(file)
        yield from _columns(file.columns if kind.columns is None else kind.columns)


def _key_entry(file: FileGuess) -> Iterator[str]:
    yield from _comment(file.key_why)
    yield f"key = {toml_value(file.key)}"


def _columns(columns: Sequence[ColumnGuess]) -> Iterator[str]:
    yield "columns = ["
    for column in columns:
        yield from _comment(column.guess.why, "  ")
        yield f"  {toml_value(column.entries)},"
    yield "]"


def _comment(text: str, indent: str = "") -> Iterator[str]:
    before = f"{indent}# "
    safe = "".join(letter if letter.isprintable() else " " for letter in text)
    yield from textwrap.wrap(
        safe, _WIDTH, initial_indent=before, subsequent_indent=before, break_on_hyphens=False
    )


def toml_value(value: Any) -> str:
    """Return a value as TOML has it on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(k)} = {toml_value(v)}' for k, v in value.items())} }}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(toml_value, value))}]"
    return str(value) if isinstance(value, int) else _text(value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    # JSON leaves one control character as it is that TOML refuses.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
