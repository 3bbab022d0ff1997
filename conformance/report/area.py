"""A copy of the SharePoint area in a report: in brief, and as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from conformance.phrases import beyond
from conformance.report.style import Style
from conformance.report.visible import visible_text
from conformance.submission.area.stray import Stray

if TYPE_CHECKING:
    from conformance.submission.area.overview import Overview, Production

#: Things of one sort that text has; the raw report has all.
SHOWN = 20
_MORE = "more, which the raw report has (--format json)"
#: Characters of a path that are shown: more than a system takes for one.
_PATH = 5000

Table = Mapping[str, Any]


def area_record(overview: Overview) -> dict[str, Any]:
    """Return the raw report's record of an area."""
    return {
        "production": [_production(one) for one in overview.production],
        "twice": [[_path(name) for name in names] for names in overview.twice],
        "incidents": [
            {"incident": visible_text(incident), "files": [_path(name) for name in names]}
            for incident, names in overview.incidents
        ],
        "bare_signatures": [_path(name) for name in overview.bare_signatures],
        "strays": stray_records(overview.strays),
    }


def stray_records(strays: Iterable[Stray]) -> list[dict[str, Any]]:
    """Return the raw report's records of what was not looked at, or only in another way."""
    return [
        {"name": _path(stray.name), "why": visible_text(stray.why)}
        | ({"noted": True} if stray.noted else {})
        for stray in strays
    ]


def _production(one: Production) -> dict[str, Any]:
    latest = one.latest
    return {
        "user_id": one.user_id,
        "live": [_path(name) for name in one.live],
        "submitted": one.submitted,
        "latest": latest
        and {
            "file": _path(latest.file),
            "reference": visible_text(latest.reference),
            "against_live": latest.against_live,
        },
    }


def _path(name: str) -> str:
    return visible_text(name, _PATH)


def area_lines(area: Table, style: Style) -> Iterator[str]:
    """The area in brief, as lines."""
    yield from _section(
        "In Live, by User ID", [_production_lines(one) for one in area["production"]], style
    )
    yield from _section(
        "Identical files under several names",
        [_alike(names) for names in area["twice"]],
        style,
    )
    incidents = [[one["incident"], *one["files"]] for one in area.get("incidents", ())]
    yield from _section("Several QCAFs for one Incident", [_alike(one) for one in incidents], style)
    yield from _section(
        "Signatures without their file", [[n] for n in area["bare_signatures"]], style
    )
    yield from stray_lines(area["strays"], style)


def stray_lines(strays: Sequence[Table], style: Style) -> Iterator[str]:
    """Yield a line for each file that was not looked at, and for what is to be noted."""
    for title, noted in (("To note", True), ("Not recognised, so not checked", False)):
        those = [stray for stray in strays if ("noted" in stray) is noted]
        yield from _section(title, [[f"{one['name']}: {one['why']}"] for one in those], style)


def _production_lines(one: Table) -> list[str]:
    lines = [f"{one['user_id'] or 'User ID not known'}: {', '.join(one['live']) or 'nothing'}"]
    latest = one["latest"]
    if latest is not None:
        of = "" if one["submitted"] == 1 else f", the last of {one['submitted']:,} by Request Id"
        compared = f"; against Live: {latest['against_live']}" if latest["against_live"] else ""
        lines.append(f"  submitted{of}: {latest['file']}{compared}")
    elif one["submitted"]:
        lines.append(f"  submitted: {one['submitted']:,} without a Request Id")
    return lines


def _alike(names: Sequence[str]) -> list[str]:
    cut = filter(None, [beyond(len(names), SHOWN, _MORE)])
    return [names[0], *(f"  {name}" for name in (*names[1:SHOWN], *cut))]


def _section(title: str, entries: Sequence[Sequence[str]], style: Style) -> Iterator[str]:
    if not entries:
        return
    yield ""
    yield "  " + style(f"{title} ({len(entries):,})", "bold")
    for lines in entries[:SHOWN]:
        yield from (f"    {line}" for line in lines)
    if more := beyond(len(entries), SHOWN, _MORE):
        yield f"    {more}"
