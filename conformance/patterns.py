"""Expressions that are compiled when they are first used: many checks need few of them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import AnyStr, Protocol


class _Compile(Protocol):
    def __call__(self, expression: AnyStr, /) -> re.Pattern[AnyStr]: ...


#: Returns the pattern of an expression, compiled once. `re` remembers what it compiles too, but
#: looks for it in Python: that takes ten times as long as to match a short text.
pattern: _Compile = lru_cache(maxsize=512)(re.compile)
