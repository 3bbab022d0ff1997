"""Checks on a profile that a schema cannot express: its entries fit one another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

from conformance.model.catalogue import Catalogue
from conformance.model.column import Column, Role, carried
from conformance.model.counterparts import counterparts
from conformance.model.cross_rule import CrossRuleName, cross_rule
from conformance.model.delivery_sense import (
    alert_problems,
    delivery_problems,
    reference_problems,
)
from conformance.model.file_sense import FileSense
from conformance.model.identity import ANY_PART, EUI64_PART, Place
from conformance.model.problem import Path, Problem
from conformance.model.profile import SIGNING_USES, SignerCount
from conformance.model.reading_sense import idle_problems, known_problems
from conformance.model.requirement import Kind
from conformance.model.signature_record_sense import record_problems
from conformance.model.types.given import conforming

#: Values of a column that are tried.
_SAMPLE = 50
#: Tables that a profile may lack, of which it may still say what is assumed.
_OPTIONAL = frozenset({"alerts", "readings", "trust"})


def sense(
    table: Mapping[str, Any], catalogue: Catalogue, broken: Sequence[Path] = ()
) -> Iterator[Problem]:
    """Yield what does not fit in a complete profile.

    ``broken`` are the paths of what the schema does not allow; what depends on these is left out.
    """

    def whole(*path: str) -> bool:
        return not any(one[: len(path)] == path for one in broken)

    files = {
        kind: FileSense(
            kind,
            table["files"][kind],
            catalogue,
            table["breaches"] if whole("breaches") else None,
            frozenset(str(one[2]) for one in broken if one[:2] == ("files", kind) and one[2:]),
        )
        for kind in (Kind.ADT, Kind.REPORT, Kind.QCAF)
        if not {("files",), ("files", kind)} & {*broken}
    }
    found = [problem for file in files.values() for problem in file.problems()]
    for kind, file in files.items():
        if "readings" not in file.broken:
            at: Path = ("files", kind.value, "readings")
            found += known_problems(at, file.table.get("readings", {}), catalogue)
    yield from found
    if not found and whole("files"):
        yield from _of_one_quarantine(files[Kind.REPORT], files[Kind.QCAF])
        if whole("readings"):
            yield from idle_problems(table, files)
    yield from _around(table, whole, files.values())
    if whole("signature"):
        yield from _signature(table["signature"])
        signed = [files[kind] for kind in (Kind.ADT, Kind.QCAF) if kind in files]
        widths = [width for one in signed for width in one.widths]
        yield from record_problems(table["signature"], widths)
    if whole("certificate"):
        yield from _certificate(table["certificate"])
    if whole("readings"):
        yield from known_problems(("readings",), table.get("readings", {}), catalogue)
    if whole("assumptions"):
        yield from _assumptions(table, whole)


def _around(
    table: Mapping[str, Any], whole: Callable[[str], bool], files: Iterable[FileSense]
) -> Iterator[Problem]:
    """Yield what does not fit in what is around the files."""
    if whole("delivery"):
        yield from _recipients(files, table["delivery"])
        yield from delivery_problems(table["delivery"])
    if whole("references"):
        yield from reference_problems(table["references"])
    if whole("alerts") and whole("breaches"):
        yield from alert_problems(table.get("alerts", {}), table["breaches"])


def _of_one_quarantine(report: FileSense, qcaf: FileSense) -> Iterator[Problem]:
    """Yield why a QCAF could not be the report with actions in it (clause 4.7(b))."""
    here, there = qcaf.columns, report.columns
    both = counterparts(here.values(), there.values())
    if [both.get(name) for name in qcaf.rows["key"]] != list(report.rows["key"]):
        yield Problem(
            ("files", "qcaf", "key"),
            f"is not that of the report, {', '.join(report.rows['key'])}, so that no "
            "communication can be found again",
            "list the same columns in both",
        )
    for index, (name, column) in enumerate(here.items()):
        given = not column.tag and column.derived is None and not column.is_given
        if (
            given
            and column.role is not Role.ACTION
            and (trouble := _unlike(column, there.get(both.get(name, ""))))
        ):
            yield Problem(qcaf.path_of(index), *trouble)
    reported = {one["name"]: one for one in report.tables.composed(report.tables.unit)}
    for index, one in enumerate(qcaf.tables.composed(qcaf.tables.unit)):
        its = reported.get(one["name"], one)
        if (its["type"], its.get("zone", "Z")) != (one["type"], one.get("zone", "Z")):
            what = "the report has a value of this name of another type, or on other clocks"
            yield Problem(("files", "qcaf", "composed", index), what, "give both the same entries")
    for rule in map(cross_rule, qcaf.rows["rules"]):
        own = (n for n in rule.looks_at if n not in both or here[n].role is Role.ACTION)
        found = next(own, None) if rule.rule is CrossRuleName.COMPLETE else None
        if found is not None:
            yield Problem(
                ("files", "qcaf", "rules"),
                f"rule {rule.id!r}: {found} is not in the report, which decides what records there "
                "are",
                "name columns of the report",
            )
    least, most = qcaf.table["minimum_records"], report.table["minimum_records"]
    if least > most:
        yield Problem(
            ("files", "qcaf", "minimum_records"),
            f"asks for {least} records, where a report may have {most}",
            f"at most {most}, as files.report has it",
        )
    has, needs = qcaf.table.get("maximum_records"), report.table.get("maximum_records")
    if has is not None and (needs is None or needs > has):
        yield Problem(
            ("files", "qcaf", "maximum_records"),
            f"has no room for an action on each communication of a report, which may have "
            f"{'any number' if needs is None else needs}",
            "leave it out" if needs is None else f"at least {needs}, as files.report has it",
        )


def _recipients(files: Iterable[FileSense], delivery: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the columns that have the EUI-64 of DCC where the profile does not say it."""
    if "recipient" in delivery:
        return
    for file in files:
        for path in file.recipients:
            what = "the profile does not say the EUI-64 of DCC"
            right = 'add recipient = "..." to [delivery], or leave the role out'
            yield Problem(path, what, right)


