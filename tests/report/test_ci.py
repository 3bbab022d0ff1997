"""Files to copy into CI: each file parses, and its commands do what the page says."""

from __future__ import annotations

import configparser
import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.profiles.apart import APART, apart_cache
from tests.report import made
from tests.running import without_clock

BASH = shutil.which("bash")
needs_bash = pytest.mark.skipif(BASH is None, reason="there is no bash here")
PAGE = (made.ROOT / "docs" / "ci.md").read_text("utf-8")
EXAMPLES = ("adt-conforming", "adt-saved-by-a-spreadsheet", "qcaf-signed-in-text-mode")


def block(name: str) -> str:
    """The block of the page behind the mark ``name``."""
    found = re.search(rf"<!-- {name} -->\n```[a-z]*\n(.*?)```", PAGE, re.DOTALL)
    assert found, name
    return found[1]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with submissions, and ``tadp`` on the path of what is run in it."""
    for name in EXAMPLES:
        shutil.copytree(made.EXAMPLES / name, tmp_path / "submissions" / name)
    for name in ("profile.toml", "trust"):
        source = made.ROOT / "fixtures" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "tadp"
    program.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "from conformance.cli import main\nif __name__ == '__main__':\n    sys.exit(main())\n"
    )
    program.chmod(0o755)
    return tmp_path


def bash(place: Path, script: str, **values: str) -> subprocess.CompletedProcess[str]:
    path = f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [str(BASH), "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=place, env={**os.environ, "PATH": path, **values}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


# --- GitHub -------------------------------------------------------------------------------------


def action() -> dict[str, Any]:
    value: dict[str, Any] = yaml.safe_load((made.ROOT / "action.yml").read_text("utf-8"))
    return value


def run_action(place: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the last step as the runner does, with the action's own defaults."""
    table = action()
    defaults = {n: i.get("default", "") for n, i in table["inputs"].items()}
    given = {**defaults, "profile": "profile.toml", **inputs}
    step = table["runs"]["steps"][-1]
    values = {
        name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda m: given[m[1]], text)
        for name, text in step["env"].items()
    }
    return bash(place, step["run"], GITHUB_STEP_SUMMARY=str(place / "summary.md"), **values)


def test_no_input_of_the_action_is_in_a_script() -> None:
    assert action()["runs"]["using"] == "composite"
    for step in action()["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


@needs_bash
def test_the_action_checks_and_leaves_reports_and_a_summary(place: Path) -> None:
    ran = run_action(place, paths="submissions\n")
    assert ran.returncode == 1, ran.stderr
    assert (place / "summary.md").read_text("utf-8").startswith("# Appendix AA: violates")
    names = {p.name for p in (place / "tadp-reports").iterdir()}
    assert names == {f"tadp.{e}" for e in ("json", "html", "xml", "sarif", "md")}
    log = json.loads((place / "tadp-reports" / "tadp.sarif").read_text("utf-8"))
    place_ = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    # Where the code host finds the file: from the root of the checkout.
    assert (place / place_["artifactLocation"]["uri"]).is_file()


@needs_bash
def test_the_action_takes_several_paths_and_options_and_runs_nothing_of_them(place: Path) -> None:
    odd = place / "submissions" / "a $(touch owned) b"
    shutil.copytree(made.EXAMPLES / "adt-conforming", odd)
    paths = f"submissions/adt-conforming\n\n{odd.relative_to(place)}\n"
    ran = run_action(place, paths=paths, options="--quiet --only 6.1", reports="out put")
    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout.splitlines()) == 3
    assert not (place / "owned").exists()
    assert (place / "out put" / "tadp.json").is_file()
    assert run_action(place, paths="nowhere").returncode == 2


@needs_bash
def test_the_action_takes_options_from_every_line(place: Path) -> None:
    unproved = {"paths": "submissions/adt-conforming/adt.csv", "options": "--kind adt\n"}
    assert run_action(place, **unproved).returncode == 0
    for end in ("\n", "\r\n"):
        options = f"--kind adt{end}{end}  --require-evidence{end}"
        assert run_action(place, **{**unproved, "options": options}).returncode == 1


