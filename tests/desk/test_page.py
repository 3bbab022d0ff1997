"""The page of the desk in a real browser: the whole story of thresholds and of a quarantine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from conformance.desk.app import Limits
from conformance.desk.diary import Diary
from conformance.desk.operation import OPERATIONS
from tests.corpus import FIXTURES
from tests.desk.asking import SETTINGS
from tests.report.browser import Browser, needs_browser

pytest.importorskip("uvicorn")
pytestmark = needs_browser
BAD = FIXTURES / "examples" / "adt-saved-by-a-spreadsheet"
REPORT = FIXTURES.parent / "examples" / "qcaf-submission" / "report.csv"
#: What a form has come to, once its button can be pressed again.
_SENT = """new Promise((done) => {{
  const form = document.querySelector({form!r});
  form.requestSubmit();
  const look = () => form.querySelector("button").disabled
    ? setTimeout(look, 50) : done(form.querySelector(".result").innerText);
  look();
}})"""


class Page:
    """The page, in a browser."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        browser.requests.clear()
        browser.complaints.clear()
        browser.open(address)

    def give(self, field: str, *files: Path) -> None:
        """Choose ``files`` in a field."""
        root = self.browser.send("DOM.getDocument")["root"]["nodeId"]
        node = self.browser.send("DOM.querySelector", nodeId=root, selector=field)["nodeId"]
        names = [str(file) for file in files]
        self.browser.send("DOM.setFileInputFiles", nodeId=node, files=names)

    def send(self, form: str) -> str:
        """Press the button of a form; return what it says then."""
        return str(self.browser.run(_SENT.format(form=form)))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("browser")) as one:
        yield one


@contextmanager
def served(journal: Path | None = None) -> Iterator[Any]:
    """A desk that answers until the end."""
    from conformance.desk.serving import Place, Serving

    serving = Serving(Place(journal=journal), None, SETTINGS, Limits())
    ready = threading.Event()
    thread = threading.Thread(
        target=serving.run, kwargs={"browser": False, "begun": ready.set}, daemon=True
    )
    thread.start()
    ready.wait()
    yield serving
    serving.stop()
    thread.join()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with served() as serving:
        yield Page(browser, serving.page)


def test_a_submission_is_checked_and_the_report_shown(page: Page) -> None:
    files = sorted(path for path in BAD.iterdir() if path.name.startswith("adt.csv"))
    page.give("#check input[multiple]", *files)
    page.send("#check form")
    assert "6.1-3" in page.browser.run("document.querySelector('#check iframe').srcdoc")
    assert page.browser.run("document.querySelector('#check iframe').getAttribute('sandbox')") == ""
    assert page.browser.run(
        "[...document.querySelectorAll('#check .saves button')].map((e) => e.textContent)"
    ) == ["Save as a page (HTML)", "Save as JSON"]


def test_a_sheet_that_is_wrong_says_which_cells_to_change(page: Page, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("a,b\n<img src=x onerror=alert(1)>,2\n")
    page.give("#make input[type=file]", sheet)
    shown = page.send("#make [data-operation=make-adt]")
    assert "something in it is to be changed" in shown
    assert "line 1" in shown
    assert page.browser.run("document.querySelectorAll('#make img').length") == 0


def test_what_is_due_is_shown_and_a_qcaf_made(page: Page) -> None:
    page.give("#quarantine [data-operation=deadline] input", REPORT)
    page.send("#quarantine [data-operation=deadline]")
    due = page.browser.run("document.querySelector('#quarantine iframe').srcdoc")
    assert "<svg" in due
    page.give("#quarantine [data-operation=make-qcaf] [name=report]", REPORT)
    page.browser.run("document.querySelector('#quarantine [name=action]').value = 'Release'")
    shown = page.send("#quarantine [data-operation=make-qcaf]")
    assert shown.startswith("Saved as qcaf.csv")


def test_questions_are_those_of_the_kind_of_file(page: Page) -> None:
    def asked() -> list[str]:
        shown = (
            "new Promise((done) => { const look = () => { const all = [...document"
            ".querySelectorAll('#evidence .questions p')]; all.length ? done(all.filter((e) => "
            "!e.hidden).map((e) => e.querySelector('input').name)) : setTimeout(look, 50); }; "
            "look(); })"
        )
        return list(page.browser.run(shown))

    adt = asked()
    page.browser.run(
        "(() => { const kind = document.querySelector('#evidence [name=kind]'); "
        "kind.value = 'qcaf'; kind.dispatchEvent(new Event('change')); })()"
    )
    assert set(adt) - set(asked()) == {
        field.name
        for field in (*OPERATIONS["evidence"].files, *OPERATIONS["evidence"].texts)
        if field.kinds == ("adt",)
    }


def test_what_happens_in_a_watched_folder_appears_on_the_page(
    browser: Browser, tmp_path: Path
) -> None:
    journal = tmp_path / "j"
    diary = Diary(journal)
    with served(journal) as serving:
        page = Page(browser, serving.page)
        diary.add("not checked", source="<img src=x>", why="it is a picture")
        seen = (
            "new Promise((done) => { const look = () => { const row = document.querySelector("
            "'#watched td + td + td'); row ? done(row.innerText) : setTimeout(look, 50); }; "
            "look(); })"
        )
        assert page.browser.run(seen) == "<img src=x>"
        assert page.browser.run("document.querySelectorAll('#watched img').length") == 0


def test_nothing_is_asked_for_elsewhere_and_nothing_complained_of(page: Page) -> None:
    page.send("#profile form")
    base = page.browser.run("location.origin")
    assert [url for url in page.browser.requests if not url.startswith(base)] == []
    assert page.browser.complaints == []


def test_it_fits_a_narrow_screen_and_every_field_has_a_label(page: Page) -> None:
    page.browser.look(width=360)
    assert page.browser.run("document.documentElement.scrollWidth <= 360")
    assert (
        page.browser.run(
            "[...document.querySelectorAll('input:not([type=hidden]), select')]"
            ".filter((e) => e.labels.length === 0).length"
        )
        == 0
    )


def test_it_can_be_used_by_keyboard_alone(page: Page) -> None:
    reached = page.browser.run(
        "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, "
        "summary')].filter((e) => e.tabIndex < 0).length"
    )
    assert reached == 0
