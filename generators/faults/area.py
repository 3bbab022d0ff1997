"""Faults of an area as a whole: guidance 1.1, 1.3 and 1.4."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from conformance.model.requirement import Kind, Requirement
from conformance.submission.area.spot import Folder, spots
from generators.area import adt_file, folder_of, placed, qcaf_file, reference
from generators.draft import Draft
from generators.faults.cross import STRANGER
from generators.faults.entries import entry, set_entries, shifted
from generators.faults.fault import ABSENT, DraftChange, Faulty, Variant, operator, put_file
from generators.scenario import Scenario

#: Where files of an area lie.
_LIVE, _SUBMITTED, _ARCHIVE = ((Kind.ADT, folder) for folder in (
    Folder.LIVE, Folder.SUBMITTED, Folder.ARCHIVE))  # fmt: skip
_QCAF = (Kind.QCAF, Folder.SUBMITTED)


def has(draft: Draft, *folders: Folder) -> bool:
    """Return True if the profile has all of ``folders`` for ADT Files."""
    known = {spot.folder for spot in spots(draft.profile.delivery) if spot.kind is Kind.ADT}
    return known.issuperset(folders)


def more_live_user_ids(draft: Draft) -> list[str]:
    """The live User IDs of an area, and one that has no file."""
    return [*entry(draft, "live_user_ids"), STRANGER]


def two_in_live(draft: Draft) -> Iterator[Variant]:
    """A second file of the User ID in Live: the one that is in Archive."""

    def older(draft: Draft) -> Faulty:
        return _put(draft, _copied(draft, _ARCHIVE, _LIVE))

    if has(draft, Folder.LIVE, Folder.ARCHIVE):
        yield "older-one-left", "the older file is still in Live", older


@operator("live-as-submitted")
def live_as_submitted(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Another file in Live under the name of the one that was submitted (guidance 1.4)."""

    def altered(draft: Draft) -> Faulty:
        return _put(draft, placed(draft, _LIVE, reference(draft.ground, 2), _another(draft)))

    if has(draft, Folder.LIVE):
        yield "other-rules", "the file in Live has other rules than the one submitted", altered


@operator("live-is-last")
def live_is_last(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Another file in Live than the one that DCC took last (guidance 1.4)."""
    if not has(draft, Folder.LIVE):
        return
    newest = ("requests", 1, "completed_at")
    if has(draft, Folder.ARCHIVE):
        yield (
            "archive-is-newer",
            "the request of the file in Archive was completed later",
            set_entries((("requests", 0, "completed_at"), shifted(newest, timedelta(seconds=1)))),
        )
        yield (
            "live-unfinished",
            "the request of the file in Live was not completed",
            set_entries((newest, None)),
        )
    later = {"number": reference(draft.ground, 9), "completed_at": entry(draft, "copied_at")}

    def newer(draft: Draft) -> Faulty:
        put = _put(draft, placed(draft, _SUBMITTED, reference(draft.ground, 9), _another(draft)))
        entered = set_entries((("requests",), [*entry(draft, "requests"), later]))(put.draft)
        return Faulty(entered.draft, (*put.changes, *entered.changes))

    yield "newer-not-moved", "a newer file was completed, but is still in Submitted", newer

    def gone(draft: Draft) -> Faulty:
        folder = folder_of(draft.profile.delivery, _LIVE)
        names = [name for name in draft.files if name.startswith(f"{folder}/")]
        return _put(draft, dict.fromkeys(names, ABSENT) | {f"{folder}/.keep": b""})

    yield "live-empty", "the file that was completed is not in Live", gone


@operator("request-for-each-file")
def request_for_each_file(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A request for several files (guidance 1.3)."""

    def two_user_ids(draft: Draft) -> Faulty:
        """In Live as well, so that nothing is wrong where a request may serve both."""
        signer, csv = _by_stranger(draft), _another(draft, STRANGER)
        number = reference(draft.ground, 2)
        files = placed(signer, _SUBMITTED, number, csv) | placed(signer, _LIVE, number, csv)
        return _put(draft, files)

    def put(where: tuple[Kind, Folder], make: Callable[[Draft], bytes]) -> Any:
        return lambda draft: _put(
            draft, placed(draft, where, reference(draft.ground, 2), make(draft))
        )

    if has(draft, Folder.LIVE):
        yield "two-user-ids", "one request for the files of two User IDs", two_user_ids
    if has(draft, Folder.ARCHIVE):
        yield "two-files", "one request for two files of a User ID", put(_ARCHIVE, _another)
    yield (
        "two-kinds",
        "one request for an ADT File and a QCAF",
        put(_QCAF, lambda draft: qcaf_file(draft.ground, _scenario_of(draft))),
    )


def _by_stranger(draft: Draft) -> Draft:
    assert draft.signing is not None  # noqa: S101 - an area is made with it
    return replace(draft, signing=replace(draft.signing, eui64=STRANGER))


def _scenario_of(draft: Draft, user_id: str | None = None) -> Scenario:
    return Scenario(user_id=user_id or entry(draft, "live_user_ids", 0), seed=90)


def _another(draft: Draft, user_id: str | None = None) -> bytes:
    """An ADT File with other rules than those that are there."""
    return adt_file(draft.ground, _scenario_of(draft, user_id), 0)


def _copied(
    draft: Draft, where: tuple[Kind, Folder], into: tuple[Kind, Folder]
) -> dict[str, bytes]:
    rules = draft.profile.delivery
    old, new = f"{folder_of(rules, where)}/", f"{folder_of(rules, into)}/"
    return {
        new + name.removeprefix(old): data
        for name, data in draft.files.items()
        if name.startswith(old)
    }


def _put(draft: Draft, files: Mapping[str, Any]) -> Faulty:
    changes: list[DraftChange] = []
    for name, data in files.items():
        draft, change = put_file(draft, name, data)
        changes.append(change)
    return Faulty(draft, tuple(changes))
