"""``tadp check``: submissions in, the violated clauses out."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from conformance.batch.backend import Backend, cores
from conformance.batch.checking import prepare
from conformance.batch.job import CheckJob
from conformance.checks.context import Setting
from conformance.commands.common import (
    Redact,
    add_fail_on,
    add_redaction,
    add_report_output,
    add_zone,
    complain,
    fail_on,
    print_lines,
    print_report,
    redaction_of,
    written_by,
)
from conformance.commands.progress import over_bytes, over_things, working
from conformance.commands.setting import add_edition, add_setting, setting_spec
from conformance.errors import TadpError
from conformance.findings import Progress
from conformance.model.requirement import Kind
from conformance.report.formats import format_of, require_formats
from conformance.report.frame import sealed
from conformance.report.raw import Run, draft_on
from conformance.submission.area.stray import Stray
from conformance.submission.evidence import Submission
from conformance.submission.hints import CliHints
from conformance.submission.moments import now, parse_moment, require_zone

if TYPE_CHECKING:
    from conformance.batch.journal import Journal

#: What submissions were checked in, what could not be read, and what was not looked at.
Beside = tuple[Setting, Sequence[str], Sequence[Stray]]

_EPILOG = """\
A PATH is a folder with submission.json or publication.json, a folder of such folders, a copy of
a SharePoint area, a file (the CSV file, a CMS container with it inside, an .eml message or a zip
archive), or - for standard input. A detached signature beside a file (adt.csv.p7s) is found by
itself. Each submission in a message or an archive is checked; what else is in it is listed.

examples:
  tadp check fixtures/examples/adt-saved-by-a-spreadsheet
  tadp check message.eml --kind adt
  tadp check adt.csv --signature adt.csv.p7s --trust root.pem --crl ca.crl
  tadp check qcaf.csv.p7m --at 2025-06-01T10:00:00Z --only '4.7(b)' --only 6.1
  tadp check sharepoint-copy/ --live-users users.txt --trust root.pem --crl ca.crl
  tadp check sharepoint-copy/ --register register.xlsx --require-evidence
  tadp check submissions/ --output report.html --output report.sarif --quiet
  tadp check submission/ --edition-file current-code.toml
  tadp check submissions/ --jobs auto --resume checked.jsonl --output report.json
  openssl cms -sign -binary ... | tadp check - --kind adt --format json

