"""The names of the columns as the first record, where the profile wants them there."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from conformance.findings import Finding
from conformance.records import Rule
from tests.records.formats import ADT, SENDER, both_engines, layout, places

NAMES = ",".join(column.name for column in ADT.columns)
ROW = f"{SENDER},IS,,24,,100\n"
WANTED = replace(ADT, header=True)


def only_finding(text: str) -> Finding:
    """The only finding about a file whose first record should be the names of the columns."""
    scan = both_engines(text.encode(), layout(WANTED))
    (found,) = (one for faults in scan.faults.values() for one in faults)
    return found


def _length(finding: Finding) -> int:
    assert finding.excerpt is not None
    return finding.excerpt.length


def test_the_names_of_the_columns_are_a_header_and_not_data() -> None:
    scan = both_engines(f"{NAMES}\n{ROW}".encode(), layout(WANTED))
    assert not any(scan.faults.values())


@pytest.mark.parametrize(
    ("first", "message"),
    [
        (ROW[:-1], "the names of the columns are not before the first record"),
        (NAMES.lower(), "the first record does not have the names of the columns as they are"),
    ],
)
def test_other_first_records_are_reported_with_the_names_that_are_expected(
    first: str, message: str
) -> None:
    found = only_finding(f"{first}\n{ROW.replace(',24,', ',48,')}")
    assert found.message == message
    assert (found.place.record, found.place.offset) == (1, 0)
    assert _length(found) == len(first)
    assert found.expected == NAMES
    assert found.profile == ("files.adt.header", "files.adt.columns")


def test_another_separator_between_the_names_is_reported_where_it_first_is() -> None:
    found = only_finding(f"{NAMES.replace(',', ';')}\n{ROW}")
    assert "separates names of columns" in found.message
    assert (found.place.record, found.place.offset, _length(found)) == (1, 6, 1)
    assert found.found == "';' (0x3B) after 'UserID'"
    assert found.profile == ("files.adt.columns",)


@pytest.mark.parametrize(
    ("quotes", "expected"), [("rfc4180", []), ("data", [(Rule.RECORD_KINDS, 1)])]
)
def test_names_are_in_quotation_marks_where_these_are_allowed(
    quotes: str, expected: list[tuple[Rule, int]]
) -> None:
    quoted = ",".join(f'"{name}"' for name in NAMES.split(","))
    form = layout(WANTED, quotes=quotes)
    found = [one[:2] for one in places(f"{quoted}\n{ROW}".encode(), form)]
    assert found == expected


def test_names_are_not_wanted_where_the_profile_wants_none() -> None:
    (fault,) = both_engines(f"{NAMES}\n{ROW}".encode(), layout()).faults[Rule.HEADER]
    assert fault.profile == ("files.adt.columns",)
    assert (_length(fault), fault.expected) == (len(NAMES), "data in the first record")
