"""A profile as values: what the legal text leaves to documents that this suite does not have.

Read by ``profile_loading``; see ``profiles/reference.toml`` for the meaning of each entry.
"""

# No annotations from __future__: msgspec would compile the text of each at the start.

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.column import Column, Role
from conformance.model.composed import Composed
from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.dialect import Quoting, RecordEnd
from conformance.model.identity import Identity
from conformance.model.record_kind import RecordKind
from conformance.model.requirement import Kind, SetBy
from conformance.model.signature_record import RecordForm
from conformance.model.verification import Assumption, is_verified, unverified, within


class CharacterSet(StrEnum):
    """The characters that a file may have."""

    PRINTABLE_ASCII = "printable-ascii"  #: 0x20 to 0x7E
    ASCII = "ascii"
    LATIN_1 = "latin-1"  #: ISO 8859-1, without control characters
    UTF_8 = "utf-8"


#: The name of the kind of record in a file with one kind.
ALONE = "record"


class FileFormat(Struct, frozen=True):
    """The form of one file of clauses 6.3 to 6.5; sizes are in bytes, without the separator.

    ``columns``, ``key`` and ``rules`` are those of its rows, which are counted and compared: the
    records of a file of one kind; of several, those of ``unit``, or what repeats in them, with
    ``inherited`` columns behind their own, of the records that each belongs to. ``records`` are
    the kinds, if there are several. ``header``: a record with the names of the columns is first.
    ``composed`` are values that a record has in several fields.
    ``quoting``: where nothing is said, the reading of note quotes decides.
    ``readings`` are those of the file alone, by note; ``settled`` the notes among them that an
    entry of the file leaves nothing to decide, each with the name of the entry.
    """

    kind: Kind
    clause: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rules: tuple[CrossRule, ...]
    characters: CharacterSet
    minimum_records: int
    maximum_record_bytes: int
    records: tuple[RecordKind, ...] = ()
    unit: str = ALONE
    inherited: int = 0
    composed: tuple[Composed, ...] = ()
    header: bool = False
    #: The path in the file's table of what states ``columns`` and ``key``, if it is not the table.
    below: str = ""
    maximum_records: int | None = None
    quoting: Quoting | None = None
    record_end: RecordEnd = RecordEnd.BARE
    recipient: str | None = None  #: the EUI-64 of DCC, if the profile says it
    readings: Mapping[str, str] = {}
    settled: Mapping[str, str] = {}

    def __hash__(self) -> int:
        """Of what differs between the files of a profile; the rest is compared."""
        return hash(self.kind)

    @property
    def several(self) -> bool:
        """Return True if there are several kinds of records, or columns that differ."""
        return bool(self.records)

    @property
    def kinds(self) -> tuple[RecordKind, ...]:
        """The kinds of records: of a file that does not list them, one."""
        return self.records or (RecordKind(ALONE, self.columns, self.key, self.rules),)

    @property
    def computes(self) -> bool:
        """Return True if fields of records follow from others."""
        return any(column.derived for kind in self.kinds for column in kind.columns)

    @property
    def own(self) -> tuple[Column, ...]:
        """The columns that the records themselves have."""
        return self.columns[: len(self.columns) - self.inherited]

    @property
    def compares_with_request(self) -> bool:
        """Return True if a column has to have the number of the SMSR."""
        return any(column.equals for kind in self.kinds for column in kind.columns)

    @property
    def around(self) -> tuple[Column, ...]:
        """The columns of rows that are of a record with a place of its own, as of a header."""
        placed = tuple(f"{kind.name}." for kind in self.records if kind.at is not None)
        return tuple(c for c in self.columns[len(self.own) :] if c.name.startswith(placed))

    @property
    def asked(self) -> tuple[int, ...]:
        """The positions of the columns of rows that a sheet has: no tags, and nothing computed."""
        return tuple(
            index
            for index, column in enumerate(self.columns)
            if not column.tag
            and column.derived is None
            and column.role is not Role.RECIPIENT
            and index not in self.created
        )

    @property
    def created(self) -> frozenset[int]:
        """The positions of the columns of rows that have the time at which the file was made."""
        alone = (i for i, one in enumerate(self.columns) if one.role is Role.CREATED_AT)
        parts = (one.places for one in self.composed if one.role is Role.CREATED_AT)
        return frozenset(alone).union(*parts)

    def kind_called(self, name: str) -> RecordKind:
        """Return the kind of record that is called ``name``."""
        return next(kind for kind in self.kinds if kind.name == name)

    def kind_of(self, role: Role) -> RecordKind | None:
        """Return the kind of record that has the value that plays ``role``, if one does."""
        return next((kind for kind in self.kinds if kind.has_role(role)), None)

    def rows_of(self, kind: RecordKind) -> Self:
        """Return the form of a file of the rows of ``kind`` alone."""
        return replace(
            self,
            columns=(*kind.columns, *kind.inherited),
            key=kind.key,
            rules=kind.rules,
            records=(),
            unit=kind.name,
            inherited=len(kind.inherited),
            composed=kind.composed,
            below=f"records.{kind.name}",
        )

    def has_room_for(self, records: int) -> bool:
        """Return True if a file may have so many records, as far as its maximum goes."""
        return self.maximum_records is None or records <= self.maximum_records

    def index(self, name: str) -> int:
        """The position, from 0, of the column called ``name``."""
        return next(i for i, column in enumerate(self.columns) if column.name == name)

    def index_of_role(self, role: Role) -> int | None:
        """The position, from 0, of the column that plays ``role``, if there is one."""
        return next((i for i, column in enumerate(self.columns) if column.role == role), None)

    def has_role(self, role: Role) -> bool:
        """Return True if a column has the role, or a value that is composed of several."""
        return self.index_of_role(role) is not None or any(
            one.role is role for one in self.composed
        )

    def rules_of(self, name: CrossRuleName) -> tuple[CrossRule, ...]:
        """Return the rules of the kind ``name``."""
        return tuple(rule for rule in self.rules if rule.rule is name)

    def is_of_thresholds(self, rule: CrossRule) -> bool:
        """Return True if ``rule`` keeps a Warning Threshold from being above its ADT.

        This is what note warning-above-adt is about.
        """
        ordered = rule.comparator.is_of_order
        roles = [self.columns[self.index(name)].role for name in rule.columns]
        return ordered and roles == [Role.WARNING, Role.THRESHOLD]


