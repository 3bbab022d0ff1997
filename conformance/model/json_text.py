"""Reading JSON that somebody else wrote: strictly, and with words for what is wrong."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any

#: A code that may be half a character in JSON; two in a row are a whole one.
_SURROGATE = r"\\u[dD][89a-fA-F]"


class _RefusedError(ValueError):
    """JSON that is refused, with words for people."""


def parse_json(data: bytes) -> tuple[str, Any]:
    """Return the text in ``data``, and the value that it has.

    Raises:
        ValueError: it is not JSON in UTF-8, or says something twice; its text is for people.
    """
    try:
        text = data.decode("utf-8-sig")
        value = json.loads(
            text, object_pairs_hook=_once, parse_constant=_number, parse_float=_number
        )
        if "\\u" in text and re.search(_SURROGATE, text):
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"is not UTF-8 in line {line}; save it as UTF-8") from None
    except UnicodeEncodeError:
        raise ValueError("has half a character, which is not text") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise ValueError(f"is not JSON: {error.msg}, {place}") from None
    except _RefusedError:
        raise
    except ValueError:
        raise ValueError("has a number that is too long") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    return text, value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise _RefusedError(f"has {json.dumps(twice[:40])} twice in one object; leave one of them")
    return table


def _number(text: str) -> float:
    """Return a number of JSON, which has none that is not finite."""
    value = float(text)
    if not math.isfinite(value):
        raise _RefusedError(f"has {text[:40]}, which is not a number")
    return value
