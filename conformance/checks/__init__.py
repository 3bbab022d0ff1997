"""The checks: one small function for each kind of requirement, under the name the model uses."""

from conformance.checks.context import Context, Setting
from conformance.checks.registry import CHECKS, PARAMETERS

__all__ = ["CHECKS", "PARAMETERS", "Context", "Setting"]
