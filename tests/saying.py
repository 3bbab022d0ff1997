"""Holding all that is said in the tests of a folder, besides what each of them asserts.

A ``Book`` is a file of JSON lines, committed beside the tests: for each test that says anything a
line with its name, and behind it what was said. A change of any word or place shows there as a
change of a line, to be read before it is committed. Not kept are tests by hypothesis, whose input
differs in each run, and those that are told to vary.
"""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Collection, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

Entry = dict[str, Any]
#: What may be said in any test, in whichever first.
ANYWHERE = ""


class Book:
    """What is said in the tests of ``folder``, written by ``python -m MODULE``."""

    def __init__(self, folder: Path, module: str, varying: Collection[str] = ()) -> None:
        self.folder = folder
        self.file = folder / "said.jsonl"
        self._module = module
        self._varying = varying
        self._written: dict[str, list[str]] | None = None

    def name_of(self, item: pytest.Item) -> str:
        """What a test is called in the book."""
        return item.nodeid.rpartition(f"tests/{self.folder.name}/")[2]

    def keeps(self, item: pytest.Item) -> bool:
        """Whether the same is said in each run of the test."""
        made_up = hasattr(getattr(item, "obj", None), "hypothesis")
        return not made_up and self.name_of(item) not in self._varying

    def hold(
        self, item: pytest.Item, said: Iterable[Entry], anywhere: Iterable[Entry] = ()
    ) -> None:
        """Compare what was said in a test with what was committed, or write it down."""
        name, now = self.name_of(item), [_line(one) for one in said]
        common = dict.fromkeys(_line(one) for one in anywhere)
        if self._written is not None:
            if now:
                self._written[name] = now
            self._written[ANYWHERE] = [*dict.fromkeys([*self._written[ANYWHERE], *common])]
            return
        before, known = self._kept.get(name, []), self._known
        changed = [
            line
            for line in difflib.unified_diff(before, now, n=0)
            if line[0] in "+-" and line[:3] not in ("+++", "---")
        ]
        changed += [f"+{line}" for line in common if line not in known]
        assert not changed, (
            f"{self.file.parent.name}/{self.file.name} differs; read it, and if it is right, run "
            f"python -m {self._module}\n" + "\n".join(changed[:20])
        )

    @cached_property
    def _kept(self) -> dict[str, list[str]]:
        kept: dict[str, list[str]] = {}
        current: list[str] = []
        for line in self.file.read_text("utf-8").splitlines():
            entry = json.loads(line)
            if "test" in entry:
                current = kept[entry["test"]] = []
            else:
                current.append(line)
        return kept

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self._kept.get(ANYWHERE, []))

    def write(self) -> int:
        """Run the tests of the folder, and write the book anew."""
        self._written = {ANYWHERE: []}
        code = int(pytest.main(["-q", "-p", "no:cacheprovider", str(self.folder)]))
        self._written[ANYWHERE].sort()
        lines = [
            line
            for name, said in sorted(self._written.items())
            if said
            for line in [json.dumps({"test": name}), *said]
        ]
        self.file.write_text("\n".join(lines) + "\n", "utf-8")
        return code


def _line(entry: Entry) -> str:
    """As it stands in the file, without what says nothing."""
    values: Entry = json.loads(json.dumps(entry))
    return json.dumps({n: v for n, v in values.items() if v not in (None, [], {}, 0)})


def main(book: Book) -> None:
    """Write the book, as a command."""
    sys.exit(book.write())
