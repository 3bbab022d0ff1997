"""Helpers that several commands share: loading the model and a profile, and printing."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from conformance.errors import TadpError
from conformance.findings import FAIL_ON, Verdict
from conformance.model.catalogue import Catalogue

#: Makes a report that can be handed on of a report, or leaves it as it is.
Redact = Callable[[dict[str, Any]], dict[str, Any]]
#: The options, whichever command has them, that name files to write to.
WRITTEN = ("output", "resume", "journal", "write_known_failures")
#: Characters of a line on standard error, at most.
_LONGEST = 6000
#: Those that name folders to write to.
_FOLDERS = ("keep", "cache", "reports")


def catalogue(edition_files: Iterable[Path] = ()) -> Catalogue:
    """Return the shipped model, with the editions that ``edition_files`` state.

    Raises:
        TadpError: such a file cannot be read or used.
    """
    from conformance.checks.catalogue import catalogue_with

    return catalogue_with(edition_files)


def add_edition_files(add: Callable[..., Any]) -> None:
    """Add ``--edition-file``."""
    add("--edition-file", metavar="FILE", type=Path, action="append", default=[],
        help="a file that states a later edition; may be repeated, in their order")  # fmt: skip


def add_zone(add: Callable[..., Any]) -> None:
    """Add ``--zone``."""
    add("--zone", metavar="NAME",
        help="time zone of times that state none, such as Europe/London")  # fmt: skip


def add_report_output(add: Callable[..., Any]) -> None:
    """Add ``--format`` and ``--output``, for a report in any of its formats."""
    from conformance.report.formats import FORMATS, endings

    add("--format", choices=list(FORMATS), default="text", help="of standard output (text)")
    add("--output", metavar="FILE", type=Path, action="append", default=[],
        help="write the report to a file, in the format of its ending "
        f"({' '.join(endings())}); may be repeated")  # fmt: skip


def add_sheet_output(add: Callable[..., Any]) -> None:
    """Add ``--output``, for a sheet to fill in."""
    add("-o", "--output", metavar="FILE", type=Path,
        help="where to, .csv or .xlsx; otherwise CSV to standard output")  # fmt: skip


def require_endings(paths: Iterable[Path], endings: Iterable[str]) -> None:
    """Complain of an output that could not be written, before anything takes time.

    Raises:
        TadpError: it has none of the ``endings``, or there is no such folder.
    """
    for path in paths:
        if path.suffix.lower() not in endings:
            raise TadpError(
                "the ending of the file names no format",
                where=str(path),
                remedy=f"one of: {', '.join(endings)}",
            )
        if not path.parent.is_dir():
            raise TadpError("there is no such folder", where=str(path.parent))


def add_overwrite(add: Callable[..., Any], what: str = "a file that is there") -> None:
    """Add ``--overwrite``; ``what`` is replaced."""
    add("--overwrite", action="store_true", help=f"replace {what} already")


def print_lines(lines: Iterable[str]) -> None:
    """Print each line, replacing what the terminal's encoding lacks."""
    from conformance.report.visible import without_commands

    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        shown = line.encode(encoding, "replace").decode(encoding)
        sys.stdout.write(without_commands(shown) + "\n")


def print_json(value: Any) -> None:
    """Print JSON; a character that the terminal's encoding lacks as an escape."""
    from conformance.report.visible import visible_json

    _print_pieces([visible_json(value), "\n"])


def _print_pieces(pieces: Iterable[str]) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    for piece in pieces:
        try:
            piece.encode(encoding)
        except UnicodeEncodeError:
            sys.stdout.write(re.sub(r"[^\x00-\x7f]", lambda m: json.dumps(m[0])[1:-1], piece))
        else:
            sys.stdout.write(piece)


def print_report(report: Mapping[str, Any], form: str) -> None:
    """Print a raw report in the format called ``form``; text in the colours of a terminal."""
    from conformance.report.formats import render, view_of
    from conformance.report.serialising import report_pieces
    from conformance.report.style import Style
    from conformance.report.writing import show

    if form == "json":
        _print_pieces(report_pieces(report))
    elif form == "text":
        print_lines(view_of(report, form).whole_text(report, Style.of(sys.stdout)))
    else:
        show(render(report, form))


def add_fail_on(add: Callable[..., Any], default: str | None = "violates,departs") -> None:
    """Add ``--fail-on`` and ``--require-evidence``, by which the exit code is chosen."""
    said = f" (default: {default})" if default else ""
    add("--fail-on", metavar="VERDICTS", type=_verdicts,
        help="verdicts that make the exit code 1, separated by commas: violates, departs, "
        f"not-shown{said}; changes no verdict")  # fmt: skip
    add("--require-evidence", action="store_true", default=None,
        help="fail on what is not shown, too")  # fmt: skip


