"""Faults in the record of events: references, delivery, Incidents, publications.

Clauses 2.2, 3.1, 3.4, 4.3, 4.7, 4.8 and 4.13; the guidance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from conformance.model.column import Role
from conformance.model.requirement import Kind, Requirement
from conformance.submission.moments import format_moment
from generators.conforming import FILLED_IN, LIVE, TEMPLATE
from generators.draft import Draft
from generators.faults.cross import STRANGER
from generators.faults.fault import (
    Change,
    Faulty,
    Variant,
    edit_file,
    edit_manifest,
    operator,
)

Path = tuple[str | int, ...]
SMSR: Path = ("references", "smsr")
INCIDENT: Path = ("references", "incident")
#: References of other submissions.
OTHER_SMSR, OTHER_INCIDENT = "REQ999999999999", "INC999999999999"


def _set(*edits: tuple[Path, Any]) -> Callable[[Draft], Faulty]:
    """A fault that sets entries of the manifest; a value may be made from the draft."""

    def apply(draft: Draft) -> Faulty:
        changes: list[Change] = []
        for path, value in edits:
            draft, change = edit_manifest(draft, path, value(draft) if callable(value) else value)
            changes.append(change)
        return Faulty(draft, tuple(changes))

    return apply


def _get(draft: Draft, *path: str | int) -> Any:
    table: Any = draft.manifest
    for step in path:
        table = table[step]
    return table


def _shifted(path: Path, by: timedelta) -> Callable[[Draft], str]:
    return lambda draft: format_moment(datetime.fromisoformat(_get(draft, *path)) + by)


_SECOND = timedelta(seconds=1)


@operator("smsr-raised")
def smsr_raised(_: Draft, __: Requirement) -> Iterator[Variant]:
    """No SMSR, or one raised otherwise (3.1)."""
    yield "none", "no SMSR was raised", _set((SMSR, None))
    yield "by-telephone", "the SMSR was raised by telephone", _set(((*SMSR, "via"), "telephone"))


@operator("smsr-before-sending")
def smsr_before_sending(_: Draft, __: Requirement) -> Iterator[Variant]:
    """An SMSR raised too late (3.1)."""
    raised = (*SMSR, "raised_at")
    yield (
        "at-sending",
        "raised in the moment of sending",
        _set((raised, _shifted(("sent_at",), 0 * _SECOND))),
    )
    yield (
        "after-sending",
        "raised a second after sending",
        _set((raised, _shifted(("sent_at",), _SECOND))),
    )


@operator("smsr-shape")
def smsr_shape(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A reference that the SSI would not make (3.1)."""
    old = _get(draft, *SMSR, "number")
    for name, new in (
        ("digit-missing", old[:-1]),
        ("digit-extra", old + "0"),
        ("lower-case", old.lower()),
        ("incident", OTHER_INCIDENT),
    ):
        yield (
            name,
            f"the reference {new}",
            _set(((*SMSR, "number"), new), *_renamed(draft, old, new)),
        )


def _renamed(draft: Draft, old: str, new: str) -> Iterator[tuple[Path, str]]:
    """The delivery with the reference ``new``, so that only the reference itself is wrong."""
    if "subject" in _get(draft, "delivery"):
        yield ("delivery", "subject"), _get(draft, "delivery", "subject").replace(old, new)
    else:
        # A subject carries the odd reference; the name keeps the form that the guidance wants.
        yield ("delivery", "subject"), new
    if "body" in _get(draft, "delivery"):
        yield ("delivery", "body"), _get(draft, "delivery", "body").replace(old, new)


@operator("smsr-after-advice")
def smsr_after_advice(_: Draft, __: Requirement) -> Iterator[Variant]:
    """No SMSR, or one raised out of order (4.13)."""
    raised = (*SMSR, "raised_at")
    yield "none", "no SMSR was raised", _set((SMSR, None))
    yield "by-email", "the SMSR was raised by email", _set(((*SMSR, "via"), "email"))
    yield (
        "before-advice",
        "raised a second before DCC advised",
        _set((raised, _shifted(("quarantine", "advised_at"), -_SECOND))),
    )
    yield (
        "after-sending",
        "raised a second after sending",
        _set((raised, _shifted(("sent_at",), _SECOND))),
    )


