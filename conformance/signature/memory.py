"""Remembering what was made of bytes that recur from file to file: certificates, and names."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Made = TypeVar("Made")

#: Bytes of something that is cached, at most, and how many such are: so memory is bounded.
LARGEST = 1 << 13
MOST = 512


def cached(make: Callable[..., Made]) -> Callable[..., Made]:
    """``make``, which looks at bytes and nothing else, and is not asked twice about the same."""
    known = lru_cache(maxsize=MOST)(make)

    @wraps(make)
    def remember(*data: bytes) -> Made:
        small = sum(map(len, data)) <= LARGEST
        return known(*data) if small else make(*data)

    return remember
