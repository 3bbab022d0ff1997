"""Texts that were read and committed, a file each, to be compared with what is made now."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

Texts = Iterable[tuple[str, str]]


def write_texts(folder: Path, made: Texts) -> None:
    """Write the texts in place of all that is in the folder; to be read before it is committed."""
    files = dict(made)
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, text in files.items():
        (folder / name).write_bytes(text.encode("utf-8"))


def assert_same_texts(folder: Path, made: Texts, command: str) -> None:
    """Fail unless each text is that of the file of its name; ``command`` writes the files."""
    for name, text in made:
        path = folder / name
        kept = path.read_bytes().decode("utf-8") if path.exists() else ""
        changed = difflib.unified_diff(
            kept.splitlines(keepends=True), text.splitlines(keepends=True), name, "now", n=0
        )
        assert text == kept, (
            f"read what differs, and if it is right, run {command}\n{''.join(list(changed)[:20])}"
        )


def assert_no_others(folder: Path, made: Texts) -> None:
    """Fail unless the folder has a file for each text, and no others."""
    assert {path.name for path in folder.iterdir()} == {name for name, _ in made}
