"""The page of the desk in a real browser: the whole story of thresholds and of a quarantine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.desk.diary import Diary
from conformance.desk.operation import OPERATIONS
from tests.corpus import FIXTURES
from tests.desk.asking import CHECKED, served
from tests.report.browser import Browser, letters_of, needs_browser, printed_on
from tests.running import PATIENCE

pytest.importorskip("uvicorn")
pytestmark = needs_browser
BAD = FIXTURES / "examples" / "adt-saved-by-a-spreadsheet"
REPORT = FIXTURES.parent / "examples" / "qcaf-submission" / "report.csv"
#: The result of a form, once its button can be pressed again.
_SENT = """new Promise((done) => {{
  const form = document.querySelector({form!r});
  form.requestSubmit();
  const look = () => form.hasAttribute("aria-busy")
    ? setTimeout(look, 50) : done(form.nextElementSibling.innerText);
  look();
}})"""
#: The words of the answer in a section.
_SHOWN = """new Promise((done) => {{
  const look = () => {{
    // A report is long, and may have come in part.
    const here = document.querySelector("#{section} iframe")?.contentDocument;
    const said = here?.readyState === "complete" ? here.body?.innerText : "";
    said?.includes({text!r}) ? done(said) : setTimeout(look, 50);
  }};
  look();
}})"""


class Page:
    """The page, in a browser."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        # The page of the test before may still ask for something, until it is left.
        browser.open("data:,")
        browser.requests.clear()
        browser.complaints.clear()
        browser.open(address)

    def give(self, field: str, *files: Path) -> None:
        """Choose ``files`` in a field."""
        root = self.browser.send("DOM.getDocument")["root"]["nodeId"]
        node = self.browser.send("DOM.querySelector", nodeId=root, selector=field)["nodeId"]
        names = [str(file) for file in files]
        self.browser.send("DOM.setFileInputFiles", nodeId=node, files=names)

    def turn(self, section: str) -> None:
        """Go to a section, as its link does."""
        self.browser.run(f"location.hash = {section!r}; new Promise((r) => setTimeout(r))")

    def send(self, form: str) -> str:
        """Press the button of a form; return what it says then."""
        return str(self.browser.run(_SENT.format(form=form)))

    def shown(self, section: str, text: str) -> str:
        """Return the words of an answer, once its frame has all of it, with ``text`` in it."""
        return str(self.browser.run(_SHOWN.format(section=section, text=text)))


def wait_for(page: Page, expression: str) -> None:
    """Wait until an expression is true in the page."""
    end = time.monotonic() + PATIENCE
    while not page.browser.run(f"Boolean({expression})"):
        assert time.monotonic() < end, f"never true: {expression}"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("browser")) as one:
        yield one


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with served() as serving:
        yield Page(browser, serving.page)


