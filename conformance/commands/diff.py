"""``tadp diff``: what a new ADT File adds, changes and, above all, removes."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from conformance.checks.context import Setting
from conformance.commands.common import add_edition_files, catalogue, print_lines, require_endings
from conformance.commands.progress import working
from conformance.commands.setting import add_profile
from conformance.errors import TadpError
from conformance.inputs import STDIN
from conformance.model.profile_loading import load_profile
from conformance.records.adt_change import Kind, compare
from conformance.signature import TrustStore
from conformance.thresholds.adt_file import AdtFile, open_adt_file
from conformance.thresholds.document import Comparison
from conformance.thresholds.live import replaced_by

_EPILOG = """\
An ADT File replaces the one before it as a whole: DCC drops, without a word, each rule that the
new file leaves out (tadp explain UG1.1-1). OLD and NEW are ADT Files, plain CSV or signed, or
folders with submission.json; - is standard input. Rules are matched by the key that the profile
gives them, wherever they are in the file. Without OLD, NEW is compared with the file of
the same User ID in the Live folder: that of the SharePoint area around NEW, or of --live; or with
what its submission.json says it replaces.

examples:
  tadp diff live.csv new.csv
  tadp diff live.csv.p7m new.csv.p7m --fail-on removed
  tadp diff "ADT File Submissions/Submitted/70-00-00-00-00-00-00-01-REQ000000000002-ADT.csv"
  tadp diff new.csv --live "copy/ADT File Submissions/Live" --output diff.html --output diff.json

exit codes: 0 compared; 1 there is a change that --fail-on names, or a file departs from its
form, so that the comparison may be incomplete; 2 the command could not be carried out

`tadp report diff` compares two reports, and `tadp diff-editions` two editions of Appendix AA.
"""
#: The endings of files, and the form that each means.
_ENDINGS = {".txt": "text", ".json": "json", ".html": "html", ".htm": "html"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    parser.usage = "tadp diff [OLD] NEW [options]"
    add = parser.add_argument
    add("files", metavar="FILE", nargs="+", help="OLD and NEW, or NEW alone")
    add(
        "--live",
        metavar="FOLDER",
        type=Path,
        help="the Live folder, or an area with one, in place of OLD",
    )
    add_profile(add)
    add_edition_files(add)
    add("--fail-on", metavar="CHANGE", choices=[k.value for k in Kind], action="append", default=[],
        help="exit with 1 on: removed, changed, added; may be repeated")  # fmt: skip
    add("--format", choices=("text", "json", "html"), default="text", help="of standard output")
    add("--output", metavar="FILE", type=Path, action="append", default=[],
        help="write to a file, by its ending: .txt .json .html; may be repeated")  # fmt: skip
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    *before, new_name = options.files
    if len(before) > 1:
        raise TadpError("more than two files", remedy="see tadp diff --help")
    if before and options.live is not None:
        raise TadpError("OLD and --live are two answers to one question", remedy="leave one out")
    if before == [new_name] == [STDIN]:
        raise TadpError("standard input can be read only once")
    require_endings(options.output, _ENDINGS)
    model = catalogue(options.edition_file)
    profile = load_profile(options.profile, model)
    setting = Setting(model, profile, TrustStore((), ()), datetime.now(UTC))
    with working("comparing"):
        old: AdtFile | None = open_adt_file(before[0], setting) if before else None
        new = open_adt_file(new_name, setting)
        old = old or replaced_by(new, options.live, setting)
        found = Comparison(old, new, compare(old.table, new.table), profile)
    _write(options, found)
    failing = any(found.change.count(Kind(name)) for name in options.fail_on)
    return int(failing or not found.sound)


def _write(options: argparse.Namespace, found: Comparison) -> None:
    from conformance.report.style import Style
    from conformance.report.writing import show, write_whole
    from conformance.thresholds.text import text_of

    for path in options.output:
        with working(f"writing {path.suffix.lower()}"):
            data = _rendered(found, _ENDINGS[path.suffix.lower()]).encode("utf-8")
            write_whole(path, data)
    if options.format == "text":
        print_lines(text_of(found, Style.of(sys.stdout)))
    else:
        show(_rendered(found, options.format))


def _rendered(found: Comparison, form: str) -> str:
    if form == "html":
        from conformance.thresholds.page import page_of

        return page_of(found)
    if form == "json":
        from conformance.thresholds.document import document_of

        return "".join(document_of(found))
    from conformance.report.style import Style
    from conformance.thresholds.text import text_of

    return "".join(f"{line}\n" for line in text_of(found, Style(colour=False)))
