"""Files of other programs, recognised by how they begin: workbooks, archives, PDFs, messages.

Each has a name that a person at a desk knows, and what to do with it where a CSV file is wanted.
"""

from __future__ import annotations

import re
from enum import Enum

from conformance.content import Content
from conformance.phrases import capital

#: Bytes that are looked at, at the start of a file and at its end.
HEAD = 1 << 14


class Foreign(Enum):
    """A kind of file that is not CSV: what it is, and what to do about it."""

    EXCEL = "an Excel workbook", "fill in the sheet, and make the CSV file with `tadp make`"
    OLD_EXCEL = "an old Excel workbook (.xls)", "save it as .xlsx, and make the file of that"
    LOCKED = "an Office file with a password", "save it without the password"
    OPEN_DOCUMENT = "an OpenDocument spreadsheet (.ods)", "save it as .xlsx or as CSV"
    APPLE = (
        "a Numbers document of Apple's, or one of Pages or Keynote",
        "export it as .xlsx or as CSV",
    )
    WORD = "a Word document", "give the CSV file itself"
    OFFICE = "an Office document", "give the CSV file itself"
    ZIP = "a zip archive", "unpack it, and give the CSV file with its signature"
    ARCHIVE = "a compressed file or an archive", "unpack it, and give the file that is in it"
    PDF = "a PDF", "give the CSV file that it was made from"
    OUTLOOK = (
        "an Outlook message (.msg)",
        "save its attachments in a folder and give that, or save the message as .eml "
        "(in Outlook on the web: Download)",
    )
    TNEF = (
        "a file of Outlook's with attachments in it (winmail.dat)",
        "ask for the message as plain text or HTML, or give the file that is in it",
    )
    IMAGE = "an image", "give the CSV file itself"
    CONTACT = "a contact card", "give the CSV file itself"
    CALENDAR = "an entry of a calendar", "give the CSV file itself"
    HTML = (
        "a web page",
        "it may be what SharePoint shows where the session has ended: sign in again, and download "
        "the file itself",
    )
    RICH_TEXT = "a document in rich text", "give the CSV file itself"
    SHORTCUT = "a link to a page on the web (.url)", "give the CSV file itself"
    XML = "an XML file", "give the CSV file itself"

    def __init__(self, title: str, remedy: str) -> None:
        self.title = title
        self.remedy = remedy

    @property
    def hint(self) -> str:
        """The remedy, as a sentence of its own."""
        return f"{capital(self.remedy)}."

    @property
    def instead(self) -> str:
        """Return what to send in its place, where it was sent as a submission."""
        first = _TABLES.get(self)
        if self in (Foreign.OUTLOOK, Foreign.TNEF):
            return "Send the CSV file that was attached to the message, with its signature."
        if self in PACKED:
            return "Unpack it, and send the CSV file that is in it, with its signature."
        if self is Foreign.HTML:
            return self.hint
        if first is None:
            return f"{self.hint} Sign that."
        made = f"{first}, and make the CSV file" if first else "Make the CSV file from it"
        return f"{made} with `tadp make`. Sign the CSV file, and send that with its signature."


#: Those of a table, and what to do first with one of which no CSV file can be made.
_TABLES = {
    Foreign.EXCEL: "",
    Foreign.OLD_EXCEL: "Save it as .xlsx",
    Foreign.OPEN_DOCUMENT: "Save it as .xlsx",
    Foreign.APPLE: "Export it as .xlsx",
    Foreign.LOCKED: "Save it without the password",
}
#: Those with files in them, which may be signed.
PACKED = (Foreign.ZIP, Foreign.ARCHIVE)

