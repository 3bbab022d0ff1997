"""Whatever the bytes of a sheet, a report or actions: a file that passes, a list, or a line."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.preparation.sheets import sheet, text
from tests.preparation.test_make_qcaf import HEADINGS, REPORT, pairs
from tests.running import check, run
from tests.sampling import examples

some = settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
SEEDS = {
    "sheet": text(sheet()).encode(),
    "report": ",".join(HEADINGS).encode() + b"\n" + REPORT,
    "actions": text(pairs("Release", "Delete", "Release", "Delete")).encode(),
}


@st.composite
def damaged(draw: st.DrawFn, seed: bytes) -> bytes:
    """Something good with a piece of it changed."""
    start = draw(st.integers(0, len(seed)))
    end = min(len(seed), start + draw(st.integers(0, 8)))
    words = [b'"', b",", b"\n", b"\r", b"\0", b"\xff", b"\xef\xbb\xbf", b";", b" ", b"", b"\x85"]
    piece = draw(st.sampled_from(words) | st.binary(max_size=8))
    return seed[:start] + piece + seed[end:]


def anything(which: str) -> st.SearchStrategy[bytes]:
    return damaged(SEEDS[which]) | st.binary(max_size=100)


@pytest.mark.parametrize("which", SEEDS)
@some
@given(data=st.data())
@example(data=None)
def test_any_bytes(which: str, data: st.DataObject | None) -> None:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        for other, seed in SEEDS.items():
            (home / other).write_bytes(seed)
        (home / which).write_bytes(data.draw(anything(which)) if data else b"")
        kind, made = ("adt", home / "adt.csv") if which == "sheet" else ("qcaf", home / "qcaf.csv")
        words = (
            [home / "sheet"] if kind == "adt" else [home / "report", "--actions", home / "actions"]
        )
        ran = run("make", kind, *words, "-o", made)
        assert ran.code in (0, 1, 2), ran.err
        for line in (ran.out + ran.err).splitlines():
            assert line.isprintable()
        if ran.code == 0:
            assert check(made, "--kind", kind).roots == {"6.1-1"}  # it is not signed
        else:
            assert not made.exists()
        assert not list(home.glob(".*"))


@some
@given(data=anything("report"))
def test_any_report_makes_a_template_or_none(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        report, made = Path(name) / "report", Path(name) / "actions.xlsx"
        report.write_bytes(data)
        ran = run("template", "qcaf", "--report", report, "-o", made)
        assert ran.code in (0, 1, 2), ran.err
        assert made.exists() is (ran.code == 0)
