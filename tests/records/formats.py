"""The reference formats of clauses 6.3 to 6.5, built by hand, and records that keep to them."""

from __future__ import annotations

from conformance.content import Content
from conformance.model.column import Column, Role
from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.profile import FileFormat
from conformance.model.requirement import Kind
from conformance.model.types.action import Action
from conformance.model.types.code import Code
from conformance.model.types.eui64 import Eui64
from conformance.model.types.instant import Instant
from conformance.model.types.integer import Integer
from conformance.model.types.nothing import Nothing
from conformance.model.types.request_id import RequestId
from conformance.records import Dialect, Layout, Rule, Scan
from conformance.records.engine import Engine
from conformance.records.scan import Scanner

SENDER = "00-1D-24-A0-00-00-00-01"
OTHER = "00-1D-24-A0-00-00-00-02"
TARGET = "00-1D-24-B0-00-00-00-01"
VARIANTS = ("1.1.1", "1.2.1", "4.6.1", "6.15.1", "7.2", "8.1.1")
BREACHES = ("ADUserThresholdBreach", "ADDCCThresholdBreach", "ADAttributeLimitsBreach")
ELIGIBLE = {
    "1.1.1": frozenset({"IS", "GS"}),
    "1.2.1": frozenset({"IS"}),
    "4.6.1": frozenset({"ED"}),
    "6.15.1": frozenset(),
}
READINGS = {
    "action-case": "exact",
    "byte-order-mark": "refused",
    "character-set": "ascii",
    "duplicate-rules": "refused",
    "empty-file": "refused",
    "eui64-case": "upper",
    "final-line-feed": "either",
    "general-or-particular": "null-is-general",
    "null-form": "commas-only",
    "quotes": "data",
    "record-sign": "absent",
    "warning-above-adt": "refused",
}

ADT_COLUMNS = (
    Column("UserID", Eui64(), Role.USER_ID),
    Column("UserRole", Code(values=("IS", "ES", "GS", "ED", "GT", "RSA", "OU")), Role.USER_ROLE),
    Column("ServiceReferenceVariant", Code(values=VARIANTS), Role.VARIANT, nullable=True),
    Column("TimePeriodHours", Integer(minimum=1, maximum=744), Role.PERIOD),
    Column("WarningThreshold", Integer(minimum=0, maximum=999999999), Role.WARNING, nullable=True),
    Column("AnomalyDetectionThreshold", Integer(minimum=0, maximum=999999999), Role.THRESHOLD),
)


def _quarantine_columns(action: Column) -> tuple[Column, ...]:
    return (
        Column("RequestID", RequestId(), Role.REQUEST_ID),
        Column("ServiceReferenceVariant", Code(values=VARIANTS), Role.VARIANT),
        Column("QuarantineEventRef", Integer(maximum_digits=20), Role.EVENT),
        Column("QuarantinedAt", Instant(), Role.QUARANTINED_AT),
        Column("Breach", Code(values=BREACHES), Role.BREACH),
        action,
    )


_QUARANTINE_RULES = (
    CrossRule("one-originator", CrossRuleName.ONE_SENDER, ("RequestID",)),
    CrossRule("breach-of-setter", CrossRuleName.BREACH_FITS, ("Breach",)),
)
ADT = FileFormat(
    kind=Kind.ADT,
    clause="6.3",
    columns=ADT_COLUMNS,
    key=("UserID", "UserRole", "ServiceReferenceVariant", "TimePeriodHours"),
    rules=(
        CrossRule(
            "warning-within-adt",
            CrossRuleName.COMPARE,
            ("WarningThreshold", "AnomalyDetectionThreshold"),
        ),
        CrossRule("one-user-id", CrossRuleName.ONE_SENDER, ("UserID",)),
        CrossRule(
            "variant-of-role",
            CrossRuleName.ELIGIBLE_VARIANT,
            ("UserRole", "ServiceReferenceVariant"),
        ),
    ),
    characters="printable-ascii",
    minimum_records=1,
    maximum_record_bytes=1024,
)
QCAF = FileFormat(
    kind=Kind.QCAF,
    clause="6.5",
    columns=_quarantine_columns(Column("Action", Action(), Role.ACTION)),
    key=("RequestID",),
    rules=_QUARANTINE_RULES,
    characters="printable-ascii",
    minimum_records=1,
    maximum_record_bytes=1024,
)
REPORT = FileFormat(
    kind=Kind.REPORT,
    clause="6.4",
    columns=_quarantine_columns(Column("Action", Nothing(), Role.ACTION, nullable=True)),
    key=("RequestID",),
    rules=_QUARANTINE_RULES,
    characters="printable-ascii",
    minimum_records=1,
    maximum_record_bytes=1024,
)


def layout(form: FileFormat = ADT, **readings: str) -> Layout:
    """A layout with the default readings, but for ``readings`` (underscores for hyphens)."""
    chosen = READINGS | {name.replace("_", "-"): value for name, value in readings.items()}
    return Layout(form, Dialect(), chosen, sender=SENDER, eligible=ELIGIBLE)


def adt(number: int) -> bytes:
    """An ADT record, with its LF; 744 of them have different keys."""
    variant = ("1.1.1", "", "1.2.1", "6.15.1")[number % 4]
    warning = "" if number % 3 else str(number)
    return f"{SENDER},IS,{variant},{number % 744 + 1},{warning},{number + 100}\n".encode()


def qcaf(number: int) -> bytes:
    """A QCAF record, with its LF; each has another key."""
    action = ("Release", "Delete")[number % 2]
    return (
        f"{SENDER}:{TARGET}:{number},1.1.1,{number},2026-02-28T12:00:{number % 60:02}Z,"
        f"ADUserThresholdBreach,{action}\n"
    ).encode()


def file_of(*records: bytes) -> Content:
    return Content.of_bytes("data.csv", b"".join(records))


#: Rule, record, field and offset of a finding.
Placed = tuple[Rule, int | None, int | None, int | None]


def both_engines(data: bytes, held_to: Layout) -> Scan:
    """The scan of ``data``, the same with both engines, and as a large file is scanned."""
    content = Content.of_bytes("data.csv", data)
    with_re, with_re2 = (Scanner(content, held_to, engine).scan() for engine in Engine)
    assert with_re == with_re2
    assert Scanner(content, held_to, large=0).scan() == with_re
    return with_re


def placed(scan: Scan) -> list[Placed]:
    """Return the place of each finding of ``scan``, in the order of the rules."""
    return [
        (rule, f.place.record, f.place.field, f.place.offset)
        for rule, found in scan.faults.items()
        for f in found
    ]


def places(data: bytes, held_to: Layout | None = None) -> list[Placed]:
    """Return the place of each finding about ``data``."""
    return placed(both_engines(data, held_to or layout()))
