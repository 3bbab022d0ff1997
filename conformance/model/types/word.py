"""Words that a column can have in the place of values: what each means, and whether it can be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from conformance.model.types.choice import is_null_word
from conformance.model.types.column_type import ColumnType, Meaning
from conformance.model.types.given import Given, conforming, given

#: The meaning of a word besides a value: more than any value.
INFINITY = "infinity"
#: Meanings that can be more than any value.
_ORDERED = frozenset({Meaning.NUMBER, Meaning.PERIOD, Meaning.INSTANT, Meaning.DATE})
#: The readings under which a type has the most values.
_LOOSE = {"eui64-case": "any", "action-case": "any-case"}


class Word(Struct, frozen=True):
    """A word, and what it means: ``INFINITY``, a value, or nothing that can be compared."""

    text: str
    means: str | Given | None = None

    @property
    def written(self) -> bytes:
        """The word as a file has it."""
        return self.text.encode()

    @property
    def in_words(self) -> str:
        """The word and what it means, for people."""
        if isinstance(self.means, Given):
            return f"{self.text}, which means {self.means.text}"
        return f"{self.text}, which is more than any value" if self.means else self.text

    def near(self) -> Iterator[tuple[str, str, str]]:
        """Yield texts that are nearly the word, each after a name and a title."""
        yield "other-case", f"{self.text} in the other case", self.text.swapcase()
        cut = self.text[:-1].rstrip(" ")
        if cut:
            yield "cut-short", f"{self.text} without its last character", cut
        yield "in-quotes", f"{self.text} in single quotes", f"'{self.text}'"


def words_of(also: Sequence[Mapping[str, Any]]) -> tuple[Word, ...]:
    """Return the words of the entry ``also`` of a column, which fits the schema."""
    return tuple(Word(one["word"], _means(one.get("means"))) for one in also)


def _means(entry: str | Mapping[str, Any] | None) -> str | Given | None:
    return Given(entry["value"]) if isinstance(entry, Mapping) else entry


def problem_of(words: Sequence[Word], kind: ColumnType, nullable: bool) -> str | None:
    """Return why values of ``kind`` cannot have ``words`` beside them, if they cannot."""
    if kind.always_null:
        return "is always null, so it has no words"
    if len({one.text for one in words}) < len(words):
        return "has the same word twice in also"
    loose = kind.as_read(_LOOSE, kind.choices)
    for one in words:
        if conforming(kind, one.written) or conforming(loose, one.written):
            return f"{one.text} is a value of the column already, so it cannot be a word"
        if nullable and is_null_word(one.text):
            return (
                f"{one.text} is a word that programs write for null, which the column can be: "
                "choose another word, or make the column not nullable"
            )
        if trouble := _problem_of_meaning(one, kind):
            return trouble
    return None


def _problem_of_meaning(word: Word, kind: ColumnType) -> str | None:
    if isinstance(word.means, Given):
        if given(kind, word.means) is None:
            return f"{word.text} means {word.means.text}, which is not a value of the column"
    elif word.means == INFINITY and kind.reads_as not in _ORDERED:
        return f"{word.text} cannot mean infinity: no {kind.name} is more than another"
    elif word.text == INFINITY and word.means != INFINITY:
        return f'the word {INFINITY} can only mean infinity: give it means = "{INFINITY}"'
    elif word.means is None and kind.reads_as is Meaning.ACTION:
        return (
            f"{word.text} does not say which action it means: give it means = "
            f'{{ value = "{kind.choices[0]}" }}, or the other'
        )
    return None
