"""Findings on a profile, and on samples under it: lines for people, and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from conformance.model.profile_problem import Located
from conformance.phrases import beyond, counted
from conformance.profiles.checking import Examined
from conformance.profiles.samples import Found, SampleResult
from conformance.report.raw import result_of
from conformance.report.wording import line_of

#: Findings of one requirement that are shown; JSON has more.
_SHOWN = 3


def lines_of(name: str, found: Examined, samples: Sequence[SampleResult]) -> Iterator[str]:
    """Yield what was found of the profile called ``name``, and of ``samples`` under it."""
    profile = found.profile
    if found.refused or profile is None:
        yield f"{name}: cannot be used: {counted(len(found.refused), 'thing')} to fix"
    else:
        unverified = len(profile.unverified)
        state = f"{unverified} of its entries unverified" if unverified else "verified"
        tried = "" if found.tried is None else f"; {found.tried:,} faults tried"
        yield f"{name}: can be used ({profile.name}, version {profile.version}; {state}{tried})"
    for kind, problems in (("", found.refused), ("warning: ", found.warnings)):
        for one in problems:
            where = f"{one.source}" + (f", line {one.line}" if one.line else "")
            yield f"  {where}: {kind}{one.entry + ': ' if one.entry else ''}{one.what}"
            if one.right:
                yield f"    {one.right}"
    for sample in samples:
        yield from sample_lines(sample)


def sample_lines(result: SampleResult) -> Iterator[str]:
    """Yield what a sample came to, and its first findings."""
    sample = result.sample
    given = "good" if sample.conforms else "bad"
    kind = result.kind.label + (", as recognised" if sample.kind is None else "")
    signed = "signed" if result.signed else "no signature"
    yield f"  {given} {sample.path} ({kind}; {signed}): {_WORDS[sample.conforms, result.found]}"
    for one in map(result_of, result.failed):
        for finding in one["findings"][:_SHOWN]:
            place = line_of({**finding, "file": None})
            yield f"    {one['id']} {place}"
            seen = [f"{word} {finding[word]}" for word in ("found", "expected") if finding[word]]
            if seen:
                yield f"      {'; '.join(seen)}"
        if more := beyond(one["count"], _SHOWN, "more like this"):
            yield f"    {one['id']} {more}"
    hidden: dict[str, list[str]] = {}
    for other in result.not_shown:
        why = "depends on what failed" if other.blocked_by else other.reason or ""
        hidden.setdefault(why, []).append(other.requirement.id)
    for why, ids in hidden.items():
        yield f"    not shown: {', '.join(ids)}: {why}"


#: The words for a sample that was given as good, or as bad.
_WORDS = {
    (True, Found.CONFORMS): "conforms",
    (True, Found.FAILS): "should conform, and fails",
    (True, Found.NOT_SHOWN): "nothing fails, but not all of it is shown",
    (False, Found.FAILS): "fails, as it should",
    (False, Found.CONFORMS): "should fail, and conforms",
    (False, Found.NOT_SHOWN): "should fail, and nothing does",
}


def record_of(name: str, found: Examined, samples: Sequence[SampleResult]) -> dict[str, Any]:
    """Return the same as JSON values."""
    profile = found.profile
    known = {} if profile is None else {"profile": profile.name, "version": profile.version}
    return {
        "source": name,
        **known,
        "usable": not found.refused,
        "unverified": [] if profile is None else [one.entry for one in profile.unverified],
        "faults_tried": found.tried,
        "refused": [_problem(one) for one in found.refused],
        "warnings": [_problem(one) for one in found.warnings],
        "samples": [_sample(one) for one in samples],
    }


def _problem(one: Located) -> dict[str, Any]:
    return {
        "file": one.source,
        "line": one.line,
        "entry": one.entry,
        "what": one.what,
        "right": one.right,
    }


def _sample(result: SampleResult) -> dict[str, Any]:
    return {
        "file": str(result.sample.path),
        "kind": result.kind.value,
        "recognised": result.sample.kind is None,
        "signed": result.signed,
        "given_as": "good" if result.sample.conforms else "bad",
        "found": result.found.value,
        "as_it_should": result.as_wanted,
        "failed": [result_of(one) for one in result.failed],
        "not_shown": [result_of(one) for one in result.not_shown],
    }
