"""Labels of clauses that are not covered."""

from __future__ import annotations

import pytest

from conformance.model.gaps import left_of, span_of

LABELS = ("1", "definitions", "4.1", "4.4 to 4.6", "4.14 on", "5", "6.2 to 6.5")


@pytest.mark.parametrize(
    ("covered", "gone", "instead"),
    [
        ("4.1", "4.1", ()),
        ("definitions", "definitions", ()),
        ("5", "5", ()),
        ("4.4 to 4.6", "4.4 to 4.6", ()),
        ("4.14 on", "4.14 on", ()),
        ("4.4", "4.4 to 4.6", ("4.5 to 4.6",)),
        ("4.5", "4.4 to 4.6", ("4.4", "4.6")),
        ("4.6", "4.4 to 4.6", ("4.4 to 4.5",)),
        ("6.3 to 6.4", "6.2 to 6.5", ("6.2", "6.5")),
        ("4.14", "4.14 on", ("4.15 on",)),
        ("4.16", "4.14 on", ("4.14 to 4.15", "4.17 on")),
        ("4.20 on", "4.14 on", ("4.14 to 4.19",)),
    ],
)
def test_a_clause_is_taken_out_of_the_label_that_it_is_in(
    covered: str, gone: str, instead: tuple[str, ...]
) -> None:
    place = LABELS.index(gone)
    assert left_of(LABELS, [covered]) == (*LABELS[:place], *instead, *LABELS[place + 1 :])


@pytest.mark.parametrize(
    "covered", ["4.2", "5.1", "3.4", "6.6", "definition", "6.2 to 7.1", "4.6 to 4.4", "", "4.7 to"]
)
def test_a_covered_clause_that_no_label_names_changes_nothing(covered: str) -> None:
    assert left_of(LABELS, [covered]) == LABELS


def test_several_are_taken_out_one_after_another() -> None:
    assert left_of(LABELS, ["4.1 on", "1", "6.2", "6.4"]) == ("definitions", "5", "6.3", "6.5")


@pytest.mark.parametrize("label", ["4.1", "4.4 to 4.6", "4.14 on"])
def test_a_label_of_numbers_is_read_and_written_alike(label: str) -> None:
    assert str(span_of(label)) == label
