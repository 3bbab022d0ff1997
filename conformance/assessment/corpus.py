"""The cases that an implementation is assessed with, read as the files that they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.assessment.corpus_files import MANIFEST, CorpusFiles
from conformance.errors import TadpError
from conformance.footing import Footing
from conformance.model.catalogue import Catalogue, selects, selects_any
from conformance.model.profile import Profile
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind, Requirement, Subject
from conformance.portable import require_portable
from conformance.submission.manifest import load_json

_EXCLUDED = "excluded by --exclude"
_UNCLAIMED = "not claimed (by --ics, --scope or the hello)"
#: The kinds that DCC receives. Others are put only where somebody asks for them or claims them.
RECEIVED = (Kind.ADT, Kind.QCAF)
#: Requirements on a receiver that only cases made for them show. That a file holds nulls does not
#: make a rejection of it one for its nulls.
_MADE_FOR = frozenset({"6.1-5"})


class Case(Struct, frozen=True):
    """A case, with what is expected of it; nothing in here is for an implementation to see.

    ``submission`` are its files; ``roots`` the requirements that it breaks by itself, ``through``
    those that fail through them; ``positive`` is the id of the conforming case that it was made
    from. ``rests_on`` is what its failures rest on, the strongest first. ``shows`` are the
    requirements on a receiver that a conforming case was made to show; ``mutation`` is what was
    changed in the conforming one, as ``case.json`` records it. ``refused``: a submitter has to
    refuse the task that is made from it. It is not ``listed`` if it was made up for one run.
    """

    id: str
    submission: CorpusFiles
    kind: Kind
    edition: str
    verdict: str
    roots: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    place: Mapping[str, Any] = field(default_factory=dict)
    positive: str | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    rests_on: tuple[Footing, ...] = ()
    shows: tuple[str, ...] = ()
    title: str = ""
    mutation: Mapping[str, Any] = field(default_factory=dict)
    refused: bool = False
    listed: bool = True

    @property
    def conforms(self) -> bool:
        """Return True if a receiver has to accept it."""
        return self.verdict == "conforms"

    @property
    def undecided(self) -> bool:
        """Return True if the case shows neither that it conforms nor that it does not."""
        return self.verdict == "not shown"

    @property
    def expected(self) -> str:
        """The answer that a receiver has to give."""
        if self.undecided:
            return "either"
        return "accepted" if self.conforms else "rejected"


class Corpus(Struct, frozen=True, dict=True):
    """A corpus: its cases in their order, the path of its profile, and when they are checked.

    ``left_out`` gives cases, and requirements, that its profile has no place for, and why.
    """

    files: CorpusFiles
    version: str
    digest: str
    checked_at: str
    profile: str
    cases: tuple[Case, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> dict[str, Case]:
        """The cases, by their ids."""
        return {case.id: case for case in self.cases}


class Chosen(Struct, frozen=True):
    """The cases that are put, and, by case or kind, why others are not."""

    cases: tuple[Case, ...]
    left_out: Mapping[str, str]


def read_corpus(files: CorpusFiles) -> Corpus:
    """Read a corpus.

    Raises:
        TadpError: it is not readable, does not fit its schema, or names something outside itself
            or something that not every system takes.
    """
    content = files.content(MANIFEST)
    manifest = load_json(content, "corpus")
    where = str(files.place / MANIFEST)
    require_portable((entry["id"] for entry in manifest["cases"]), where)
    require_portable((manifest["profile"], *(e["path"] for e in manifest["cases"])), where)
    return Corpus(
        files,
        manifest["version"],
        content.digest("sha256").hex(),
        manifest["checked_at"],
        manifest["profile"],
        tuple(read_case(files.below(entry["path"])) for entry in manifest["cases"]),
        {entry["id"]: entry["reason"] for entry in manifest.get("left_out", ())},
    )


def read_case(files: CorpusFiles) -> Case:
    """Read a case, as ``case.json`` records it.

    Raises:
        TadpError: it is not readable, or does not fit its schema.
    """
    record = load_json(files.content("case.json"), "case")
    require_portable((record["id"], record["submission"]), str(files.place / "case.json"))
    expected = record["expected"]
    told_by = f"conforming/{record['story']}"
    positive = record["positive"] or (told_by if expected["roots"] else None)
    return Case(
        record["id"],
        files.below(record["submission"]),
        Kind(record["kind"]),
        record["edition"],
        expected["verdict"],
        tuple(expected["roots"]),
        tuple(expected["through"]),
        expected["place"],
        positive,
        record["readings"],
        tuple(Footing(one) for one in expected["rests_on"]),
        tuple(expected.get("shows", ())),
        record["title"],
        record.get("mutation", {}),
    )


def profile_of(corpus: Corpus, catalogue: Catalogue) -> Profile:
    """Load the profile of a corpus; the files of trust that it names may be in an archive.

    Raises:
        ModelError: it cannot be read, or makes no sense.
    """
    with corpus.files.on_disk(corpus.profile) as folder:
        return load_profile(str(folder / corpus.profile), catalogue)


@lru_cache(maxsize=8)
def receivers_requirements(catalogue: Catalogue) -> tuple[Requirement, ...]:
    """The requirements on whoever receives a file: they are shown by running it."""
    return tuple(r for r in catalogue.requirements() if r.subject is Subject.RECEIVER)


def rejected_under(catalogue: Catalogue, roots: Iterable[str]) -> list[str]:
    """The receiver's requirements under which a case that breaks ``roots`` is rejected."""
    wanted = tuple(roots)
    return [
        r.id
        for r in receivers_requirements(catalogue)
        if any(selects_any(r.rejects, root) for root in wanted)
    ]


