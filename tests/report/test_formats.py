"""The formats of a report: the ending for each, and the error for an unknown ending."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.errors import TadpError
from conformance.report.coverage import plain
from conformance.report.formats import FORMATS, format_of, render, require_formats
from conformance.report.serialising import dump_report
from tests.report import drawn

ENDINGS = {
    "text": (".txt",),
    "html": (".html", ".htm"),
    "junit": (".xml",),
    "sarif": (".sarif", ".sarif.json"),
    "markdown": (".md",),
    "csv": (".csv",),
    "json": (".json",),
}


def test_there_is_a_form_for_each_ending() -> None:
    assert {name: one.endings for name, one in FORMATS.items()} == ENDINGS
    for name, endings in ENDINGS.items():
        for ending in endings:
            assert format_of(Path("some") / f"a.b{ending}") == name
            assert format_of(Path(f"A{ending.upper()}")) == name


@pytest.mark.parametrize("name", ["r.pdf", "r", "json", "txt.", "r.json.gz"])
def test_an_ending_that_names_none_is_reported_with_those_that_do(name: str) -> None:
    with pytest.raises(TadpError) as reported:
        format_of(Path("some") / name)
    assert str(reported.value) == (
        f"some/{name}: the ending of the file names no format of a report "
        "(one of: .txt, .html, .xml, .sarif, .md, .csv, .json)"
    )


def test_a_folder_that_is_not_there_is_reported_before_anything_is_made(tmp_path: Path) -> None:
    require_formats([tmp_path / "r.md", tmp_path / "r.json"])
    with pytest.raises(TadpError) as reported:
        require_formats([tmp_path / "r.md", tmp_path / "none" / "r.json"])
    assert str(reported.value) == f"{tmp_path / 'none'}: there is no such folder"


def test_json_is_the_raw_report_itself() -> None:
    report = drawn.everything()
    assert render(report, "json") == dump_report(report)


@pytest.mark.parametrize(
    "cell",
    [
        "=1",
        "+1",
        "-1",
        "@a",
        "\ta",
        "\ra",
        "\na",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff20a",
        "  =1",
    ],
)
def test_a_cell_that_begins_a_formula_has_an_apostrophe_in_front(cell: str) -> None:
    assert plain(cell) == f"'{cell}"
