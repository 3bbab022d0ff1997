"""What the checks say in each test of this folder: see ``tests/saying.py``.

Of each submission that a test checks: the verdict, how much was met, and each requirement that was
not, with its findings and reasons. Why requirements do not apply is kept once for all tests.
``python -m tests.checks.said`` writes it anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from conformance.checker import Checked, Result
from conformance.findings import Finding, Status
from conformance.report.area import area_record
from tests.golden.said import TOLD
from tests.saying import Book, Entry

BOOK = Book(
    Path(__file__).parent,
    "tests.checks.said",
    # These are about the moment of signing, and about a signature of any length.
    {
        "test_certificate.py::test_the_time_of_signing_must_be_in_the_signature",
        "test_signature.py::test_a_container_that_cannot_be_opened_hides_the_file",
    },
)
#: Certificates are made anew in each run.
_NUMBER = re.compile(r"(serial number )[0-9A-F]+")


def said(checks: Iterable[Checked]) -> Iterator[Entry]:
    """What is kept of what was checked."""
    for number, checked in enumerate(checks, 1):
        area = {} if checked.overview is None else {"area": area_record(checked.overview)}
        met = sum(result.status is Status.PASSED for result in checked.results)
        head = {"edition": checked.edition.id, "verdict": checked.verdict.value, "met": met}
        yield {"check": number, **head, **area}
        for result in checked.results:
            if result.status not in (Status.PASSED, Status.NOT_APPLICABLE):
                told = {name: getattr(result, name) for name in TOLD if name != "id"}
                yield {"id": result.requirement.id, **told}
                yield from (_finding(one, result) for one in result.findings)


def exempted(checks: Iterable[Checked]) -> Iterator[Entry]:
    """The requirements that do not apply, and why."""
    for checked in checks:
        for result in checked.results:
            if result.status is Status.NOT_APPLICABLE:
                yield {"id": result.requirement.id, "reason": result.reason}


def _finding(finding: Finding, result: Result) -> dict[str, Any]:
    """A finding as far as it says something of its own."""
    place = msgspec.structs.asdict(finding.place)
    values = {"of": result.requirement.id, **msgspec.structs.asdict(finding), **place}
    if finding.excerpt is not None:
        excerpt = msgspec.structs.asdict(finding.excerpt)
        values["excerpt"] = {**excerpt, "data": finding.excerpt.data.decode("latin-1")}
    del values["place"]
    return {n: _NUMBER.sub(r"\1N", v) if isinstance(v, str) else v for n, v in values.items()}


if __name__ == "__main__":
    # As the tests know it, which is not as __main__.
    from tests.checks import said as known
    from tests.saying import main

    main(known.BOOK)
