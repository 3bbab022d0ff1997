"""A case of the corpus: a submission, what is expected of it, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct, field

from conformance.findings import Verdict
from conformance.footing import Footing
from conformance.model.catalogue import selects_any
from conformance.portable import LONGEST, shortened
from generators.draft import Draft
from generators.faults import Faulty, Place

#: When every case is checked; certificates, lists and times are made to fit.
CHECKED_AT = "2026-01-01T00:00:00Z"
#: The folder of a case that holds the submission, and nothing that shows what is expected.
SUBMISSION = "submission"
#: Characters of a path in the corpus, at most, so that it is short enough in ``fixtures/`` too.
ROOM = LONGEST - len("fixtures/")


class Case(Struct, frozen=True, dict=True):
    """A case. ``roots`` are the requirements that must fail by themselves; none: it conforms.

    ``positive`` is the id of the conforming case that it was made from; ``readings`` are those
    that it is to be checked under, by note.
    """

    id: str
    title: str
    story: str
    draft: Draft
    roots: tuple[str, ...] = ()
    positive: str | None = None
    fault: str | None = None
    faulty: Faulty | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    #: Nothing is broken, and something is not shown; ``not_shown`` are the requirements.
    hidden: bool = False
    not_shown: tuple[str, ...] = ()
    #: The verdict of a case that breaks something, and its basis.
    failing: Verdict = Verdict.DEPARTS
    rests_on: tuple[Footing, ...] = ()
    #: For a case that conforms: the requirements on a receiver that it was made to show.
    shows: tuple[str, ...] = ()
    #: For a case that conforms: requirements that the profile has nothing for, and why.
    unused: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The folder of the case, below the corpus, without characters that a shell obeys.

        It is the id, or the start of it where some file would have too long a path.
        """
        whole = "cases/" + self.id.replace("(", "").replace(")", "")
        room = ROOM - len(f"/{SUBMISSION}/") - max(map(len, self.draft.rendered))
        return whole if len(whole) <= room else shortened(whole, room, self.id)

    @property
    def verdict(self) -> Verdict:
        """The verdict on the submission as a whole."""
        if self.roots:
            return self.failing
        return Verdict.NOT_SHOWN if self.hidden else Verdict.CONFORMS

    @property
    def flags(self) -> list[str]:
        """Features of the case, to choose cases by."""
        signing = self.draft.signing
        flags = [self.draft.kind.value, self.draft.edition]
        method = self.draft.manifest.get("delivery", {}).get("method")
        if method:
            flags.append(method)
        if signing is not None:
            flags += [signing.container, signing.algorithm, signing.encoding]
            flags += ["rsa-pss"] if signing.by_pss else []
        return flags

    @cached_property
    def through(self) -> list[str]:
        """The requirements that fail through the roots, by the model."""
        named = self.faulty.through if self.faulty else ()
        bearing = [r for r in self.draft.requirements if r.id not in self.roots]
        failed = {*self.roots, *(r.id for r in bearing if set(r.checks) & set(named))}
        return [
            r.id
            for r in bearing
            if r.id in failed or any(selects_any(r.derived_from, x) for x in failed)
        ]

    def files(self) -> dict[str, bytes]:
        """Every file of the case, by its path below the corpus."""
        folder = f"{self.path}/{SUBMISSION}"
        found = {f"{folder}/{name}": data for name, data in self.draft.rendered.items()}
        if self.readings:
            found[f"{self.path}/profile.toml"] = self._profile().encode()
        text = json.dumps(self.record(), ensure_ascii=False, indent=2) + "\n"
        found[f"{self.path}/case.json"] = text.encode()
        return found

    def record(self) -> dict[str, Any]:
        """``case.json``: what is expected, and how the case came to be."""
        phases = {r.id: r.phase.value for r in self.draft.requirements}
        record: dict[str, Any] = {
            "case": 1,
            "id": self.id,
            "title": self.title,
            "kind": self.draft.kind.value,
            "edition": self.draft.edition,
            "story": self.story,
            "submission": SUBMISSION,
            "checked_at": CHECKED_AT,
            "expected": {
                "verdict": self.verdict,
                "rests_on": list(self.rests_on),
                "roots": list(self.roots),
                "through": self.through,
                "phase": phases[self.roots[0]] if self.roots else None,
                "place": _place(self.faulty.place if self.faulty else Place()),
                **({"not_shown": list(self.not_shown)} if self.hidden else {}),
                **({"shows": list(self.shows)} if self.shows else {}),
            },
            "flags": self.flags,
            "readings": dict(self.readings),
            "positive": self.positive,
        }
        if self.faulty is not None:
            record["mutation"] = {
                "operator": self.fault,
                "changes": [
                    {
                        "part": change.part.value,
                        "where": list(change.where),
                        "before": _shown(change.before),
                        "after": _shown(change.after),
                    }
                    for change in self.faulty.changes
                ],
            }
        return record

    def _profile(self) -> str:
        up = "../" * (self.path.count("/") + 1)
        lines = [
            "# The readings that this case is to be checked under.",
            'profile = "case"',
            'title = "Profile of one case"',
            'version = "1"',
            f'extends = "{up}profile.toml"',
            "",
            "[readings]",
            *(f'{note} = "{reading}"' for note, reading in self.readings.items()),
        ]
        return "\n".join(lines) + "\n"


def _place(place: Place) -> dict[str, Any]:
    return {
        name: getattr(place, name)
        for name in ("file", "record", "field", "offset")
        if getattr(place, name) is not None
    }


def _shown(value: Any) -> Any:
    return {"hex": value.hex()} if isinstance(value, bytes) else value
