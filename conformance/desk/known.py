"""Answers to questions about evidence that the profile of the desk knows, as hints for a person."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.checks.catalogue import catalogue_with
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind
from conformance.preparation.register_form import Choices
from conformance.submission.facts import FACTS, Answer


def known_answers(profile: str) -> Mapping[str, Mapping[Kind, str]]:
    """Return the answers that count under a profile, by the name of the field and the kind."""
    model = catalogue_with(())
    known = Choices(model, load_profile(profile, model), model.latest)
    found: dict[str, Mapping[Kind, str]] = {}
    for fact in FACTS:
        answers = {kind: " or ".join(known.of(fact.key, (kind,))) for kind in fact.kinds}
        if fact.answer is Answer.TEXT and any(answers.values()):
            found[fact.option.removeprefix("--")] = answers
    return found
