"""``tadp diff-editions``: what changed between two editions, clause by clause."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

from conformance.commands.common import add_format, catalogue, print_json, print_lines
from conformance.errors import TadpError
from conformance.model.catalogue import Catalogue
from conformance.model.requirement import Requirement
from conformance.report.style import Style

_EPILOG = """\
examples:
  tadp diff-editions
  tadp diff-editions v2.0 mp109 --format json
"""
#: The fields of a requirement whose change is told, and what each is called.
_FIELDS = {
    "clause": "clause",
    "statement": "statement",
    "parameters": "with",
    "derived_from": "from",
    "source": "source",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    parser.add_argument("old", metavar="OLD", nargs="?", help="default: the first edition")
    parser.add_argument("new", metavar="NEW", nargs="?", help="default: the latest edition")
    add_format(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    model = catalogue()
    old = options.old or next(iter(model.editions))
    new = options.new or model.latest.id
    for edition in (old, new):
        if edition not in model.editions:
            raise TadpError(
                f"there is no edition {edition!r}", remedy=f"one of: {', '.join(model.editions)}"
            )
    changes = list(compare(model, old, new))
    if options.format == "json":
        document = {"old": old, "new": new, "changes": changes}
        print_json(document)
    else:
        print_lines(_lines(model, (old, new), changes, Style.of(sys.stdout)))
    return 0


def compare(model: Catalogue, old: str, new: str) -> Iterator[dict[str, Any]]:
    """Each requirement that the editions do not share: added, removed, or changed and how."""
    before = {r.id: r for r in model.requirements(old)}
    after = {r.id: r for r in model.requirements(new)}
    for requirement in model.requirements():
        was, now = before.get(requirement.id), after.get(requirement.id)
        if was and now:
            changed = dict(_changed(was, now))
            if changed:
                yield {"id": requirement.id, "change": "changed", "fields": changed}
        elif now:
            yield {"id": requirement.id, "change": "added", "statement": now.statement}
        elif was:
            yield {"id": requirement.id, "change": "removed", "statement": was.statement}


def _changed(was: Requirement, now: Requirement) -> Iterator[tuple[str, dict[str, Any]]]:
    for field, name in _FIELDS.items():
        old, new = getattr(was, field), getattr(now, field)
        if old != new:
            yield name, {"old": _plain(old), "new": _plain(new)}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _lines(
    model: Catalogue, editions: tuple[str, str], changes: list[dict[str, Any]], style: Style
) -> Iterator[str]:
    for edition in editions:
        known = model.editions[edition]
        since = f", in force from {known.in_force}" if known.in_force else ""
        yield style(edition, "bold") + f"  {known.title}{since}"
    clause = ""
    for change in changes:
        mine = change["id"].split("-")[0].split("(")[0]
        if mine != clause:
            clause = mine
            yield ""
            yield style(f"clause {clause}" if clause[0].isdigit() else clause, "bold")
        colour = {"added": "green", "removed": "red", "changed": "yellow"}[change["change"]]
        yield f"  {style(change['id'], 'cyan')} {style(change['change'], colour)}"
        if "statement" in change:
            yield from _wrapped("+" if change["change"] == "added" else "-", change["statement"])
        for name, values in change.get("fields", {}).items():
            yield from _wrapped("-", f"{name}: {_said(values['old'])}")
            yield from _wrapped("+", f"{name}: {_said(values['new'])}")
    count = len(changes)
    yield ""
    yield f"{count} requirement{'' if count == 1 else 's'} added, removed or changed."


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} = {v}" for k, v in value.items()) or "nothing"
    return ", ".join(value) or "nothing" if isinstance(value, list) else str(value)


def _wrapped(sign: str, text: str) -> list[str]:
    return textwrap.wrap(
        text,
        98,
        initial_indent=f"    {sign} ",
        subsequent_indent="      ",
        break_on_hyphens=False,
    )
