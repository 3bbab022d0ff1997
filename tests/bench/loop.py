"""The gain from two processes on this machine: ``python -m tests.bench.loop PROCESSES``.

Counts up to the same number in all, in as many processes. Nothing is shared, and nothing is
waited for, so that no program in processes gains more from the second than this one.
"""

from __future__ import annotations

import subprocess
import sys

_COUNT = 50_000_000
_LOOP = "for _ in range({count}): pass"


def main() -> None:
    """Run the loops, and wait for all of them."""
    processes = int(sys.argv[1])
    words = [sys.executable, "-c", _LOOP.format(count=_COUNT // processes)]
    loops = [subprocess.Popen(words) for _ in range(processes)]
    sys.exit(max(loop.wait() for loop in loops))


if __name__ == "__main__":
    main()
