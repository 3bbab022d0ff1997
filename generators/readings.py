"""For every note a submission that its readings judge differently, and what each says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.column import Role
from conformance.submission.moments import format_moment, parse_moment
from generators.draft import Draft
from generators.faults import faults_of
from generators.faults.fault import ABSENT, edit_bytes, edit_file, edit_manifest
from generators.faults.rows import middle, rows, set_field
from generators.teller import LIVE

Make = Callable[[Draft], Draft]


class Question(Struct, frozen=True):
    """A submission made by ``make`` from the story, and the roots that each reading finds."""

    note: str
    slug: str
    title: str
    story: str
    make: Make
    roots: Mapping[str, tuple[str, ...]]
    #: Readings under which nothing is broken and something is not shown.
    hidden: tuple[str, ...] = ()


def _fault(name: str) -> Make:
    """The fault called ``name``, as the operators make it."""

    def make(draft: Draft) -> Draft:
        return next(f for f in faults_of(draft) if f.name == name).apply(draft).draft

    return make


def _manifest(*path: str | int, value: object) -> Make:
    return lambda draft: edit_manifest(draft, path, value)[0]


def _no_final_line_feed(draft: Draft) -> Draft:
    return edit_bytes(draft, len(draft.csv or b"") - 1, 1, b"")[0]


def _same(draft: Draft) -> Draft:
    return draft


def _field(role: Role, value: bytes) -> Make:
    def make(draft: Draft) -> Draft:
        number = draft.format.index_of_role(role) or 0
        return set_field(draft, middle(draft), number + 1, value).draft

    return make


def _two_roles(draft: Draft) -> Draft:
    """A second User Role in the file, with a variant that it may send."""
    form = draft.format
    role, variant = form.index_of_role(Role.USER_ROLE) or 0, form.index_of_role(Role.VARIANT) or 0
    row = middle(draft)
    fields = list(row.fields)
    fields[role], fields[variant] = b"ED", b"6.5"
    changed, _ = edit_bytes(draft, row.offset, row.length, b",".join(fields))
    return changed


def _two_faults(*names: str) -> Make:
    """Two faults, of which a reading hides the second."""

    def make(draft: Draft) -> Draft:
        found = {f.name: f for f in faults_of(draft)}
        for name in names:
            draft = found[name].apply(draft).draft
        return draft

    return make


def _empty(draft: Draft) -> Draft:
    """A file without records, where none was in force before."""
    draft, _ = edit_bytes(draft, 0, len(draft.csv or b""), b"")
    return edit_file(draft, LIVE, 0, len(draft.files[LIVE]), b"")[0]


def _name(form: str) -> Make:
    def make(draft: Draft) -> Draft:
        user = draft.manifest["sender"]["user_id"]
        number = draft.manifest["references"]["smsr"]["number"]
        tag = draft.profile.delivery.tags[draft.kind]
        return edit_manifest(draft, ("delivery", "name"), form.format(user, number, tag))[0]

    return make


def _exactly(hours: int) -> Make:
    """Sent exactly so many hours after the quarantine of the oldest communication."""

    def make(draft: Draft) -> Draft:
        when = draft.format.index_of_role(Role.QUARANTINED_AT) or 0
        oldest = min(row.fields[when] for row in rows(draft)).decode()
        sent = parse_moment(oldest, "") + timedelta(hours=hours)
        draft, _ = edit_manifest(draft, ("sent_at",), format_moment(sent))
        return edit_manifest(draft, ("completed_at",), format_moment(sent))[0]

    return make


def _completed_late(draft: Draft) -> Draft:
    draft = _exactly(119)(draft)
    sent = parse_moment(draft.manifest["sent_at"], "")
    late = format_moment(sent + timedelta(hours=2))
    return edit_manifest(draft, ("completed_at",), late)[0]


def _expired_since(draft: Draft) -> Draft:
    """Signed with a certificate that was valid then and has expired by the time of checking."""
    draft = _fault("certificate-valid/expired")(draft)
    draft, _ = edit_manifest(draft, ("sent_at",), "2020-06-01T10:00:00Z")
    draft, _ = edit_manifest(draft, ("references", "smsr", "raised_at"), "2020-06-01T08:00:00Z")
    return replace(draft, signed_at=datetime(2020, 6, 1, 9, tzinfo=UTC))


ADT, QCAF = "adt-sharepoint", "qcaf-user-set"
_NAMES = {
    "rule": "{} \u2013 {} \u2013 {}",
    "example": "{}\u2013{}-{}",
    "hyphens": "{}-{}-{}.csv",
}

QUESTIONS = (
    Question(
        "subject-line",
        "reference-in-the-name-only",
        "the upload has no title, and its name carries the reference",
        ADT,
        _same,
        {"name": (), "title": ("3.4(a)-1",)},
    ),
    Question(
        "incident-and-request-id",
        "request-id-in-the-name-only",
        "the upload has no title, and its name carries the Request Id",
        QCAF,
        _manifest("delivery", "subject", value=ABSENT),
        {"title": (), "name": ("4.7(a)-1",), "request-id": ()},
        ("title",),
    ),
    Question(
        "name-form",
        "name-as-the-rule-prints-it",
        "spaced en dashes and no extension",
        ADT,
        _name(_NAMES["rule"]),
        {"lenient": (), "rule": (), "example": ("UG1.4-1",)},
    ),
    Question(
        "name-form",
        "name-as-the-example-prints-it",
        "an en dash, then a hyphen, and no extension",
        ADT,
        _name(_NAMES["example"]),
        {"lenient": (), "rule": ("UG1.4-1",), "example": ()},
    ),
    Question(
        "name-form",
        "name-with-hyphens-and-extension",
        "hyphens and an extension",
        ADT,
        _name(_NAMES["hyphens"]),
        {"lenient": (), "rule": ("UG1.4-1",), "example": ("UG1.4-1",)},
    ),
    Question(
        "email-contingency",
        "email-while-sharepoint-is-down",
        "by email while the method of choice is unavailable",
        "adt-contingency",
        _same,
        {"guidance": (), "never": ("3.4-1",)},
    ),
    Question(
        "final-line-feed",
        "line-feed-at-the-end",
        "the last record ends with a line feed",
        ADT,
        _same,
        {"either": (), "terminator": (), "separator": ("6.1-3",)},
    ),
    Question(
        "final-line-feed",
        "no-line-feed-at-the-end",
        "the last record ends with the file",
        ADT,
        _no_final_line_feed,
        {"either": (), "terminator": ("6.1-3",), "separator": ()},
    ),
    Question(
        "quotes",
        "field-in-quotes",
        "a field in quotes",
        ADT,
        _fault("quoting-absent/quoted/UserID"),
        {"data": ("6.3-4",), "rfc4180": ()},
    ),
    Question(
        "character-set",
        "letter-with-an-accent",
        "a letter with an accent in a code",
        ADT,
        _field(Role.VARIANT, "7.1\u00e9".encode()),
        {"ascii": ("6.3-1",), "utf-8": ("6.3-11",)},
    ),
    Question(
        "byte-order-mark",
        "byte-order-mark",
        "a UTF-8 byte order mark",
        ADT,
        _fault("byte-order-mark/utf-8"),
        {"refused": ("6.3-2",), "ignored": ()},
    ),
    Question(
        "null-form",
        "word-for-null",
        "the word NULL for a null",
        ADT,
        _fault("null-form/WarningThreshold/null-in-capitals"),
        {"commas-only": ("6.1-4",), "words": ()},
    ),
    Question(
        "action-case",
        "action-in-lower-case",
        "an action in lower case",
        QCAF,
        _fault("action-values/lower-case"),
        {"exact": ("4.7(b)-2",), "any-case": ()},
    ),
    Question(
        "eui64-case",
        "sender-in-lower-case",
        "a target EUI-64 in lower case",
        "report-user-set",
        _fault("field-form/RequestID/lower-case"),
        {"upper": ("6.4-8",), "any": ()},
    ),
    Question(
        "qcaf-completeness",
        "communication-left-out",
        "a quarantined communication left out",
        QCAF,
        _fault("action-for-each/last-left-out"),
        {"exact": ("4.7-2",), "missing-allowed": ()},
    ),
    Question(
        "qcaf-other-fields",
        "other-field-changed",
        "another field than the action changed",
        QCAF,
        _fault("report-unchanged/ServiceReferenceVariant"),
        {"unchanged": ("4.7(b)-4",), "ignored": ()},
    ),
    Question(
        "warning-above-adt",
        "warning-above-threshold",
        "a Warning Threshold above its Anomaly Detection Threshold",
        ADT,
        _fault("not-above/one-above"),
        {"refused": ("6.3-13",), "allowed": ()},
    ),
    Question(
        "duplicate-rules",
        "rule-twice",
        "a rule twice",
        ADT,
        _fault("unique-key/first-again"),
        {"refused": ("6.3-12",), "last-wins": ()},
    ),
    Question(
        "hours-counted-to",
        "sent-in-time-completed-late",
        "sent within 120 hours and completed after them",
        "qcaf-all-delete",
        _completed_late,
        {"sending": (), "completion": ("UG1.2-1",)},
    ),
    Question(
        "exactly-120-hours",
        "sent-after-120-hours-exactly",
        "sent 120 hours after the quarantine, to the second",
        "qcaf-all-delete",
        _exactly(120),
        {"within": (), "late": ("UG1.2-1",)},
    ),
    Question(
        "certificate-time",
        "expired-between-sending-and-checking",
        "signed and sent while the certificate was valid, checked when it had expired",
        ADT,
        _expired_since,
        {"sending": (), "signing": (), "checking": ("3.4(b)-3",)},
    ),
    Question(
        "order-of-checks",
        "signature-and-format-both-wrong",
        "a signature that does not hold, and a record with a field too few",
        ADT,
        _two_faults("signature-verifies/tampered-signature", "field-count/last-field-missing"),
        {"all": ("3.4(b)-2", "6.3-7"), "in-order": ("3.4(b)-2",)},
    ),
    Question(
        "ssi-or-sharepoint",
        "guidance-on-sharepoint-only",
        "guidance that is on SharePoint and not in the SSI",
        "publication",
        _fault("published-via/setting-guidance"),
        {"ssi": ("2.2(d)-1",), "either": ()},
    ),
    Question(
        "empty-file",
        "no-records",
        "a file without records",
        ADT,
        _empty,
        {"refused": ("6.3-5",), "allowed": ()},
    ),
    Question(
        "general-or-particular",
        "rule-for-communications-in-general",
        "a rule without a Service Reference Variant",
        ADT,
        _field(Role.VARIANT, b""),
        {"null-is-general": (), "type-required": ("6.3-9",)},
    ),
    Question(
        "file-per-role",
        "two-roles-in-a-file",
        "rules for two User Roles in one file",
        ADT,
        _two_roles,
        {"any": (), "one": ("3.4-2",)},
    ),
    Question(
        "request-for-each-file",
        "two-user-ids",
        "files of two User IDs under one Request Id",
        "area",
        _fault("request-for-each-file/two-user-ids"),
        {"one-file": ("UG1.3-2",), "file-per-user-id": ()},
    ),
)