def _unlike(column: Column, other: Column | None) -> tuple[str, str] | None:
    """Return why a column of the QCAF cannot have what ``other``, that of the report, has."""
    if other is None:
        return None  # It is filled in beside the actions, in the sheet for these.
    if other.type.name != column.type.name:
        what = f"the report has a column of this name of the type {other.type.name}"
        return what, "give both the same type"
    if other.type.clocks != column.type.clocks:
        what = "the report has this time on other clocks, which may skip it or show it twice"
        return what, "give both the same zone"
    mine, its = column.type.bounds, other.type.bounds
    if mine and its and (mine[0] > its[0] or mine[1] < its[1]):
        return "the report has wider limits in its column of this name", "give both the same limits"
    listed_there = dict.fromkeys((*other.type.choices, *other.type.sentinels))
    known = listed_there or _some(other) if other.type != column.type else ()
    for value in known:
        if not _has_room(value, other, column):
            what = f"the report can have {value} in its column of this name, and this not"
            same = "list the same values in both, and the same words in also"
            return what, same if listed_there else "give both the same entries"
    return None


def _some(column: Column) -> Iterator[str]:
    """Yield some of the values of a column; the first ones are next to one another."""
    kind, random = column.type, Random(column.name)  # noqa: S311 - reproducible, not secret
    yield from filter(None, map(kind.nth, range(min(_SAMPLE, kind.count))))
    yield from (kind.make(index, random) for index in range(_SAMPLE))


def _has_room(text: str, source: Column, target: Column) -> bool:
    """Return True if ``target`` can have what a value of ``source`` means."""
    value = text.encode()
    there = carried(value, source, target)
    return conforming(target.type, there) and target.type.same(there) == source.type.same(value)


