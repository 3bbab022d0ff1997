"""Words that are the suite's own or a profile's, and so identify nothing that was checked.

They are the texts in the code of this package and in the model that ships with it, and whatever
else is given: what a catalogue and a profile say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from conformance.home import HOME

#: The longest text of a program or a record that is taken for one text.
_LONGEST = 2000
#: A text in a source, be it empty, and where one is written in two parts.
_TEXT = re.compile(r"""(["'])((?:(?!\1)[^\\\n]|\\.)*)\1""")
_JOINT = re.compile(r'"\s*\n\s*f?"')
_HEX = re.compile(r"[0-9A-Fa-f]+")
_LETTERS = re.compile(r"[A-Za-z]+")
#: What has other characters than letters, two letters beside each other, and is not hexadecimal.
_COMPOUND = re.compile(r"(?=.*[^A-Za-z])(?=.*[A-Za-z]{2})(?=.*[^0-9A-Fa-f])")
_DIGITS = re.compile(r"[0-9]")
#: Characters around a word in a text.
AROUND = "\"'`()[]{}<>,;:.!?"
#: Shorter words than others, which may begin a sentence.
_SMALL = frozenset({
    "a", "an", "as", "at", "be", "by", "do", "go", "if", "in", "is", "it", "no", "of", "on", "or",
    "so", "to", "up", "us", "we",
})  # fmt: skip
#: Shorter words than others, or with fewer letters.
_SHORT = frozenset({
    *_SMALL, *map(str.capitalize, _SMALL), "CA", "CN", "CR", "DN", "FF", "ID", "Id", "LF", "X.509",
})  # fmt: skip
#: Where a value is put into a text.
_BETWEEN = re.compile(r"\{[^{}]*\}")
_LONG = 3
#: Digits that a word such as SHA-256 may have.
_FEW = 3


class Vocabulary:
    """The suite's own words, those of ``texts``, and ``names`` of any form."""

    def __init__(self, texts: Iterable[str] = (), names: Iterable[str] = ()) -> None:
        whole, words = own_words()
        self._phrases = own_phrases()
        more = [text for text in texts if len(text) <= _LONGEST]
        self._whole = whole | {text for text in more if _is_sentence(text)}
        self._words = words | {word for text in more for word in _words(text)} | {*names}

    def has(self, text: str) -> bool:
        """Return True if the whole of ``text`` is one of the texts, and several words long."""
        return text in self._whole

    def knows(self, word: str) -> bool:
        """Return True if ``word`` is in the texts, or made of words that are."""
        if word in self._words:
            return True
        parts = re.split(r"[-/.,:=_]", word)
        return len(parts) > 1 and all(
            part in self._words and not _HEX.fullmatch(part) for part in parts if part
        )

    def phrases(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the parts of ``text`` that are fixed, with numbers and words that are not known."""
        for phrase in self._phrases:
            start = text.find(phrase)
            while start >= 0:
                yield start, start + len(phrase)
                start = text.find(phrase, start + len(phrase))


def is_hexadecimal(word: str) -> bool:
    """Return True if ``word`` may as well be a part of an EUI-64, which has pairs of digits."""
    return len(word) % 2 == 0 and _HEX.fullmatch(word) is not None


@cache
def own_words() -> tuple[frozenset[str], frozenset[str]]:
    """Return the texts of this package that are sentences or parts of one, and all its words."""
    texts = [*_of_the_code(), *_of_the_model()]
    return (
        frozenset(text for text in texts if _is_sentence(text)),
        frozenset(word for text in texts for word in _words(text)),
    )


@cache
def own_phrases() -> tuple[str, ...]:
    """Return what is fixed in the texts of the code, where not each word of it is known."""
    _, words = own_words()
    parts = {part for text in _of_the_code() for part in _fixed(text) if _is_sentence(part)}
    return tuple(
        part
        for part in sorted(parts)
        if not {word.strip(AROUND) for word in part.split()} <= words | {""}
    )


def _fixed(text: str) -> Iterator[str]:
    """The parts of ``text`` between values, without words that a value is a part of."""
    parts = _BETWEEN.split(text)
    for number, part in enumerate(parts):
        whole = re.sub(r"\A\S+", "", part) if number else part
        yield whole if number == len(parts) - 1 else re.sub(r"\S+\Z", "", whole)


def _is_sentence(text: str) -> bool:
    return len(text) <= _LONGEST and len([w for w in text.split() if _LETTERS.fullmatch(w)]) > 1


def _words(text: str) -> Iterator[str]:
    for word in (one.strip(AROUND) for one in text.split()):
        letters = _LETTERS.fullmatch(word) and len(word) >= _LONG
        compound = _COMPOUND.search(word) and len(_DIGITS.findall(word)) <= _FEW
        if word in _SHORT or letters or compound:
            yield word


def _of_the_model() -> Iterator[str]:
    for path in sorted((HOME / "model").rglob("*.toml")):
        yield from path.read_text("utf-8").splitlines()


@cache
def _of_the_code() -> tuple[str, ...]:
    """Each text in the sources of this package; without sources there is none."""
    sources = (_JOINT.sub("", path.read_text("utf-8")) for path in sorted(HOME.rglob("*.py")))
    return tuple(text for source in sources for _, text in _TEXT.findall(source))
