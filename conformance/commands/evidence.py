"""``tadp evidence``: asks what no file shows of a submission, and writes ``submission.json``."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from conformance.checks.context import Setting
from conformance.commands.common import (
    add_edition_files,
    add_overwrite,
    catalogue,
    complain,
    print_lines,
)
from conformance.commands.setting import add_profile
from conformance.content import Content
from conformance.errors import CollectedError, TadpError
from conformance.model.profile_loading import DEFAULT, load_profile
from conformance.model.requirement import Kind
from conformance.preparation.interview import Interview
from conformance.report.visible import visible_text
from conformance.report.writing import write_whole
from conformance.signature import TrustStore
from conformance.submission.evidence import Submission
from conformance.submission.facts import FACTS, Answer, Fact
from conformance.submission.hints import CliHints
from conformance.submission.lone import read_lone
from conformance.submission.moments import now
from conformance.submission.names import SUBMISSION

_EPILOG = """\
Asks only for facts that show whether this kind of file conforms under this profile, and that no
option gives. Press Enter to take the answer in square brackets, or to leave the answer out;
requirements that depend on it are then not shown. Nothing is written before the last answer.
Times are by UK clocks unless they have a zone. The files that are named have to be in the folder
of FILE, except a certificate.

examples:
  tadp evidence submission/adt.csv
  tadp evidence submission/qcaf.csv --incident INC000000000001 --report-file report.csv
  tadp evidence adt.csv --sent-at 2025-06-02T10:00:00Z --no-questions
