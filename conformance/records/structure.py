"""The order of the kinds of records in a file: places, parents, and how often each occurs.

It is decided on a sequence with a byte for each record. Only one that is not right is gone through.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from conformance.model.record_kind import RecordKind
from conformance.records.kinds import UNKNOWN, Kinds


class Misplaced(Struct, frozen=True):
    """The fault of the record ``number``, of ``kind``: what was found, and expected.

    ``number`` 0: it is about the file as a whole.
    """

    number: int
    kind: RecordKind
    entry: str
    message: str
    found: str
    expected: str


class _Open(Struct):
    """A record whose children may follow, and how many of each kind did."""

    kind: RecordKind
    number: int
    counts: Counter[str] = field(default_factory=Counter)
    #: A record of no kind is between it and what follows: it may have been any.
    doubtful: bool = False


def misplaced(kinds: Kinds, sequence: bytes) -> Iterator[Misplaced]:
    """Yield what is wrong with the order of the records of a file."""
    if UNKNOWN in sequence or not _is_right(kinds, sequence):
        yield from _Walk(kinds, sequence).found()


def _is_right(kinds: Kinds, sequence: bytes) -> bool:
    """Return True if a sequence has all records where they belong, in the right number."""
    heads = sorted((p.kind.at, c, p.kind) for c, p in kinds.by_code.items() if p.kind.at)
    before = b"".join(_optional(c, kind) for at, c, kind in heads if at > 0)
    after = b"".join(_optional(c, kind) for at, c, kind in heads if at < 0)
    body = b"".join(b"|" * bool(n) + one for n, one in enumerate(_body(kinds, None)))
    if not re.fullmatch(before + b"(?>" + body + b")*+" + after, sequence):
        return False
    for code, plan in kinds.by_code.items():
        kind = plan.kind
        if kind.at is not None or (not kind.occurs.minimum and kind.occurs.maximum is None):
            continue
        if kind.parent is None:
            if not kind.occurs.admits(sequence.count(code)):
                return False
        elif not all(map(kind.occurs.admits, children(kinds, sequence, kind.parent, [kind.name]))):
            return False
    return True


def _optional(code: int, kind: RecordKind) -> bytes:
    return re.escape(bytes((code,))) + (b"" if kind.occurs.minimum else b"?")


def _body(kinds: Kinds, parent: str | None) -> Iterator[bytes]:
    """Yield an expression for a record of each child of a kind, with its own children."""
    for code, plan in kinds.by_code.items():
        if plan.kind.at is None and plan.kind.parent == parent and not plan.kind.closes:
            inner = b"|".join(_body(kinds, plan.kind.name))
            last = b"".join(
                _optional(c, p.kind)
                for c, p in kinds.by_code.items()
                if p.kind.closes and p.kind.parent == plan.kind.name
            )
            yield re.escape(bytes((code,))) + (b"(?>" + inner + b")*+" if inner else b"") + last


def children(kinds: Kinds, sequence: bytes, parent: str, names: list[str]) -> Iterator[int]:
    """Yield how many records of some kinds belong to each record ``parent``, in order."""
    code = kinds.code_of[parent]
    wanted = bytes(kinds.code_of[name] for name in names)
    # The record that ends those belonging to one: another of its kind, or of a kind above it.
    ends = {code} | {
        c for c, plan in kinds.by_code.items() if not is_below(kinds, plan.kind, parent)
    }
    outside = bytes(sorted(ends))
    for piece in re.finditer(
        re.escape(bytes((code,))) + b"([^" + re.escape(outside) + b"]*+)", sequence
    ):
        inner = piece[1]
        yield sum(inner.count(one) for one in wanted)


def is_below(kinds: Kinds, kind: RecordKind, parent: str) -> bool:
    """Return True if records of a kind belong to records of the kind ``parent``."""
    seen = kind.parent
    while seen is not None and seen != parent:
        seen = kinds.by_code[kinds.code_of[seen]].kind.parent
    return seen == parent


class _Walk:
    """Goes through a sequence that is not right, record by record."""

    def __init__(self, kinds: Kinds, sequence: bytes) -> None:
        self._kinds = kinds
        self._sequence = sequence
        self._named: Mapping[str, RecordKind] = {p.kind.name: p.kind for p in kinds.plans}

    def found(self) -> Iterator[Misplaced]:
        """Yield what is wrong."""
        file = Counter[str]()
        path: list[_Open] = []
        doubtful = False
        for number, code in enumerate(self._sequence, 1):
            if code == UNKNOWN:
                doubtful = True
                for one in path:
                    one.doubtful = True
                continue
            kind = self._kinds.by_code[code].kind
            if kind.at is not None:
                file[kind.name] += 1
                yield from self._placed(kind, number)
                continue
            keep = next((n + 1 for n, o in enumerate(path) if o.kind.name == kind.parent), 0)
            if kind.parent is not None and not keep:
                yield from () if doubtful else (self._orphan(kind, number),)
                continue
            counts = path[keep - 1].counts if keep else file
            counts[kind.name] += 1
            if kind.parent is not None and keep < len(path) and path[keep].kind.closes:
                yield from () if kind.closes else (self._behind(path[keep].kind, kind, number),)
            yield from self._next(path[keep:], kind, number, counts[kind.name])
            path = [*path[:keep], _Open(kind, number)]
            doubtful = doubtful and kind.parent is not None
        for one in path:
            yield from self._too_few(one)
        if UNKNOWN not in self._sequence:
            yield from self._missing(file, len(self._sequence))

    def _next(
        self, ended: list[_Open], kind: RecordKind, number: int, count: int
    ) -> Iterator[Misplaced]:
        """Yield what is wrong of records that end before one, and of how many it is."""
        for one in ended:
            yield from self._too_few(one)
        yield from self._too_many(kind, number, count)

    def _placed(self, kind: RecordKind, number: int) -> Iterator[Misplaced]:
        """Yield that a record with a place of its own is at another.

        Records of no kind, such as an empty one behind the last, and those that belong at the
        other end of the file have a finding of their own.
        """
        at, total = kind.at or 0, len(self._sequence)
        beside = self._sequence[:number] if at > 0 else self._sequence[number - 1 :]
        others = [c for c, p in self._kinds.by_code.items() if (p.kind.at or 0) * at < 0]
        if len(beside.translate(None, bytes((UNKNOWN, *others)))) != abs(at):
            yield self._elsewhere(kind, number, at if at > 0 else total + 1 + at)

    def _entry(self, kind: RecordKind, name: str) -> str:
        return f"records.{kind.name}.{name}"

    def _elsewhere(self, kind: RecordKind, number: int, place: int) -> Misplaced:
        at = kind.at or 0
        first = "the first record" if at == 1 else f"record {at}"
        last = "the last record" if at == -1 else f"record {-at} before the end"
        where = first if at > 0 else f"{last}, which is record {place}"
        return Misplaced(
            number,
            kind,
            self._entry(kind, "at"),
            f"a record {kind.name} in another place",
            f"{kind.name} as record {number} of {len(self._sequence)}",
            f"{kind.name} as {where}",
        )

    def _orphan(self, kind: RecordKind, number: int) -> Misplaced:
        return Misplaced(
            number,
            kind,
            self._entry(kind, "parent"),
            f"a record {kind.name} without the record {kind.parent} that it belongs to",
            f"no record {kind.parent} before it",
            f"a record {kind.parent}, and after it its records {kind.name}",
        )

    def _behind(self, last: RecordKind, kind: RecordKind, number: int) -> Misplaced:
        return Misplaced(
            number,
            kind,
            self._entry(last, "at"),
            f"a record {kind.name} behind the record {last.name}, which is the last of its group",
            f"{kind.name} after {last.name}",
            f"{last.name} after all other records that belong to the same {last.parent}",
        )

    def _too_many(self, kind: RecordKind, number: int, count: int) -> Iterator[Misplaced]:
        most = kind.occurs.maximum
        if most is not None and count == most + 1:
            whose = f" in one record {kind.parent}" if kind.parent else ""
            yield Misplaced(
                number,
                kind,
                self._entry(kind, "occurs"),
                f"too many records {kind.name}{whose}",
                f"another after {most:,}",
                f"at most {most:,}",
            )

    def _too_few(self, one: _Open) -> Iterator[Misplaced]:
        if one.doubtful:
            return
        for kind in self._named.values():
            least, count = kind.occurs.minimum, one.counts[kind.name]
            if kind.parent == one.kind.name and count < least:
                yield Misplaced(
                    one.number,
                    kind,
                    self._entry(kind, "occurs"),
                    f"too few records {kind.name} after a record {one.kind.name}",
                    f"{count:,}",
                    kind.occurs.words,
                )

    def _missing(self, file: Mapping[str, int], total: int) -> Iterator[Misplaced]:
        for kind in self._named.values():
            count = file.get(kind.name, 0)
            if kind.parent is not None or count >= kind.occurs.minimum:
                continue
            number = min(1, total) if kind.at and kind.at > 0 else total
            yield Misplaced(
                number,
                kind,
                self._entry(kind, "at" if kind.at else "occurs"),
                f"there is no record {kind.name}" if not count else f"too few records {kind.name}",
                f"{count:,}",
                kind.occurs.words,
            )