def is_shown_by(requirement: Requirement, case: Case) -> bool:
    """Return True if ``case`` shows whether a receiver meets a requirement on receivers.

    It does by what it breaks, or, where the requirement is to accept something, by conforming:
    any case that does, unless the requirement needs cases made for it.
    """
    if requirement.rejects:
        return any(selects_any(requirement.rejects, root) for root in case.roots)
    if requirement.id in _MADE_FOR:
        return case.conforms and requirement.id in case.shows
    return case.conforms and case.kind in requirement.kinds


class Choice(Struct, frozen=True):
    """Which cases are wanted: ids of cases, requirements or clauses; kinds; other readings.

    ``claimed`` are the requirements that a conformance statement claims, where there is one.
    Without ``kinds``, those that DCC receives are put, and those that claims are about alone.
    """

    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    kinds: Collection[Kind] = ()
    readings: Mapping[str, str] | None = None
    claimed: tuple[str, ...] | None = None


def choose(corpus: Corpus, catalogue: Catalogue, choice: Choice) -> Chosen:
    """The cases of ``corpus`` that ``choice`` selects, and the positives that they count with.

    Raises:
        TadpError: something that is selected or excluded is not there.
    """
    for name in (*choice.only, *choice.exclude):
        _require_known(name, corpus, catalogue)
    choice = replace(choice, kinds=choice.kinds or _kinds(corpus, choice.claimed or ()))
    left: dict[str, str] = {}
    found: dict[str, Case] = {}
    for case in corpus.cases:
        reason = _reason(case, choice)
        if reason:
            left[case.id] = reason
        elif _named(case, choice.exclude, catalogue):
            left[case.id] = _EXCLUDED
        elif choice.claimed is not None and not _named(case, choice.claimed, catalogue):
            left[case.id] = _UNCLAIMED
        elif choice.only and not _named(case, choice.only, catalogue):
            left[case.id] = "not selected by --only"
        else:
            found[case.id] = case
    for case in list(found.values()):
        # Without it nothing counts, so it is left out only where it is excluded by its name.
        if case.positive in corpus.by_id and not _called(case.positive, choice.exclude):
            found[case.positive] = corpus.by_id[case.positive]
            left.pop(case.positive, None)
    if not found:
        raise TadpError("no case is left to put", remedy="see --only, --exclude and --kind")
    return Chosen(tuple(c for c in corpus.cases if c.id in found), left)


def _kinds(corpus: Corpus, claimed: Collection[str]) -> set[Kind]:
    """Return the kinds that are run if none is chosen."""
    found = set(RECEIVED)
    shown = {root for case in corpus.cases if case.kind in found for root in case.roots}
    wanted = set(claimed) - shown
    return found | {c.kind for c in putable(corpus.cases) if not wanted.isdisjoint(c.roots)}


def putable(cases: Iterable[Case]) -> Iterator[Case]:
    """Yield the cases that can be put: an area is where submissions are, and not one itself."""
    return (case for case in cases if case.kind is not Kind.AREA)


def _reason(case: Case, choice: Choice) -> str | None:
    if case.kind not in choice.kinds:
        return f"{case.kind.label}: a kind that this run leaves out (see --kind)"
    if choice.readings is not None:
        for note, reading in case.readings.items():
            if choice.readings.get(note) != reading:
                return "uses another reading than the profile (see --all-readings)"
    return None


def _called(identifier: str, names: Iterable[str]) -> bool:
    """Return True if one of ``names`` is the id of the case, or the first parts of it."""
    return any(identifier == name or identifier.startswith(name + "/") for name in names)


def _named(case: Case, names: Iterable[str], catalogue: Catalogue) -> bool:
    own = (*case.roots, *rejected_under(catalogue, case.roots))
    return any(
        _called(case.id, [name])
        or (case.roots and any(selects(name, identifier) for identifier in own))
        or any(r.id == name and is_shown_by(r, case) for r in receivers_requirements(catalogue))
        for name in names
    )


def _require_known(name: str, corpus: Corpus, catalogue: Catalogue) -> None:
    if any(_called(case.id, [name]) for case in corpus.cases):
        return
    reason = next((why for i, why in corpus.left_out.items() if _called(i, [name])), None)
    if reason is not None:
        raise TadpError(f"the corpus for this profile has no case {name!r}: {reason}")
    if not any(selects(name, r.id) for r in catalogue.requirements()):
        raise TadpError(
            f"no case, requirement or clause is called {name!r}",
            remedy="see tadp fixtures list and tadp clauses",
        )
