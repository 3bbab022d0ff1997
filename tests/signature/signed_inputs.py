"""Findings about many signatures and certificates.

``words.txt`` has each message with the signed inputs and certificates that it is given for, and
what else opening the one and examining the other finds. Certificates go by their names, and what a
library says is left out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from msgspec.structs import asdict, replace

from conformance.findings import Finding
from conformance.signature import Opened
from tests.signature.examinations import EXAMINATIONS
from tests.signature.openings import OPENINGS
from tests.signature.signing import Hierarchy, data_of
from tests.snapshots.words import Line, lines_of, masked, place_of

GROUPS = (*OPENINGS, *EXAMINATIONS)
#: Words of other libraries, which differ from version to version.
FOREIGN = re.compile(r"(?<=broken base64 \().*(?=\))|(?<=cannot be read \().*(?=\))")
OF_LIBRARY = "the chain from the certificate to the trust anchor is not valid"
#: Bytes of a file that are shown.
SHORT = 80


def lines(group: str, h: Hierarchy) -> Iterator[Line]:
    """Return what is found in one group."""
    if group in OPENINGS:
        for name, opened in OPENINGS[group](h):
            yield from _faults(f"in {group}: {name}", opened.faults)
            yield f"(opened: {_shown(_opened(opened, h))})", f"in {group}: {name}"
    else:
        for name, examination in EXAMINATIONS[group](h):
            case = f"in {group}: {name}"
            yield from _faults(case, examination.faults)
            for gap in examination.gaps:
                yield masked(gap.reason), f"{case}: {', '.join(gap.evidence)}"
            reported = asdict(examination)
            for other in ("fingerprint", "faults", "gaps"):
                del reported[other]
            yield f"(examined: {_shown(reported)})", case


def _faults(case: str, faults: tuple[Finding, ...]) -> Iterator[Line]:
    for number, fault in enumerate(map(_without_foreign, faults), 1):
        yield from lines_of(fault)
        yield masked(fault.message), f"{case}: {number} {place_of(fault)}".rstrip()


def _without_foreign(fault: Finding) -> Finding:
    found = FOREIGN.sub("...", fault.found or "")
    if fault.message == OF_LIBRARY and not found.startswith("X.509"):
        found = "..."
    return replace(fault, message=FOREIGN.sub("...", fault.message), found=found)


def _opened(opened: Opened, h: Hierarchy) -> dict[str, Any]:
    names = {getattr(h, name).der: name for name in ("root", "ca", "ec", "rsa")}
    data, at = data_of(opened), opened.signing_time
    if data is not None and len(data) > SHORT:
        data = f"{len(data)} bytes, {hashlib.sha256(data).hexdigest()[:8]}".encode()
    return {
        "container": opened.container,
        "encoding": opened.encoding,
        "data": None if data is None else data.decode("latin-1"),
        "certificate": opened.certificate and names.get(opened.certificate, "another"),
        "others": " ".join(names.get(one, "another") for one in opened.others),
        "signing_time": at and at.isoformat(),
    }


def _shown(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value!r}" for name, value in values.items() if value)
