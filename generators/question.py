"""A submission that the readings of a note judge differently, and how such submissions are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.column import Role
from conformance.model.profile import FileFormat, Profile, RevocationBy
from conformance.portable import name_for
from conformance.records.composing import RoleValue
from conformance.submission.moments import format_moment, parse_moment
from generators.draft import Draft
from generators.faults import Fault, faults_of
from generators.faults.cross import STRANGER
from generators.faults.fault import ABSENT, edit_bytes, edit_file, edit_manifest
from generators.faults.references import without_incident
from generators.faults.rows import in_report_too, middle, rows, set_field, set_record, written
from generators.faults.signing import signed_by
from generators.left_out import NoPlaceError
from generators.teller import LIVE

Make = Callable[[Draft], Draft]


class Question(Struct, frozen=True):
    """A submission made by ``make`` from the story, and the roots that each reading finds.

    What is in braces in a text is filled in from the profile: see ``words_of``.
    """

    note: str
    slug: str
    title: str
    story: str
    make: Make
    roots: Mapping[str, tuple[str, ...]]
    #: Readings under which nothing is broken and something is not shown.
    hidden: tuple[str, ...] = ()

    def under(self, profile: Profile) -> Question:
        """The question in the words of ``profile``."""
        words = words_of(profile)
        names = {key: name_for(word) for key, word in words.items()}
        return replace(
            self,
            slug=self.slug.format_map(names),
            title=self.title.format_map(words),
            story=self.story.format_map(names),
        )


def words_of(profile: Profile, form: FileFormat | None = None) -> Mapping[str, str]:
    """Return the words that texts are filled in with: delivery, and the column of each role."""
    delivery = profile.delivery
    columns = form.columns if form else ()
    return {
        "method": delivery.method,
        "contingency": delivery.contingency or "contingency",
        "hours": str(delivery.hours),
        **{column.role.value: column.name for column in columns if column.role is not Role.OTHER},
        # Of a value in several columns the target, or the date.
        **{one.role.value: one.names[-2] for one in (form.composed if form else ())},
    }


def fault(name: str, readings: Mapping[str, str] | None = None) -> Make:
    """The fault called ``name``, as the operators make it where notes have these ``readings``."""

    def make(draft: Draft) -> Draft:
        strict = draft.profile.read_otherwise(readings or {}, draft.kind)
        made = replace(draft, ground=replace(draft.ground, profile=strict))
        faulty = _fault(name, made).apply(made).draft
        return replace(faulty, ground=draft.ground)

    return make


def _fault(name: str, draft: Draft) -> Fault:
    """The fault called ``name`` in the column that has the role in braces, or else in any."""
    check = name.partition("/")[0]
    faults = list(faults_of(draft, lambda _, one: fnmatchcase(one, check)))
    form = draft.format if draft.csv is not None else None
    for words in (words_of(draft.profile, form), words_of(draft.profile)):
        wanted = name.format_map(_AnyColumn(words))
        found = next((f for f in faults if fnmatchcase(f.name, wanted)), None)
        if found is not None:
            return found
    raise NoPlaceError(f"no file of this profile can have the fault {wanted}")


class _AnyColumn(dict[str, str]):
    """Words, and for the column of a role that there is not whatever column."""

    def __missing__(self, _: str) -> str:
        return "*"


def manifest(*path: str | int, value: object) -> Make:
    return lambda draft: edit_manifest(draft, path, value)[0]


def request_in_lower_case(draft: Draft) -> Draft:
    """A Request ID in lower case, in the QCAF and in its report."""
    number = _place(draft, Role.REQUEST_ID) + 1
    return in_report_too(draft, middle(draft), number, bytes.lower).draft


def originator_in_lower_case(draft: Draft) -> Draft:
    """The EUI-64 of the sender in lower case in a Request ID, in the QCAF and in its report."""
    number = _place(draft, Role.REQUEST_ID) + 1
    sender = draft.manifest["sender"]["user_id"].encode()

    def change(old: bytes) -> bytes:
        return old.replace(sender, sender.lower(), 1)

    return in_report_too(draft, middle(draft), number, change).draft


def user_id_in_lower_case(draft: Draft) -> Draft:
    """A User ID whose last letter is in lower case."""
    row, number = middle(draft), _place(draft, Role.USER_ID) + 1
    old = row.fields[number - 1]
    return set_field(draft, row, number, old[:-1] + old[-1:].lower()).draft


def final_line_feed(*, there: bool) -> Make:
    def make(draft: Draft) -> Draft:
        last = rows(draft)[-1]
        return edit_bytes(draft, last.offset + last.length, 1, b"\n" if there else b"")[0]

    return make


def same(draft: Draft) -> Draft:
    return draft


def field(role: Role, value: bytes) -> Make:
    def make(draft: Draft) -> Draft:
        return set_field(draft, middle(draft), _place(draft, role) + 1, value).draft

    return make


def _place(draft: Draft, role: Role) -> int:
    """The place, from 0, of the column with ``role``."""
    number = draft.format.index_of_role(role)
    if number is None:
        raise NoPlaceError(f"the profile has no column with the role {role}")
    return number


def two_roles(draft: Draft) -> Draft:
    """A second User Role in the file, with a variant that it may send."""
    role, variant = _place(draft, Role.USER_ROLE), _place(draft, Role.VARIANT)
    row = middle(draft)
    fields = list(row.fields)
    roles, codes = (draft.format.columns[place].type.choices for place in (role, variant))
    pair = next(
        (
            (one, known.srv)
            for known in draft.ground.catalogue.variants.values()
            for one in known.roles
            if known.srv in codes and one in roles and one.encode() != fields[role]
        ),
        None,
    )
    if pair is None:
        raise NoPlaceError("the profile has no other User Role with a variant that it may send")
    fields[role], fields[variant] = (text.encode() for text in pair)
    return set_record(draft, row, written(draft, fields))[0]


def two_faults(*names: str) -> Make:
    """Two faults; a reading hides the second."""

    def make(draft: Draft) -> Draft:
        # Looked for before either is made, in the conforming draft.
        for found in [_fault(name, draft) for name in names]:
            draft = found.apply(draft).draft
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


def request_id_in_the_name_only(draft: Draft) -> Draft:
    """Without a title, and with the Request Id alone in the name."""
    draft, _ = edit_manifest(draft, ("delivery", "subject"), ABSENT)
    number = draft.manifest["references"]["incident"]["number"]
    name = without_incident(draft.manifest["delivery"]["name"], number)
    return edit_manifest(draft, ("delivery", "name"), name)[0]


def exactly_late(draft: Draft) -> Draft:
    """Sent as many hours as there are after the quarantine of the oldest communication."""
    return _sent_after(draft, draft.profile.delivery.hours)


def _sent_after(draft: Draft, hours: int) -> Draft:
    when = RoleValue.of(draft.layout, Role.QUARANTINED_AT)
    if when is None:
        raise NoPlaceError("the profile has no time of quarantine")
    known = (when.type.moments(when.take(row.fields)) for row in rows(draft))
    sent = min(one[0] for one in known if one) + timedelta(hours=hours)
    draft, _ = edit_manifest(draft, ("sent_at",), format_moment(sent))
    return edit_manifest(draft, ("completed_at",), format_moment(sent))[0]


def completed_late(draft: Draft) -> Draft:
    draft = _sent_after(draft, draft.profile.delivery.hours - 1)
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


def revoked_since(draft: Draft) -> Draft:
    """Signed with a certificate that was revoked between the sending and the check."""
    if draft.profile.certificate.revocation is RevocationBy.NONE:
        raise NoPlaceError("the profile does not look up revocations")
    return signed_by("revoked-since")(draft).draft


def signed_before_it_expired(draft: Draft) -> Draft:
    """Signed on the last day of a certificate, and sent after it."""
    draft = fault("certificate-valid/expired")(draft)
    draft, _ = edit_manifest(draft, ("sent_at",), "2024-01-02T10:00:00Z")
    draft, _ = edit_manifest(draft, ("references", "smsr", "raised_at"), "2024-01-02T08:00:00Z")
    return replace(draft, signed_at=datetime(2023, 12, 31, 9, tzinfo=UTC))
