"""``--redact``: nobody and nothing is named, and a report stays a report."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from conformance.report.redaction import Pseudonyms, redact
from tests.report import made
from tests.running import run

USER = "70-B3-D5-1F-30-01-00-00"


def replaced(text: str) -> str:
    return str(Pseudonyms().within(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"{USER},IS,1.1.1", "[user-1],IS,1.1.1"),
        (USER.lower(), "[user-1]"),
        ("70B3D51F30010000", "[user-1]"),
        ("70:B3:D5:1F:30:01:00:00", "[user-1]"),
        ("70\u2013B3\u2013D5\u20131F\u201330\u201301\u201300\u201300", "[user-1]"),
        ("70-B3-D5-1F-30-01-00", "[user-1]"),
        (f"{USER}:{USER}:17", "[user-1]:[user-1]:17"),
        (f"{USER}-REQ000000000001-ADT", "[user-1]-[reference-1]-ADT"),
        (f"{USER} \u2013 INC000000000007 \u2013 QCAF", "[user-1] \u2013 [reference-1] \u2013 QCAF"),
        ("from a.b+c@example.org to x@y", "from [mailbox-1] to [mailbox-2]"),
        ("<a@b.example>, <A@B.EXAMPLE>", "<[mailbox-1]>, <[mailbox-1]>"),
        ("req000000000001 REQ000000000001", "[reference-1] [reference-1]"),
        ("byte 12345, record 1,234,567", "byte 12345, record 1,234,567"),
        ("2025-06-01T10:00:00Z, LF (0x0A), 6.1-3", "2025-06-01T10:00:00Z, LF (0x0A), 6.1-3"),
        ("0" * 64, "0" * 64),
    ],
)  # fmt: skip
def test_what_identifies_is_replaced_and_nothing_else(text: str, shown: str) -> None:
    assert replaced(text) == shown


def test_the_same_has_the_same_pseudonym_in_every_field() -> None:
    names = Pseudonyms()
    value = {"a": [USER, "other 00-00-00-00-00-00-00-02"], "b": {"c": USER.lower()}}
    assert names.within(value) == {"a": ["[user-1]", "other [user-2]"], "b": {"c": "[user-1]"}}


@pytest.mark.parametrize(
    ("start", "length", "marked"),
    [(24, 2, "IS"), (0, 23, "[user-1]"), (3, 2, "[user-1]"), (27, 3, "1.1"), (23, 0, "")],
)
def test_the_place_in_a_record_stays_marked(start: int, length: int, marked: str) -> None:
    excerpt = {"text": f"{USER},IS,1.1,INC000000000007", "start": start, "length": length}
    shown = Pseudonyms().within(excerpt)
    assert shown["text"] == "[user-1],IS,1.1,[reference-1]"
    assert shown["text"][shown["start"] :][: shown["length"]] == marked


def test_a_redacted_report_names_nobody_and_is_verified(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    words = ("--profile", made.PROFILE, made.EXAMPLES, "--redact")
    assert run("check", *words, "--output", path).code == 1
    assert run("report", "verify", path).code == 0
    report = json.loads(path.read_text("utf-8"))
    inputs = json.dumps({n: v for n, v in report.items() if n not in ("catalogue", "notes")})
    assert "70-00-00-00-00-00-00-01" not in inputs
    assert re.search(r"REQ\d|INC\d|@", inputs) is None
    assert "[user-1]" in inputs
    # What everybody may know is the model's own words, and stays.
    assert report["catalogue"] == made.examples()["catalogue"]


def test_a_report_may_be_redacted_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps(made.examples()), "utf-8")
    shown = run("report", path, "--redact", "--format", "json").out
    assert json.loads(shown) == redact(made.examples())
    assert redact(redact(made.examples())) == redact(made.examples())


def test_what_the_model_itself_says_stays_in_findings_too() -> None:
    report = made.examples()
    published = "ServiceCentre@smartdcc.co.uk"
    assert published in json.dumps(report["catalogue"])
    finding = report["submissions"][1]["requirements"]
    (root,) = (r for r in finding if r["count"])
    root["findings"][0]["hint"] = f"Send it to {published}, not to somebody@example.org."
    (shown,) = (r for r in redact(report)["submissions"][1]["requirements"] if r["count"])
    assert shown["findings"][0]["hint"] == f"Send it to {published}, not to [mailbox-1]."