def _signature(signature: Mapping[str, Any]) -> Iterator[Problem]:
    signers = SignerCount.of(signature.get("signers", 1))
    if signers.minimum > signers.maximum:
        yield Problem(
            ("signature", "signers"),
            f"asks for {signers.minimum} at least and {signers.maximum} at most",
            "write the smaller number under minimum",
        )
    wanted = {"ecdsa": "curve", "rsa": "minimum_bits", "rsa-pss": "minimum_bits"}
    seen: list[Any] = []
    for index, one in enumerate(signature["algorithms"]):
        path: Path = ("signature", "algorithms", index)
        for entry in ("curve", "minimum_bits"):
            if entry in one and entry != wanted[one["key"]]:
                yield Problem(
                    (*path, entry), f"a key of {one['key']} has no {entry}", "leave it out"
                )
        if one in seen:
            yield Problem(path, "is listed twice", "leave one of them")
        seen.append(one)


def _certificate(certificate: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _identity(certificate)
    wanted = certificate.get("key_usage", SIGNING_USES[:1])
    refused = certificate.get("key_usage_refused", ())
    for index, use in enumerate(refused):
        if use in wanted:
            path: Path = ("certificate", "key_usage_refused", index)
            yield Problem(path, f"{use} is in certificate.key_usage, too", "leave one of the two")
    if not wanted and set(SIGNING_USES) <= {*refused}:
        yield Problem(
            ("certificate", "key_usage_refused"),
            f"has {' and '.join(SIGNING_USES)}, so that no key may sign",
            "leave one of them out",
        )


def _identity(certificate: Mapping[str, Any]) -> Iterator[Problem]:
    place = Place(certificate.get("identity", Place.UNIQUE_IDENTIFIER))
    path: Path = ("certificate", "identity_text")
    if not place.is_text:
        for entry in ("identity_form", "identity_text"):
            if entry in certificate:
                what = f"{place.value} has the bytes of the EUI-64, and no text"
                yield Problem(("certificate", entry), what, "leave it out")
    elif certificate.get("identity_form") == "colons" and place is Place.DNS_NAME:
        what = "a DNS name has no colons"
        yield Problem(("certificate", "identity_form"), what, "write hyphens or none")
    text = certificate.get("identity_text", EUI64_PART)
    if text.count(EUI64_PART) > 1:
        yield Problem(path, f"has {EUI64_PART} twice", "leave one of them")
    unknown = [one for one in re.findall("{[^}]*}", text) if one not in (EUI64_PART, ANY_PART)]
    if unknown:
        yield Problem(path, f"{unknown[0]} is not known here", f"{EUI64_PART} or {ANY_PART}")


def _assumptions(table: Mapping[str, Any], whole: Callable[[str], bool]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, assumption in enumerate(table["assumptions"]):
        if assumption["entry"] in seen:
            what = "is in assumptions twice"
            yield Problem(("assumptions", index), what, "make one of both")
        seen.add(assumption["entry"])
        steps = assumption["entry"].split(".")
        absent = not whole(steps[0]) or (steps[0] in _OPTIONAL and not table.get(steps[0]))
        if not absent and not _there(table, steps):
            what = "is in assumptions, but not in the profile"
            yield Problem(("assumptions", index), what, "name an entry that there is")
        if not _is_date(assumption.get("on", "2000-01-01")):
            what = f"{assumption['on']} is not a day of the calendar"
            yield Problem(("assumptions", index, "on"), what, "write a date as YYYY-MM-DD")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _there(value: Any, steps: Sequence[str]) -> bool:
    """Return True if ``steps`` lead to something in ``value``; items of a list go by name."""
    if not steps:
        return True
    if isinstance(value, Mapping):
        return steps[0] in value and _there(value[steps[0]], steps[1:])
    named = [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
    return any(
        steps[0] in (one.get("id"), one.get("name"), one.get("repeat")) and _there(one, steps[1:])
        for one in named
    )
