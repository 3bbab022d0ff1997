"""Bytes in words, for findings."""

from __future__ import annotations

_NAMES = {0x00: "NUL", 0x09: "TAB", 0x0A: "LF", 0x0B: "VT", 0x0C: "FF", 0x0D: "CR", 0x1A: "SUB"}
_NAMES |= {0x1B: "ESC", 0x20: "space", 0x7F: "DEL"}

#: Characters that a program puts in place of what was typed: their names, and what to do.
_TYPED = {
    **dict.fromkeys("\u2010\u2011\u2212", ("a sign that looks like a hyphen", "Type a hyphen.")),
    **dict.fromkeys("\u2012\u2013\u2014\u2015", ("a long dash", "Type a hyphen.")),
    **dict.fromkeys("\u2018\u2019", ("a curly apostrophe", "Type a straight one.")),
    **dict.fromkeys("\u201c\u201d", ("a curly quotation mark", "Type a straight one.")),
    **dict.fromkeys(
        "\u00a0\u202f\u2007", ("a no-break space", "Type an ordinary space, or delete it.")
    ),
    **dict.fromkeys("\u200b\u200e\u200f\ufeff", ("a sign that cannot be seen", "Delete it.")),
    "\u2026": ("three dots in one sign", "Type three full stops."),
}

#: Characters of a value that are shown.
SHOWN = 60


def hexadecimal(data: bytes) -> str:
    """``0x0D 0x0A``."""
    return " ".join(f"0x{byte:02X}" for byte in data)


def named(data: bytes, encoding: str = "utf-8") -> str:
    """Characters by name and bytes: ``CR LF (0x0D 0x0A)``, ``U+2028 (0xE2 0x80 0xA8)``.

    At most 16 bytes are named.
    """
    if len(data) > 16:
        return f"{named(data[:16], encoding)} and {len(data) - 16} more bytes"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return f"bytes that are not UTF-8 ({hexadecimal(data)})" if data else ""
    return f"{' '.join(map(_name, text))} ({hexadecimal(data)})"


def _name(character: str) -> str:
    code = ord(character)
    if code in _NAMES:
        return _NAMES[code]
    if 0x20 < code < 0x7F:
        return f"'{character}'"
    return f"U+{code:04X}"


def typed(data: bytes, encoding: str = "utf-8") -> tuple[str, str] | None:
    """Return what a person calls the one character in ``data``, and what to do about it.

    None: it is several, or one that no program puts there by itself.
    """
    character = data.decode(encoding, "replace")
    if character not in _TYPED:
        return None
    name, remedy = _TYPED[character]
    return f"{name} ({_name(character)})", remedy


def quoted(value: bytes) -> str:
    """A value between apostrophes, cut at ``SHOWN`` characters, with all bytes visible."""
    cut = value[: 4 * SHOWN]
    text = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in cut.decode(errors="backslashreplace")
    )
    if len(text) > SHOWN or len(cut) < len(value):
        return f"'{text[:SHOWN]}...' ({len(value)} bytes)"
    return f"'{text}'"
