"""Known failures of an implementation: a file that excuses them, for a while, by name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

from msgspec import Struct, convert

from conformance.assessment.corpus import Corpus, rejected_under
from conformance.assessment.scores import Score, Standing
from conformance.content import Content
from conformance.model.catalogue import Catalogue
from conformance.report.assessed.tally import USUAL_GATE, is_amiss
from conformance.report.visible import visible_json
from conformance.submission.manifest import load_json

#: Standings that can be excused; so can a wrong place. A skip is not a failure.
FAILURES = frozenset({Standing.FAILED, Standing.OTHER_REASON, Standing.NOT_COUNTED, Standing.ERROR})
#: How long a failure is excused that a run writes down.
_DAYS = 90


class KnownFailure(Struct, frozen=True):
    """A failure of one case, or of all cases of one requirement."""

    reason: str
    owner: str
    expires: date
    case: str | None = None
    requirement: str | None = None

    @property
    def name(self) -> str:
        """The case or the requirement."""
        return self.case or self.requirement or ""

    def record(self) -> dict[str, str]:
        """Return the entry as it is in the file."""
        kind = "case" if self.case else "requirement"
        return {
            kind: self.name,
            "reason": self.reason,
            "owner": self.owner,
            "expires": self.expires.isoformat(),
        }


class Reckoning(Struct, frozen=True):
    """The cases that are excused, each by an entry; and what must not be there any more."""

    excused: Mapping[str, KnownFailure]
    troubles: tuple[str, ...]


NOTHING_KNOWN = Reckoning({}, ())


def read_known_failures(path: Path) -> list[KnownFailure]:
    """The entries of a file of known failures.

    Raises:
        TadpError: it is not readable, or does not fit its schema.
    """
    table = load_json(Content.of_file(str(path), path), "assess-known-failures")
    return convert(table["failures"], list[KnownFailure])


def match_known_failures(
    known: Iterable[KnownFailure],
    scores: list[Score],
    place: tuple[Corpus, Catalogue],
    today: date,
    gate: tuple[str, ...] = USUAL_GATE,
) -> Reckoning:
    """Return the failures that are excused ``today``.

    Stale, expired and unknown entries are troubles. With ``place`` in ``gate``, a wrong place is a
    failure too.
    """
    corpus, catalogue = place
    excused: dict[str, KnownFailure] = {}
    troubles: list[str] = []
    requirements = {r.id for r in catalogue.requirements()}
    for entry in known:
        there = corpus.by_id if entry.case else requirements
        if entry.name not in there:
            what = "case" if entry.case else "requirement"
            troubles.append(f"known failure {entry.name}: there is no such {what}")
            continue
        if entry.expires < today:
            troubles.append(f"known failure {entry.name} expired on {entry.expires}")
            continue
        put = [s for s in scores if _bears(entry, s, catalogue)]
        failing = {s.case.id for s in put if _is_failure(s, gate)}
        if put and not failing:
            troubles.append(f"known failure {entry.name} is stale: it fails no more; remove it")
        excused |= {case: entry for case in failing if case not in excused}
    return Reckoning(excused, tuple(troubles))


def _is_failure(score: Score, gate: tuple[str, ...]) -> bool:
    return score.standing in FAILURES or is_amiss(score.standing, score.location, gate)


def _bears(entry: KnownFailure, score: Score, catalogue: Catalogue) -> bool:
    if entry.case:
        return score.case.id == entry.case
    roots = score.case.roots
    return entry.requirement in (*roots, *rejected_under(catalogue, roots))


def known_failures_text(
    scores: Iterable[Score], owner: str, today: date, gate: tuple[str, ...] = USUAL_GATE
) -> str:
    """Return a file of known failures that excuses all that failed in a run."""
    found = [
        KnownFailure(_seen(s), owner, today + timedelta(days=_DAYS), case=s.case.id).record()
        for s in sorted(scores, key=lambda s: s.case.id)
        if _is_failure(s, gate)
    ]
    return visible_json(json.loads(json.dumps({"known_failures": 1, "failures": found}))) + "\n"


def _seen(score: Score) -> str:
    return f"{score.standing}: expected {score.case.expected}, seen {score.answer.outcome}"
