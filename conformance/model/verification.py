"""The entries of a profile that somebody has confirmed: those that say so, and no others.

A profile speaks of its entries in ``[[assumptions]]``, each by its dotted path. Of the paths that
lead to an entry the longest governs. An entry that no path leads to is unverified.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from conformance.model.profile_merging import Merger

#: Facts that a verified entry gives: the document, the person, the date.
CONFIRMATION = ("source", "by", "on")
#: The text for an entry that no assumption covers.
SILENT = "Nothing says that this was confirmed."
#: Tables whose entries are listed one by one.
_APART = frozenset({"files", "readings"})
#: Entries that are about the profile itself, and state nothing that could be confirmed.
_ABOUT = frozenset({"profile", "title", "version", "source", "extends", "assumptions"})


class Assumption(Struct, frozen=True, cache_hash=True):
    """The statement of a profile on one of its entries: assumed, and why; or verified.

    ``source``, ``by`` and ``on`` (a date) say where a verified entry is laid down, and who
    confirmed it when.
    """

    entry: str
    reason: str
    verified: bool = False
    source: str = ""
    by: str = ""
    on: str = ""


def within(path: str, other: str) -> bool:
    """Return True if ``path`` is the entry ``other``, or a part of it."""
    return path == other or path.startswith(f"{other}.")


@lru_cache(maxsize=4096)
def is_verified(assumptions: tuple[Assumption, ...], entry: str) -> bool:
    """Return True if ``entry`` is verified as a whole: it, and each part that is spoken of."""
    governing = _governing(assumptions, entry)
    return (
        governing is not None
        and governing.verified
        and all(one.verified for one in assumptions if within(one.entry, entry))
    )


def unverified(assumptions: Iterable[Assumption], table: Mapping[str, Any]) -> list[Assumption]:
    """Return the entries of ``table`` that are not verified, as few paths as will do.

    A table none of whose entries are verified is one path; each file and each reading has its
    own.
    """
    known = tuple(assumptions)
    found: list[Assumption] = []
    for key, value in table.items():
        if key not in _ABOUT:
            parts = {key: value}
            if key in _APART:
                parts = {f"{key}.{name}": part for name, part in value.items()}
            for path, part in parts.items():
                found += _unverified(known, path, part)
    return found


def _unverified(known: tuple[Assumption, ...], path: str, value: Any) -> Iterator[Assumption]:
    leaves = list(leaves_of(value, path))
    open_ones = [leaf for leaf in leaves if not is_verified(known, leaf)]
    governing = _governing(known, path)
    if leaves and len(open_ones) == len(leaves) and not (governing and governing.verified):
        reason = governing.reason if governing else _first_reason(known, path)
        yield Assumption(path, reason)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _unverified(known, f"{path}.{key}", part)
    elif open_ones:
        inner = [one for one in known if within(one.entry, path) and not one.verified]
        yield from inner or [Assumption(path, governing.reason if governing else SILENT)]


def _first_reason(known: tuple[Assumption, ...], path: str) -> str:
    return next((one.reason for one in known if within(one.entry, path)), SILENT)


def _governing(known: Iterable[Assumption], entry: str) -> Assumption | None:
    leading = (one for one in known if within(entry, one.entry))
    return max(leading, key=lambda one: len(one.entry), default=None)


def leaves_of(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of each entry of a table that is not a table itself."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if path or key not in _ABOUT:
                yield from leaves_of(part, f"{path}.{key}" if path else key)
    elif path:
        yield path


def inherited(
    below: Iterable[Mapping[str, Any]],
    above: Mapping[str, Any],
    name: str,
    merger: Merger | None = None,
) -> list[dict[str, Any]]:
    """Return the assumptions of a profile that puts the table ``above`` over another's.

    ``below`` are the other's assumptions. What it verified and ``above`` states again is
    unverified, unless the assumptions of ``above`` speak of it themselves. Of a list that
    ``merger`` has merged, that is each table that is stated, and the list if any came or went.
    """
    own = [dict(one) for one in above.get("assumptions", ())]
    spoken = {one["entry"] for one in own}
    merger = merger or Merger()
    stated = [path for leaf in leaves_of(above) for path in merger.stated.get(leaf, [leaf])]
    kept = [
        dict(one) for one in below
        if one["entry"] not in spoken and not any(within(one["entry"], r) for r in merger.removed)
    ]  # fmt: skip
    result: dict[str, dict[str, Any]] = {}
    for one in kept:
        reset = one["verified"] and any(within(one["entry"], path) for path in stated)
        if not (reset and _covered(one["entry"], spoken)):
            result[one["entry"]] = _reset(one["entry"], name) if reset else one
    for path in stated:
        confirmed = any(within(path, one["entry"]) and one["verified"] for one in kept)
        if confirmed and path not in result and not _covered(path, spoken):
            result[path] = _reset(path, name)
    for path in merger.kept:
        # It is as it was, whatever came or went beside it.
        governing = max(
            (one for one in kept if within(path, one["entry"])),
            key=lambda one: len(one["entry"]),
            default=None,
        )
        if governing is None or not governing["verified"] or path in result:
            continue
        if any(within(path, one) and within(one, governing["entry"]) for one in result):
            result[path] = {**governing, "entry": path}
    return [*result.values(), *own]


def _covered(path: str, spoken: Iterable[str]) -> bool:
    return any(within(path, entry) for entry in spoken)


def _reset(path: str, name: str) -> dict[str, Any]:
    reason = f"Profile {name} states this again, and does not say that it was confirmed."
    return {"entry": path, "verified": False, "reason": reason}
