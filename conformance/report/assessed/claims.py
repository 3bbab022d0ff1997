"""The claims of an implementation, beside what was tested of it and what is met."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from conformance.phrases import counted

Table = Mapping[str, Any]

#: The value of a claim that the statement leaves empty.
NOT_STATED = "not stated"
_CLAIMS = {True: "yes", False: "no", None: NOT_STATED}
#: The result of a claim that nothing is known about.
_UNKNOWN = "not shown"


class Claim(Struct, frozen=True):
    """A requirement: whether it is claimed, how many cases tested it, and what came of them."""

    id: str
    claimed: str
    cases: int
    result: str
    comment: str = ""

    @property
    def tested(self) -> str:
        """How it was tested, in words."""
        if self.claimed != "yes":
            return "not asked"
        return counted(self.cases, "case") if self.cases else "no case"

    @property
    def line(self) -> str:
        """All of it, in words."""
        return f"claimed: {self.claimed}; tested: {self.tested}; result: {self.result}"


def claims_of(report: Table) -> list[Claim]:
    """Return a claim for each item of the statement that the run was made with; none without."""
    stated = {s["id"]: s for s in (*report["requirements"], *report["receiver"])}
    return [
        _claim(item, stated.get(item["requirement"]))
        for item in report.get("ics", {}).get("items", ())
    ]


def _claim(item: Table, statement: Table | None) -> Claim:
    claimed, comment = _CLAIMS[item["claimed"]], item.get("comment", "")
    total = sum(statement["counts"].values()) if statement else 0
    if not item["claimed"]:
        return Claim(item["requirement"], claimed, 0, "not asked", comment)
    result = statement["result"] if statement is not None and total else _UNKNOWN
    return Claim(item["requirement"], claimed, total, result, comment)


def untested_claims(report: Table) -> list[str]:
    """Return the requirements that are claimed, and that no case tested."""
    return [one.id for one in claims_of(report) if one.claimed == "yes" and not one.cases]


def claims_title(report: Table) -> str:
    """Return a line that sums the claims up."""
    claims = claims_of(report)
    claimed = [one for one in claims if one.claimed == "yes"]
    met = sum(one.result == "met" for one in claimed)
    tested = sum(one.cases > 0 for one in claimed)
    return (
        f"Claimed, tested and met: of {len(claims):,} requirements {len(claimed):,} are claimed, "
        f"{tested:,} of these tested and {met:,} met"
    )
