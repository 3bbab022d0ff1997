"""``tadp area``: what a User says of the submissions in a copy of the SharePoint area."""

from __future__ import annotations

import argparse
from pathlib import Path

from conformance.checks.context import Setting
from conformance.commands.common import (
    add_edition_files,
    add_overwrite,
    add_sheet_output,
    catalogue,
    complain,
    print_lines,
    require_endings,
    require_new,
)
from conformance.commands.progress import working
from conformance.commands.setting import add_profile
from conformance.errors import TadpError
from conformance.model.profile_loading import load_profile
from conformance.report.visible import visible_text
from conformance.report.writing import show, write_whole
from conformance.signature import TrustStore
from conformance.submission.moments import now

_EPILOG = """\
A register has a row for each submission that is new or live, filled in from names and contents.
Complete what only you know: when the Service Request was raised and via what, the Incident, the
ARO's certificate, the report file, when DCC completed the request. Rows of kind "User ID" have your
User IDs: say which are live, and add those that have no file. Leave a cell empty if you do not
know; what rests on it is then not shown.

examples:
  tadp area register area/ -o register.xlsx
  tadp area register area/ -o register.csv --profile ours.toml
  tadp area register area/ -o next.xlsx --earlier register.xlsx
  tadp check area/ --register register.xlsx
"""
_ENDINGS = (".csv", ".xlsx")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("what", choices=["register"], help="what to write")
    add("folder", metavar="FOLDER", type=Path, help="a copy of the area")
    add_sheet_output(add)
    add("--earlier", metavar="FILE", type=Path,
        help="a register from before, whose rows are taken over")  # fmt: skip
    add_profile(add)
    add_edition_files(add)
    add_overwrite(add)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the register."""
    from conformance.preparation.register_writing import RegisterDraft

    output: Path | None = options.output
    if output is not None:
        require_endings([output], _ENDINGS)
        require_new(output, overwrite=options.overwrite)
    if not options.folder.is_dir():
        raise TadpError("there is no such folder", where=str(options.folder))
    model = catalogue(options.edition_file)
    profile = load_profile(options.profile, model)
    setting = Setting(model, profile, TrustStore((), ()), now())
    as_workbook = output is not None and output.suffix.lower() == ".xlsx"
    with working("reading the area"):
        draft = RegisterDraft(options.folder, setting, options.earlier)
        data = draft.workbook() if as_workbook else draft.text()
    for remark in draft.remarks:
        complain(remark)
    if output is None:
        show(data.decode("utf-8-sig"))
        return 0
    write_whole(output, data)
    print_lines([f"wrote {visible_text(str(output), 4000)}"])
    return 0
