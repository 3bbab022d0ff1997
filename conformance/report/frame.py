"""The frame that every raw report has: its kind, what it was made with, and the seal.

A report is one JSON object. ``report`` is the version of its form and ``kind`` what it reports of;
behind them is what it was made with and how the model worded it, then what was found, and last
the digest and the closing record, so that a report that was cut off or altered is seen to be.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from conformance.content import Content
from conformance.model.catalogue import Catalogue
from conformance.model.profile import Profile
from conformance.model.requirement import Note, Requirement
from conformance.report.edition_files import file_record
from conformance.report.identities import shapes_of
from conformance.report.visible import visible_text
from conformance.submission.moments import format_moment
from conformance.version import __version__

#: Version of the report's form; names may be added within it, and never change meaning.
VERSION = 1


class ReportKind(StrEnum):
    """The subject of a raw report."""

    CHECK = "check"
    ASSESSMENT = "assessment"


def kind_of(report: Mapping[str, Any]) -> ReportKind:
    """The kind of ``report``; one that does not say is of a check."""
    return ReportKind(report.get("kind", ReportKind.CHECK))


class Origin(Struct, frozen=True):
    """The tools and times of a report: as of when it judges, and when it was made."""

    catalogue: Catalogue
    profile: Profile
    at: datetime
    run_at: datetime


def framed(
    kind: ReportKind, origin: Origin, editions: Iterable[str], content: Mapping[str, Any]
) -> dict[str, Any]:
    """A report not yet sealed: ``content`` in its frame, with the wording of ``editions``."""
    used = sorted(set(editions))
    return {
        "report": VERSION,
        "kind": kind.value,
        "tool": {"name": "tadp-conformance", "version": __version__},
        "model": {"version": __version__, "sha256": origin.catalogue.digest},
        "profile": _profile(origin.profile),
        "edition_files": [file_record(file) for file in origin.catalogue.edition_files],
        "checked_at": format_moment(origin.at),
        "run_at": format_moment(origin.run_at),
        "catalogue": {
            edition: {
                r.id: _wording(r) for r in origin.catalogue.worded(edition)
            }
            for edition in used
        },
        "not_covered": {
            edition: [
                {"clauses": list(gap.clauses), "what": gap.what, "reason": gap.reason}
                for gap in origin.catalogue.not_covered_in(edition)
            ]
            for edition in used
        },
        "notes": {
            note.id: {
                "title": note.title,
                "reading": (chosen := origin.profile.readings.get(note.id, note.default)),
                "text": next(r.text for r in note.readings if r.id == chosen),
                "default": chosen == note.default,
                **_in_files(note, origin.profile),
            }
            for note in origin.catalogue.notes.values()
        },
        **content,
    }  # fmt: skip


def _in_files(note: Note, profile: Profile) -> dict[str, Any]:
    """Return how a note is read in the files for which the profile reads it by itself."""
    found = {
        kind.value: {
            "reading": form.readings[note.id],
            "text": next(r.text for r in note.readings if r.id == form.readings[note.id]),
        }
        for kind, form in profile.files.items()
        if note.id in form.readings
    }
    return {"files": found} if found else {}


def input_of(content: Content) -> dict[str, Any]:
    """Return the record of a file that was read: its path, its digest, its size in bytes."""
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
    """SHA-256, in hex, of the canonical form (RFC 8785) of ``report`` without its ``digest``."""
    from conformance.report.serialising import canonical

    digest = hashlib.sha256()
    for piece in canonical({name: value for name, value in report.items() if name != "digest"}):
        digest.update(piece)
    return digest.hexdigest()


def _profile(profile: Profile) -> dict[str, Any]:
    unverified = profile.unverified
    return {
        "name": profile.name,
        "title": visible_text(profile.title),
        "version": visible_text(profile.version),
        "sha256": profile.digest,
        "verified": not unverified,
        "unverified": [
            {"entry": visible_text(a.entry), "reason": visible_text(a.reason, 4000)}
            for a in unverified
        ],
        "identifiers": shapes_of(profile),
    }


def _wording(requirement: Requirement) -> dict[str, Any]:
    stated = {"stated_by": requirement.stated.edition} if requirement.stated else {}
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
        **stated,
    }
