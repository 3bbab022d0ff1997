"""What is read, and what is refused, in each test of this folder: see ``tests/saying.py``.

Of each submission that a test reads: all that it holds, a file by its name and its size. Of each
that is refused, and of each command that cannot be carried out: the line that says so.
``python -m tests.submission.said`` writes it anew.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from conformance.content import Content
from tests.saying import Book, Entry

T = TypeVar("T")
BOOK = Book(
    Path(__file__).parent,
    "tests.submission.said",
    # Skipped where it would have nothing to say.
    {"test_manifest.py::test_a_manifest_that_may_not_be_read_is_told"},
)
#: What others word, in one version so and in the next otherwise: the validator, and Python.
_OTHERS = re.compile(
    r"(?s)(?<=\.json: ).*(?= \(see [a-z-]+\.schema\.json\))"
    r"|(?<=is not JSON: ).*|(?<=is not usable JSON: ).*|(?<=as an email message: ).*"
)
#: Tests of an area assert its words themselves.
_AREA = "area/"
#: Tests of what Python's own reader of mail makes of a message that is none.
_MALFORMED = ("test_message.py::test_a_malformed", "test_message.py::test_parts_within")
#: What was read or refused since the test began.
SEEN: deque[object] = deque(maxlen=500)


def read_by_all(value: T) -> T:
    """Keep what was read, so that every part of it is held."""
    SEEN.append(value)
    return value


def keeps(item: pytest.Item) -> bool:
    """Whether the same is said in each run of the test, by each version of Python."""
    return BOOK.keeps(item) and not BOOK.name_of(item).startswith((_AREA, *_MALFORMED))


def said(home: str) -> Iterator[Entry]:
    """What is kept of that; ``home`` is the folder of the test."""
    for value in SEEN:
        yield {"said": _plain(value, home)}


def _plain(value: Any, home: str) -> Any:
    """As JSON has it, without what says nothing."""
    made = value
    match value:
        case Content():
            # What is signed anew in each run is so long at one time and so long at another.
            size = "signed" if value.name.endswith(".p7m") else f"{len(value)} bytes"
            made = f"{_plain(value.name, home)}, {size}"
        case msgspec.Struct():
            made = _plain(msgspec.structs.asdict(value), home)
        case dict():
            whole = {_plain(k, home): _plain(v, home) for k, v in value.items()}
            made = {k: v for k, v in whole.items() if v not in (None, [], {})}
        case list() | tuple():
            made = [_plain(one, home) for one in value]
        case frozenset() | set():
            made = sorted(_plain(one, home) for one in value)
        case Enum() | datetime() | Path() | str():
            text = _OTHERS.sub("...", str(value))
            made = text.replace(home, "HOME") if home else text
    return made


if __name__ == "__main__":
    # As the tests know it, which is not as __main__.
    from tests.saying import main
    from tests.submission import said as known

    main(known.BOOK)
