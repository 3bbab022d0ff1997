"""``tadp fuzz``: looks for a submission that an implementation gets wrong, and makes it small."""

from __future__ import annotations

import argparse
import shlex
import tempfile
from pathlib import Path

from conformance.assessment.adapter import open_adapter
from conformance.assessment.corpus import read_corpus
from conformance.assessment.neutral import prepare_workspace
from conformance.assessment.running import smoke_test
from conformance.commands.common import print_lines
from conformance.commands.implementation import (
    ADAPTERS,
    add_corpus,
    add_role,
    chosen_corpus,
    seconds,
    terms_of,
)
from conformance.commands.progress import progress
from conformance.errors import TadpError
from conformance.phrases import counted
from conformance.report.visible import visible_text

_SECONDS = 60.0

SUMMARY = "look for a submission that an implementation gets wrong"

_EPILOG = f"""\
Conforming and faulty submissions are made up and sent to the implementation until it gets one
wrong, or does not answer; then a smaller one is looked for, and written out as a corpus of its
own, with the command that puts it again. Every requirement is broken in turn before anything is
left to chance.

{ADAPTERS}
examples:
  tadp fuzz receiver exec:./receiver.sh
  tadp fuzz receiver python:ours.tadp:receive --only 6.3 --exclude 6.3-12 --seconds 300
  tadp fuzz receiver exec:./receiver.sh --profile ours.toml
  tadp fuzz receiver http://localhost:8080/tadp --seed 7 -o found/

exit codes: 0 nothing was found, 1 something was, 2 the adapter does not work, bad usage, or no
submission with a fault was tried
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    verbs = parser.add_subparsers(metavar="ROLE", dest="verb", required=True)
    receiver = add_role(
        verbs, "receiver", "takes submissions, and accepts or rejects them", _EPILOG
    )
    add = receiver.add_argument
    add_corpus(add)
    add("--seconds", metavar="S", type=seconds, default=_SECONDS,
        help="how long to look (default 60); then it is made smaller for 20 s at most")  # fmt: skip
    add("-o", "--output", metavar="FOLDER", type=Path, default=Path("tadp-found"),
        help="where to write what is found (default tadp-found); must not exist")  # fmt: skip
    receiver.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    try:
        from generators.fuzzing import Hunt, hunt_down, write_corpus
    except ModuleNotFoundError as error:
        raise TadpError(
            f"fuzzing needs {error.name}", remedy="pip install 'tadp-conformance[strategies]'"
        ) from None
    if options.output.exists():
        raise TadpError("is there already", where=str(options.output), remedy="name a new folder")
    source = chosen_corpus(options)
    hunt = Hunt(
        tuple(options.only),
        tuple(options.exclude),
        options.seconds,
        options.seed,
        options.profile,
    )
    adapter = open_adapter(options.adapter, terms_of(options, "receiver"))
    troubles: list[str] = []
    with tempfile.TemporaryDirectory(prefix="tadp-", ignore_cleanup_errors=True) as name:
        place = prepare_workspace(read_corpus(source), Path(name))
        try:
            adapter.start()
            smoke_test(adapter, place, options.seed)
            with progress("submissions") as announce:
                catch = hunt_down(adapter, place, hunt, announce(None))
        finally:
            troubles += adapter.close()
            if twice := len(adapter.spoiled()):
                troubles.append(f"answered {counted(twice, 'submission')} twice")
    print_lines(visible_text(f"! the implementation {trouble}") for trouble in troubles)
    if catch.smallest is None or catch.score is None:
        if not (catch.faulty or troubles):
            raise _nothing_shown(catch.tried, options)
        print(f"nothing was found in {catch.tried:,} submissions, {catch.faulty:,} with a fault")
        return int(bool(troubles))
    identifier = write_corpus(catch.smallest, options.output, source)
    answer, case = catch.score.answer, catch.score.case
    folder = shlex.quote(str(options.output))
    print_lines(
        [
            f"FOUND  {identifier}  after {catch.tried:,} submissions, "
            f"{catch.smallest.size:,} bytes",
            f"  {catch.smallest.title}",
            f"  expected {'accepted' if case.conforms else 'rejected'}, seen {answer.outcome} "
            f"({catch.score.standing})",
            *([f"  {visible_text(answer.reason)}"] if answer.reason else []),
            f"  written to {folder}; to put it again:",
            f"  tadp assess receiver {shlex.quote(options.adapter)} --corpus {folder}",
        ]
    )
    return 1


def _nothing_shown(tried: int, options: argparse.Namespace) -> TadpError:
    """Return the error that a hunt without a faulty submission shows nothing."""
    chosen = options.only or options.exclude
    return TadpError(
        f"no submission with a fault was tried within {options.seconds:g} seconds, "
        f"and {tried:,} without one: this shows nothing of the implementation",
        where="--seconds",
        remedy=f"raise it (the default is {_SECONDS:g})"
        + (", or choose requirements that a file can break" if chosen else ""),
    )
