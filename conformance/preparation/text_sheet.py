"""A sheet that a program exported as text: CSV in the ways that spreadsheets write it.

Clause 6.1's dialect is for what is sent; this is for what people have. A semicolon or a tab, a
byte order mark, CR LF, quotes and Windows characters are understood here, and nowhere else.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from conformance.errors import TadpError
from conformance.preparation.headings import likeness, likest
from conformance.preparation.sheet import Row, is_blank

#: The largest file that is read, in bytes, and the longest line, in characters.
MAXIMUM_BYTES = 512 << 20
MAXIMUM_LINE = 1 << 17
_SEPARATORS = ",;\t|"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ADVICE = "save the sheet as CSV (UTF-8) or as .xlsx"


class TextSheet:
    """The rows of a text file, which may have a line ``sep=`` as Excel writes it."""

    def __init__(self, path: Path, encoding: str, separator: str, doubted: bool = True) -> None:
        self._path = path
        self._encoding = encoding
        self._separator = separator
        self._doubted = doubted

    @classmethod
    def open(cls, path: Path, headings: Sequence[str], doubted: bool = True) -> TextSheet:
        """The sheet at ``path``; the separator is the one by which most headings are found.

        Where there are none, it is the one that makes the most of the first row.

        Raises:
            TadpError: it is too large, or is not text.
        """
        size = path.stat().st_size
        if size > MAXIMUM_BYTES:
            raise TadpError(
                f"has {size:,} bytes, more than the {MAXIMUM_BYTES:,} that are read",
                where=str(path),
            )
        encoding = _encoding(path)
        first = {s: _first(cls(path, encoding, s), headings) for s in _SEPARATORS}
        return cls(
            path,
            encoding,
            max(_SEPARATORS, key=lambda s: (likeness(first[s], headings), len(first[s]))),
            doubted,
        )

    @property
    def name(self) -> str:
        return str(self._path)

    @property
    def remarks(self) -> tuple[str, ...]:
        return ()

    @property
    def doubted(self) -> bool:
        return self._doubted

    def place(self, row: int, column: int | None) -> str:
        """``line 7, column 3``."""
        return f"line {row}" if column is None else f"line {row}, column {column + 1}"

    def rows(self) -> Iterator[Row]:
        """The rows, numbered by the line on which each begins.

        Raises:
            TadpError: quotes do not match, or a line is too long.
        """
        with self._path.open(encoding=self._encoding, newline="") as file:
            lines = self._lines(file)
            reader = csv.reader(lines, delimiter=self._separator, strict=True)
            before = 0
            try:
                for values in reader:
                    number, before = before + 1, reader.line_num
                    excels = number == 1 <= len(values) <= 2 and values[0].startswith("sep=")
                    if not excels and not all(map(is_blank, values)):
                        yield Row(number, tuple(values))
            except csv.Error as error:
                raise TadpError(
                    f"line {reader.line_num} cannot be read: {error}",
                    where=self.name,
                    remedy="look at the quotes there",
                ) from None

    def _lines(self, file: TextIO) -> Iterator[str]:
        for number in itertools.count(1):
            line = file.readline(MAXIMUM_LINE + 1)
            if len(line) > MAXIMUM_LINE:
                raise TadpError(f"line {number} is too long for a sheet", where=self.name)
            if not line:
                return
            yield line


def _first(sheet: TextSheet, headings: Sequence[str]) -> Sequence[str]:
    """The row that has most of the headings, or else the first that is not blank."""
    row = likest(_readable(sheet), headings)
    return () if row is None else [value for value in row.values if isinstance(value, str)]


def _readable(sheet: TextSheet) -> Iterator[Row]:
    """Yield the rows up to one that cannot be read.

    By another separator it can be, or reading it will say what is wrong.
    """
    with contextlib.suppress(TadpError):
        yield from sheet.rows()


def _encoding(path: Path) -> str:
    """The encoding of the text at ``path``: as its mark says, else UTF-8, else Windows-1252."""
    with path.open("rb") as file:
        head = file.read(4)
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    for name in (marked,) if marked else ("utf-8", "cp1252"):
        if _decodes(path, name):
            return name
    raise TadpError("is not text", where=str(path), remedy=_ADVICE)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 18):
                if "\0" in decoder.decode(block):
                    return False
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
