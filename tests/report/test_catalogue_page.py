"""``tadp clauses --format html``: the catalogue as one page."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest

from tests.report.browser import Browser, needs_browser
from tests.running import run


def test_every_requirement_has_statement_source_basis_notes_faults_and_cases() -> None:
    ran = run("clauses", "--format", "html")
    assert ran.code == 0
    page = html.unescape(ran.out)
    document = run("clauses", "--format", "json").report
    assert any(r["cases"] for r in document["requirements"])
    for requirement in document["requirements"]:
        assert f'id="r-{requirement["id"]}"' in page
        for name in ("statement", "source", "effect", "hint"):
            assert requirement[name] in page
        for case in requirement["cases"]:
            assert f"<code>{case}</code>" in page
        for note in requirement["notes"]:
            assert f'href="#note-{note}"' in page
            assert f'id="note-{note}"' in page
    for clause in document["clauses"]:
        assert clause["title"] in page
    for left_out in document["excluded"]:
        assert left_out["reason"] in page
    assert document["not_covered"]
    for gap in document["not_covered"]:
        assert gap["what"] in page
        assert gap["reason"] in page


def test_it_is_written_to_a_file_in_each_form(tmp_path: Path) -> None:
    for form, start in {"html": "<!DOCTYPE", "json": "{", "text": "2.2"}.items():
        file = tmp_path / form
        ran = run("clauses", "--format", form, "--output", file)
        assert (ran.code, ran.out) == (0, "")
        assert file.read_text("utf-8").startswith(start)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cases": 1}', '{"cases": [{}]}'])
def test_a_folder_that_is_not_a_corpus_is_reported(text: str, tmp_path: Path) -> None:
    words = ("clauses", "--format", "json", "--corpus", tmp_path)
    assert "not the manifest of a corpus" in run(*words).trouble
    (tmp_path / "manifest.json").write_text(text)
    assert "not the manifest of a corpus" in run(*words).trouble


def test_without_a_corpus_it_names_no_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.assessment.corpus_files._CARRIER", "no_such_package")
    document = run("clauses", "--format", "json").report
    assert all("cases" not in requirement for requirement in document["requirements"])
    assert run("clauses", "--format", "html").code == 0


def test_names_of_cases_show_as_text(tmp_path: Path) -> None:
    case = {"roots": ["6.1-3"], "id": "6.1-3/<img src=x>\u202e"}
    (tmp_path / "manifest.json").write_text(json.dumps({"cases": [case]}))
    page = run("clauses", "--format", "html", "--corpus", tmp_path).out
    assert "<img" not in page
    assert "&lt;img src=x&gt;\\u202e" in page


@needs_browser
def test_it_filters_in_a_browser_and_asks_for_nothing(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.html"
    run("clauses", "--format", "html", "--output", file)
    browser.open(file.as_uri())
    shown = browser.run(
        "(() => { const f = document.forms[0]; f.elements.text.value = 'line feed, 0x0A';"
        "f.dispatchEvent(new Event('input')); return new Promise((r) => setTimeout(() => "
        "r([...document.querySelectorAll('details:not([hidden])')].map((d) => d.id)), 400)); })()"
    )
    assert "r-6.1-3" in shown
    assert len(shown) < 10
    assert browser.complaints == []
    assert browser.requests == [file.as_uri()]
