"""Looking for the smallest submission that a receiver gets wrong, with Hypothesis."""

from __future__ import annotations

import shutil
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, find, reject, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning, NoSuchExample, Unsatisfiable
from msgspec import Struct
from msgspec.structs import replace

from conformance.assessment import corpus as assessed
from conformance.assessment.adapter import Adapter
from conformance.assessment.corpus_files import CorpusFiles, CorpusFolder
from conformance.assessment.hiding import hidden_in, setting_of
from conformance.assessment.neutral import Workspace, endless_ids, job_of
from conformance.assessment.running import Put
from conformance.assessment.scores import Score, Standing, score_one
from conformance.checker import check_submission
from conformance.model.catalogue import selects_any
from conformance.model.profile_loading import DEFAULT
from conformance.staging import staged_folder, write_among
from conformance.submission.hints import CliHints
from conformance.submission.manifest import MAXIMUM_BYTES
from conformance.submission.reading import read_submission
from generators.case import Case
from generators.conforming import fitted
from generators.corpus import manifest_of
from generators.covering import POSITIVE, STORY, Tried, covering
from generators.draft import Ground as Base
from generators.faults import Fault, faults_of
from generators.offer import usual
from generators.scenario import Scenario
from generators.strategies import ground, scenarios

_WRONG = frozenset({Standing.FAILED, Standing.OTHER_REASON, Standing.ERROR})
#: Submissions that are tried at most; the time is usually over before.
_MANY = 1_000_000
#: Seconds in which a smaller submission is looked for, once one is found.
_SHRINKING = 20.0


class Hunt(Struct, frozen=True):
    """The terms of a hunt: requirements to break, for how many seconds, from which seed.

    Submissions are those of ``profile``.

    A requirement on the receiver, such as 4.8(b)-1, means those for which it rejects files.
    """

    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    seconds: float = 60.0
    seed: int = 0
    profile: str = DEFAULT

    @property
    def base(self) -> Base:
        """The base that submissions are made from."""
        return ground(self.profile)

    def wants(self, requirement: str) -> bool:
        """Return True if a requirement is one to break."""
        own = (requirement, *assessed.rejected_under(self.base.catalogue, [requirement]))
        if self.only and not any(selects_any(self.only, name) for name in own):
            return False
        return not any(selects_any(self.exclude, name) for name in own)


class Catch(Struct):
    """The smallest submission that was got wrong, if any.

    ``tried`` submissions were put until the first such was found, ``faulty`` of them with a fault.
    """

    tried: int = 0
    faulty: int = 0
    smallest: Tried | None = None
    score: Score | None = None


class _Over(BaseException):
    """The time is over."""


class _Hunter:
    """Puts one submission after another, and keeps the smallest that was got wrong."""

    def __init__(self, adapter: Adapter, place: Workspace, hunt: Hunt) -> None:
        self._adapter = adapter
        self._place = place
        self._setting = setting_of(place, ground().catalogue)
        self._names = endless_ids(hunt.seed)
        self._until = time.monotonic() + hunt.seconds
        self.catch = Catch()

    def is_wrong(self, tried: Tried) -> bool:
        """Put a submission; return whether it was got wrong."""
        now = time.monotonic()
        if now > self._until:
            raise _Over
        catch = self.catch
        first = catch.smallest is None
        score = self._put(tried)
        if score is None:
            return False
        if first:
            catch.tried += 1
            catch.faulty += tried.fault is not None
        if score.standing not in _WRONG:
            return False
        if first:
            self._until = now + _SHRINKING
        if catch.smallest is None or tried.size < catch.smallest.size:
            catch.smallest, catch.score = tried, score
        return True

    def _put(self, tried: Tried) -> Score | None:
        """Put a submission; nothing if the fault has brought about another one with it."""
        folder = self._place.folder / next(self._names)
        tried.draft.write(folder)
        record = tried.case()
        case = assessed.Case(
            record.id,
            CorpusFolder(folder),
            tried.draft.kind,
            tried.draft.edition,
            record.verdict,
            record.roots,
            tuple(record.through),
        )
        setting = self._setting
        try:
            checked = check_submission(
                read_submission(str(folder), CliHints(), setting.profile), setting
            )
            if tuple(r.requirement.id for r in checked.roots) != record.roots:
                return None
            job = job_of(folder, case, self._place)
            put = Put(case, job, self._adapter.ask(job))
            return score_one(put, setting.catalogue, lambda _: hidden_in(checked))
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def hunt_down(
    adapter: Adapter, place: Workspace, hunt: Hunt, step: Callable[[int], None] = lambda _: None
) -> Catch:
    """Try submissions on a receiver, until one is got wrong; then look for a smaller one.

    First one fault of every requirement, and then another of each; then whatever Hypothesis draws.
    ``step`` is called for each submission.
    """
    hunter = _Hunter(adapter, place, hunt)

    def is_wrong(tried: Tried) -> bool:
        wrong = hunter.is_wrong(tried)
        step(1)
        return wrong

    with suppress(_Over):
        # Who asks for some requirements wants to see those broken.
        turns = (t for t in covering(hunt.base, hunt.seed, hunt.wants) if t.fault or not hunt.only)
        found = next(filter(is_wrong, turns), None)
        _search(like(hunt, found) if found else submissions(hunt), is_wrong, hunt.seed)
    return hunter.catch


