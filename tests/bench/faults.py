"""Small files with one fault in their bytes each, which readers of CSV like to forgive."""

from __future__ import annotations

from collections.abc import Callable

#: The requirements that look at bytes, records, fields and keys; a file that is not signed
#: breaks clause 6.1 as well, which is not a fault of its bytes.
CLAUSES = ("6.1-2", "6.1-3", "6.1-4", "6.1-6", "6.5", "4.7(b)-2")


def faulty_files(good: bytes) -> dict[str, bytes]:
    """``good``, a conforming QCAF of ten records or more, with each fault in turn."""
    records = good.splitlines(keepends=True)
    middle = len(records) // 2

    def one(change: Callable[[bytes], bytes]) -> bytes:
        """The file with one record changed."""
        return b"".join([*records[:middle], change(records[middle]), *records[middle + 1 :]])

    def ended(end: bytes) -> bytes:
        return one(lambda record: record[:-1] + end)

    return {
        "CR LF after every record": good.replace(b"\n", b"\r\n"),
        "CR LF after one record": ended(b"\r\n"),
        "CR after one record": ended(b"\r"),
        "CR inside a field": one(lambda record: record[:5] + b"\r" + record[5:]),
        "a field in quotes": one(_quoted),
        "a quote inside a field": one(lambda record: record[:5] + b'"' + record[5:]),
        "a byte order mark": b"\xef\xbb\xbf" + good,
        "the last field left out": one(lambda record: record[: record.rindex(b",")] + b"\n"),
        "an empty field too many": ended(b",\n"),
        "a field too many": ended(b",x\n"),
        "a letter beyond ASCII": ended("\u00e9\n".encode()),
        "a byte that is not UTF-8": ended(b"\xe9\n"),
        "a NUL": ended(b"\0\n"),
        "NEL after one record": ended("\u0085".encode()),
        "U+2028 after one record": ended("\u2028".encode()),
        "a form feed": ended(b"\x0c\n"),
        "Ctrl-Z at the end": good + b"\x1a",
        "a blank record": one(lambda record: record + b"\n"),
        "a blank record at the end": good + b"\n",
        "a space before a field": one(lambda record: b" " + record),
        "a space after a field": ended(b" \n"),
        "a tab after a field": one(lambda record: record.replace(b",", b"\t,", 1)),
        "a header": b"RequestID,Variant,Event,At,Breach,Action\n" + good,
        "UTF-16": good.decode().encode("utf-16-le"),
        "NA for a value": one(lambda record: record[: record.rindex(b",") + 1] + b"NA\n"),
        "a # before a record": one(lambda record: b"#" + record),
        "an empty file": b"",
    }


def _quoted(record: bytes) -> bytes:
    first, comma, rest = record.partition(b",")
    return b'"' + first + b'"' + comma + rest
