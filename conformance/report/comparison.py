"""What changed from one report to the next: for whoever changed an implementation or a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.report.wording import line_of, place_of

Table = Mapping[str, Any]
_SHOWN = ("passed", "attested", "failed")


@dataclass(frozen=True, slots=True)
class Change:
    """One requirement of one submission that came out otherwise."""

    submission: str
    requirement: str
    before: str
    after: str
    detail: str = ""

    def __str__(self) -> str:
        what = f"{self.submission}: {self.requirement} {self.before} -> {self.after}"
        return f"{what}: {self.detail}" if self.detail else what


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that changed, each change in one list only.

    ``failing``, ``hidden`` (shown before, and no longer) and ``unread`` are regressions.
    """

    context: list[str]
    failing: list[Change]
    hidden: list[Change]
    unread: list[str]
    mended: list[Change]
    shown: list[Change]
    moved: list[Change]
    added: list[str]
    gone: list[str]

    @property
    def regression(self) -> bool:
        """Whether anything is worse than it was."""
        return bool(self.failing or self.hidden or self.unread)


def compare(old: Table, new: Table) -> Comparison:
    """What changed from ``old`` to ``new``; submissions are the same if their sources are.

    A lone submission is compared with a lone one, whatever they are called.
    """
    before, after = _by_source(old), _by_source(new)
    if len(before) == len(after) == 1:
        before = dict(zip(after, before.values(), strict=True))
    unread = [t for t in new.get("not_read", []) if t not in old.get("not_read", [])]
    found = Comparison(
        context=list(_context(old, new)),
        failing=[], hidden=[], unread=unread, mended=[], shown=[], moved=[],
        added=[source for source in after if source not in before],
        gone=[source for source in before if source not in after],
    )  # fmt: skip
    for source, submission in after.items():
        known = {r["id"]: r for r in before.get(source, {}).get("requirements", ())}
        for result in submission["requirements"]:
            _sort(found, source.partition("\0")[0], known.get(result["id"]), result)
    return found


def _by_source(report: Table) -> dict[str, Table]:
    """Submissions by source; a second one of the same source is told apart by its number."""
    table: dict[str, Table] = {}
    for submission in report["submissions"]:
        name, number = submission["source"], 1
        while name in table:
            number += 1
            name = f"{submission['source']}\0{number}"
        table[name] = submission
    return table


def _context(old: Table, new: Table) -> Iterator[str]:
    """What else differs, and may be why results do."""
    if old["tool"]["version"] != new["tool"]["version"]:
        yield f"tool {old['tool']['version']} -> {new['tool']['version']}"
    if old["model"]["sha256"] != new["model"]["sha256"]:
        yield "another model of the clauses"
    if old["profile"]["sha256"] != new["profile"]["sha256"]:
        yield f"another profile: {old['profile']['name']} -> {new['profile']['name']}"
    for name, note in new["notes"].items():
        reading = old["notes"].get(name, note)["reading"]
        if reading != note["reading"]:
            yield f"note {name} read as {note['reading']}, and before as {reading}"


def _sort(found: Comparison, source: str, old: Table | None, new: Table) -> None:
    before = old["status"] if old else "not applicable"
    after = new["status"]
    change = Change(source, new["id"], old["status"] if old else "not checked", after, _detail(new))
    if before == after:
        if old and after == "failed" and _places(old) != _places(new):
            found.moved.append(Change(source, new["id"], _count(old), _count(new), _detail(new)))
    elif after == "failed":
        found.failing.append(change)
    elif before == "failed" and after in _SHOWN:
        found.mended.append(change)
    elif after == "not shown" and before in _SHOWN:
        found.hidden.append(change)
    elif before == "not shown" and after in _SHOWN:
        found.shown.append(change)
    elif old is not None:
        found.moved.append(change)


def _detail(result: Table) -> str:
    if result["findings"]:
        return line_of(result["findings"][0])
    if result["through"]:
        return f"through {', '.join(result['through'])}"
    return str(result["reason"] or "")


def _places(result: Table) -> Any:
    where = [(place_of(f), f["message"], f["found"]) for f in result["findings"]]
    return result["count"], result["through"], where


def _count(result: Table) -> str:
    return f"{result['count']:,} found" if result["count"] else "failed"


def lines_of(found: Comparison) -> Iterator[str]:
    """The comparison as text."""
    titles: list[tuple[str, list[Any]]] = [
        ("Newly failing", found.failing),
        ("No longer shown", found.hidden),
        ("No longer read", found.unread),
        ("Mended", found.mended),
        ("Newly shown", found.shown),
        ("Moved", found.moved),
        ("New submissions", found.added),
        ("Submissions that are gone", found.gone),
        ("Made otherwise", found.context),
    ]
    for title, changes in titles:
        if changes:
            yield f"{title} ({len(changes):,})"
            yield from (f"  {str(one).partition(chr(0))[0]}" for one in changes)
            yield ""
    yield "Something is worse than it was." if found.regression else "Nothing is worse than it was."
