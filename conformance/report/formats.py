"""The formats of a report: their names, the endings of their files, and who writes them."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from msgspec import Struct

from conformance.errors import TadpError
from conformance.report.frame import ReportKind, kind_of
from conformance.report.visible import (
    escape_invisible,
    markup_without_commands,
    without_commands,
)

#: Where the views of each kind of report are, under the same names.
_PACKAGES = {
    ReportKind.CHECK: "conformance.report",
    ReportKind.ASSESSMENT: "conformance.report.assessed",
}


class Format(Struct, frozen=True):
    """A way of writing a report: ``module.function`` takes the raw report and returns text."""

    name: str
    endings: tuple[str, ...]
    module: str = ""
    function: str = ""


#: Longer endings first where one is the end of another. JSON is the raw report itself.
FORMATS = {
    one.name: one
    for one in (
        Format("text", (".txt",), "text", "text_of"),
        Format("html", (".html", ".htm"), "page", "page_of"),
        Format("junit", (".xml",), "junit", "junit_of"),
        Format("sarif", (".sarif", ".sarif.json"), "sarif", "sarif_of"),
        Format("markdown", (".md",), "markdown", "markdown_of"),
        Format("csv", (".csv",), "coverage", "coverage_of"),
        Format("json", (".json",)),
    )
}


def endings() -> list[str]:
    """Return the ending of a file for each format, the usual one where there are several."""
    return [one.endings[0] for one in FORMATS.values()]


def format_of(path: Path) -> str:
    """Return the name of the format that the ending of ``path`` means.

    Raises:
        TadpError: it means none.
    """
    name = path.name.lower()
    for one in FORMATS.values():
        if name.endswith(one.endings):
            return one.name
    raise TadpError(
        "the ending of the file names no format of a report",
        where=str(path),
        remedy=f"one of: {', '.join(endings())}",
    )


def require_formats(paths: Iterable[Path]) -> None:
    """Complain of an output that could not be written, before anything takes time.

    Raises:
        TadpError: an ending names no format, or there is no such folder.
    """
    for path in paths:
        format_of(path)
        if not path.parent.is_dir():
            raise TadpError("there is no such folder", where=str(path.parent))


def view_of(report: Mapping[str, Any], name: str) -> ModuleType:
    """The module that writes ``report`` in the format called ``name``."""
    return importlib.import_module(f"{_PACKAGES[kind_of(report)]}.{FORMATS[name].module}")


def render(report: Mapping[str, Any], name: str) -> str:
    """The raw ``report`` in the format called ``name``, as the text of a whole file."""
    if name == "json":
        from conformance.report.serialising import dump_report

        return dump_report(report)
    text: str = getattr(view_of(report, name), FORMATS[name].function)(report)
    match name:
        case "html" | "junit":
            return markup_without_commands(text)
        case "sarif":
            return escape_invisible(text)
        case _:
            return without_commands(text)
