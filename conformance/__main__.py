"""``python -m conformance``: the same as ``tadp``."""

import sys

from conformance.program import run

sys.exit(run())
