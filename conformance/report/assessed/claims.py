"""What an implementation claims, beside what was tested of it and what is met."""

from __future__ import annotations

from msgspec import Struct

from conformance.report.assessed.wording import Table

_CLAIMS = {True: "yes", False: "no", None: "not stated"}


class Claim(Struct, frozen=True):
    """A requirement: whether it is claimed, by how many cases it was tested, and what it is."""

    id: str
    claimed: str
    tested: str
    result: str
    comment: str = ""


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
        return Claim(item["requirement"], claimed, "not asked", "", comment)
    if statement is None or not total:
        return Claim(item["requirement"], claimed, "no case", "not shown", comment)
    tested = f"{total:,} case{'s' * (total != 1)}"
    return Claim(item["requirement"], claimed, tested, statement["result"], comment)


def claims_title(report: Table) -> str:
    """Return a line that sums the claims up."""
    claims = claims_of(report)
    claimed = [one for one in claims if one.claimed == "yes"]
    met = sum(one.result == "met" for one in claimed)
    tested = sum(one.tested not in ("no case", "not asked") for one in claimed)
    return (
        f"Claimed, tested and met: of {len(claims):,} requirements {len(claimed):,} are claimed, "
        f"{tested:,} of these tested and {met:,} met"
    )
