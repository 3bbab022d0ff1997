"""``tadp profile``: make a profile of one's own, check it, show it."""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from conformance.commands.common import add_format, catalogue, print_json, print_lines
from conformance.errors import TadpError
from conformance.model.column import Column
from conformance.model.profile import Profile
from conformance.model.profile_loading import (
    DEFAULT,
    load_profile,
    profile_text,
    shipped_profiles,
)
from conformance.report.style import Style
from conformance.report.visible import visible_text
from conformance.report.writing import write_whole
from conformance.submission.area.spot import spots

_EPILOG = """\
examples:
  tadp profile new mine.toml            a copy of the reference profile, to be changed
  tadp profile new mine.toml --extend   a short one that extends it
  tadp profile check mine.toml
  tadp profile show reference
"""
#: Characters of a path or a reason that are shown.
_WIDEST = 4000
_EXTENDING = """\
# Extends the {base} profile: an entry here takes the place of its entry of the same name.
# `tadp profile show {base}` tells what there is to change.

profile = "{name}"
title = "{name}"
version = "1"
extends = "{base}"

# For instance, if you know the trust anchors and where revocation lists lie:
# [trust]
# anchors = ["root.pem"]
# crls = ["ca.crl"]

# If you take another reading of an open question (`tadp clauses --format json` lists them):
# [readings]
# final-line-feed = "terminator"

# What you have confirmed is no assumption any more; say how you know.
# [[assumptions]]
# entry = "references"
# verified = true
# reason = "Seen in ..."
"""


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
    check.set_defaults(run=run_check)
    show = verbs.add_parser("show", help="show a profile, with what it extends merged in")
    show.add_argument("profile", metavar="NAME|FILE", nargs="?", default=DEFAULT)
    add_format(show)
    show.set_defaults(run=run_show)


def run_new(options: argparse.Namespace) -> int:
    """Write a new profile; an existing file is left alone."""
    name = re.sub(r"[^a-z0-9._-]+", "-", options.file.stem.lower()).strip("-._") or "mine"
    if options.extend:
        text = _EXTENDING.format(name=name, base=options.base)
    else:
        text = profile_text(options.base)
        text = re.sub(r'(?m)^profile = ".*"$', f'profile = "{name}"', text, count=1)
        text = re.sub(r'(?m)^title = ".*"$', f'title = "{name}"', text, count=1)
    if options.file.exists():
        raise TadpError("is there already", where=str(options.file), remedy="name a new file")
    write_whole(options.file, text.encode("utf-8"))
    shown = visible_text(str(options.file), _WIDEST)
    print_lines([f"wrote {shown}; change it, then: tadp profile check {shown}"])
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Load each profile; the first that cannot be used ends the command."""
    model = catalogue()
    for name in options.profiles:
        profile = load_profile(name, model)
        count = len(profile.unverified)
        state = f"{count} of its entries unverified" if count else "verified"
        line = f"{name}: can be used ({profile.name}, version {profile.version}; {state})"
        print_lines([visible_text(line, _WIDEST)])
    return 0


def run_show(options: argparse.Namespace) -> int:
    """Show a profile as it applies."""
    profile = load_profile(options.profile, catalogue())
    if options.format == "json":
        print_json(profile.raw)
    else:
        print_lines(_lines(profile, Style.of(sys.stdout)))
    return 0


def _lines(profile: Profile, style: Style) -> Iterator[str]:
    title = visible_text(f"{profile.title}, version {profile.version}")
    yield style(profile.name, "bold") + f"  {title}"
    yield from _wrap(profile.source, "  ")
    for form in profile.files.values():
        yield ""
        yield style(f"{form.kind.label} (clause {visible_text(form.clause)})", "bold")
        for number, column in enumerate(form.columns, 1):
            yield f"  {number:>2}  {column.name:<26} {_described(column)}"
        yield f"      key: {', '.join(form.key) or 'none'}"
        for rule in form.rules:
            yield f"      {rule.rule}: {', '.join(rule.columns)}"
        yield (
            f"      {form.characters}, at least {form.minimum_records} records, "
            f"none over {form.maximum_record_bytes} bytes"
        )
    yield ""
    yield style("Signature", "bold")
    yield f"  containers: {', '.join(profile.signature.containers)}"
    for algorithm in profile.signature.algorithms:
        size = algorithm.curve or f"{algorithm.minimum_bits} bits or more"
        yield f"  {algorithm.key}, {size}, with {', '.join(algorithm.digests)}"
    yield ""
    yield style("Delivery and references", "bold")
    delivery = profile.delivery
    yield visible_text(
        f"  method: {delivery.method}; contingency: {delivery.contingency or 'none'}"
    )
    for spot in spots(delivery):
        yield visible_text(f"  {spot.kind.label}, {spot.folder}: {spot.path}")
    references = profile.references
    yield visible_text(f"  SMSR: {references.smsr}; Incident: {references.incident}")
    yield ""
    yield style("What nobody has confirmed", "bold")
    for assumption in profile.unverified:
        yield "  " + style(visible_text(assumption.entry), "yellow")
        yield from _wrap(assumption.reason, "      ")
    if not profile.unverified:
        yield "  nothing"


def _described(column: Column) -> str:
    return visible_text(column.type.summary()) + (", or null" if column.nullable else "")


def _wrap(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        visible_text(text, _WIDEST),
        98,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
