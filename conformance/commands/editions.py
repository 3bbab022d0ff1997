"""``tadp diff-editions``: what changed between two editions, clause by clause."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from conformance.commands.common import (
    add_edition_files,
    add_format,
    catalogue,
    print_json,
    print_lines,
)
from conformance.model.catalogue import Catalogue
from conformance.model.edition_changes import changes_between
from conformance.model.requirement import citation_of
from conformance.phrases import counted
from conformance.report.edition_files import file_line, file_record
from conformance.report.lines import beside, wrapped
from conformance.report.style import Style

_EPILOG = """\
examples:
  tadp diff-editions
  tadp diff-editions v2.0 mp109 --format json
  tadp diff-editions --edition-file current-code.toml
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "old", metavar="OLD", nargs="?",
        help="default: the first edition, or the one that an edition file extends",
    )  # fmt: skip
    parser.add_argument(
        "new", metavar="NEW", nargs="?",
        help="default: the latest edition, or that of an edition file",
    )  # fmt: skip
    add_edition_files(parser.add_argument)
    add_format(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    model = catalogue(options.edition_file)
    last = model.edition_files[-1] if model.edition_files else None
    old = options.old or (last.extends if last else next(iter(model.editions)))
    new = options.new or (last.edition if last else model.latest.id)
    for edition in (old, new):
        model.edition(edition)
    changes = list(changes_between(model, old, new))
    if options.format == "json":
        files = [file_record(file) for file in model.edition_files]
        document = {"old": old, "new": new, "edition_files": files, "changes": changes}
        print_json(document)
    else:
        print_lines(_lines(model, (old, new), changes, Style.of(sys.stdout)))
    return 0


def _lines(
    model: Catalogue, editions: tuple[str, str], changes: list[dict[str, Any]], style: Style
) -> Iterator[str]:
    for edition in editions:
        known = model.editions[edition]
        since = f", in force from {known.in_force}" if known.in_force else ""
        if known.known_from:
            since = f", in force since a day that is not known, {known.known_from} at the latest"
        yield style(edition, "bold") + f"  {known.title}{since}"
        if known.file is not None:
            yield from wrapped(file_line(known.file), 2, 0, width=98)
    clause = ""
    for change in changes:
        mine = change["id"].split("-")[0].split("(")[0]
        if mine != clause:
            clause = mine
            yield ""
            yield style(citation_of(clause), "bold")
        colour = {"added": "green", "removed": "red", "changed": "yellow"}[change["change"]]
        yield f"  {style(change['id'], 'cyan')} {style(change['change'], colour)}"
        if "statement" in change:
            yield from _beside("+" if change["change"] == "added" else "-", change["statement"])
        if "reason" in change:
            yield from _beside(" ", f"reason: {change['reason']}")
        for name, values in change.get("fields", {}).items():
            yield from _beside("-", f"{name}: {_said(values['old'])}")
            yield from _beside("+", f"{name}: {_said(values['new'])}")
    yield ""
    yield f"{counted(len(changes), 'requirement')} added, removed or changed."


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} = {v}" for k, v in value.items()) or "nothing"
    return ", ".join(value) or "nothing" if isinstance(value, list) else str(value)


def _beside(sign: str, text: str) -> Iterator[str]:
    return beside(f"    {sign} ", text, 6, width=98)
