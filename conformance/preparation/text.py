"""Why a sheet was not made into a file, for a person at a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from conformance.phrases import beyond, counted
from conformance.preparation.refusal import CAP, RefusedError
from conformance.report.style import Style
from conformance.report.text import WIDTH
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
        yield from _labelled("found", trouble.found)
        yield from _labelled("expected", trouble.expected)
        if trouble.fix != following:
            yield from _labelled("fix", trouble.fix)
    if more := beyond(refused.count, len(shown), "more like these"):
        yield from ("", f"  {more}")


def _labelled(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        visible_text(text),
        WIDTH,
        initial_indent=f"    {label:<9} ",
        subsequent_indent=" " * 14,
        break_on_hyphens=False,
    )
