"""The whole story on the page of the desk by keyboard alone, as Playwright drives a browser.

From the template to the file that is compared with the Live one, and from a quarantine to the
QCAF. At each step axe-core finds nothing, wide and narrow, light and dark. A large file is sent.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.desk.diary import Diary
from tests.corpus import FIXTURES
from tests.desk.asking import served
from tests.desk.test_page import BAD
from tests.report.browser import PROGRAM, needs_browser, printed_on
from tests.running import PATIENCE, run

pytest.importorskip("uvicorn")
playwright = pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.tools, needs_browser]
EXAMPLES = FIXTURES.parent / "examples"
#: The findings of axe, in its own words.
_FOUND = (
    "axe.run({iframes: false}).then((found) => JSON.stringify(found.violations.map("
    "(one) => [one.id, one.nodes.map((node) => node.failureSummary)])))"
)
#: The most presses of the Tab key to reach anything.
MOST = 200
SECTIONS = ("check", "thresholds", "quarantine", "evidence", "compare", "watched", "profile")


class Keys:
    """A page that is used with the keyboard; ``found`` is what axe-core has to say of it."""

    def __init__(self, page: Any, folder: Path, axe: str) -> None:
        self.page = page
        self.folder = folder
        self.axe = axe
        self.found: list[tuple[str, Any]] = []

    def reach(self, selector: str) -> None:
        """Press Tab until the element has the focus, which is seen."""
        wanted = self.page.locator(selector).first
        for _ in range(MOST):
            if wanted.evaluate("(e) => e === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached")

    def press(self, selector: str) -> None:
        self.reach(selector)
        self.page.keyboard.press("Enter")

    def choose(self, selector: str, *files: Path) -> None:
        self.reach(selector)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Enter")
        chooser.value.set_files(files)

    def pick(self, selector: str, text: str) -> None:
        self.reach(selector)
        self.page.keyboard.type(text)

    def save(self, selector: str) -> Path:
        self.reach(selector)
        with self.page.expect_download() as download:
            self.page.keyboard.press("Enter")
        path = self.folder / download.value.suggested_filename
        download.value.save_as(path)
        return path

    def go(self, section: str) -> None:
        self.press(f"nav [href='#{section}']")
        self.page.locator(f"#{section}").wait_for()

    def look(self, state: str) -> None:
        """See that the page fits and that axe finds nothing, on each kind of screen."""
        self.page.evaluate(f"{self.axe};0")
        for width, scheme in ((1200, "light"), (1200, "dark"), (360, "light"), (360, "dark")):
            self.page.set_viewport_size({"width": width, "height": 740})
            self.page.emulate_media(color_scheme=scheme)
            where = f"{state}, {width}, {scheme}"
            self.found += [(where, one) for one in json.loads(self.page.evaluate(_FOUND))]
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, where

    def answer(self, step: str) -> str:
        """Return the words of an answer, which is looked at and printed as well."""
        frame = self.page.locator(f"{step} iframe")
        words = frame.content_frame.locator("body").text_content()
        self.look(step)
        # The answer as a page of its own, where axe can run.
        alone = self.page.context.browser.new_page()
        alone.set_content(frame.content_frame.locator("html").evaluate("(e) => e.outerHTML"))
        Keys.look(Keys.of(alone, self), f"the answer of {step}")
        alone.close()
        printed = printed_on(self.page.pdf(prefer_css_page_size=True))
        assert all(word in printed for word in ("SmartEnergyCode", "AppendixAA"))
        assert "Choosefiles" not in printed
        return str(words)

    @classmethod
    def of(cls, page: Any, other: Keys) -> Keys:
        made = cls(page, other.folder, other.axe)
        made.found = other.found
        return made

    def problem(self, step: str) -> str:
        """Return the words of a refusal, which is looked at as well."""
        words = self.page.locator(f"{step} .problem").inner_text()
        self.look(f"{step}, refused")
        return str(words)


@pytest.fixture
def keys(axe: str, tmp_path: Path) -> Iterator[Keys]:
    journal = tmp_path / "journal"
    Diary(journal).add("not checked", source="<img src=x>", why="it is a picture")
    with served(journal) as serving, playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 360, "height": 740}, color_scheme="dark")
        # From the start: where it is only expected, the first may be missed.
        page.on("filechooser", lambda _: None)
        page.goto(serving.page)
        page.locator("nav [href='#watched']").wait_for()
        keys = Keys(page, tmp_path, axe)
        yield keys
        browser.close()
    assert keys.found == []


def sign(path: Path, trust: Path) -> Path:
    signed = run(
        "sign", path, "--key", trust / "aro.key", "--certificate", trust / "aro.pem",
        "--profile", trust / "profile.toml",
    )  # fmt: skip
    assert signed.code == 0, signed.err
    return path.with_name(f"{path.name}.p7s")


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    assert run("generate", "adt", "-o", tmp_path / "made").code == 0
    return tmp_path / "made-trust"


def test_thresholds_are_set_from_the_template_to_the_live_file(keys: Keys, trust: Path) -> None:
    keys.go("thresholds")
    keys.look("thresholds")
    assert keys.save("#thresholds [data-operation=template] button").suffix == ".xlsx"
    make = "#thresholds [data-operation=make-adt]"
    keys.choose(f"{make} [name=file]", BAD / "adt.csv")
    keys.press(f"{make} > button")
    assert "is to be changed first" in keys.problem("#thresholds")
    keys.go("thresholds")
    keys.choose(f"{make} [name=file]", EXAMPLES / "thresholds.csv")
    adt = keys.save(f"{make} > button")
    keys.choose("#adt-checked", sign(adt, trust))
    keys.press("#thresholds [data-operation=check] > button")
    assert "adt.csv.p7s" in keys.answer("#thresholds li:nth-child(4)")
    keys.choose("#thresholds [name=old]", EXAMPLES / "adt-submission" / "live.csv")
    keys.press("#thresholds [data-operation=diff] > button")
    assert "removed" in keys.answer("#thresholds li:nth-child(5)").lower()


def test_a_quarantine_is_answered_with_a_qcaf(keys: Keys, trust: Path) -> None:
    keys.go("quarantine")
    keys.look("quarantine")
    keys.choose("#report", EXAMPLES / "qcaf-submission" / "report.csv")
    keys.press("#quarantine [data-operation=deadline] > button")
    assert "6 due" in keys.answer("#quarantine li:nth-child(1)")
    make = "#quarantine [data-operation=make-qcaf]"
    keys.press(f"{make} > button")
    assert "No action is chosen" in keys.problem("#quarantine")
    keys.go("quarantine")
    keys.pick("#quarantine [name=action]", "Release")
    keys.pick("#quarantine [name=variant]", "Delete")
    keys.press("#quarantine .choices summary")
    keys.look("actions one by one")
    qcaf = keys.save(f"{make} > button")
    assert qcaf.read_bytes().count(b"Delete") == 3
    keys.choose("#qcaf-checked", sign(qcaf, trust))
    keys.press("#quarantine [data-operation=check] > button")
    assert "qcaf.csv.p7s" in keys.answer("#quarantine li:nth-child(4)")


def test_each_section_is_used(keys: Keys) -> None:
    for section in SECTIONS:
        keys.go(section)
        keys.look(section)
    keys.go("check")
    keys.choose("#check [name=file]", BAD / "adt.csv", BAD / "adt.csv.p7s")
    keys.press("#check form > button")
    assert "6.1-3" in keys.answer("#check")
    keys.go("evidence")
    keys.choose("#evidence [name=file]", BAD / "adt.csv")
    keys.pick("#evidence [name=sent-at]", "soon")
    keys.press("#evidence form > button")
    assert "When was it sent" in keys.problem("#evidence")
    keys.go("compare")
    keys.choose("#compare [name=old]", BAD / "adt.csv")
    keys.choose("#compare [name=new]", EXAMPLES / "adt-submission" / "live.csv")
    keys.press("#compare form > button")
    assert "removed" in keys.answer("#compare")
    keys.go("profile")
    keys.press("#profile form > button")
    assert "Reference profile" in keys.answer("#profile")


def test_a_person_who_is_refused_can_read_why(keys: Keys) -> None:
    keys.page.context.clear_cookies()
    keys.page.reload()
    assert "What to do" in keys.page.locator("main").inner_text()
    keys.look("refused")
    assert keys.found == []
    # It is seen to find what is wrong.
    keys.page.evaluate("document.documentElement.removeAttribute('lang')")
    keys.look("broken")
    assert {name for _, (name, _) in keys.found} == {"html-has-lang"}
    keys.found.clear()


def test_a_large_file_is_sent_with_progress_and_in_little_memory(tmp_path: Path) -> None:
    line = (BAD / "adt.csv").read_bytes().splitlines()[0] + b"\n"
    large = tmp_path / "adt.csv"
    large.write_bytes(line * (100_000_000 // len(line)))
    words = [sys.executable, "-m", "conformance", "desk", "--no-browser"]
    with (
        subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as desk,
        playwright.sync_playwright() as driver,
    ):
        assert desk.stdout is not None
        browser = driver.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(desk.stdout.readline().split()[-1])
        page.evaluate(
            "window.seen = []; new MutationObserver(() => { const bar = document.querySelector("
            "'progress'); if (bar?.value) seen.push([bar.value, bar.max]); })"
            ".observe(document.querySelector('#check'), {subtree: true, childList: true, "
            "characterData: true, attributes: true})"
        )
        page.locator("#check [name=file]").set_input_files(large)
        page.locator("#check form > button").click()
        page.locator("#check iframe").wait_for(timeout=PATIENCE * 1000)
        seen = page.evaluate("seen")
        (peak,) = re.findall("VmHWM:\\s*(\\d+) kB", Path(f"/proc/{desk.pid}/status").read_text())
        browser.close()
        desk.terminate()
    assert len({value for value, _ in seen}) > 1
    assert all(value <= most and most > 100_000_000 for value, most in seen)
    assert int(peak) >> 10 < 100
