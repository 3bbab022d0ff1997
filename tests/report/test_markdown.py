"""Markdown for the summary of a step: what it says, how large it gets, what it obeys."""

from __future__ import annotations

from typing import Any

import pytest
from markdown_it import MarkdownIt

from conformance.report.formats import render
from conformance.report.markdown import DESCRIBED, LISTED, markdown_of
from conformance.report.raw import summary_of
from tests.report import drawn, made
from tests.report.assessed import drawn as assessed


def html(report: dict[str, object]) -> str:
    return MarkdownIt("gfm-like", {"linkify": False}).render(markdown_of(report))


def test_it_says_the_verdict_the_edition_and_that_the_profile_is_unverified() -> None:
    first, _, second, *_ = markdown_of(made.examples()).splitlines()
    assert first == "# Appendix AA: violates"
    for words in ("2 of 3 submissions violate", "Edition mp109", "profile test", "unverified"):
        assert words in second


def test_it_shows_each_violation_with_place_and_remedy() -> None:
    page = html(made.examples())
    assert "<strong>6.1-3</strong>" in page
    assert "adt.csv, record 1, field 6, byte 40" in page
    assert "and 1 more like this" in page
    assert "Fix: Make the file with `tadp make` from the sheet, or save it with Unix" in page
    assert "3.4(b)-1 (User) because of 6.1-3; rests on the legal text: " in page


def test_it_names_what_would_show_what_is_not_shown() -> None:
    report = made.not_shown()
    (submission,) = report["submissions"]
    page = markdown_of(report)
    evidence = [e for r in submission["requirements"] for e in r["evidence"]]
    assert evidence
    assert all(e.replace("_", "&#95;") in page for e in evidence)


@pytest.mark.parametrize("report", [drawn.everything(), assessed.everything()])
def test_a_table_is_a_table_below_what_could_not_be_read(report: dict[str, Any]) -> None:
    text = render(report, "markdown")
    page = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    assert page.count("<table>") == sum(line.startswith("|---") for line in text.splitlines()) > 0
    assert "|" not in page


def test_hostile_text_shows_as_text() -> None:
    page = html(made.hostile())
    for tag in ("<script", "<img", "<a ", "<strong>bold", "<pre"):
        assert tag not in page
    assert "&lt;script&gt;" in page
    assert "**bold**" in page


def test_it_is_bounded() -> None:
    report = made.examples()
    bad = report["submissions"][1]
    report["submissions"] = [bad] * 2000  # never changed
    report["summary"] = summary_of(report["submissions"])
    page = markdown_of(report)
    assert len(page.encode()) < 1 << 19
    assert f"And {2000 - LISTED:,} more." in page
    assert f"And {2000 - DESCRIBED:,} more submissions" in page
