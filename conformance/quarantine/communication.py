"""A quarantined communication, as far as its deadline asks, and where it was read."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class NoticeForm(StrEnum):
    """The form of the notice of a quarantine."""

    REPORT = "report"  #: a Quarantined Communications Report, or the QCAF made from it
    ALERTS = "alerts"  #: alerts in XML


class Communication(Struct, frozen=True):
    """One communication in quarantine.

    ``quarantined`` is the time, as a file has it (``time_limit.instant_bytes``); nothing if it is
    not known, and then ``reason`` says why. ``breach`` and ``variant`` are ones that the profile
    and the model know, or nothing. ``number`` counts records of a report, or lines, from 1.
    """

    number: int
    quarantined: bytes | None
    breach: str | None
    variant: str | None
    request_id: str | None
    reason: str = ""