class AlertForm(Struct, frozen=True):
    """The elements of an alert in XML, by their names in whatever namespace.

    ``message`` is around each alert; the others hold values. An element named as one of the
    profile's breaches is about one communication.
    """

    message: str
    request_id: str
    quarantined_at: str
    variant: str


class KeyAlgorithm(Struct, frozen=True):
    """A kind of key that may sign: ``ecdsa`` on ``curve``, or ``rsa`` of ``minimum_bits``."""

    key: str
    digests: tuple[str, ...]
    curve: str | None = None
    minimum_bits: int | None = None


#: The signed bytes of a CMS signature beside a file, where the last separator is left out.
TRIMMED = "file-without-final-separator"


class SignerCount(Struct, frozen=True):
    """How many sign a file, at least and at most."""

    minimum: int = 1
    maximum: int = 1

    @classmethod
    def of(cls, entry: int | Mapping[str, int]) -> Self:
        """Return what an entry of a profile says: one number, or both."""
        return cls(entry, entry) if isinstance(entry, int) else cls(**entry)


class SignatureRules(Struct, frozen=True):
    """How a file is signed: ``containers`` by name, ``encodings`` of CMS, and algorithms."""

    containers: tuple[str, ...]
    algorithms: tuple[KeyAlgorithm, ...]
    signed_attributes: str  #: ``required``, ``optional`` or ``refused``
    encodings: tuple[str, ...] = ("der", "pem")  #: of CMS: ``der``, ``pem`` or ``base64``
    #: Where the signer's certificate has to be, of CMS: ``inside``; ``elsewhere``: there or given
    #: with it; ``either``: given with it as well, and missed where it is not.
    certificate: str = "either"
    over: str = "file"  #: of CMS beside the file; or ``TRIMMED``
    record: RecordForm | None = None  #: the record that has the signature in it, if one does
    signers: SignerCount = SignerCount()


