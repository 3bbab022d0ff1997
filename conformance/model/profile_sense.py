"""What a schema cannot say of a profile: that its entries fit one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from conformance.errors import ModelError
from conformance.model.catalogue import Catalogue
from conformance.model.cross_rule import CrossRuleName, cross_rule
from conformance.model.expression import compile_expression
from conformance.model.types.column_type import Meaning
from conformance.model.types.registry import misplaced, names_of, type_of

#: Tables that a profile may lack, of which it may still say what is assumed.
_OPTIONAL = frozenset({"alerts", "readings", "trust"})


def check_sense(table: Mapping[str, Any], catalogue: Catalogue, where: str) -> None:
    """Check a complete profile.

    Raises:
        ModelError: naming the entry that does not fit.
    """
    for kind, file in table["files"].items():
        _file(f"files.{kind}", file, catalogue.lists, where)
    delivery = table["delivery"]
    for entry in ("method", "contingency"):
        if entry in delivery and delivery[entry] not in delivery["methods"]:
            _refuse(f"delivery.{entry}", f"{delivery[entry]!r} is none of delivery.methods", where)
    for entry, pattern in table["references"].items():
        _expression(f"references.{entry}", pattern, where)
    for note, reading in table.get("readings", {}).items():
        if note not in catalogue.notes:
            _refuse(f"readings.{note}", "there is no such note", where)
        if not catalogue.notes[note].decides:
            _refuse(f"readings.{note}", "no check depends on it, so nothing can be chosen", where)
        known = [r.id for r in catalogue.notes[note].readings]
        if reading not in known:
            _refuse(f"readings.{note}", f"{reading!r} is none of {', '.join(known)}", where)
    _assumptions(table, where)


def _assumptions(table: Mapping[str, Any], where: str) -> None:
    for assumption in table["assumptions"]:
        steps = assumption["entry"].split(".")
        if steps[0] not in _OPTIONAL and not _there(table, steps):
            _refuse(assumption["entry"], "is in assumptions, but not in the profile", where)


def _there(value: Any, steps: Sequence[str]) -> bool:
    """Return True if ``steps`` lead to something in ``value``; items of a list go by name."""
    if not steps:
        return True
    if isinstance(value, Mapping):
        return steps[0] in value and _there(value[steps[0]], steps[1:])
    named = [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
    return any(
        steps[0] in (one.get("id"), one.get("name")) and _there(one, steps[1:]) for one in named
    )


def _refuse(entry: str, what: str, where: str) -> None:
    raise ModelError(f"{entry}: {what}", where=where)


def _file(
    entry: str, file: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]], where: str
) -> None:
    columns = {c["name"]: c for c in file["columns"]}
    if len(columns) < len(file["columns"]):
        _refuse(f"{entry}.columns", "two columns have the same name", where)
    roles = Counter(c["role"] for c in file["columns"] if c.get("role", "other") != "other")
    for role, count in roles.items():
        if count > 1:
            _refuse(f"{entry}.columns", f"{count} columns have the role {role!r}", where)
    for column in file["columns"]:
        _column(f"{entry}.columns.{column['name']}", column, lists, where)
    for name in file["key"]:
        _known(name, columns, f"{entry}.key", where)
    ids = Counter(rule["id"] for rule in file["rules"])
    for rule in file["rules"]:
        if ids[rule["id"]] > 1:
            _refuse(f"{entry}.rules", f"{ids[rule['id']]} rules have the id {rule['id']!r}", where)
        _rule(f"{entry}.rules.{rule['id']}", rule, columns, where)


def _known(name: str, columns: Mapping[str, Any], entry: str, where: str) -> None:
    if name not in columns:
        _refuse(entry, f"there is no column {name!r}", where)


#: Types of which a rule wants its columns: lists of alternatives, one list for each column.
_MEANINGS: Mapping[CrossRuleName, Sequence[tuple[Sequence[Meaning], ...]]] = {
    CrossRuleName.COMPARE: (
        ((Meaning.NUMBER,), (Meaning.NUMBER,)),
        ((Meaning.INSTANT,), (Meaning.INSTANT,)),
    ),
    CrossRuleName.ONE_SENDER: (((Meaning.PARTY, Meaning.REQUEST),),),
    CrossRuleName.ELIGIBLE_VARIANT: (((Meaning.CODE,), (Meaning.CODE,)),),
    CrossRuleName.BREACH_FITS: (((Meaning.CODE,),),),
}


def _rule(
    entry: str, table: Mapping[str, Any], columns: Mapping[str, Mapping[str, Any]], where: str
) -> None:
    rule = cross_rule(table)
    for name in rule.columns:
        _known(name, columns, entry, where)
    types = [columns[name]["type"] for name in rule.columns]
    wanted = [[names_of(*one).split() for one in ways] for ways in _MEANINGS[rule.rule]]
    if not any(
        len(types) == len(way) and all(map(list.__contains__, way, types)) for way in wanted
    ):
        said = "; or ".join(", ".join(" or ".join(one) for one in way) for way in wanted)
        _refuse(entry, f"goes with columns of the types {said}", where)


def _column(
    entry: str, column: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]], where: str
) -> None:
    wrong = misplaced(column)
    if wrong is None:
        wrong = type_of(column, lists).problem(column.get("nullable", False))
    if wrong is not None:
        _refuse(entry, wrong, where)


def _expression(entry: str, pattern: str, where: str) -> None:
    try:
        compile_expression(pattern)
    except ValueError as error:
        _refuse(entry, f"is no regular expression: {error}", where)
