"""Where the package lies, with its records, schemas and pages.

``importlib.resources`` would find it in an archive too, but takes longer to load than a small
file to be checked; a wheel is always unpacked.
"""

from __future__ import annotations

from pathlib import Path

HOME = Path(__file__).parent
