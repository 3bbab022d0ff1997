"""Roles that the rules of a file give to columns without a role in the profile."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from conformance.model.column import Role
from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.profile import FileFormat
from conformance.model.types.column_type import Meaning


def with_roles(form: FileFormat) -> FileFormat:
    """Return ``form`` with a role for each column whose values a rule on the sender looks at.

    Values are made by the role, so that they keep these rules.
    """
    roles = {name: role for rule in form.rules for name, role in _roles(form, rule)}
    columns = (
        replace(column, role=roles[column.name])
        if column.role is Role.OTHER and column.name in roles
        else column
        for column in form.columns
    )
    return replace(form, columns=tuple(columns)) if roles else form


def _roles(form: FileFormat, rule: CrossRule) -> Iterator[tuple[str, Role]]:
    if rule.rule is CrossRuleName.ELIGIBLE_VARIANT:
        yield from zip(rule.columns, (Role.USER_ROLE, Role.VARIANT), strict=True)
    elif rule.rule is CrossRuleName.ONE_SENDER:
        for name in rule.columns:
            meaning = form.columns[form.index(name)].type.reads_as
            yield name, Role.USER_ID if meaning is Meaning.PARTY else Role.REQUEST_ID
