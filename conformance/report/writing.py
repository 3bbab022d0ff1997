"""Writing reports to files, whole or not at all, and to standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from conformance.report.formats import format_of, render
from conformance.report.serialising import report_pieces
from conformance.staging import naming_errors, staged


def write_reports(report: Mapping[str, Any], paths: Iterable[Path]) -> None:
    """Write ``report`` to each of ``paths``, in the format that its ending names.

    Raises:
        OSError: a file cannot be written; the one that was there before is left as it was.
    """
    for path in paths:
        name = format_of(path)
        # The raw report is by far the longest, and is the one that need not be in memory.
        text = report_pieces(report) if name == "json" else (render(report, name),)
        write_pieces(path, (piece.encode("utf-8") for piece in text))


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` into the file at ``path`` at once: no reader ever sees a part of it.

    Raises:
        OSError: it cannot be written; the file that was there before is left as it was.
    """
    write_pieces(path, (data,))


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Put ``pieces`` into the file at ``path`` one after the other; no reader ever sees a part.

    It is written beside it under another name and renamed. What is not a plain file, such as a
    pipe or ``/dev/stdout``, is written to as it is.

    Raises:
        OSError: it cannot be written; the file that was there before is left as it was.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        with naming_errors(path), path.open("wb") as file:
            file.writelines(pieces)
        return
    with staged(path) as new:
        with new.part.open("wb") as file:
            file.writelines(pieces)
        new.keep()


def show(text: str) -> None:
    """Write a whole document to standard output, in UTF-8 as it would be in a file."""
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    buffer.write(text.encode("utf-8"))
    buffer.flush()
