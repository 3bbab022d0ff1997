"""A story to make a submission from: who sends what, when, how, and about which quarantine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

from msgspec import Struct, field

from conformance.errors import TadpError
from conformance.model.lines import lines_of_toml
from conformance.model.problem import Document, Problem
from conformance.model.profile import Profile, SignatureRules
from conformance.model.requirement import Kind, SetBy
from conformance.model.schema_words import shown, suggestion
from conformance.signature.containers import signing_containers
from conformance.submission.moments import parse_moment
from generators.algorithm import chosen
from generators.issuance import Issuance
from generators.signing import Signing
from generators.templates import OFFICERS

#: When submissions are sent unless a scenario says otherwise, by edition.
SENT_AT = {
    "v2.0": datetime(2022, 6, 1, 10, 0, tzinfo=UTC),
    "mp109": datetime(2025, 6, 2, 10, 0, tzinfo=UTC),
}

#: British Summer Time.
SUMMER = timezone(timedelta(hours=1))
#: Times that a scenario may have written in British Summer Time.
SUMMER_TIMES = ("", "sending", "references")

#: Kinds of submissions that have signed files.
SIGNED = (Kind.ADT, Kind.QCAF, Kind.AREA)


class Scenario(Struct, frozen=True):
    """Everything that may be chosen; what is not chosen conforms.

    ``method`` is the edition's unless given, ``container``, ``algorithm`` and ``encoding`` the
    profile's first, ``user_role`` one of the profile's that may send one of its variants;
    ``advice`` is ``none``, ``all`` (one action for all communications) or ``each``; ``action`` is
    ``Release``, ``Delete`` or ``both``; ``quarantined_hours`` is how long before the sending the
    quarantine began.
    """

    kind: Kind = Kind.ADT
    edition: str = "mp109"
    seed: int = 0
    records: int = 4
    party: str = "TEST Party 1"
    user_id: str = "70-00-00-00-00-00-00-01"
    user_role: str | None = None
    set_by: SetBy = SetBy.USER
    advice: str = "all"
    action: str = "both"
    quarantined_hours: int = 26
    method: str | None = None
    container: str | None = None
    algorithm: str | None = None
    encoding: str | None = None
    signer: str = "aro-1"
    #: How many sign; 0: as few as the profile takes.
    signers: int = 0
    #: References; nothing: the first that the profile's shape admits.
    smsr: str | None = None
    incident: str | None = None
    sent: datetime | None = None
    #: What is written in British Summer Time: ``sending``, ``references``, or nothing.
    summer_time: str = ""
    #: Explicit records of an ADT File, as lists of fields, in place of made-up ones.
    rules: tuple[tuple[str, ...], ...] = field(default=())

    @property
    def sent_at(self) -> datetime:
        """When the submission is sent."""
        return self.sent or SENT_AT.get(self.edition, SENT_AT["mp109"])

    @property
    def quarantined_at(self) -> datetime:
        """When the first communication was quarantined."""
        return self.sent_at - timedelta(hours=self.quarantined_hours)

    @property
    def created_at(self) -> datetime:
        """When the file was made, to the minute: before it was signed."""
        return (self.sent_at - timedelta(hours=1.5)).replace(second=0, microsecond=0)

    @property
    def raised_at(self) -> datetime:
        """When the SMSR was raised: by a clock of British Summer Time, as if after the sending."""
        by_summer_time = self.summer_time == "references"
        return self.sent_at - timedelta(hours=0.5 if by_summer_time else 2)

    def zone_of(self, what: str) -> tzinfo:
        """Return the time zone in which the times of ``sending`` or ``references`` are written."""
        return SUMMER if self.summer_time == what else UTC

    def signed_in(self, profile: Profile) -> str:
        """Return the container: the one chosen, or the first of ``writable``.

        Raises:
            TadpError: ``profile`` takes none that is written.
        """
        written = writable(profile)
        if self.container is None and not written:
            raise TadpError(
                "the profile takes no container that a signature can be written in",
                where="signature.containers",
                remedy=f"add one of: {', '.join(signing_containers())}",
            )
        return self.container or written[0]

    def signing(self, profile: Profile) -> Signing:
        """Return how the files are signed.

        Raises:
            TadpError: the profile takes no container, or no algorithm, that can be made.
        """
        rules = profile.signature
        algorithm = chosen(self.algorithm, rules)
        return Signing(
            container=self.signed_in(profile),
            algorithm=algorithm.key,
            signer=self.signer,
            eui64=self.user_id,
            encoding=self.encoded_in(rules),
            attributes=rules.signed_attributes != "refused",
            certificates="beside" if rules.certificate == "elsewhere" else "chain",
            digest=algorithm.digest,
            issuance=Issuance.under(profile.certificate),
            pss=algorithm.pss,
            rules=rules,
            cosigners=self.cosigners(profile),
        )

    def cosigners(self, profile: Profile) -> tuple[str, ...]:
        """Return who signs beside the signer, where the container has room for that."""
        container = signing_containers().get(self.signed_in(profile))
        if container is None or not container.several:
            return ()
        others = [name for name in OFFICERS if name != self.signer]
        return tuple(others[: (self.signers or profile.signature.signers.minimum) - 1])

    def encoded_in(self, rules: SignatureRules) -> str:
        """Return the encoding of CMS: the one chosen, or the first that ``rules`` take."""
        return self.encoding or rules.encodings[0].upper()


def writable(profile: Profile) -> tuple[str, ...]:
    """Return the containers of ``profile`` that are written, by which a file can conform.

    Where certificates are judged at the time of signing, that time is known of some alone.
    """
    rules = profile.signature
    written = tuple(name for name in rules.containers if name in signing_containers())
    if profile.readings["certificate-time"] != "signing" or rules.signed_attributes == "refused":
        return written
    return tuple(name for name in written if signing_containers()[name].dated) or written


def encodings(rules: SignatureRules) -> list[str]:
    """Return the encodings of CMS that ``rules`` take; where they take DER, BER is read too."""
    found = [name.upper() for name in rules.encodings]
    return [*found, "BER"] if "DER" in found else found


_KINDS = {"kind": Kind, "set_by": SetBy}


def read_scenario(table: dict[str, Any], where: str, text: str = "") -> Scenario:
    """Return a scenario from a table, as TOML with that ``text`` or the command line give it.

    Raises:
        TadpError: entries are unknown, or their values cannot be used; it has all of them.
    """
    known = sorted(Scenario.__struct_fields__)
    chosen: dict[str, Any] = {}
    wrong: list[Problem] = []
    for key, given in table.items():
        if key not in known:
            right = suggestion(key, known) or f"one of: {', '.join(known)}"
            wrong.append(Problem((key,), "there is no such entry", right))
            continue
        try:
            chosen[key] = _value(key, given)
        except (TypeError, ValueError) as error:
            wrong.append(Problem((key,), f"{shown(given)} cannot be used here", str(error)))
    if wrong:
        raise Document(where, text, table, lines_of_toml).refused(wrong, TadpError)
    return Scenario(**chosen)


def _value(key: str, given: Any) -> Any:
    """Return the value of an entry; an error says what would be right."""
    default = getattr(Scenario(), key)
    if key == "sent":
        try:
            return given if isinstance(given, datetime) else parse_moment(str(given), "")
        except TadpError as error:
            raise ValueError(error.remedy) from None
    if key == "rules":
        if not isinstance(given, (list, tuple)) or not all(
            isinstance(rule, (list, tuple)) for rule in given
        ):
            raise ValueError("write a list of lists of fields")
        return tuple(tuple(str(f) for f in rule) for rule in given)
    if key in _KINDS:
        options = [member.value for member in _KINDS[key]]
        if given not in options:
            raise ValueError(suggestion(str(given), options))
        return _KINDS[key](given)
    if isinstance(default, int):
        if type(given) is not int or (key == "records" and given < 0):
            raise ValueError("write a whole number, at least 0")
    elif not isinstance(given, str):
        raise TypeError("write text in quotes")
    return given