#: How they begin. Those of text have an expression.
_MAGIC: tuple[tuple[bytes, Foreign], ...] = (
    (b"%PDF-", Foreign.PDF),
    (b"\x1f\x8b", Foreign.ARCHIVE),
    (b"BZh", Foreign.ARCHIVE),
    (b"\xfd7zXZ\0", Foreign.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Foreign.ARCHIVE),
    (b"Rar!\x1a\x07", Foreign.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Foreign.ARCHIVE),
    (b"MSCF\0\0\0\0", Foreign.ARCHIVE),
    (b"\x78\x9f\x3e\x22", Foreign.TNEF),
    (b"\x89PNG\r\n\x1a\n", Foreign.IMAGE),
    (b"\xff\xd8\xff", Foreign.IMAGE),
    (b"GIF87a", Foreign.IMAGE),
    (b"GIF89a", Foreign.IMAGE),
    (b"II*\0", Foreign.IMAGE),
    (b"MM\0*", Foreign.IMAGE),
    (b"{\\rtf", Foreign.RICH_TEXT),
    (b"[InternetShortcut]", Foreign.SHORTCUT),
)
_STARTS = tuple(magic for magic, _ in _MAGIC)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
#: A compound file, as Office wrote all of its files before 2007 and Outlook writes messages still.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Compiled when first used: most files begin with digits.
_TEXTS = (
    (rb"(?i)(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<svg[\s>]", Foreign.IMAGE),
    (
        rb"(?i)(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*"
        rb"(?:<!doctype html|<html|<head|<body)[\s>]",
        Foreign.HTML,
    ),
    (rb"(?i)begin:vcard\r?\n", Foreign.CONTACT),
    (rb"(?i)begin:vcalendar\r?\n", Foreign.CALENDAR),
    (rb"<\?xml\s", Foreign.XML),
)
_BLANK = b"\xef\xbb\xbf \t\r\n"


def foreign(content: Content) -> Foreign | None:
    """Return which file of another program ``content`` is, if it is one.

    Raises:
        SubmissionError: it cannot be read.
    """
    head = content.head(HEAD)
    if head.startswith(_STARTS):
        return next(kind for magic, kind in _MAGIC if head.startswith(magic))
    if head.startswith(_ZIP):
        return _zipped(head + _tail(content))
    if head.startswith(_COMPOUND):
        return _compound(content, head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Foreign.IMAGE
    text = head.lstrip(_BLANK)
    if text[:1] in (b"<", b"b", b"B"):
        return next((kind for words, kind in _TEXTS if re.match(words, text, re.DOTALL)), None)
    return None


def _tail(content: Content) -> bytes:
    size = len(content)
    return b"".join(content.slice(max(size - HEAD, 0), HEAD).chunks())


def _zipped(seen: bytes) -> Foreign:
    """Return what a zip archive is, by the names in it that were ``seen``."""
    if b"mimetypeapplication/vnd.oasis.opendocument" in seen:
        return Foreign.OPEN_DOCUMENT
    if b"Index/" in seen and b".iwa" in seen:
        return Foreign.APPLE
    if b"[Content_Types].xml" not in seen:
        return Foreign.ZIP
    if b"xl/" in seen:
        return Foreign.EXCEL
    return Foreign.WORD if b"word/" in seen else Foreign.OFFICE


def _compound(content: Content, head: bytes) -> Foreign:
    """Return what a compound file is, by the names of its streams or else by its own."""
    size = 1 << min(int.from_bytes(head[30:32], "little"), 12)
    start = (int.from_bytes(head[48:52], "little") + 1) * size
    directory = b"".join(content.slice(start, 1 << 12).chunks())
    for stream, kind in (
        ("EncryptedPackage", Foreign.LOCKED),
        ("__nameid_version", Foreign.OUTLOOK),
        ("__properties_version", Foreign.OUTLOOK),
        ("__substg1.0_", Foreign.OUTLOOK),
        ("Workbook", Foreign.OLD_EXCEL),
        ("Book", Foreign.OLD_EXCEL),
        ("WordDocument", Foreign.WORD),
    ):
        if stream.encode("utf-16-le") in directory:
            return kind
    by_name = {".msg": Foreign.OUTLOOK, ".xls": Foreign.OLD_EXCEL, ".doc": Foreign.WORD}
    return by_name.get(content.name[-4:].lower(), Foreign.OFFICE)
