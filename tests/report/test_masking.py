"""Text that may quote anything, masked: it keeps its shape, and words that are the suite's own."""

from __future__ import annotations

import re

import pytest

from conformance.report.masking import masked_text, masked_value
from conformance.report.vocabulary import Vocabulary, own_words

WORDS = Vocabulary(["Zorb kept, with the zorbing of Gnarl 7"], ["v2.0", "breach-of-setter"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A1-b2,Jane 07", "A9-a9,Aaaa 99"),
        ("A1_B2/C3--D4\t'E5'%20", "A9_A9/A9--A9\t'A9'%99"),
        ("A\u24001\u2400-\u2400", "A\u24009\u2400-\u2400"),
        ("\\xff7\\u200bZ\\x4", "\\x??9\\u????A\\a9"),
        ("\u0416\u0436\u0660\u00b2\u2163\u24d0\U0001f130\u0301\U000e0041", "Aa999????"),
        ("\u25b2\u2013\u201c\u20ac", "\u25b2\u2013\u201c\u20ac"),
        ("d" * 31, "a" * 31),
        ("0d" * 16, "?" * 32),
        ("Ab+/" * 10 + "=", "?" * 41),
    ],
)
def test_the_shape_of_a_value_is_all_that_is_shown(text: str, shown: str) -> None:
    assert masked_value(text) == shown
    assert len(shown) == len(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        # A whole text, and words of one.
        ("Zorb kept, with the zorbing of Gnarl 7",) * 2,
        ("kept by Jane, Gnarl 7", "kept by Aaaa, Gnarl 9"),
        ("kept 'with the zorbing' of Gnarl", "kept 'aaaa aaa aaaaaaa' of Gnarl"),
        ("kept 'it's Gnarl", "kept 'aa'a Aaaaa"),
        ("Gnarl's kept", "Aaaaa'a kept"),
        ("kept/zorbing kept-7", "kept/zorbing aaaa-9"),
        # A possible part of an EUI-64 is shown only beside other words.
        ("to be kept", "to be kept"),
        ("be", "aa"),
        ("de ad be ef", "aa aa aa aa"),
        ("be FF", "aa AA"),
        # Places, numbers of things, clauses and rules.
        ("record 1,234 and record 12345", "record 1,234 and record 99999"),
        ("field 7-8", "field 9-9"),
        ("kept 1,024 bytes, 7 fields", "kept 1,024 bytes, 7 fields"),
        ("12345 bytes 0,7 bytes A-7 bytes", "99999 bytes 9,9 bytes A-9 bytes"),
        ("kept by rule 6.3:breach-of-setter", "kept by rule 6.3:breach-of-setter"),
        ("kept by rule 6.3:jane", "kept by rule 6.3:aaaa"),
        ("kept in edition v2.0", "kept in edition v2.0"),
        # The character at fault, unless it is a letter or a digit.
        ("TAB (0x09)", "TAB (0x09)"),
        ("U+2028 (0xE2 0x80 0xA8)",) * 2,
        ("U+FEFF (0xEF 0xBB 0xBF)",) * 2,
        ("a sign that cannot be seen (U+200B)",) * 2,
        ("(U+0436) (U+24D0) (U+0041)", "(A+9999) (A+99A9) (A+9999)"),
        ("';' (0x3B) kept", "';' (0x3B) kept"),
        ("'j' (0x6A)", "'a' (9a9A)"),
        ("U+0436 (0xD0 0xB6)", "A+9999 (9aA9 9aA9)"),
        ("U+24D0 (0xE2 0x93 0x90)", "A+99A9 (9aA9 9a99 9a99)"),
        ("'-' '-' (0x2D 0x2D)", "'-' '-' (9a9A 9a9A)"),
        ("not UTF-8 (0xF7)", "not UTF-8 (9aA9)"),
    ],
)
def test_of_a_text_only_words_of_the_suites_own_are_shown(text: str, shown: str) -> None:
    assert masked_text(text, WORDS) == shown


def test_the_words_are_those_of_the_code_and_of_the_model() -> None:
    whole, words = own_words()
    assert any("separates records" in text for text in whole)
    assert {"UTF-8", "SHA-256", "RequestID", "signature", "submission.json"} <= words
    # No number and no name of an example is among them.
    assert not [word for word in words if re.search("[0-9]{4}|[0-9].*[0-9].*[0-9].*[0-9]", word)]
    assert not {"jane", "Jane", "Doe", "example.org"} & words
