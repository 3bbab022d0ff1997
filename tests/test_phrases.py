"""Counts and lists in words."""

from __future__ import annotations

import pytest

from conformance.phrases import beyond, capital, counted, joined, listed


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [(0, "rule", "0 rules"), (1, "entry", "1 entry"), (2, "entry", "2 entries"),
     (1204, "rule", "1,204 rules")],
)  # fmt: skip
def test_a_number_has_its_noun(number: int, noun: str, said: str) -> None:
    assert counted(number, noun) == said


@pytest.mark.parametrize(
    ("names", "said"),
    [("", ""), ("a", "a"), ("ab", "a and b"), ("abcd", "a, b, c and d"),
     ("abcdef", "a, b, c, d and 2 more")],
)  # fmt: skip
def test_a_list_in_words_is_cut_after_four(names: str, said: str) -> None:
    assert joined(names) == said


def test_a_row_of_names_says_how_many_it_leaves_out() -> None:
    assert listed("abc", 3) == "a, b, c"
    assert listed("abc", 2, "; ") == "a; b and 1 more"
    assert capital("a b") == "A b"
    assert (beyond(1003, 2), beyond(2, 2)) == ("and 1,001 more", "")