def test_a_submission_is_checked_and_the_report_shown_and_printed(page: Page) -> None:
    files = sorted(path for path in BAD.iterdir() if path.name.startswith("adt.csv"))
    page.give("#check input[multiple]", *files)
    page.send("#check form")
    shown = page.shown("check", "6.1-3")
    run = page.browser.run
    assert run(
        "[...document.querySelectorAll('#check .saves button')].map((e) => e.textContent)"
    ) == ["Save as a page (HTML)", "Save as JSON", "Print"]
    # How to give what is missing is said in the words of the page.
    frame = "document.querySelector('#check iframe')"
    how = run(f"{frame}.contentDocument.querySelector('#how').innerText")
    assert "Make the file with “Set thresholds” from the sheet" in run(
        f"{frame}.contentDocument.body.innerText"
    )
    assert "delivery.method: “How was it sent to DCC?” under Evidence" in how
    assert "--" not in how
    assert "tadp" not in how
    assert run(f"{frame}.sandbox.value") == "allow-same-origin", "no script runs in it"
    # So it is in what is saved, which has its own script, too.
    run(
        "const made = URL.createObjectURL; URL.createObjectURL = (blob) => {"
        " blob.text().then((text) => { window.savedText = text; }); return made.call(URL, blob); };"
        "document.querySelector('#check .saves button').click()"
    )
    wait_for(page, "window.savedText")
    parsed = "new DOMParser().parseFromString(window.savedText, 'text/html')"
    saved = run(f"(() => {{ const one = {parsed}; one.querySelectorAll('script, style').forEach((e)"
                " => e.remove()); return one.body.textContent; })()")  # fmt: skip
    assert "“How was it sent to DCC?” under Evidence" in saved
    assert "tadp " not in saved.replace("tadp 0.", "")
    assert "<script>" in run("window.savedText")
    # As long as the report, whose links lead to places in it.
    wait_for(page, f"{frame}.clientHeight >= {frame}.contentDocument.body.scrollHeight")
    run(f"{frame}.contentDocument.links[0].click()")
    wait_for(page, "scrollY > 0")
    assert run(f"{frame}.contentDocument.body.innerText") == shown
    printed = printed_on(page.browser.print())
    # Links to what follows are not printed.
    shown = shown.replace(run(f"{frame}.contentDocument.querySelector('nav').innerText"), "")
    assert {word for word in shown.split() if letters_of(word) not in printed} == set()
    assert "Saveas" not in printed
    assert "Choosefiles" not in printed
    # The verdict is on these files, and on no others.
    page.give("#check input[multiple]", REPORT)
    answer = "document.querySelector('#check .result')"
    assert "about what was chosen before" in run(f"{answer}.innerText")
    assert run(f"{answer}.querySelector('iframe, button')") is None


def test_a_register_is_chosen_by_itself_and_named_by_its_label(page: Page) -> None:
    page.give("#check input[multiple]", BAD / "adt.csv")
    page.give("#check [name=register]", BAD / "submission.json")
    said = page.send("#check form")
    assert said.startswith("“The register of the area” goes with the folder of an area")


def test_nothing_in_a_name_or_a_file_is_executed(page: Page, tmp_path: Path) -> None:
    harm = '"><img src=x onerror=top.harmed=1><script>top.harmed=1</script>'
    names = (
        f"{harm.replace('/', '')}.csv",
        "'-alert(1)-'\n.csv",
        "adt\u202evsc.exe",
        "&lt;b&gt;.csv",
    )
    for name in names:
        (tmp_path / name).write_text(f"{harm},javascript:alert(1),</title></style>{harm}\n")
    run = page.browser.run
    page.give("#check input[multiple]", *(tmp_path / name for name in names))
    listed = run("document.querySelector('#check .chosen').innerText")
    assert "adt[U+202E]vsc.exe" in listed
    assert "'-alert(1)-'[U+000A].csv" in listed
    refused = page.send("#check form")
    assert harm.replace("/", "").replace('"', "%22") in refused
    assert "rename it" in refused
    run("[...document.querySelectorAll('#check .chosen button')].pop().click()")
    page.give("#check input[multiple]", tmp_path / names[2], tmp_path / names[3])
    run("document.querySelector('#check [name=kind]').value = 'adt'")
    page.send("#check form")
    frame = "document.querySelector('#check iframe').contentDocument"
    wait_for(page, f"{frame}.body?.textContent.includes({harm!r})")
    shown = run(f"{frame}.body.textContent")
    assert "&lt;b&gt;.csv" in shown
    assert "\u202e" not in shown
    assert run(f"{frame}.querySelectorAll('script, img, [onerror], [href^=java]').length") == 0
    assert run("document.querySelectorAll('main img, main script').length") == 0
    # Nor would it be if it were there.
    run(
        f"(() => {{ const script = {frame}.createElement('script'); const image = "
        f"{frame}.createElement('img'); script.textContent = 'top.harmed = 1'; "
        "image.setAttribute('onerror', 'top.harmed = 1'); image.src = 'data:,x'; "
        f"{frame}.body.append(script, image); }})(); new Promise((done) => setTimeout(done, 100))"
    )
    assert run("window.harmed === undefined")
    refusal, *blocked = page.browser.complaints
    assert "400" in refusal
    assert blocked
    assert all("sandboxed" in one or "Content Security Policy" in one for one in blocked)
    base = run("location.origin")
    asked = [url for url in page.browser.requests if not url.startswith((base, f"blob:{base}"))]
    assert asked == ["data:,x"]


