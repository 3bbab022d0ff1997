"""The checks, by the names that the model uses."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TypeVar

from conformance.checks.context import Context
from conformance.findings import Outcome
from conformance.model.parameter import Parameter, Parameters
from conformance.model.requirement import Requirement
from conformance.model.rule import Rule

#: A check looks at the evidence in a context and yields what it sees; nothing means: met.
Check = Callable[[Context, Requirement], Iterable[Outcome]]
Value = TypeVar("Value")

#: The modules of this package that have checks, and the names of their checks.
_MODULES: dict[str, Iterable[str]] = {
    "area": (
        "file-for-each-user-id",
        "one-live-file",
        "live-is-last",
        "request-for-each-file",
    ),
    "as_submitted": ("live-as-submitted",),
    "certificate": ("certificate-valid", "certificate-of-aro"),
    "contingency": ("contingency-only", "contingency-reference", "contingency-mailbox"),
    "delivery": ("delivery-method", "file-for-each-role", "name-form", "folder"),
    "file": tuple(Rule),
    "incident": ("incident-updated", "incident-assigned", "attested"),
    "publication": ("published-item", "published-via", "template-format"),
    "quarantine": (
        "action-for-each",
        "no-other-communication",
        "report-unchanged",
        "actions-match-advice",
    ),
    "receiver": ("receiver-assessed",),
    "references": ("reference-in-subject",),
    "rules": ("full-replacement",),
    "service_request": (
        "smsr-raised",
        "smsr-before-sending",
        "smsr-shape",
        "smsr-after-advice",
        "catalogue-item",
    ),
    "signature": ("signature-present", "signature-verifies"),
    "time_limit": ("within-hours", "no-late-release"),
}
_PLACES = {name: module for module, names in _MODULES.items() for name in names}


class _ByName(UserDict[str, Value]):
    """The records of checks by name; the module of one is loaded when it is first asked for.

    Few checks bear on one file, and those on a quarantine or an area need much else.
    """

    def __missing__(self, name: str) -> Value:
        import_module(f"{__package__}.{_PLACES[name]}")
        return self.data[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)

    def __contains__(self, name: object) -> bool:
        return name in _PLACES


CHECKS: _ByName[Check] = _ByName()
#: The parameters of each check under ``with``.
PARAMETERS: _ByName[Parameters] = _ByName()
#: The modules that have checks.
MODULES = tuple(f"{__package__}.{name}" for name in _MODULES)


def check(name: str, **parameters: Parameter) -> Callable[[Check], Check]:
    """Register the decorated function as the check called ``name``, which needs ``parameters``."""

    def register(function: Check) -> Check:
        if name in CHECKS.data:
            raise ValueError(f"two checks are called {name!r}")
        if name not in _PLACES:
            raise ValueError(f"no module is listed for the check {name!r}")
        CHECKS[name] = function
        PARAMETERS[name] = parameters
        return function

    return register
