"""``tadp deadline``: what of a quarantine is due when, and what has expired."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from conformance.checks.context import Setting
from conformance.commands.common import (
    add_zone,
    catalogue,
    complain,
    print_json,
    print_lines,
    require_endings,
)
from conformance.commands.progress import over_bytes
from conformance.commands.setting import add_profile
from conformance.content import Content
from conformance.errors import SubmissionError, TadpError
from conformance.inputs import STDIN
from conformance.model.profile import FileFormat
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind
from conformance.phrases import listed
from conformance.quarantine.document import Deadlines, csv_of, document_of
from conformance.quarantine.schedule import Schedule
from conformance.quarantine.source import Source, other_file
from conformance.records.time_limit import TimeLimit
from conformance.report.visible import visible_json
from conformance.report.writing import show, write_whole
from conformance.signature import TrustStore
from conformance.submission.kind import HEAD, kind_by_content
from conformance.submission.moments import parse_moment, require_zone
from conformance.submission.reading import read_stdin

_EPILOG = """\
A PATH is a Quarantined Communications Report (CSV), a file with alerts in XML, a folder of such
files, or - for standard input. Communications are listed by the hour in which they are due, Service
Reference Variant and breach, the soonest first; those with no known time are listed apart. The
profile chooses how the 120 hours are counted: tadp explain hours-counted-to, tadp explain
exactly-120-hours.

examples:
  tadp deadline RSMI006.csv
  tadp deadline alerts.xml --within 24h
  tadp deadline alerts/ --at 2025-06-03T09:00:00Z --format csv
  tadp deadline RSMI006.csv --format json --profile ours.toml
  tadp deadline RSMI006.csv --output hours.html --output reminders.ics

