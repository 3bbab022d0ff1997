"""Each view of made-up reports, in which there is something of everything, is what was read."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.report.consistency import inconsistencies
from conformance.report.formats import render
from tests.report.changed import CHANGES
from tests.report.test_schema import assert_fits
from tests.report.views import ALL, COMMAND, SHOWN, compared, files, plain, shown
from tests.snapshots.texts import assert_no_others, assert_same_texts


@pytest.mark.parametrize("name", ALL)
def test_a_reader_sees_what_was_seen(name: str) -> None:
    assert_same_texts(SHOWN, shown(name), COMMAND)


@pytest.mark.parametrize("name", ALL)
def test_a_text_without_colours_is_the_same(name: str) -> None:
    coloured = dict(shown(name))[f"{name}.txt"]
    assert plain(coloured).endswith(render(ALL[name](), "text"))


@pytest.mark.parametrize("name", CHANGES)
def test_a_comparison_reports_what_it_reported_before(name: str) -> None:
    assert_same_texts(SHOWN, compared(name), COMMAND)


@pytest.mark.parametrize("report", [make() for make in ALL.values()], ids=list(ALL))
def test_a_report_that_is_drawn_could_have_been_made(report: dict[str, Any]) -> None:
    assert_fits(report)
    assert list(inconsistencies(report)) == []


def test_nothing_else_is_kept() -> None:
    assert_no_others(SHOWN, files())
