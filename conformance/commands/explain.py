"""``tadp explain``: one requirement in full, or a note."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterator
from typing import assert_never

from conformance.commands.common import add_edition_files, catalogue, print_lines
from conformance.errors import TadpError
from conformance.model.catalogue import Catalogue, selects
from conformance.model.requirement import (
    Basis,
    EditionFile,
    Note,
    Requirement,
    Testable,
    citation_of,
)
from conformance.report.edition_files import file_line
from conformance.report.lines import wrapped
from conformance.report.style import Style
from conformance.report.visible import visible_text

_EPILOG = """\
ID is a requirement (6.1-3), a clause (3.4(b), all of its requirements) or a note
(final-line-feed). Quote an id with brackets, as your shell wants.

examples:
  tadp explain 6.1-3
  tadp explain '3.4(b)-2'
  tadp explain final-line-feed
  tadp explain 6.5 --edition-file current-code.toml
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    parser.add_argument("id", metavar="ID", nargs="+", help="a requirement, a clause or a note")
    add_edition_files(parser.add_argument)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    model, style = catalogue(options.edition_file), Style.of(sys.stdout)
    lines: list[str] = []
    for name in options.id:
        found = [r for r in model.worded(model.latest.id) if selects(name, r.id)]
        if name in model.notes:
            lines += [*_note(model.notes[name], model, style), ""]
        elif not found:
            raise TadpError(
                f"{name!r} is not a requirement, clause or note", remedy="see tadp clauses"
            )
        for requirement in found:
            lines += [*_requirement(requirement, model, style), ""]
    print_lines(lines[:-1])
    return 0


def _requirement(requirement: Requirement, model: Catalogue, style: Style) -> Iterator[str]:
    stated = requirement.stated
    words = "" if stated is None else f", as {_file(stated)} states it"
    yield style(requirement.id, "bold") + f"  {citation_of(requirement.clause)}{words}"
    yield from _wrap(requirement.statement)
    yield ""
    yield from _row("who", requirement.actor, style)
    yield from _row("strength", requirement.strength, style)
    basis = _basis(requirement.basis)
    yield from _row("basis", f"{_file(stated)}, for {basis}" if stated else basis, style)
    yield from _row("shown", _shown_by(requirement.testable), style)
    yield from _row("applies to", ", ".join(sorted(k.label for k in requirement.kinds)), style)
    yield from _row("editions", ", ".join(requirement.editions), style)
    yield from _row("source", requirement.source, style)
    if requirement.derived_from:
        yield from _row("derives", "fails because of " + ", ".join(requirement.derived_from), style)
    if requirement.rejects:
        yield from _row("rejects", ", ".join(requirement.rejects), style)
    yield from _row("matters", requirement.effect, style)
    yield from _row("fix", requirement.hint, style)
    yield from _row("conforms", requirement.example.conforms, style)
    yield from _row("violates", requirement.example.violates, style)
    if requirement.stated is not None:
        yield from _row("stated by", file_line(requirement.stated), style)
    yield from _otherwise(requirement, model, style)
    for name in requirement.all_notes:
        yield ""
        yield from _note(model.notes[name], model, style)


def _otherwise(requirement: Requirement, model: Catalogue, style: Style) -> Iterator[str]:
    """Yield how editions other than the latest state a requirement, if they differ."""
    for edition in model.editions.values():
        worded = next(r for r in model.worded(edition.id) if r.id == requirement.id)
        if edition.id in requirement.editions and worded.statement != requirement.statement:
            yield from _row(f"in {edition.id}", worded.statement, style)
        if requirement.id in edition.withdrawn:
            reason = edition.withdrawn[requirement.id]
            yield from _row("withdrawn", f"in {edition.id}: {reason}", style)


def _file(file: EditionFile) -> str:
    sort = "verified" if file.verified else "unverified"
    return f"the {sort} edition file {visible_text(file.path)}"


def _basis(basis: Basis) -> str:
    """Return what a requirement rests on, in words."""
    match basis:
        case Basis.CLAUSE:
            return "the legal text"
        case Basis.GUIDANCE:
            return "the ADT User Guidance"
        case Basis.PROFILE:
            return "an assumption of the profile; the words of the Code are not known to this suite"
        case Basis.NOTE:
            return "an interpretation of its source"
        case _:
            assert_never(basis)


def _shown_by(testable: Testable) -> str:
    """Return what shows that a requirement is met, in words."""
    match testable:
        case Testable.MECHANICAL:
            return "from the files alone"
        case Testable.EVIDENCE:
            return "from a record of an event"
        case Testable.ATTESTATION:
            return "only by a person who attests it"
        case _:
            assert_never(testable)


def _note(note: Note, model: Catalogue, style: Style) -> Iterator[str]:
    yield style(f"note {note.id}", "bold") + f"  {note.title}"
    yield from _wrap(note.question)
    for reading in note.readings:
        label = f"{reading.id}{' (default)' if reading.id == note.default else ''}"
        yield from _row("reading", f"{label}: {reading.text}", style)
    yield from _row("because", note.reason, style)
    used = ", ".join(r.id for r in model.requirements() if note.id in r.all_notes)
    yield from _row("applies to", used, style)
    switch = f'[readings] {note.id} = "..." in a profile'
    yield from _row("switch", switch if note.decides else "none: no check depends on it", style)


def _row(label: str, text: str, style: Style) -> Iterator[str]:
    lines = [piece for line in text.splitlines() or [""] for piece in _pieces(line)]
    yield f"  {style(f'{label:<10}', 'dim')} {lines[0]}"
    yield from (" " * 13 + line for line in lines[1:])


def _pieces(line: str) -> list[str]:
    # A record of an example stays in one piece, however long, so that it can be copied.
    return textwrap.wrap(line, 86, break_on_hyphens=False, break_long_words=False) or [""]


def _wrap(text: str) -> list[str]:
    return wrapped(text, 2, 0, width=99)
