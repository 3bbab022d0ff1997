"""A comparison of two reports as text, as Markdown and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from conformance.findings import Verdict
from conformance.phrases import beyond
from conformance.report.changes import OutcomeChange, Section, lines_of, regression
from conformance.report.markdown import plain
from conformance.report.visible import escape_invisible

#: Changes of one section that Markdown shows; code hosts cut what is longer than a mebibyte.
_MOST = 200


def _markdown(sections: Sequence[Section], fail_on: Sequence[Verdict]) -> Iterator[str]:
    worse = regression(sections, fail_on)
    yield "# Something is worse than it was" if worse else "# Nothing is worse than it was"
    for section in sections:
        if section.changes:
            yield ""
            yield f"## {plain(section.title)}: {len(section.changes):,}"
            yield ""
            yield from (f"- {plain(str(change))}" for change in section.changes[:_MOST])
            if more := beyond(len(section.changes), _MOST):
                yield f"- {more}"


def _json(sections: Sequence[Section], fail_on: Sequence[Verdict]) -> Iterator[str]:
    found = {
        "report_diff": 1,
        "worse": regression(sections, fail_on),
        "sections": [
            {
                "title": section.title,
                "worse": section.worse and section.verdict in (None, *fail_on),
                "changes": [_record(change) for change in section.changes],
            }
            for section in sections
            if section.changes
        ],
    }
    yield from escape_invisible(json.dumps(found, ensure_ascii=False, indent=1)).split("\n")


def _record(change: OutcomeChange | str) -> dict[str, Any]:
    if isinstance(change, str):
        return {"what": change}
    record = {"what": change.what, "before": change.before, "after": change.after}
    return {**record, "detail": change.detail} if change.detail else record


#: The writers of a comparison's lines, by the name of its format.
DIFF_FORMATS: Mapping[str, Callable[[Sequence[Section], Sequence[Verdict]], Iterator[str]]] = {
    "text": lines_of,
    "markdown": _markdown,
    "json": _json,
}
