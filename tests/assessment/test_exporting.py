"""``tadp fixtures export``: all of the corpus in one file."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from conformance.model.schema import problems
from tests.corpus import FIXTURES
from tests.running import run


def test_every_case_is_a_line_with_its_files_and_what_is_expected(tmp_path: Path) -> None:
    file = tmp_path / "corpus.jsonl"
    assert run("fixtures", "export", "--output", file).code == 0
    head, *cases = (json.loads(line) for line in file.read_bytes().splitlines())
    manifest = json.loads((FIXTURES / "manifest.json").read_text("utf-8"))
    assert head["cases"] == len(cases) == len(manifest["cases"])
    assert "BEGIN CERTIFICATE" in head["texts"]["anchors"]
    for line in (head, *cases):
        assert problems("corpus-line", line) == []
    for entry, line in zip(manifest["cases"], cases, strict=True):
        folder = FIXTURES / entry["path"]
        assert line["record"] == json.loads((folder / "case.json").read_text("utf-8"))
        there = {name: base64.b64decode(data) for name, data in line["files"].items()}
        root = folder / "submission"
        files = [path for path in root.rglob("*") if path.is_file()]
        assert there == {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
        assert line["manifest"] in there


def test_a_line_without_its_files_does_not_fit_the_schema() -> None:
    assert problems("corpus-line", {"tadp_corpus": 1, "type": "case"})
    assert problems("corpus-line", {"tadp_corpus": 1, "type": "corpus"})
