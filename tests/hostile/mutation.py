"""Changes of JSON that leave it JSON, so that what reads its entries is reached."""

from __future__ import annotations

import json
import random
from typing import Any

#: Values that someone once stumbled on.
_ODD: list[Any] = [
    None, True, 0, -1, 1 << 70, 0.5, 1e300, "", "\0", "\ud800", "\u202e", "..", "a" * 300, "NaN",
    "2025-06-01T10:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00", [], {}, [[]],
]  # fmt: skip


def mutated_json(data: bytes, seed: int) -> bytes | None:
    """``data`` with one entry changed, moved, doubled or left out; None if it is not a JSON.

    None too if it is so deep that it cannot be read, or be written once it is deeper.
    """
    try:
        value = json.loads(data)
        if isinstance(value, (dict, list)) and (places := list(_places(value))):
            _change(places, random.Random(seed))  # noqa: S311 - not for secrets
            return json.dumps(value).encode()
    except (ValueError, RecursionError):
        pass
    return None


def _change(places: list[tuple[Any, Any]], dice: random.Random) -> None:
    holder, key = dice.choice(places)
    other_holder, other_key = dice.choice(places)
    match dice.randrange(5):
        case 0:
            holder[key] = dice.choice(_ODD)
        case 1:
            holder[key] = json.loads(json.dumps(other_holder[other_key]))
        case 2:
            del holder[key]
        case 3 if isinstance(holder, list):
            holder.insert(key, holder[key])
        case 3:
            holder[str(dice.choice(_ODD))] = holder[key]
        case _:
            holder[key] = _scalar(holder[key], dice)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every entry of objects and lists, as its holder and its key."""
    found: list[tuple[Any, Any]] = []
    open_: list[Any] = [value]
    for holder in open_:
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        for key in keys:
            found.append((holder, key))
            if isinstance(holder[key], (dict, list)):
                open_.append(holder[key])
    return found


def _scalar(value: Any, dice: random.Random) -> Any:
    if isinstance(value, str) and value:
        at = dice.randrange(len(value))
        return value[:at] + dice.choice(["", "\0", "9", "\u00e9", value]) + value[at + 1 :]
    if isinstance(value, int):
        return value + dice.choice([-1, 1, 1 << 31, -(1 << 63)])
    return [value]
