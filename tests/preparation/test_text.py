"""Why a sheet was not made into a file, as a terminal shows it."""

from __future__ import annotations

from conformance.preparation.refusal import CAP, RefusedError, Trouble
from conformance.preparation.text import render_refusal
from conformance.report.style import Style


def trouble(place: str, **changes: str | None) -> Trouble:
    values: dict[str, str | None] = {
        "message": "it is too long", "found": "12345", "expected": "4 digits", "fix": "Cut it.",
    }  # fmt: skip
    return Trouble(place, **{**values, **changes})  # type: ignore[arg-type]


def refused(troubles: list[Trouble], count: int, *, colour: bool = False) -> list[str]:
    error = RefusedError("sheet\x1b.csv", tuple(troubles), count)
    return list(render_refusal(error, Style(colour=colour)))


def test_one_thing_to_fix_is_shown_in_full() -> None:
    assert refused([trouble("B2", requirement="6.1-3", found="\x00")], 1) == [
        "NOT MADE  sheet\u241b.csv: 1 thing to fix; nothing was written",
        "",
        "  B2: it is too long (6.1-3)",
        "    found     \u2400",
        "    expected  4 digits",
        "    fix       Cut it.",
    ]


def test_a_remedy_of_several_in_a_row_is_said_below_the_last() -> None:
    long = "so much that it does not fit, " * 5
    troubles = [
        trouble("B2"),
        trouble("B3", found=""),
        trouble("B4", fix="Leave it."),
        trouble("B5", expected=long.strip()),
    ]
    assert refused(troubles, 1204) == [
        "NOT MADE  sheet\u241b.csv: 1,204 things to fix; nothing was written",
        "",
        "  B2: it is too long",
        "    found     12345",
        "    expected  4 digits",
        "",
        "  B3: it is too long",
        "    expected  4 digits",
        "    fix       Cut it.",
        "",
        "  B4: it is too long",
        "    found     12345",
        "    expected  4 digits",
        "    fix       Leave it.",
        "",
        "  B5: it is too long",
        "    found     12345",
        "    expected  so much that it does not fit, so much that it does not fit, so much that it "
        "does not",
        "              fit, so much that it does not fit, so much that it does not fit,",
        "    fix       Cut it.",
        "",
        "  and 1,200 more like these",
    ]


def test_no_more_are_reported_than_are_kept() -> None:
    every = [trouble(f"B{n}") for n in range(CAP + 1)]
    reported = refused(every, CAP + 1)
    assert sum(line.startswith("  B") for line in reported) == CAP
    assert reported[-2:] == ["", "  and 1 more like these"]
    assert refused(every[:CAP], CAP)[-1] == "    fix       Cut it."


def test_a_refusal_is_marked_on_a_terminal() -> None:
    head, _, place, *_ = refused([trouble("B2")], 1, colour=True)
    assert head.startswith("\x1b[1;31mNOT MADE\x1b[0m  sheet")
    assert place == "  \x1b[1mB2\x1b[0m: it is too long"
