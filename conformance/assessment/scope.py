"""The scope of an implementation: what it says that it looks at, in its hello or by ``--scope``.

It is a conformance statement in few words. What is outside it is not asked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from conformance.assessment.corpus import (
    RECEIVED,
    Choice,
    Corpus,
    choose,
    is_shown_by,
    receivers_requirements,
    rejected_under,
)
from conformance.assessment.ics import ConformanceStatement, Item, requirements_of
from conformance.errors import TadpError
from conformance.model.catalogue import Catalogue, selects
from conformance.model.requirement import Kind, Phase, Requirement

_REMEDY = (
    f"name kinds ({', '.join(kind for kind in Kind if kind is not Kind.AREA)}), phases "
    f"({', '.join(Phase)}), requirements or clauses"
)


def scope_of(words: Sequence[str], corpus: Corpus, catalogue: Catalogue) -> ConformanceStatement:
    """Return what ``words`` claim: kinds of submissions, and what is looked at in them.

    Without kinds, they are those that DCC receives; with kinds alone, all is looked at. That
    conforming submissions are accepted is in every scope.

    Raises:
        TadpError: a word is neither a kind, a phase, a requirement nor a clause, or nothing that
            can be asked is in the scope.
    """
    kinds: tuple[Kind, ...] = tuple(k for k in Kind if k in words and k is not Kind.AREA)
    phases = {phase for phase in Phase if phase in words}
    names = [word for word in words if word not in {*kinds, *phases}]
    kinds = kinds or RECEIVED
    every = [r.id for r in catalogue.requirements()]
    for name in names:
        if not any(selects(name, one) for one in every):
            raise TadpError(f"the scope names {name!r}, which is not known", remedy=_REMEDY)
    accepting = {r.id for r in receivers_requirements(catalogue) if not r.rejects}

    def is_looked_at(requirement: Requirement) -> bool:
        if requirement.id in accepting or not (phases or names):
            return True
        own = (requirement.id, *rejected_under(catalogue, [requirement.id]))
        named = any(selects(name, one) for name in names for one in own)
        return named or requirement.phase in phases

    shown = _shown(kinds, corpus, catalogue)
    items = tuple(
        Item(r.id, (r.id in shown and is_looked_at(r)) or None)
        for r in requirements_of(corpus, catalogue)
    )
    if not any(item.claimed and item.requirement not in accepting for item in items):
        raise TadpError("nothing that can be asked is in the scope", remedy=_REMEDY)
    return ConformanceStatement(items, kinds=kinds, scope=tuple(words))


def _shown(kinds: Collection[Kind], corpus: Corpus, catalogue: Catalogue) -> set[str]:
    """Return the requirements that cases of these kinds show."""
    cases = [case for case in corpus.cases if case.kind in kinds]
    broken = {root for case in cases for root in case.roots}
    return broken | {
        r.id for r in receivers_requirements(catalogue) if any(is_shown_by(r, c) for c in cases)
    }


def cases_in_scope(words: Sequence[str], corpus: Corpus, catalogue: Catalogue) -> frozenset[str]:
    """Return the cases in the scope that ``words`` name, with those that they count with.

    Raises:
        TadpError: as ``scope_of``.
    """
    stated = scope_of(words, corpus, catalogue)
    choice = Choice(kinds=stated.kinds, claimed=stated.claimed)
    return frozenset(case.id for case in choose(corpus, catalogue, choice).cases)
