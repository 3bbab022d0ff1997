"""The files that are signed, written out by hand."""

from __future__ import annotations

from tests.real.authority import EUI64, OTHER_EUI64

ADT = (
    f"{EUI64},IS,1.1.1,24,80,100\n{EUI64},IS,,24,,5000\n{EUI64},GS,1.1.1,744,0,999999999\n"
).encode()
OTHER_ADT = f"{EUI64},IS,1.1.1,24,80,101\n".encode()
#: The target of the Service Requests.
DEVICE = "00-DB-12-34-56-78-90-A0"


def quarantined(number: int, breach: str, action: str) -> str:
    """A record of a report or of a QCAF."""
    when = f"2025-05-30T{number % 24:02}:30:00Z"
    return f"{EUI64}:{DEVICE}:{number},1.1.1,{number + 7000},{when},{breach},{action}\n"


def qcaf(breach: str, *actions: str) -> bytes:
    """A QCAF with a record for each action; with empty actions, the report before it."""
    return "".join(quarantined(n, breach, a) for n, a in enumerate(actions, 1)).encode()


USER, DCC = "ADUserThresholdBreach", "ADDCCThresholdBreach"
USER_QCAF = qcaf(USER, "Release", "Delete", "Delete")
DCC_QCAF = qcaf(DCC, "Release", "Delete", "Delete")
__all__ = ["ADT", "DCC_QCAF", "DEVICE", "OTHER_ADT", "OTHER_EUI64", "USER_QCAF", "qcaf"]
