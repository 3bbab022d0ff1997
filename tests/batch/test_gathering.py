"""Entries are put together in the order of their sources, and share what they have in common."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from conformance.batch.entry import Answer, Entry, Item
from conformance.batch.gathering import Sharing, gather

ITEMS = [Item(0, "a"), Item(1, "b"), Item(2, "c")]
ENTRIES = [Entry(item.source, {"of": item.source}) for item in ITEMS]


class Kept:
    """A record that has an entry of before for each source."""

    def __init__(self) -> None:
        self.entries = {item.source: Entry(item.source, {"old": item.source}) for item in ITEMS}
        self.kept: list[Entry] = []

    def keep(self, entry: Entry) -> None:
        self.kept.append(entry)


def answered(*answers: Answer) -> Generator[Answer, None, None]:
    yield from answers


def test_entries_come_in_the_order_of_the_sources_whatever_that_of_the_answers() -> None:
    steps: list[int] = []
    mixed = answered((2, ENTRIES[2]), (0, ENTRIES[0]), (1, ENTRIES[1]))
    assert gather(ITEMS, mixed, step=steps.append) == ENTRIES
    assert steps == [1, 1, 1]


def test_items_may_have_any_numbers() -> None:
    items = [Item(7, "a"), Item(3, "b")]
    assert gather(items, answered((3, ENTRIES[1]), (7, ENTRIES[0]))) == ENTRIES[:2]


def test_new_entries_are_kept_and_unchanged_ones_are_taken_from_the_record() -> None:
    record = Kept()
    mixed = answered((1, None), (2, ENTRIES[2]), (0, ENTRIES[0]))
    found = gather(ITEMS, mixed, record)
    assert found == [ENTRIES[0], record.entries["b"], ENTRIES[2]]
    assert record.kept == [ENTRIES[2], ENTRIES[0]]


def test_an_unchanged_source_has_to_be_in_the_record() -> None:
    with pytest.raises(LookupError, match=r"^nothing is known of b$"):
        gather(ITEMS, answered((1, None)))


def test_an_answer_that_is_missing_is_not_an_entry() -> None:
    with pytest.raises(KeyError):
        gather(ITEMS, answered((1, ENTRIES[1]), (2, ENTRIES[2])))


def test_the_answers_are_closed_whatever_happens() -> None:
    closed: list[str] = []

    def answers() -> Generator[Answer, None, None]:
        try:
            yield 0, ENTRIES[0]
            yield 1, None
        finally:
            closed.append("closed")

    with pytest.raises(LookupError):
        gather(ITEMS, answers())
    assert closed == ["closed"]


def result(identifier: str, *findings: str, evidence: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"id": identifier, "evidence": list(evidence), "findings": list(findings)}


def entry(*results: dict[str, Any]) -> Entry:
    return Entry("any", {"requirements": list(results)})


def results_of(one: Entry) -> list[dict[str, Any]]:
    assert one.submission is not None
    found: list[dict[str, Any]] = one.submission["requirements"]
    return found


def test_results_that_say_the_same_without_findings_are_one_object() -> None:
    sharing = Sharing()
    one = entry(result("a"), result("b", "wrong"), result("c", evidence=("x",)))
    other = entry(result("a"), result("b", "wrong"), result("c", evidence=("x",)))
    sharing.entries([one, None, Entry("none", None, "gone")])
    before = results_of(one)
    sharing.entries([other])
    after = results_of(other)
    assert after == [result("a"), result("b", "wrong"), result("c", evidence=("x",))]
    assert [new is old for new, old in zip(after, before, strict=True)] == [True, False, True]


def test_results_that_differ_are_kept_apart() -> None:
    sharing = Sharing()
    one, other = entry(result("a"), result("c", evidence=("x",))), entry(result("b"), result("c"))
    sharing.entries([one, other])
    assert results_of(one) == [result("a"), result("c", evidence=("x",))]
    assert results_of(other) == [result("b"), result("c")]


def test_results_that_entries_of_a_piece_share_already_are_shared_with_others_too() -> None:
    sharing = Sharing()
    first = entry(result("a"))
    sharing.entries([first])
    shared = result("a")
    one, other = entry(shared, shared), entry(shared)
    sharing.entries([one, other])
    found = [*results_of(one), *results_of(other)]
    assert all(each is results_of(first)[0] for each in found)


def test_lists_of_the_same_results_are_one_list() -> None:
    sharing = Sharing()
    first, wrong = entry(result("a"), result("b")), entry(result("a"), result("b", "wrong"))
    sharing.entries([first, wrong])
    in_one_piece = [result("a"), result("b")]
    again = [Entry("any", {"requirements": in_one_piece}) for _ in range(2)]
    other_wrong = entry(result("a"), result("b", "wrong"))
    sharing.entries([*again, other_wrong])
    assert all(results_of(one) is results_of(first) for one in again)
    assert results_of(other_wrong) is not results_of(wrong)
    assert results_of(other_wrong) == [result("a"), result("b", "wrong")]
