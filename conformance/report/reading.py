"""Reads raw reports back, and reports what is wrong with one that was changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from conformance.content import CHUNK, Content
from conformance.errors import TadpError
from conformance.inputs import STDIN, standard_input
from conformance.model.problem import MOST, Problem, printable
from conformance.model.schema import allows, problems
from conformance.report.consistency import inconsistencies
from conformance.report.decoding import MAXIMUM_BYTES, decode_report
from conformance.report.frame import VERSION, ReportKind, kind_of, sealed
from conformance.report.raw import summary_of

#: Entries that reports must share to be shown as one.
_SHARED = ("tool", "model", "profile", "notes", "fail_on", "redacted")


class Read(Struct, frozen=True):
    """A report as it was read, and all that is wrong with it.

    ``value`` is None if nothing could be made of it; ``data`` is the bytes of the file.
    """

    value: dict[str, Any] | None
    data: bytes
    problems: tuple[str, ...]


def examine_report(path: str) -> Read:
    """Read the report at ``path`` and look for truncation and alteration.

    Raises:
        TadpError: the file cannot be read at all.
    """
    data = _bytes(path)
    try:
        value = decode_report(data)
    except ValueError as error:
        cut = b'"report"' in data[:40] and not data.rstrip().endswith(b"}")
        said = printable(str(error))
        if cut:
            said = f"was cut off: {said.removeprefix('is not JSON: ')}"
        return Read(None, data, (said,))
    if not isinstance(value, dict) or "report" not in value:
        return Read(None, data, ("is not a report of tadp check or tadp assess",))
    if "complete" not in value:
        return Read(None, data, ("was cut off: the closing record is missing",))
    form = value["report"]
    if isinstance(form, int) and form != VERSION:
        # Nothing else need be as it is in this one.
        said = f"is a report of version {form}, and this tadp reads version {VERSION} only; "
        return Read(None, data, (f"{said}check again, or read it with the tadp that wrote it",))
    found = _damage(value)
    if found:
        return Read(None, data, tuple(f"is damaged: {one.line(value)}" for one in found[:MOST]))
    return Read(value, data, tuple(inconsistencies(value)))


def _damage(value: dict[str, Any]) -> list[Problem]:
    """Return what the schema does not allow in a report.

    Results that submissions share are looked at once, and submissions that are allowed are left out
    of what is looked at as a whole.
    """
    submissions = value.get("submissions")
    if not isinstance(submissions, list):
        return problems("report", value)
    known: dict[int, bool] = {}
    wrong = [i for i, one in enumerate(submissions) if not _is_submission(one, known)][:MOST]
    found = problems("report", {**value, "submissions": [submissions[i] for i in wrong]})
    return [_placed(one, wrong) for one in found]


def _placed(found: Problem, numbers: list[int]) -> Problem:
    """Return a problem of some submissions where it is among all, whose ``numbers`` these have."""
    match found.path:
        case ("submissions", int(number), *rest):
            return replace(found, path=("submissions", numbers[number], *rest))
        case _:
            return found


def _is_submission(value: Any, known: dict[int, bool]) -> bool:
    """Return True if ``value`` is a submission by the schema; of some results it is ``known``."""
    results = value.get("requirements") if isinstance(value, dict) else None
    if not isinstance(results, list):
        return False
    for one in results:
        if id(one) not in known:
            known[id(one)] = allows("report", one, "requirement")
    return all(known[id(one)] for one in results) and allows(
        "report", {**value, "requirements": []}, "submission"
    )


def read_report(path: str) -> dict[str, Any]:
    """The report at ``path``, whole and unaltered.

    Raises:
        TadpError: it cannot be read, or is not as it was made.
    """
    read = examine_report(path)
    if read.value is None or read.problems:
        raise TadpError(read.problems[0], where=path)
    return read.value


def merged(reports: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One report of the submissions of all.

    Raises:
        TadpError: they were not made by the same tool with the same model and profile.
    """
    first, *others = reports
    if not others:
        return dict(first)
    if any(kind_of(one) is not ReportKind.CHECK for one in reports):
        raise TadpError("assessments are not shown as one", remedy="show them one by one")
    if any("redacted" in one and one["redacted"]["key"] is None for one in reports):
        raise TadpError(
            "pseudonyms without a key mean something else in each report",
            remedy="redact the whole, or with --redact-key",
        )
    for name in _SHARED:
        if any(one.get(name) != first.get(name) for one in others):
            raise TadpError(f"the reports differ in their {name}", remedy="show them one by one")
    submissions = [s for one in reports for s in one["submissions"]]
    return sealed(
        {
            **first,
            "checked_at": max(one["checked_at"] for one in reports),
            "run_at": max(one["run_at"] for one in reports),
            "catalogue": {e: words for one in reports for e, words in one["catalogue"].items()},
            "not_covered": {e: gaps for one in reports for e, gaps in one["not_covered"].items()},
            "submissions": submissions,
            "not_read": [trouble for one in reports for trouble in one.get("not_read", [])],
            "summary": summary_of(submissions),
        }
    )


def _bytes(path: str) -> bytes:
    if path != STDIN:
        return Content.of_file(path, Path(path)).read(MAXIMUM_BYTES)
    data, given = BytesIO(), standard_input()
    while data.tell() <= MAXIMUM_BYTES and (block := given.read(CHUNK)):
        data.write(block)
    return Content.of_bytes("(standard input)", data.getvalue()).read(MAXIMUM_BYTES)
