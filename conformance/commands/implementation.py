"""Options and progress bar of the commands that run somebody else's implementation."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from conformance.assessment.assessing import Announce
from conformance.assessment.corpus_files import CorpusFiles
from conformance.assessment.made_corpus import Wanted, find_or_make
from conformance.assessment.terms import MEMORY, TIMEOUT, Terms
from conformance.cache import HELP, named_folder
from conformance.commands.common import catalogue, complain
from conformance.findings import Progress
from conformance.model.profile_loading import DEFAULT

#: What ADAPTER can be, for the help of a command.
ADAPTERS = """\
ADAPTER is exec:COMMAND (a process for each case: exit code 0 accepts; 1 rejects, with an answer on
standard output or with --exit-codes), ndjson:COMMAND (one process, a JSON message a line),
http:URL or python:MODULE:FUNCTION.
`tadp assess protocol` has the messages, and a whole receiver in shell and in Python.
"""


def add_role(verbs: Any, role: str, text: str, epilog: str) -> argparse.ArgumentParser:
    """Add the subcommand for implementations of one role, with the options that all have."""
    parser: argparse.ArgumentParser = verbs.add_parser(
        role, help=text, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("adapter", metavar="ADAPTER", help="how the implementation is reached")
    add("--only", metavar="ID", action="append", default=[],
        help="only this case, requirement or clause; may be repeated")  # fmt: skip
    add("--exclude", metavar="ID", action="append", default=[],
        help="not this case, requirement or clause; may be repeated")  # fmt: skip
    add("--seed", metavar="N", type=int, default=0,
        help="the same seed does the same; the report records it (default 0)")  # fmt: skip
    add("--timeout", metavar="S", type=seconds, default=TIMEOUT,
        help="seconds for one answer (default 30)")  # fmt: skip
    add("--memory", metavar="MIB", type=mebibytes, default=MEMORY,
        help="memory that the processes of one command may use together, in MiB (default "
        f"{MEMORY}); not what is behind http:")  # fmt: skip
    if role == "receiver":
        add("--exit-codes", action="store_true",
            help="of exec: exit code 1 rejects without an answer on standard output")  # fmt: skip
    return parser


def add_corpus(add: Callable[..., Any]) -> None:
    """Add the options by which a corpus is chosen, but for a folder with one."""
    add("--profile", metavar="NAME|FILE", default=DEFAULT,
        help="the corpus for this profile, made once and kept (default: reference)")  # fmt: skip
    add("--cache", metavar="DIR", type=named_folder, help=HELP)


def chosen_corpus(options: argparse.Namespace) -> CorpusFiles:
    """The corpus that ``options`` choose; made with a bar if it has to be made."""
    folder = getattr(options, "corpus", None)
    with progress("cases made") as announce:

        def begin(profile: str) -> Progress:
            complain(f"making the corpus for profile {profile}, once; it is kept in the cache")
            return announce(None)

        return find_or_make(Wanted(folder, options.profile, options.cache), catalogue(), begin)


def seconds(text: str) -> float:
    """A number of seconds, as an option gives it."""
    number = float(text)
    if not 0 < number <= 86400:
        raise argparse.ArgumentTypeError("must be more than 0, and at most 86400")
    return number


def mebibytes(text: str) -> int:
    """A number of MiB, as an option gives it."""
    number = int(text)
    if not 1 <= number <= 1 << 24:
        raise argparse.ArgumentTypeError("must be from 1 to 16777216")
    return number


def terms_of(options: argparse.Namespace, role: str) -> Terms:
    """How the implementation is to be run."""
    jobs = getattr(options, "jobs", 1)
    codes = getattr(options, "exit_codes", False)
    return Terms(options.timeout, jobs, role, options.memory, codes)


@contextmanager
def progress(what: str) -> Iterator[Announce]:
    """A bar on standard error, if that is a terminal; with a count, also where no end is known."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda _: lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    count = TextColumn("{task.completed:,.0f} {task.fields[of]}")
    columns = (TextColumn("{task.description}"), BarColumn(), count, TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:

        def announce(total: int | None) -> Callable[[int], None]:
            of = "so far" if total is None else f"of {total:,}"
            task = bar.add_task(what, total=total, of=of)
            return lambda count: bar.advance(task, count)

        yield announce