exit codes: 0 nothing has expired; 1 something has; 2 the command could not be carried out, or
the due time of a communication is not known (and nothing is known to have expired)
"""
#: The formats, by the endings of their files.
_ENDINGS = {".txt": "text", ".json": "json", ".csv": "csv", ".html": "html", ".ics": "ics"}
_LENGTH = re.compile(r"([0-9]{1,6})([hd]?)")
#: Names that are given of what is not looked at in a folder.
_NAMED = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("paths", metavar="PATH", nargs="+", help="report or alerts; - is standard input")
    add("--at", metavar="TIME", help="count from this time; default: now")
    add_zone(add)
    add("--within", metavar="TIME", help="only what is due within 24h, or 2d; what has expired too")
    add_profile(add)
    add("--format", choices=list(_ENDINGS.values()), default="text", help="of standard output")
    add("--output", metavar="FILE", type=Path, action="append", default=[],
        help=f"write to a file, in the format of its ending ({' '.join(_ENDINGS)}); may be repeated"
        )  # fmt: skip
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    require_endings(options.output, _ENDINGS)
    model = catalogue()
    profile = load_profile(options.profile, model)
    zone = require_zone(options.zone)
    now = datetime.now(UTC).replace(microsecond=0)
    at = now if options.at is None else parse_moment(options.at, "--at", zone)
    within = _length(options.within) if options.within else None
    setting = Setting(model, profile, TrustStore((), ()), at)
    schedule = Schedule(TimeLimit.of(profile), at, within)
    contents = _contents(options.paths, profile.files)
    sources, troubles = _read(contents, (setting, zone), schedule)
    found = Deadlines(schedule, sources, setting, troubles)
    if schedule.total or found.unread:
        document = document_of(found)
        for path in options.output:
            write_whole(path, _written(document, _ENDINGS[path.suffix.lower()]).encode())
        _print(document, options.format)
        forms = {options.format, *(_ENDINGS[path.suffix.lower()] for path in options.output)}
        if "ics" in forms and not any(one["state"] == "due" for one in document["groups"]):
            later = f" within {options.within}: {schedule.beyond:,} fall due later"
            complain(
                "there are no reminders in the calendar, as nothing is known to fall due"
                f"{later * bool(schedule.beyond)}"
            )
    for trouble in troubles:
        complain(trouble)
    if not troubles and not schedule.total and not found.unread:
        raise TadpError(
            "no quarantined communication was found",
            where=", ".join(options.paths),
            remedy="what an alert looks like is in [alerts] and [breaches] of the profile",
        )
    return _code(found)


def _code(found: Deadlines) -> int:
    if found.not_read:
        return 2
    if found.schedule.expired:
        return 1
    if found.unknown:
        complain(f"of {found.unknown:,} it is not known when they are due")
        return 2
    return 0


def _length(text: str) -> timedelta:
    match = _LENGTH.fullmatch(text)
    if match is None:
        raise TadpError(f"{text[:40]!r} is not a length of time", where="--within",
                        remedy="write 24h or 2d")  # fmt: skip
    number = int(match[1])
    return timedelta(days=number) if match[2] == "d" else timedelta(hours=number)


def _read(
    contents: Iterable[Content], by: tuple[Setting, str | None], schedule: Schedule
) -> tuple[list[Source], list[str]]:
    """Read all files into ``schedule``; what cannot be read is reported, and the others are read.

    ``by`` are the setting and the time zone of times that state none.
    """
    sources: list[Source] = []
    troubles: list[str] = []
    for content in contents:
        source = Source.of(content, *by)
        try:
            with over_bytes(len(content)) as advance:
                for communication in source.communications(advance):
                    schedule.add(content.name, communication)
        except SubmissionError as error:
            troubles.append(str(error))
        sources.append(source)
    return sources, troubles


def _contents(paths: list[str], formats: Mapping[Kind, FileFormat]) -> Iterator[Content]:
    if paths.count(STDIN) > 1:
        raise TadpError("standard input can be read only once")
    for name in paths:
        path = Path(name)
        if name == STDIN:
            yield Content.of_bytes("(standard input)", read_stdin())
        elif name and path.is_dir():
            yield from _files_in(path, formats)
        else:
            yield Content.of_file(name, path)


def _files_in(folder: Path, formats: Mapping[Kind, FileFormat]) -> Iterator[Content]:
    """Return the files of a folder; what else could be about a quarantine is reported."""
    there = sorted(folder.iterdir())
    files = [path for path in there if path.is_file() and not path.is_symlink()]
    known = set(files)
    _passed_over(folder, "they are no files of its own", [p for p in there if p not in known])
    if not files:
        raise TadpError("holds no file", where=str(folder))
    contents = {path: Content.of_file(str(path), path) for path in files}
    beside = [path for path, content in contents.items() if other_file(content)]
    kinds = {path: kind_by_content(contents[path].head(HEAD), formats) for path in files}
    # The communications of a QCAF are those of its report.
    answers = [path for path in files if kinds[path] is Kind.QCAF]
    answers *= any(one is Kind.REPORT for one in kinds.values())
    left = [path for path in files if path not in (*beside, *answers)]
    if not left:
        beside, left = [], files
    _passed_over(folder, "no communications are in them", beside)
    _passed_over(folder, "they are QCAFs, and a report is there", answers)
    yield from (contents[path] for path in left)


def _passed_over(folder: Path, why: str, paths: list[Path]) -> None:
    if paths:
        names = listed([path.name for path in paths], _NAMED)
        complain(f"{folder}: not looked at in it, as {why}: {names}")


def _print(document: dict[str, object], form: str) -> None:
    if form == "json":
        print_json(document)
    elif form == "text":
        from conformance.quarantine.text import text_of
        from conformance.report.style import Style

        print_lines(text_of(document, Style.of(sys.stdout)))
    else:
        show(_written(document, form))


def _written(document: dict[str, object], form: str) -> str:
    """Return the document as it is in a file of the format called ``form``."""
    match form:
        case "json":
            return visible_json(document) + "\n"
        case "csv":
            return csv_of(document)
        case "html":
            from conformance.quarantine.page import page_of

            return page_of(document)
        case "ics":
            from conformance.quarantine.reminders import calendar_of

            return calendar_of(document)
    from conformance.quarantine.text import text_of
    from conformance.report.style import Style

    return "".join(f"{line}\n" for line in text_of(document, Style(colour=False)))
