"""Why a sheet was not made into a file, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.phrases import beyond, counted
from conformance.preparation.refusal import CAP, RefusedError
from conformance.report.lines import beside
from conformance.report.style import Style
from conformance.report.visible import visible_text


def render_refusal(refused: RefusedError, style: Style) -> Iterator[str]:
    """Return a line for each problem, by place; a remedy that several share is given once."""
    head = style("NOT MADE", "bold", "red") + f"  {visible_text(refused.name)}"
    yield f"{head}: {counted(refused.count, 'thing')} to fix; nothing was written"
    shown = refused.troubles[:CAP]
    fixes = [trouble.fix for trouble in shown]
    for trouble, following in zip(shown, [*fixes[1:], None], strict=True):
        yield ""
        which = f" ({trouble.requirement})" if trouble.requirement else ""
        where = style(visible_text(trouble.place), "bold")
        yield f"  {where}: {visible_text(trouble.message)}{which}"
        fix = trouble.fix if trouble.fix != following else ""
        facts = {"found": trouble.found, "expected": trouble.expected, "fix": fix}
        for label, text in facts.items():
            if text:
                yield from beside(f"    {label:<9} ", visible_text(text), 14)
    if more := beyond(refused.count, len(shown), "more like these"):
        yield from ("", f"  {more}")
