"""What other checks find: a mistake that breaks several requirements is found at one of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import assert_never

from conformance.checks.context import Context
from conformance.checks.registry import CHECKS
from conformance.findings import Finding, NotApplicable, NotShown, Outcome
from conformance.model.requirement import Delivered


def findings_of(name: str, context: Context) -> Iterator[Finding]:
    """Yield what the check called ``name`` finds, where requirements with it bear on this."""
    bearing = context.checks_of(name)
    for requirement in context.setting.catalogue.using(name, context.edition.id):
        if requirement.id not in bearing:
            continue
        if requirement.delivered is not None and sent_otherwise(requirement.delivered, context):
            continue
        for outcome in CHECKS[name](context, requirement):
            if isinstance(outcome, Finding):
                yield outcome


def sent_otherwise(delivered: Delivered, context: Context) -> Outcome | None:
    """Return why a requirement on one way of sending does not bear on it, if it does not."""
    return _otherwise(
        delivered, context.submission.delivery.method, context.profile.delivery.contingency
    )


@lru_cache(maxsize=64)
def _otherwise(delivered: Delivered, method: str | None, contingency: str | None) -> Outcome | None:
    match delivered:
        case Delivered.CONTINGENCY:
            if method is None:
                return NotShown("how it was delivered is not known", ("delivery.method",))
            if method != contingency:
                return NotApplicable("not sent by the contingency method")
        case Delivered.FOLDER:
            if method is not None and method == contingency:
                return NotApplicable(f"sent by {method}, for which there is no folder or name")
        case _:
            assert_never(delivered)
    return None
