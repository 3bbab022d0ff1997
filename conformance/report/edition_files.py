"""Edition files as reports and commands name them: whose word an edition is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.model.requirement import EditionFile
from conformance.phrases import plural
from conformance.report.visible import visible_text

Table = Mapping[str, Any]


def file_record(file: EditionFile) -> dict[str, Any]:
    """Return what a report has of an edition file."""
    return {
        "edition": file.edition,
        "extends": file.extends,
        "path": visible_text(file.path),
        "sha256": file.sha256,
        "source": visible_text(file.source),
        "verified": file.verified,
        "by": visible_text(file.by) or None,
        "on": file.on or None,
    }


def file_line(file: EditionFile) -> str:
    """Return a sentence on an edition file: what states the edition, and on whose word."""
    return line_of_file(file_record(file))


def line_of_file(record: Table) -> str:
    """Return the sentence on an edition file as a report has it."""
    if record["verified"]:
        word = f"Verified: {record['by']} compared it with its source on {record['on']}."
    else:
        word = "Unverified: nothing says that it was compared with its source."
        written = " ".join(filter(None, (record["by"], record["on"] and f"on {record['on']}")))
        word = f"Written by {written}. {word}" if record["by"] else word
    return (
        f"Edition {record['edition']}, which extends {record['extends']}, is stated by the edition "
        f"file {record['path']} (SHA-256 {record['sha256']}). Source: {record['source']}. {word}"
    )


def file_lines(report: Table) -> list[str]:
    """Return a sentence on each edition file that a report was made with."""
    return [line_of_file(record) for record in report["edition_files"]]


def named_files(report: Table, *, verified: bool) -> str:
    """Return the edition files of a report, of one sort, as a sentence names them."""
    names = [f"'{f['edition']}'" for f in report["edition_files"] if f["verified"] is verified]
    sort = f"the {'' if verified else 'un'}verified edition file"
    return f"{plural(len(names), sort)} {' and '.join(names)}".rstrip()
