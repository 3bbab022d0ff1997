"""How many examples of Hypothesis are tried: each run a quarter, ``tox -e whole`` all."""

from __future__ import annotations

import os

WHOLE = "TADP_TESTS_WHOLE" in os.environ


def examples(count: int) -> int:
    """Return how many examples this run tries of ``count``."""
    return count if WHOLE else count // 4
