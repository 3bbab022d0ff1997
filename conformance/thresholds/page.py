"""A comparison of two ADT Files as one HTML page that needs nothing else."""

from __future__ import annotations

from itertools import islice
from typing import Any

from conformance.records.adt_change import Kind
from conformance.report.page import render_page
from conformance.report.visible import visible_text
from conformance.thresholds.document import REQUIREMENT, Comparison, shown
from conformance.thresholds.text import SHOWN

#: Rules of each kind on the page; a browser gets slow beyond, and the JSON document has all.
MOST = 5000


def page_of(found: Comparison) -> str:
    """The comparison as an HTML document."""
    change = found.change
    rules = {
        Kind.REMOVED: ((rule, rule) for rule in islice(change.removed(), MOST)),
        Kind.CHANGED: islice(change.changed(), MOST),
        Kind.ADDED: ((rule, rule) for rule in islice(change.added(), MOST)),
    }
    sections = [
        {
            "kind": kind.value,
            "count": change.count(kind),
            "beyond": max(0, change.count(kind) - MOST),
            "rows": [
                {
                    "record": new.record,
                    "key": [shown(value) for value in new.key],
                    "values": [
                        {"old": shown(a), "new": shown(b), "differs": a != b}
                        for a, b in zip(old.values, new.values, strict=True)
                    ],
                }
                for old, new in pairs
            ],
        }
        for kind, pairs in rules.items()
    ]
    return render_page("diff.html", {
        "found": found,
        "change": change,
        "requirement": REQUIREMENT,
        "files": [_file("old", found), _file("new", found)],
        "sections": sections,
        "profile": found.profile,
        "name": visible_text(found.profile.name),
        "assumption": found.assumption and visible_text(found.assumption),
    })  # fmt: skip


def _file(which: str, found: Comparison) -> dict[str, Any]:
    file = found.old if which == "old" else found.new
    repeated = islice(file.table.repetitions(), SHOWN)
    return {
        "which": which,
        "path": visible_text(file.source),
        "user_id": file.user_id and visible_text(file.user_id),
        "rules": len(file.table.rows),
        "sent": (file.sent.digest("sha256").hex(), len(file.sent)),
        "csv": (file.data.digest("sha256").hex(), len(file.data)),
        "container": file.container,
        "holds": not file.signature,
        "troubles": [visible_text(trouble) for trouble in file.troubles()],
        "repeated": [
            {
                "key": [shown(value) for value in rules[0].key],
                "records": [rule.record for rule in rules[:SHOWN]],
            }
            for rules in repeated
        ],
        "more_repeated": max(0, len(file.table.repeated) - SHOWN),
    }
