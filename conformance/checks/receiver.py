"""Duties of DCC's receiving side (4.8, 6.1): shown by running it, not by a submission."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.context import Context
from conformance.checks.registry import check
from conformance.findings import NotApplicable, Outcome
from conformance.model.requirement import Requirement


@check("receiver-assessed")
def receiver_assessed(_: Context, __: Requirement) -> Iterator[Outcome]:
    """A submission shows nothing about the receiver (4.8(a), 4.8(b), 6.1)."""
    yield NotApplicable("a requirement on the receiver: shown by assessing one")
