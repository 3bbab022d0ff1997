"""``tadp make``: a filled-in sheet, or a quarantine report with actions, made into a file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from conformance.commands.common import (
    add_edition_files,
    add_overwrite,
    add_zone,
    catalogue,
    complain,
    print_lines,
    require_new,
)
from conformance.commands.progress import over_bytes, working
from conformance.commands.setting import add_profile
from conformance.content import Content
from conformance.errors import TadpError
from conformance.model.column import Role
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind
from conformance.model.types.choice import listed
from conformance.phrases import counted
from conformance.preparation.action import ActionForm, Actions, read_actions
from conformance.preparation.filling import make_adt
from conformance.preparation.opening import open_sheet
from conformance.preparation.proof import setting_of
from conformance.preparation.qcaf import QcafMaker
from conformance.preparation.refusal import RefusedError
from conformance.preparation.text import render_refusal
from conformance.report.style import Style
from conformance.report.visible import visible_text
from conformance.staging import staged
from conformance.submission.evidence import Quarantine
from conformance.submission.manifest import read_advice
from conformance.submission.moments import now, parse_moment, require_zone
from conformance.submission.names import SUBMISSION

#: Endings by which a program takes a file for something other than CSV.
_OTHER_NAMES = {".xlsx", ".xls", ".xlsm", ".ods", ".zip", ".pdf", ".json", ".html"}
_EPILOG = """\
The file that is written passes `tadp check` with the same profile, except for its signature. If
something has to be fixed first, every cell is listed, and nothing is written.

examples:
  tadp make adt thresholds.xlsx -o adt.csv
  tadp make adt thresholds.csv -o adt.csv --profile ours.toml
  tadp make qcaf report.csv --action Delete -o qcaf.csv
  tadp make qcaf report.csv --actions actions.xlsx -o qcaf.csv --at 2025-06-03T10:00:00Z

exit codes: 0 written, 1 something has to be fixed, 2 the command could not be carried out
"""
_ADT_EPILOG = """\
A sheet has the headings of `tadp template adt` in its first row, in any order, and a rule in each
row below; a workbook (.xlsx) or text as spreadsheet programs export it (CSV).

examples:
  tadp make adt thresholds.xlsx -o adt.csv
  tadp make adt plans.xlsx --sheet Autumn -o adt.csv
  tadp make adt thresholds.csv -o adt.csv --profile ours.toml --overwrite

exit codes: 0 written, 1 something has to be fixed, 2 the command could not be carried out
"""
_QCAF_EPILOG = """\
The action of a communication is the one that --actions gives it; or else the one that DCC advised,
by --advice; or else that of its Service Reference Variant; or else that of --action. All that is
quarantined needs one.

examples:
  tadp make qcaf report.csv --action Release -o qcaf.csv
  tadp make qcaf report.csv --variant 8.1.1=Delete --variant 7.2=Delete --action Release -o qcaf.csv
  tadp make qcaf report.csv --actions actions.xlsx -o qcaf.csv
  tadp make qcaf report.csv --advice Delete -o qcaf.csv
  tadp make qcaf report.csv --advice submission.json -o qcaf.csv --at 2025-06-03T10:00:00Z

