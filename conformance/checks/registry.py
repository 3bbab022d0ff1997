"""The checks, by the names that the model uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from conformance.checks.context import Context
from conformance.findings import Outcome
from conformance.model.parameter import Parameter, Parameters
from conformance.model.requirement import Requirement

#: A check looks at the evidence in a context and yields what it sees; nothing means: met.
Check = Callable[[Context, Requirement], Iterator[Outcome]]

CHECKS: dict[str, Check] = {}
#: What each check has to be given under ``with``.
PARAMETERS: dict[str, Parameters] = {}


def check(name: str, **parameters: Parameter) -> Callable[[Check], Check]:
    """Register the decorated function as the check called ``name``, which needs ``parameters``."""

    def register(function: Check) -> Check:
        if name in CHECKS:
            raise ValueError(f"two checks are called {name!r}")
        CHECKS[name] = function
        PARAMETERS[name] = parameters
        return function

    return register
