"""A badge in SVG for the page of a project: a verdict in a word, which colour only underlines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from conformance.findings import Verdict
from conformance.report.junit import safe

#: Pixels of a character, beside a word, and of height; no browser has to measure.
_CHARACTER, _BESIDE, _HEIGHT = 7, 16, 20
_LABEL = "#464646"
#: On each of these white is read at 4.5 to 1.
_COLOURS = {
    Verdict.CONFORMS: "#1a7f37",
    Verdict.DEPARTS: "#8a5a00",
    Verdict.NOT_SHOWN: "#57606a",
    Verdict.VIOLATES: "#b42318",
}


def svg_of(report: Mapping[str, Any]) -> str:
    """Return the badge of a check: its strongest verdict, and how many of each there are."""
    counts = report["summary"]["submissions"]
    worst = next((v for v in Verdict if counts.get(v.value)), Verdict.NOT_SHOWN)
    words = ", ".join(f"{n:,} {verdict}" for verdict, n in counts.items() if n)
    return drawn(
        "Appendix AA", worst, f"Appendix AA of the Smart Energy Code: {words or 'nothing'}"
    )


def drawn(label: str, verdict: Verdict, title: str) -> str:
    """Return a badge of ``label`` and ``verdict``; whoever points at it reads ``title``."""
    fields = [(label, _LABEL), (verdict.value, _COLOURS[verdict])]
    widths = [len(text) * _CHARACTER + _BESIDE for text, _ in fields]
    root = ET.Element("svg", xmlns="http://www.w3.org/2000/svg", role="img", width=str(sum(widths)),
                      height=str(_HEIGHT))  # fmt: skip
    root.set("aria-label", safe(f"{label}: {verdict.value}"))
    ET.SubElement(root, "title").text = safe(title)
    left = 0
    for (text, colour), width in zip(fields, widths, strict=True):
        place = {"x": str(left), "width": str(width), "height": str(_HEIGHT), "fill": colour}
        ET.SubElement(root, "rect", place)
        words = {
            "x": str(left + width // 2),
            "y": "14",
            "fill": "#ffffff",
            "text-anchor": "middle",
            "textLength": str(width - _BESIDE),
            "font-family": "Verdana,DejaVu Sans,sans-serif",
            "font-size": "11",
        }
        ET.SubElement(root, "text", words).text = safe(text)
        left += width
    return ET.tostring(root, encoding="unicode") + "\n"
