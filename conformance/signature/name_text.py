"""Distinguished names as text (RFC 4514): read, and compared with names in DER."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.signature.name import KEYWORDS, Comparable, comparable, comparable_encoding, folded

#: One attribute, and what is behind it. Values that are not text are DER in hexadecimal digits.
#: Nothing is tried again, so that a long value takes no longer than its length.
_ATTRIBUTE = re.compile(
    r"[ ]*+([A-Za-z][A-Za-z0-9-]*+|\d++(?:\.\d++)++)[ ]*+=[ ]*+"
    r"(?:#((?:[0-9A-Fa-f]{2})++)[ ]*+(?=[,+]|\Z)"
    r'|((?!#)(?:[^"+,;<>\\\0]|\\[ "#+,;<=>\\]|\\[0-9A-Fa-f]{2})*+))([,+]|\Z)'
)
_ESCAPED = re.compile(rb"\\([0-9A-Fa-f]{2}|.)")
#: Attributes by the names in RFC 4514, and others as OpenSSL calls them.
_TYPES = {name.lower(): type_ for type_, name in KEYWORDS.items()} | {
    "x500uniqueidentifier": "2.5.4.45",
    "serialnumber": "2.5.4.5",
    "emailaddress": "1.2.840.113549.1.9.1",
}


def read_text(text: str) -> Comparable:
    """Return what ``comparable`` would return for the same name in DER.

    Raises:
        ValueError: it is not a name as RFC 4514 writes it.
    """
    relatives: list[set[tuple[str, str | bytes]]] = [set()]
    for type_, value, behind in _attributes(text):
        relatives[-1].add((type_, value))
        if behind == ",":
            relatives.append(set())
    # The last part comes first.
    return [frozenset(one) for one in reversed(relatives)]


def names(text: str, name: bytes) -> bool:
    """Return True if ``text`` is ``name``, which is in DER, by RFC 5280, section 7.1."""
    return read_text(text) == comparable(name)


def _attributes(text: str) -> Iterator[tuple[str, str | bytes, str]]:
    """Yield the type, the value and what is behind it, of each attribute in order."""
    offset, behind = 0, ","
    while behind:
        found = _ATTRIBUTE.match(text, offset)
        type_ = found and _TYPES.get(found[1].lower(), found[1])
        if not found or not type_ or not type_[0].isdigit():
            raise ValueError("not a name")
        encoding, behind, offset = found[2], found[4], found.end()
        if encoding:
            # Text of a type without a name in RFC 4514 is written so, too.
            yield type_, comparable_encoding(type_, bytes.fromhex(encoding)), behind
        else:
            yield type_, _plain(found[3]), behind


def _plain(value: str) -> str:
    """Return a value without its escapes, as names are compared."""

    def unescaped(match: re.Match[bytes]) -> bytes:
        return bytes.fromhex(match[1].decode()) if len(match[1]) > 1 else match[1]

    return folded(_ESCAPED.sub(unescaped, value.encode()).decode())
