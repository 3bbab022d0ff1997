"""Shows the shape of what a report quotes, and hides what it says.

A letter becomes an A or an a, a digit a 9, and only what is known to be harmless stays:
punctuation, the suite's own words, and a character that is at fault and neither a letter nor a
digit. Nothing is looked for, so nothing can be missed. A text keeps its length, so that places in
it stay right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from conformance.report.vocabulary import AROUND, Vocabulary, is_hexadecimal

#: The text that ``visible_bytes`` and its like write for a hidden byte or character.
_ESCAPE = re.compile(r"(\\[xuU])([0-9a-f]{8}|[0-9a-f]{4}|[0-9a-f]{2})")
#: The shape of a digest would be enough to try what it may be the digest of.
_DIGEST = re.compile(r"[0-9A-Fa-f]{32,}|[0-9A-Za-z+/]{40,}={0,2}")
#: Beyond ASCII: pictures of control characters, dashes, quotation marks, signs.
_HARMLESS = frozenset(
    "".join(map(chr, range(0x2400, 0x2422)))
    + "\u00a0\u00a3\u00a7\u00ac\u00b0\u00b7\u2010\u2011\u2012\u2013\u2014\u2015\u2018\u2019\u201c"
    + "\u201d\u2022\u2026\u20ac\u25b2\ufffd"
)
_HIDDEN = "?"
#: Categories beyond ASCII without letters; a letter in a circle is one.
_PLAIN = frozenset({"Cc", "Cf", "Pd", "Pi", "Pf", "Zl", "Zp", "Zs"})
_WORD = re.compile(r"\S+")
#: Text between apostrophes is a value, whatever words it has.
_OPENING = re.compile(r"(?<![0-9A-Za-z])'")
_CLOSING = re.compile(r"'(?![0-9A-Za-z])")
#: A place in a file, such as a record.
_PLACE = re.compile(
    r"\b(?:byte|character|field|line|record) ([0-9]{1,3}(?:,[0-9]{3}){0,3})(?![0-9A-Za-z,-])"
)
#: How many there are of what is counted.
_COUNT = re.compile(
    r"(?<![0-9A-Za-z.,:-])([0-9]{1,3}(?:,[0-9]{3}){0,3}) "
    r"(?:more|(?:bit|byte|CA|certificate|character|digit|field|hour|part|record|rule|signature|signer"
    r"|value)s?)\b"
)
#: A clause, and a rule of the profile under it.
_RULE = re.compile(r"\b(?:rule|clause) ([0-9]{1,2}(?:\.[0-9]{1,2}){1,2})(?::([0-9A-Za-z_-]+))?")
#: One character by its number and its bytes, or by its bytes alone; CR LF is one.
_CHARACTER = re.compile(r"(?:\bU\+[0-9A-F]{4,6} )?\((0x[0-9A-F]{2}(?: 0x[0-9A-F]{2}){0,3})\)")

#: One character by its number alone.
_CODE = re.compile(r"\(U\+([0-9A-F]{4})\)")


def masked_value(text: str) -> str:
    """``text`` as its shape alone."""
    shape = text.translate(_ASCII) if text.isascii() else "".join(map(_masked, text))
    for match in _ESCAPE.finditer(text):
        shape = _put(shape, match.start(), match[1] + _HIDDEN * len(match[2]))
    for match in _DIGEST.finditer(text):
        shape = _put(shape, match.start(), _HIDDEN * len(match[0]))
    return shape


def masked_text(text: str, words: Vocabulary) -> str:
    """``text``, which quotes something in words of the suite's own, with these words."""
    if words.has(text):
        return text
    shape = masked_value(text)
    first, last = _value_in(text)
    for start, end in _kept(text, words):
        if end <= first or start >= last:
            shape = _put(shape, start, text[start:end])
    return shape


def _put(text: str, start: int, piece: str) -> str:
    return f"{text[:start]}{piece}{text[start + len(piece) :]}"


def _value_in(text: str) -> tuple[int, int]:
    """Where the values are in a text, from the first apostrophe to the last."""
    first = _OPENING.search(text)
    closing = [match.end() for match in _CLOSING.finditer(text)]
    if first is None:
        return len(text), len(text)
    return first.start(), max([*closing, first.end()]) if closing else len(text)


def _kept(text: str, words: Vocabulary) -> Iterator[tuple[int, int]]:
    """The parts of a text that are the suite's own."""
    for pattern in (_PLACE, _COUNT, _RULE):
        for match in pattern.finditer(text):
            yield match.span(1)
    for match in _RULE.finditer(text):
        if words.knows(match[2] or ""):
            yield match.span(2)
    for match in _CHARACTER.finditer(text):
        if _is_harmless(match[1]):
            yield match.span()
    for match in _CODE.finditer(text):
        if _is_plain(chr(int(match[1], 16))):
            yield match.span()
    yield from words.phrases(text)
    yield from _known(text, words)


def _known(text: str, words: Vocabulary) -> Iterator[tuple[int, int]]:
    """The suite's own words in a text, as far as they cannot be parts of an EUI-64."""
    known: list[tuple[int, int, bool]] = []
    for match in _WORD.finditer(text):
        left = match[0].lstrip(AROUND)
        word = left.rstrip(AROUND)
        start = match.start() + len(match[0]) - len(left)
        if word and words.knows(word):
            known.append((start, start + len(word), is_hexadecimal(word)))
        else:
            known.append((start, start, True))
    for number, (start, end, doubtful) in enumerate(known):
        # A pair of letters beside others that may be hexadecimal is part of an EUI-64.
        beside = known[max(number - 1, 0) : number + 2]
        if start < end and (not doubtful or not all(other[2] for other in beside)):
            yield start, end


def _is_harmless(written: str) -> bool:
    """Return True if the bytes are a character that is neither a letter nor a digit, or CR LF."""
    data = bytes(int(byte, 16) for byte in written.split())
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return text == "\r\n" or (len(text) == 1 and _is_plain(text))


def _is_plain(character: str) -> bool:
    if character.isascii():
        return not character.isalnum()
    return character in _HARMLESS or (
        character <= "\uffff" and unicodedata.category(character) in _PLAIN
    )


def _masked(character: str) -> str:
    if character.isascii():
        return chr(_ASCII.get(ord(character), ord(character)))
    if character in _HARMLESS:
        return character
    category = unicodedata.category(character)
    match category[0]:
        case "L":
            return "A" if category in ("Lu", "Lt") else "a"
        case "N":
            return "9"
        case _:
            return _HIDDEN


_ASCII = {
    **{code: ord("A") for code in range(ord("A"), ord("Z") + 1)},
    **{code: ord("a") for code in range(ord("a"), ord("z") + 1)},
    **{code: ord("9") for code in range(ord("0"), ord("9") + 1)},
}
