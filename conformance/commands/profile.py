"""``tadp profile``: make a profile of one's own, check it, show it."""

from __future__ import annotations

import argparse
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.commands.common import catalogue, print_json, print_lines
from conformance.errors import TadpError
from conformance.model.profile_loading import (
    DEFAULT,
    load_profile,
    shipped_profiles,
)
from conformance.report.style import Style
from conformance.report.visible import visible_text
from conformance.report.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.findings import Progress
    from conformance.model.profile_problem import Located
    from conformance.profiles.checking import Examined
    from conformance.profiles.document import Document

_EPILOG = """\
examples:
  tadp profile new mine.toml            a copy of the reference profile, to be changed
  tadp profile new mine.toml --extend   a short one that extends it
  tadp profile check mine.toml
  tadp profile show reference
  tadp profile show mine.toml --format html > mine.html
  tadp profile diff reference mine.toml
  tadp profile schema -o profile.schema.json   for editors that know JSON Schemas
"""
_FORMATS = ("text", "json", "markdown", "html")
#: Characters of a path or a reason that are shown.
_WIDEST = 4000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    new = verbs.add_parser("new", help="write a profile to start from")
    new.add_argument("file", metavar="FILE", type=Path, help="where to write it; must not exist")
    new.add_argument("--base", default=DEFAULT, choices=shipped_profiles(), help="what to copy")
    new.add_argument("--extend", action="store_true", help="extend the base, not copy it")
    new.set_defaults(run=run_new)
    check = verbs.add_parser("check", help="check that profiles can be used")
    check.add_argument("profiles", metavar="NAME|FILE", nargs="+")
    quick = "leave out the self-test, which makes submissions under each profile and breaks them"
    check.add_argument("--quick", action="store_true", help=quick)
    check.set_defaults(run=run_check)
    show = verbs.add_parser("show", help="show a profile, with what it extends merged in")
    show.add_argument("profile", metavar="NAME|FILE", nargs="?", default=DEFAULT)
    show.add_argument("--format", choices=_FORMATS, default="text",
        help="text (default), json: the merged entries, markdown, or html: one page that needs "
        "nothing else")  # fmt: skip
    show.set_defaults(run=run_show)
    schema = verbs.add_parser("schema", help="print the JSON Schema of a profile, for editors")
    where = schema.add_mutually_exclusive_group()
    where.add_argument("-o", "--output", metavar="FILE", type=Path, help="write it to a file")
    where.add_argument("--path", action="store_true", help="print where it is in this installation")
    schema.set_defaults(run=run_schema)
    diff = verbs.add_parser("diff", help="compare two profiles, entry by entry")
    diff.add_argument("old", metavar="OLD", help="a name or a file")
    diff.add_argument("new", metavar="NEW", help="a name or a file")
    diff.add_argument("--format", choices=_FORMATS, default="text",
        help="text (default), json, markdown, or html")  # fmt: skip
    diff.set_defaults(run=run_diff)


def run_new(options: argparse.Namespace) -> int:
    """Write a new profile; an existing file is left alone."""
    from conformance.profiles.starting import SCHEMA, copy_of, extension_of, name_of

    start = extension_of if options.extend else copy_of
    text = start(options.base, name_of(options.file))
    if options.file.exists():
        raise TadpError("is there already", where=str(options.file), remedy="name a new file")
    write_whole(options.file, text.encode("utf-8"))
    shown = visible_text(str(options.file), _WIDEST)
    print_lines(
        [
            f"wrote {shown}; change it, then: tadp profile check {shown}",
            f"its first line names its schema for editors: {visible_text(str(SCHEMA), _WIDEST)}",
        ]
    )
    return 0


def run_schema(options: argparse.Namespace) -> int:
    """Print the JSON Schema of a profile, or write it; an existing file is replaced."""
    from conformance.profiles.starting import SCHEMA, for_editors, schema_text

    if options.path:
        print_lines([str(SCHEMA)])
    elif options.output is None:
        print_lines(schema_text().splitlines())
    else:
        write_whole(options.output, schema_text().encode("utf-8"))
        shown = visible_text(str(options.output), _WIDEST)
        first = visible_text(for_editors(f"./{options.output.name}").strip(), _WIDEST)
        print_lines([f"wrote {shown}; the first line of a profile beside it: {first}"])
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Look at each profile, and say all that is wrong with it; exit code 2 if anything is."""
    from conformance.profiles.checking import examine

    model = catalogue()
    refused = False
    for name in options.profiles:
        with _trying(quick=options.quick) as step:
            found = examine(name, model, step)
        refused = refused or bool(found.refused)
        print_lines(visible_text(line, _WIDEST) for line in _examined(name, found))
    return 2 if refused else 0


@contextmanager
def _trying(*, quick: bool) -> Iterator[Progress | None]:
    """Count on a terminal what the self-test tries, unless there is none."""
    if quick:
        yield None
        return
    from conformance.commands.implementation import progress

    with progress("submissions tried") as announce:
        yield announce(None)


def _examined(name: str, found: Examined) -> Iterator[str]:
    profile = found.profile
    if found.refused or profile is None:
        count = len(found.refused)
        yield f"{name}: cannot be used: {count} thing{'s' * (count > 1)} to fix"
    else:
        unverified = len(profile.unverified)
        state = f"{unverified} of its entries unverified" if unverified else "verified"
        tried = "" if found.tried is None else f"; {found.tried:,} faults tried"
        yield f"{name}: can be used ({profile.name}, version {profile.version}; {state}{tried})"
    for one in found.refused:
        yield from _problem("", one)
    for one in found.warnings:
        yield from _problem("warning: ", one)


def _problem(kind: str, one: Located) -> Iterator[str]:
    where = f"{one.source}" + (f", line {one.line}" if one.line else "")
    yield f"  {where}: {kind}{one.entry + ': ' if one.entry else ''}{one.what}"
    if one.right:
        yield f"    {one.right}"


def run_show(options: argparse.Namespace) -> int:
    """Show a profile as it applies."""
    model = catalogue()
    profile = load_profile(options.profile, model)
    if options.format == "json":
        print_json(profile.raw)
        return 0
    from conformance.profiles.document import document_of

    _show(document_of(profile, model), options.format, "a profile")
    return 0


def run_diff(options: argparse.Namespace) -> int:
    """Compare two profiles, entry by entry."""
    from conformance.profiles.comparison import compared, comparison_of

    model = catalogue()
    old, new = (load_profile(name, model) for name in (options.old, options.new))
    if options.format == "json":
        print_json(comparison_of(old, new))
    else:
        _show(compared(old, new), options.format, "two profiles compared")
    return 0


def _show(document: Document, form: str, kicker: str) -> None:
    """Print a document in the format called ``form``, which is not JSON."""
    from conformance.report.writing import show

    if form == "html":
        from conformance.profiles.page import page_of

        show(page_of(document, kicker))
    elif form == "markdown":
        from conformance.profiles.markdown import markdown_of

        show(markdown_of(document))
    else:
        from conformance.profiles.text import text_of

        print_lines(text_of(document, Style.of(sys.stdout)))
