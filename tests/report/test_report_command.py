"""``tadp report FILE...``: other forms of raw reports, and reports that are not as they were."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.report.frame import sealed
from conformance.report.raw import summary_of
from conformance.report.reading import merged
from conformance.report.serialising import dump_report
from tests.report import made
from tests.running import Ran, check, run


def saved(path: Path, report: dict[str, Any]) -> Path:
    path.write_text(dump_report(report), "utf-8")
    return path


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return saved(tmp_path / "raw.json", made.examples())


# --- Views --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["text", "html", "junit", "sarif", "markdown", "csv", "json"])
def test_every_format_is_a_view_of_the_raw_report(name: str, raw: Path, tmp_path: Path) -> None:
    words = ("check", "--profile", made.PROFILE, made.EXAMPLES, "--at", "2025-06-02T12:00:00Z")
    straight = run(*words, "--format", name)
    assert straight.code == 1
    shown = run("report", raw, "--format", name)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out == straight.out
    written = tmp_path / "out"
    assert run("report", raw, "--format", name, "--output", written).out == ""
    assert written.read_text("utf-8").replace("\r\n", "\n") == shown.out.replace("\r\n", "\n")


def test_text_is_the_form_if_none_is_named(raw: Path) -> None:
    assert run("report", raw).out == run("report", raw, "--format", "text").out


def test_a_file_that_could_not_be_read_is_reported_in_every_form(tmp_path: Path) -> None:
    file = saved(tmp_path / "u.json", sealed({**made.examples(), "not_read": ["x: no zebra"]}))
    for name in ("text", "html", "junit", "sarif", "markdown", "json"):
        assert "no zebra" in run("report", file, "--format", name).out, name


def test_several_outputs_take_their_forms_from_their_endings(raw: Path, tmp_path: Path) -> None:
    outputs = (tmp_path / "a.md", tmp_path / "b.xml")
    ran = run("report", raw, *(w for o in outputs for w in ("--output", o)))
    assert (ran.code, ran.out) == (0, "")
    assert outputs[0].read_text().startswith("# Appendix AA")
    assert outputs[1].read_text().startswith("<?xml")


def test_several_reports_are_shown_as_one(tmp_path: Path) -> None:
    files = []
    for number, name in enumerate(sorted(p.name for p in made.EXAMPLES.iterdir())):
        report = check(
            "--profile", made.PROFILE, made.EXAMPLES / name, "--at", "2025-06-02T12:00:00Z"
        ).report
        files.append(saved(tmp_path / f"{number}.json", report))
    shown = json.loads(run("report", *files, "--format", "json").out)
    assert shown == made.examples()


def test_reports_with_other_profiles_are_not_shown_as_one(raw: Path, tmp_path: Path) -> None:
    other = made.examples()
    other["profile"]["name"] = "other"
    file = saved(tmp_path / "other.json", sealed(other))
    assert "differ in their profile" in run("report", raw, file).trouble
    assert merged([made.examples()]) == made.examples()


def test_options_that_do_not_go_together_are_reported(raw: Path) -> None:
    for words, reported in {
        ("report", "verify", raw, "--format", "html"): "--format does not go with report verify",
        ("report", raw, "--key", raw): "--key does not go with report FILE",
        ("report", "diff", raw): "takes two files",
        ("report", "verify", raw, raw): "takes one file",
        ("report", "sign", raw): "Give one of --key, --pkcs12 or --module",
        ("report", "verify", raw, "--signature", raw): "--signature and --trust go together",
        ("report", "nowhere.json"): "nowhere.json: no such file",
    }.items():
        assert reported in run(*words).trouble


# --- Verification -------------------------------------------------------------------------------


def verify(path: Path) -> Ran:
    return run("report", "verify", path)


def test_a_report_as_it_was_made_is_verified(raw: Path) -> None:
    ran = verify(raw)
    assert ran.code == 0
    assert made.examples()["digest"]["sha256"] in ran.out


def test_layout_is_not_an_alteration(raw: Path) -> None:
    report = json.loads(raw.read_text("utf-8"))
    raw.write_text(json.dumps(report, sort_keys=True), "utf-8")
    assert verify(raw).code == 0


def test_a_report_that_was_cut_off_is_found(raw: Path) -> None:
    data = raw.read_bytes()
    for length in (0, 1, 100, len(data) // 2, len(data) - 3):
        raw.write_bytes(data[:length])
        ran = verify(raw)
        assert (ran.code, ran.err) == (1, "")
        assert run("report", raw).code == 2
    assert "was cut off" in ran.out
    report = made.examples()
    del report["complete"]
    assert "closing record is missing" in verify(saved(raw, report)).out


def test_every_alteration_is_found(raw: Path) -> None:
    def altered(change: Any) -> str:
        report = made.examples()
        change(report)
        ran = verify(saved(raw, report))
        assert ran.code == 1
        return ran.out

    def passes(report: dict[str, Any]) -> None:
        report["submissions"][0]["source"] = "another"

    assert "was altered after it was made" in altered(passes)
    assert "was altered" in altered(lambda r: r.update(summary=summary_of([])))
    assert "was altered" in altered(lambda r: r["submissions"].pop())
    assert "was altered" in altered(lambda r: r.update(new=1))

    def counts(report: dict[str, Any]) -> None:
        report["summary"]["submissions"]["conforms"] += 1
        report.update(sealed(report))

    assert "its summary is not that of its submissions" in altered(counts)
    assert "has no digest" in altered(lambda r: r.pop("digest"))
    assert "summary: 1 cannot be used here" in altered(lambda r: r.update(summary=1))
    assert "submissions.1.source: " in altered(
        lambda r: r["submissions"][0].update(source="\x1b[1m")
    )


def test_a_name_that_is_there_twice_is_found(raw: Path) -> None:
    text = raw.read_text("utf-8")
    raw.write_text(text.replace('"report": 1,', '"report": 1, "report": 1,'), "utf-8")
    assert 'has "report" twice' in verify(raw).out


def test_a_report_that_would_trip_a_view_is_refused_even_with_a_digest(raw: Path) -> None:
    def refused(change: Any) -> str:
        report = made.examples()
        change(report)
        saved(raw, sealed({**report, "summary": summary_of(report["submissions"])}))
        return run("report", raw, "--format", "html").trouble

    assert "no wording of edition" in refused(lambda r: r.update(catalogue={}))
    assert "no wording of 2.2(a)-1" in refused(lambda r: r["catalogue"]["mp109"].pop("2.2(a)-1"))
    assert "lacks a note" in refused(lambda r: r.update(notes={}))
    root = next(r for s in made.examples()["submissions"] for r in s["requirements"] if r["count"])

    def outside(report: dict[str, Any]) -> None:
        for submission in report["submissions"]:
            for result in submission["requirements"]:
                if result["id"] == root["id"] and result["count"]:
                    result["findings"][0]["excerpt"]["start"] = 10_000

    assert "outside a record" in refused(outside)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe", b"[" * 100_000, b"null", b"{}", b'{"report": 1, "report": 1}',
        b'{"report": NaN, "complete": true}', b'{"report": 3, "complete": true}', b"\0" * 100,
    ],
)  # fmt: skip
def test_any_bytes_are_distinguished_from_a_report_in_a_line(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    file.write_bytes(data)
    ran = verify(file)
    assert (ran.code, ran.err) == (1, "")
    assert len(ran.out.splitlines()) == 1
    assert run("report", file).code == 2


def test_hostile_reports_show_in_every_form(tmp_path: Path) -> None:
    file = saved(tmp_path / "h.json", made.hostile())
    for name in ("text", "html", "junit", "sarif", "markdown", "csv", "json"):
        ran = run("report", file, "--format", name)
        assert (ran.code, ran.err) == (0, "")
        assert "\x1b" not in ran.out
        assert "\u2028" not in ran.out