@operator("reference-in-subject")
def reference_in_subject(draft: Draft, requirement: Requirement) -> Iterator[Variant]:
    """The reference missing from the subject line, another's there, or elsewhere (3.4(a) ...)."""
    smsr = requirement.parameters["reference"] == "smsr"
    number = _get(draft, *(SMSR if smsr else INCIDENT), "number")
    other = OTHER_SMSR if smsr else OTHER_INCIDENT
    place = "subject" if "subject" in _get(draft, "delivery") else "name"
    path = ("delivery", place)
    text = _get(draft, *path)
    missing = text.replace(number, "").strip() if place == "subject" else text.replace(number, "")
    yield "missing", f"no reference in the {place}", _set((path, missing))
    yield (
        "another",
        "the reference of another submission",
        _set((path, text.replace(number, other))),
    )
    if place == "subject":
        yield (
            "run-together",
            "the reference run together with a digit",
            _set((path, text.replace(number, number + "0"))),
        )
    else:
        yield (
            "empty-subject",
            "an empty title, the reference in the name only",
            _set((("delivery", "subject"), "")),
        )


@operator("catalogue-item")
def catalogue_item(draft: Draft, requirement: Requirement) -> Iterator[Variant]:
    """Another item of the SSI's catalogue (guidance 1.3)."""
    wanted = requirement.parameters[draft.kind]
    other = next(
        item for items in requirement.parameters.values() for item in items if item not in wanted
    )
    for name, item in (("other-file", other), ("unrelated", "Password Reset")):
        yield name, f"raised as {item}", _set(((*SMSR, "catalogue_item"), item))


@operator("delivery-method")
def delivery_method(draft: Draft, requirement: Requirement) -> Iterator[Variant]:
    """Another method (3.4, 4.7, 4.13)."""
    allowed = (requirement.parameters.get("method", draft.profile.delivery.method),
               draft.profile.delivery.contingency)  # fmt: skip
    for method in ("ftp", "post", "sharepoint", "email"):
        if method in allowed:
            continue
        # A method that has neither folder nor subject line leaves nothing else to break.
        yield method, f"delivered by {method}", _set((("delivery", "method"), method))


@operator("file-for-each-role")
def file_for_each_role(_: Draft, __: Requirement) -> Iterator[Variant]:
    """A User ID and User Role that sets ADTs, without a file (3.4)."""

    def more(draft: Draft) -> list[dict[str, Any]]:
        other = {"user_id": STRANGER, "user_role": "ED", "file": None}
        return [*_get(draft, "sender", "sets_adts"), other]

    yield (
        "one-without",
        "another User Role sets ADTs and has no file",
        _set((("sender", "sets_adts"), more)),
    )


@operator("file-for-each-user-id")
def file_for_each_user_id(_: Draft, __: Requirement) -> Iterator[Variant]:
    """A live User ID without a file (guidance 1.1)."""
    yield (
        "one-without",
        "another live User ID has no file",
        _set(
            (
                ("area", "live_user_ids"),
                lambda draft: [*_get(draft, "area", "live_user_ids"), STRANGER],
            )
        ),
    )


@operator("one-live-file")
def one_live_file(_: Draft, __: Requirement) -> Iterator[Variant]:
    """Two files of a User ID in the Live folder (guidance 1.4)."""

    def twice(draft: Draft) -> list[str]:
        names = _get(draft, "area", "live")
        return [*names, names[0].replace("REQ000000000000", "REQ000000000009")]

    yield "two", "two files of one User ID in Live", _set((("area", "live"), twice))


