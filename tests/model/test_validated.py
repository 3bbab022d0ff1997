"""What is shipped is valid, and is not validated at each start; anything else is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.checks import CHECKS
from conformance.errors import ModelError
from conformance.home import HOME
from conformance.model.loading import load_catalogue
from conformance.model.profile_loading import load_profile, profile_text
from tests.model import validated


def test_all_that_is_listed_as_valid_was_validated_and_is_what_is_shipped() -> None:
    listed = validated.FILE.read_text("ascii")
    assert listed == validated.digests(), "if it is right, run python -m tests.model.validated"


def test_a_model_that_was_changed_is_validated(tmp_path: Path) -> None:
    shutil.copytree(HOME / "model", tmp_path / "model")
    notes = tmp_path / "model" / "notes.toml"
    notes.write_text(notes.read_text("utf-8").replace("[[note]]", "[[note]]\nodd = 1", 1), "utf-8")
    with pytest.raises(ModelError, match="odd"):
        load_catalogue(CHECKS, tmp_path / "model")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("minimum_records = 1", "minimum_records = -1", "minimum_records"),
        ('key = ["RequestID"]', 'key = ["Nobody"]', "there is no column 'Nobody'"),
    ],
)
def test_a_profile_that_was_changed_is_validated(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    path = tmp_path / "own.toml"
    text = profile_text("reference")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(ModelError, match=said):
        load_profile(str(path), load_catalogue(CHECKS))


def test_no_schema_is_loaded_for_what_is_shipped() -> None:
    script = (
        "import sys; from conformance.commands.common import catalogue;"
        "from conformance.model.profile_loading import load_profile;"
        "load_profile('reference', catalogue());"
        "print({'jsonschema_rs', 'conformance.model.profile_sense'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
