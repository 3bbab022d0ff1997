"""The forms of a report: which ending names which, and what is told of one that names none."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.errors import TadpError
from conformance.preparation.refusal import CAP, RefusedError, Trouble
from conformance.report.coverage import plain
from conformance.report.formats import FORMATS, format_of, render, require_formats
from conformance.report.refusal import render_refusal
from conformance.report.serialising import dump_report
from conformance.report.style import Style
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
def test_an_ending_that_names_none_is_told_with_those_that_do(name: str) -> None:
    with pytest.raises(TadpError) as told:
        format_of(Path("some") / name)
    assert str(told.value) == (
        f"some/{name}: the ending of the file names no format of a report "
        "(one of: .txt, .html, .xml, .sarif, .md, .csv, .json)"
    )


def test_a_folder_that_is_not_there_is_told_before_anything_is_made(tmp_path: Path) -> None:
    require_formats([tmp_path / "r.md", tmp_path / "r.json"])
    with pytest.raises(TadpError) as told:
        require_formats([tmp_path / "r.md", tmp_path / "none" / "r.json"])
    assert str(told.value) == f"{tmp_path / 'none'}: there is no such folder"


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


# --- Why a sheet was not made into a file -------------------------------------------------------


def trouble(place: str, **changes: str | None) -> Trouble:
    values: dict[str, str | None] = {
        "message": "it is too long", "found": "12345", "expected": "4 digits", "mend": "Cut it.",
    }  # fmt: skip
    return Trouble(place, **{**values, **changes})  # type: ignore[arg-type]


def refused(troubles: list[Trouble], count: int, *, colour: bool = False) -> list[str]:
    error = RefusedError("sheet\x1b.csv", tuple(troubles), count)
    return list(render_refusal(error, Style(colour=colour)))


def test_one_thing_to_mend_is_told_in_full() -> None:
    assert refused([trouble("B2", requirement="6.1-3", found="\x00")], 1) == [
        "NOT MADE  sheet\u241b.csv: 1 thing to mend; nothing was written",
        "",
        "  B2: it is too long (6.1-3)",
        "    found     \u2400",
        "    expected  4 digits",
        "    mend      Cut it.",
    ]


def test_what_mends_several_in_a_row_is_said_below_the_last() -> None:
    long = "so much that it does not fit, " * 5
    troubles = [
        trouble("B2"),
        trouble("B3", found=""),
        trouble("B4", mend="Leave it."),
        trouble("B5", expected=long.strip()),
    ]
    assert refused(troubles, 1204) == [
        "NOT MADE  sheet\u241b.csv: 1,204 things to mend; nothing was written",
        "",
        "  B2: it is too long",
        "    found     12345",
        "    expected  4 digits",
        "",
        "  B3: it is too long",
        "    expected  4 digits",
        "    mend      Cut it.",
        "",
        "  B4: it is too long",
        "    found     12345",
        "    expected  4 digits",
        "    mend      Leave it.",
        "",
        "  B5: it is too long",
        "    found     12345",
        "    expected  so much that it does not fit, so much that it does not fit, so much that it "
        "does not",
        "              fit, so much that it does not fit, so much that it does not fit,",
        "    mend      Cut it.",
        "",
        "  and 1,200 more like these",
    ]


def test_no_more_are_told_than_are_kept() -> None:
    every = [trouble(f"B{n}") for n in range(CAP + 1)]
    told = refused(every, CAP + 1)
    assert sum(line.startswith("  B") for line in told) == CAP
    assert told[-2:] == ["", "  and 1 more like these"]
    assert refused(every[:CAP], CAP)[-1] == "    mend      Cut it."


def test_a_refusal_is_marked_on_a_terminal() -> None:
    head, _, place, *_ = refused([trouble("B2")], 1, colour=True)
    assert head.startswith("\x1b[1;31mNOT MADE\x1b[0m  sheet")
    assert place == "  \x1b[1mB2\x1b[0m: it is too long"
