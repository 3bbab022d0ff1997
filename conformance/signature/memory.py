"""Remembering what was made of bytes that recur from file to file: certificates, and names."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Made = TypeVar("Made")

#: Bytes of something that is remembered, at most, or of each of two things, and how many such are:
#: so memory is bounded.
LARGEST = 1 << 13
MOST = 512


def remembered(make: Callable[..., Made]) -> Callable[..., Made]:
    """``make``, which looks at bytes and nothing else, and is not asked twice about the same."""
    known = lru_cache(maxsize=MOST)(make)

    @wraps(make)
    def remember(*data: bytes) -> Made:
        for one in data:
            if len(one) > LARGEST:
                return make(*data)
        return known(*data)

    return remember
