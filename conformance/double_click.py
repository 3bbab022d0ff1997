"""The program that is double-clicked: the desk, or with words behind it, all of ``tadp``."""

from __future__ import annotations

import multiprocessing
import sys

from conformance.cli import main
from conformance.program import run

if __name__ == "__main__":
    # Processes of our own are begun by this same program.
    multiprocessing.freeze_support()
    sys.exit(run() if len(sys.argv) > 1 else main(["desk"]))
