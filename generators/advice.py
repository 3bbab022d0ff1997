"""DCC's advice about the communications of a QCAF, as a manifest states it."""

from __future__ import annotations

from conformance.model.column import Role
from conformance.model.profile import Profile
from conformance.model.requirement import Kind
from generators.scenario import Scenario


def advice(scenario: Scenario, profile: Profile, rows: list[list[str]]) -> dict[str, str] | str:
    """Return DCC's advice: by the key of a communication, one action for all, or none."""
    form = profile.files[Kind.QCAF]
    action = form.index_of_role(Role.ACTION)
    if scenario.advice == "none" or action is None:
        return {}
    column = form.columns[action].type

    def action_of(row: list[str]) -> str | None:
        return column.action(row[action].encode())

    if scenario.advice == "all" and len({row[action] for row in rows}) == 1:
        return str(action_of(rows[0]))
    keys = [form.index(name) for name in form.key]
    return {", ".join(row[k] for k in keys): str(action_of(row)) for row in rows}
