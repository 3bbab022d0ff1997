"""Profiles load, extend one another, and are refused where they make no sense."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.checks import CHECKS
from conformance.errors import ModelError
from conformance.model.catalogue import Catalogue
from conformance.model.column import Role
from conformance.model.loading import load_catalogue
from conformance.model.profile_loading import load_profile, profile_text, shipped_profiles
from conformance.model.requirement import Kind, SetBy
from conformance.model.types.integer import Integer


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(CHECKS)


def write(path: Path, text: str, name: str = "mine") -> str:
    file = path / f"{name}.toml"
    head = f'profile = "{name}"\ntitle = "Mine"\nversion = "1"\n'
    file.write_text(head + text, "utf-8")
    return str(file)


def test_the_reference_profile_is_complete_and_unverified(catalogue: Catalogue) -> None:
    profile = load_profile("reference", catalogue)
    assert shipped_profiles() == ["reference"]
    assert [c.name for c in profile.files[Kind.ADT].columns] == [
        "UserID", "UserRole", "ServiceReferenceVariant", "TimePeriodHours", "WarningThreshold",
        "AnomalyDetectionThreshold",
    ]  # fmt: skip
    assert len(profile.files[Kind.ADT].columns[2].type.choices) == 129
    assert profile.files[Kind.QCAF].index_of_role(Role.ACTION) == 5
    assert profile.files[Kind.QCAF].index_of_role(Role.PERIOD) is None
    assert profile.breaches["ADDCCThresholdBreach"] is SetBy.DCC
    areas = {a.entry.split(".")[0] for a in profile.unverified}
    assert areas == {
        "files", "breaches", "alerts", "signature", "certificate", "trust", "references",
        "delivery",
    }  # fmt: skip


def test_every_note_has_its_default_reading(catalogue: Catalogue) -> None:
    profile = load_profile("reference", catalogue)
    assert profile.readings == {n.id: n.default for n in catalogue.notes.values()}


def test_a_profile_extends_another_entry_by_entry(catalogue: Catalogue, tmp_path: Path) -> None:
    name = write(
        tmp_path,
        """extends = "reference"