exit codes: 0 no verdict that the run fails on, 1 one of them (--fail-on; violates and departs
unless others are named), 2 the command could not be carried out
"""
_KINDS = (Kind.ADT, Kind.QCAF, Kind.REPORT, Kind.PUBLICATION)
#: Processes at once, at most; a slip of the finger should not bring a machine down.
MOST_JOBS = 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("paths", metavar="PATH", nargs="+", help="what to check; - is standard input")
    add("--kind", choices=[k.value for k in _KINDS], help="kind of a lone file")
    add("--signature", metavar="FILE", type=Path, help="detached signature of a lone file")
    add("--certificate", metavar="FILE", type=Path,
        help="the signer's certificate, if the signature does not contain it")  # fmt: skip
    add("--live-users", metavar="FILE", type=Path,
        help="live User IDs of the Party, one a line, for a copy of its area")  # fmt: skip
    add("--register", metavar="FILE", type=Path,
        help="the facts about an area that only you know: see tadp area")  # fmt: skip
    add_setting(add)
    add_edition(add)
    add("--at", metavar="TIME",
        help="time of the check, and of sending if none is given; default: now")  # fmt: skip
    add_zone(add)
    add("--only", metavar="ID", action="append", default=[],
        help="only this requirement or clause (6.1-3, 6.1, '3.4(b)'); may be repeated")  # fmt: skip
    add_report_output(add)
    add_redaction(add)
    add_fail_on(add)
    add("--jobs", metavar="N", type=_jobs, default=1,
        help="check in N processes; 0 or auto: one for each processor (default: 1)")  # fmt: skip
    add("--executor", metavar="URL",
        help="check on a cluster that sees the same files: dask://HOST:PORT")  # fmt: skip
    add("--resume", metavar="FILE", type=Path,
        help="keep a journal in FILE, and go on with it if it is there")  # fmt: skip
    add("--quiet", action="store_true", help="only the line per submission, and no progress")
    parser.set_defaults(run=run)


def _jobs(text: str) -> int:
    if text in ("0", "auto"):
        return cores()
    if text.isascii() and text.isdigit() and int(text) <= MOST_JOBS:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is neither a number up to {MOST_JOBS} nor auto")


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    require_formats(options.output)
    started = Run(fail_on=fail_on(options))
    redacted = redaction_of(options)
    if options.executor is not None and options.jobs != 1:
        raise TadpError("--jobs and --executor do not go together")
    backend = Backend(options.jobs, options.executor)
    backend.make_ready(options.paths)
    journal = _journal(options)
    job = _order(options, journal.checked_at if journal else None)
    if options.register is not None:
        job = _with_register(job, options)
    check = prepare(options.paths, job, backend, journal)
    if journal and journal.entries:
        complain(f"{journal.path}: going on after {len(journal.entries):,} that are done")
    drawn = 0 if options.quiet else check.count
    with over_things(drawn, "submissions") as step:
        outcome = check.carry_out(partial(reading, total=drawn), step)
    submissions, troubles = outcome.submissions, outcome.troubles
    beside = (outcome.setting, troubles, outcome.strays)
    if journal is not None and journal.entries:
        _require_unaltered(journal.path, submissions, beside)
    report = _report(options, submissions, beside, started, redacted)
    if journal is not None:
        journal.finish()
    for trouble in report["not_read"] if "redacted" in report else troubles:
        complain(trouble)
    if troubles or (job.hints.register is not None and job.hints.register.unused):
        return 2
    return int(started.fails(submission["verdict"] for submission in submissions))


def _require_apart(journal: Path, paths: Sequence[str]) -> None:
    """Complain of a journal inside what is to be checked, which would change it all the time."""
    place = Path(os.path.realpath(journal))
    if {place, *place.parents} & {Path(os.path.realpath(path)) for path in paths}:
        raise TadpError("is inside what is checked, and no place for a journal", where=str(journal))


def _journal(options: argparse.Namespace) -> Journal | None:
    if options.resume is None:
        return None
    _require_apart(options.resume, options.paths)
    from conformance.batch.journal import Journal

    return Journal(options.resume)


def _require_unaltered(journal: Path, submissions: list[dict[str, Any]], beside: Beside) -> None:
    """Complain of a journal whose entries make a report that contradicts itself.

    The digest of each line shows every alteration by somebody who does not compute it again.
    """
    from conformance.report.consistency import alterations

    known = beside[0].catalogue.editions
    editions = {submission["edition"] for submission in submissions} - known.keys()
    unknown = [f"has no wording of edition {edition}" for edition in sorted(editions)]
    for problem in unknown or alterations(draft_on(submissions, *beside)):
        raise TadpError(problem, where=str(journal), remedy="remove it, and check again")


def _order(options: argparse.Namespace, before: datetime | None) -> CheckJob:
    """Return the order; at the time of the run ``before``, if one was interrupted."""
    zone = require_zone(options.zone)
    at = None if options.at is None else parse_moment(options.at, "--at", zone)
    spec = setting_spec(options, at or before or now(), at)
    kind = Kind(options.kind) if options.kind else None
    hints = CliHints(kind, options.signature, options.live_users, options.certificate, zone=zone)
    return CheckJob(spec, hints, tuple(dict.fromkeys(options.only)), written_by(options))


def _with_register(job: CheckJob, options: argparse.Namespace) -> CheckJob:
    """Return ``order`` with the register of the areas that are checked, once it is read."""
    from conformance.preparation.register_reading import attestable, read_register

    folders = [Path(name) for name in options.paths if Path(name).is_dir()]
    if not folders:
        raise TadpError(
            "--register goes with the folder of an area",
            remedy="name the folder; unpack a zip archive first",
        )
    setting = job.setting()
    register = read_register(
        options.register, folders, setting.profile, attestable(setting.catalogue)
    )
    for remark in (*register.remarks, *register.unused):
        complain(remark)
    if register.without_row:
        first, more = register.without_row[0], len(register.without_row) - 1
        also = f" and for {more:,} more" if more else ""
        remedy = (
            "if the file and its name are right, add a row, or write the register again with "
            "--earlier"
        )
        complain(f"{options.register}: there is no row for {first}{also} ({remedy})")
    return replace(job, hints=replace(job.hints, register=register))


@contextmanager
def reading(submission: Submission, total: int) -> Iterator[Progress | None]:
    """A bar on standard error for one long file, if that is a terminal."""
    alone = submission.file if total == 1 else None
    with over_bytes(len(alone) if alone else 0) as advance:
        yield advance


def _note_too_large(outputs: Sequence[Path]) -> None:
    """Say which raw report is larger than what is read again."""
    from conformance.report.decoding import too_large

    for path in outputs:
        raw = format_of(path) == "json" and path.is_file()
        if raw and (problem := too_large(path.stat().st_size)):
            complain(f"{path}: {problem} (check fewer submissions at a time)")


def _report(
    options: argparse.Namespace,
    submissions: list[dict[str, Any]],
    beside: Beside,
    started: Run,
    redacted: Redact,
) -> dict[str, Any]:
    """Write the report to the files that were asked for, then to standard output; return it."""
    report = draft_on(submissions, *beside, started)
    # Of all forms, text alone shows nothing of the seal, which takes a while over thousands.
    if {options.format, *map(format_of, options.output)} != {"text"}:
        report = sealed(report)
    report = redacted(report)
    if options.output:
        from conformance.report.writing import write_reports

        with nullcontext() if options.quiet else working("writing reports"):
            write_reports(report, options.output)
        _note_too_large(options.output)
    if submissions:
        _print(options, report)
    return report


def _print(options: argparse.Namespace, report: dict[str, Any]) -> None:
    if options.format != "text":
        print_report(report, options.format)
        return
    from conformance.report.style import Style

    if options.quiet:
        from conformance.report.brief import brief_lines as lines
    else:
        from conformance.report.text import render_text as lines
    print_lines(lines(report, Style.of(sys.stdout)))
