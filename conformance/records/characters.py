"""The characters of a record: clause 6.1's sign U+25B2, and the profile's character set."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import assert_never

from conformance.model.profile import CharacterSet
from conformance.model.rule import Rule
from conformance.records.fault import Fault
from conformance.records.layout import Layout
from conformance.records.wording import named, typed

_PRINTABLE = b"[\\x20-\\x7e]"
#: Well-formed UTF-8 of more than one byte, without the controls U+0080 to U+009F.
_MULTIBYTE = (
    b"|\\xc2[\\xa0-\\xbf]|[\\xc3-\\xdf][\\x80-\\xbf]"
    b"|\\xe0[\\xa0-\\xbf][\\x80-\\xbf]|[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}"
    b"|\\xed[\\x80-\\x9f][\\x80-\\xbf]"
    b"|\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}|[\\xf1-\\xf3][\\x80-\\xbf]{3}"
    b"|\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}"
)


def _set(name: CharacterSet) -> tuple[bytes, str]:
    """Return an expression for the characters of a set that are ASCII, and the set in words."""
    match name:
        case CharacterSet.PRINTABLE_ASCII:
            return _PRINTABLE, "printable ASCII characters, 0x20 to 0x7E"
        case CharacterSet.ASCII:
            ascii_ = b"[\\x00-\\x09\\x0b\\x0c\\x0e-\\x7f]"
            return ascii_, "ASCII characters, 0x00 to 0x7F"
        case CharacterSet.LATIN_1:
            latin = b"[\\x20-\\x7e\\xa0-\\xff]"
            return latin, "characters of Latin-1 (ISO 8859-1) other than control characters"
        case CharacterSet.UTF_8:
            return _PRINTABLE, "UTF-8 without control characters"
        case _:
            assert_never(name)


class Characters:
    """Holds the bytes of fields to the sign's absence and to the character set."""

    def __init__(self, layout: Layout) -> None:
        name = layout.format.characters
        multibyte = _MULTIBYTE if layout.multibyte else b""
        plain, self._expected = _set(name)
        self._allowed = re.compile(b"(?:" + plain + b"++" + multibyte + b")++")
        if layout.multibyte and name != CharacterSet.UTF_8:
            self._expected += ", or others in UTF-8"
        self._sign, self._has_sign = layout.dialect.record_sign, layout.has_sign
        self._profile = (layout.entry("characters"),)
        self._encoding = "latin-1" if layout.latin else "utf-8"

    def all_allowed(self, raw: bytes) -> bool:
        """Return True if ``raw`` has no sign and no character but those allowed."""
        return not self._has_sign(raw) and (not raw or self._allowed.fullmatch(raw) is not None)

    def all_wrong(self, raw: bytes) -> bool:
        """Return True if there is something in ``raw``, but no sign and no allowed character."""
        return bool(raw) and not self._has_sign(raw) and self._allowed.search(raw) is None

    def faults(self, raw: bytes, start: int, field: int | None) -> Iterator[Fault]:
        """The faults of the field ``raw``, which begins at ``start`` of its record.

        A field with the sign is not looked at any further: one fault breaks one rule. All other
        characters that it may not have are one fault, at the first.
        """
        if self._has_sign(raw):
            yield from self._signs(raw, start, field)
            return
        runs: list[tuple[int, bytes]] = []
        position = 0
        for allowed in self._allowed.finditer(raw):
            if position < allowed.start():
                runs.append((position, raw[position : allowed.start()]))
            position = allowed.end()
        if position < len(raw):
            runs.append((position, raw[position:]))
        if field is None:
            for position, run in runs:
                yield self._fault([run], start + position, field)
        elif runs:
            yield self._fault([run for _, run in runs], start + runs[0][0], field)

    def _signs(self, raw: bytes, start: int, field: int | None) -> Iterator[Fault]:
        position = raw.find(self._sign)
        while position >= 0:
            yield Fault(
                Rule.RECORD_SIGN,
                f"the sign {named(self._sign)} is in the data",
                found=named(self._sign),
                expected="no such sign",
                start=start + position,
                length=len(self._sign),
                field=field,
                notes=("record-sign",),
            )
            position = raw.find(self._sign, position + len(self._sign))

    def _fault(self, runs: list[bytes], start: int, field: int | None) -> Fault:
        """Return the fault that characters are there which may not be; ``start`` is the first's."""
        run, others = runs[0], len(runs) - 1
        known = typed(run, self._encoding)
        found, remedy = known or (named(run, self._encoding), None)
        if others:
            same = all(run == other for other in runs)
            found += f", {len(runs)} times" if same else f", and {others} more"
        # By another reading of the note, those outside ASCII may be there.
        by_reading = self._encoding != "latin-1" and not any(map(bytes.isascii, runs))
        return Fault(
            Rule.CHARACTERS,
            "a character that the file may not have",
            found=found,
            expected=self._expected,
            start=start,
            length=len(run),
            field=field,
            hint=remedy,
            notes=("character-set",) if by_reading else (),
            profile=self._profile,
        )


def foreign_encoding(head: bytes) -> str | None:
    """The name of the encoding with more than one byte a character that ``head`` is in, if any.

    ``head`` is the first bytes of the file, some tens of them.
    """
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "UTF-32"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    if len(head) < 4 or b"\0" not in head or not any(head):
        return None
    even, odd = any(head[0::2]), any(head[1::2])
    if even and odd:
        return None
    # UTF-32 has a NUL in three places of four, UTF-16 in one of two.
    used = head[0::2] if even else head[1::2]
    return "UTF-32" if not (any(used[0::2]) and any(used[1::2])) else "UTF-16"
