"""Why a sheet was not made into a file: every cell to be mended, and how."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from conformance.errors import TadpError
from conformance.report.style import Style
from conformance.report.visible import visible_text

#: Troubles that are shown; more are counted.
CAP = 50
_WIDTH = 100
_SHOWN = 400


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing to be mended: where, what was found, what was expected, and what to do."""

    place: str
    message: str
    found: str
    expected: str
    mend: str
    requirement: str | None = None  #: the requirement that it would break


class RefusedError(TadpError):
    """``name`` is not made into a file; ``count`` troubles, of which some are there."""

    def __init__(self, name: str, troubles: tuple[Trouble, ...], count: int) -> None:
        self.name = name
        self.troubles = troubles
        self.count = count
        super().__init__(f"has {count:,} things to mend", where=name)

    def lines(self, style: Style) -> Iterator[str]:
        """The refusal for a person at a terminal."""
        head = style("NOT MADE", "bold", "red") + f"  {visible_text(self.name)}"
        things = "thing" if self.count == 1 else "things"
        yield f"{head}: {self.count:,} {things} to mend; nothing was written"
        previous = None
        for trouble in self.troubles[:CAP]:
            if previous is not None and previous.mend != trouble.mend:
                yield from _labelled("mend", previous.mend)
            yield ""
            which = f" ({trouble.requirement})" if trouble.requirement else ""
            where = style(visible_text(trouble.place), "bold")
            yield f"  {where}: {visible_text(trouble.message)}{which}"
            yield from _labelled("found", trouble.found)
            yield from _labelled("expected", trouble.expected)
            previous = trouble
        if previous is not None:
            yield from _labelled("mend", previous.mend)
        if self.count > len(self.troubles[:CAP]):
            yield ""
            yield f"  and {self.count - len(self.troubles[:CAP]):,} more like these"


def _labelled(label: str, text: str) -> list[str]:
    if not text:
        return []
    return textwrap.wrap(
        visible_text(text, _SHOWN),
        _WIDTH,
        initial_indent=f"    {label:<9} ",
        subsequent_indent=" " * 14,
        break_on_hyphens=False,
    )
