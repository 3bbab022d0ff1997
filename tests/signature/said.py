"""What is said of signatures and certificates: ``python -m tests.signature.said`` writes it anew.

``said.jsonl`` has all that opening a parcel and examining a certificate tell, a line each. A
change of a word, a place or a hint shows there as a change of a line, to be read before it is
committed. Certificates go by their names, and what a library says is left out.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import asdict

from conformance.findings import Finding
from conformance.signature import Examination, Opened
from tests.signature.examinations import EXAMINATIONS
from tests.signature.openings import OPENINGS
from tests.signature.signing import Hierarchy, build_hierarchy, data_of

GROUPS = (*OPENINGS, *EXAMINATIONS)
SAID = Path(__file__).with_name("said.jsonl")
#: What others than this suite say, which differs from version to version of theirs.
FOREIGN = re.compile(r"(?<=broken base64 \().*(?=\))|(?<=cannot be read \().*(?=\))")
OF_LIBRARIES = (
    "the chain from the certificate to the trust anchor does not hold",
    "the signer's certificate is no X.509 version 3 certificate that can be read",
)
#: Bytes of a file that are shown.
SHORT = 80


def said(group: str, h: Hierarchy) -> Iterator[str]:
    """Each line about one group."""
    if group in OPENINGS:
        for name, opened in OPENINGS[group](h):
            yield _line(case=f"{group}: {name}", **_opened(opened, h))
    else:
        for name, examination in EXAMINATIONS[group](h):
            yield _line(case=f"{group}: {name}", **_examination(examination))


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
        "others": [names.get(one, "another") for one in opened.others],
        "signing_time": at and at.isoformat(),
        "faults": [_fault(one) for one in opened.faults],
    }


def _examination(examination: Examination) -> dict[str, Any]:
    shown = asdict(examination)
    del shown["fingerprint"]
    return {
        **shown,
        "faults": [_fault(one) for one in examination.faults],
        "gaps": [asdict(one) for one in examination.gaps],
    }


def _fault(fault: Finding) -> dict[str, Any]:
    shown = {**asdict(fault), "place": _filled(asdict(fault.place))}
    shown["message"] = FOREIGN.sub("...", fault.message)
    shown["found"] = FOREIGN.sub("...", fault.found or "")
    if fault.message in OF_LIBRARIES and not shown["found"].startswith("X.509"):
        shown["found"] = "..."
    return _filled(shown)


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], (), {})}


def _line(**values: Any) -> str:
    return json.dumps(_filled(values)) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        made = build_hierarchy(Path(home))
        SAID.write_text("".join(line for group in GROUPS for line in said(group, made)), "utf-8")
