"""What several checks ask for is found once for a submission, with the notes that it rests on."""

from __future__ import annotations

from conformance.checks import Context
from conformance.checks.memory import once
from tests.checks.situation import adt, setting


def test_it_is_found_once_for_each_submission_even_if_it_is_nothing() -> None:
    looked: list[Context] = []
    find = once(looked.append)
    one, other = Context(adt(), setting()), Context(adt(), setting())
    for context in (one, one, other, one):
        find(context)
    assert looked == [one, other]


def test_the_notes_that_it_asks_for_count_for_each_check_that_asks_and_for_no_other() -> None:
    inner = once(lambda context: context.reading("quotes"))
    outer = once(lambda context: (inner(context), context.reading("name-form")))
    context = Context(adt(), setting())
    context.reading("action-case")
    outer(context)
    assert context.consulted == {"action-case", "quotes", "name-form"}
    for find, asked in ((outer, {"quotes", "name-form"}), (inner, {"quotes"})):
        context.consulted.clear()
        find(context)
        assert context.consulted == asked