@needs_bash
def test_the_action_takes_paths_with_any_end_of_line(place: Path) -> None:
    paths = "submissions/adt-conforming\r\n\r\nsubmissions/adt-saved-by-a-spreadsheet\r\n"
    ran = run_action(place, paths=paths, options="--quiet --only 6.1-2")
    assert (ran.returncode, len(ran.stdout.splitlines())) == (0, 3), ran.stderr


@needs_bash
def test_the_action_takes_each_input_as_a_block_of_lines(place: Path) -> None:
    shutil.copy(place / "profile.toml", place / "ours.toml")
    ran = run_action(
        place,
        paths="\r  submissions/adt-conforming \rsubmissions/adt-saved-by-a-spreadsheet\r\n",
        profile="  ours.toml\n",
        options="--quiet\r--only\r\n6.1-2\n",
        reports="out put\r\n",
    )
    assert (ran.returncode, len(ran.stdout.splitlines())) == (0, 3), ran.stderr
    report = json.loads((place / "out put" / "tadp.json").read_text("utf-8"))
    assert report["profile"]["name"] == "test"
    # The reports of the earlier run are gone; other files are left.
    (place / "out put" / "tadp.xml").write_text("mine")
    assert run_action(place, paths="nowhere", reports="out put").returncode == 2
    assert [path.name for path in (place / "out put").iterdir()] == ["tadp.xml"]


@needs_bash
def test_the_action_drops_no_input_without_a_word(place: Path) -> None:
    ran = run_action(place, paths="submissions\n", adapter="exec:true\n")
    assert (ran.returncode, "paths and adapter do not go together" in ran.stderr) == (2, True)
    ran = run_action(place, paths="submissions\n", profile="profile.toml\nother.toml\n")
    assert (ran.returncode, "profile.toml other.toml: no such file" in ran.stderr) == (2, True)
    shutil.copy(APART, place / "ours.toml")
    own = {"profile": "ours.toml", "options": f"--cache {apart_cache()}\n--only\n6.1-99"}
    ran = run_action(place, adapter="exec:true\n", role=" receiver\r\n", **own)
    assert (ran.returncode, "6.1-99" in ran.stderr) == (2, True)


@needs_bash
def test_the_action_assesses_by_a_profile_of_ones_own(place: Path) -> None:
    shutil.copy(APART, place / "ours.toml")
    options = f"--only 6.1-6 --cache {apart_cache()}"
    ran = run_action(place, adapter="exec:true", profile="ours.toml", options=options)
    assert ran.returncode == 1, ran.stderr
    report = json.loads((place / "tadp-reports" / "tadp.json").read_text("utf-8"))
    assert report["profile"]["name"] == "apart-test"
    assert {case["outcome"] for case in report["cases"]} == {"accepted"}
    summary = (place / "summary.md").read_text("utf-8")
    assert summary.startswith("# Appendix AA, receiver: departs")


def test_the_workflow_names_inputs_that_the_action_has() -> None:
    steps = yaml.safe_load(block("github"))["jobs"]["tadp"]["steps"]
    (used,) = (s for s in steps if "tadp" in s["uses"])
    required = {n for n, i in action()["inputs"].items() if i.get("required")}
    assert required <= set(used["with"]) <= set(action()["inputs"])
    (upload,) = (s for s in steps if "sarif" in s["uses"])
    assert upload["with"]["sarif_file"].startswith(action()["inputs"]["reports"]["default"] + "/")


# --- GitLab, pre-commit, tox --------------------------------------------------------------------


@needs_bash
def test_the_gitlab_job_leaves_what_it_names(place: Path) -> None:
    job = yaml.safe_load(block("gitlab"))["tadp"]
    install, *script = job["script"]
    assert install.startswith("pip install")
    ran = bash(place, "\n".join(script))
    assert ran.returncode == 1, ran.stderr
    for path in [*job["artifacts"]["paths"], job["artifacts"]["reports"]["junit"]]:
        assert (place / path).is_file()


