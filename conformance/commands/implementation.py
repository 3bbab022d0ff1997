"""Options and progress bar of the commands that run somebody else's implementation."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from conformance.assessment.corpus_files import CorpusFiles
from conformance.assessment.made_corpus import Wanted, find_or_make
from conformance.assessment.terms import MEMORY, TIMEOUT, Terms
from conformance.cache import HELP, named_folder
from conformance.commands.common import catalogue, complain
from conformance.commands.progress import progress
from conformance.commands.setting import add_profile
from conformance.findings import Progress

#: The kinds of ADAPTER, for the help of a command.
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
        help="the same seed gives the same run; the report records it (default 0)")  # fmt: skip
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
    """Add the options by which a corpus is chosen, except for a folder with one."""
    add_profile(add, "the corpus for this profile, made once and kept")
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
