"""Bytes in words."""

from __future__ import annotations

import pytest

from conformance.model.types.choice import listed
from conformance.records.wording import named, quoted


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\r\n", "CR LF (0x0D 0x0A)"),
        (b"\t", "TAB (0x09)"),
        (b"\0", "NUL (0x00)"),
        (b" ", "space (0x20)"),
        (b";", "';' (0x3B)"),
        (b"\x01", "U+0001 (0x01)"),
        ("\u2028".encode(), "U+2028 (0xE2 0x80 0xA8)"),
        ("\u00e9\U0001f600".encode(), "U+00E9 U+1F600 (0xC3 0xA9 0xF0 0x9F 0x98 0x80)"),
        (b"\xe9", "bytes that are not UTF-8 (0xE9)"),
    ],
)
def test_characters_have_names(data: bytes, words: str) -> None:
    assert named(data) == words


def test_more_than_16_bytes_are_counted() -> None:
    assert named(b"\n" * 16) == " ".join(["LF"] * 16) + f" ({' '.join(['0x0A'] * 16)})"
    assert named(b"\n" * 17).endswith(") and 1 more bytes")


def test_values_are_quoted_and_cut() -> None:
    assert quoted(b"a b") == "'a b'"
    assert quoted("\u00e9".encode()) == "'\u00e9'"
    assert quoted(b"a\tb\x00\xff") == r"'a\tb\x00\xff'"
    assert quoted(b"x" * 60) == f"'{'x' * 60}'"
    assert quoted(b"x" * 61) == f"'{'x' * 60}...' (61 bytes)"
    assert quoted(b"\xff" * 5000) == rf"'{chr(92)}xff" + r"\xff" * 14 + "...' (5000 bytes)"


def test_values_are_listed() -> None:
    assert listed(()) == "no value"
    assert listed(("A",)) == "A"
    assert listed(("A", "B")) == "A or B"
    assert listed(("A", "B", "C")) == "A, B or C"
    assert listed(tuple("ABCDEFGH")) == "A, B, C, D, E, F, G or H"
    assert listed(tuple("ABCDEFGHI")) == "one of the 9 values of the profile"
