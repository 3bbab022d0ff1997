"""The page with the picture of the hours, and reminders for a calendar."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import icalendar
import pytest

from tests.checks.situation import DEVICE, USER_ID
from tests.running import Ran, run

AT = "2025-06-06T12:00:00Z"
ROWS = (
    ("2025-06-01T08:00:00Z", "ADUserThresholdBreach", "7.2"),  # expired 4 hours ago
    ("2025-06-02T08:40:00Z", "ADUserThresholdBreach", "1.1.1"),
    ("2025-06-02T08:50:00Z", "ADDCCThresholdBreach", "8.1.1"),
    ("2025-06-03T12:00:00Z", "ADUserThresholdBreach", "7.2"),
)


def written(tmp_path: Path, ending: str, at: str = AT, *words: object) -> tuple[Ran, str]:
    report = tmp_path / "report.csv"
    report.write_text("".join(
        f"{USER_ID}:{DEVICE}:{number},{variant},{number},{when},{breach},\n"
        for number, (when, breach, variant) in enumerate(ROWS, 1)
    ))  # fmt: skip
    path = tmp_path / f"hours{ending}"
    ran = run("deadline", report, "--at", at, "--output", path, *words)
    return ran, path.read_bytes().decode() if path.exists() else ""


def number(element: ET.Element, name: str) -> float:
    """Return a share of the width, in per cent."""
    return float((element.get(name) or "").removesuffix("%"))


def bars_of(page: str) -> list[ET.Element]:
    return [r for r in picture(page).iter("rect") if r.get("height") == "12"]


def picture(page: str) -> ET.Element:
    found = re.search("<svg.*?</svg>", page, re.DOTALL)
    assert found
    return ET.fromstring(found[0])  # noqa: S314 - what we wrote


def test_the_picture_shows_what_is_over_left_and_expired_without_colour(tmp_path: Path) -> None:
    ran, page = written(tmp_path, ".html")
    assert ran.code == 1
    drawn = picture(page)
    bars = bars_of(page)
    fills = [bar.get("fill") for bar in bars]
    # Expired: hatched alone. Due: full as far as it is over, and empty beyond.
    assert fills == ["url(#hatched)", *["currentColor", "none"] * 3]
    assert {bar.get("stroke") for bar in bars} == {"currentColor"}
    x, width = ([number(bar, name) for bar in bars] for name in ("x", "width"))
    now = next(number(t, "x") for t in drawn.iter("text") if t.text == "now")
    hours = 100 / 360
    assert x[0] + width[0] == pytest.approx(now - 4 * hours, abs=0.02)
    assert x[1] + width[1] == pytest.approx(now, abs=0.02)
    assert width[2] == pytest.approx(20 * hours + 40 / 60 * hours, abs=0.02)
    assert width[1] + width[2] == pytest.approx(120 * hours, abs=0.03)
    words = [t.text or "" for t in drawn.iter("text")]
    days = [word for word in words if word.endswith(" d")]
    assert days == [f"{day:+d} d".replace("-", "\u2212") for day in range(-9, 5) if day]
    assert words[words.index("EXPIRED 2025-06-06 09:00 BST, 4 h 00 min ago") + 1] == (
        "1 of 7.2, ADUserThresholdBreach"
    )
    assert "due 2025-06-07 09:40 BST, 20 h 40 min" in words
    assert ">2025-06-07 09:40 BST</td>" in page
    assert ">2025-06-07 08:40 UTC</td>" in page
    # It can be read to somebody, and needs nothing from elsewhere.
    assert drawn.get("aria-labelledby") == "picture-title"
    assert not re.search(r"\b(src|href)=", page)


def test_markup_in_the_values_of_a_file_is_escaped_on_the_page(tmp_path: Path) -> None:
    report = tmp_path / "<b>report.csv"
    report.write_text(f"{USER_ID}:{DEVICE}:1,<script>,1,2025-06-02T08:40:00Z,<i>,\n")
    page = tmp_path / "hours.html"
    run("deadline", report, "--at", AT, "--output", page)
    text = page.read_text("utf-8")
    assert "<script>,</" not in text
    assert "<b>report" not in text
    assert "&lt;b&gt;report" in text


@pytest.mark.parametrize("at", ["2005-06-06T12:00:00Z", "2025-09-06T12:00:00Z"])
def test_hours_that_are_far_away_have_bars_and_dates(tmp_path: Path, at: str) -> None:
    _, page = written(tmp_path, ".html", at)
    widths = [number(bar, "width") for bar in bars_of(page)]
    # A bar of 120 hours each, a third of the picture, in it.
    wide = [one for one in widths if one]
    assert wide == pytest.approx([100 / 3] * len(wide), abs=0.02)
    assert len(wide) >= 3
    assert all(0 <= number(bar, "x") <= 67 for bar in bars_of(page))
    assert {"2 Jun", "5 Jun"} <= {one.text for one in picture(page).iter("text")}
    assert "now is further away" in page


def test_hours_outside_the_picture_are_named(tmp_path: Path) -> None:
    _, page = written(tmp_path, ".html", "2025-06-17T12:00:00Z")
    words = [one.text or "" for one in picture(page).iter("text")]
    assert sum("earlier than this picture" in one for one in words) == 3
    assert "now" in words


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_ends_of_the_calendar(tmp_path: Path, at: str) -> None:
    ran, page = written(tmp_path, ".html", at, "--output", tmp_path / "hours.ics")
    assert ran.code in (0, 1), ran.err
    bars = bars_of(page)
    assert len(bars) >= 3
    assert all(number(bar, "width") >= 0 for bar in bars)


def test_a_calendar_reminds_of_each_hour_in_which_something_falls_due(tmp_path: Path) -> None:
    ran, text = written(tmp_path, ".ics")
    assert ran.code == 1
    assert "\r\n" in text
    events = list(icalendar.Calendar.from_ical(text).walk("VEVENT"))
    due = datetime(2025, 6, 7, 8, 40, tzinfo=UTC)
    assert [e["dtend"].dt for e in events] == [due, datetime(2025, 6, 8, 12, tzinfo=UTC)]
    assert [e["dtstart"].dt for e in events] == [e["dtend"].dt - timedelta(hours=1) for e in events]
    assert events[0]["summary"] == (
        "Send the QCAF for 2 quarantined communications by 2025-06-07 09:40 BST "
        "(2025-06-07 08:40 UTC)"
    )
    assert (
        "1 of type 8.1.1, ADDCCThresholdBreach, due 2025-06-07 09:50 BST (clause 4.13)"
        in (events[0]["description"])
    )
    alarms = [a["trigger"].dt for a in events[0].walk("VALARM")]
    assert alarms == [timedelta(days=-1), timedelta(hours=-2)]
    # Made once more, it is the same: a calendar knows its events again.
    assert written(tmp_path, ".ics")[1] == text
    winter = written(tmp_path, ".ics", "2025-01-02T00:00:00Z")[1]
    assert "DTSTAMP:20250102T000000Z" in winter


def test_without_the_package_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    ran, text = written(tmp_path, ".ics")
    assert ran.trouble == (
        "reminders need the package icalendar (pip install 'tadp-conformance[reminders]')"
    )
    assert text == ""


def test_an_ending_of_no_format_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "hours.pdf"
    ran = run("deadline", tmp_path / "nothing.csv", "--output", path)
    assert ran.trouble == (
        f"{path}: the ending of the file names no format (one of: .txt, .json, .csv, .html, .ics)"
    )


def test_the_other_formats_are_those_of_standard_output(tmp_path: Path) -> None:
    for form, ending in (("text", ".txt"), ("json", ".json"), ("csv", ".csv")):
        ran, text = written(tmp_path, ending, AT, "--format", form)
        assert ran.out == text, form