def _verdicts(text: str) -> tuple[Verdict, ...]:
    named = {word.strip().replace("-", " ") for word in text.split(",") if word.strip()}
    if unknown := named - set(Verdict):
        raise argparse.ArgumentTypeError(
            f"{', '.join(sorted(unknown))} is not a verdict; one of: violates, departs, not-shown"
        )
    return tuple(verdict for verdict in Verdict if verdict in named)


def fail_on(options: argparse.Namespace) -> tuple[Verdict, ...]:
    """Return the verdicts that ``options`` name, the strongest first."""
    asked = FAIL_ON if options.fail_on is None else options.fail_on
    if options.require_evidence:
        return tuple(v for v in Verdict if v in asked or v is Verdict.NOT_SHOWN)
    return tuple(asked)


def add_gate(add: Callable[..., Any], usual: tuple[str, ...] | None, what: str) -> None:
    """Add ``--gate``, which says what counts as failed beside an error."""
    said = f" (default: {','.join(usual)})" if usual else ""
    add("--gate", metavar="PARTS", type=_gate, default=usual,
        help=f"{what}, beside errors: a wrong verdict, clause or place, separated by "
        f"commas{said}")  # fmt: skip


def _gate(text: str) -> tuple[str, ...]:
    from conformance.report.assessed.tally import gate_named

    try:
        return gate_named(text)
    except TadpError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def add_redaction(add: Callable[..., Any]) -> None:
    """Add ``--redact`` and ``--redact-key``, neither of which is set unless it is given."""
    add("--redact", action="store_true", default=None,
        help="replace names by pseudonyms and other text by its shape, for a report that is "
        "passed on")  # fmt: skip
    add("--redact-key", metavar="FILE", type=Path,
        help="the same, with pseudonyms that are the same in each report made with "
        "this key")  # fmt: skip


def redaction_of(options: argparse.Namespace) -> Redact:
    """Return what ``--redact`` or ``--redact-key`` makes of a report; without them, nothing.

    The key is read now, so that a wrong one is noticed before a long run.

    Raises:
        TadpError: it cannot be read, or is not one.
    """
    if not options.redact and options.redact_key is None:
        return lambda report: report
    from conformance.report.redaction import read_key, redact

    return partial(redact, key=read_key(options.redact_key) if options.redact_key else None)


def written_by(options: argparse.Namespace) -> tuple[Path, ...]:
    """Return the files that a command will write to, as far as ``options`` name them."""
    named: list[Path] = []
    for option in WRITTEN:
        value = getattr(options, option, None)
        named += value if isinstance(value, list) else [value] if value is not None else []
    return tuple(named)


def named_by(options: argparse.Namespace) -> tuple[Path, ...]:
    """Return all else that ``options`` name; some are files and folders to be read."""
    named: list[Path] = []
    for option, value in vars(options).items():
        if option not in (*WRITTEN, *_FOLDERS):
            words = (one for one in _words(value) if option == "paths" or not _is_word(one))
            named += map(Path, words)
    if getattr(options, "overwrite", False):
        # A file in a folder may be replaced, where --overwrite says so; an input may not.
        named = [path for path in named if not path.is_dir()]
    return tuple(named)


def _is_word(value: str | Path) -> bool:
    """Return True if it is a word of a command; a folder can have such a name by chance."""
    return isinstance(value, str) and Path(value).is_dir()


def _words(value: Any) -> Iterator[str | Path]:
    """The words and paths in the value of an option, which may be a list of lists."""
    if isinstance(value, str | Path):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _words(one)


def complain(message: str) -> None:
    """Say on standard error, in one line that no terminal obeys, what went wrong."""
    from conformance.report.visible import without_commands

    line = " ".join("".join(c if c.isprintable() else " " for c in message).split())
    if len(line) > _LONGEST:
        # The value given may be of any length; the remedy is at the end.
        line = f"{line[: _LONGEST // 2]} ... {line[-_LONGEST // 2 :]}"
    # If its reader has gone, the exit code has to be enough.
    if getattr(sys, "stderr", None) is not None:
        with suppress(OSError):
            print(f"tadp: {without_commands(line)}", file=sys.stderr, flush=True)


def add_format(parser: argparse.ArgumentParser) -> None:
    """Add ``--format text|json``."""
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="text (default) or json"
    )


def require_new(path: Path, *, overwrite: bool) -> None:
    """Require that a file may be written to ``path``, and is not there unless it may be replaced.

    Raises:
        TadpError: it may not.
    """
    if not path.parent.is_dir():
        raise TadpError(
            "there is no such folder",
            where=str(path.parent),
            remedy="make it, or name another with --output",
        )
    if path.exists() and not path.is_file():
        raise TadpError(
            "is not a regular file", where=str(path), remedy="name a file with --output"
        )
    if path.exists() and not overwrite:
        raise TadpError(
            "is there already",
            where=str(path),
            remedy="name a new file with --output, or say --overwrite",
        )
