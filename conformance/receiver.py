"""The checker as a receiver: ``tadp assess receiver python:conformance.receiver:receive``.

It rejects what breaks a requirement, and names it and its place: something to compare one's own
receiver with, and to try the protocol on.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from conformance.checker import check_submission
from conformance.checks import Setting
from conformance.checks.catalogue import shipped_catalogue
from conformance.model.profile_loading import load_profile
from conformance.result import Result
from conformance.signature import load_trust
from conformance.submission.hints import CliHints
from conformance.submission.moments import parse_moment
from conformance.submission.reading import read_submission


def receive(message: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to a message of the protocol: see ``tadp assess protocol``."""
    place = _Profile(message["profile"])
    setting = _setting(place, place.path.read_bytes(), message["checked_at"])
    submission = read_submission(message["folder"], CliHints(), setting.profile)
    checked = check_submission(submission, setting)
    reasons = [_reason(root) for root in checked.roots]
    return {"outcome": "rejected" if reasons else "accepted", "reasons": reasons}


def _reason(root: Result) -> dict[str, Any]:
    found = root.findings[0]
    place = {key: getattr(found.place, key) for key in ("file", "record", "field", "offset")}
    return {
        "requirement": root.requirement.id,
        "message": found.message,
        **{key: value for key, value in place.items() if value is not None},
    }


class _Profile:
    """The path of a profile, which is the same as any other beside the same files.

    Each submission has a profile of its own, most of them alike, and loading one takes longer than
    a check.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Profile) and self._home == other._home

    def __hash__(self) -> int:
        return hash(self._home)

    @property
    def _home(self) -> Path:
        return self.path.parent.parent


@lru_cache(maxsize=64)
def _setting(place: _Profile, _: bytes, checked_at: str) -> Setting:
    catalogue = shipped_catalogue()
    profile = load_profile(str(place.path), catalogue)
    trust = load_trust(profile.trust, profile.crls, profile.ocsp, test_keys=profile.test_keys)
    return Setting(catalogue, profile, trust, parse_moment(checked_at, "the message"))
