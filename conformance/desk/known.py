"""Answers to questions about evidence that the profile of the desk knows, as hints for a person."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.checks.catalogue import catalogue_with
from conformance.model.profile_loading import load_profile
from conformance.preparation.register_form import Choices
from conformance.submission.facts import FACTS, Answer


def known_answers(profile: str) -> Mapping[str, str]:
    """Return the answers that count under a profile, by the name of the field."""
    model = catalogue_with(())
    known = Choices(model, load_profile(profile, model), model.latest)
    found: dict[str, str] = {}
    for fact in FACTS:
        answers = {kind: " or ".join(known.of(fact.key, (kind,))) for kind in fact.kinds}
        if fact.answer is not Answer.TEXT or not any(answers.values()):
            continue
        alike = len(set(answers.values())) == 1
        words = [text if alike else f"{kind.label}: {text}" for kind, text in answers.items()]
        found[fact.option.removeprefix("--")] = "; ".join(dict.fromkeys(words))
    return found
