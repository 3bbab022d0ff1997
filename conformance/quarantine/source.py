"""Where quarantined communications are read from: a report as CSV, or alerts as XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from conformance.checks.context import Context, Setting
from conformance.content import Content
from conformance.errors import ModelError, SubmissionError, TadpError
from conformance.findings import Progress
from conformance.model.column import Role
from conformance.model.requirement import Kind
from conformance.quarantine.alerts import AlertReader, looks_like_xml
from conformance.quarantine.communication import Communication, NoticeForm
from conformance.records import Rule, Scan, read_records, scan
from conformance.records.composing import RoleValue
from conformance.records.time_limit import instant_bytes
from conformance.records.wording import quoted
from conformance.report.wording import line_inside
from conformance.signature.recognition import Shape, recognise
from conformance.signature.record import find_record
from conformance.submission.evidence import Submission
from conformance.submission.kind import HEAD, kind_by_content, require_csv
from conformance.submission.moments import (
    UnclearMomentError,
    as_written,
    form_for,
    parse_moment,
)

#: Why a moment of a report cannot be read that is in the form of a spreadsheet program.
_SAVED = (
    ", as if a spreadsheet program had saved the report (export it again from the SSI, and give it "
    "as it came)"
)
#: Forms of a report that still report a quarantine.
_TOLD_BY = (None, Kind.REPORT, Kind.QCAF)


class Source(Struct):
    """One file. The counts and ``troubles`` are whole once all communications were taken.

    ``unread`` records could not be read, so that nothing is known of them but that they are
    there; ``others`` are messages that are not about a quarantine.
    """

    content: Content
    setting: Setting
    form: NoticeForm
    zone: str | None = None
    count: int = 0
    others: int = 0
    unread: int = 0
    troubles: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, content: Content, setting: Setting, zone: str | None = None) -> Source:
        """Return the source that ``content`` is, by its first bytes.

        Times in it that state no time zone are on the clocks of ``zone``.
        """
        xml = looks_like_xml(content.head(HEAD))
        return cls(content, setting, NoticeForm.ALERTS if xml else NoticeForm.REPORT, zone)

    def communications(self, progress: Progress | None = None) -> Iterator[Communication]:
        """Yield the communications in the order of the file, each read when it is wanted.

        Raises:
            SubmissionError: it can be read as neither form; says where.
            ModelError: the profile does not say how to read it.
        """
        read = self._alerts if self.form is NoticeForm.ALERTS else self._records
        for communication in read(progress):
            self.count += 1
            yield communication

    # --- A report -------------------------------------------------------------------------------

    def _records(self, progress: Progress | None) -> Iterator[Communication]:
        record = self.setting.profile.signature.record
        signed = find_record(self.content, record) if record is not None else None
        # A QCAF is about a quarantine, too, and may be signed so.
        content = self.content if signed is None else signed.data
        submission = Submission(self.content.name, Kind.REPORT, Path(), file=self.content)
        context = Context(submission, self.setting)
        form = context.format
        require_csv(self.content, "give the report as it came, as CSV")
        if other := other_file(self.content):
            raise SubmissionError(
                f"is {other}, and no report of a quarantine",
                where=self.content.name,
                remedy="give the report as it came, as CSV",
            )
        looks = kind_by_content(content.head(HEAD), self.setting.profile.files)
        if looks not in _TOLD_BY:
            raise SubmissionError(
                f"reads like {looks.one}, and no report of a quarantine",
                where=self.content.name,
            )
        assert form is not None  # noqa: S101 - every profile has the report
        # Not the context's own scan, by which all breaches of a file are of one kind.
        layout = context.layout(form)
        roles = (Role.QUARANTINED_AT, Role.BREACH, Role.VARIANT, Role.REQUEST_ID)
        when, breach, variant, request = (RoleValue.of(layout, role) for role in roles)
        if when is None:
            raise ModelError(
                "has no column for the time of quarantine", where=f"files.{form.kind.value}.columns"
            )
        seen = scan(content, layout, progress)
        known, reads = _Known(self.setting), when.type.moments
        faulty = {f.place.record for found in seen.faults.values() for f in found}
        read, last_read = 0, None
        for number, _, fields in read_records(content, layout):
            read += number != last_read
            last_read = number
            faulty.discard(number)
            moment = when.take(fields)
            first, last = reads(moment) or (None, None)
            quarantined = instant_bytes(first) if first is not None and first == last else None
            why = ", which the clocks showed twice" if first else ""
            if first is None:
                # Whatever the form of the column, the moment may be clear.
                text = moment.decode("latin-1")
                quarantined, why = read_moment(text, self.zone)
                why = why if as_written(text) is None else _SAVED
            yield Communication(
                number,
                quarantined,
                None if breach is None else known.breach(breach.take(fields)),
                None if variant is None else known.variant(variant.take(fields)),
                None if request is None else request.take(fields).decode("latin-1"),
                "" if quarantined else f"{when.name} is {quoted(moment)}{why}",
            )
        self._faults(seen, faulty, read)

    def _faults(self, seen: Scan, faulty: set[int | None], read: int) -> None:
        """Note what keeps records from being read, in their order; none of ``faulty`` was.

        Raises:
            SubmissionError: none could be.
        """
        unread = seen.records - seen.counts[Rule.HEADER] - seen.around - read
        found = [f for rule, some in seen.faults.items() if rule is not Rule.HEADER for f in some]
        hiding = [f for f in found if f.place.record in faulty] if unread else []
        hiding.sort(key=lambda finding: finding.place.offset or 0)
        if not read:
            hiding = hiding or [some[0] for some in seen.faults.values() if some]
            if hiding:
                raise SubmissionError(
                    f"holds no record that can be read: {line_inside(hiding[0])}",
                    where=self.content.name,
                )
        self.unread = unread
        self.troubles += [line_inside(finding) for finding in hiding]

    # --- Alerts ---------------------------------------------------------------------------------

    def _alerts(self, progress: Progress | None) -> Iterator[Communication]:
        profile = self.setting.profile
        if profile.alerts is None:
            raise ModelError(
                "does not say what an alert in XML looks like",
                where=f"profile {profile.name}",
                remedy="see [alerts] of the reference profile",
            )
        known = _Known(self.setting)
        reader = AlertReader(profile.alerts, profile.breaches)
        for alert in reader.read(self.content, progress):
            moment, why = read_moment(alert.quarantined_at, self.zone)
            yield Communication(
                alert.line,
                moment,
                alert.breach,
                known.variant((alert.variant or "").encode()),
                alert.request_id,
                "" if moment else _why(profile.alerts.quarantined_at, alert.quarantined_at, why),
            )
        self.others = reader.others


def other_file(content: Content) -> str | None:
    """Return what goes with a submission and is not about a quarantine, if ``content`` is that."""
    head = content.head(HEAD)
    match recognise(head):
        case Shape.DER | Shape.PEM | Shape.ARMOUR | Shape.BASE64:
            return "a signature"
        case Shape.OTHER_PEM:
            return "a certificate or a key"
        case Shape.MAIL | Shape.OTHER:
            return "a record of a submission" if re.match(rb"\s*\{", head) else None


class _Known:
    """The breaches that the profile knows and the variants that the model knows, from bytes.

    Nothing else is kept of a file, so that what is gathered stays small whatever a file holds.
    """

    def __init__(self, setting: Setting) -> None:
        self._breaches = {name.encode(): name for name in setting.profile.breaches}
        names = set(setting.catalogue.variants)
        for form in setting.profile.files.values():
            column = form.index_of_role(Role.VARIANT)
            names.update(() if column is None else form.columns[column].type.choices)
        self._variants = {name.encode(): name for name in names}

    def breach(self, value: bytes) -> str | None:
        return self._breaches.get(value)

    def variant(self, value: bytes) -> str | None:
        return self._variants.get(value)


def read_moment(text: str | None, zone: str | None) -> tuple[bytes | None, str]:
    """Return the moment that ``text`` names, as a file of these procedures writes it, or why not.

    A fraction of a second is left out: what was quarantined earlier is due earlier. A day alone
    names no moment.
    """
    if text is None:
        return None, ""
    unread = f", not a date and time with a zone ({form_for(text)})"
    if ":" not in text:
        return None, unread
    try:
        return instant_bytes(parse_moment(text, "", zone).replace(microsecond=0)), ""
    except UnclearMomentError as error:
        return None, f", which {error.reason} ({error.remedy})"
    except TadpError:
        return None, unread


def _why(name: str, text: str | None, why: str) -> str:
    """Return why an alert has no moment."""
    if text is None:
        return f"the alert has no {name}"
    return f"{name} is {quoted(text.encode())}{why}"
