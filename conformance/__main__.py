"""``python -m conformance``: the same as ``tadp``."""

import sys

from conformance.cli import main

sys.exit(main())