@operator("name-form")
def name_form(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Names that the guidance does not give (guidance 1.4 and 1.5)."""
    name = _get(draft, "delivery", "name")
    reference, tag = _get(draft, *SMSR, "number"), draft.profile.delivery.tags[draft.kind]
    user_id = _get(draft, "sender", "user_id")
    other = next(t for k, t in draft.profile.delivery.tags.items() if k is not draft.kind)
    for variant, title, new in (
        ("order", "the parts in another order", f"{reference}-{user_id}-{tag}"),
        ("tag-missing", "no tag", f"{user_id}-{reference}"),
        ("other-tag", "the tag of the other file", f"{user_id}-{reference}-{other}"),
        ("underscores", "underscores for dashes", name.replace("\u2013", "_").replace("-", "_")),
        ("another-party", "another's EUI-64", name.replace(user_id, STRANGER)),
        ("two-spaces", "two spaces around a dash", name.replace("\u2013", "  -  ")),
    ):
        yield variant, title, _set((("delivery", "name"), new))


@operator("folder")
def folder(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Another folder (guidance 1.4 and 1.5)."""
    other = next(f for k, f in draft.profile.delivery.folders.items() if k is not draft.kind)
    archive = draft.profile.delivery.folders[draft.kind].rsplit("/", 1)[0] + "/Archive"
    for variant, new in (("other-file", other), ("archive", archive), ("root", "/")):
        yield variant, f"put into {new}", _set((("delivery", "folder"), new))


@operator("contingency-only")
def contingency_only(_: Draft, __: Requirement) -> Iterator[Variant]:
    """By email while the method of choice was there (guidance 1.6)."""
    yield (
        "primary-available",
        "by email while SharePoint was available",
        _set((("delivery", "primary_unavailable"), False)),
    )


@operator("contingency-reference")
def contingency_reference(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """The Service Request's Id missing from the email (guidance 1.6)."""
    yield "not-in-body", "no reference in the body", _set((("delivery", "body"), "See attached."))
    if draft.kind is Kind.QCAF:
        yield (
            "not-in-subject",
            "no request reference in the subject",
            _set((("delivery", "subject"), lambda draft: _get(draft, *INCIDENT, "number"))),
        )


@operator("contingency-mailbox")
def contingency_mailbox(_: Draft, __: Requirement) -> Iterator[Variant]:
    """Another mailbox (guidance 1.6)."""
    yield (
        "another",
        "to another mailbox",
        _set((("delivery", "recipients"), ["somebody@example.com"])),
    )
    yield "nobody", "to nobody", _set((("delivery", "recipients"), []))


@operator("incident-updated")
def incident_updated(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """The Incident not updated as the clause says (4.3, 4.8)."""
    updates = (*INCIDENT, "updates")
    if draft.kind is Kind.INCIDENT:
        yield "no-incident", "there is no Incident", _set((INCIDENT, None))
    yield (
        "other-component",
        "updated with another component",
        _set(((*updates, 0, "component"), "Create Service Management Incident")),
    )


@operator("incident-assigned")
def incident_assigned(_: Draft, __: Requirement) -> Iterator[Variant]:
    """The Incident not assigned as the clause says (4.3, 4.8)."""
    assignments = (*INCIDENT, "assignments")
    yield "nobody", "assigned to nobody", _set((assignments, []))
    yield "another", "assigned to somebody else", _set(((*assignments, 0, "to"), "Another Party"))
    yield (
        "before-update",
        "assigned before it was updated",
        _set(((*assignments, 0, "at"), _shifted((*INCIDENT, "updates", 0, "at"), -_SECOND))),
    )


@operator("full-replacement")
def full_replacement(_: Draft, __: Requirement) -> Iterator[Variant]:
    """A rule of the file in force left out (guidance 1.1)."""

    def apply(draft: Draft) -> Faulty:
        # The rule is one that only the file in force has: another period, or another User ID.
        rule = draft.files[LIVE].split(b"\n")[0].split(b",")
        period = draft.format.index_of_role(Role.PERIOD)
        if period is None:
            rule[0] = STRANGER.encode()
        else:
            most = draft.format.columns[period].maximum or 1000
            rule[period] = str(most - 1 if rule[period] == str(most).encode() else most).encode()
        end = len(draft.files[LIVE])
        changed, recorded = edit_file(draft, LIVE, end, 0, b",".join(rule) + b"\n")
        return Faulty(changed, (recorded,))

    yield "rule-left-out", "a rule of the file in force is left out", apply


@operator("published-item")
def published_item(draft: Draft, requirement: Requirement) -> Iterator[Variant]:
    """Something not published (2.2)."""
    item = requirement.parameters["item"]
    kept = [i for i in draft.manifest["items"] if i["item"] != item]
    yield item, f"no {item}", _set((("items",), kept))


@operator("published-via")
def published_via(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Something published elsewhere only (2.2(d))."""
    for number, item in enumerate(draft.manifest["items"]):
        yield (
            item["item"],
            f"{item['item']} on SharePoint only",
            _set((("items", number, "via"), ["SharePoint"])),
        )


@operator("template-format")
def template_format(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A template of another format than clause 6.3 (2.2(b))."""
    names = [c.name for c in draft.profile.files[Kind.ADT].columns]
    for variant, title, new in (
        ("semicolons", "semicolons between the headings", ";".join(names)),
        ("column-missing", "a column missing", ",".join(names[:-1])),
        ("other-order", "columns in another order", ",".join(reversed(names))),
        ("other-name", "a column with another name", ",".join([*names[:-1], "Limit"])),
        ("crlf", "CR LF after the headings", ",".join(names) + "\r"),
    ):
        yield variant, title, _rewrite(TEMPLATE, new.encode() + b"\n")

    def copy(draft: Draft) -> Faulty:
        old = draft.files[FILLED_IN]
        changed, recorded = edit_file(draft, FILLED_IN, 0, len(old), old.replace(b"\n", b"\r\n"))
        return Faulty(changed, (recorded,))

    yield "filled-in-copy", "a filled-in copy with CR LF", copy


def _rewrite(name: str, data: bytes) -> Callable[[Draft], Faulty]:
    def apply(draft: Draft) -> Faulty:
        changed, recorded = edit_file(draft, name, 0, len(draft.files[name]), data)
        return Faulty(changed, (recorded,))

    return apply
