"""Results under other readings of the text, where a reading decided the outcome.

What fails by one reading alone rests on the note. What fails by all of them does not: it rests on
what the requirement itself rests on. What passes did so by a reading where another would not let
it pass. So the requirement is checked again by the other readings, which is bounded: a file that
is large is not read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from math import prod

from msgspec import Struct
from msgspec.structs import replace

from conformance.checks.context import Context, Setting
from conformance.content import Content
from conformance.findings import Status
from conformance.footing import strongest, weakest
from conformance.model.requirement import Kind, Reads
from conformance.patterns import pattern
from conformance.records.layout import OCCURS
from conformance.result import OtherReading, Result

#: Bytes of a submission, and files of an area, up to which they are read again.
LARGEST, FILES = 4 << 20, 200
#: Bytes of a file up to which it is searched for what a note is about.
LARGEST_PASSED = 1 << 20
#: Combinations of readings that are tried for one requirement.
MOST = 12
#: Why other readings were not tried.
TOO_LARGE = "the files are too large to be checked again by other readings"
TOO_MANY = "too many readings bear on it to try each with each"

#: Checks one requirement, by its id, in a context.
Look = Callable[[Context, str], Result]
#: Readings by their notes.
Chosen = tuple[tuple[str, str], ...]


class OtherReadings:
    """Checks requirements of one submission again; ``look`` checks one of them."""

    def __init__(self, context: Context, look: Look) -> None:
        self._context = context
        self._look = look
        self._contexts: dict[Chosen, Context] = {}
        self._occurring: dict[str, bool] = {}

    def weighed(self, noted: Iterable[str], results: Mapping[str, Result]) -> dict[str, Result]:
        """Return those ``noted`` that a reading decided, with what other readings would give."""
        found = {}
        for identifier in noted:
            result = results[identifier]
            if result.status is Status.PASSED and result.notes:
                found[identifier] = self._relied(result)
            elif result.status is Status.FAILED and (notes := self._notes(result, results)):
                found[identifier] = self._weighed(result, notes)
        return found

    def _relied(self, result: Result) -> Result:
        """Return a result that passed, with the notes it relied on: another reading might fail it.

        That is tried where it costs little. Otherwise a note is named if what it is about is in
        the file, or if the file is too large for that to be looked for.
        """
        kind = self._context.submission.kind
        relied = relied_on(self._context.setting, kind)
        notes: list[str] = []
        others: list[OtherReading] = []
        for name in result.notes:
            note = relied[name]
            if note.reads is not None:
                notes += [name] if self._occurs(name) else []
                continue
            for reading in note.others:
                status = self._look(self._under(((name, reading),)), _id(result)).status
                if status in (Status.FAILED, Status.NOT_SHOWN):
                    others.append(OtherReading(name, reading, status))
                    notes.append(name)
        return _passed_by(result, tuple(dict.fromkeys(notes)), tuple(others))

    def _occurs(self, note: str) -> bool:
        """Return False if nothing in the file is what ``note`` is about."""
        if note not in self._occurring:
            self._occurring[note] = _may_occur(note, self._context.data)
        return self._occurring[note]

    def _notes(self, result: Result, results: Mapping[str, Result]) -> tuple[str, ...]:
        """The notes that decided a failure, its own or that of what it fails through."""
        known, profile = self._context.setting.catalogue.notes, self._context.profile
        kind = self._context.submission.kind
        sources = (result, *(results[name] for name in result.through))
        named = dict.fromkeys(n for one in sources for f in one.findings for n in f.notes)
        return tuple(
            name
            for name in named
            if known[name].decides and not profile.verifies(profile.reading_entry(name, kind))
        )

    def _weighed(self, result: Result, notes: tuple[str, ...]) -> Result:
        catalogue = self._context.setting.catalogue.notes
        taken = self._context.profile.readings_of(self._context.submission.kind)
        choices = [[reading.id for reading in catalogue[note].readings] for note in notes]
        if not self._can_be_read_again(notes):
            return replace(result, untried=TOO_LARGE)
        whole = prod(map(len, choices)) <= MOST
        chosen = product(*choices) if whole else _singly(choices, [taken[n] for n in notes])
        found: list[Result] = []
        others: list[OtherReading] = []
        for readings in chosen:
            other = self._look(self._under(tuple(zip(notes, readings, strict=True))), _id(result))
            found.append(other)
            differing = [(n, r) for n, r in zip(notes, readings, strict=True) if taken[n] != r]
            if len(differing) == 1:
                others.append(OtherReading(*differing[0], other.status))
        result = replace(result, others=tuple(others), untried=None if whole else TOO_MANY)
        footings = [one.rests_on for one in found if one.rests_on is not None]
        if whole and len(footings) == len(found) and result.rests_on is not None:
            rests_on = strongest((result.rests_on, weakest(footings)))
            return replace(result, rests_on=rests_on)
        return result

    def _can_be_read_again(self, notes: tuple[str, ...]) -> bool:
        submission = self._context.submission
        if submission.survey is not None:
            return len(submission.survey.files) <= FILES
        # For the other notes a record is read, or nothing.
        if not {self._reads(name) for name in notes} & {Reads.BYTES, Reads.RECORDS}:
            return True
        read = {id(one): one for one in (submission.file, *submission.inputs) if one is not None}
        return sum(len(content) for content in read.values()) <= LARGEST

    def _reads(self, note: str) -> Reads | None:
        return self._context.setting.catalogue.notes[note].reads

    def _under(self, chosen: Chosen) -> Context:
        """The context by these readings; what does not depend on them is not looked at again."""
        if chosen not in self._contexts:
            context = self._context
            other = _other_setting(chosen, context.setting, context.submission.kind)
            made = Context(context.submission, other.setting, settled=other.settled)
            known = context.__dict__
            kept = {name: known[name] for name in other.kept if name in known}
            made.__dict__.update(kept, profile=other.setting.profile)
            self._contexts[chosen] = made
        return self._contexts[chosen]


def _may_occur(note: str, data: Content | None) -> bool:
    sign = OCCURS.get(note)
    if sign is None or data is None or len(data) > LARGEST_PASSED:
        return True
    return pattern(sign).search(data.read(LARGEST_PASSED)) is not None


@lru_cache(maxsize=4096)
def _passed_by(result: Result, notes: tuple[str, ...], others: tuple[OtherReading, ...]) -> Result:
    """Return ``result``, which has no findings, by these notes: the same for many submissions."""
    return replace(result, notes=notes, others=others)


class Relied(Struct, frozen=True):
    """A note that a pass may rely on: what it is about, and the readings that are not taken."""

    reads: Reads | None
    others: tuple[str, ...]


@lru_cache(maxsize=64)
def relied_on(setting: Setting, kind: Kind) -> Mapping[str, Relied]:
    """Return the notes whose other readings might let less pass, if the profile verifies none."""
    profile = setting.profile
    readings = profile.readings_of(kind)
    return {
        name: Relied(note.reads, tuple(r.id for r in note.readings if r.id != readings.get(name)))
        for name, note in setting.catalogue.notes.items()
        if readings.get(name) != note.strictest
        and not profile.decides(name, kind)
        and not profile.verifies(profile.reading_entry(name, kind))
    }


class _OtherSetting(Struct, frozen=True):
    """A setting by other readings, the notes of these, and the facts that do not depend on them."""

    setting: Setting
    settled: frozenset[str]
    kept: tuple[str, ...]


@lru_cache(maxsize=256)
def _other_setting(chosen: Chosen, setting: Setting, kind: Kind) -> _OtherSetting:
    """Return the setting by other readings, for all submissions of ``kind`` checked in it."""
    profile = setting.profile.read_otherwise(dict(chosen), kind)
    kept = ["opened", "dialect", "edition", "edition_doubt", "foreign"]
    notes = setting.catalogue.notes
    if not any(notes[name].reads is Reads.BYTES for name, _ in chosen):
        kept.append("scan")
    settled = frozenset(name for name, _ in chosen)
    return _OtherSetting(replace(setting, profile=profile), settled, tuple(kept))


def _singly(choices: list[list[str]], taken: list[str]) -> Iterator[tuple[str, ...]]:
    """The choices that differ from those ``taken`` in one place."""
    for place, options in enumerate(choices):
        for option in options:
            if option != taken[place]:
                yield (*taken[:place], option, *taken[place + 1 :])


def _id(result: Result) -> str:
    return result.requirement.id
