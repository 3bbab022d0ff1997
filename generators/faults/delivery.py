"""Faults of delivery: clauses 3.4, 4.7 and 4.13; guidance 1.1, 1.4, 1.5 and 1.6."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from conformance.model.requirement import Kind, Requirement
from conformance.model.types.column_type import ColumnType, Meaning
from conformance.submission.area.spot import Folder, spots
from generators.draft import Draft
from generators.faults.area import has, more_live_user_ids, two_in_live
from generators.faults.cross import STRANGER
from generators.faults.entries import INCIDENT, SMSR, entry, other_reference, set_entries
from generators.faults.fault import Faulty, Variant, edit_file, edit_manifest, operator
from generators.faults.rows import behind, rows, written
from generators.references import reference
from generators.settling import key_of
from generators.teller import LIVE


@operator("delivery-method")
def delivery_method(draft: Draft, requirement: Requirement) -> Iterator[Variant]:
    """Another method (3.4, 4.7, 4.13)."""
    rules = draft.profile.delivery
    allowed = [requirement.parameters.get("method", rules.method), rules.contingency]
    if "change-over" in requirement.notes and draft.profile.readings["change-over"] != "email-only":
        allowed.append(rules.method)  # It may be used before the edition that brought it.
    for method in dict.fromkeys(("ftp", "post", *rules.methods)):
        if method in allowed:
            continue
        # A method that has neither folder nor subject line leaves nothing else to break.
        yield method, f"delivered by {method}", set_entries((("delivery", "method"), method))
    if "recipient" in requirement.parameters and draft.ground.service_desk:
        elsewhere = set_entries((("delivery", "recipients"), ["somebody@example.com"]))
        yield "another-mailbox", "a message to another mailbox", elsewhere


@operator("file-for-each-role")
def file_for_each_role(_: Draft, __: Requirement) -> Iterator[Variant]:
    """A User ID and User Role that sets ADTs, without a file (3.4)."""

    def more(draft: Draft) -> list[dict[str, Any]]:
        known = sorted(frozenset().union(*draft.ground.catalogue.eligible.values()))
        mine = entry(draft, "sender", "user_role")
        role = next(one for one in known if one != mine)
        other = {"user_id": STRANGER, "user_role": role, "file": None}
        return [*entry(draft, "sender", "sets_adts"), other]

    yield (
        "one-without",
        "another User Role sets ADTs and has no file",
        set_entries((("sender", "sets_adts"), more)),
    )


@operator("file-for-each-user-id")
def file_for_each_user_id(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A live User ID without a file (guidance 1.1)."""
    if draft.kind is Kind.AREA:
        if has(draft, Folder.LIVE):
            more = set_entries((("live_user_ids",), more_live_user_ids))
            yield "one-without", "another live User ID has no file", more
        return
    yield (
        "one-without",
        "another live User ID has no file",
        set_entries(
            (
                ("area", "live_user_ids"),
                lambda draft: [*entry(draft, "area", "live_user_ids"), STRANGER],
            )
        ),
    )


