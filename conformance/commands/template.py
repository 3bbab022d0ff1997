"""``tadp template``: the template of clause 2.2(b), and one for the actions of a QCAF."""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from conformance.checks.context import Context
from conformance.commands.common import (
    add_edition_files,
    add_overwrite,
    add_sheet_output,
    catalogue,
    complain,
    print_lines,
    require_new,
)
from conformance.commands.progress import working
from conformance.commands.setting import add_profile
from conformance.content import Content
from conformance.errors import TadpError
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind
from conformance.preparation.description import unconfirmed
from conformance.preparation.proof import setting_of
from conformance.preparation.qcaf import QcafMaker
from conformance.preparation.refusal import RefusedError
from conformance.preparation.template import Template
from conformance.preparation.text import render_refusal
from conformance.report.style import Style
from conformance.report.visible import visible_text
from conformance.report.writing import show, write_whole
from conformance.submission.evidence import Submission

_EPILOG = """\
The columns are those of the profile. A workbook has lists to choose from, limits, a note at each
heading, and a sheet of notes; fill in either and give it to `tadp make`.

examples:
  tadp template adt                               the headings, as CSV
  tadp template adt -o thresholds.xlsx            for a spreadsheet program
  tadp template qcaf --report report.csv -o actions.xlsx
  tadp template adt --profile ours.toml -o thresholds.csv --overwrite
"""
#: Records of a report that go into a template; a spreadsheet program shows not many more.
MAXIMUM = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("kind", choices=[Kind.ADT.value, Kind.QCAF.value], help="what it is a template of")
    add_sheet_output(add)
    add("--report", metavar="FILE", type=Path,
        help="the quarantine report whose records a template of a QCAF is to have")  # fmt: skip
    add_profile(add)
    add_edition_files(add)
    add_overwrite(add)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the template."""
    ending = options.output.suffix.lower() if options.output else ".csv"
    if ending not in (".csv", ".xlsx"):
        raise TadpError(
            "the ending of the name is not that of a format",
            where=str(options.output),
            remedy="end it in .csv or .xlsx",
        )
    kind = Kind(options.kind)
    if options.report is not None and kind is not Kind.QCAF:
        raise TadpError("--report goes with a template of a QCAF")
    if options.output is not None:
        require_new(options.output, overwrite=options.overwrite)
    model = catalogue(options.edition_file)
    profile = load_profile(options.profile, model)
    setting = setting_of(model, profile)
    context = Context(Submission("template", kind, Path()), setting)
    rows: Iterator[Sequence[str]] = iter(())
    if options.report is not None:
        maker = QcafMaker(Content.of_file(str(options.report), options.report), setting)
        try:
            with working("reading the report"):
                maker.remarks()
        except RefusedError as refused:
            print_lines(render_refusal(refused, Style.of(sys.stdout)))
            return 1
        rows = _rows(maker)
    template = Template(profile, profile.files[kind], context.dialect, rows)
    with working("writing the template"):
        data = template.workbook() if ending == ".xlsx" else template.text()
    if options.output is None:
        show(data.decode())
    else:
        write_whole(options.output, data)
        print_lines([f"wrote {visible_text(str(options.output), 4000)}"])
    if any(unconfirmed(profile, profile.files[kind])):
        complain(
            f"{kind.label}: the columns of profile {profile.name} are unconfirmed; "
            "`tadp profile show` says why they were assumed"
        )
    return 0


def _rows(maker: QcafMaker) -> Iterator[list[str]]:
    for _, fields in itertools.islice(maker.entries(), MAXIMUM):
        yield [value.decode(errors="replace") for value in fields]
