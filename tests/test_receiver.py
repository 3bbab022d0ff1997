"""The checker as a receiver of the protocol."""

from __future__ import annotations

from tests.running import run

OURS = "python:conformance.receiver:receive"


def test_the_checker_is_a_receiver_that_scores_full_marks() -> None:
    words = ("--only", "6.1", "--only", "4.7(b)", "--all-readings", "--format", "json")
    report = run("assess", "receiver", OURS, *words, "--name", "Ours <1>", "--version", "7").report
    assert report["result"] == "passed"
    assert report["implementation"] == {"name": "Ours <1>", "version": "7"}
    for part in ("verdict", "clause", "location"):
        assert report["summary"][part]["wrong"] == report["summary"][part]["not stated"] == 0
    assert len(report["cases"]) > 50
