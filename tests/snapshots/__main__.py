"""Write every output that the tests compare with: ``python -m tests.snapshots``.

Read the change before you commit it: each line is something that a user will see otherwise.
"""

from __future__ import annotations

import subprocess
import sys

#: The first lines of each say what it writes.
MODULES = (
    "tests.snapshots.findings",
    "tests.model.column_schema",
    "tests.model.profile_entries",
    "tests.model.validated",
    "tests.model.made_up",
    "tests.assessment.made_up",
    "tests.report.views",
    "tests.thresholds.compared",
    "tests.snapshots.consoles",
)


def main() -> None:
    """Run each of them."""
    for module in MODULES:
        print(module, flush=True)
        subprocess.run([sys.executable, "-m", module], check=True)


if __name__ == "__main__":
    main()
