"""Checking cases of the committed corpus, for tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from conformance.checker import Checked, check_submission
from conformance.checks import CHECKS, Setting
from conformance.model.loading import load_catalogue
from conformance.model.profile_loading import load_profile
from conformance.signature import load_trust
from conformance.submission.hints import CliHints
from conformance.submission.reading import read_submission

FIXTURES = Path(__file__).parents[1] / "fixtures"
MANIFEST: dict[str, Any] = json.loads((FIXTURES / "manifest.json").read_text("utf-8"))
CASES: dict[str, dict[str, Any]] = {case["id"]: case for case in MANIFEST["cases"]}


def first_cases() -> list[str]:
    """Return the first case that breaks each requirement, or each combination of some."""
    first: dict[tuple[str, ...], str] = {}
    for identifier, case in CASES.items():
        if case["roots"]:
            first.setdefault(tuple(case["roots"]), identifier)
    return list(first.values())


@dataclass(frozen=True)
class CorpusCase:
    """A case as it lies on disk."""

    id: str

    @property
    def folder(self) -> Path:
        return FIXTURES / CASES[self.id]["path"]

    @property
    def record(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "case.json").read_text("utf-8")))

    @property
    def submission(self) -> Path:
        return self.folder / self.record["submission"]

    def check(self) -> Checked:
        """Check it as ``case.json`` says that it is to be checked."""
        record = self.record
        own = self.folder / "profile.toml"
        setting = setting_of(own if record["readings"] else FIXTURES / "profile.toml")
        submission = read_submission(str(self.submission), CliHints(), setting.profile)
        return check_submission(submission, setting)


@cache
def setting_of(profile: Path) -> Setting:
    catalogue = load_catalogue(CHECKS)
    loaded = load_profile(str(profile), catalogue)
    return Setting(
        catalogue,
        loaded,
        load_trust(loaded.trust, loaded.crls, loaded.ocsp, test_keys=loaded.test_keys),
        datetime.fromisoformat(MANIFEST["checked_at"]),
    )
