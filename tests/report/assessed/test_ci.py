"""The CI configuration to copy for an implementation does what the page says."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

from tests.report.test_ci import bash, block, hooks, needs_bash, place, run_action

__all__ = ["place"]
#: A few cases for all, with the conforming ones that they count with.
FEW = "--only 6.1-6"
ACCEPTS_ALL = "#!/bin/sh\nexit 0\n"


@pytest.fixture
def receiver(place: Path) -> Path:
    program = place / "receiver.sh"
    program.write_text(ACCEPTS_ALL)
    program.chmod(0o755)
    return place


@needs_bash
def test_the_action_assesses_and_leaves_reports_and_a_summary(receiver: Path) -> None:
    ran = run_action(receiver, adapter="exec:./receiver.sh", profile="reference", options=FEW)
    assert ran.returncode == 1, ran.stderr
    summary = (receiver / "summary.md").read_text("utf-8")
    assert summary.startswith("# Appendix AA, receiver: departs")
    names = {p.name for p in (receiver / "tadp-reports").iterdir()}
    assert names == {f"tadp.{e}" for e in ("json", "html", "xml", "md")}
    report = json.loads((receiver / "tadp-reports" / "tadp.json").read_text("utf-8"))
    assert (report["kind"], report["adapter"]) == ("assessment", "exec:./receiver.sh")


@needs_bash
def test_the_action_runs_nothing_of_its_inputs(receiver: Path) -> None:
    given = {"profile": "reference", "options": FEW}
    ran = run_action(receiver, adapter="exec:./receiver.sh $(touch owned)", **given)
    assert ran.returncode in (1, 2)
    run_action(receiver, adapter="exec:./receiver.sh", role="$(touch owned)", **given)
    assert not (receiver / "owned").exists()


@needs_bash
@pytest.mark.parametrize("name", ["assess", "gitlab-assess"])
def test_the_commands_leave_what_they_name(name: str, receiver: Path) -> None:
    script = block(name)
    if name == "gitlab-assess":
        install, script = yaml.safe_load(script)["tadp-receiver"]["script"]
        assert install.startswith("pip install")
    ran = bash(receiver, f"{script.strip()} {FEW}")
    assert ran.returncode == 1, ran.stderr
    named = re.findall(r"--output (\S+)", script)
    assert named
    for path in named:
        assert (receiver / path).stat().st_size


@needs_bash
def test_the_tox_environment_knows_failures(receiver: Path) -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(block("tox-assess"))
    section = parser["testenv:tadp"]
    assert (receiver / section["allowlist_externals"]).is_file()
    entry = {"requirement": "6.1-6", "reason": "soon", "owner": "us", "expires": "2999-12-31"}
    (receiver / "known.json").write_text(json.dumps({"known_failures": 1, "failures": [entry]}))
    command = section["commands"].replace("{env_tmp_dir}", str(receiver))
    ran = bash(receiver, f"{command} {FEW}")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "known failure: soon (us, until 2999-12-31)" in ran.stdout
    assert (receiver / "tadp.html").is_file()


@needs_bash
def test_the_hook_assesses(receiver: Path) -> None:
    hook = hooks()["tadp-receiver"]
    assert hook["pass_filenames"] is False
    (repo,) = yaml.safe_load(block("pre-commit-assess"))["repos"]
    (used,) = repo["hooks"]
    assert used["id"] == "tadp-receiver"
    words = [*shlex.split(hook["entry"]), *used["args"]]
    ran = bash(receiver, f"{shlex.join(words)} {FEW}")
    assert ran.returncode == 1, ran.stderr
    assert "6.1-6: " in ran.stdout
