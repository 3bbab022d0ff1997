"""Puts findings at the file that they are in."""

from __future__ import annotations

from msgspec.structs import replace

from conformance.findings import Finding


def placed(faults: list[Finding], name: str) -> tuple[Finding, ...]:
    """Return the findings, those without a file of their own at the one called ``name``."""
    return tuple(
        fault if fault.place.file else replace(fault, place=replace(fault.place, file=name))
        for fault in faults
    )
