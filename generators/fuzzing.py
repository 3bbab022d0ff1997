"""Looking for the smallest submission that a receiver gets wrong, with Hypothesis."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
import warnings
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, find, reject, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning, NoSuchExample

from conformance.assessment import corpus as assessed
from conformance.assessment.adapter import Adapter
from conformance.assessment.neutral import SUBMISSION, Ground, job_of, neutral_ids
from conformance.assessment.running import Put
from conformance.assessment.scores import Score, Standing, score_one
from conformance.checker import check_submission
from conformance.checks import Setting
from conformance.model.catalogue import selects_any
from conformance.model.profile_loading import load_profile
from conformance.signature import load_trust
from conformance.submission.lone import Told
from conformance.submission.moments import parse_moment
from conformance.submission.reading import read_submission
from generators.case import CHECKED_AT, Case
from generators.conforming import conforming
from generators.corpus import manifest_of
from generators.draft import Draft
from generators.faults import Fault, Faulty, faults_of
from generators.scenario import Scenario
from generators.strategies import ground, scenarios

_WRONG = frozenset({Standing.FAILED, Standing.OTHER_REASON, Standing.ERROR})
_STORY = "found"
_POSITIVE = f"conforming/{_STORY}"
#: Submissions that are tried at most; the time is usually over before.
_MANY = 100_000


@dataclass(frozen=True, slots=True, repr=False)
class Tried:
    """A submission to try: conforming, or with the one fault that it has."""

    draft: Draft
    positive: Draft
    fault: Fault | None = None
    faulty: Faulty | None = None

    def __repr__(self) -> str:
        # Hypothesis would write out the whole submission, again and again.
        return f"<{self.title}>"

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        return self.fault.title if self.fault else "nothing is wrong with it"

    def case(self) -> Case:
        """The submission as a case."""
        if self.fault is None:
            digest = hashlib.sha256(
                json.dumps(sorted(map(repr, self.draft.render().items()))).encode()
            )
            name = f"conforming/{digest.hexdigest()[:12]}"
            return Case(name, "a conforming submission that was found", _STORY, self.draft)
        variant = self.fault.name.split("/", 1)[1].replace("/", "-")
        return Case(
            f"{self.fault.requirement}/{_STORY}/{variant}",
            f"a submission that was found: {self.fault.title}",
            _STORY,
            self.draft,
            (self.fault.requirement,),
            _POSITIVE,
            self.fault.name,
            self.faulty,
        )


@dataclass(frozen=True, slots=True)
class Hunt:
    """What is looked for: requirements to break, for how many seconds, from which seed on."""

    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    seconds: float = 60.0
    seed: int = 0


@dataclass(slots=True)
class Catch:
    """The smallest submission that was got wrong, if any, and how many were tried."""

    tried: int = 0
    smallest: Tried | None = None
    score: Score | None = None
    size: int = field(default=1 << 62)


class _Over(BaseException):
    """The time is over."""


@st.composite
def submissions(draw: st.DrawFn, hunt: Hunt) -> Tried:
    """Conforming submissions and faulty ones; each requirement is broken about as often."""
    # The revocation lists of the corpus are those of this sender's hierarchy.
    scenario = replace(draw(scenarios()), user_id=Scenario().user_id)
    positive = conforming(scenario, ground())
    if not hunt.only and not draw(st.integers(0, 7)):
        return Tried(positive, positive)
    by_requirement: dict[str, list[Fault]] = {}
    for fault in faults_of(positive):
        if hunt.only and not selects_any(hunt.only, fault.requirement):
            continue
        if not selects_any(hunt.exclude, fault.requirement):
            by_requirement.setdefault(fault.requirement, []).append(fault)
    if not by_requirement:
        return Tried(positive, positive)
    fault = draw(st.sampled_from(by_requirement[draw(st.sampled_from(sorted(by_requirement)))]))
    try:
        faulty = fault.apply(positive)
    except (ValueError, LookupError):
        # Not every fault can be given to every submission.
        reject()
    return Tried(faulty.draft, positive, fault, faulty)


def hunt_down(adapter: Adapter, place: Ground, hunt: Hunt) -> Catch:
    """Try submissions on a receiver, until one is got wrong; then look for a smaller one."""
    catch = Catch()
    until = time.monotonic() + hunt.seconds
    names = iter(neutral_ids(_MANY * 2, hunt.seed))
    setting = _setting(place)

    def is_wrong(tried: Tried) -> bool:
        if time.monotonic() > until:
            raise _Over
        catch.tried += 1
        score = _put(adapter, (place, setting), tried, next(names))
        if score is None or score.standing not in _WRONG:
            return False
        size = sum(map(len, tried.draft.render().values()))
        if size < catch.size:
            catch.size, catch.smallest, catch.score = size, tried, score
        return True

    rules = settings(
        max_examples=_MANY,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    with suppress(NoSuchExample, _Over), warnings.catch_warnings():
        # It warns of how much it would write of what it found; nobody reads that here.
        warnings.simplefilter("ignore", HypothesisWarning)
        find(submissions(hunt), is_wrong, settings=rules, random=Random(hunt.seed))  # noqa: S311
    return catch


def _setting(place: Ground) -> Setting:
    """What our own checker judges by, so that nothing is put of which it thinks otherwise."""
    catalogue = ground().catalogue
    profile = load_profile(str(place.common / "profile.toml"), catalogue)
    trust = load_trust(profile.trust, profile.crls, test_keys=profile.test_keys)
    return Setting(catalogue, profile, trust, parse_moment(CHECKED_AT, "the corpus"))


def _put(adapter: Adapter, by: tuple[Ground, Setting], tried: Tried, name: str) -> Score | None:
    """Put a submission; nothing if the fault has brought about another one with it."""
    place, setting = by
    home = place.folder / name
    tried.draft.write(home / SUBMISSION)
    record = tried.case()
    case = assessed.Case(
        record.id,
        home / SUBMISSION,
        tried.draft.kind,
        tried.draft.edition,
        record.verdict,
        record.roots,
        tuple(record.through),
    )
    try:
        checked = check_submission(
            read_submission(str(case.folder), Told(), setting.profile), setting
        )
        if tuple(r.requirement.id for r in checked.roots) != record.roots:
            return None
        job = job_of(home, case, place)
        return score_one(Put(case, job, adapter.ask(job)), ground().catalogue)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def write_corpus(found: Tried, folder: Path, source: Path) -> str:
    """Write a corpus of what was found, and return the id of its case.

    ``source`` is a corpus whose profile and trust anchors are copied. A plain conforming case is
    there too, so that the smoke test has one that the receiver takes.
    """
    case = found.case()
    made = [
        Case("conforming/plain", "a plain submission", _STORY, conforming(Scenario(), ground()))
    ]
    if found.fault is not None:
        made.append(Case(_POSITIVE, "what it was made from", _STORY, found.positive))
    made.append(case)
    files = {path: data for one in made for path, data in one.files().items()}
    for path in ("profile.toml", *(f"trust/{f.name}" for f in (source / "trust").iterdir())):
        files[path] = (source / path).read_bytes()
    files["manifest.json"] = manifest_of(made, files)
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return case.id
