"""Files with too few or too many records."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from conformance.findings import Place
from conformance.model.requirement import Kind, Requirement
from conformance.submission.moments import parse_moment
from generators.draft import Draft
from generators.faults.dialect import whole
from generators.faults.fault import Faulty, Variant, edit_bytes, edit_file, operator
from generators.faults.rows import rows
from generators.records import join, records
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
    if most is not None and most < _MOST:
        yield "one-too-many", f"{most + 1} records, where {most} are allowed", _one_too_many


def _one_too_many(draft: Draft) -> Faulty:
    """Add records that conform, to the report as well if there is one beside the file."""
    most = draft.format.maximum_records or 0
    made, reported = _more(draft, most + 1 - len(rows(draft)))
    changed, recorded = edit_bytes(draft, len(draft.csv or b""), 0, made)
    changes = [recorded]
    if REPORT in draft.files:
        changed, recorded = edit_file(changed, REPORT, len(draft.files[REPORT]), 0, reported)
        changes.append(recorded)
    return Faulty(changed, tuple(changes), Place(record=most + 1))


def _more(draft: Draft, count: int) -> tuple[bytes, bytes]:
    """Return so many records with other keys, and those of a quarantine report for them."""
    teller = Teller(_scenario(draft), draft.ground)
    form = replace(teller.form(), maximum_records=None)
    there = {tuple(map(bytes.decode, row.fields)) for row in rows(draft)}
    made = records(form, teller.about(), len(there) + count, teller.scenario.seed)
    keys = [draft.format.index(name) for name in draft.format.key]
    taken = {tuple(one[key] for key in keys) for one in there}
    places = [form.index(name) for name in form.key]
    found = [one for one in made if not keys or tuple(one[k] for k in places) not in taken][:count]
    if draft.kind is not Kind.QCAF:
        return join(found), b""
    return join(teller.with_actions(found)), join(found)


def _scenario(draft: Draft) -> Scenario:
    """Return the scenario of which ``draft`` was made, as far as its records depend on it."""
    sender = draft.manifest.get("sender", {})
    sent = parse_moment(draft.manifest["sent_at"], "")
    scenario = Scenario(draft.kind, draft.edition, sent=sent)
    for name in ("user_id", "user_role"):
        scenario = replace(scenario, **{name: sender.get(name) or getattr(scenario, name)})
    return replace(scenario, set_by=draft.set_by or scenario.set_by)
