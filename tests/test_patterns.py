"""Expressions are compiled once."""

from __future__ import annotations

from conformance.patterns import pattern


def test_the_pattern_of_an_expression_is_the_same_each_time() -> None:
    assert pattern("[0-9]+") is pattern("[0-9]+")


def test_text_and_bytes_have_patterns_of_their_own() -> None:
    assert pattern("[0-9]").fullmatch("7")
    assert pattern(b"[0-9]").fullmatch(b"7")
