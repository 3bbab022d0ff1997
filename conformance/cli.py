"""The command line: finds the command, runs it, and turns errors into a line and an exit code."""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from conformance.deferral import import_msgspec
from conformance.errors import CollectedError, TadpError
from conformance.inputs import kept_apart
from conformance.phrases import capital, counted
from conformance.version import __version__

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

#: Exit codes. 3 is a fault of ours.
OK, VIOLATED, CANNOT, FAULT = 0, 1, 2, 3
#: Signals to end: the second is that of Windows, where its console is closed or by Ctrl and Break.
_ENDINGS = ("SIGTERM", "SIGBREAK")

#: Each command, its module in ``conformance.commands``, and what it does.
COMMANDS = {
    "check": ("check", "check submissions against Appendix AA"),
    "watch": ("watch", "check what arrives in a folder, as it arrives"),
    "desk": ("desk", "open a page on this machine to check and make files"),
    "diff": ("diff", "compare two ADT Files: rules removed, changed and added"),
    "template": ("template", "write a template to fill in"),
    "make": ("make", "make an ADT File or a QCAF from a filled-in sheet"),
    "sign": ("sign", "sign an ADT File or a QCAF"),
    "evidence": (
        "evidence",
        "ask for facts about a submission that no file shows, and record them",
    ),
    "area": ("area", "write a register of the submissions in a SharePoint area"),
    "deadline": ("deadline", "list what is due in a quarantine, when, and what has expired"),
    "report": ("report", "show, verify, sign or compare reports"),
    "explain": ("explain", "explain a requirement, with examples"),
    "clauses": ("clauses", "list the requirements of every clause"),
    "diff-editions": ("editions", "show what changed between two editions of Appendix AA"),
    "profile": ("profile", "make, check, show or compare profiles"),
    "variants": ("variants", "list the Service Reference Variants and who may send them"),
    "assess": ("assess", "assess somebody else's implementation"),
}

#: Where other packages register commands of ``tadp``, as modules with ``SUMMARY``,
#: ``add_arguments`` and, set by it, ``run``.
GROUP = "tadp.commands"

_EPILOG = """\
examples:
  tadp check adt.csv.p7m --trust root.pem --crl ca.crl
  tadp check submission/ --format json
  tadp explain '3.4(b)-2'

exit codes: 0 nothing violated, 1 something violated, 2 the command could not be
carried out, 3 a fault of tadp itself
"""


class _Parser(argparse.ArgumentParser):
    """Reports bad usage as one line, and takes the name of an option only if it is whole."""

    def __init__(
        self,
        *,
        formatter_class: type[argparse.HelpFormatter] = argparse.HelpFormatter,
        **options: Any,
    ) -> None:
        # A formatter is made for each argument that is added, and looks for the terminal's width
        # unless it has one.
        options["formatter_class"] = partial(formatter_class, width=80)
        # An abbreviated option would be reported with its value, which may be a passphrase.
        super().__init__(**options, allow_abbrev=False)
        self._help_formatter = formatter_class

    def format_help(self) -> str:
        """Return the help, as wide as the terminal."""
        self.formatter_class = self._help_formatter
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        raise TadpError(message, remedy=f"see {self.prog} --help")


