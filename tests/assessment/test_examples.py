"""The implementations in ``examples/`` and ``docs/protocol.md`` are the same, and work."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.running import run

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PAGE = (ROOT / "docs" / "protocol.md").read_text("utf-8")
RECEIVERS = [f"exec:{EXAMPLES / 'receiver.sh'}", f"ndjson:{sys.executable} {EXAMPLES}/receiver.py"]
SUBMITTERS = [
    f"exec:{EXAMPLES / 'submitter.sh'}",
    f"ndjson:{sys.executable} {EXAMPLES}/submitter.py",
]


def report_of(*words: str) -> dict[str, Any]:
    ran = run("assess", *words, "--format", "json")
    assert ran.code in (0, 1), ran.err
    return dict(json.loads(ran.out))


@pytest.mark.parametrize("name", ["receiver.sh", "receiver.py"])
def test_the_page_shows_the_receiver_that_is_tested(name: str) -> None:
    assert (EXAMPLES / name).read_text("utf-8") in re.findall(r"```\w+\n(.*?)```", PAGE, re.DOTALL)


def test_every_link_of_the_page_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", PAGE)
    assert len(links) > 5
    for link in links:
        assert (ROOT / "docs" / link).exists(), link


@pytest.mark.openssl
@pytest.mark.parametrize("name", RECEIVERS)
def test_a_receiver_around_openssl_passes_clause_6_1(name: str) -> None:
    report = report_of("receiver", name, "--only", "6.1", "--only", "conforming", "--jobs", "2")
    assert report["result"] == "passed"
    assert report["clauses"]["6.1"]["passed"] > 70
    results = {s["id"]: s["result"] for s in report["receiver"]}
    assert results["4.8-3"] == results["6.1-5"] == "met"


@pytest.mark.openssl
@pytest.mark.parametrize("name", RECEIVERS)
def test_what_openssl_leaves_out_is_found(name: str) -> None:
    missed = "3.4(b)-4/adt-sharepoint/other-party"
    found = "3.4(b)-2/adt-sharepoint/tampered-signature"
    report = report_of("receiver", name, "--only", missed, "--only", found)
    statuses = {case["id"]: case["status"] for case in report["cases"]}
    assert statuses[missed] == "failed"
    assert statuses[found] == "passed"


@pytest.mark.openssl
@pytest.mark.parametrize("name", SUBMITTERS)
def test_a_submitter_around_openssl_passes(name: str) -> None:
    report = report_of("submitter", name, "--jobs", "2")
    assert report["result"] == "passed", report["cases"]
    assert len(report["cases"]) == 12
