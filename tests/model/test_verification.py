"""Which entries of a profile are verified: those that say so, with source, name and date."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.commands.common import catalogue
from conformance.errors import ModelError
from conformance.model.profile import Profile
from conformance.model.profile_loading import load_profile
from conformance.model.verification import SILENT
from tests.model.profiles import assumption, extending

COLUMN = "files.adt.columns.UserID"
ALL = ("files", "breaches", "alerts", "signature", "certificate", "trust", "references", "delivery")


def loaded(file: Path) -> Profile:
    return load_profile(str(file), catalogue())


def unverified(profile: Profile) -> list[str]:
    return [one.entry for one in profile.unverified]


def test_nothing_is_verified_that_is_not_stated(tmp_path: Path) -> None:
    base = extending(tmp_path, "assumptions = []\n")
    text = base.read_text("utf-8")
    raw = loaded(base).raw
    assert unverified(loaded(base)) == unverified(load_profile("reference", catalogue()))
    assert raw["assumptions"]
    assert text.count("assumptions") == 1
    assert not loaded(base).verifies("delivery.hours")
    reading = extending(tmp_path, '[readings]\nquotes = "rfc4180"\n')
    said = {one.entry: one.reason for one in loaded(reading).unverified}
    assert said["readings.quotes"] == SILENT


def test_a_confirmed_entry_is_verified_and_all_within_it(tmp_path: Path) -> None:
    profile = loaded(extending(tmp_path, assumption("delivery")))
    assert profile.verifies("delivery")
    assert profile.verifies("delivery.folders.adt")
    assert not profile.verifies("deliver")
    assert "delivery" not in unverified(profile)
    assert len(unverified(profile)) == 9


def test_the_longest_path_governs(tmp_path: Path) -> None:
    text = assumption("files.adt") + assumption(COLUMN, verified=False)
    profile = loaded(extending(tmp_path, text))
    assert profile.verifies("files.adt.key")
    assert not profile.verifies(COLUMN)
    # Not as a whole, since a part of it is not.
    assert not profile.verifies("files.adt")
    assert not profile.verifies("files.adt.columns")
    assert unverified(profile)[0] == COLUMN


def test_one_entry_of_a_table_is_distinguished_from_the_others(tmp_path: Path) -> None:
    profile = loaded(extending(tmp_path, assumption("references.smsr")))
    assert profile.verifies("references.smsr")
    assert "references.incident" in unverified(profile)
    assert "references" not in unverified(profile)


def test_a_whole_profile_can_be_verified(tmp_path: Path) -> None:
    text = "".join(assumption(entry) for entry in ALL)
    # The other profile's entries on a part are repeated.
    text += "".join(assumption(f"files.{kind}") for kind in ("adt", "report", "qcaf"))
    assert unverified(loaded(extending(tmp_path, text))) == []


@pytest.mark.parametrize(
    ("mine", "entry", "kept"),
    [
        ("[delivery]\nhours = 96\n", "delivery.hours", False),
        ("[delivery]\nhours = 120\n", "delivery.hours", False),
        ("[delivery]\nhours = 96\n", "delivery.method", True),
        ("[delivery]\nhours = 96\n", "delivery", False),
        ("[delivery]\nhours = 96\n" + assumption("delivery.hours"), "delivery.hours", True),
        ("[delivery]\nhours = 96\n" + assumption("delivery.hours"), "delivery", True),
        ("[delivery]\nhours = 96\n" + assumption("delivery"), "delivery.hours", True),
        ("[delivery.folders]\nadt = 'x'\n", "delivery.folders.adt", False),
        ("[delivery.folders]\nadt = 'x'\n", "delivery.folders.qcaf", True),
    ],
)
def test_an_entry_that_is_stated_again_is_unverified(
    tmp_path: Path, mine: str, entry: str, *, kept: bool
) -> None:
    extending(tmp_path, assumption("delivery"), name="base")
    assert loaded(tmp_path / "base.toml").verifies(entry)
    assert loaded(extending(tmp_path, mine, "base.toml")).verifies(entry) is kept


def test_a_list_that_is_stated_again_takes_its_parts_with_it(tmp_path: Path) -> None:
    extending(tmp_path, assumption("files.adt") + assumption(COLUMN), name="base")
    mine = extending(tmp_path, '[files.adt]\nkey = ["UserID"]\n', "base.toml")
    assert loaded(mine).verifies(COLUMN)
    assert not loaded(mine).verifies("files.adt.key")
    columns = 'columns = [{ name = "UserID", type = "eui64" }]\nkey = []\nrules = []\n'
    again = loaded(extending(tmp_path, f"[files.adt]\n{columns}", "base.toml"))
    assert not again.verifies(COLUMN)
    assert not again.verifies("files.adt.columns")
    assert again.verifies("files.adt.characters")
    entries = {one.entry: one.reason for one in again.unverified}
    assert "Profile mine" in entries["files.adt.columns"]


@pytest.mark.parametrize("missing", ["source", "by", "on"])
def test_who_confirmed_it_where_and_when_has_to_be_said(tmp_path: Path, missing: str) -> None:
    lines = assumption("delivery").splitlines()
    text = "\n".join(line for line in lines if not line.startswith(f"{missing} ="))
    with pytest.raises(ModelError, match=f"delivery: is said to be verified, without {missing} "):
        loaded(extending(tmp_path, text))


def test_a_date_is_a_date(tmp_path: Path) -> None:
    text = assumption("delivery").replace("2025-01-31", "January")
    with pytest.raises(ModelError, match="January"):
        loaded(extending(tmp_path, text))


@pytest.mark.parametrize("entry", ["delivrey", "files.adt.columns.Missing", "delivery.hours.x"])
def test_an_assumption_is_about_an_entry_that_is_there(tmp_path: Path, entry: str) -> None:
    with pytest.raises(ModelError, match=f"{entry}: is in assumptions, but not in the profile"):
        loaded(extending(tmp_path, assumption(entry)))
