"""Faults of rules that hold where a condition does: clauses 6.3 to 6.5 as a profile has them."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.cross_rule import CrossRuleName
from conformance.model.requirement import Requirement
from generators.draft import Draft
from generators.faults.fault import Variant, operator
from generators.faults.search import breaking
from generators.faults.together import across_records

#: In words, what a fault makes of the column that a rule is about, by its name.
_TITLES = {
    CrossRuleName.REQUIRE: "no {}",
    CrossRuleName.FORBID: "a value of {}",
    CrossRuleName.ONE_OF: "another {}",
}


@operator("profile-rules")
def profile_rules(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A value that a rule of the profile requires, forbids or does not list, or such records."""
    form = draft.format
    for rule in form.rules:
        if rule.rule.is_across_records:
            yield from across_records(draft, rule)
        if rule.rule not in _TITLES:
            continue
        for name in rule.columns:
            found = breaking(draft, rule, form.index(name))
            if found:
                title = f"{_TITLES[rule.rule].format(name)}{rule.condition}"
                variant = f"{rule.id}-{name}" if len(rule.columns) > 1 else f"{rule.id}-broken"
                yield variant, title, found
