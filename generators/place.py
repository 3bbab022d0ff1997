"""Where the corpus lies: in a checkout, or in the installed package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from conformance.errors import TadpError


def corpus_path() -> Path:
    """The folder of the corpus.

    Raises:
        TadpError: it is neither in the package nor beside it.
    """
    package = Path(str(files("generators")))
    for folder in (package / "fixtures", package.parent / "fixtures"):
        if (folder / "manifest.json").is_file():
            return folder
    raise TadpError("the corpus is not installed", remedy="tadp fixtures build FOLDER makes it")
