"""One of two ADT Files that are compared: whence it is, what it holds, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from conformance.checks.context import Context, Setting
from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.findings import Finding
from conformance.model.profile import FileFormat
from conformance.model.requirement import Kind
from conformance.phrases import counted
from conformance.records import Rule
from conformance.records.adt_rules import RuleTable, read_rules
from conformance.report.wording import line_inside
from conformance.submission.evidence import Submission
from conformance.submission.hints import CliHints
from conformance.submission.kind import HEAD, kind_by_content, require_csv
from conformance.submission.reading import read_submission


class AdtFile(Struct, frozen=True):
    """An ADT File that could be read, at least in part.

    ``sent`` is the file as it was given, a container perhaps; ``data`` the CSV in it.
    ``container`` is nothing for a plain file; ``signature`` holds what is wrong with the
    signature. ``departures`` counts, rule by rule, where the file does not keep to clauses 6.1
    and 6.3, with the first finding of each; ``unread`` records are among those.
    """

    source: str
    submission: Submission
    sent: Content
    data: Content
    container: str | None
    signature: tuple[Finding, ...]
    departures: dict[Rule, tuple[int, Finding]]
    unread: int
    user_id: str | None
    table: RuleTable

    @property
    def sound(self) -> bool:
        """Return True if nothing is wrong with it, so that a comparison with it is complete."""
        return not (self.signature or self.departures)

    def troubles(self) -> Iterator[str]:
        """Yield what is wrong with the file, a line for each kind of fault, without its name."""
        for finding in self.signature:
            yield f"the signature does not hold: {finding.message}"
        if self.unread:
            yield f"{counted(self.unread, 'record')} cannot be read, so that a rule is not known"
        for rule, (count, finding) in self.departures.items():
            if rule is Rule.UNIQUE_KEY:
                continue
            more = f" ({count:,} of this kind)" if count > 1 else ""
            yield f"{line_inside(finding)}{more}"
        if self.table.repeated:
            what = counted(len(self.table.repeated), "rule")
            yield f"more than once in it: {what}; the last record of each is compared"


def open_adt_file(source: str, setting: Setting) -> AdtFile:
    """Read the ADT File that ``source`` names: a file, plain or signed, a submission, or ``-``.

    Raises:
        SubmissionError: it is not an ADT File, or nothing in it can be read.
        ModelError: the profile gives the ADT File no key.
    """
    return read_adt_file(read_submission(source, CliHints(Kind.ADT), setting.profile), setting)


def read_adt_file(submission: Submission, setting: Setting) -> AdtFile:
    """Read the ADT File of a submission; raises as ``open_adt_file`` does."""
    context = Context(submission, setting)
    source, form, opened = submission.source, context.format, context.opened
    if submission.kind is not Kind.ADT or form is None:
        raise SubmissionError(f"is not an ADT File but {submission.kind.one}", where=source)
    if opened is None or submission.file is None:
        raise SubmissionError("has no ADT File in it", where=source)
    if opened.data is None:
        fault = opened.faults[0]
        raise SubmissionError(
            f"the file cannot be taken out of its container: {fault.message}", where=source
        )
    data = opened.data
    departures, unread, table = _looked_at(context, form, data)
    return AdtFile(
        source=source,
        submission=submission,
        sent=submission.file,
        data=data,
        container=opened.container,
        signature=opened.faults,
        departures=departures,
        unread=unread,
        user_id=context.file_user_id,
        table=table,
    )


def _looked_at(
    context: Context, form: FileFormat, data: Content
) -> tuple[dict[Rule, tuple[int, Finding]], int, RuleTable]:
    """Return departures from the form, how many records cannot be read, and the rules."""
    source = context.submission.source
    require_csv(data)
    looks = kind_by_content(data.head(HEAD), context.profile.files)
    if looks not in (None, Kind.ADT):
        raise SubmissionError(f"reads like {looks.one}, and no ADT File", where=source)
    scan = context.scan
    assert scan is not None  # noqa: S101 - there are a form and data
    departures = {
        rule: (count, scan.faults[rule][0]) for rule, count in scan.counts.items() if count
    }
    table = read_rules(data, context.layout(form))
    headers = scan.counts[Rule.HEADER]
    unread = scan.records - headers - scan.around - table.records
    if departures and not table.records and len(data):
        _, first = next(iter(departures.values()))
        raise SubmissionError(f"no rule in it can be read: {line_inside(first)}", where=source)
    return departures, unread, table
