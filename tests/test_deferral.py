"""The check of one small file loads nothing that only other things need."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys

import pytest

from conformance.deferral import DEFERRED
from tests.corpus import FIXTURES

#: Modules that a lone file does not need, and once loaded.
UNUSED = {
    "concurrent.futures",
    "conformance.assessment",
    "conformance.checks.comparison",
    "conformance.checks.saved",
    "conformance.report.outline",
    "conformance.signature.path_validation",
    "conformance.submission.area.survey",
    "conformance.submission.strayed",
    "cryptography.hazmat.backends.openssl.backend",
    "dataclasses",
    "importlib.metadata",
    "inspect",
    "jinja2",
    "jsonschema_rs",
    "logging",
    "multiprocessing",
    "openpyxl",
    "shutil",
    "subprocess",
    "tempfile",
    "typing_extensions",
}
#: Modules that a submission in a folder does not need either.
UNUSED_BY_FOLDER = {
    "conformance.checks.saved",
    "conformance.records.kinds",
    "conformance.report.outline",
    "conformance.submission.area.reading",
    "conformance.submission.lone",
    "conformance.submission.misnamed",
    "conformance.submission.strayed",
}
_LOADED = """
import json, sys
from importlib.util import _LazyModule
from conformance.program import run
sys.argv = ["tadp", *{words!r}]
run()
print(json.dumps([name for name, one in sys.modules.items() if type(one) is not _LazyModule]))
"""
_USED = """
import sys
from importlib.util import _LazyModule
from conformance.deferral import defer
defer()
import {name}
module = sys.modules["{name}"]
print(type(module) is _LazyModule, "__builtins__" in vars(module), type(module) is _LazyModule)
"""


def printed(program: str) -> str:
    # What measures coverage in new processes loads modules of its own.
    env = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env
    )
    return ran.stdout.splitlines()[-1]


FOLDER = FIXTURES / "cases" / "conforming" / "qcaf-user-set" / "submission"


def loaded_by(*words: str) -> set[str]:
    return set(json.loads(printed(_LOADED.format(words=["check", "--quiet", *words]))))


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    return loaded_by("--kind", "qcaf", str(FOLDER / "qcaf.csv"))


def test_a_lone_file_loads_nothing_that_it_does_not_use(loaded: set[str]) -> None:
    assert "cryptography.x509" in loaded
    assert not loaded & UNUSED


def test_a_submission_in_a_folder_loads_nothing_that_it_does_not_use() -> None:
    loaded = loaded_by(str(FOLDER))
    assert "conformance.submission.manifest" in loaded
    assert not loaded & UNUSED_BY_FOLDER


def test_a_lone_file_loads_nothing_that_is_deferred(loaded: set[str]) -> None:
    assert not loaded & DEFERRED


@pytest.mark.parametrize("name", sorted(DEFERRED))
def test_a_deferred_module_is_loaded_when_it_is_used(name: str) -> None:
    importlib.import_module(name)  # it exists
    assert printed(_USED.format(name=name)) == "True True False"


@pytest.mark.parametrize(("command", "deferred"), [("check", True), ("desk", False)])
def test_nothing_is_deferred_for_a_command_with_threads(command: str, deferred: bool) -> None:
    program = (
        "import sys; from conformance.program import run; from conformance import deferral\n"
        f"sys.argv = ['tadp', {command!r}, '--help']\n"
        "try: run()\nexcept SystemExit: print(deferral._Finder in sys.meta_path)"
    )
    assert printed(program) == str(deferred)
