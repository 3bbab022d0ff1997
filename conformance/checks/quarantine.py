"""A QCAF against the quarantine that it answers: clauses 4.7 and 4.13."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter

from conformance.checks.context import Context
from conformance.checks.file import hiding, unreadable
from conformance.checks.registry import check
from conformance.findings import CAP, Finding, More, NotApplicable, NotShown, Outcome, Place
from conformance.model.column import Role
from conformance.model.profile import FileFormat
from conformance.model.requirement import Kind, Requirement
from conformance.records import read_records

#: Kept in the context's memory, since several requirements ask for it.
_MEMORY = "comparison"


@dataclass(slots=True)
class _Tally:
    """Findings up to the cap, and a count of all."""

    findings: list[Finding]
    count: int = 0

    def add(self, finding: Finding) -> None:
        self.count += 1
        if len(self.findings) < CAP:
            self.findings.append(finding)

    def outcomes(self) -> Iterator[Outcome]:
        yield from self.findings
        if self.count > len(self.findings):
            yield More(self.count - len(self.findings))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a QCAF has more, less and other than the report it was made from.

    ``altered`` goes by the name of the column.
    """

    missing: _Tally
    added: _Tally
    altered: Mapping[str, _Tally]


def _outcome_of_report(context: Context) -> Outcome | None:
    """Why there is no comparison, if there is none."""
    hidden = unreadable(context)
    if hidden:
        return hidden
    report = context.submission.quarantine.report
    if report is None:
        return NotShown("the quarantine report is not known", ("quarantine.report",))
    form = context.format
    if context.scan is None or form is None or not form.key:
        return NotApplicable("the profile has no key to compare by")
    blocked = hiding(context, *form.key)
    if blocked:
        return NotShown("part of the file cannot be read", blocked_by=blocked)
    return None


def comparison(context: Context) -> Comparison:
    """The comparison, made once."""
    kept = context.memory.get(_MEMORY)
    if not isinstance(kept, Comparison):
        kept = context.memory[_MEMORY] = _compare(context)
    return kept


def _compare(context: Context) -> Comparison:
    report, data = context.submission.quarantine.report, context.data
    mine, theirs = context.profile.files[Kind.QCAF], context.profile.files[Kind.REPORT]
    names = [
        c.name for c in mine.columns
        if c.role is not Role.ACTION
        and c.name not in mine.key
        and c.name in {t.name for t in theirs.columns}
    ]  # fmt: skip
    result = Comparison(_Tally([]), _Tally([]), {name: _Tally([]) for name in names})
    if report is None or data is None:
        return result
    as_key = bytes.upper if context.reading("eui64-case") == "any" else bytes
    key_of = _keys(theirs, as_key)
    values_of = _picker(theirs, names)
    rows: dict[tuple[bytes, ...], tuple[int, tuple[bytes, ...]] | None] = {
        key_of(fields): (number, values_of(fields))
        for number, _, fields in read_records(report, context.layout(theirs))
    }
    key_of, values_of = _keys(mine, as_key), _picker(mine, names)
    for number, offset, fields in read_records(data, context.layout(mine)):
        key = key_of(fields)
        place = Place(data.name, number, None, offset)
        if key not in rows:
            result.added.add(_added(key, place))
            continue
        there = rows[key]
        if there is None:
            continue  # A second record for one communication is the key's fault.
        rows[key] = None
        for name, old, new in zip(names, there[1], values_of(fields), strict=True):
            if old != new:
                field = mine.index(name) + 1
                where = Place(data.name, number, field, offset + _start(fields, field))
                result.altered[name].add(_altered(name, old, new, where))
    for key, there in rows.items():
        if there is not None:
            result.missing.add(_missing(key, Place(report.name, there[0])))
    return result


def _picker(form: FileFormat, names: tuple[str, ...] | list[str]) -> _Picker:
    return _Picker(tuple(form.index(name) for name in names))


class _Picker:
    """Takes the fields at some positions, always as a tuple."""

    def __init__(self, positions: tuple[int, ...]) -> None:
        self._get = itemgetter(*positions) if len(positions) > 1 else None
        self._positions = positions

    def __call__(self, fields: list[bytes]) -> tuple[bytes, ...]:
        if self._get:
            return tuple(self._get(fields))
        return tuple(fields[p] for p in self._positions)


