"""The page of a comparison, in a browser: it asks for nothing, and shows all that differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.browser import PROGRAM, Browser
from tests.running import run
from tests.thresholds.test_diff import HOSTILE, NEW, OLD

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no Chromium here")


def test_it_shows_what_differs_and_asks_for_nothing(tmp_path: Path) -> None:
    old, new, page = tmp_path / "old.csv", tmp_path / "new.csv", tmp_path / "diff.html"
    old.write_bytes(OLD)
    new.write_bytes(NEW + b"%b,IS,2.1,25,,1\n" % HOSTILE)
    assert run("diff", old, new, "--output", page).code == 1
    with Browser(tmp_path / "browser") as browser:
        browser.open(page.as_uri())
        assert browser.complaints == []
        assert browser.requests == [page.as_uri()]
        shown = "(id) => document.querySelectorAll(`#${id} tbody tr`).length"
        counts = [browser.run(f"({shown})('{name}')") for name in ("removed", "changed", "added")]
        assert counts == [1, 1, 2]
        assert browser.run("document.querySelector('#changed del').textContent") == "100"
        assert browser.run("document.querySelector('#changed ins').textContent") == "120"
        added = browser.run("document.querySelector('#added').textContent")
        # Letters of a User ID are compared, and shown, in upper case.
        assert "<script>alert(1)" in added.lower()
        assert browser.run("document.body.scrollWidth <= innerWidth")
        assert browser.print().startswith(b"%PDF")
