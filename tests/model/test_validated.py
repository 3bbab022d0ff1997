"""Shipped files are valid, and not validated at each start; all others are."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from conformance.checks import CHECKS
from conformance.errors import ModelError
from conformance.home import HOME
from conformance.model import tables
from conformance.model.loading import load_catalogue
from conformance.model.profile_loading import load_profile, profile_text
from conformance.model.tables import write_tables
from tests.model import validated
from tests.model.profiles import extending


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
        ('key = ["RequestID"]', 'key = ["Missing"]', "there is no column 'Missing'"),
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


def test_a_mailbox_of_ones_own_is_looked_at_without_the_rest(tmp_path: Path) -> None:
    path = extending(tmp_path, '[delivery]\nservice_desk_mailboxes = ["desk.example.org"]\n')
    with (
        patch("conformance.model.profile_sense.sense", side_effect=AssertionError),
        pytest.raises(ModelError, match=r"'desk\.example\.org' is not an address of email"),
    ):
        load_profile(str(path), load_catalogue(CHECKS))


def test_a_model_in_a_wheel_is_read_from_its_tables_and_is_the_same(tmp_path: Path) -> None:
    write_tables(HOME / "model", tmp_path / "tables.json")
    read = load_catalogue(CHECKS)
    tables._tables.cache_clear()
    try:
        with (
            patch.object(tables, "FILE", tmp_path / "tables.json"),
            patch("conformance.model.loading.parse_toml", side_effect=AssertionError),
            patch("conformance.model.profile_loading.parse_toml", side_effect=AssertionError),
        ):
            again = load_catalogue(CHECKS)
            profile = load_profile("reference", again)
    finally:
        tables._tables.cache_clear()
    assert repr(again.clauses) == repr(read.clauses)
    assert (again.notes, again.editions, again.digest) == (read.notes, read.editions, read.digest)
    assert profile.digest == load_profile("reference", read).digest


def test_no_table_is_made_of_what_was_not_found_valid(tmp_path: Path) -> None:
    shutil.copytree(HOME / "model", tmp_path / "model")
    with (tmp_path / "model" / "notes.toml").open("a", encoding="utf-8") as notes:
        notes.write("\n")
    with pytest.raises(ValueError, match=r"notes\.toml is not in validated\.txt"):
        write_tables(tmp_path / "model", tmp_path / "tables.json")


def test_a_check_loads_nothing_that_only_assessments_need() -> None:
    script = (
        "import sys; import conformance.commands.check, conformance.batch.backend;"
        "print([name for name in sys.modules if name.startswith('conformance.assessment')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
