"""Colour and weight on a terminal, and neither anywhere else."""

from __future__ import annotations

import os
import sys
from typing import TextIO

_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "cyan": "36",
}


class Style:
    """Marks text for a terminal, or leaves it as it is."""

    def __init__(self, *, colour: bool) -> None:
        self.colour = colour

    @classmethod
    def of(cls, stream: TextIO) -> Style:
        """The style that fits ``stream``; ``NO_COLOR`` and a dumb terminal are respected."""
        dumb = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
        if sys.platform == "win32":
            # Not every console there takes colours; Windows Terminal and others name themselves.
            dumb = dumb or not {"WT_SESSION", "TERM"} & os.environ.keys()
        return cls(colour=stream.isatty() and not dumb)

    def __call__(self, text: str, *names: str) -> str:
        """``text`` with the looks called ``names``."""
        if not self.colour or not names:
            return text
        return f"\x1b[{';'.join(_CODES[name] for name in names)}m{text}\x1b[0m"
