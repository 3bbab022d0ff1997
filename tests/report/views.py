"""How made-up reports look in each form: ``python -m tests.report.views`` writes them.

The folder ``shown`` has each report of ``drawn`` and ``assessed.drawn`` as text for a terminal and
as Markdown; one of a check, and two of assessments, in each form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from conformance.report.changes import lines_of
from conformance.report.comparison import compare
from conformance.report.formats import FORMATS, render
from conformance.report.frame import ReportKind, kind_of
from conformance.report.style import Style
from tests.report.assessed.drawn import ASSESSMENTS
from tests.report.changed import CHANGES
from tests.report.drawn import REPORTS
from tests.snapshots.texts import write_texts

SHOWN = Path(__file__).with_name("shown")
COMMAND = "python -m tests.report.views"
ALL: Mapping[str, Callable[[], dict[str, Any]]] = {**REPORTS, **ASSESSMENTS}
#: Reports that are shown in each form: in JSON they are as they are made up.
WHOLE = ("everything", "edition-files", "assessed", "submitter")
FORMS = [form for form in FORMATS.values() if form.name not in ("json", "text")]
_ASSET = re.compile(r"(<(style|script)>).*?(</\2>)", re.DOTALL)


def shown(name: str) -> Iterator[tuple[str, str]]:
    """Return each file of the report called ``name``, with its text."""
    report = ALL[name]()
    for form in FORMS if name in WHOLE else (FORMATS["markdown"],):
        yield f"{name}{form.endings[0]}", _without_assets(render(report, form.name))
    yield f"{name}.txt", "".join(f"{line}\n" for line in _coloured(report))


def plain(coloured: str) -> str:
    """Return a text without its colours."""
    return re.sub(r"\\e\[[0-9;]*m", "", coloured)


def _coloured(report: dict[str, Any]) -> Iterator[str]:
    """The text for a terminal, with its escapes spelt out; of a check the brief one as well."""
    from conformance.report import brief, text
    from conformance.report.assessed import text as assessed

    colour = Style(colour=True)
    if kind_of(report) is ReportKind.CHECK:
        lines = [*brief.brief_lines(report, colour), *text.whole_text(report, colour)]
    else:
        lines = list(assessed.whole_text(report, colour))
    yield from (line.replace("\x1b", "\\e") for line in lines)


def _without_assets(text: str) -> str:
    """A page without its style, its script and their digests, which a test of pages holds."""
    text = _ASSET.sub(r"\1...\3", text)
    return re.sub(r"sha256-[A-Za-z0-9+/]{43}=", "sha256-...", text)


def compared(name: str) -> Iterator[tuple[str, str]]:
    """The comparison called ``name``, either way."""
    old, new = CHANGES[name]()
    for file, (before, after) in ((f"{name}.txt", (old, new)), (f"{name}.back.txt", (new, old))):
        yield file, "".join(f"{line}\n" for line in lines_of(compare(before, after)))


def files() -> Iterator[tuple[str, str]]:
    """Each file of the folder, with its text."""
    for name in ALL:
        yield from shown(name)
    for name in CHANGES:
        yield from compared(name)


if __name__ == "__main__":
    write_texts(SHOWN, files())
