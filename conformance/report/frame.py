"""The frame that every raw report has: its kind, what it was made with, and the seal.

A report is one JSON object. ``report`` is the version of its form and ``kind`` what it reports of;
behind them stand what it was made with and how the model worded it, then what was found, and last
the digest and the closing record, so that a report that was cut off or altered is seen to be.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from conformance import __version__
from conformance.content import Content
from conformance.model.catalogue import Catalogue
from conformance.model.profile import Profile
from conformance.model.requirement import Requirement
from conformance.report.identities import shapes_of
from conformance.report.visible import json_pieces, visible_text
from conformance.submission.moments import format_moment

#: Version of the report's form; names may be added within it, and never change meaning.
VERSION = 1


class ReportKind(StrEnum):
    """What a raw report reports of."""

    CHECK = "check"
    ASSESSMENT = "assessment"


def kind_of(report: Mapping[str, Any]) -> ReportKind:
    """The kind of ``report``; one that does not say is of a check."""
    return ReportKind(report.get("kind", ReportKind.CHECK))


@dataclass(frozen=True, slots=True)
class Origin:
    """What a report was made with and when, and whether what is not shown counts as violated."""

    catalogue: Catalogue
    profile: Profile
    at: datetime
    require_evidence: bool = False


def framed(
    kind: ReportKind, origin: Origin, editions: Iterable[str], content: Mapping[str, Any]
) -> dict[str, Any]:
    """The whole report: ``content`` in its frame, with the wording of ``editions``, sealed."""
    return sealed({
        "report": VERSION,
        "kind": kind.value,
        "tool": {"name": "tadp-conformance", "version": __version__},
        "model": {"version": __version__, "sha256": origin.catalogue.digest},
        "profile": _profile(origin.profile),
        "checked_at": format_moment(origin.at),
        "require_evidence": origin.require_evidence,
        "catalogue": {
            edition: {
                r.id: _wording(r.in_edition(edition)) for r in origin.catalogue.requirements()
            }
            for edition in sorted(set(editions))
        },
        "notes": {
            note.id: {
                "title": note.title,
                "reading": (chosen := origin.profile.readings[note.id]),
                "text": next(r.text for r in note.readings if r.id == chosen),
                "default": chosen == note.default,
            }
            for note in origin.catalogue.notes.values()
        },
        **content,
    })  # fmt: skip


def input_of(content: Content) -> dict[str, Any]:
    """What the report says of a file that was read: its path, its digest, its size in bytes."""
    return {
        "path": visible_text(content.name),
        "sha256": content.digest("sha256").hex(),
        "bytes": len(content),
    }


def sealed(report: Mapping[str, Any]) -> dict[str, Any]:
    """``report`` with the digest over it, and the closing record behind all else."""
    rest = {name: value for name, value in report.items() if name not in ("digest", "complete")}
    whole = {**rest, "complete": True}
    return {**rest, "digest": {"sha256": digest_of(whole)}, "complete": True}


def digest_of(report: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the canonical form of ``report`` without its ``digest``.

    The canonical form is that of RFC 8785: names in order, no white space, in UTF-8. The report
    has neither fractions nor names outside ASCII, where that form would be harder to write.
    """
    rest = {name: value for name, value in report.items() if name != "digest"}
    digest = hashlib.sha256()
    for text in _canonical(rest):
        digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _canonical(report: Mapping[str, Any]) -> Iterator[str]:
    """The canonical form of ``report``, a submission at a time: there may be thousands."""
    known: dict[int, str] = {}
    for number, name in enumerate(sorted(report)):
        value = report[name]
        yield ("," if number else "{") + _compact(name) + ":"
        if value and isinstance(value, list):
            for place, one in enumerate(value):
                yield ("," if place else "[") + _joined(one, known)
            yield "]"
        else:
            yield _compact(value)
    yield "}"


def _joined(value: Any, known: dict[int, str]) -> str:
    """The canonical form of one submission.

    Results without findings are shared by many; ``known`` has their text, by identity.
    """
    if not isinstance(value, dict) or not isinstance(value.get("requirements"), list):
        return _compact(value)
    results = []
    for result in value["requirements"]:
        text = known.get(id(result))
        if text is None:
            text = _compact(result)
            if isinstance(result, dict) and not result.get("findings", True):
                known[id(result)] = text
        results.append(text)
    texts = {name: _compact(one) for name, one in value.items() if name != "requirements"}
    texts["requirements"] = f"[{','.join(results)}]"
    return "{" + ",".join(f"{_compact(name)}:{texts[name]}" for name in sorted(texts)) + "}"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def report_pieces(report: Mapping[str, Any]) -> Iterator[str]:
    """The report as JSON text, ending in a line feed, a piece at a time."""
    yield from json_pieces(report)
    yield "\n"


def dump_report(report: Mapping[str, Any]) -> str:
    """The report as JSON text, ending in a line feed."""
    return "".join(report_pieces(report))


def _profile(profile: Profile) -> dict[str, Any]:
    return {
        "name": profile.name,
        "title": visible_text(profile.title),
        "version": visible_text(profile.version),
        "sha256": profile.digest,
        "verified": not profile.unverified,
        "unverified": [
            {"entry": visible_text(a.entry), "reason": visible_text(a.reason, 4000)}
            for a in profile.unverified
        ],
        "identifiers": shapes_of(profile),
    }


def _wording(requirement: Requirement) -> dict[str, Any]:
    return {
        "clause": requirement.clause,
        "statement": requirement.statement,
        "actor": requirement.actor.value,
        "strength": requirement.strength.value,
        "basis": requirement.basis.value,
        "testable": requirement.testable.value,
        "phase": requirement.phase.value,
        "source": requirement.source,
        "effect": requirement.effect,
        "hint": requirement.hint,
        "notes": list(requirement.notes),
    }