[references]
smsr = "SR-[0-9]+"
[readings]
final-line-feed = "terminator"
[trust]
anchors = ["root.pem"]
[[assumptions]]
entry = "references"
verified = true
reason = "seen"
source = "the service desk"
by = "A. Example"
on = "2025-06-01"
""",
    )
    profile = load_profile(name, catalogue)
    assert profile.references.smsr == "SR-[0-9]+"
    assert profile.references.incident == "INC[0-9]{12}"
    assert profile.readings["final-line-feed"] == "terminator"
    assert profile.trust == (tmp_path / "root.pem",)
    assert "references" not in [a.entry for a in profile.unverified]
    assert "delivery" in [a.entry for a in profile.unverified]
    assert profile.digest != load_profile("reference", catalogue).digest


def test_a_whole_number_may_have_a_decimal_point(catalogue: Catalogue, tmp_path: Path) -> None:
    text = 'extends = "reference"\n[delivery]\nhours = 96.0\n'
    text += "[certificate]\nmaximum_issuing_cas = 2.0\n"
    mine = load_profile(write(tmp_path, text), catalogue)
    assert (mine.delivery.hours, mine.certificate.maximum_issuing_cas) == (96, 2)


def test_a_profile_extends_a_file_beside_it(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    write(tmp_path / "inner", 'extends = "reference"\n[trust]\ncrls = ["ca.crl"]\n', "base")
    name = write(tmp_path, 'extends = "inner/base.toml"\n')
    assert load_profile(name, catalogue).crls == (tmp_path / "inner" / "ca.crl",)


def test_the_digest_does_not_depend_on_where_a_profile_lies(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    digests = set()
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        name = write(tmp_path / folder, 'extends = "reference"\n[trust]\nanchors = ["r.pem"]\n')
        digests.add(load_profile(name, catalogue).digest)
    assert len(digests) == 1


COLUMNS = """extends = "reference"
[files.adt]
columns = [{ name = "A", type = "integer"%s }, { name = "B", type = "text", pattern = "x" }]
key = ["A"]
rules = []
"""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "files: is missing"),
        ('extends = "reference"\nfiels = 1\n', "fiels: there is no such entry"),
        ('extends = "reference"\n[references]\nsmsr = "["\n', "references.smsr: is not a regular"),
        (
            'extends = "reference"\n[references]\nsmsr = "(a)\\\\1"\n',
            "references.smsr: is not a reg",
        ),
        (
            'extends = "reference"\n[delivery]\nmethod = "fax"\n',
            "delivery.method: 'fax' is not one",
        ),
        ('extends = "reference"\n[readings]\nnope = "x"\n', "readings.nope: there is no such note"),
        (
            'extends = "reference"\n[readings]\nquotes = "x"\n',
            "readings.quotes: 'x' is not one of data, rfc4180",
        ),
        (COLUMNS % ", minimum = 5, maximum = 4", "files.adt.columns.A: minimum 5 is above"),
        (COLUMNS.replace('["A"]', '["C"]') % "", "files.adt.key: there is no column 'C'"),
        (COLUMNS.replace('"B"', '"A"') % "", "files.adt.columns: two columns have the name 'A'"),
        (
            COLUMNS.replace('"integer"%s', '"nothing"'),
            "files.adt.columns.A: is always null, so it must be nullable",
        ),
        (
            COLUMNS.replace('"integer"%s', '"instant", maximum = 4'),
            "files.adt.columns.A.maximum: only an integer or a decimal or a period has limits",
        ),
        (
            COLUMNS.replace(
                "rules = []",
                'rules = [{ id = "r", rule = "compare", left = { column = "A" }, op = "<", '
                'right = { column = "B" } }]',
            )
            % "",
            "files.adt.rules.r: goes with columns of the types integer or decimal, ",
        ),
        (
            COLUMNS.replace(
                "rules = []", 'rules = [{ id = "r", rule = "one-sender", columns = ["Z"] }]'
            )
            % "",
            "files.adt.rules.r: there is no column 'Z'",
        ),
        (
            COLUMNS.replace('type = "text"', 'role = "period", type = "text"')
            % ', role = "period"',
            "files.adt.columns: 2 columns have the role 'period'",
        ),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(
    catalogue: Catalogue, tmp_path: Path, text: str, says: str
) -> None:
    name = write(tmp_path, text)
    with pytest.raises(ModelError) as caught:
        load_profile(name, catalogue)
    assert (caught.value.where or "").startswith(f"profile {name}")
    assert caught.value.what.startswith(says)


def test_a_profile_that_extends_itself_is_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    name = write(tmp_path, 'extends = "mine.toml"\n')
    with pytest.raises(ModelError, match="extends too many others, or itself"):
        load_profile(name, catalogue)


def test_a_profile_that_is_not_there_lists_those_that_are(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=r"no such file.*or one of: reference"):
        load_profile(str(tmp_path / "none.toml"), catalogue)


def test_a_huge_profile_is_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    file = tmp_path / "huge.toml"
    file.write_bytes(b"#" * ((1 << 20) + 1))
    with pytest.raises(ModelError, match="has more than 1,048,576 bytes"):
        load_profile(str(file), catalogue)


def test_a_copy_of_the_shipped_text_is_the_same_profile(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.toml"
    copy.write_text(profile_text("reference"), "utf-8")
    assert load_profile(str(copy), catalogue).digest == load_profile("reference", catalogue).digest


def test_a_minimum_that_is_the_maximum_makes_sense(catalogue: Catalogue, tmp_path: Path) -> None:
    name = write(tmp_path, COLUMNS % ", minimum = 5, maximum = 5")
    column = load_profile(name, catalogue).files[Kind.ADT].columns[0]
    assert column.type == Integer(minimum=5, maximum=5)


def test_trust_in_test_keys_is_reported_once_under_trust(catalogue: Catalogue) -> None:
    profile = load_profile("reference", catalogue)
    assert [a.entry for a in profile.unverified].count("trust") == 1
    assert all(a.entry.split(".")[0] in profile.raw for a in profile.assumptions)


def test_the_folders_of_the_area_are_those_of_the_profile(catalogue: Catalogue) -> None:
    delivery = load_profile("reference", catalogue).delivery
    reported = load_profile("reference", catalogue).raw["delivery"]
    for name in ("folders", "live", "archives", "tags"):
        shown = getattr(delivery, name)
        assert {kind.value: value for kind, value in shown.items()} == reported[name]
        assert shown


@pytest.mark.parametrize("table", ["alerts", "references"])
def test_a_whole_profile_may_lack_the_form_of_alerts_alone(
    catalogue: Catalogue, tmp_path: Path, table: str
) -> None:
    text = profile_text("reference").replace('profile = "reference"', 'profile = "mine"')
    kept = re.sub(rf"^\[{table}\]\n(.+\n)+", "", text, flags=re.MULTILINE)
    kept = re.sub(rf'\[\[assumptions\]\]\nentry = "{table}.*"\n(.+\n)+', "", kept)
    (tmp_path / "mine.toml").write_text(kept, "utf-8")
    if table == "alerts":
        assert load_profile(str(tmp_path / "mine.toml"), catalogue).alerts is None
    else:
        with pytest.raises(ModelError, match="references: is missing"):
            load_profile(str(tmp_path / "mine.toml"), catalogue)
