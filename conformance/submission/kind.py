"""The kind of a lone file, by its name or else by its content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.foreign import Foreign, foreign
from conformance.model.column import Column
from conformance.model.profile import FileFormat, Profile
from conformance.model.requirement import Kind
from conformance.submission.evidence import Replaced, Submission

#: Compiled when first used: most submissions say what they are.
_WORDS = {
    Kind.ADT: r"(?<![a-z])adts?(?![a-z])",
    Kind.QCAF: r"(?<![a-z])qcaf(?![a-z])",
    Kind.REPORT: r"(?<![a-z])(rsmi006|qcr|quarantined? ?(requests|communications) report)",
}
#: Bytes at the start of a file that are looked at, and records in them.
HEAD = 1 << 14
RECORDS = 50
#: Bytes that are enough to notice that a file is of another kind than it is named as.
_FIRST = 1 << 10


def kind_by_name(name: str) -> Kind | None:
    """The kind that a file's name speaks of, if it speaks of just one."""
    plain = re.sub(r"[_\s]+", " ", name.lower())
    said = [kind for kind, words in _WORDS.items() if re.search(words, plain)]
    return said[0] if len(said) == 1 else None


def require_csv(content: Content, remedy: str = "") -> None:
    """Complain of a file of another program where CSV is wanted, rather than of all its bytes.

    Raises:
        SubmissionError: it is one; ``remedy`` is what to do then, if not what its kind has.
    """
    kind = foreign(content)
    if kind is not None:
        trouble = f"is {kind.title}, not CSV"
        raise SubmissionError(trouble, where=content.name, remedy=remedy or kind.remedy)


def unusable(submission: Submission, profile: Profile) -> Iterator[SubmissionError]:
    """Yield why a file that a submission names beside its own is not what it is named as.

    What rests on it is not shown; but whoever named it has to know.
    """
    replaced = submission.replaced
    for content, kind, remedy in (
        (submission.quarantine.report, Kind.REPORT, "give the report as it was exported, as CSV, "
         "and do not open it in a spreadsheet"),
        (replaced.file if isinstance(replaced, Replaced) else None, Kind.ADT,
         "give the ADT File that was in force, as it was sent"),
    ):  # fmt: skip
        what = None if content is None else wrong_kind(content, kind, profile)
        if content is not None and what is not None:
            yield SubmissionError(what, where=f"{submission.source}: {content.name}", remedy=remedy)


def wrong_kind(content: Content, kind: Kind, profile: Profile) -> str | None:
    """Return what ``content`` is instead of a file of a ``kind``, if it is something else."""
    if other := foreign(content):
        return f"is {other.title}, and not CSV"
    found = _kind_of_head(content.head(_FIRST), kind, profile)
    return None if found in (None, kind) else f"reads like {found.one}, and not like {kind.one}"


@lru_cache(maxsize=8)
def _kind_of_head(head: bytes, named: Kind, profile: Profile) -> Kind | None:
    """Return the kind of a file by its head, and look once for all the checks that ask.

    Where each record fits the kind that it is named as in full, no other kind can fit better.
    """
    rows = unlike = _rows(head)
    for kind in profile.files[named].kinds:
        unlike = [row for row in unlike if not _fits_in_full(row, kind.columns)]
    if rows and not unlike:
        return named
    return kind_by_content(head, profile.files)


def foreign_file(submission: Submission) -> Foreign | None:
    """Return which file of another program was given instead of a CSV file, if one was.

    Raises:
        SubmissionError: one was given as a report, the form of which no requirement is about.
    """
    file = submission.file
    found = foreign(file) if file is not None else None
    if file is not None and found is not None and submission.kind is Kind.REPORT:
        raise SubmissionError(
            f"is {found.title}, not CSV",
            where=file.name,
            remedy="give the report as it came, as CSV",
        )
    return found


def looks_like_message(head: bytes) -> bool:
    """Return True if the first bytes of a file are header fields of a message."""
    name, colon, _ = head.partition(b"\n")[0].partition(b":")
    return bool(colon) and name.lower() in {
        b"from", b"to", b"date", b"subject", b"received", b"return-path", b"mime-version",
        b"message-id", b"delivered-to", b"content-type", b"x-mailer", b"reply-to",
    }  # fmt: skip


def is_message(content: Content) -> bool:
    """Return True if ``content`` is an email message, with the fields of a letter."""
    head = content.head(HEAD)
    if not looks_like_message(head):
        return False
    # An S/MIME entity, as `openssl cms -sign` writes it, has no fields of a letter.
    fields = head.replace(b"\r\n", b"\n").partition(b"\n\n")[0].lower()
    return any(
        line.startswith((b"from:", b"to:", b"subject:", b"date:", b"received:"))
        for line in fields.split(b"\n")
    )


def kind_by_content(head: bytes, formats: Mapping[Kind, FileFormat]) -> Kind | None:
    """The kind whose columns the first records fit best, if one fits better than the others.

    ``head`` is the start of the file, at most ``HEAD`` bytes. Faulty files are the normal case:
    a record counts for every field that fits, whatever separates fields and records.
    """
    rows = _rows(head)
    scores = {kind: sum(_best_fit(row, form) for row in rows) for kind, form in formats.items()}
    best = max(scores.values(), default=0)
    first = [kind for kind, score in scores.items() if score == best]
    return first[0] if best > 0 and len(first) == 1 else None


def kind_in_place_of(kind: Kind, head: bytes, formats: Mapping[Kind, FileFormat]) -> Kind:
    """Return ``kind``, or another one if the first records fit its columns and none fits these."""
    rows = _rows(head)
    if any(_best_fit(row, formats[kind]) for row in rows):
        return kind
    return kind_by_content(head, formats) or kind


def _rows(head: bytes) -> list[list[str]]:
    text = head.decode("latin-1").lstrip("\xef\xbb\xbf").replace("\0", "").replace("\r", "\n")
    for other in (";", "\t", "|"):
        text = text.replace(other, ",")
    records = [record for record in text.split("\n") if record][:RECORDS]
    return [[field.strip(' "') for field in record.split(",")] for record in records]


def _best_fit(row: list[str], form: FileFormat) -> float:
    return max(_fit(row, kind.columns) for kind in form.kinds)


def _fit(row: list[str], columns: tuple[Column, ...]) -> float:
    hits = sum(map(_fits, row, columns))
    share = hits / len(columns)
    return share if share >= 0.5 else 0.0


def _fits_in_full(row: list[str], columns: tuple[Column, ...]) -> bool:
    return len(row) >= len(columns) and all(map(_fits, row, columns))


def _fits(value: str, column: Column) -> bool:
    return column.type.resembles(value) if value else column.nullable
