"""The operations of the desk: the fields, the command and the answer of each.

The routes, the API's description and the limits on what is sent are all made of these records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from conformance.submission.facts import FACTS, NONE, Fact
from conformance.submission.facts import Answer as AnswerKind
from conformance.submission.names import SUBMISSION

#: Folders of a request: what was sent, in which the command runs, and what is made of it.
INPUTS, OUTPUTS = "in", "out"
#: The folder of what was sent and is not to be looked through with the rest.
APART = "apart"

#: The actions of clause 4.7(b).
ACTIONS = ("Release", "Delete")

#: The values of the text fields that were sent, by name; each field may be sent several times.
Texts = Mapping[str, Sequence[str]]


class FileField(Struct, frozen=True):
    """A field that takes one file, or ``many`` with their paths.

    A command has a required one as a word, and another as ``--name=FILE``.
    """

    name: str
    about: str
    many: bool = False
    required: bool = True
    #: The kinds of files that it goes with, if not with all.
    kinds: tuple[str, ...] = ()
    #: The text that is sent in place of a file where there is none, if that is an answer.
    absent: str = ""
    #: True if it is kept out of the folder that the command runs in and searches.
    apart: bool = False
    #: The field beside whose file the command finds this one by its name.
    beside: str = ""

    @property
    def folder(self) -> str:
        """Return which folder of a request it is put in."""
        return APART if self.apart else INPUTS


class TextField(Struct, frozen=True):
    """A field that takes text; a command has it as ``--name=TEXT``, unless it is a ``word``."""

    name: str
    about: str
    choices: tuple[str, ...] = ()
    many: bool = False
    word: bool = False
    #: True if the option has no value: its one choice asks for it.
    flag: bool = False
    #: The kinds of files that it goes with, if not with all.
    kinds: tuple[str, ...] = ()
    #: Choices that a page can offer, and the way a person writes an answer.
    offered: tuple[str, ...] = ()
    hint: str = ""


class Answer(Struct, frozen=True):
    """One form of the answer: its media type, and how the command is asked for it.

    ``written`` is the file that the command writes and that is the answer, seen from the folder of
    what is made; where it is empty, standard output is.
    """

    media: str
    words: tuple[str, ...] = ()
    written: str = ""


class Operation(Struct, frozen=True):
    """Something that can be asked for by ``POST /api/NAME``, and is done by one command.

    ``options`` are those of the desk's own settings that the command takes; a ``setting`` is one
    that it takes as a word. ``fails`` is true where exit code 1 means that there is no answer, but
    lines that say what to change; ``partial`` where exit code 2 may come with an answer.
    """

    name: str
    about: str
    command: tuple[str, ...]
    files: tuple[FileField, ...]
    texts: tuple[TextField, ...]
    answers: tuple[Answer, ...]
    options: tuple[str, ...] = ("profile",)
    fails: bool = False
    partial: bool = False
    setting: str = ""

    def answer(self, accept: str) -> Answer | None:
        """Return the answer that an ``Accept`` header asks for, the first where any will do."""
        wanted = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
        for one in wanted:
            if one in ("", "*/*"):
                return self.answers[0]
            found = next((a for a in self.answers if a.media == one), None)
            if found is not None:
                return found
        return None


#: How a person writes an answer that is neither free text nor chosen.
_HINTS = {
    AnswerKind.TIME: "UK time, such as 2025-06-01 09:30, or with its zone: 2025-06-01T08:30:00Z",
    AnswerKind.LIST: "separated by semicolons",
    AnswerKind.SETTERS: "each as USER-ID USER-ROLE FILE, without FILE if it has none; separated by "
    "semicolons",
}


def _file_of(fact: Fact) -> FileField:
    absent = NONE if fact.absent else ""
    return FileField(_name(fact), fact.question, required=False, kinds=_kinds(fact), absent=absent)


def _absence_of(fact: Fact) -> TextField:
    return TextField(_name(fact), fact.question, (NONE,), kinds=_kinds(fact))


def _text_of(fact: Fact) -> TextField:
    offered = ("yes", "no") if fact.answer is AnswerKind.YES_OR_NO else fact.choices
    hint = _HINTS.get(fact.answer, "") + (f"if there is none: {NONE}" if fact.absent else "")
    return TextField(_name(fact), fact.question, kinds=_kinds(fact), offered=offered, hint=hint)


def _name(fact: Fact) -> str:
    return fact.option.removeprefix("--")


def _kinds(fact: Fact) -> tuple[str, ...]:
    return tuple(kind.value for kind in fact.kinds)


_BY_FILE = (AnswerKind.FILE, AnswerKind.CERTIFICATE)

_AT = TextField("at", "the time of checking, such as 2025-06-01T10:00:00Z; now unless it is given")
_ZONE = TextField("zone", "the time zone of times without one, such as Europe/London")
_EDITION = TextField("edition", "edition of Appendix AA")
_FILE = ("adt", "qcaf")
_CSV, _XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

OPERATIONS = {
    one.name: one
    for one in (
        Operation(
            "check",
            "Check a submission: a file, a file and its signature, a message, a folder or an area.",
            ("check",),
            (
                FileField("file", "what to check; a name may have folders in it", many=True),
                FileField(
                    "register",
                    "the register of the area in file: a sheet with what only you know of it",
                    required=False,
                    apart=True,
                ),
                FileField(
                    "register-files",
                    "what the register names and the area does not have: certificates, reports",
                    many=True,
                    required=False,
                    apart=True,
                    beside="register",
                ),
            ),
            (
                TextField("kind", "kind of a lone file", ("adt", "qcaf", "report", "publication")),
                _AT,
                _ZONE,
                _EDITION,
                TextField("only", "only this requirement or clause", many=True),
            ),
            (
                Answer("application/json", ("--format", "json")),
                Answer("text/html", ("--format", "html")),
                Answer("text/plain", ("--format", "text")),
                Answer("text/markdown", ("--format", "markdown")),
                Answer("application/sarif+json", ("--format", "sarif")),
            ),
            ("profile", "trust", "crl", "ocsp"),
            partial=True,
        ),
        Operation(
            "template",
            "Write a template to fill in.",
            ("template",),
            (FileField("report", "the quarantine report of a template of a QCAF", required=False),),
            (TextField("kind", "what it is a template of", _FILE, word=True),),
            (
                Answer(_XLSX, (f"--output=../{OUTPUTS}/template.xlsx",), "template.xlsx"),
                Answer(_CSV, (f"--output=../{OUTPUTS}/template.csv",), "template.csv"),
            ),
            fails=True,
        ),
        Operation(
            "make-adt",
            "Make an ADT File from a filled-in sheet.",
            ("make", "adt"),
            (FileField("file", "the sheet, a workbook or CSV"),),
            (
                TextField("sheet", "which sheet of a workbook"),
                TextField(
                    "as-written",
                    "codes such as 7.1 are right as they are, and no program dropped a zero",
                    ("yes",),
                    flag=True,
                ),
                TextField("set", "KIND.COLUMN=VALUE, for what no row has", many=True),
            ),
            (Answer(_CSV, (f"--output=../{OUTPUTS}/adt.csv",), "adt.csv"),),
            fails=True,
        ),
        Operation(
            "make-qcaf",
            "Make a QCAF of a quarantine report and the actions.",
            ("make", "qcaf"),
            (
                FileField("report", "the quarantine report, as it came from DCC"),
                FileField("actions", "a sheet with the action for each", required=False),
                FileField(
                    "advice",
                    "a submission.json with DCC's advice; as text, what it advised for all",
                    required=False,
                ),
            ),
            (
                TextField("action", "the action for all that have no other"),
                TextField("advice", "the action that DCC advised for all", ACTIONS),
                TextField("variant", "VARIANT=ACTION, for a Service Reference Variant", many=True),
                TextField("at", "when it will be sent, for warnings; now unless it is given"),
                _ZONE,
                TextField("set", "KIND.COLUMN=VALUE, for what no row has", many=True),
            ),
            (Answer(_CSV, (f"--output=../{OUTPUTS}/qcaf.csv",), "qcaf.csv"),),
            fails=True,
        ),
        Operation(
            "deadline",
            "Show what of a quarantine is due when, and what has expired.",
            ("deadline",),
            (FileField("file", "quarantine reports, or alerts in XML", many=True),),
            (
                _AT,
                _ZONE,
                TextField("within", "only what is due within 24h, or 2d; and what has expired"),
            ),
            (
                Answer("application/json", ("--format", "json")),
                Answer("text/plain", ("--format", "text")),
                Answer("text/html", ("--format", "html")),
                Answer("text/calendar", ("--format", "ics")),
                Answer(_CSV, ("--format", "csv")),
            ),
            partial=True,
        ),
        Operation(
            "diff",
            "Compare two ADT Files.",
            ("diff",),
            (FileField("old", "the file in force"), FileField("new", "the file that replaces it")),
            (),
            (
                Answer("application/json", ("--format", "json")),
                Answer("text/html", ("--format", "html")),
                Answer("text/plain", ("--format", "text")),
            ),
        ),
        Operation(
            "evidence",
            "Write the record of a submission, of what no file shows.",
            ("evidence", "--no-questions"),
            (
                FileField("file", "an ADT File or a QCAF, or a container of one"),
                FileField("signature", "its signature, if it is a file of its own", required=False),
                FileField(
                    "certificate",
                    "the signer's certificate, if the signature does not have it",
                    required=False,
                ),
                *(_file_of(fact) for fact in FACTS if fact.answer in _BY_FILE),
            ),
            (
                TextField("kind", "what the file is", _FILE),
                *(_text_of(fact) for fact in FACTS if fact.answer not in _BY_FILE),
                *(_absence_of(fact) for fact in FACTS if fact.answer in _BY_FILE and fact.absent),
            ),
            (Answer("application/json", written=f"../{INPUTS}/{SUBMISSION}"),),
        ),
        Operation(
            "profile",
            "Show the profile in use, and what of it is unverified.",
            ("profile", "show"),
            (),
            (),
            (
                Answer("application/json", ("--format", "json")),
                Answer("text/html", ("--format", "html")),
                Answer("text/markdown", ("--format", "markdown")),
            ),
            options=(),
            setting="profile",
        ),
    )
}  # fmt: skip
