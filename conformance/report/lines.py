"""Lines of text for a terminal: wrapped at one width, below a label or an indent."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

WIDTH = 100


def wrapped(text: str, indent: int = 0, hanging: int = 2, width: int = WIDTH) -> list[str]:
    """Return ``text`` in lines of ``width``, the second and later ones ``hanging`` further in."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_on_hyphens=False,
    )


def beside(label: str, text: str, indent: int, width: int = WIDTH) -> Iterator[str]:
    """Yield ``text`` after ``label``, which takes the ``indent`` of the lines that follow.

    The label may be coloured: its own length is not looked at.
    """
    first, *rest = textwrap.wrap(text, width - indent, break_on_hyphens=False) or [""]
    yield f"{label}{first}"
    yield from (" " * indent + line for line in rest)
