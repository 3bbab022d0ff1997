"""Showing bytes and text of the input so that nothing in them is obeyed, and everything seen."""

from __future__ import annotations

import json
import re
from typing import Any

_UNPLAIN = re.compile(r"[^\n -~]|##(?=\[)")
#: What a runner of continuous integration takes for a command to itself, in whatever it is shown:
#: GitHub's ``##[`` anywhere, and ``::`` at the start of a line.
_COMMAND = re.compile(r"##(?=\[)|^\s*:(?=:)", re.MULTILINE)


def visible_text(text: str, width: int = 400) -> str:
    """``text`` with control and format characters escaped, cut after ``width`` characters."""
    if len(text) <= width and text.isprintable():
        return text
    cut = text[:width]
    shown = cut if cut.isprintable() else "".join(_shown(character) for character in cut)
    return shown if len(text) <= width else shown + "..."


def visible_json(value: Any) -> str:
    """``value`` as JSON, in which the characters that ``visible_text`` escapes are escaped too."""
    return escape_invisible(json.dumps(value, ensure_ascii=False, indent=1))


def escape_invisible(text: str) -> str:
    """JSON ``text`` with the characters escaped that a terminal obeys or that are invisible."""
    if text.isascii() and text.replace("\n", "").isprintable() and "##[" not in text:
        return text
    return _UNPLAIN.sub(_escaped, text)


def without_commands(text: str) -> str:
    """``text`` with the character escaped that would make a command to a runner of what follows."""
    if "##[" not in text and "::" not in text:
        return text
    return _COMMAND.sub(lambda match: f"{match[0][:-1]}\\u{ord(match[0][-1]):04x}", text)


def markup_without_commands(text: str) -> str:
    """``text`` of XML or HTML with such a character as a reference, which reads the same."""
    return text.replace("##[", "#&#35;[")


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if character == "\x7f":
        return "\\u007f"
    if character == "##":
        return "#\\u0023"
    return character if character.isprintable() else json.dumps(character)[1:-1]


def visible_bytes(data: bytes, start: int, length: int) -> tuple[str, int, int]:
    r"""``data`` as text, with the place ``start``, ``length`` counted in that text.

    Control characters become the pictures that Unicode has for them; what is UTF-8 is shown as
    the characters that it means; any other byte as ``\x`` and two digits.
    """
    pieces: list[str] = []
    starts: dict[int, int] = {}
    position = total = 0
    while position < len(data):
        starts[position] = total
        piece, size = _piece(data, position)
        pieces.append(piece)
        for inner in range(position + 1, position + size):
            starts[inner] = total
        total += len(piece)
        position += size
    starts[len(data)] = total
    first = starts[min(start, len(data))]
    last = starts[min(start + length, len(data))]
    return "".join(pieces), first, max(last - first, 0)


def _piece(data: bytes, position: int) -> tuple[str, int]:
    byte = data[position]
    if byte < 0x80:
        return _shown(chr(byte)), 1
    for size in (2, 3, 4):
        try:
            return _shown(data[position : position + size].decode("utf-8")), size
        except UnicodeDecodeError:
            continue
    return f"\\x{byte:02x}", 1


def _shown(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if not character.isprintable():
        # A terminal or a page could obey it, or it is invisible.
        return f"\\u{code:04x}"
    return character
