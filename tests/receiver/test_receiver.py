"""The independent receiver shares nothing with the suite, which finds nothing wrong with it."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.receiver.kinds import KindReader
from tests.receiver.mutants import MODULES
from tests.receiver.tables import TableReader, TableRules
from tests.running import run

HOME = Path(__file__).parent
COMMAND = f"{sys.executable} -m tests.receiver.protocol"
#: Of every phase, and both kinds of files.
FEW = [
    word for case in ("6.3-5", "UG1.6-2", "4.13-4", "6.5-12/qcaf-long") for word in ("--only", case)
]


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("name", [*MODULES, "kinds", "protocol", "signature_record"])
def test_it_imports_nothing_of_the_suite(name: str) -> None:
    names = set(imported((HOME / f"{name}.py").read_text("utf-8")))
    ours = {one for one in names if one.split(".")[0] in ("conformance", "generators", "tests")}
    assert {one for one in ours if not one.startswith("tests.receiver")} == set()


def test_it_has_full_marks() -> None:
    ran = run("assess", "receiver", f"ndjson:{COMMAND} ndjson", "--format", "json")
    assert ran.code == 0, ran.err
    wrong = {c["id"]: c["status"] for c in ran.report["cases"] if c["status"] != "passed"}
    assert set(wrong.values()) == {"neutral"}
    assert [c["id"] for c in ran.report["cases"] if c["location"] == "wrong"] == []
    # A rule that the profile does not have cannot be broken.
    assert [s["id"] for s in ran.report["requirements"] if s["result"] != "met"] == []


def test_it_reads_the_example_of_several_kinds() -> None:
    """``tox -e examples`` runs it against the corpora of both, where it has full marks."""
    profile = HOME.parents[1] / "examples" / "profiles" / "groups-and-trailer.toml"
    form = tomllib.loads(profile.read_text("utf-8"))["files"]["adt"]
    reader = KindReader(form, defaultdict(str), None)
    for file in profile.with_suffix("").iterdir():
        rows, faults = reader.read(file.read_bytes())
        assert bool(faults) == ("-bad-" in file.name), file.name
        assert rows or faults


@contextmanager
def served() -> Iterator[str]:
    """Run it as a service, at the address that it prints."""
    words = [sys.executable, "-m", "tests.receiver.protocol", "serve"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def test_it_answers_in_a_process_for_each_case_and_as_a_service() -> None:
    with served() as address:
        for adapter in (f"exec:{COMMAND}", address):
            ran = run("assess", "receiver", adapter, *FEW, "--format", "json")
            assert ran.code == 0, (adapter, ran.err)
            cases = ran.report["cases"]
            assert {c["status"] for c in cases} == {"passed"}
            assert {c["kind"] for c in cases} == {"adt", "qcaf"}


def test_it_reads_the_example_of_a_wide_table() -> None:
    profile = HOME.parents[1] / "examples" / "profiles" / "wide-table.toml"
    table = tomllib.loads(profile.read_text("utf-8"))
    table["readings"] = defaultdict(str)
    for file in profile.with_suffix("").iterdir():
        kind = file.name.split("-")[0]
        form = {"minimum_records": 1, **table["files"][kind]}
        rows, faults = TableReader(form, table["readings"]).read(file.read_bytes())
        if kind == "adt" and not faults:
            faults = TableRules(table, form, rows[0][1].replace(":", "-"), None).check(rows)
        assert bool(faults) == ("-bad-" in file.name), file.name
        assert rows or faults