def _search(
    strategy: st.SearchStrategy[Tried], is_wrong: Callable[[Tried], bool], seed: int
) -> None:
    """Have Hypothesis find a submission that is got wrong, and make it small."""
    rules = settings(
        max_examples=_MANY,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    with suppress(NoSuchExample, Unsatisfiable), warnings.catch_warnings():
        # It warns of how much it would write of what it found, which is not read here.
        warnings.simplefilter("ignore", HypothesisWarning)
        find(strategy, is_wrong, settings=rules, random=Random(seed))  # noqa: S311


def _scenario(draw: st.DrawFn, profile: str) -> Scenario:
    """Any scenario whose sender is the one that the revocation lists of the corpus are about."""
    return replace(draw(scenarios(profile=profile)), user_id=Scenario().user_id)


@st.composite
def submissions(draw: st.DrawFn, hunt: Hunt) -> Tried:
    """Conforming submissions and faulty ones; each requirement is broken about as often."""
    positive = Tried.of(_scenario(draw, hunt.profile), hunt.base)
    if not hunt.only and not draw(st.integers(0, 7)):
        return positive
    by_requirement: dict[str, list[Fault]] = {}
    for fault in faults_of(positive.draft, lambda one, _: hunt.wants(one)):
        by_requirement.setdefault(fault.requirement, []).append(fault)
    if not by_requirement:
        return positive
    requirement = draw(st.sampled_from(sorted(by_requirement)))
    return positive.with_fault(draw(st.sampled_from(by_requirement[requirement]))) or reject()


@st.composite
def like(draw: st.DrawFn, hunt: Hunt, found: Tried) -> Tried:
    """Submissions of the same sort as one that was found, with the same fault."""
    sort, fault = found.scenario, found.fault
    scenario = replace(
        _scenario(draw, hunt.profile),
        kind=sort.kind,
        edition=sort.edition,
        method=sort.method,
        set_by=sort.set_by,
        action=sort.action,
    )
    positive = Tried.of(scenario, hunt.base)
    if fault is None:
        return positive
    same = [
        f for f in faults_of(positive.draft, lambda one, _: one == fault.requirement)
        if f.name == fault.name
    ]  # fmt: skip
    return (positive.with_fault(same[0]) if same else None) or reject()


def write_corpus(found: Tried, folder: Path, source: CorpusFiles) -> str:
    """Write a corpus of what was found, and return the id of its case.

    ``source`` is a corpus whose profile and trust anchors are copied. A plain conforming case is
    there too, so that the smoke test has one that the receiver takes.
    """
    case = found.case()
    base = found.draft.ground
    plain = Tried.of(fitted(usual(base.profile), base), base)
    made = [Case("conforming/plain", "a plain submission", STORY, plain.draft)]
    if found.fault is not None:
        made.append(Case(POSITIVE, "what it was made from", STORY, found.positive))
    made.append(case)
    files = {path: data for one in made for path, data in one.files().items()}
    for path in ("profile.toml", *(f"trust/{name}" for name in source.below("trust").names())):
        files[path] = source.content(path).read(MAXIMUM_BYTES)
    files["manifest.json"] = manifest_of(made, files)
    with staged_folder(folder) as part:
        write_among(part, files)
    return case.id
