"""The implementations in ``examples/`` and ``docs/protocol.md`` are the same, and work.

Each run puts to receivers the first case that breaks each requirement, or some requirements, and
leaves those that need a process for each case to ``tox -e whole``. All cases of clause 4.8 are put
by ``tox -e examples``.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.assessment.corpus import rejected_under
from conformance.checks import CHECKS
from conformance.model.catalogue import selects_any
from conformance.model.loading import load_catalogue
from tests.corpus import CASES, first_cases
from tests.running import run

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PAGE = (ROOT / "docs" / "protocol.md").read_text("utf-8")
#: Links to other files.
LINKS = re.compile(r"\]\((?!#)([^)]+)\)")
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
    links = LINKS.findall(PAGE)
    assert len(links) > 5
    for link in links:
        assert (ROOT / "docs" / link).exists(), link


def test_the_page_is_printed_with_links_into_this_installation() -> None:
    printed = run("assess", "protocol")
    assert printed.code == 0
    links = LINKS.findall(printed.out)
    assert [Path(link).name for link in links] == [Path(link).name for link in LINKS.findall(PAGE)]
    assert [link for link in links if not (Path(link).is_absolute() and Path(link).exists())] == []


def test_the_page_and_the_examples_that_it_names_are_in_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    examples = {f"examples/{name}" for name in re.findall(r"\]\(\.\./examples/([^)]+)\)", PAGE)}
    assert len(examples) == 5
    for name in {"docs/protocol.md", *examples}:
        assert included.get(name) == f"conformance/shipped/{name}"


KNOWN = EXAMPLES / "receiver-known-failures.json"
#: A few requirements that the receivers look at in part, or not at all.
PARTLY = ("3.4(b)-4", "6.3-12")
#: Some that they look at whole; to the one in a process for each case, a case of each is put.
SOME_CLAIMED = {
    RECEIVERS[0]: [
        "6.1-3/adt-sharepoint/crlf-everywhere",
        "6.1-5",
        "6.1-6/adt-sharepoint/in-a-field",
    ],
    RECEIVERS[1]: ["6.1-3", "6.1-5", "6.1-6"],
}


def claimed() -> list[str]:
    """The clauses that the receivers check completely, as the page says."""
    (said,) = re.findall(r"It looks at (.*?),\s+whole", PAGE, re.DOTALL)
    return re.findall(r"`(.*?)`", said)


@pytest.mark.openssl
@pytest.mark.parametrize("name", RECEIVERS, ids=["shell", "python"])
def test_a_receiver_around_openssl_does_what_it_claims(name: str) -> None:
    # tox -e examples runs all of clause 4.8; the claimed cases must not fail.
    words = [word for identifier in SOME_CLAIMED[name] for word in ("--only", identifier)]
    report = report_of("receiver", name, *words, "--jobs", "2")
    assert report["result"] == "passed"
    assert report["clauses"]["6.1"]["passed"] > (1 if name == RECEIVERS[0] else 10)
    results = {s["id"]: s["result"] for s in report["receiver"]}
    assert results["4.8-3"] == results["6.1-5"] == "met"


def test_nothing_that_is_claimed_is_a_known_failure() -> None:
    # So that tox -e examples, which puts all of clause 4.8, holds the receivers to it.
    failures = json.loads(KNOWN.read_text("utf-8"))["failures"]
    names = {f.get("case", f.get("requirement")).partition("/")[0] for f in failures}
    assert len(claimed()) > 10
    assert [n for n in names if selects_any(tuple(claimed()), n)] == []


@pytest.mark.openssl
@pytest.mark.parametrize(
    "name", [pytest.param(RECEIVERS[0], marks=pytest.mark.whole), RECEIVERS[1]]
)
def test_checks_that_openssl_leaves_out_are_found_and_are_known_failures(name: str) -> None:
    # tox -e examples puts all of clause 4.8.
    words = [word for identifier in PARTLY for word in ("--only", identifier)]
    report = report_of("receiver", name, *words, "--jobs", "2")
    statuses = {case["id"]: case["status"] for case in report["cases"]}
    assert report["result"] == "failed"
    assert statuses["3.4(b)-4/adt-sharepoint/other-party"] == "failed"
    assert statuses["3.4(b)-4/adt-sharepoint/nobody"] == "passed"
    known = ("--known-failures", str(KNOWN))
    excused = report_of("receiver", name, *words, "--jobs", "2", *known)
    assert (excused["result"], excused["troubles"]) == ("passed", [])
    assert {c["id"] for c in excused["cases"] if c["known"]} == {
        identifier for identifier, status in statuses.items() if status == "failed"
    }


@pytest.mark.openssl
def test_all_that_a_receiver_gets_wrong_is_known() -> None:
    # The one in a process for each case takes ten times as long: tox -e examples.
    known = ("--known-failures", str(KNOWN), "--jobs", "2")
    words = [word for case in first_to_turn_away() for word in ("--only", case)]
    report = report_of("receiver", RECEIVERS[1], *words, *known)
    assert (report["result"], report["troubles"]) == ("passed", [])
    assert len(report["cases"]) > 40


def first_to_turn_away() -> list[str]:
    """Return the first case that breaks each requirement under which clause 4.8 has it rejected."""
    catalogue = load_catalogue(CHECKS)
    return [case for case in first_cases() if rejected_under(catalogue, CASES[case]["roots"])]


def test_a_receiver_that_leaves_nothing_out_makes_the_known_failures_stale() -> None:
    known = ("--known-failures", str(KNOWN))
    holed = "python:tests.assessment.implementations.holed:complete"
    report = report_of("receiver", holed, "--only", "6.3-12", *known)
    assert report["troubles"] == ["known failure 6.3-12 is stale: it fails no more; remove it"]


@pytest.mark.openssl
@pytest.mark.parametrize(
    "name", [pytest.param(SUBMITTERS[0], marks=pytest.mark.whole), SUBMITTERS[1]]
)
def test_a_submitter_around_openssl_passes(name: str) -> None:
    report = report_of("submitter", name, "--jobs", "2", "--no-refusals")
    assert report["result"] == "passed", report["cases"]
    assert len(report["cases"]) >= 13


NODE = EXAMPLES / "receiver-node"
#: A few requirements of each part of the receiver in JavaScript, with the first case of each. Each
#: case is run against it in a process of its own.
SOME = {
    "6.3-10": "6.3-10/adt-sharepoint/TimePeriodHours-below",
    "6.5-14": "6.5-14/qcaf-user-set/breach-of-setter-ADDCCThresholdBreach",
    "4.7(b)-6": "4.7(b)-6/qcaf-user-set/other-party",
}


@pytest.fixture(
    params=["ndjson", *(pytest.param(way, marks=pytest.mark.whole) for way in ("exec", "http"))]
)
def in_javascript(request: pytest.FixtureRequest) -> Iterator[str]:
    """How the receiver in JavaScript is reached: in each run by one transport, else by each."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node.js")
    command = [node, str(NODE / "main.mjs"), str(request.param)]
    if request.param != "http":
        yield f"{request.param}:{' '.join(command)}"
        return
    with subprocess.Popen([*command, "0"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://localhost:{server.stdout.readline().split()[-1]}/"
        server.terminate()


@pytest.mark.openssl
def test_a_receiver_in_javascript_does_what_it_claims(in_javascript: str) -> None:
    wanted = SOME.values() if in_javascript.startswith("exec:") else SOME
    words = [word for identifier in wanted for word in ("--only", identifier)]
    ics = ("--ics", str(NODE / "ics.toml"))
    report = report_of("receiver", in_javascript, *words, *ics, "--jobs", "2")
    assert report["result"] == "passed"
    assert {s["id"]: s["result"] for s in report["receiver"]}["4.8(b)-1"] == "met"
    assert {case["status"] for case in report["cases"]} == {"passed"}
    broken = {root for case in report["cases"] for root in case["roots"]}
    assert broken == set(SOME)


def test_the_receiver_in_javascript_has_the_variants_of_this_suite() -> None:
    assert (NODE / "variants.csv").read_text("utf-8") == run("variants", "--format", "csv").out