def hooks() -> dict[str, dict[str, Any]]:
    table = yaml.safe_load((made.ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return {hook["id"]: hook for hook in table}


def test_a_hook_takes_the_files_that_it_is_for() -> None:
    pattern = re.compile(hooks()["tadp-files"]["files"])
    taken = ("adt.csv", "a/ADT-2025.csv", "x/qcaf.csv.p7m", "70-00 - REQ1 - ADT.csv", "adts.csv")
    left = ("adt/readme.md", "adt/other.csv", "adapter.csv", "badt.csv", "adt.csv.p7s", "x.csv")
    assert [name for name in taken if not pattern.search(name)] == []
    assert [name for name in left if pattern.search(name)] == []


@needs_bash
def test_the_hooks_check_files_and_submissions(place: Path) -> None:
    files = hooks()["tadp-files"]
    names = [f"submissions/{name}/adt.csv" for name in EXAMPLES[:2]]
    ran = bash(place, shlex.join([*shlex.split(files["entry"]), *names]))
    assert ran.returncode == 1
    assert "6.1-3" in ran.stdout
    assert bash(place, shlex.join([*shlex.split(files["entry"]), names[0]])).returncode == 0
    submissions = hooks()["tadp-submissions"]
    assert submissions["pass_filenames"] is False
    (repo,) = yaml.safe_load(block("pre-commit"))["repos"]
    assert {h["id"] for h in repo["hooks"]} == {"tadp-files", "tadp-submissions"}
    (args,) = (h["args"] for h in repo["hooks"] if "args" in h)
    ran = bash(place, shlex.join([*shlex.split(submissions["entry"]), *args]))
    assert ran.returncode == 1
    assert "3 submissions" in ran.stdout


@needs_bash
def test_the_tox_environment_runs_its_command(place: Path) -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(block("tox"))
    command = parser["testenv:tadp"]["commands"]
    command = command.replace("{posargs:submissions}", "submissions")
    ran = bash(place, command.replace("{env_tmp_dir}", str(place)))
    assert ran.returncode == 1, ran.stderr
    assert (place / "tadp.html").is_file()


@needs_bash
def test_the_comparison_exits_with_1_only_on_a_regression(place: Path) -> None:
    first, second = block("diff").splitlines()
    assert bash(place, f"{first}\nmv new.json old.json\n{first}\n{second}").returncode == 0
    file = place / "submissions" / "adt-conforming" / "adt.csv"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    ran = bash(place, block("diff"))
    assert ran.returncode == 1
    assert "Newly violating" in ran.stdout


@needs_bash
@pytest.mark.openssl
@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no OpenSSL here")
def test_the_commands_for_the_record_work_as_they_stand(place: Path) -> None:
    make = (
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout auditor.key -out auditor.pem "
        "-subj /CN=Auditor -days 2 && cp auditor.pem root.pem\n"
        "tadp check submissions/adt-conforming --profile profile.toml --output run.json\n"
    )
    ran = bash(place, make + block("record"))
    assert ran.returncode == 0, ran.stderr
    assert "signed by CN=Auditor" in ran.stdout


# --- Many ---------------------------------------------------------------------------------------


@needs_bash
def test_many_are_checked_at_once_and_again_from_the_journal(place: Path) -> None:
    reports = []
    for _ in range(2):
        ran = bash(place, block("many").replace("--jobs", "--at 2025-06-02T12:00:00Z --jobs"))
        assert ran.returncode == 1, ran.stderr
        reports.append(without_clock((place / "report.json").read_bytes()))
    assert "checked.jsonl: going on after 3 that are done" in ran.stderr
    assert reports[0] == reports[1]
    report = json.loads((place / "report.json").read_bytes())
    assert len(report["submissions"]) == len(EXAMPLES)


def test_the_library_checks_through_an_executor(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    runpy.run_path(str(_written(place, block("executor"))), run_name="__main__")
    assert capsys.readouterr().out.splitlines() == [
        "submissions/adt-conforming conforms",
        "submissions/adt-saved-by-a-spreadsheet violates 6.1-3",
        "submissions/qcaf-signed-in-text-mode violates 4.7(b)-3",
    ]
    assert (place / "report.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def _written(place: Path, program: str) -> Path:
    path = place / "program.py"
    path.write_text(program, "utf-8")
    return path


@needs_bash
@pytest.mark.openssl
@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no OpenSSL here")
def test_the_commands_that_redact_work_as_they_stand(place: Path) -> None:
    make = "tadp check submissions --profile profile.toml --quiet --output run.json || true\n"
    ran = bash(place, make + block("redact"))
    assert ran.returncode == 0, ran.stderr
    for name in ("public.json", "public.html"):
        text = (place / name).read_text("utf-8")
        assert "[user-" in text
        assert "70-00-00-00-00-00-00-01" not in text
