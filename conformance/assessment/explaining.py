"""The explanation, in a report, of a case that came out wrong: enough to find the mistake."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from conformance.assessment.corpus import Case
from conformance.assessment.scores import Score
from conformance.phrases import beyond
from conformance.report.assessed.tally import GATES, is_amiss
from conformance.report.visible import visible_text

#: Reasons of one answer that are kept.
REASONS = 20
#: Changes of one case that are shown, and characters of a value that was changed.
_CHANGES, _VALUE = 5, 60
#: Characters of a command, which is of no use if it is cut.
_COMMAND = 4000


class Again(Struct, frozen=True):
    """How a case is looked at again: the words of commands, without the case.

    ``show`` is empty where the corpus is somebody's own, which ``tadp fixtures`` does not have;
    ``kept`` is the folder with what was put, if it was kept.
    """

    assess: tuple[str, ...] = ("tadp", "assess", "receiver")
    show: tuple[str, ...] = ("tadp", "fixtures", "show")
    kept: str = ""


def visible_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``record`` with its texts made visible; a number is a whole one, however written."""
    return {k: visible_text(v) if isinstance(v, str) else int(v) for k, v in record.items()}


def explained_answer(score: Score, again: Again) -> dict[str, Any]:
    """Return what explains what became of a case, with the answer itself."""
    answer = score.answer
    return {
        "expected": score.case.expected,
        "outcome": answer.outcome.value,
        "roots": list(score.case.roots),
        "reason": visible_text(answer.reason),
        "reasons": [visible_record(reason) for reason in answer.reasons[:REASONS]],
        **explained(score, again),
    }


def explained(score: Score, again: Again, role: str = "receiver") -> dict[str, Any]:
    """Return the entries of a case's record that explain what became of it.

    Every case has its title and its duration; the rest is there where something is amiss. One that
    was made up has the command that makes it again.
    """
    case = score.case
    record: dict[str, Any] = {
        "title": visible_text(case.title),
        "seconds": round(score.put.seconds, 3),
    }
    if not is_amiss(score.standing, score.location, GATES):
        repeated = {} if case.listed else {"again": _line((*again.assess, "--only", case.id))}
        return record | repeated
    if role == "receiver":
        record |= {
            "change": [visible_text(line) for line in changes_of(case)],
            "through": list(case.through),
            "place": {
                key: visible_text(v) if key == "file" else v for key, v in case.place.items()
            },
        }
    record["again"] = _line((*again.assess, "--only", case.id))
    if again.show and case.listed:
        record["show"] = _line((*again.show, case.id))
    if again.kept:
        record["kept"] = visible_text(f"{again.kept}/{score.put.job.id}", _COMMAND)
    return record


def _line(words: tuple[str, ...]) -> str:
    return visible_text(shlex.join(words), _COMMAND)


def changes_of(case: Case) -> Iterator[str]:
    """Yield what was changed in the conforming submission that a case was made from."""
    changes = case.mutation.get("changes", ())
    for change in changes[:_CHANGES]:
        where = ".".join(str(step) for step in change["where"])
        before, after = value_of(change["before"]), value_of(change["after"])
        yield f"{change['part']} {where}: {before} -> {after}"
    if more := beyond(len(changes), _CHANGES, "more changes"):
        yield more


def value_of(value: Any) -> str:
    """Return a value of a recorded change as text, cut; bytes as Python writes them."""
    if isinstance(value, Mapping) and set(value) == {"hex"}:
        text = repr(bytes.fromhex(value["hex"]))
    else:
        text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _VALUE else text[: _VALUE - 3] + "..."
