"""The tests import one another as ``tests``, whoever is started from wherever."""

from __future__ import annotations

import sys
from pathlib import Path

# At the end, so that what is installed goes before what lies beside the tests.
sys.path.append(str(Path(__file__).parents[1]))
