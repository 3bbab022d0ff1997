"""A submission that the readings of a note judge differently, and how such submissions are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.column import Role
from conformance.submission.moments import format_moment, parse_moment
from generators.draft import Draft
from generators.faults import faults_of
from generators.faults.cross import STRANGER
from generators.faults.fault import edit_bytes, edit_file, edit_manifest
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


def fault(name: str, readings: Mapping[str, str] | None = None) -> Make:
    """The fault called ``name``, as the operators make it where notes have these ``readings``."""

    def make(draft: Draft) -> Draft:
        profile = draft.profile
        strict = replace(profile, readings={**profile.readings, **(readings or {})})
        made = replace(draft, ground=replace(draft.ground, profile=strict))
        faulty = next(f for f in faults_of(made) if f.name == name).apply(made).draft
        return replace(faulty, ground=draft.ground)

    return make


def manifest(*path: str | int, value: object) -> Make:
    return lambda draft: edit_manifest(draft, path, value)[0]


def no_final_line_feed(draft: Draft) -> Draft:
    return edit_bytes(draft, len(draft.csv or b"") - 1, 1, b"")[0]


def same(draft: Draft) -> Draft:
    return draft


def field(role: Role, value: bytes) -> Make:
    def make(draft: Draft) -> Draft:
        number = draft.format.index_of_role(role) or 0
        return set_field(draft, middle(draft), number + 1, value).draft

    return make


def two_roles(draft: Draft) -> Draft:
    """A second User Role in the file, with a variant that it may send."""
    form = draft.format
    role, variant = form.index_of_role(Role.USER_ROLE) or 0, form.index_of_role(Role.VARIANT) or 0
    row = middle(draft)
    fields = list(row.fields)
    fields[role], fields[variant] = b"ED", b"6.5"
    changed, _ = edit_bytes(draft, row.offset, row.length, b",".join(fields))
    return changed


def two_faults(*names: str) -> Make:
    """Two faults, of which a reading hides the second."""

    def make(draft: Draft) -> Draft:
        found = {f.name: f for f in faults_of(draft)}
        for name in names:
            draft = found[name].apply(draft).draft
        return draft

    return make


def empty(draft: Draft) -> Draft:
    """A file without records, where none was in force before."""
    draft, _ = edit_bytes(draft, 0, len(draft.csv or b""), b"")
    return edit_file(draft, LIVE, 0, len(draft.files[LIVE]), b"")[0]


def name(form: str) -> Make:
    def make(draft: Draft) -> Draft:
        user = draft.manifest["sender"]["user_id"]
        number = draft.manifest["references"]["smsr"]["number"]
        tag = draft.profile.delivery.tags[draft.kind]
        return edit_manifest(draft, ("delivery", "name"), form.format(user, number, tag))[0]

    return make


def exactly(hours: int) -> Make:
    """Sent exactly so many hours after the quarantine of the oldest communication."""

    def make(draft: Draft) -> Draft:
        when = draft.format.index_of_role(Role.QUARANTINED_AT) or 0
        oldest = min(row.fields[when] for row in rows(draft)).decode()
        sent = parse_moment(oldest, "") + timedelta(hours=hours)
        draft, _ = edit_manifest(draft, ("sent_at",), format_moment(sent))
        return edit_manifest(draft, ("completed_at",), format_moment(sent))[0]

    return make


def completed_late(draft: Draft) -> Draft:
    draft = exactly(119)(draft)
    sent = parse_moment(draft.manifest["sent_at"], "")
    late = format_moment(sent + timedelta(hours=2))
    return edit_manifest(draft, ("completed_at",), late)[0]


def named_for_the_party(draft: Draft) -> Draft:
    """The name with another EUI-64 than the User ID: the Party's own."""
    user_id = draft.manifest["sender"]["user_id"]
    name = draft.manifest["delivery"]["name"].replace(user_id, STRANGER)
    draft, _ = edit_manifest(draft, ("sender", "party_eui64"), STRANGER)
    return edit_manifest(draft, ("delivery", "name"), name)[0]


def expired_since(draft: Draft) -> Draft:
    """Signed with a certificate that was valid then and has expired by the time of checking."""
    draft = fault("certificate-valid/expired")(draft)
    draft, _ = edit_manifest(draft, ("sent_at",), "2023-06-01T10:00:00Z")
    draft, _ = edit_manifest(draft, ("references", "smsr", "raised_at"), "2023-06-01T08:00:00Z")
    return replace(draft, signed_at=datetime(2023, 6, 1, 9, tzinfo=UTC))
