"""The HTML report in a real browser: what it shows, what it obeys, and what it asks for."""

from __future__ import annotations

import copy
import html
import re
from pathlib import Path

import pytest

from conformance.report.page import FINDINGS, page_of
from conformance.report.raw import summary_of
from tests.report import made
from tests.report.browser import Browser, Shown, needs_browser
from tests.running import run


@needs_browser
def test_the_first_screen_answers(browser: Browser, tmp_path: Path) -> None:
    page = Shown(browser, tmp_path / "r.html", page_of(made.examples()))
    browser.look()
    first = page.run(
        "[...document.querySelectorAll('h1, header dd')].filter((e) => "
        "e.getBoundingClientRect().bottom < innerHeight).map((e) => e.innerText).join('\\n')"
    )
    for words in ("VIOLATES", "2 of 3 submissions violate", "mp109", "test:", "files.adt"):
        assert words in first
    assert "The profile is unverified." in first
    page.assert_silent()


@needs_browser
def test_filter_and_search_need_no_server(browser: Browser, tmp_path: Path) -> None:
    page = Shown(browser, tmp_path / "r.html", page_of(made.examples()))
    everything = ["adt-saved-by-a-spreadsheet", "qcaf-signed-in-text-mode", "adt-conforming"]
    assert page.visible == everything
    assert page.filter("CR LF 0x0D") == "1 of 3"
    assert page.visible == ["adt-saved-by-a-spreadsheet"]
    assert page.filter("", "conforms") == "1 of 3"
    assert page.visible == ["adt-conforming"]
    assert page.filter("no such thing") == "0 of 3"
    assert page.filter("") == "3 in all"
    assert page.visible == everything
    page.assert_silent()


@needs_browser
def test_a_finding_shows_the_record_with_the_place_marked(browser: Browser, tmp_path: Path) -> None:
    page = Shown(browser, tmp_path / "r.html", page_of(made.examples()))
    assert page.run("document.querySelector('.record').textContent").endswith("8,828CRLF")
    assert page.run("document.querySelector('.record mark').textContent") == "CRLF"


@needs_browser
def test_a_link_opens_what_it_leads_to(browser: Browser, tmp_path: Path) -> None:
    page = Shown(browser, tmp_path / "r.html", page_of(made.examples()))
    assert page.run("document.getElementById('s1').open") is False
    page.run("new Promise((r) => { addEventListener('hashchange', r); location.hash = 's1'; })"
        ".then(() => 0)")  # fmt: skip
    assert page.run("document.getElementById('s1').open") is True


@needs_browser
def test_hostile_input_shows_as_text(browser: Browser, tmp_path: Path) -> None:
    page = Shown(browser, tmp_path / "r.html", page_of(made.hostile()))
    page.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert page.run("document.scripts.length") == 1
    assert page.run("document.images.length") == 0
    assert page.run("document.title").startswith("Appendix AA: 2 of 3")
    assert page.run("document.querySelectorAll('[onerror], iframe, object, base').length") == 0
    assert page.run("[...document.links].every((a) => a.getAttribute('href')[0] === '#')")
    assert page.run("document.body.textContent").count("<img src=x onerror=alert(1)>") > 50
    page.assert_silent()


@needs_browser
def test_the_policy_stops_what_is_not_the_pages_own(browser: Browser, tmp_path: Path) -> None:
    page = page_of(made.examples())
    broken = page.replace("</body>", "<script>document.title = 'owned'</script></body>")
    shown = Shown(browser, tmp_path / "r.html", broken)
    assert shown.run("document.title") != "owned"
    assert any("Content Security Policy" in one for one in browser.complaints)
    browser.complaints.clear()


@needs_browser
@pytest.mark.parametrize("count", [600, pytest.param(3000, marks=pytest.mark.whole)])
def test_many_submissions_stay_usable(browser: Browser, tmp_path: Path, count: int) -> None:
    report = made.examples()
    report["submissions"] = [
        {**copy.deepcopy(report["submissions"][number % 3]), "source": f"folder/{number}"}
        for number in range(count)
    ]
    report["summary"] = summary_of(report["submissions"])
    page = Shown(browser, tmp_path / "r.html", page_of(report))
    assert page.run("document.querySelectorAll('details[open]').length") == 0
    assert page.filter(f"folder/{count - 1}") == f"1 of {count}"
    assert page.filter("", "violates") == f"{count * 2 // 3} of {count}"
    page.assert_silent()


def test_a_page_reports_how_many_findings_it_leaves_out() -> None:
    report = made.examples()
    broken = report["submissions"][1]
    root = next(r for r in broken["requirements"] if r["count"])
    many = {
        "status": "failed", "rests_on": "clause", "count": 1000,
        "findings": (root["findings"] * 5)[:20],
    }  # fmt: skip
    failing = [
        {**r, **many, "through": []} if r["status"] == "passed" else r
        for r in broken["requirements"]
    ]
    report["submissions"] = [
        {**broken, "source": f"folder/{number}", "requirements": failing} for number in range(500)
    ]
    report["summary"] = summary_of(report["submissions"])
    kept = sum(len(r["findings"]) for r in failing) * 500
    page = page_of(report)
    shown = page.count('<li class="finding">')
    assert shown == FINDINGS < kept
    assert f"This page leaves out {kept - shown:,} findings of the raw report" in page
    last = page.partition('id="s500"')[2].partition("</details>")[0]
    for result in (r for r in failing if r["count"]):
        assert f"<code>{result['id']}</code> ({result['count']:,})" in last
    assert "left out of this page" not in page_of(made.examples())


@needs_browser
def test_it_prints_to_a4_with_what_is_closed_on_the_screen(
    browser: Browser, tmp_path: Path
) -> None:
    page = Shown(browser, tmp_path / "r.html", page_of(made.examples()))
    printed = browser.print()
    sizes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", printed)
    assert sizes
    assert {(round(float(w)), round(float(h))) for w, h in sizes} <= {(595, 842), (596, 842)}
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert page.run("document.querySelectorAll('details:not([open])').length") == 0
    page.run("dispatchEvent(new Event('afterprint'))")
    assert page.run("document.querySelectorAll('details:not([open])').length") == 1


@needs_browser
def test_it_follows_the_scheme_of_the_reader(browser: Browser, tmp_path: Path) -> None:
    page = Shown(browser, tmp_path / "r.html", page_of(made.not_shown()))
    colour = "getComputedStyle(document.body).backgroundColor"
    browser.look(dark=True)
    dark = page.run(colour)
    browser.look()
    assert (page.run(colour), dark) == ("rgb(255, 255, 255)", "rgb(20, 23, 27)")
    for width in (390, 1200):
        browser.look(width=width)
        assert page.run("document.documentElement.scrollWidth <= innerWidth")


def test_it_shows_what_would_settle_what_is_not_shown() -> None:
    report = made.not_shown()
    page = page_of(report)
    (submission,) = report["submissions"]
    for result in submission["requirements"]:
        for evidence in result["evidence"]:
            assert f'<bdi class="entry">{evidence}</bdi>' in page
    for one in submission["inputs"]:
        assert one["sha256"] in page


def test_check_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    assert run("check", "--profile", made.PROFILE, made.EXAMPLES, "--output", path).code == 1
    page = path.read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert page.endswith("</html>\n")
    assert "default-src 'none'" in html.unescape(page)
    assert "http://" not in page
    assert "https://" not in page
