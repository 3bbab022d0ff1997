"""Receivers with vices, assessed by the command itself with a few cases, and the results.

All but the first three reject the two cases that are broken, and have their vice there alone: so
the smoke test and the conforming case pass, and nothing but the vice can be what is reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tests.assessment.conftest import fake
from tests.assessment.implementations.known import CASES
from tests.running import PATIENCE, run

HOLED = "python:tests.assessment.implementations.holed"
_ONLY = [word for case in CASES for word in ("--only", case)]


@dataclass(frozen=True)
class Vice:
    """A receiver with a vice, and the options that it is assessed with."""

    adapter: str
    #: How the run ends, and what is said of errors.
    ends: str
    options: tuple[str, ...] = ()
    #: The results of the three cases.
    comes_to: str = "2 error, 1 passed"


def _where_broken(kind: str, vice: str, ends: str, *options: str, **changes: str) -> Vice:
    return Vice(fake(kind, vice, "where-known"), ends, options, **changes)


#: Time for an answer, which takes a hundredth of it; what hangs and what is slow takes more.
_IN_TIME = ("--timeout", "5")
VICES: Mapping[str, Vice] = {
    "accepts everything": Vice(
        fake("exec", "accepts_everything"), "failed", comes_to="2 failed, 1 passed"
    ),
    "rejects everything": Vice(
        fake("exec", "rejects_everything"), "failed", comes_to="1 failed, 2 not counted"
    ),
    "rejects for the wrong reason": Vice(
        f"{HOLED}:rejects_for_the_wrong_reason", "failed", comes_to="2 other reason, 1 passed"
    ),
    "crashes": _where_broken("exec", "crashes", "failed; crashed or gave up, exit code 70"),
    "crashes with the exit code of a rejection": _where_broken(
        "exec", "throws", "failed; exit code 1 and no answer on standard output"
    ),
    "crashes, and is started again": _where_broken(
        "ndjson", "crashes", "failed; the process ended"
    ),
    "hangs": _where_broken("ndjson", "hangs", "failed; no answer within 5 s", *_IN_TIME),
    "answers slowly": _where_broken(
        "ndjson", "answers_slowly", "failed; no answer within 5 s", *_IN_TIME
    ),
    "leaks memory": _where_broken(
        "exec", "leaks_memory", "failed; used more than 300 MiB of memory", "--memory", "300"
    ),
    "leaks memory, in one process": _where_broken(
        "ndjson", "leaks_memory", "failed; used more than 300 MiB of memory", "--memory", "300"
    ),
    "endless output": _where_broken("exec", "endless_output", "failed; endless output"),
    "endless output, in one process": _where_broken(
        "ndjson", "endless_output", "failed; endless output"
    ),
    "replies out of schema": _where_broken(
        "exec", "out_of_schema", "failed; the answer is not as the protocol has it"
    ),
    "replies out of schema, in one process": _where_broken(
        "ndjson", "answers_out_of_schema", "failed; the answer is not as the protocol has it"
    ),
    "replies for other cases": _where_broken(
        "exec",
        "answers_another_case",
        "failed; the answer is to 0000000000000000, which is another request (standard output is "
        "for the answer alone; print all else to standard error)",
    ),
    "replies for other cases, in one process": _where_broken(
        "ndjson", "answers_another_case", "failed; answered a case that was not asked"
    ),
    "answers twice": Vice(
        fake("ndjson", "answers_twice", "where-known"), "failed; was answered twice"
    ),
    "leaves children": _where_broken(
        "exec", "leaves_children", "failed; left processes running that it had started"
    ),
    "leaves children, at its end": _where_broken(
        "ndjson",
        "leaves_children",
        "failed; the implementation left processes running that it had started",
        comes_to="3 passed",
    ),
    "leaves daemons": _where_broken(
        "exec", "leaves_daemons", "failed; left processes running that it had started"
    ),
    "leaves daemons, at its end": _where_broken(
        "ndjson",
        "leaves_daemons",
        "failed; the implementation left processes running that it had started",
        comes_to="3 passed",
    ),
    # The protocol lets answers come in any order: this one keeps to it, and must not be failed.
    "answers out of order": _where_broken(
        "ndjson", "answers_out_of_order", "passed", "--jobs", "3", comes_to="3 passed"
    ),
}


def assess(name: str) -> tuple[str, str, list[str]]:
    """Return the results of the cases, how the run ends, and the requirements that are not met."""
    vice = VICES[name]
    # The options of a vice come last, and overrule it.
    options = ("--timeout", str(PATIENCE), *vice.options)
    words = ("assess", "receiver", vice.adapter, *_ONLY, *options, "--format", "json")
    report = run(*words).report
    counts = Counter(c["status"] for c in report["cases"])
    # The words after a colon are those of the implementation or of a library.
    reasons = {c["reason"].partition(":")[0] for c in report["cases"] if c["reason"]}
    stated = [*report["receiver"], *report["requirements"]]
    return (
        ", ".join(f"{n} {status}" for status, n in sorted(counts.items())),
        "; ".join([report["result"], *sorted(reasons), *report["troubles"]]),
        [s["id"] for s in stated if s["result"] == "not met"],
    )
