"""Files with too few or too many records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.findings import Place
from conformance.model.profile import FileFormat
from conformance.model.requirement import Kind, Requirement
from conformance.records import Layout, assembly
from conformance.records.found import rewritten
from conformance.submission.moments import parse_moment
from generators.draft import Draft
from generators.faults.dialect import whole
from generators.faults.fault import Faulty, Variant, edit_bytes, edit_file, operator
from generators.faults.rows import added, behind, body, rows
from generators.faults.together import broken_by, in_order
from generators.offer import usual_hours
from generators.record_keys import count_keys
from generators.records import records
from generators.scenario import Scenario
from generators.teller import REPORT, Teller

#: Records that are made for a file that has too many; nothing larger is made.
_MOST = 2000


@operator("minimum-records")
def minimum_records(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Fewer records than the profile wants."""
    if draft.format.minimum_records > 0:
        yield "empty-file", "a file of no bytes", whole(lambda _: b"", Place())


@operator("maximum-records")
def maximum_records(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """More records than the profile allows."""
    most = draft.format.maximum_records
    if most is not None and most < _MOST and _keys(draft) > most:
        title = f"{most + 1} records, where {most} are allowed"
        if not any(rule.rule.is_across_records for rule in draft.format.rules):
            yield "one-too-many", title, _one_too_many
        elif found := _in_order(draft):
            yield "one-too-many", title, lambda _: found


def _in_order(draft: Draft) -> Faulty | None:
    """Return the draft with a record too many, if the rules across records are kept by any."""
    try:
        faulty = _one_too_many(draft)
    except TadpError:
        return None
    moved = in_order(draft.format, [row.fields for row in rows(faulty.draft)])
    if broken_by(draft, moved):
        return None
    data = rewritten(draft.layout, draft.csv or b"", moved)
    changed, recorded = edit_bytes(faulty.draft, 0, len(faulty.draft.csv or b""), data)
    recorded = replace(recorded, before=draft.csv or b"")
    return replace(faulty, draft=changed, changes=(recorded, *faulty.changes[1:]))


def _keys(draft: Draft) -> int:
    """Return how many records there can be with keys of their own."""
    teller = Teller(_scenario(draft), draft.ground)
    form = teller.form()  # of a QCAF the report's, in which columns may have other names
    return count_keys(form, teller.about(), form.key) if form.key else _MOST


def _one_too_many(draft: Draft) -> Faulty:
    """Add records that conform, to the report as well if there is one beside the file."""
    most = draft.format.maximum_records or 0
    teller = Teller(_scenario(draft), draft.ground)
    made = _more(draft, teller, most + 1 - len(body(draft)))
    actions = teller.answering().of(made) if draft.kind is Kind.QCAF else made
    changed, recorded = added(draft, *_lines(draft.layout, actions))
    changes = [recorded]
    if REPORT in draft.files:
        data, layout = draft.files[REPORT], teller.layout(Kind.REPORT)
        offset, more = behind(layout, data, _lines(layout, made))
        changed, recorded = edit_file(changed, REPORT, offset, 0, more)
        changes.append(recorded)
    return Faulty(changed, tuple(changes), Place(record=body(changed)[most]))


def _lines(layout: Layout, made: Iterable[list[str]]) -> list[bytes]:
    return [assembly.record(layout, [text.encode() for text in fields]) for fields in made]


def _more(draft: Draft, teller: Teller, count: int) -> list[list[str]]:
    """Return so many records with other keys, those of a QCAF as its report has them."""
    form = replace(teller.form(), maximum_records=None)
    there = {tuple(map(bytes.decode, row.fields)) for row in rows(draft)}
    made = records(form, teller.about(), len(there) + count, teller.scenario.seed)
    taken = {_key(draft.format, one) for one in there} - {()}
    return [one for one in made if _key(form, one) not in taken][:count]


def _key(form: FileFormat, record: Sequence[str]) -> tuple[bytes, ...]:
    """Return the key of a record, as it is compared: report and QCAF may write it differently."""
    places = map(form.index, form.key)
    values = ((form.columns[place].type, record[place].encode()) for place in places)
    return tuple(kind.same(value) if value else b"" for kind, value in values)


def _scenario(draft: Draft) -> Scenario:
    """Return the scenario that ``draft`` was made from, as far as its records depend on it."""
    sender = draft.manifest.get("sender", {})
    sent = parse_moment(draft.manifest["sent_at"], "")
    hours = usual_hours(draft.profile)
    scenario = Scenario(draft.kind, draft.edition, sent=sent, quarantined_hours=hours)
    for name in ("user_id", "user_role"):
        scenario = replace(scenario, **{name: sender.get(name) or getattr(scenario, name)})
    advice = draft.manifest.get("quarantine", {}).get("advice")
    action = advice if isinstance(advice, str) else scenario.action
    return replace(scenario, set_by=draft.set_by or scenario.set_by, action=action)
