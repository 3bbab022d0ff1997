"""Opening a filled-in sheet, whatever program saved it."""

from __future__ import annotations

from pathlib import Path

from conformance.errors import TadpError
from conformance.inputs import open_input
from conformance.preparation.sheet import Sheet
from conformance.preparation.text_sheet import TextSheet

#: How files of spreadsheet programs begin that are not read here.
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "is a workbook in a form that is not read here: an old one, or one with "
    "a password",
    b"%PDF": "is a PDF",
}


def open_sheet(path: Path, headings: tuple[str, ...], table: str | None = None) -> Sheet:
    """The sheet in the file at ``path``: a workbook (.xlsx), or text as programs export it.

    Of a workbook, the one called ``table``; or the only one whose first row has most of
    ``headings``. The content of the file tells which it is, not its name.

    Raises:
        TadpError: it cannot be read, or there is no such sheet, or no only one.
    """
    with open_input(path) as file:
        head = file.read(8)
    for magic, what in _OTHERS.items():
        if head.startswith(magic):
            raise TadpError(what, where=str(path), remedy="save it as .xlsx or as CSV")
    if head.startswith(b"PK"):
        from conformance.preparation.workbook import open_workbook

        return open_workbook(path, headings, table)
    if table is not None:
        raise TadpError("has no sheets to choose from", where=str(path), remedy="omit --sheet")
    return TextSheet.open(path, headings)
