"""A comparison of two ADT Files for a person at a terminal, what is removed first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from conformance.phrases import beyond, counted
from conformance.records.adt_change import Kind
from conformance.records.adt_rules import Rule, Value
from conformance.report.lines import beside
from conformance.report.style import Style
from conformance.report.visible import visible_text
from conformance.thresholds.adt_file import AdtFile
from conformance.thresholds.document import REQUIREMENT, Comparison, shown

_WIDTH = 100
#: Rules more than once in a file that are shown; the JSON document has all.
SHOWN = 10


def text_of(found: Comparison, style: Style) -> Iterator[str]:
    """The lines of the comparison."""
    yield from _file("old", found.old, style)
    yield from _file("new", found.new, style)
    yield from warnings(found, style)
    yield ""
    yield headline(found, style)
    for kind, lines in (
        (Kind.REMOVED, _rules(found, found.change.removed())),
        (Kind.CHANGED, _pairs(found)),
        (Kind.ADDED, _rules(found, found.change.added())),
    ):
        count = found.change.count(kind)
        if not count:
            continue
        yield ""
        title = f"{kind.value.upper()} {count:,}"
        yield style(title, "bold", _colour(kind)) + f": {_meaning(kind)}"
        sign = style(_sign(kind), _colour(kind))
        yield from (f"  {sign} {line}" for line in lines)
    if any(found.change.keys.values()):
        yield ""
        yield headline(found, style)


def headline(found: Comparison, style: Style) -> str:
    """The counts on one line; never one that looks clean of files that are not sound."""
    change = found.change
    counts = [
        style(f"{change.count(kind):,} {kind.value}", "bold", _colour(kind))
        for kind in Kind
        if change.count(kind)
    ]
    if counts:
        line = f"{', '.join(counts)}, {change.unchanged:,} unchanged"
    elif found.sound:
        line = f"The same rules: {counted(change.unchanged, 'rule')}, all unchanged"
    else:
        what = counted(change.unchanged, "rule")
        line = f"No difference in what could be read: {what} unchanged"
    if found.sound:
        return line + "."
    return line + "; " + style("NOT TO BE RELIED ON, see the warnings", "bold", "red") + "."


def _file(name: str, file: AdtFile, style: Style) -> Iterator[str]:
    owner = f" of {visible_text(file.user_id)}" if file.user_id else ""
    rules = counted(len(file.table.rows), "rule")
    yield f"{name}  {style(visible_text(file.source), 'bold')}: {rules}{owner}"
    signed = "plain, not signed"
    if file.container is not None:
        verifies = "does not verify" if file.signature else "verifies"
        signed = f"{file.container}; the signature {verifies} (the signer was not checked)"
    sent, data = (content.digest("sha256").hex() for content in (file.sent, file.data))
    yield style(f"     sha256 {sent}  {signed}", "dim")
    if data != sent:
        yield style(f"     sha256 {data}  the CSV in it", "dim")


def warnings(found: Comparison, style: Style) -> Iterator[str]:
    """Yield why the comparison may be incomplete, and what it depends on."""
    for name, file in (("old", found.old), ("new", found.new)):
        for trouble in file.troubles():
            label = style("WARNING", "bold", "red") + "  "
            yield from beside(label, f"{name} file: {visible_text(trouble)}", 9)
        for number, rules in enumerate(file.table.repetitions()):
            if number == SHOWN:
                yield f"         {beyond(len(file.table.repeated), SHOWN)}"
                break
            records = ", ".join(f"{rule.record:,}" for rule in rules[:SHOWN])
            more = " and more" if len(rules) > SHOWN else ""
            yield f"         {_key(rules[-1])}: records {records}{more}"
    if found.other_user:
        yield (
            style("WARNING", "bold", "red")
            + "  the files are of different User IDs; neither replaces the other"
        )
    if found.assumption is not None:
        yield style(
            f"Columns and keys are those of profile {visible_text(found.profile.name)}, whose "
            f"{visible_text(found.assumption)} is unconfirmed.",
            "dim",
        )


def _rules(found: Comparison, rules: Iterator[Rule]) -> Iterator[str]:
    for rule in rules:
        values = ", ".join(
            f"{name} {_word(value)}"
            for name, value in zip(found.change.new.values, rule.values, strict=True)
        )
        yield f"{_key(rule)}   {values}   (record {rule.record:,})"


def _pairs(found: Comparison) -> Iterator[str]:
    for old, new in found.change.changed():
        values = ", ".join(
            f"{name} " + (f"{_word(a)} -> " if a != b else "") + _word(b)
            for name, a, b in zip(found.change.new.values, old.values, new.values, strict=True)
        )
        yield f"{_key(new)}   {values}   (record {new.record:,})"


def _key(rule: Rule) -> str:
    return ", ".join(_word(value) for value in rule.key)


def _word(value: Value) -> str:
    text = shown(value)
    return "null" if text is None else text


def _colour(kind: Kind) -> str:
    match kind:
        case Kind.REMOVED:
            return "red"
        case Kind.CHANGED:
            return "yellow"
        case Kind.ADDED:
            return "green"
        case _:
            assert_never(kind)


def _sign(kind: Kind) -> str:
    match kind:
        case Kind.REMOVED:
            return "-"
        case Kind.CHANGED:
            return "~"
        case Kind.ADDED:
            return "+"
        case _:
            assert_never(kind)


def _meaning(kind: Kind) -> str:
    match kind:
        case Kind.REMOVED:
            return f"left out of the new file; DCC drops them without a word ({REQUIREMENT})"
        case Kind.CHANGED:
            return "the same key with other values"
        case Kind.ADDED:
            return "only the new file has them"
        case _:
            assert_never(kind)
