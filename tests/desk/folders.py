"""Folders to be watched, for tests."""

from __future__ import annotations

import shutil
from pathlib import Path

from conformance.commands.common import catalogue
from conformance.model.profile_loading import DEFAULT, load_profile
from tests.corpus import FIXTURES

PROFILE = load_profile(DEFAULT, catalogue())
#: A submission that conforms under the profile of the corpus, and one that does not.
GOOD, BAD = "adt-conforming", "adt-saved-by-a-spreadsheet"


def fill(root: Path, *names: str) -> None:
    """Make files called ``names`` below ``root``, each with its name inside."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def example(name: str, to: Path) -> Path:
    """Copy the example called ``name`` to the folder ``to``."""
    return Path(shutil.copytree(FIXTURES / "examples" / name, to))
