"""Redaction leaves the sentences of the suite's own as they are, whatever is put into them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from conformance.home import HOME
from conformance.report.masking import masked_text
from conformance.report.vocabulary import Vocabulary
from tests.snapshots import words

#: Where the words of findings come from.
FOLDERS = ("checks", "model/types", "records", "signature", "submission")
#: A value of a submission.
VALUE = "Jane"
#: From the first apostrophe on there are values.
QUOTED = re.compile(r"(?<![0-9A-Za-z])'.*", re.DOTALL)
#: What is masked in a recorded text, and words that are a test's own.
NOT_OURS = re.compile(r"\{|file\.csv\.p7m")


def texts(source: str) -> Iterator[str]:
    """The sentences in the code of a module, with a value wherever one is put in."""
    nodes = list(ast.walk(ast.parse(source)))
    others = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    others |= {
        id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values
    }
    for node in nodes:
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        fixed = [p.value if isinstance(p, ast.Constant) else VALUE for p in parts]
        if id(node) not in others and all(isinstance(part, str) for part in fixed):
            text = "".join(map(str, fixed))
            if sum(map(str.isalpha, text.replace(VALUE, "").split())) > 1:
                yield text if len(fixed) == 1 else QUOTED.sub("", text)


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary()


def masked_words(text: str) -> list[str]:
    """The words of a text that are masked, apart from those that a value is a part of."""
    pairs = zip(text.split(), masked_text(text, vocabulary()).split(), strict=True)
    return [word for word, shown in pairs if word != shown and VALUE not in word]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_sentence_in_the_code_is_left_and_a_value_in_it_is_masked(folder: str) -> None:
    sources = [path.read_text("utf-8") for path in (HOME / folder).rglob("*.py")]
    ours = [text for source in sources for text in texts(source)]
    assert len(ours) > 40
    assert {text: masked for text in ours if (masked := masked_words(text))} == {}
    assert [text for text in ours if VALUE in masked_text(text, vocabulary())] == []


def test_a_recorded_hint_is_left() -> None:
    lines = [line for path in words.FILES for line in words.read(path)]
    hints = {text.removeprefix("hint: ") for _, text in lines if text.startswith("hint: ")}
    ours = sorted(hint for hint in hints if not NOT_OURS.search(hint))
    assert len(ours) > 40
    assert [text for text in ours if masked_words(text)] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Do not open it. As it is, by Jane", "Do not open it. As it is, by Aaaa"),
        ("SHA-256 among them (RFC 5652, 5.3)",) * 2,
        (
            "7 parts instead of 2, 8 parts instead of 3",
            "7 parts instead of 2, 8 parts instead of 9",
        ),
        ("'Jane' is at most 3 digits", "'Aaaa' is at most 3 digits"),
        ("CR LF (0x0D 0x0A) ends each record",) * 2,
        ("J1 (0x4A 0x31) ends each record", "A9 (9a9A 9a99) ends each record"),
        ("(0x0A 0x0D) ends each record", "(9a9A 9a9A) ends each record"),
        # A text that a submission has in apostrophes is a value, whatever it says.
        ("'parts instead of 2' Do 'x'", "'aaaaa aaaaaaa aa 9' Aa 'a'"),
    ],
)
def test_words_and_numbers_of_our_own_are_left_in_a_composed_text(text: str, shown: str) -> None:
    assert masked_text(text, vocabulary()) == shown
