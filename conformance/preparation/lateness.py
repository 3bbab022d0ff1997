"""Lateness: what the guidance has against a file that no change of the file can help."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.checker import Checked, Result
from conformance.findings import FAIL_ON
from conformance.phrases import beyond

#: The check of a QCAF that is later than the guidance has it, and of one that asks for a release.
_LATE, _RELEASES = "within-hours", "no-late-release"
#: The requirements about time; a file that breaks one can still be made.
TIMED = frozenset({_LATE, _RELEASES})
#: Places that a warning names.
_SHOWN = 5
#: The remedy for a finding. Clause 4.7(b) has an action for each, with no limit of time.
_REMEDIES = {
    _RELEASES: "They can no longer be released: change the action to Delete, and send new Service "
    "Requests for what is still wanted",
    _LATE: "No action makes it earlier, and clauses 4.7 and 4.13 want one for each all the same: "
    "enter Delete, and send new Service Requests for what is still wanted. The file can be signed",
}


def is_late(result: Result) -> bool:
    """Return True if all that is wrong is the time, which no change of the file makes earlier."""
    return _LATE in result.requirement.checks


def can_be_fixed(checked: Checked) -> bool:
    """Return True if something failed that another file or certificate would not fail."""
    return checked.verdict in FAIL_ON and not all(is_late(result) for result in checked.roots)


def late_warning(result: Result, places: Sequence[str]) -> str:
    """Return the warning of what ``result`` found in ``places``, with what to do."""
    shown = places[:_SHOWN]
    where = f"{'; '.join(shown)} {beyond(result.count, len(shown))}".rstrip()
    remedy = next(_REMEDIES[one] for one in result.requirement.checks if one in _REMEDIES)
    return (
        f"departs from the User Guidance ({result.requirement.id}): {result.findings[0].message} "
        f"({where}). {remedy}"
    )
