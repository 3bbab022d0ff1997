"""Conforming drafts from a scenario: every piece of evidence there, and nothing wrong."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from conformance.model.requirement import Kind
from conformance.submission.moments import format_moment
from generators.area import area
from generators.draft import Draft, Ground
from generators.records import FEW, join, records
from generators.scenario import Scenario
from generators.teller import Teller

#: Names of files that a publication has.
TEMPLATE, FILLED_IN, GUIDANCE = "template.csv", "filled-in.csv", "guidance.txt"


def conforming(scenario: Scenario, ground: Ground) -> Draft:
    """Return the draft of a ``scenario``.

    Raises:
        TadpError: the scenario does not fit the profile.
    """
    if scenario.kind is Kind.PUBLICATION:
        return _publication(scenario, ground)
    if scenario.kind is Kind.AREA:
        return area(scenario, ground)
    return Teller(scenario, ground).draft()


def fitted(scenario: Scenario, ground: Ground, most: int = FEW) -> Scenario:
    """Return ``scenario`` with as many records as its file can have, if it asks for ``most``."""
    if not 0 < scenario.records <= most:
        return scenario
    return replace(scenario, records=Teller(scenario, ground).usual_count(scenario.records))


def _publication(scenario: Scenario, ground: Ground) -> Draft:
    teller = Teller(scenario, ground)
    form = teller.adt_form()
    items: list[dict[str, Any]] = [
        {"item": "setting-guidance", "via": ["SSI"], "file": GUIDANCE},
        {"item": "template", "via": ["SSI"], "file": TEMPLATE, "filled_in": FILLED_IN},
    ]
    if scenario.edition != "v2.0":
        items.append(
            {"item": "submitting-guidance", "via": ["SSI", "SharePoint"], "file": GUIDANCE}
        )
    return Draft(
        ground,
        Kind.PUBLICATION,
        scenario.edition,
        {
            "publication": 1,
            "edition": scenario.edition,
            "published_at": format_moment(scenario.sent_at),
            "items": items,
        },
        files={
            GUIDANCE: b"Guidance on setting and submitting Anomaly Detection Thresholds. TEST.\n",
            TEMPLATE: ",".join(column.name for column in form.columns).encode() + b"\n",
            FILLED_IN: join(
                teller.layout(Kind.ADT),
                records(form, teller.about(), scenario.records, scenario.seed),
            ),
        },
    )
