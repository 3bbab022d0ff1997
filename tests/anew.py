"""Write anew what the tests hold words, places and files to: ``python -m tests.anew``.

Read the change before you commit it: each line is something that a user will see otherwise.
"""

from __future__ import annotations

import subprocess
import sys

#: What each writes, its own first lines say.
MODULES = (
    "tests.golden.said",
    "tests.model.made_up",
    "tests.records.said",
    "tests.signature.said",
    "tests.submission.said",
    "tests.checks.said",
    "tests.assessment.said",
    "tests.report.views",
    "tests.thresholds.compared",
    "tests.recorded",
)


def main() -> None:
    """Run each of them."""
    for module in MODULES:
        print(module, flush=True)
        subprocess.run([sys.executable, "-m", module], check=True)


if __name__ == "__main__":
    main()
