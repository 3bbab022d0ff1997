"""Signatures that are looked for near a file: in which folders, and what has gone meanwhile."""

from __future__ import annotations

from pathlib import Path

from conformance.submission import signed_instead, strayed


def test_a_hidden_folder_is_not_looked_into(tmp_path: Path) -> None:
    for name in (".sync", "Live"):
        (tmp_path / name).mkdir()
    seen = [place for place, _ in strayed._folders(tmp_path, deep=True)]
    assert seen == [tmp_path, tmp_path / "Live"]


def test_a_signature_that_has_gone_has_no_digest(tmp_path: Path) -> None:
    assert signed_instead._digest(str(tmp_path / "missing.p7s"), 0, 0, "sha256") is None
