"""Reports to view: real ones of the examples, and one in which every text is hostile."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

from conformance.report.frame import sealed
from conformance.report.raw import report_of, summary_of
from tests.checks import situation
from tests.checks.situation import ADT
from tests.running import check

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "fixtures" / "examples"
PROFILE = ROOT / "fixtures" / "profile.toml"

#: Text that somebody could write into a file, a name or a profile; no control or format characters,
#: which the raw report never holds as they are.
HOSTILE = (
    "</pre></script><script>document.title='owned'</script><img src=x onerror=alert(1)>"
    "\"'` --> ]]> {{7*7}} {% raw %} =cmd|' /C calc'!A0 [x](javascript:alert(1)) http://a.example/ "
    "\u05d0\u05d1\u05d2 \u0627\u0644 | **bold** &lt; \\u2028"
)


@cache
def _examples() -> dict[str, Any]:
    return check("--profile", PROFILE, EXAMPLES, "--at", "2025-06-02T12:00:00Z").report


def examples() -> dict[str, Any]:
    """The report of the three examples: one conforms, two do not."""
    return copy.deepcopy(_examples())


def not_shown() -> dict[str, Any]:
    """The report of a lone file; most of its requirements are not shown."""
    one = situation.check(situation.adt(ADT, request=None, replaced=None))
    return report_of([one], situation.setting())


def hostile() -> dict[str, Any]:
    """The report of the examples with hostile text in every field that holds text."""
    made: dict[str, Any] = _poisoned(examples())
    for submission in made["submissions"]:
        for result in submission["requirements"]:
            if result["status"] == "not applicable" and result["id"].startswith("2.2"):
                result.update(status="not shown", evidence=[HOSTILE])
                if submission["verdict"] == "conforms":
                    submission["verdict"] = "not shown"
    made["not_read"] = [HOSTILE]
    made["summary"] = summary_of(made["submissions"])
    return sealed(made)


#: Names whose values are words of the report's own.
_OWN = {
    "report", "id", "kind", "edition", "verdict", "sha256", "status", "basis", "testable", "actor",
    "strength", "phase", "through", "blocked_by", "checked_at", "run_at", "clause", "rests_on",
    "fail_on",
}  # fmt: skip


def _poisoned(value: Any, name: str = "") -> Any:
    if name in _OWN:
        return value
    if isinstance(value, str):
        return f"{value[:40]} {HOSTILE}"
    if isinstance(value, list):
        if name == "notes":
            return value
        return [_poisoned(inner) for inner in value]
    if isinstance(value, dict):
        return {key: _poisoned(inner, key) for key, inner in value.items()}
    return value
