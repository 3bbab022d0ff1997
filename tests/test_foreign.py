"""Files of other programs are recognised by how they begin, and what to do with each is said."""

from __future__ import annotations

import pytest

from conformance.content import Content
from conformance.foreign import Foreign, foreign

#: Names of streams in a compound file, and what it then is.
STREAMS = {
    "EncryptedPackage": Foreign.LOCKED,
    "__nameid_version": Foreign.OUTLOOK,
    "Workbook": Foreign.OLD_EXCEL,
    "Book": Foreign.OLD_EXCEL,
    "WordDocument": Foreign.WORD,
}


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7", Foreign.PDF),
        (b"\x1f\x8b\x08\x00", Foreign.ARCHIVE),
        (b"BZh91AY", Foreign.ARCHIVE),
        (b"\xfd7zXZ\0\0\4", Foreign.ARCHIVE),
        (b"7z\xbc\xaf\x27\x1c\0\4", Foreign.ARCHIVE),
        (b"Rar!\x1a\x07\x01\0", Foreign.ARCHIVE),
        (b"\x28\xb5\x2f\xfd\x04", Foreign.ARCHIVE),
        (b"MSCF\0\0\0\0\x2c", Foreign.ARCHIVE),
        (b"\x78\x9f\x3e\x22\x01", Foreign.TNEF),
        (b"\x89PNG\r\n\x1a\n\0", Foreign.IMAGE),
        (b"\xff\xd8\xff\xe0", Foreign.IMAGE),
        (b"GIF87a\1", Foreign.IMAGE),
        (b"GIF89a\1", Foreign.IMAGE),
        (b"II*\0\x08", Foreign.IMAGE),
        (b"MM\0*\0", Foreign.IMAGE),
        (b"RIFF\1\2\3\4WEBPVP8 ", Foreign.IMAGE),
        (b"{\\rtf1", Foreign.RICH_TEXT),
        (b"[InternetShortcut]\r\n", Foreign.SHORTCUT),
        (b"BEGIN:VCARD\r\n", Foreign.CONTACT),
        (b"begin:vcard\n", Foreign.CONTACT),
        (b"begin:vcalendar\n", Foreign.CALENDAR),
        (b'<?xml version="1.0"?><svg>', Foreign.IMAGE),
        (b"<!-- by\nhand --><svg>", Foreign.IMAGE),
        (b"\xef\xbb\xbf <!DOCTYPE html>", Foreign.HTML),
        (b"<?xml version='1.0'?><a/>", Foreign.XML),
        (b"70-B3-D5-1F-30-01-00-00,IS", None),
        (b"book,begin\n", None),
        (b"", None),
    ],
)
def test_a_file_is_recognised_by_how_it_begins(head: bytes, kind: Foreign | None) -> None:
    assert foreign(Content.of_bytes("file", head)) is kind


@pytest.mark.parametrize("stream", STREAMS)
def test_a_compound_file_is_what_its_directory_says(stream: str) -> None:
    # Sectors of 512 bytes, the directory in the tenth after the header.
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(30, b"\0") + (9).to_bytes(2, "little")
    head = head.ljust(48, b"\0") + (9).to_bytes(4, "little")
    data = head.ljust(10 * 512, b"\0") + stream.encode("utf-16-le").ljust(512, b"\0")
    assert foreign(Content.of_bytes("file", data)) is STREAMS[stream]


def test_each_foreign_file_has_advice_on_what_to_send_in_its_place() -> None:
    said = {kind: kind.instead for kind in Foreign}
    unpack = {kind for kind, text in said.items() if text.startswith("Unpack it")}
    assert unpack == {Foreign.ZIP, Foreign.ARCHIVE}
    attached = {kind for kind, text in said.items() if "attached to the message" in text}
    assert attached == {Foreign.OUTLOOK, Foreign.TNEF}
    made = {kind for kind, text in said.items() if "`tadp make`" in text}
    tables = {"EXCEL", "OLD_EXCEL", "LOCKED", "OPEN_DOCUMENT", "APPLE"}
    assert {kind.name for kind in made} == tables
