"""Changes between two reports, by section, and as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from conformance.findings import Verdict

Table = Mapping[str, Any]


class OutcomeChange(Struct, frozen=True):
    """One thing that came out otherwise: a requirement of a submission, or a case."""

    what: str
    before: str
    after: str
    detail: str = ""

    def __str__(self) -> str:
        line = f"{self.what} {self.before} -> {self.after}"
        return f"{line}: {self.detail}" if self.detail else line


class Section(Struct, frozen=True):
    """Changes of one sort. Each change is in one section only; ``worse`` ones are regressions.

    ``verdict`` is the one that the changes lead to, if it is always the same.
    """

    title: str
    worse: bool = False
    verdict: Verdict | None = None
    changes: list[OutcomeChange | str] = field(default_factory=list)

    def add(self, *changes: OutcomeChange | str) -> None:
        """Put ``changes`` into the section."""
        self.changes.extend(changes)


def regression(sections: Sequence[Section], fail_on: Sequence[Verdict] = tuple(Verdict)) -> bool:
    """Return True if anything is worse than it was, as far as ``fail_on`` names its verdict."""
    return any(
        section.worse and section.changes and section.verdict in (None, *fail_on)
        for section in sections
    )


def lines_of(
    sections: Sequence[Section], fail_on: Sequence[Verdict] = tuple(Verdict)
) -> Iterator[str]:
    """The comparison as text; at its end, whether anything is worse by ``fail_on``."""
    for section in sections:
        if section.changes:
            yield f"{section.title} ({len(section.changes):,})"
            yield from (f"  {change}" for change in section.changes)
            yield ""
    worse = regression(sections, fail_on)
    yield "Something is worse than it was." if worse else "Nothing is worse than it was."


def context(old: Table, new: Table) -> Iterator[str]:
    """Yield differences in how the reports were made, which may be why results differ."""
    if old["tool"]["version"] != new["tool"]["version"]:
        yield f"tool {old['tool']['version']} -> {new['tool']['version']}"
    if old["model"]["sha256"] != new["model"]["sha256"]:
        yield "another model of the clauses"
    if old["profile"]["sha256"] != new["profile"]["sha256"]:
        yield f"another profile: {old['profile']['name']} -> {new['profile']['name']}"
    files = [{f["sha256"]: f["edition"] for f in one["edition_files"]} for one in (old, new)]
    if files[0].keys() != files[1].keys():
        before, after = (", ".join(one.values()) or "none" for one in files)
        yield f"another edition file: {before} -> {after}"
    for name, note in new["notes"].items():
        reading = old["notes"].get(name, note)["reading"]
        if reading != note["reading"]:
            yield f"note {name} read as {note['reading']}, and before as {reading}"
