"""Remembering what was made of bytes that recur from file to file: certificates, and names."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

Made = TypeVar("Made")

#: Bytes of something that is cached, at most, and how many such are: so memory is bounded.
LARGEST = 1 << 13
MOST = 512


def cached(make: Callable[..., Made]) -> Callable[..., Made]:
    """``make``, which looks at what it is given and nothing else, and is asked once about the same.

    It is given bytes, certificates, or few things that are kept anyway.
    """
    known = lru_cache(maxsize=MOST)(make)

    @wraps(make)
    def remember(*data: Any) -> Made:
        small = sum(map(len, data)) <= LARGEST
        return known(*data) if small else make(*data)

    return remember
