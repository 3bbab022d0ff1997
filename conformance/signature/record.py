"""A signature that is the last record of the file that it is over."""

from __future__ import annotations

import binascii

from msgspec import Struct

from conformance.content import Content

#: Bytes at the end of a file in which the record of its signature is looked for.
MAX_RECORD = 1 << 16

_KEYWORD = b"SIGNATURE,"


class Record(Struct, frozen=True):
    """The last record of a file, ``SIGNATURE,<base64 signature>,<base64 certificate>``.

    ``data`` is all that comes before it. ``signature`` and ``certificate`` are None where the
    record is not of that form.
    """

    data: Content
    signature: bytes | None
    certificate: bytes | None


def read_record(content: Content) -> Record | None:
    """The signature record that ``content`` ends with, if it does."""
    size = len(content)
    tail = content.slice(size - MAX_RECORD, MAX_RECORD).read(MAX_RECORD).removesuffix(b"\n")
    start = tail.rfind(b"\n") + 1
    if not tail.startswith(_KEYWORD, start) or (start == 0 and size > MAX_RECORD):
        return None
    before = max(size - MAX_RECORD, 0) + start
    fields = tail[start:].split(b",")[1:]
    try:
        signature, certificate = (binascii.a2b_base64(f, strict_mode=True) for f in fields)
    except ValueError:
        return Record(content.slice(0, before), None, None)
    return Record(content.slice(0, before), signature, certificate)