@operator("one-live-file")
def one_live_file(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Two files of a User ID in the Live folder (guidance 1.4)."""
    if draft.kind is Kind.AREA:
        yield from two_in_live(draft)
        return

    def twice(draft: Draft) -> list[str]:
        shape = draft.profile.references.smsr
        (name,) = entry(draft, "area", "live")
        old = reference(shape, 0, {entry(draft, *SMSR, "number")})
        between = name.replace(entry(draft, "sender", "user_id"), STRANGER)
        return [name, between, name.replace(old, reference(shape, 9, {old}))]

    yield "two", "two files of one User ID in Live", set_entries((("area", "live"), twice))


@operator("name-form")
def name_form(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Names that the guidance does not give (guidance 1.4 and 1.5)."""
    name = entry(draft, "delivery", "name")
    user_id, tag = entry(draft, "sender", "user_id"), draft.profile.delivery.tags[draft.kind]
    # The references: that of the request, and by a note that of the Incident as well.
    reference = name.removeprefix(user_id).removesuffix(tag).strip(" -\u2013")
    other = next(t for k, t in draft.profile.delivery.tags.items() if k is not draft.kind)
    for variant, title, new in (
        ("order", "the parts in another order", f"{reference}-{user_id}-{tag}"),
        ("tag-missing", "no tag", f"{user_id}-{reference}"),
        ("other-tag", "the tag of the other file", f"{user_id}-{reference}-{other}"),
        ("underscores", "underscores for dashes", _underscored(draft, name)),
        ("another-party", "the EUI-64 of another User", name.replace(user_id, STRANGER)),
        ("two-spaces", "two spaces around a dash", name.replace("\u2013", "  -  ")),
        ("tag-in-lower-case", "the tag in lower case", name.removesuffix(tag) + tag.lower()),
        ("more-in-front", "something before the EUI-64", f"Copy of {name}"),
        ("more-behind", "something after the tag", f"{name}-2"),
        ("two-extensions", "two extensions", f"{name}.csv.p7s"),
        ("long-dashes", "em dashes", re.sub(f"(?<={user_id}) ?[-\u2013]", "\u2014", name)),
    ):
        yield variant, title, set_entries((("delivery", "name"), new))
    number = entry(draft, *SMSR, "number")
    if "subject" in entry(draft, "delivery") and number in name:
        # Without a subject line the name has the reference in its place.
        new = name.replace(number, other_reference(draft, SMSR))
        title = "the reference of another request"
        yield "another-request", title, set_entries((("delivery", "name"), new))


def _underscored(draft: Draft, name: str) -> str:
    """Return a name with underscores for its dashes, except for those in its parts."""
    known = [one["number"] for one in entry(draft, "references").values() if one]
    known.append(entry(draft, "sender", "user_id"))
    references = "|".join(map(re.escape, known))
    return re.sub(rf"({references})|[\u2013-]", lambda found: found[1] or "_", name)


@operator("folder")
def folder(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Another folder (guidance 1.4 and 1.5)."""
    other = next(f for k, f in draft.profile.delivery.folders.items() if k is not draft.kind)
    archives = (
        spot.path
        for spot in spots(draft.profile.delivery)
        if spot.kind is draft.kind and spot.folder is Folder.ARCHIVE
    )
    own = draft.profile.delivery.folders[draft.kind].rstrip("/")
    *above, last = own.split("/")
    others = {
        "other-file": other,
        "archive": next(archives, None),
        "root": "/",
        "folder-inside": f"{own}/New",
        "in-lower-case": own.lower() if own != own.lower() else None,
        # A path may begin above the folders that the profile names.
        "other-parent": f"Elsewhere/{last}" if above else None,
    }
    for variant, new in others.items():
        if new is None:
            continue
        yield variant, f"put into {new}", set_entries((("delivery", "folder"), new))


@operator("contingency-only")
def contingency_only(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """By the contingency method while the method of choice was there (guidance 1.6)."""
    rules = draft.profile.delivery
    yield (
        "primary-available",
        f"by {rules.contingency} while {rules.method} was available",
        set_entries((("delivery", "primary_unavailable"), False)),
    )


@operator("contingency-reference")
def contingency_reference(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """The Service Request's Id missing from the email (guidance 1.6)."""
    yield (
        "not-in-body",
        "no reference in the body",
        set_entries((("delivery", "body"), "See attached.")),
    )
    number = entry(draft, *SMSR, "number")
    yield (
        "run-together",
        "the reference run together with a letter in the body",
        set_entries((("delivery", "body"), f"See {number}X attached.")),
    )
    if draft.kind is Kind.QCAF:
        yield (
            "not-in-subject",
            "no request reference in the subject",
            set_entries((("delivery", "subject"), lambda draft: entry(draft, *INCIDENT, "number"))),
        )


@operator("contingency-mailbox")
def contingency_mailbox(_: Draft, __: Requirement) -> Iterator[Variant]:
    """Another mailbox (guidance 1.6)."""
    yield (
        "another",
        "to another mailbox",
        set_entries((("delivery", "recipients"), ["somebody@example.com"])),
    )
    yield "nobody", "no recipients", set_entries((("delivery", "recipients"), []))


@operator("full-replacement")
def full_replacement(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A rule of the file in force left out (guidance 1.1)."""
    rules, title = list(islice(other_rules(draft), 2)), "a rule of the file in force is left out"
    if rules:
        yield "rule-left-out", title, partial(_in_force, rules=rules[:1])
    if len(rules) > 1:
        title += ", and another is removed on purpose"
        yield "beside-one-removed", title, partial(rule_removed, rules=rules)


def _in_force(draft: Draft, rules: Sequence[Sequence[bytes]]) -> Faulty:
    """Put rules into the file in force that the new one lacks."""
    offset, more = behind(draft.layout, draft.files[LIVE], [written(draft, one) for one in rules])
    changed, recorded = edit_file(draft, LIVE, offset, 0, more)
    return Faulty(changed, (recorded,))


def rule_removed(draft: Draft, rules: Sequence[Sequence[bytes]]) -> Faulty:
    """Put rules into the file in force that the new one lacks; its User has removed the last."""
    faulty = _in_force(draft, rules)
    key = [rules[-1][draft.format.index(name)].decode() for name in draft.format.key]
    changed, recorded = edit_manifest(faulty.draft, ("replaces", "removed"), [key])
    return Faulty(changed, (*faulty.changes, recorded))


def other_rules(draft: Draft) -> Iterator[list[bytes]]:
    """Yield rules that the new file does not have, as far as the key can have other values."""
    keys, columns = [draft.format.index(name) for name in draft.format.key], draft.format.columns
    there = {key_of(draft.format, row.fields) for row in rows(draft)}
    # What is above a record stays as it is.
    own = [key for key in keys if key < len(draft.format.own)]
    for place in sorted(own, key=lambda k: columns[k].type.reads_as is not Meaning.NUMBER):
        for value in _other_values(rows(draft)[0].fields[place], columns[place].type):
            rule = list(rows(draft)[0].fields)
            rule[place] = value
            if key_of(draft.format, rule) not in there:
                yield rule


def _other_values(value: bytes, kind: ColumnType) -> Iterator[bytes]:
    """Yield other values of a column; one of them is not in the file."""
    yield from (number.encode() for number in islice(kind.downwards(), 1000))
    if value:
        yield kind.renamed(value, STRANGER)
        yield from (other.encode() for other in [kind.other(value.decode())] if other)
