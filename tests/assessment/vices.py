"""Receivers with vices, put through the command itself to a few cases: what they come to.

All but the first two turn away what our checker does, and have their vice there alone: so the smoke
test and the conforming case pass, and nothing but the vice can be what is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tests.assessment.conftest import fake
from tests.running import run

HOLED = "python:tests.assessment.implementations.holed"
CASES = ("6.1-6/adt-sharepoint/in-a-field", "3.4(b)-4/adt-sharepoint/other-party")
_ONLY = [word for case in CASES for word in ("--only", case)]


@dataclass(frozen=True)
class Vice:
    """A receiver with a vice, and the options that it is assessed with."""

    adapter: str
    options: tuple[str, ...] = ()
    harmless: bool = False


def _where_broken(kind: str, vice: str, *options: str, harmless: bool = False) -> Vice:
    return Vice(fake(kind, vice, "where-broken"), options, harmless)


#: Time for an answer, which takes a hundredth of it; what hangs and what is slow takes more.
_IN_TIME = ("--timeout", "3")
VICES: Mapping[str, Vice] = {
    "accepts everything": Vice(fake("exec", "accepts_everything")),
    "rejects everything": Vice(fake("exec", "rejects_everything")),
    "rejects for the wrong reason": Vice(f"{HOLED}:rejects_for_the_wrong_reason"),
    "crashes": _where_broken("exec", "crashes"),
    "crashes with the exit code of a rejection": _where_broken("exec", "throws"),
    "crashes, and is started anew": _where_broken("ndjson", "crashes"),
    "hangs": _where_broken("ndjson", "hangs", *_IN_TIME),
    "answers slowly": _where_broken("ndjson", "answers_slowly", *_IN_TIME),
    "leaks memory": _where_broken("exec", "leaks_memory", "--memory", "300"),
    "leaks memory, in one process": _where_broken("ndjson", "leaks_memory", "--memory", "300"),
    "endless output": _where_broken("exec", "endless_output"),
    "endless output, in one process": _where_broken("ndjson", "endless_output"),
    "replies out of schema": _where_broken("exec", "out_of_schema"),
    "replies out of schema, in one process": _where_broken("ndjson", "answers_out_of_schema"),
    "replies for other cases": _where_broken("exec", "answers_another_case"),
    "replies for other cases, in one process": _where_broken("ndjson", "answers_another_case"),
    "leaves children": _where_broken("exec", "leaves_children"),
    "leaves children, at its end": _where_broken("ndjson", "leaves_children"),
    "leaves daemons": _where_broken("exec", "leaves_daemons"),
    "leaves daemons, at its end": _where_broken("ndjson", "leaves_daemons"),
    # The protocol lets answers come in any order: this one keeps to it, and must not be failed.
    "answers out of order": _where_broken(
        "ndjson", "answers_out_of_order", "--jobs", "3", harmless=True
    ),
}


def vice_row(name: str) -> list[str]:
    """The row of a vice in the kill matrix."""
    vice = VICES[name]
    words = ("assess", "receiver", vice.adapter, *_ONLY, *vice.options, "--format", "json")
    report = run(*words).report
    counts = Counter(c["status"] for c in report["cases"])
    failing = sorted(c["id"] for c in report["cases"] if c["status"] != "passed")
    # What comes after a colon is in the words of the implementation or of a library.
    told = {c["reason"].partition(":")[0] for c in report["cases"] if c["reason"]}
    stated = [*report["receiver"], *report["requirements"]]
    return [
        name,
        str(len(failing)),
        ", ".join(f"{n} {status}" for status, n in sorted(counts.items())),
        " ".join(s["id"] for s in stated if s["result"] == "not met"),
        "; ".join([report["result"], *sorted(told), *report["troubles"]]),
        " ".join(failing),
    ]