exit codes: 0 written, 1 something has to be fixed, 2 the command could not be carried out
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    kinds = parser.add_subparsers(metavar="KIND", dest="kind", required=True)
    adt = kinds.add_parser(
        "adt",
        help="an ADT File from a filled-in sheet",
        description="Make an ADT File (clause 6.3) from a filled-in sheet.",
        epilog=_ADT_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    adt.add_argument("sheet", metavar="SHEET", type=Path, help="the sheet, .xlsx or CSV")
    adt.add_argument("--as-written", action="store_true",
        help="take codes such as 7.1 in CSV as they are, although a spreadsheet program may have "
        "dropped a zero")  # fmt: skip
    _add_common(adt)
    adt.set_defaults(run=run_adt)
    qcaf = kinds.add_parser(
        "qcaf",
        help="a QCAF of a quarantine report and actions",
        description="Make a QCAF (clause 6.5) of a quarantine report and the actions.",
        epilog=_QCAF_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = qcaf.add_argument
    add("report", metavar="REPORT", type=Path, help="the quarantine report, as it came from DCC")
    add("--action", metavar="ACTION", help="Release or Delete, for all that have no other")
    add("--actions", metavar="SHEET", type=Path,
        help="a filled-in `tadp template qcaf`, or CSV with the columns that identify a "
        "communication and the action")  # fmt: skip
    add("--variant", metavar="VARIANT=ACTION", action="append", default=[],
        help="the action for a Service Reference Variant; may be repeated")  # fmt: skip
    add("--advice", metavar="FILE|ACTION",
        help="a submission.json with DCC's advice, or the action that it advised for all"
        )  # fmt: skip
    add(
        "--at",
        metavar="TIME",
        help="time of sending (default: now), to warn of what is too late by then",
    )
    _add_common(qcaf)
    qcaf.set_defaults(run=run_qcaf)


def _add_common(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--sheet", metavar="NAME", dest="table", help="which sheet of a workbook")
    add("-o", "--output", metavar="FILE", type=Path, required=True, help="where to write it")
    add_profile(add)
    add("--set", metavar="KIND.COLUMN=VALUE", action="append", default=[],
        help="the value of a field that the sheet does not have, as of a header, where the "
        "profile has records of several kinds; may be repeated")  # fmt: skip
    add(
        "--made-at",
        metavar="TIME",
        help="when the file is made, where the profile has a column for it (default: now)",
    )
    add_zone(add)
    add_edition_files(add)
    add_overwrite(add)


def run_adt(options: argparse.Namespace) -> int:
    """Make an ADT File."""
    _require_csv_name(options.output)
    require_new(options.output, overwrite=options.overwrite)
    model = catalogue(options.edition_file)
    profile = load_profile(options.profile, model)
    form, given = profile.files[Kind.ADT], _given(options.set)
    created = _moment(options.made_at, "--made-at", options.zone)
    names = tuple(form.columns[index].name for index in form.asked)
    try:
        with working("reading the sheet"):
            sheet = open_sheet(options.sheet, names, options.table, as_written=options.as_written)
            made = make_adt(sheet, setting_of(model, profile), given, created)
    except RefusedError as refused:
        return _refuse(refused)
    with staged(options.output) as new:
        new.part.write_bytes(made.data)
        new.keep()
    _print_remarks(made.remarks)
    _done(options.output, counted(made.records, "record"))
    return 0


def _require_csv_name(output: Path) -> None:
    """Refuse to write CSV under a name by which a program opens it as something else.

    Raises:
        TadpError: the name is that of another kind of file.
    """
    if output.suffix.lower() in _OTHER_NAMES:
        raise TadpError(
            f"is not a name for a CSV file, because of its ending {output.suffix}",
            where=str(output),
            remedy=f"write to {output.with_suffix('.csv').name}",
        )


def run_qcaf(options: argparse.Namespace) -> int:
    """Make a QCAF."""
    _require_csv_name(options.output)
    require_new(options.output, overwrite=options.overwrite)
    model = catalogue(options.edition_file)
    at = _moment(options.at, "--at", options.zone) or now()
    created = _moment(options.made_at, "--made-at", options.zone)
    setting = setting_of(model, load_profile(options.profile, model), at)
    report = Content.of_file(str(options.report), options.report)
    try:
        actions = _actions(options, QcafMaker(report, setting).action_form)
        with staged(options.output) as new, over_bytes(len(report), times=3) as progress:
            maker = QcafMaker(report, setting, progress, _given(options.set), created)
            made = maker.make(actions, new.part)
            new.keep()
    except RefusedError as refused:
        return _refuse(refused)
    _print_remarks(made.remarks)
    for warning in made.warnings:
        complain(f"warning: {warning}")
    each = [f"{count:,} {action}" for action, count in made.actions.items() if count]
    _done(options.output, f"{counted(made.records, 'record')}: {', '.join(each)}")
    return 0


def _moment(text: str | None, option: str, zone: str | None) -> datetime | None:
    """Return the moment that an option gives, if it does."""
    return None if text is None else parse_moment(text, option, require_zone(zone))


def _actions(options: argparse.Namespace, form: ActionForm) -> Actions:
    """The actions that the options give.

    Raises:
        RefusedError: the sheet of actions has to be fixed first.
        TadpError: the options give none, or none that there is.
    """
    if not (options.action or options.actions or options.variant or options.advice):
        raise TadpError(
            "nothing says what is to become of the communications",
            remedy="say --action, --actions, --variant or --advice",
        )
    for_all = options.action and _action(options.action, form, "--action")
    each = {}
    if options.actions is not None:
        names = tuple(column.name for column in form.wanted)
        with working("reading the sheet"):
            each = read_actions(open_sheet(options.actions, names, options.table), form)
    by_variant: dict[str, str] = {}
    for text in options.variant:
        variant, action = _by_variant(text, form)
        if by_variant.setdefault(variant, action) != action:
            raise TadpError(f"two actions for {variant}", where="--variant", remedy="leave one")
    return Actions(each, _advised(options.advice, form), by_variant, for_all)


def _given(texts: Iterable[str]) -> dict[str, str]:
    """Return ``header.Number=7`` and others taken apart.

    Raises:
        TadpError: one is not of this form, or two are about one field.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or "." not in name:
            remedy = "write KIND.COLUMN=VALUE, such as header.Number=7"
            raise TadpError(f"{text!r} names no field with a value", where="--set", remedy=remedy)
        if found.setdefault(name, value) != value:
            raise TadpError(f"two values for {name}", where="--set", remedy="leave one")
    return found


def _action(text: str, form: ActionForm, where: str) -> str:
    """Return the action that is written as ``text``, in the clause's words or the profile's."""
    if text not in form.written:
        remedy = f"one of: {', '.join(form.written)}"
        raise TadpError(f"{text!r} is not an action", where=where, remedy=remedy)
    return form.written[text]


def _by_variant(text: str, form: ActionForm) -> tuple[str, str]:
    """``8.1.1=Delete`` taken apart."""
    variant, equals, action = text.partition("=")
    if not equals:
        raise TadpError(f"{text!r} names no action", where="--variant", remedy="write 8.1.1=Delete")
    known = _action(action, form, "--variant")
    if not any(variant in c.type.choices for c in form.columns if c.role is Role.VARIANT):
        raise TadpError(f"there is no Service Reference Variant {variant!r}", where="--variant")
    return variant, known


def _advised(text: str | None, form: ActionForm) -> Quarantine:
    """DCC's advice: an action, or what is in the ``submission.json`` or the folder of this name."""
    # A file of such a name is not a record, and is refused as one.
    if text is None or (text in form.written and not Path(text).exists()):
        return Quarantine(advice_for_all=text and form.written[text])
    path = Path(text)
    folder = path if path.is_dir() else path.parent
    if path.name != SUBMISSION and not path.is_dir():
        remedy = f"give that, or {listed(form.known)}"
        raise TadpError(f"is not a {SUBMISSION}", where=str(path), remedy=remedy)
    found = read_advice(folder, str(folder))
    if found.advice is None and found.advice_for_all is None:
        raise TadpError("has no advice", where=str(path), remedy="it goes under quarantine.advice")
    return found


def _refuse(refused: RefusedError) -> int:
    print_lines(render_refusal(refused, Style.of(sys.stdout)))
    return 1


def _print_remarks(remarks: Iterable[str]) -> None:
    for remark in remarks:
        complain(remark)


def _done(path: Path, what: str) -> None:
    print_lines([f"wrote {visible_text(str(path), 4000)}, {what}; not signed yet"])
