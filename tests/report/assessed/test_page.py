"""The page of an assessment in a real browser: what it shows, obeys and asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.report.formats import render
from tests.report.assessed import made
from tests.report.browser import Browser, Shown, needs_browser


def shown(browser: Browser, folder: Path, report: dict[str, Any]) -> Shown:
    return Shown(browser, folder / "r.html", render(report, "html"))


@needs_browser
def test_the_first_screen_answers(browser: Browser, tmp_path: Path) -> None:
    report = made.assessed(made.ACCEPTS)
    page = shown(browser, tmp_path, report)
    browser.look()
    first = page.run(
        "[...document.querySelectorAll('h1, header dd, header p, .owed tr')].filter((e) => "
        "e.getBoundingClientRect().bottom < innerHeight).map((e) => e.innerText).join('\\n')"
    )
    for words in (
        "DEPARTS", "Nothing shows that accepts breaks the legal text itself, but it fails",
        "mp109", "test:", "The profile is unverified.", "files.adt",
        f"The run failed: of {len(report['cases'])} cases",
    ):  # fmt: skip
        assert words in first
    asked = [one for one in report["receiver"] if one["result"] != "not asked"]
    assert asked
    for one in asked:
        assert one["statement"] in first
    assert "NOT MET" in first
    assert "%" not in first
    page.assert_silent()


@needs_browser
def test_every_case_has_its_row_with_the_parts_apart(browser: Browser, tmp_path: Path) -> None:
    report = made.known()
    page = shown(browser, tmp_path, report)
    rows = page.run(
        "[...document.querySelectorAll('.matrix tbody tr')].map((r) => [...r.children]"
        ".slice(0, 6).map((c) => c.textContent.trim().split(' ').slice(-2).join(' ')))"
    )
    names = ("expected", "outcome", "verdict", "clause", "location")
    seen = sorted([row[0].split()[-1], *row[1:]] for row in rows)
    assert seen == sorted([case["id"], *(case[n] for n in names)] for case in report["cases"])
    assert page.run("document.querySelector('#known').innerText").count("awaits release 2") == 1
    text = page.run("document.querySelector('#untested').textContent")
    assert "only a person can attest it" in text.lower()
    page.assert_silent()


@needs_browser
def test_filter_and_search_find_cases(browser: Browser, tmp_path: Path) -> None:
    report = made.known()
    page = shown(browser, tmp_path, report)
    total = len(report["cases"])
    known = sum(case["known"] for case in report["cases"])
    passed = sum(case["status"] == "passed" for case in report["cases"])
    assert page.filter("", "known") == f"{known} of {total}"
    assert page.filter("", "passed") == f"{passed} of {total}"
    assert page.filter("", "failing") == f"{total - known - passed} of {total}"
    # By the words of the requirement above them.
    wanted = report["cases"][-1]
    name = wanted["roots"][0] if wanted["roots"] else "conforming"
    assert page.filter(f"{wanted['id']} {name}") == f"1 of {total}"
    groups = "document.querySelectorAll('.group:not([hidden])').length"
    assert page.run(groups) == 1
    assert page.filter("no such thing") == f"0 of {total}"
    assert page.run(groups) == 0
    assert page.filter("") == f"{total} in all"
    page.assert_silent()


@needs_browser
def test_hostile_input_shows_as_text(browser: Browser, tmp_path: Path) -> None:
    page = shown(browser, tmp_path, made.hostile())
    page.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert page.run("document.scripts.length") == 1
    assert page.run("document.images.length") == 0
    assert page.run("document.title").startswith("Appendix AA: ")
    assert page.run("document.title") != "owned"
    assert page.run("document.querySelectorAll('[onerror], iframe, object, base').length") == 0
    assert page.run("[...document.links].every((a) => a.getAttribute('href')[0] === '#')")
    text = page.run("document.body.textContent")
    for name in ("adapter", "implementation", "troubles", "known_failures", "not_tested", "inputs"):
        assert made.hostile()[name], name
    assert text.count("<img src=x onerror=alert(1)>") > 50
    page.assert_silent()


@needs_browser
def test_it_fits_a_narrow_screen_and_paper(browser: Browser, tmp_path: Path) -> None:
    for report in (made.known(), made.hostile()):
        page = shown(browser, tmp_path, report)
        for width in (390, 1200):
            browser.look(width=width)
            assert page.run("document.documentElement.scrollWidth <= innerWidth")
        assert browser.print().startswith(b"%PDF")
        page.run("dispatchEvent(new Event('beforeprint'))")
        assert page.run("document.querySelectorAll('.submission:not([open])').length") == 0


@needs_browser
@pytest.mark.parametrize("count", [2000, pytest.param(10_000, marks=pytest.mark.whole)])
def test_thousands_of_cases_stay_usable(browser: Browser, tmp_path: Path, count: int) -> None:
    report = made.assessed(made.ACCEPTS)
    bad = next(case for case in report["cases"] if case["status"] == "failed")
    report["cases"] += [{**bad, "id": f"made/{number}"} for number in range(count)]
    page = shown(browser, tmp_path, made.resealed(report))
    assert page.filter(f"made/{count - 1}") == f"1 of {len(report['cases'])}"
    page.assert_silent()