def test_a_sheet_that_is_wrong_says_which_cells_to_change(page: Page, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("a,b\n<img src=x onerror=alert(1)>,2\n")
    page.turn("thresholds")
    page.give("#thresholds [data-operation=make-adt] input", sheet)
    shown = page.send("#thresholds [data-operation=make-adt]")
    assert "is to be changed first" in shown
    assert "line 1" in shown
    assert "“Set thresholds” writes a sheet" in shown, "a section, and not a command"
    assert page.browser.run("document.querySelectorAll('#thresholds img').length") == 0
    sheet.write_text(
        "UserID,UserRole,ServiceReferenceVariant,TimePeriodHours,WarningThreshold,"
        "AnomalyDetectionThreshold\n70-00-00-00-00-00-00-01,IS,7.1,24,5,10\n"
    )
    page.give("#thresholds [data-operation=make-adt] input", sheet)
    shown = page.send("#thresholds [data-operation=make-adt]")
    assert "“Codes such as 7.1 are right as they are” takes it as it is" in shown, "a field"


def test_the_due_time_is_shown_and_actions_are_chosen(page: Page) -> None:
    page.turn("quarantine")
    page.give("#report", REPORT)
    page.send("#quarantine [data-operation=deadline]")
    assert "now" in page.shown("quarantine", "The 120 hours")
    run = page.browser.run
    wait_for(page, "document.querySelector('#quarantine [data-row]')")
    assert "No action is chosen." in page.send("#quarantine [data-operation=make-qcaf]")
    run("document.querySelector('#quarantine [data-prefix=\"7.2=\"]').value = 'Delete'")
    lacking = page.send("#quarantine [data-operation=make-qcaf]")
    assert "by its variant with “Service Reference Variant”" in " ".join(lacking.split())
    run("document.querySelector('#quarantine [name=at]').value = '2045-06-07 10:00'")
    for chosen, action in (
        ("[name=action]", "Release"),
        ('[data-prefix="7.2="]', "Delete"),
        ('[data-row="1"]', "Release"),
    ):
        run(f"document.querySelector('#quarantine ' + {chosen!r}).value = {action!r}")
    page.give("#quarantine [name=actions]", REPORT.parents[1] / "actions.csv")
    both = page.send("#quarantine [data-operation=make-qcaf]")
    assert "one by one, and there is a sheet of actions, too" in both, "and neither is dropped"
    run(
        "document.querySelector('#quarantine [name=actions]').closest('.drop')"
        ".querySelector('.chosen button').click()"
    )
    shown = page.send("#quarantine [data-operation=make-qcaf]")
    assert shown.startswith("Saved as qcaf.csv")
    assert "more than the 120 hours" in shown, "what the command warns of"
    chosen = "import('/files.js').then((m) => m.filesOf(document.querySelector('#qcaf-checked'))"
    made = f"{chosen}[0].file.text())"
    actions = [line.rpartition(",")[2] for line in run(made).split()]
    assert actions == ["Delete", "Release", "Release", "Delete", "Release", "Release"]
    # A file that was made leaves the next step if making it again is refused.
    run("document.querySelector('#quarantine [name=action]').value = ''")
    assert "no action" in page.send("#quarantine [data-operation=make-qcaf]")
    assert run(f"{chosen}.length)") == 0
    run("document.querySelector('#quarantine .chosen button').click()")
    page.give("#report", REPORT.parents[1] / "alerts.xml")
    wait_for(page, "document.querySelector('#quarantine .wanting').innerText.includes('not CSV')")
    assert run("document.querySelector('#quarantine .choices').hidden")
    assert not run("document.querySelector('#quarantine [name=action]').value")
    assert run(f"{chosen}.length)") == 0, "it was of another report"


def test_advice_and_lateness_are_known_before_the_qcaf_is_made(page: Page, tmp_path: Path) -> None:
    old = tmp_path / "old.csv"
    old.write_bytes(REPORT.read_bytes().replace(b"2045", b"2025").replace(b"ADUser", b"ADDCC"))
    page.turn("quarantine")
    page.give("#report", REPORT, old)
    run, form = page.browser.run, "#quarantine [data-operation=make-qcaf]"
    # Of two reports one is answered, which is chosen.
    late = f"document.querySelector('{form} .late')"
    wait_for(page, f"document.querySelector('{form} [data-row]')")
    assert run(f"{late}.hidden")
    run(
        f"(() => {{ const which = document.querySelector('{form} .which select'); "
        "which.value = 'old.csv'; "
        "which.dispatchEvent(new Event('change', {bubbles: true})); })()"
    )
    wait_for(page, f"!{late}.hidden")
    said = run(f"{late}.innerText")
    assert "hours are over for 6 of 6 communications: 3 of 7.2, 2 of 1.1.1, 1 of 8.1.1" in said
    assert "departs from UG1.2-1 with Delete, too" in said
    assert "If DCC advised Release for one of these, ask DCC" in said, "its threshold was DCC's"
    # By the time at which it will be sent.
    at = f"document.querySelector('{form} [name=at]')"
    run(f"{at}.value = '2025-06-02 12:00'; {at}.dispatchEvent(new Event('change'))")
    wait_for(page, f"{late}.hidden")
    # DCC's advice is an action, not a record of a QCAF that is not made yet.
    run(f"document.querySelector('{form} select[name=advice]').value = 'Delete'")
    assert page.send(form).startswith("Saved as qcaf.csv")
    # The files go on to Evidence, and are not chosen again.
    signature = tmp_path / "qcaf.csv.p7s"
    signature.write_bytes(b"no signature")
    page.give("#qcaf-checked", signature)
    run("document.querySelector('[data-evidence=qcaf]').click()")
    fields = ("file", "signature", "report-file")
    listed = [
        run(f"document.querySelector('#evidence [type=file][name={name}]').closest('.drop')"
            ".querySelector('.chosen bdi').innerText")
        for name in fields
    ]  # fmt: skip
    assert listed == ["qcaf.csv", "qcaf.csv.p7s", "old.csv"]
    assert run("document.querySelector('#evidence [name=advice]').value") == "Delete"
    assert not run("document.querySelector('#evidence').hidden")


def test_questions_are_those_of_the_kind_of_file(page: Page) -> None:
    def asked() -> list[str]:
        shown = (
            "new Promise((done) => { const look = () => { const all = [...document"
            ".querySelector('#evidence .questions').children]; all.length ? done(all.filter((e) => "
            "!e.hidden).map((e) => e.querySelector('[name]').name)) : setTimeout(look, 50); }; "
            "look(); })"
        )
        return list(page.browser.run(shown))

    def turn_to(kind: str) -> None:
        page.browser.run(
            "(() => { const kind = document.querySelector('#evidence [name=kind]'); "
            f"kind.value = {kind!r}; kind.dispatchEvent(new Event('change')); }})()"
        )

    adt = asked()
    turn_to("qcaf")
    # So are the answers that are known.
    field = "document.querySelector('#evidence [name=folder]').labels[0]"
    hint = "Anomaly Detection Files/QCAF Submissions/Submitted QCAF"
    assert page.browser.run(f"{field}.querySelector('.hint').textContent") == hint
    assert set(adt) - set(asked()) == {
        field.name
        for field in (*OPERATIONS["evidence"].files, *OPERATIONS["evidence"].texts)
        if field.kinds == ("adt",)
    }
    turn_to("adt")
    page.give("#evidence [name=file]", BAD / "adt.csv")
    page.browser.run("document.querySelector('#evidence [name=sent-at]').value = 'soon'")
    shown = page.send("#evidence form")
    assert "“When was it sent to DCC?”" in shown, "a field, and not an option"
    assert "2025-06-01 09:30" in shown
    page.browser.run(
        "document.querySelector('#evidence [name=sent-at]').value = '';"
        "document.querySelector('#evidence [name=replaces][type=checkbox]').click()"
    )
    page.give("#evidence [name=signature]", BAD / "adt.csv.p7s")
    page.give("#check [name=file]", REPORT)
    assert "in place of those" in page.send("#evidence form")
    given = (
        "import('/files.js').then((m) => m.filesOf(document.querySelector('#check [name=file]'))"
        ".map((one) => one.path))"
    )
    assert page.browser.run(given) == ["adt.csv", "adt.csv.p7s", "submission.json"]
    record = json.loads(
        page.browser.run(given.replace(".map((one) => one.path)", "[2].file.text()"))
    )
    assert (record["replaces"], record["signature"]) == (None, "adt.csv.p7s")
    assert page.browser.run(
        "[...document.querySelector('#evidence [name=method-of-choice-unavailable]').options]"
        ".map((e) => e.text)"
    ) == ["not answered", "yes", "no"]


def test_an_event_in_a_watched_folder_appears_on_the_page(browser: Browser, tmp_path: Path) -> None:
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
        diary.add("checked", source="a&b", reports=["r/a.json", "r/a.html"], **CHECKED)
        wait_for(page, "document.querySelector('#watched td a')")
        link = page.browser.run("document.querySelector('#watched td a').getAttribute('href')")
        assert link == "/api/report?source=a%26b"


def test_nothing_is_asked_for_elsewhere_and_nothing_complained_of(page: Page) -> None:
    page.turn("profile")
    page.browser.run("document.querySelector('#profile button').focus()")
    page.send("#profile form")
    assert page.browser.run("document.activeElement.innerText") == "Show the profile"
    base = page.browser.run("location.origin")
    assert [
        url for url in page.browser.requests if not url.startswith((base, f"blob:{base}"))
    ] == []
    assert page.browser.complaints == []


def test_it_fits_a_narrow_screen_and_every_field_has_a_label(page: Page) -> None:
    page.browser.look(width=360)
    assert page.browser.run("document.documentElement.scrollWidth <= 360")
    page.turn("quarantine")
    page.give("#report", REPORT)
    page.send("#quarantine [data-operation=deadline]")
    page.shown("quarantine", "The 120 hours")
    # The picture as well: nothing of it is to the right of the frame, and its bars are seen.
    inside = "document.querySelector('#quarantine iframe').contentDocument"
    assert (
        page.browser.run(
            f"[...{inside}.querySelectorAll('svg text, svg line, svg rect')]"
            ".map((one) => one.getBoundingClientRect()).filter((one) => one.right > 360).length"
        )
        == 0
    )
    assert (
        page.browser.run(
            f"[...{inside}.querySelectorAll('svg > rect')]"
            ".filter((one) => one.getBoundingClientRect().width > 90).length"
        )
        == 3
    )
    assert (
        page.browser.run(
            "[...document.querySelectorAll('input:not([type=hidden]), select')]"
            ".filter((e) => e.labels.length === 0 && !e.ariaLabel).length"
        )
        == 0
    )


def test_it_can_be_used_by_keyboard_alone(page: Page) -> None:
    reached = page.browser.run(
        "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, "
        "summary')].filter((e) => e.tabIndex < 0).length"
    )
    assert reached == 0
