"""Conforming submissions that differ from the usual ones in what a receiver may get wrong.

Each was accepted by our checker and rejected by a receiver with a small mistake that no other case
showed: one that takes 32 bits for a number, say, or knows signers by issuer and serial number only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta, timezone
from typing import Any

from msgspec import Struct

from conformance.model.column import Role
from conformance.model.types.column_type import Meaning
from conformance.model.types.value_fault import always
from conformance.portable import name_for
from conformance.signature.containers.base import Placement
from conformance.submission.moments import format_moment, parse_moment
from generators.case import Case
from generators.draft import Draft
from generators.faults.cross import STRANGER
from generators.faults.delivery import other_rules, rule_removed
from generators.faults.entries import INCIDENT, SMSR, entry
from generators.faults.fault import edit_manifest, edit_signing
from generators.faults.references import OTHER_COMPONENT
from generators.faults.rows import added, in_report_too, middle, rows, written
from generators.faults.signing import signed_by
from generators.left_out import UNFIT, LeftOut, NoPlaceError, without
from generators.question import words_of
from generators.settling import unmet
from generators.signing import PKCS7, SAME

_HOUR = timedelta(hours=1)
_INDIAN = timezone(timedelta(hours=5, minutes=30))


class Variation(Struct, frozen=True):
    """A submission of ``story``, which ``change`` makes another that conforms as well."""

    slug: str
    title: str
    story: str
    change: Callable[[Draft], Draft]


def varied(drafts: Mapping[str, Draft]) -> Iterator[Case | LeftOut]:
    """Yield the variations of the stories that a profile has, whose ``drafts`` these are."""
    profile = next((draft.profile for draft in drafts.values()), None)
    if profile is None:
        return
    words = {key: name_for(word) for key, word in words_of(profile).items()}
    for one in VARIATIONS:
        identifier = f"conforming/{one.slug}"
        story = one.story.format_map(words)
        if story not in drafts:
            yield LeftOut(identifier, without(story))
            continue
        try:
            draft = one.change(drafts[story])
        except (NoPlaceError, *UNFIT) as error:
            yield LeftOut(identifier, str(error) or "no file of this profile can be made so")
            continue
        yield Case(identifier, one.title, story, draft)


def _rule_removed(draft: Draft) -> Draft:
    """Return the file with a rule of the one in force removed, as its User says."""
    rule = next(other_rules(draft), None)
    if rule is None:
        raise NoPlaceError("the key of a rule can have no other value")
    return rule_removed(draft, [rule]).draft


def _highest(draft: Draft) -> Draft:
    """Return the file with the highest numbers that its columns admit, in one record."""
    number = middle(draft).index
    found = False
    for place, column in enumerate(draft.format.columns):
        row = rows(draft)[number]
        highest = column.type.highest(row.fields[place])
        if highest is not None:
            draft, found = in_report_too(draft, row, place + 1, always(highest)).draft, True
    if not found:
        raise NoPlaceError("no column of the profile has a highest value")
    return draft


def _every_role(draft: Draft) -> Draft:
    """Return the file with a record again for each other User Role."""
    role, variant = (draft.format.index_of_role(one) for one in (Role.USER_ROLE, Role.VARIANT))
    if role is None or variant is None:
        raise NoPlaceError("the profile has no columns of User Roles and variants")
    columns, row = draft.format.columns, middle(draft)
    sets = entry(draft, "sender", "sets_adts")
    more = list(sets)
    for other in columns[role].type.choices:
        fields = list(row.fields)
        for srv in columns[variant].type.choices:
            fields[role], fields[variant] = other.encode(), srv.encode()
            may = other in draft.ground.catalogue.eligible.get(srv, set())
            if may and other.encode() != row.fields[role] and not any(unmet(draft.format, fields)):
                draft, _ = added(draft, written(draft, fields))
                more.append({**sets[0], "user_role": other})
                break
    if len(more) == len(sets):
        raise NoPlaceError("the profile has no other User Role with a variant that it may send")
    return edit_manifest(draft, ("sender", "sets_adts"), more)[0]


def _several_updates(draft: Draft) -> Draft:
    """Return the QCAF before an Incident that went to and fro."""
    (update,), (assignment,) = (entry(draft, *INCIDENT, one) for one in ("updates", "assignments"))
    other = {**update, "component": OTHER_COMPONENT}
    several = [other, _moved(update, 3), _moved(update, 5)]
    both = [_moved(assignment, 1.5), _moved(assignment, 3)]
    draft, _ = edit_manifest(draft, (*INCIDENT, "updates"), several)
    return edit_manifest(draft, (*INCIDENT, "assignments"), both)[0]


def _moved(event: Mapping[str, Any], hours: float) -> dict[str, Any]:
    return {**event, "at": format_moment(parse_moment(event["at"], "") + hours * _HOUR)}


def _more_recipients(draft: Draft) -> Draft:
    """Return the message sent to somebody else as well."""
    path = ("delivery", "recipients")
    return edit_manifest(draft, path, ["somebody@example.com", *entry(draft, *path)])[0]


def _cms(name: str, value: object) -> Callable[[Draft], Draft]:
    """Return what sets a choice that only CMS has."""

    def change(draft: Draft) -> Draft:
        if draft.signing is None or draft.signing.kind is None or not draft.signing.kind.encodings:
            raise NoPlaceError("the file of this story is not signed in CMS")
        return edit_signing(draft, name, value)[0]

    return change


def _among_others(draft: Draft) -> Draft:
    return _cms("certificates", "crowd")(_by("same-serial")(draft))


def _inside_as_well(draft: Draft) -> Draft:
    kind = draft.signing.kind if draft.signing is not None else None
    if kind is None or not kind.encodings or kind.placement is not Placement.BESIDE:
        raise NoPlaceError("the file of this story is not signed in CMS beside it")
    return edit_signing(draft, "inside", SAME)[0]


def _of_older_label(draft: Draft) -> Draft:
    if "pem" not in draft.profile.signature.encodings:
        raise NoPlaceError("the profile does not take PEM")
    return _cms("encoding", PKCS7)(draft)


def _within_the_second(draft: Draft) -> Draft:
    """Return the file with an SMSR that was raised in the second in which it was sent, before."""
    raised = parse_moment(entry(draft, "sent_at"), "")
    draft, _ = edit_manifest(draft, ("sent_at",), format_moment(raised + timedelta(seconds=0.5)))
    return edit_manifest(draft, (*SMSR, "raised_at"), format_moment(raised))[0]


def _by_indian_time(draft: Draft) -> Draft:
    """Return the file after an SMSR that was raised shortly before, by the clock of that zone."""
    sent = parse_moment(entry(draft, "sent_at"), "")
    raised = format_moment(sent - timedelta(minutes=15), _INDIAN)
    return edit_manifest(draft, (*SMSR, "raised_at"), raised)[0]


def _first_request(draft: Draft) -> Draft:
    """Return the QCAF with the lowest counter that a Request ID has."""
    number = draft.format.index_of_role(Role.REQUEST_ID)
    kind = draft.format.columns[number].type if number is not None else None
    if number is None or kind is None or kind.reads_as is not Meaning.REQUEST:
        raise NoPlaceError("the profile has no column of Request IDs")
    sender = entry(draft, "sender", "user_id")
    request = (kind.of_request(sender, STRANGER, 0) or "").encode()
    return in_report_too(draft, middle(draft), number + 1, always(request)).draft


def _partly_advised(draft: Draft) -> Draft:
    """Return the QCAF after advice on all communications but the first."""
    path = ("quarantine", "advice")
    advice = entry(draft, *path)
    if isinstance(advice, str) or len(advice) < 2:
        raise NoPlaceError("there is no advice on each of several communications")
    return edit_manifest(draft, path, dict(list(advice.items())[1:]))[0]


def _by(signer: str) -> Callable[[Draft], Draft]:
    return lambda draft: signed_by(signer)(draft).draft


_ADT, _QCAF = "adt-{method}", "qcaf-user-set"
VARIATIONS = (
    Variation(
        "adt-rule-removed",
        "an ADT File without a rule, whose removal its User states",
        _ADT,
        _rule_removed,
    ),
    Variation("adt-highest-values", "an ADT File with the highest values", _ADT, _highest),
    Variation("adt-every-role", "an ADT File with rules of every User Role", _ADT, _every_role),
    Variation(
        "adt-key-identifier",
        "an ADT File whose signer is named by the key's identifier",
        _ADT,
        _cms("key_identifier", True),
    ),
    Variation(
        "adt-no-attributes",
        "an ADT File signed without signed attributes",
        _ADT,
        _cms("attributes", False),
    ),
    Variation(
        "adt-not-a-ca",
        "an ADT File signed with a certificate that states that it is not a CA's",
        _ADT,
        _by("not-a-ca"),
    ),
    Variation(
        "adt-same-serial",
        "an ADT File whose signer has the serial number of a certificate that another CA revoked",
        _ADT,
        _by("same-serial"),
    ),
    Variation(
        "adt-other-lists",
        "an ADT File by a certificate that only lists have that are out of date, forged or of "
        "another issuer; it has several purposes",
        _ADT,
        _by("on-other-lists"),
    ),
    Variation(
        "adt-inside-as-well",
        "an ADT File beside a signature that has the file inside as well",
        _ADT,
        _inside_as_well,
    ),
    Variation(
        "adt-more-certificates",
        "an ADT File with certificates of the same issuer, and of the same serial number, beside "
        "the signer's",
        _ADT,
        _among_others,
    ),
    Variation(
        "adt-certificates-beside",
        "an ADT File with the certificates in a file of their own",
        _ADT,
        _cms("certificates", "beside"),
    ),
    Variation(
        "adt-pkcs7-label",
        "an ADT File signed in PEM that says PKCS7, and not CMS, in lines that end in CR LF",
        _ADT,
        _of_older_label,
    ),
    Variation(
        "adt-half-hour-zone",
        "an ADT File whose SMSR was raised a quarter of an hour before, by Indian time",
        _ADT,
        _by_indian_time,
    ),
    Variation(
        "adt-within-the-second",
        "an ADT File whose SMSR was raised half a second before",
        _ADT,
        _within_the_second,
    ),
    Variation(
        "adt-several-recipients",
        "an ADT File by email to several recipients",
        "adt-contingency",
        _more_recipients,
    ),
    Variation("qcaf-first-request", "a QCAF with the counter 0", _QCAF, _first_request),
    Variation("qcaf-highest-values", "a QCAF with the highest values", _QCAF, _highest),
    Variation(
        "qcaf-partly-advised",
        "a QCAF on a communication on which DCC gave no advice, and on others",
        "qcaf-dcc-set",
        _partly_advised,
    ),
    Variation(
        "qcaf-several-updates",
        "a QCAF before several updates of its Incident",
        _QCAF,
        _several_updates,
    ),
)