def build_parser(
    only: str | None = None, registered: Sequence[EntryPoint] | None = None
) -> argparse.ArgumentParser:
    """The parser of the whole command line, or of ``only`` one command, which is sooner made.

    ``registered`` are the commands of other packages, which are looked up unless they are given.
    """
    parser = _Parser(
        prog="tadp",
        description="Conformance suite for Appendix AA of the Smart Energy Code, the Threshold "
        "Anomaly Detection Procedures.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"tadp {__version__}")
    # With ``prog`` given, nothing has to be laid out to learn it.
    commands = parser.add_subparsers(
        metavar="COMMAND", dest="command", required=True, prog=parser.prog
    )
    for name, (module, summary) in COMMANDS.items():
        if only in (None, name):
            sub = _add(commands, name, summary)
            importlib.import_module(f"conformance.commands.{module}").add_arguments(sub)
    for point in _registered() if registered is None else registered:
        if only in (None, point.name):
            loaded = point.load()
            loaded.add_arguments(_add(commands, point.name, loaded.SUMMARY))
    return parser


def _registered() -> list[EntryPoint]:
    from importlib.metadata import entry_points

    return sorted(entry_points(group=GROUP), key=lambda point: point.name)


def _add(commands: Any, name: str, summary: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=f"{capital(summary)}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return parser


def tadp() -> NoReturn:
    """Run the command ``tadp``, and end the process with its exit code.

    It ends at once: all that is left is to clear away every object of the process, which takes half
    as long as Python takes to start, and the system clears them away together. Our threads are
    daemons, which end with the process in any case. ``python -m conformance`` ends as programs of
    Python do, for those who look into it with a profiler.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        _let_go(stream)
    if "multiprocessing.util" in sys.modules:
        # Outside of this process there is the folder with the socket of the server of processes.
        sys.exit(code)
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``tadp`` with ``arguments``; return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _require_output()
        if arguments is None:
            _begin()
        options = _parsed(words)
        with kept_apart(*_named(options)):
            code = int(options.run(options))
        sys.stdout.flush()
        if arguments is None:
            # Otherwise Python goes through all objects for garbage as it ends, and more than once.
            gc.freeze()
    except BrokenPipeError:
        # Whoever read our output has gone; nothing is left to say to them.
        _let_go(sys.stdout)
        return CANNOT
    except KeyboardInterrupt:
        return _say("interrupted", 128 + signal.SIGINT)
    except CollectedError as error:
        for one in error.errors[:-1]:
            _complain(str(one))
        return _say(str(error.errors[-1]), CANNOT)
    except Exception as error:
        if os.environ.get("TADP_TRACEBACK"):
            raise
        return _say(*_explained(error))
    return code


def _begin() -> None:
    """Do what a process of its own does before it imports the command."""
    _heed_signals()
    if not sys.warnoptions:
        # They are for programmers, who ask for them with -W.
        warnings.simplefilter("ignore")
    import_msgspec()


def _heed_signals() -> None:
    """Let each signal to end be one after which nothing half-written is left."""
    for name in _ENDINGS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _leave)


def _named(options: argparse.Namespace) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    from conformance.commands.common import named_by, written_by

    outputs = written_by(options)
    return outputs, named_by(options) if outputs else ()


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    named = words[0] if words else None
    registered = [] if named in COMMANDS else _registered()
    if named not in COMMANDS and named not in {point.name for point in registered}:
        named = None
    options, unknown = build_parser(named, registered).parse_known_args(words)
    if unknown:
        raise TadpError(_not_recognised(unknown), remedy=f"see tadp {options.command} --help")
    return options


def _not_recognised(words: Sequence[str]) -> str:
    """Return the message on words that no option takes: names of options, without their values.

    Somebody may have tried to give a passphrase or a PIN with them.
    """
    names = [word.partition("=")[0] for word in words if word.startswith("--")]
    names += [word[:2] for word in words if word.startswith("-") and not word.startswith("--")]
    more = len(words) - len(names)
    if not names:
        return f"{counted(more, 'argument')} too many"
    return f"unrecognized arguments: {', '.join(names)}" + (f" and {more} more" if more else "")


def _leave(number: int, _: object) -> NoReturn:
    """End as if interrupted, so that nothing half-written and no process is left behind."""
    raise SystemExit(128 + number)


def _require_output() -> None:
    if getattr(sys, "stdout", None) is None:
        raise TadpError("standard output is closed")


def _explained(error: Exception) -> tuple[str, int]:
    """Return the message on an error, and the exit code for it."""
    if isinstance(error, TadpError):
        return str(error), CANNOT
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}", CANNOT
    if isinstance(error, MemoryError):
        return "out of memory", CANNOT
    return (
        f"a fault of tadp itself: {type(error).__name__}: {error} "
        "(please report it; TADP_TRACEBACK=1 shows where)",
        FAULT,
    )


def _say(message: str, code: int) -> int:
    _complain(message)
    for stream in (sys.stdout, sys.stderr):
        _let_go(stream)
    return code


def _complain(message: str) -> None:
    from conformance.commands.common import complain

    complain(message)


def _let_go(stream: TextIO | None) -> None:
    """Drop what a stream holds and cannot write; the interpreter would fail over it at its end."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
