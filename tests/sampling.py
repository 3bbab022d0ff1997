"""How much each run tries of tests that are alike: always the same part; ``tox -e whole`` all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pytest

WHOLE = "TADP_TESTS_WHOLE" in os.environ


def examples(count: int) -> int:
    """Return how many examples of Hypothesis this run tries of ``count``: a quarter, or all."""
    return count if WHOLE else count // 4


def one_in(count: int, values: Iterable[object]) -> list[Any]:
    """Return the parameters of a test, of which each run tries the first of every ``count``."""
    return [
        pytest.param(
            *(value if isinstance(value, tuple) else (value,)),
            marks=pytest.mark.whole if number % count else (),
        )
        for number, value in enumerate(values)
    ]
