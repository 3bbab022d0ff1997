"""Behaviour that differs on Windows, as far as it can be tested on other systems."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from conformance.errors import SubmissionError
from conformance.submission import paths


@pytest.mark.parametrize("name", ["C:real.csv", "real.csv:stream", "a/nul:"])
def test_on_windows_a_colon_leaves_the_submission(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"real")
    assert paths.inside(tmp_path, name, "submission.json").read(9) == b"real"
    monkeypatch.setattr(paths, "sys", SimpleNamespace(platform="win32"))
    with pytest.raises(SubmissionError, match="is not a path that every system reads alike"):
        paths.inside(tmp_path, name, "submission.json")
