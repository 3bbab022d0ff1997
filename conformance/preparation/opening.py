"""Opening a filled-in sheet, whatever program saved it."""

from __future__ import annotations

from pathlib import Path

from conformance.content import Content
from conformance.errors import TadpError
from conformance.foreign import Foreign, foreign
from conformance.preparation.sheet import Sheet
from conformance.preparation.text_sheet import TextSheet

#: Files opened as a workbook, so that the error says what is wrong with one.
_WORKBOOKS = {Foreign.EXCEL, Foreign.OFFICE, Foreign.ZIP}


def open_sheet(
    path: Path, headings: tuple[str, ...], table: str | None = None, *, as_written: bool = False
) -> Sheet:
    """The sheet in the file at ``path``: a workbook (.xlsx), or text as programs export it.

    Of a workbook, the one called ``table``; or the only one of which a row has most of
    ``headings``. The content of the file tells which it is, not its name. Of text that is not
    ``as_written``, a program may have shortened numbers.

    Raises:
        TadpError: it cannot be read, or there is no such sheet, or no only one.
    """
    kind = foreign(Content.of_file(str(path), path))
    if kind in _WORKBOOKS:
        from conformance.preparation.workbook import open_workbook

        return open_workbook(path, headings, table)
    if kind is not None:
        what = f"is {kind.title}, which is not read here"
        raise TadpError(what, where=str(path), remedy="save it as .xlsx or as CSV")
    if table is not None:
        raise TadpError("has no sheets to choose from", where=str(path), remedy="omit --sheet")
    return TextSheet.open(path, headings, doubted=not as_written)