def _keys(
    form: FileFormat, as_key: Callable[[bytes], bytes]
) -> Callable[[list[bytes]], tuple[bytes, ...]]:
    """Takes the key of a record; by note eui64-case, whatever the case of its digits."""
    picker = _picker(form, form.key)
    return lambda fields: tuple(as_key(part) for part in picker(fields))


def _start(fields: list[bytes], number: int) -> int:
    """The offset in its record of field ``number``, counted from 1."""
    return sum(len(f) + 1 for f in fields[: number - 1])


def _text(key: tuple[bytes, ...]) -> str:
    return ", ".join(part.decode("latin-1") for part in key)


def _added(key: tuple[bytes, ...], place: Place) -> Finding:
    return Finding(
        "an action for a communication that is not in the quarantine report",
        found=_text(key),
        expected="only communications of the report",
        place=place,
        notes=("qcaf-completeness",),
    )


def _missing(key: tuple[bytes, ...], place: Place) -> Finding:
    return Finding(
        "a quarantined communication has no action",
        found=f"no record for {_text(key)}",
        expected="a record with an action for each communication of the report",
        place=place,
        notes=("qcaf-completeness",),
    )


def _altered(name: str, old: bytes, new: bytes, place: Place) -> Finding:
    return Finding(
        f"{name} is not what the quarantine report says",
        found=new.decode("latin-1") or "null",
        expected=old.decode("latin-1") or "null",
        place=place,
        notes=("qcaf-other-fields",),
    )


@check("action-for-each")
def action_for_each(context: Context, _: Requirement) -> Iterator[Outcome]:
    """An action for each quarantined communication (4.7, 4.13)."""
    reason = _outcome_of_report(context)
    if reason:
        yield reason
    elif context.reading("qcaf-completeness") == "missing-allowed":
        yield NotApplicable("by the profile's reading of note qcaf-completeness")
    else:
        yield from comparison(context).missing.outcomes()


@check("no-other-communication")
def no_other_communication(context: Context, _: Requirement) -> Iterator[Outcome]:
    """No action for a communication that is not quarantined (4.7, 4.13; an interpretation)."""
    reason = _outcome_of_report(context)
    if reason:
        yield reason
    else:
        yield from comparison(context).added.outcomes()


@check("report-unchanged")
def report_unchanged(context: Context, _: Requirement) -> Iterator[Outcome]:
    """The file is the report with actions entered, and nothing else changed (4.7(b), 4.13(b))."""
    reason = _outcome_of_report(context)
    if reason:
        yield reason
        return
    if context.reading("qcaf-other-fields") == "ignored":
        yield NotApplicable("by the profile's reading of note qcaf-other-fields")
        return
    for name, tally in comparison(context).altered.items():
        blocked = hiding(context, name)
        if blocked:
            yield NotShown(f"{name} cannot be read", blocked_by=blocked)
        else:
            yield from tally.outcomes()


@check("actions-match-advice")
def actions_match_advice(context: Context, _: Requirement) -> Iterator[Outcome]:
    """Where DCC advised an action, the QCAF has that action (4.13)."""
    quarantine = context.submission.quarantine
    hidden = unreadable(context)
    form, data = context.format, context.data
    column = form.index_of_role(Role.ACTION) if form else None
    if hidden or form is None or data is None or column is None:
        yield hidden or NotApplicable("the profile has no action")
        return
    if quarantine.advice is None and quarantine.advice_for_all is None:
        yield NotShown("DCC's advice is not known", ("quarantine.advice",))
        return
    advice, for_all = quarantine.advice or {}, quarantine.advice_for_all
    blocked = hiding(context, form.columns[column].name, *form.key)
    if blocked:
        yield NotShown("part of the file cannot be read", blocked_by=blocked)
    tally = _Tally([])
    key_of = _picker(form, form.key)
    for number, offset, fields in read_records(data, context.layout(form)):
        wanted = for_all or advice.get(_text(key_of(fields)))
        action = fields[column].decode("latin-1")
        given = _action(context, action)
        if wanted is None or given is None or given == wanted:
            continue
        tally.add(
            Finding(
                "the action is not the one that DCC advised",
                found=action,
                expected=wanted,
                place=Place(data.name, number, column + 1, offset + _start(fields, column + 1)),
            )
        )
    yield from tally.outcomes()


def _action(context: Context, value: str) -> str | None:
    """The action that a value is; one that is none is the fault of another check."""
    any_case = context.reading("action-case") == "any-case"
    for action in context.actions:
        if value == action or (any_case and value.lower() == action.lower()):
            return action
    return None
