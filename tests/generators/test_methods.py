"""Delivery methods that only a profile names: no code knows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.profiles import extending
from tests.running import run

PROFILE = """
[delivery]
method = "sftp"
contingency = "letter"
[delivery.methods.sftp]
subject_line = {subject_line}
[delivery.methods.letter]
subject_line = true
"""


@pytest.mark.parametrize("subject_line", ["true", "false"])
@pytest.mark.parametrize("method", [None, "letter"])
@pytest.mark.parametrize("kind", ["adt", "qcaf"])
def test_generated_submissions_conform(
    tmp_path: Path, kind: str, method: str | None, subject_line: str
) -> None:
    profile = extending(tmp_path, PROFILE.format(subject_line=subject_line))
    made = tmp_path / "made"
    options = ["--method", method] if method else []
    generated = run("generate", kind, "-o", str(made), "--profile", str(profile), *options)
    assert generated.code == 0, generated.err
    assert f'"method": "{method or "sftp"}"' in (made / "submission.json").read_text("utf-8")
    trust = ["--profile", str(tmp_path / "made-trust" / "profile.toml")]
    checked = run("check", str(made), *trust, "--require-evidence")
    assert checked.code == 0, checked.out


def test_the_methods_of_the_reference_profile_are_faults_where_the_profile_has_others(
    tmp_path: Path,
) -> None:
    profile = extending(tmp_path, PROFILE.format(subject_line="false"))
    listed = run("generate", "adt", "--list-faults", "--profile", str(profile)).out
    faults = {line.split()[1] for line in listed.splitlines() if "delivery-method/" in line}
    assert faults == {f"delivery-method/{name}" for name in ("ftp", "post", "sharepoint", "email")}


def test_a_method_that_the_profile_does_not_have_is_refused(tmp_path: Path) -> None:
    generated = run("generate", "adt", "-o", str(tmp_path / "made"), "--method", "pigeon")
    assert generated.code == 2
    assert "no delivery method 'pigeon'" in generated.err
