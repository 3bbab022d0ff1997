"""The context of a check: a submission, the model, and values derived from both, once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.checks.dialects import actions_of, dialect_of
from conformance.checks.memory import once
from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.findings import Progress
from conformance.foreign import Foreign
from conformance.model.catalogue import Catalogue
from conformance.model.column import Column, Role, conforming
from conformance.model.profile import FileFormat, Profile
from conformance.model.requirement import Edition, Kind, SetBy
from conformance.model.types.column_type import Meaning
from conformance.model.types.eui64 import canonical
from conformance.records import Dialect, Layout, Rule, Scan, read_records, scan
from conformance.records.composing import RoleValue
from conformance.records.expression import Expected
from conformance.records.time_limit import TimeLimit
from conformance.signature import (
    Examination,
    Opened,
    Presence,
    SignedInput,
    TrustStore,
    examine,
    open_file,
    read_certificates,
)
from conformance.submission.area.naming import read_name
from conformance.submission.evidence import ABSENT, Submission
from conformance.submission.kind import foreign_file

#: Records of a lone QCAF that are looked at to learn who set the threshold.
PEEK = 1000
#: Bytes of a file up to which to read each record takes less time than to make an expression that
#: tells which are in time.
_SMALL = 1 << 13
#: The roles of columns that name the sender.
_NAMING = (Role.USER_ID, Role.REQUEST_ID)
#: The largest file that is read as the signer's certificate, in bytes.
CERTIFICATE = 1 << 20


class Setting(Struct, frozen=True, cache_hash=True):
    """The setting of a check: profile, trust, edition and time.

    ``now`` is the time of checking. ``sent_at`` is the time of sending where a
    submission does not say; ``edition`` overrules what the time of sending would choose.
    """

    catalogue: Catalogue
    profile: Profile
    trust: TrustStore
    now: datetime
    sent_at: datetime | None = None
    edition: str | None = None


class Context(Struct, dict=True):
    """One submission in its setting; everything that costs is computed once, when asked for."""

    submission: Submission
    setting: Setting
    progress: Progress | None = None
    #: Notes whose other readings are tried as well, so that no failure rests on them.
    settled: frozenset[str] = frozenset()
    #: What checks found that others ask for too.
    memory: dict[object, Any] = field(default_factory=dict)
    #: Notes whose reading was asked for since this was last emptied.
    consulted: set[str] = field(default_factory=set)

    @cached_property
    def profile(self) -> Profile:
        return self.setting.profile

    def reading(self, note: str) -> str:
        """The reading of ``note`` that the profile takes."""
        self.consulted.add(note)
        return self.profile.readings[note]

    @property
    def sent_at(self) -> datetime | None:
        """When the submission was sent, if anything says so."""
        return self.submission.sent_at or self.setting.sent_at

    @cached_property
    def edition(self) -> Edition:
        """The edition that applies: as given, or the one in force when it was sent."""
        editions = self.setting.catalogue.editions
        named = self.setting.edition or self.submission.edition
        if named:
            if named not in editions:
                raise SubmissionError(
                    f"names the edition {named!r}, which is not known",
                    where=self.submission.source,
                    remedy=f"one of: {', '.join(editions)}; or state it with --edition-file",
                )
            return editions[named]
        return self.setting.catalogue.edition_at(self.sent_at or self.setting.now)

    @cached_property
    def edition_doubt(self) -> str | None:
        """Return why it is not known that the edition applied when it was sent, if it is not."""
        if self.sent_at is None:
            return None
        return self.setting.catalogue.doubt(self.edition, self.sent_at)

    @property
    def edition_because(self) -> str | None:
        """Return why the edition in force now was taken for one that was in force when it was sent.

        Only an ADT File and a QCAF are sent; anything else is as it is found.
        """
        chosen = self.setting.edition or self.submission.edition or self.sent_at
        sent = self.submission.kind in (Kind.ADT, Kind.QCAF)
        return "it does not say when it was sent" if sent and not chosen else None

    @cached_property
    def format(self) -> FileFormat | None:
        """The form that the profile gives a file of this kind, if it is a file."""
        return self.profile.files.get(self.submission.kind)

    @cached_property
    def opened(self) -> Opened | None:
        """The file out of its container, and what is wrong with its signature."""
        submission = self.submission
        if submission.file is None:
            return None
        if submission.kind is Kind.REPORT:
            # DCC's report is not a submission, so nothing says that it is signed.
            return Opened(None, data=submission.file, presence=Presence.UNSIGNED)
        if self._detached is not None:
            # The digest, which is needed next, is computed while the bytes are looked at.
            _ = self.scan
        signed_input = SignedInput(submission.file, self._detached, submission.certificate)
        beside = self._certificates_beside()
        known = (*beside, *self.setting.trust.intermediates, *self.setting.trust.anchors)
        opened = open_file(signed_input, self.profile.signature, known)
        return replace(opened, others=(*opened.others, *beside)) if beside else opened

    def _certificates_beside(self) -> tuple[bytes, ...]:
        """Return the certificates beside a CMS signature, which may come without them."""
        file = self.submission.certificate
        try:
            return tuple(read_certificates(file.read(CERTIFICATE))) if file is not None else ()
        except ValueError:
            # The checks of the signature report whether it is valid without it.
            return ()

    @property
    def _detached(self) -> Content | None:
        """The signature that came in a file of its own, if it did."""
        signature = self.submission.signature
        return signature if isinstance(signature, Content) else None

    @property
    def data(self) -> Content | None:
        """The exact bytes of the CSV file, if they can be got at."""
        if self.foreign is not None:
            return None
        if self._detached is not None:
            return self.submission.file
        return self.opened.data if self.opened else None

    @cached_property
    def foreign(self) -> Foreign | None:
        """Return which file of another program was given instead of a CSV file, if one was."""
        return foreign_file(self.submission)

    def _certificate_time(self, signer: Opened) -> datetime | None:
        """The moment at which the certificate must be valid (note certificate-time)."""
        match self.reading("certificate-time"):
            case "signing":
                return signer.signing_time
            case "checking":
                return self.setting.now
            case _:
                return self.sent_at or self.setting.now

    @property
    @once
    def examinations(self) -> tuple[Examination, ...]:
        """The examined certificate of each signer; empty if one, or its moment, is not known."""
        signers = self.opened.by_signer if self.opened is not None else ()
        found = []
        for one in signers:
            at = self._certificate_time(one)
            if one.certificate is None or at is None:
                return ()
            found.append(examine(one, self.setting.trust, self.profile.certificate, at))
        if len(found) < 2:
            return tuple(found)
        return tuple(one.of_signer(number, len(found)) for number, one in enumerate(found, 1))

    @cached_property
    def dialect(self) -> Dialect:
        """The separators, the sign and the actions that the clauses name, from their records."""
        return self._dialect_of(self.submission.kind)

    def _dialect_of(self, kind: Kind) -> Dialect:
        return dialect_of(self.setting.catalogue, self.edition.id, kind)

    @cached_property
    def actions(self) -> tuple[str, ...]:
        """The actions that clause 4.7(b) or 4.13(b) names, whichever applies."""
        return actions_of(self.setting.catalogue, self.edition.id, self.set_by)

    def layout(self, form: FileFormat) -> Layout:
        """The layout of a file of this form, as far as its own bytes go."""
        own = form.kind is self.submission.kind
        return _layout(self.setting, form, self.dialect if own else self._dialect_of(form.kind))

    @cached_property
    def scan(self) -> Scan | None:
        """Every departure of the file's bytes from its form."""
        form, data = self.format, self.data
        if form is None or data is None:
            return None
        fitting = None
        if self.set_by is not None:
            fitting = frozenset(b for b, by in self.profile.breaches.items() if by is self.set_by)
        sender = self.submission.sender.user_id
        dialect = replace(self.dialect, actions=self.actions)
        layout = _layout(self.setting, form, dialect, sender, fitting)
        if self.smsr_number is not None and form.compares_with_request:
            layout = replace(layout, request=self.smsr_number)
        found = scan(data, layout, self.progress, self.in_time)
        if sender is None and found.counts.get(Rule.ONE_SENDER):
            named = self.named_user_id
            if named == self.file_user_id and named != next(self.file_user_ids(), None):
                # Of several User IDs, the first is not the one that the file is for.
                found = scan(data, replace(layout, sender=named), expected=self.in_time)
        return found

    @cached_property
    def in_time(self) -> Expected | None:
        """The times of quarantine with which a communication is surely in time (guidance 1.2).

        None: they are not known, or the file is too small for an expression to be worth it.
        """
        form, data = self.format, self.data
        if form is None or data is None or len(data) <= _SMALL:
            return None
        limit, completed = TimeLimit.of(self.profile), self.submission.completed_at
        return limit.expected(self.layout(form), self.sent_at, completed)

    @cached_property
    def set_by(self) -> SetBy | None:
        """Who set the threshold: as the submission says, or as the file's first breach shows."""
        if self.submission.quarantine.set_by is not None:
            return self.submission.quarantine.set_by
        for value in self._peek(Role.BREACH):
            if value in self.profile.breaches:
                return self.profile.breaches[value]
        return None

    @cached_property
    def file_user_id(self) -> str | None:
        """The User ID that the file itself names: that in its name, or else the first in it."""
        found, named = self.file_user_ids(), self.named_user_id
        first = next(found, None)
        others = found if named is not None and first != named else ()
        return named if any(one == named for one in others) else first

    @property
    def named_user_id(self) -> str | None:
        """The EUI-64 that the name of the file begins with, if it does."""
        name = self.submission.delivery.name
        return read_name(name, self.profile.references).user_id if name else None

    def file_user_ids(self) -> Iterator[str]:
        """Yield the User IDs of the first records.

        A value that is not of the form of its column names none.
        """
        for role in _NAMING:
            place = self._place(role)
            if place is None or place.type.reads_as not in (Meaning.PARTY, Meaning.REQUEST):
                continue
            conforms = conforming(Column(place.name, place.type))
            for value in map(str.encode, self._peek(role)):
                if conforms(value):
                    yield place.type.party(value).decode()

    @property
    def file_user_roles(self) -> list[str]:
        """The User Roles that the first records of the file name, where they conform."""
        place = self._place(Role.USER_ROLE)
        if place is None:
            return []
        conforms = conforming(Column(place.name, place.type))
        return [one for one in dict.fromkeys(self._peek(Role.USER_ROLE)) if conforms(one.encode())]

    @property
    def naming_column(self) -> str | None:
        """The name of the column by which the file names its sender, if it has one."""
        found = (self._place(role) for role in _NAMING)
        return next((place.names[0] for place in found if place is not None), None)

    def _place(self, role: Role) -> RoleValue | None:
        """Where the value of ``role`` is, with the readings applied to its type."""
        form = self.format
        if form is None or not form.has_role(role):
            return None
        return RoleValue.of(self.layout(form), role)

    def _peek(self, role: Role) -> Iterable[str]:
        form, data = self.format, self.data
        place = None if data is None else self._place(role)
        if form is None or data is None or place is None:
            return
        for _, _, fields in islice(read_records(data, self.layout(form)), PEEK):
            if value := place.take(fields):
                yield value.decode("latin-1")

    @property
    def sender_user_id(self) -> str | None:
        """The User ID of the sender: as the submission says, or else as the file does."""
        stated = self.submission.sender.user_id
        return canonical(stated) if stated else self.file_user_id

    @property
    def sender_entries(self) -> tuple[str, ...]:
        """The entry of the profile by which the sender is known, if the submission says nothing."""
        if self.submission.sender.user_id or self.format is None:
            return ()
        return (f"files.{self.submission.kind.value}.columns",)

    @property
    def smsr_number(self) -> str | None:
        """The number of the Service Management Service Request, if it is known."""
        request = self.submission.request
        return None if request is None or request is ABSENT else request.number

    @property
    def incident_number(self) -> str | None:
        """The number of the Incident, if it is known."""
        incident = self.submission.incident
        return None if incident is None or incident is ABSENT else incident.number

    def checks_of(self, name: str) -> tuple[str, ...]:
        """The requirements that bear on this submission and use the check called ``name``."""
        return tuple(
            r.id
            for r in self.setting.catalogue.using(name, self.edition.id)
            if self.submission.kind in r.kinds and r.set_by in (None, self.set_by or SetBy.USER)
        )


@lru_cache(maxsize=64)
def _layout(
    setting: Setting,
    form: FileFormat,
    dialect: Dialect,
    sender: str | None = None,
    breaches: frozenset[str] | None = None,
) -> Layout:
    return Layout(
        format=form,
        dialect=dialect,
        readings=setting.profile.readings,
        sender=sender,
        breaches=breaches,
        eligible=setting.catalogue.eligible,
    )
