"""What all tests share: where they find one another, and that none is judged by the clock."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import settings

# At the end, so that what is installed goes before what is beside the tests.
sys.path.append(str(Path(__file__).parents[1]))

# An example takes longer on a machine that is busy, which says nothing of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
