"""The page of the desk as axe-core sees it, which tests pages for those who see or hear little."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.desk.asking import served
from tests.desk.test_page import BAD, Page
from tests.report.browser import Browser, needs_browser

pytestmark = [pytest.mark.tools, needs_browser]
#: What axe finds, in the page's own words.
RUN = (
    "axe.run({iframes: false}).then((found) => JSON.stringify(found.violations.map("
    "(one) => [one.id, one.nodes.map((node) => node.failureSummary)])))"
)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1200, 360])
def test_axe_finds_nothing_on_the_page(axe: str, dark: bool, width: int, tmp_path: Path) -> None:
    pytest.importorskip("uvicorn")
    with served() as serving, Browser(tmp_path / "browser") as browser:
        page = Page(browser, serving.page)
        page.give("#check input[multiple]", BAD / "adt.csv")
        page.send("#check form")
        page.give("#make input[type=file]", BAD / "adt.csv")
        page.send("#make [data-operation=make-adt]")
        browser.look(width=width, dark=dark)
        browser.run(f"{axe};0")
        assert json.loads(browser.run(RUN)) == []
        # It is seen to find what is wrong.
        browser.run("document.querySelector('h1 + p').style.color = '#777'; 0")
        assert [name for name, _ in json.loads(browser.run(RUN))] == ["color-contrast"]
