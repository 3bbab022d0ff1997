"""Receivers made from our own checker, each with one hole, or with one vice."""

from __future__ import annotations

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

Message = dict[str, Any]


@cache
def _catalogue() -> Any:
    return load_catalogue(CHECKS)


@cache
def _setting(text: str, profile: str, checked_at: str) -> Setting:
    loaded = load_profile(profile, _catalogue())
    return Setting(
        _catalogue(),
        loaded,
        load_trust(loaded.trust, loaded.crls, loaded.ocsp, test_keys=loaded.test_keys),
        datetime.fromisoformat(checked_at),
    )


def checked(message: Message) -> Checked:
    """The submission that a message speaks of, checked by our checker."""
    profile = message["profile"]
    setting = _setting(Path(profile).read_text("utf-8"), profile, message["checked_at"])
    submission = read_submission(message["folder"], CliHints(), setting.profile)
    return check_submission(submission, setting)


def answer_to(result: Checked) -> dict[str, Any]:
    """The answer of a receiver that checks all that our checker does."""
    reasons = [
        {
            "requirement": root.requirement.id,
            **{
                key: getattr(root.findings[0].place, key)
                for key in ("file", "record", "field", "offset")
                if getattr(root.findings[0].place, key) is not None
            },
        }
        for root in result.roots
    ]
    return {"outcome": "rejected" if reasons else "accepted", "reasons": reasons}


def complete(message: Message) -> dict[str, Any]:
    """No hole at all."""
    return answer_to(checked(message))


def without(answer: dict[str, Any], *ignored: str) -> dict[str, Any]:
    """The answer of a receiver that does not look at the requirements ``ignored``."""
    reasons = [r for r in answer["reasons"] if r["requirement"] not in ignored]
    return {"outcome": "rejected" if reasons else "accepted", "reasons": reasons}


# --- Vices --------------------------------------------------------------------------------------


def rejects_for_the_wrong_reason(message: Message) -> dict[str, Any]:
    """Gives as the reason of every rejection something that it never checks."""
    if complete(message)["outcome"] == "accepted":
        return {"outcome": "accepted"}
    return {"outcome": "rejected", "reasons": [{"requirement": "2.2(a)-1"}]}


def tells_nothing(message: Message) -> bool:
    """The verdict, and not why."""
    return complete(message)["outcome"] == "accepted"


def looks_elsewhere(message: Message) -> dict[str, Any]:
    """Finds every fault a thousand records too late."""
    answer = complete(message)
    for reason in answer["reasons"]:
        reason["record"] = reason.get("record", 1) + 1000
    return answer


def takes_adt_files_only(message: Message) -> dict[str, Any]:
    """Skips what it does not do."""
    if any(file.name.startswith("qcaf") for file in Path(message["folder"]).iterdir()):
        return {"outcome": "skipped", "reason": "no QCAF"}
    return complete(message)


def crashes_on_three_records(message: Message) -> dict[str, Any]:
    """Falls over a file of three records."""
    result = checked(message)
    file = result.submission.file
    if file is not None and len(file.read(1 << 20).splitlines()) == 3:
        raise ZeroDivisionError("three")
    return answer_to(result)


# --- Holes, by name -----------------------------------------------------------------------------


def ignored_by(name: str) -> set[str]:
    """Return what ``ignores 6.1-3`` and ``ignores the phase bytes`` do not check."""
    verb, _, what = name.partition(" ")
    if verb != "ignores":
        raise AttributeError(name)
    phase = what.removeprefix("the phase ")
    return {r.id for r in _catalogue().requirements() if what == r.id or r.phase == phase}


def __getattr__(name: str) -> Any:
    ignored = ignored_by(name)
    return lambda message: without(complete(message), *ignored)


if __name__ == "__main__":
    # For exec: holed.py REQUIREMENT FOLDER.
    import json
    import sys

    answer = without(complete(json.load(sys.stdin)), sys.argv[1])
    print(json.dumps(answer))
    sys.exit(int(answer["outcome"] == "rejected"))