class RevocationBy(StrEnum):
    """The evidence that a certificate was not revoked; ``NONE``: it is not looked at."""

    CRL = "crl"
    OCSP = "ocsp"
    EITHER = "either"
    NONE = "none"

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The entries of ``trust`` whose files can show it."""
        found = {RevocationBy.CRL: ("crls",), RevocationBy.OCSP: ("ocsp",)}
        return found.get(self, ("crls", "ocsp") if self is RevocationBy.EITHER else ())


#: Uses of a key (RFC 5280, section 4.2.1.3) for which files can be signed.
SIGNING_USES = ("digitalSignature", "nonRepudiation")


class CertificateRules(Struct, frozen=True):
    """The rules for a File Signing Certificate."""

    common_name: bool  #: the subject has a CN
    role_code: bool  #: the subject has an OU of two hex digits
    eui64: bool  #: it names the Party by its EUI-64, where ``identity`` says
    key_usage_critical: bool
    policies: tuple[str, ...]  #: OIDs of which one must be there; empty: any
    maximum_issuing_cas: int
    revocation: RevocationBy
    key_usage: tuple[str, ...] = SIGNING_USES[:1]  #: of which one must be there; empty: any
    key_usage_refused: tuple[str, ...] = ()
    extended_key_usage: tuple[str, ...] = ()  #: OIDs of which one must be there, where any is
    identity: Identity = Identity()


class Method(Struct, frozen=True):
    """A delivery method. ``subject_line``: a submission by it has one."""

    name: str
    subject_line: bool


#: The name of the required method in the clauses before MP109.
EMAIL = "email"


class DeliveryRules(Struct, frozen=True):
    """How submissions reach DCC."""

    method: str
    methods: Mapping[str, Method]
    folders: Mapping[Kind, str]  #: where new submissions are put
    tags: Mapping[Kind, str]  #: the last part of a submission's name
    contingency_mailboxes: tuple[str, ...]
    hours: int  #: from the quarantine to the QCAF
    contingency: str | None = None
    live: Mapping[Kind, str] = {}  #: beside the folders: where the file in production is
    archives: Mapping[Kind, str] = {}  #: beside the folders: where old submissions are kept
    service_desk_mailboxes: tuple[str, ...] = ()  #: before MP109; none: not known
    recipient: str | None = None  #: the EUI-64 of DCC, to whom files are sent

    @property
    def of_messages(self) -> str:
        """The method of an email message: the contingency, where that is by email."""
        found = self.methods.get(self.contingency or "")
        by_email = found is not None and found.subject_line and self.contingency_mailboxes
        return found.name if found is not None and by_email else EMAIL


class ReferenceRules(Struct, frozen=True):
    """The shapes of references, as expressions for the whole reference (RE2 syntax)."""

    smsr: str
    incident: str


class Profile(Struct, frozen=True):
    """A profile, complete: everything it extends is merged in.

    ``test_keys``: the published keys of the test hierarchy may be trusted. ``raw`` is the merged
    table as read, ``digest`` the SHA-256 of its canonical JSON.
    """

    name: str
    title: str
    version: str
    source: str
    files: Mapping[Kind, FileFormat]
    signature: SignatureRules
    certificate: CertificateRules
    references: ReferenceRules
    delivery: DeliveryRules
    breaches: Mapping[str, SetBy]
    alerts: AlertForm | None  #: a profile need not know of alerts
    readings: Mapping[str, str]
    trust: tuple[Path, ...]
    crls: tuple[Path, ...]
    ocsp: tuple[Path, ...]
    test_keys: bool
    assumptions: tuple[Assumption, ...]
    raw: Mapping[str, Any]
    digest: str

    def __hash__(self) -> int:
        """Of the readings, too: profiles that differ in these alone are not compared in full."""
        return hash((self.digest, *self.readings.values()))

    @property
    def unverified(self) -> tuple[Assumption, ...]:
        """The entries that are not verified, as few paths as will do."""
        return tuple(unverified(self.assumptions, self.raw))

    def unverified_in(self, *entries: str) -> tuple[Assumption, ...]:
        """Those of the unverified entries that are among ``entries``, a part or all of one."""
        return tuple(
            one for one in self.unverified
            if any(within(one.entry, e) or within(e, one.entry) for e in entries)
        )  # fmt: skip

    def readings_of(self, kind: Kind) -> Mapping[str, str]:
        """Return the readings by which a submission of ``kind`` is read."""
        own = self.files[kind].readings if kind in self.files else {}
        return {**self.readings, **own} if own else self.readings

    def reading_entry(self, note: str, kind: Kind) -> str:
        """Return the path of the entry that chooses the reading of ``note`` for a file."""
        own = self.files[kind].readings if kind in self.files else {}
        return f"files.{kind.value}.readings.{note}" if note in own else f"readings.{note}"

    def decides(self, note: str, kind: Kind) -> bool:
        """Return True if an entry of the file leaves ``note`` nothing to decide."""
        return kind in self.files and note in self.files[kind].settled

    def read_otherwise(self, readings: Mapping[str, str], kind: Kind) -> Self:
        """Return the profile with other ``readings``, also of the file of ``kind``."""
        files = dict(self.files)
        if kind in files and files[kind].readings:
            own = {note: readings.get(note, one) for note, one in files[kind].readings.items()}
            files[kind] = replace(files[kind], readings=own)
        return replace(self, files=files, readings={**self.readings, **readings})

    def verifies(self, entry: str) -> bool:
        """Return True if the profile says who confirmed ``entry``."""
        return is_verified(self.assumptions, entry)
