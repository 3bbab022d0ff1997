"""The memory of a context: what several checks ask for is found once, and kept there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar


class Memory(Protocol):
    """What was found, and the notes whose readings were asked for."""

    memory: dict[object, Any]
    consulted: set[str]


Asked = TypeVar("Asked", bound=Memory)
Value = TypeVar("Value")


def once(find: Callable[[Asked], Value]) -> Callable[[Asked], Value]:
    """Return ``find``, which a context then asks once; the decorator of such functions.

    The notes whose readings it asked for count as asked for each time: a requirement passes by
    them, whichever was the first to ask.
    """

    @wraps(find)
    def kept(context: Asked) -> Value:
        known = context.memory.get(find)
        if known is None:
            asked, context.consulted = context.consulted, set()
            known = context.memory[find] = find(context), context.consulted
            context.consulted = asked
        context.consulted.update(known[1])
        value: Value = known[0]
        return value

    return kept
