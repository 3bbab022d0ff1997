"""The page of a profile, and of two profiles compared, on a narrow screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.browser import Browser, Shown, needs_browser
from tests.running import run

PROFILES = Path(__file__).parents[1] / "profiles"
LONG = """\
profile = "long"
title = "A profile whose title goes on and on, until it has no room left on a narrow screen"
version = "1"
source = "https://example.org/an/address/without/a/space/that/a/narrow/screen/has/to/break"
extends = "reference"

[files.adt]
key = ["UserID"]
columns = [
  { name = "UserID", type = "eui64", role = "user-id" },
  { name = "AnExtraordinarilyLongNameOfAColumnThatNobodyWouldType", type = "code", values = ["AnExtraordinarilyLongValueOfACodeThatNobodyWouldType", "B"] },
  { name = "Text", type = "text", pattern = "[A-Za-z]{1,20}(alpha|beta|gamma|delta|epsilon|zeta)" },
]
rules = [{ id = "own", rule = "one-sender", columns = ["UserID"] }]
"""  # noqa: E501
#: Cells in which a line has room for fewer than some eight characters.
SQUEEZED = """
[...document.querySelectorAll('td')].filter((e) => e.textContent.length > 8
  && e.getBoundingClientRect().width < 64).map((e) => e.textContent)
"""


@needs_browser
@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("compared", [True, False])
def test_a_narrow_screen_has_room_for_every_entry(
    compared: bool, dark: bool, browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "long.toml"
    path.write_text(LONG, "utf-8")
    words = ("diff", path, PROFILES / "apart.toml") if compared else ("show", path)
    page = Shown(browser, tmp_path / "p.html", run("profile", *words, "--format", "html").out)
    browser.look(width=360, dark=dark)
    assert page.run("document.documentElement.scrollWidth") == 360
    assert page.run(SQUEEZED) == []
    dim = page.run("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 27)"
    assert dim is dark
    page.assert_silent()


def test_each_cell_of_a_wide_table_is_labelled_by_its_heading() -> None:
    out = run("profile", "show", "reference", "--format", "html").out
    assert '<td data-label="Field"><bdi>UserID</bdi></td>' in out
    assert '<td data-label="Null" class="nothing"><bdi></bdi></td>' in out
