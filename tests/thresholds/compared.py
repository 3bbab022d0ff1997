"""How comparisons of ADT Files look: ``python -m tests.thresholds.compared`` writes them.

The folder ``shown`` has each comparison as text for a terminal, and some as a page and as JSON.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from conformance.checks.context import Setting
from conformance.content import Content
from conformance.model.requirement import Kind as FileKind
from conformance.records.adt_change import compare
from conformance.report.style import Style
from conformance.submission.evidence import Submission
from conformance.thresholds.adt_file import AdtFile, read_adt_file
from conformance.thresholds.document import Comparison, document_of
from conformance.thresholds.page import page_of
from conformance.thresholds.text import text_of
from tests.checks.situation import HEADING, OTHER_ID, USER_ID, setting
from tests.corpus import FIXTURES
from tests.snapshots.texts import write_texts

SHOWN = Path(__file__).with_name("shown")
COMMAND = "python -m tests.thresholds.compared"
_SIGNED = FIXTURES / "cases" / "conforming" / "adt-rsa-attached" / "submission" / "adt.csv.p7m"
_ASSET = re.compile(r"(<(style|script)>).*?(</\2>)", re.DOTALL)


def rules(*records: str, user: str = USER_ID) -> bytes:
    """An ADT File of these records, each without its User ID."""
    return "".join(f"{user},{record}\n" for record in records).encode()


OLD = rules("IS,1.1.1,24,80,100", "IS,1.2.1,24,,200", "GS,,24,,5000", "IS,3.1,24,1,2")
#: 1.2.1 is gone, 1.1.1 and the rule of GS have other thresholds, 2.1 is new.
NEW = rules("GS,,24,7,5001", "IS,2.1,24,,7", "IS,1.1.1,24,80,120", "IS,3.1,24,1,2")
_MANY = [f"IS,1.1.1,{hours},,9" for hours in range(1, 13)]
_REPEATED = rules(*["IS,2.1,1,,9"] * 11, *["IS,2.1,2,,9"] * 10, *_MANY * 2, *_MANY[:11])
_BROKEN = HEADING + rules(
    "IS,1.1.1,24,80", "IS,1.2.1,24", " IS,1.1.1,24,80,100", "IS,2.1,24,101,100", "XX,3.1,24,1,2"
).replace(b",1,2\n", b",1,2\r\n")  # fmt: skip
_DAMAGED = rules("GS,,24,,1", "IS,2.1,24")
_HOSTILE = OLD + b"%b,<b>\x1b[31m,\xff\t,24,,1\n" % USER_ID.encode()


def _altered() -> Content:
    """The signed file in DER, with one digit changed after it was signed."""
    data = b64decode(b"".join(_SIGNED.read_bytes().splitlines()[1:-1]))
    assert data.count(b",8252\n") == 1
    return Content.of_bytes("altered.p7m", data.replace(b",8252\n", b",8253\n"))


#: The two files of each comparison, by the name of its files in ``shown``.
PAIRS: Mapping[str, Callable[[], tuple[bytes | Content, bytes | Content]]] = {
    "each-change": lambda: (OLD, NEW),
    "no-change": lambda: (OLD, b"".join(reversed(OLD.splitlines(keepends=True)))),
    "one-rule": lambda: (rules("GS,,24,,1"), rules("GS,,24,,1")),
    "all-gone": lambda: (OLD, b""),
    "repeated": lambda: (_REPEATED, rules(*_MANY)),
    "repeated-ten": lambda: (rules(*_MANY), rules(*_MANY[:10] * 2)),
    "broken": lambda: (_BROKEN, OLD),
    "same-damage": lambda: (_DAMAGED, _DAMAGED),
    "signed": lambda: (Content.of_file("signed.p7m", _SIGNED), _altered()),
    "other-user": lambda: (OLD, rules("GS,,24,,1", user=OTHER_ID)),
    "hostile": lambda: (OLD, _HOSTILE),
}
#: Comparisons that are shown in each form.
WHOLE = ("each-change", "broken", "hostile", "signed")


@cache
def _setting() -> Setting:
    return setting()


def read(name: str, data: bytes | Content) -> AdtFile:
    """The ADT File with this content."""
    content = data if isinstance(data, Content) else Content.of_bytes(f"{name}.csv", data)
    submission = Submission(f"some/{content.name}", FileKind.ADT, Path("some"), file=content)
    return read_adt_file(submission, _setting())


def comparison(name: str) -> Comparison:
    """The comparison that is called so."""
    old, new = (read(*one) for one in zip(("old", "new"), PAIRS[name](), strict=True))
    return Comparison(old, new, compare(old.table, new.table), _setting().profile)


def shown(name: str) -> Iterator[tuple[str, str]]:
    """Return each file of the comparison called ``name``, with its text."""
    found = comparison(name)
    lines = text_of(found, Style(colour=True))
    yield f"{name}.txt", "".join(line.replace("\x1b", "\\e") + "\n" for line in lines)
    if name in WHOLE:
        document = "".join(document_of(found)).replace(found.profile.digest, "...")
        yield f"{name}.json", re.sub(r'("version": )"\d+\.\d+\.\d+"', r'\1"..."', document)
        page = _ASSET.sub(r"\1...\3", page_of(found))
        yield f"{name}.html", re.sub(r"sha256-[A-Za-z0-9+/]{43}=", "sha256-...", page)


def files() -> Iterator[tuple[str, str]]:
    """Each file of the folder, with its text."""
    for name in PAIRS:
        yield from shown(name)


if __name__ == "__main__":
    write_texts(SHOWN, files())
