"""Puts the corpus into the wheel, as one archive of the plain files in ``fixtures/``."""

from __future__ import annotations

import runpy
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface[Any]):
    """Makes the archive before the wheel is built, and removes it afterwards."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the archive, unless the wheel only points to a checkout with the plain files."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory()
        root, archive = Path(self.root), Path(self._folder.name) / "corpus.zip"
        # By its path: neither the package nor what it depends on is installed.
        maker = runpy.run_path(str(root / "generators" / "archive.py"))
        maker["write_archive"](root / "fixtures", archive)
        build_data["force_include"][str(archive)] = "generators/corpus.zip"

    def finalize(self, version: str, _: dict[str, Any], __: str) -> None:
        """Remove the archive."""
        if version != "editable":
            self._folder.cleanup()
