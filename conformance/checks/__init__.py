"""The checks: one small function for each kind of requirement, under the name the model uses."""

from conformance.checks import (
    area,
    certificate,
    contingency,
    delivery,
    file,
    incident,
    publication,
    quarantine,
    receiver,
    references,
    rules,
    signature,
    time_limit,
)
from conformance.checks.context import Context, Setting
from conformance.checks.registry import CHECKS, PARAMETERS

__all__ = [
    "CHECKS",
    "PARAMETERS",
    "Context",
    "Setting",
    "area",
    "certificate",
    "contingency",
    "delivery",
    "file",
    "incident",
    "publication",
    "quarantine",
    "receiver",
    "references",
    "rules",
    "signature",
    "time_limit",
]