"""
#: The answer that leaves out what is in square brackets.
_LEFT_OUT = "-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add(
        "file",
        metavar="FILE",
        type=Path,
        help="an ADT File or a QCAF, a container of one, or the email message with it",
    )
    add("--kind", choices=[Kind.ADT.value, Kind.QCAF.value], help="what the file is")
    add("--signature", metavar="FILE", type=Path,
        help="its signature, where the name does not show that it goes with FILE")  # fmt: skip
    add("--certificate", metavar="FILE", type=Path,
        help="the signer's certificate, if it is a file of another name")  # fmt: skip
    add_profile(add)
    add_edition_files(add)
    add("--no-questions", action="store_true", help="leave out what no option answers")
    add_overwrite(add, f"a {SUBMISSION} that is there")
    for fact in FACTS:
        form = _FORMS.get(fact.answer, "")
        if fact.answer is Answer.CHOICE:
            form = f"One of: {', '.join(fact.choices)}."
        words = f"{fact.question} {form}".strip()
        add(fact.option, dest=_dest(fact), metavar=_METAVARS[fact.answer], help=words)
    parser.set_defaults(run=run)


_METAVARS = {
    Answer.TEXT: "TEXT",
    Answer.TIME: "TIME",
    Answer.FILE: "FILE",
    Answer.CERTIFICATE: "FILE",
    Answer.CHOICE: "WORD",
    Answer.LIST: "LIST",
    Answer.SETTERS: "LIST",
    Answer.YES_OR_NO: "YES|NO",
}


#: Of answers that have several parts, how these are written.
_FORMS = {
    Answer.LIST: "Separated by semicolons.",
    Answer.SETTERS: "Each as 'USER-ID USER-ROLE FILE', without FILE if it has none; separated by "
    "semicolons.",
}


def _dest(fact: Fact) -> str:
    return f"fact_{fact.name}"


def run(options: argparse.Namespace) -> int:
    """Ask, and write the manifest."""
    file: Path = options.file
    target = file.parent / SUBMISSION
    ask = sys.stdin is not None and sys.stdin.isatty() and not options.no_questions
    model = catalogue(options.edition_file)
    profile = load_profile(options.profile, model)
    kind = Kind(options.kind) if options.kind else None
    hints = CliHints(kind, options.signature, certificate=options.certificate)
    submission = read_lone(Content.of_input(str(file), file), file, hints, profile)
    for name in ("signature", "certificate"):
        _require_beside(name, getattr(options, name), submission)
    interview = Interview(submission, Setting(model, profile, TrustStore((), ()), now()))
    if target.exists() and not options.overwrite and not (ask and _may_replace(target)):
        raise TadpError("is there already", where=str(target), remedy="add --overwrite")
    _take(options, interview)
    if ask:
        _ask(interview)
    elif not options.no_questions and (left := interview.needed()):
        raise CollectedError([*(_unanswered(fact, interview) for fact in left), _no_terminal()])
    write_whole(target, interview.text())
    if interview.is_unsigned():
        complain(
            f"warning: {file.name} has no signature, so that the record names none: have it "
            "signed, then write the record again; if the signature is there, give it with "
            "--signature"
        )
    print_lines(
        [
            f"wrote {visible_text(str(target), 4000)}",
            f"check it: tadp check {visible_text(_words(options), 4000)}",
        ]
    )
    return 0


def _require_beside(name: str, path: Path | None, submission: Submission) -> None:
    """Refuse a signature or a certificate that the record cannot name.

    Raises:
        TadpError: it is in another folder than the file, or the file is a message.
    """
    if path is None:
        return
    if submission.delivery.mailed:
        raise TadpError("goes with a file, and not with a message", where=f"--{name}")
    if path.parent.absolute() != submission.root.absolute():
        raise TadpError(
            f"{str(path)!r} is not in the folder of the file",
            where=f"--{name}",
            remedy="put it there",
        )


def _words(options: argparse.Namespace) -> str:
    """Return the folder to check, with the options that it has to be checked with."""
    words = [str(options.file.parent)]
    words += [] if options.profile == DEFAULT else ["--profile", str(options.profile)]
    for path in options.edition_file or ():
        words += ["--edition-file", str(path)]
    return shlex.join(words)


def _take(options: argparse.Namespace, interview: Interview) -> None:
    """Put the answers that options gave into the manifest."""
    for fact in FACTS:
        text = getattr(options, _dest(fact))
        if text is None:
            continue
        if interview.kind not in fact.kinds:
            raise TadpError(f"goes with {fact.kinds[0].one}", where=fact.option)
        try:
            interview.answer(fact, text)
        except TadpError as error:
            raise _at(fact.option, error) from None
        if remark := interview.remark(fact, text):
            complain(f"warning: {fact.option}: {remark}")


def _unanswered(fact: Fact, interview: Interview) -> TadpError:
    return TadpError(fact.question, where=fact.option, remedy=interview.hint(fact))


def _no_terminal() -> TadpError:
    return TadpError(
        "standard input is not a terminal, so that nothing can be asked",
        remedy="answer with these options, or add --no-questions to leave them out",
    )


def _at(where: str, error: TadpError) -> TadpError:
    what = f"{error.where}: {error.what}" if error.where else error.what
    return TadpError(what, where=where, remedy=error.remedy)


def _ask(interview: Interview) -> None:
    while facts := interview.needed():
        for fact in facts:
            # An answer before it may have settled it.
            if not interview.is_answered(fact):
                _ask_for(fact, interview)


def _ask_for(fact: Fact, interview: Interview) -> None:
    print_lines(["", fact.question, f"  ({interview.hint(fact)})"])
    likely = interview.likely(fact)
    while True:
        text = _input(f"  [{visible_text(likely)}] " if likely else "  > ") or likely or ""
        if text in ("", _LEFT_OUT):
            interview.leave_out(fact)
            return
        try:
            interview.answer(fact, text)
        except TadpError as error:
            print_lines([f"  {visible_text(str(error), 4000)}"])
        else:
            if remark := interview.remark(fact, text):
                print_lines([f"  {visible_text(remark, 4000)}"])
            return


def _input(prompt: str) -> str:
    try:
        return input(prompt).strip()
    except EOFError:
        raise TadpError(
            "the answers ended before the questions; nothing was written",
            remedy="press Enter for each that you do not know",
        ) from None


def _may_replace(target: Path) -> bool:
    shown = visible_text(str(target), 4000)
    return _input(f"{shown} is there already. Replace it? (yes or no) ").casefold() == "yes"
