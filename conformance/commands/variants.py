"""``tadp variants``: the Service Reference Variants, and the User Roles that may send each."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Iterator, Sequence

from conformance.commands.common import catalogue, print_json, print_lines
from conformance.errors import TadpError
from conformance.model.requirement import Variant
from conformance.report.style import Style

_EPILOG = """\
A code without a User Role is one that no User may send. A profile takes this list for a column with
values_from = "service-reference-variants", and the User Roles for a rule "eligible-variant".

examples:
  tadp variants
  tadp variants --role GS
  tadp variants --format csv > variants.csv
"""
_COLUMNS = ("srv", "name", "critical", "roles")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("--role", metavar="ROLE", help="only those that this User Role may send")
    add(
        "--format",
        choices=("text", "json", "csv"),
        default="text",
        help="text (default), json, csv",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    everything = list(catalogue().variants.values())
    roles = list(dict.fromkeys(role for one in everything for role in one.roles))
    if options.role not in (None, *roles):
        raise TadpError(
            f"there is no User Role {options.role!r}", remedy=f"one of: {', '.join(roles)}"
        )
    chosen = [one for one in everything if options.role is None or options.role in one.roles]
    if options.format == "json":
        print_json([dict(zip(_COLUMNS, _values(one), strict=True)) for one in chosen])
    elif options.format == "csv":
        print_lines(_csv(chosen).splitlines())
    else:
        print_lines(_lines(chosen, Style.of(sys.stdout)))
    return 0


def _csv(chosen: Sequence[Variant]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows((*rest, " ".join(roles)) for *rest, roles in map(_values, chosen))
    return text.getvalue()


def _values(one: Variant) -> tuple[str, str, str, list[str]]:
    """The values of ``_COLUMNS``."""
    return one.srv, one.name, one.critical, sorted(one.roles)


def _lines(chosen: Sequence[Variant], style: Style) -> Iterator[str]:
    rows = [(one, " ".join(sorted(one.roles))) for one in chosen]
    number, roles = max(len(one.srv) for one in chosen), max(len(named) for _, named in rows)
    for one, named in rows:
        critical = "" if one.critical == "no" else f"  (critical: {one.critical})"
        yield f"{style(one.srv.ljust(number), 'cyan')}  {named.ljust(roles)}  {one.name}{critical}"
    yield f"{len(chosen):,} Service Reference Variants"
