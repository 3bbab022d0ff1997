"""Reads raw reports back, and tells what is wrong with one that is not as it was made."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.errors import TadpError
from conformance.model.schema import printable, problem
from conformance.report.raw import digest_of, sealed, summary_of

#: The name for standard input.
STDIN = "-"
#: What reports have to agree on to be shown as one.
_SHARED = ("tool", "model", "profile")


@dataclass(frozen=True, slots=True)
class Read:
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
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_distinct, parse_constant=_no_number
        )
    except RecursionError:
        return Read(None, data, ("is nested too deeply for a report",))
    except ValueError as error:
        cut = b'"report"' in data[:40] and not data.rstrip().endswith(b"}")
        what = "was cut off" if cut else "is no JSON"
        return Read(None, data, (f"{what}: {printable(str(error))}",))
    if not isinstance(value, dict) or "report" not in value:
        return Read(None, data, ("is no report of tadp check",))
    if "complete" not in value:
        return Read(None, data, ("was cut off: the closing record is missing",))
    fault = problem("report", value)
    if fault is not None:
        return Read(None, data, (f"is not as its schema says: {fault}",))
    return Read(value, data, tuple(_altered(value)))


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
    for name in _SHARED:
        if any(one[name] != first[name] for one in others):
            raise TadpError(f"the reports differ in their {name}", remedy="show them one by one")
    for one in others:
        if one["notes"] != first["notes"]:
            raise TadpError("the reports read the notes differently", remedy="show them one by one")
    submissions = [s for one in reports for s in one["submissions"]]
    return sealed(
        {
            **first,
            "checked_at": max(one["checked_at"] for one in reports),
            "catalogue": {e: words for one in reports for e, words in one["catalogue"].items()},
            "submissions": submissions,
            "not_read": [trouble for one in reports for trouble in one.get("not_read", [])],
            "summary": summary_of(submissions),
        }
    )


def _bytes(path: str) -> bytes:
    if path == STDIN:
        return sys.stdin.buffer.read()
    if not Path(path).is_file():
        what = "is no file" if Path(path).exists() else "no such file"
        raise TadpError(what, where=path)
    return Path(path).read_bytes()


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return table


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def _altered(report: Mapping[str, Any]) -> Iterator[str]:
    """What shows that a report that fits the schema is not as it was made."""
    if "digest" not in report:
        yield "has no digest, so nothing tells whether it was altered"
    elif report["digest"]["sha256"] != digest_of(report):
        yield "was altered after it was made: its digest is not that of its content"
    if report["summary"] != summary_of(report["submissions"]):
        yield "was altered: its summary is not that of its submissions"
    yield from dict.fromkeys(_dangling(report))


def _dangling(report: Mapping[str, Any]) -> Iterator[str]:
    """What names something that is not there, which a view would stumble on."""
    for submission in report["submissions"]:
        wording = report["catalogue"].get(submission["edition"])
        if wording is None:
            yield f"has no wording of edition {submission['edition']}"
            continue
        for result in submission["requirements"]:
            if result["id"] not in wording:
                yield f"has no wording of {result['id']}"
                continue
            names = {n for f in result["findings"] for n in f["notes"]}
            names.update(wording[result["id"]]["notes"])
            if names - report["notes"].keys():
                yield f"lacks a note that {result['id']} rests on"
            for excerpt in (f["excerpt"] for f in result["findings"] if "excerpt" in f):
                if excerpt["start"] + excerpt["length"] > len(excerpt["text"]):
                    yield f"marks a place outside a record, under {result['id']}"
