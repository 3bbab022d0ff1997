"""Puts the corpus into the wheel as one archive, and the tables of the model as JSON."""

from __future__ import annotations

import runpy
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface[Any]):
    """Makes both before the wheel is built, and removes them afterwards."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make both, unless the wheel only points to a checkout with the plain files."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory()
        root, folder = Path(self.root), Path(self._folder.name)
        # By their paths: neither the packages nor what they depend on is installed.
        for maker, function, source, made in (
            ("generators/archive.py", "write_archive", "fixtures", "generators/corpus.zip"),
            (
                "conformance/model/tables.py",
                "write_tables",
                "conformance/model",
                "conformance/model/tables.json",
            ),
        ):
            target = folder / Path(made).name
            runpy.run_path(str(root / maker))[function](root / source, target)
            build_data["force_include"][str(target)] = made

    def finalize(self, version: str, _: dict[str, Any], __: str) -> None:
        """Remove what was made."""
        if version != "editable":
            self._folder.cleanup()
