"""Remove a folder, then run a command that makes it.

``python -m tests.bench.afresh FOLDER COMMAND``
"""

from __future__ import annotations

import os
import shutil
import sys

if __name__ == "__main__":
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    shutil.rmtree(f"{sys.argv[1]}-trust", ignore_errors=True)
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606
