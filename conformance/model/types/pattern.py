"""Text that a regular expression admits, out of given characters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from random import Random
from typing import Any

#: Characters that a file of any kind may have in a field, without quotes around it.
PLAIN = re.sub('[",]', "", "".join(map(chr, range(0x20, 0x7F))))
#: Texts that are made up before it is given up.
_TRIES = 200


def admitted(pattern: str, characters: str = PLAIN, seed: int = 0) -> str | None:
    """Return some text of ``characters`` that ``pattern`` admits as a whole, and is not empty.

    What is returned was tried. Nothing is returned where none was found: short texts are made up,
    of characters that may be used wherever the pattern leaves a choice.
    """
    from rstr import Rstr

    compiled, allowed = re.compile(pattern), frozenset(characters)
    for step in range(_TRIES):
        choosing = _Choosing(allowed, seed + step)
        text = str(Rstr(choosing, printable=characters).xeger(pattern))
        if text and allowed.issuperset(text) and compiled.fullmatch(text):
            return text
    return None


class _Choosing(Random):
    """Chooses among what may be used, and repeats little."""

    def __init__(self, allowed: frozenset[str], seed: int) -> None:
        super().__init__(seed)
        self._allowed = allowed
        self._more = seed % 4

    def randint(self, a: int, b: int) -> int:
        # A count above the most that rstr repeats comes as a range that ends before it begins.
        return max(a, min(b, a + super().randint(0, self._more)))

    def choice(self, seq: Any) -> Any:
        usable = sorted(one for one in seq if one in self._allowed) if _is_text(seq) else []
        return super().choice(usable or seq)


def _is_text(seq: Iterable[Any]) -> bool:
    return all(isinstance(one, str) and len(one) == 1 for one in seq)
