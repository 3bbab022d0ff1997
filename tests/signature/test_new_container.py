"""A container that is one module: every tool works with it, and none knows it."""

from __future__ import annotations

import inspect
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.home import HOME
from conformance.model import schema
from conformance.signature.containers import CONTAINERS, signing_containers
from conformance.signature.containers.base import SigningContainer
from generators.conforming import conforming
from generators.draft import Draft, Ground
from generators.faults import faults_of, undo
from generators.scenario import Scenario
from generators.strategies import ground
from tests.generators.test_invariants import roots
from tests.model.profiles import extending
from tests.preparation.desk import CSV, SigningFolder
from tests.running import Ran, run
from tests.signature.hex_detached import HEX_DETACHED, HexDetached

ROOT = Path(__file__).parents[2]
PROFILE = """
[signature]
containers = ["hex-detached"]
"""
SIGNATURE_CHECKS = ("signature-verifies", "certificate-valid", "signature-present")


def enumeration(profile_schema: dict[str, Any]) -> list[str]:
    """The containers that the schema of a profile names."""
    rules = profile_schema["properties"]["signature"]["properties"]
    names: list[str] = rules["containers"]["items"]["enum"]
    return names


def read_schema(home: Path = HOME) -> dict[str, Any]:
    text = (home / "schemas" / "profile.schema.json").read_text("utf-8")
    value: dict[str, Any] = json.loads(text)
    return value


@pytest.fixture
def hex_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A profile that takes the new container alone, which is registered for one test."""
    monkeypatch.setitem(CONTAINERS, HEX_DETACHED.name, HEX_DETACHED)
    home = tmp_path / "home"
    shutil.copytree(HOME / "schemas", home / "schemas")
    changed = read_schema(home)
    enumeration(changed).append(HEX_DETACHED.name)
    (home / "schemas" / "profile.schema.json").write_text(json.dumps(changed), "utf-8")
    monkeypatch.setattr(schema, "HOME", home)
    schema.validator.cache_clear()
    schema.schema_of.cache_clear()
    yield extending(tmp_path, PROFILE)
    schema.validator.cache_clear()
    schema.schema_of.cache_clear()


@pytest.fixture
def desk(tmp_path: Path, hex_profile: Path) -> SigningFolder:
    (tmp_path / "desk").mkdir()
    made = SigningFolder(tmp_path / "desk")
    made.profile = hex_profile
    return made


def check_beside(desk: SigningFolder) -> Ran:
    """Check the file, whose signature and certificate are found by their names."""
    return run("check", desk.file, "--format", "json", "--profile", desk.profile,
        "--trust", desk.trust, "--crl", desk.crl)  # fmt: skip


def test_the_schema_of_profiles_names_the_containers_that_there_are() -> None:
    assert enumeration(read_schema()) == list(CONTAINERS)
    assert [one.name for one in CONTAINERS.values()] == list(CONTAINERS)


def test_the_guide_describes_the_containers_that_can_be_written() -> None:
    guide = (ROOT / "docs" / "signing.md").read_text("utf-8")
    rows = re.findall(r"(?m)^\| `([a-z][a-z-]+)` \| (.*?) \|", guide)
    assert [name for name, _ in rows] == list(signing_containers())
    for name, files in rows:
        assert f"adt.csv{signing_containers()[name].suffix}`" in files or "signed.csv" in files


def test_a_container_that_lacks_something_cannot_be_made() -> None:
    wanted = {"name", "title", "recognise", "open", "summary", "placement", "suffix", "add"}
    assert SigningContainer.__abstractmethods__ == wanted
    for name in wanted:
        member = {name: inspect.getattr_static(SigningContainer, name)}
        with pytest.raises(TypeError, match=name):
            type("Partial", (HexDetached,), member)()


def test_a_file_is_signed_and_checked(desk: SigningFolder) -> None:
    ran = desk.sign(*desk.pair, "--trust", desk.trust, "--crl", desk.crl)
    assert (ran.code, ran.err) == (0, "")
    assert {"adt.csv.hex", "adt.csv.pem"} <= desk.names()
    assert (desk.folder / "adt.csv.hex").read_text("ascii").strip().isalnum()
    assert desk.file.read_bytes() == CSV
    checked = check_beside(desk)
    assert checked.roots == set()
    assert {checked.status(i) for i in ("6.1-1", "3.4(b)-2", "3.4(b)-3")} == {"passed"}


def test_a_file_that_was_changed_is_refused(desk: SigningFolder) -> None:
    assert desk.sign(*desk.pair).code == 0
    desk.file.write_bytes(CSV.replace(b",8,828", b",9,828"))
    assert check_beside(desk).status("3.4(b)-2") == "failed"


def test_a_profile_that_does_not_take_it_refuses_it(desk: SigningFolder, tmp_path: Path) -> None:
    assert desk.sign(*desk.pair).code == 0
    desk.profile = extending(tmp_path, PROFILE.replace("hex-detached", "cms-detached"))
    checked = check_beside(desk)
    assert checked.roots == {"6.1-1"}
    trouble = desk.sign(*desk.pair, "--container", "hex-detached").trouble
    assert "takes no container 'hex-detached'" in trouble


def test_help_names_it(hex_profile: Path) -> None:
    del hex_profile
    assert (
        "FILE.hex and FILE.pem       a signature in hexadecimal, and" in run("sign", "--help").out
    )
    assert "hex-detached or none" in " ".join(run("generate", "--help").out.split())


@pytest.mark.parametrize("kind", ["adt", "qcaf"])
def test_generated_submissions_conform(hex_profile: Path, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "out"
    assert run("generate", kind, "-o", folder, "--profile", hex_profile).code == 0
    assert {f"{kind}.csv", f"{kind}.csv.hex", f"{kind}.csv.pem"} <= {
        f.name for f in folder.iterdir()
    }
    trust = tmp_path / "out-trust" / "profile.toml"
    words = ("check", folder, "--profile", trust, "--at", "2026-01-01", "--format", "json")
    assert run(*words).verdict == "conforms"
    signature = folder / f"{kind}.csv.hex"
    signature.write_bytes(signature.read_bytes()[2:])
    assert run(*words).roots == {"3.4(b)-2" if kind == "adt" else "4.7(b)-3"}


def test_a_large_file_is_signed_as_it_is_written(hex_profile: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    words = ("generate", "adt", "--records", 20_000, "-o", folder, "--profile", hex_profile)
    assert run(*words).code == 0
    trust = tmp_path / "out-trust" / "profile.toml"
    ran = run("check", folder, "--profile", trust, "--at", "2026-01-01", "--format", "json")
    assert ran.status("3.4(b)-2") == "passed"


def hex_draft(profile: Path) -> Draft:
    place = ground(str(profile))
    return conforming(Scenario(), Ground(place.catalogue, place.profile))


def test_each_fault_breaks_its_own_requirement(hex_profile: Path) -> None:
    draft = hex_draft(hex_profile)
    assert roots(draft) == []
    faults = [f for f in faults_of(draft) if f.name.split("/")[0] in SIGNATURE_CHECKS]
    names = {f.name for f in faults}
    assert "signature-verifies/digit-missing" in names
    assert "signature-verifies/wrong-key" in names
    assert "signature-verifies/two-signers" not in names
    for fault in faults:
        faulty = fault.apply(draft)
        assert roots(faulty.draft) == [fault.requirement], fault.name
        assert undo(faulty) == draft


def test_a_fault_of_its_own_is_generated(hex_profile: Path, tmp_path: Path) -> None:
    words = ("adt", "--profile", hex_profile)
    assert "signature-verifies/digit-missing" in run("generate", *words, "--list-faults").out
    fault = "signature-verifies/digit-missing"
    assert run("generate", *words, "--fault", fault, "-o", tmp_path / "out").code == 0
    assert len((tmp_path / "out" / "adt.csv.hex").read_bytes()) % 2 == 0


def test_sheets_are_made_and_filled_in_as_ever(hex_profile: Path, tmp_path: Path) -> None:
    sheet, made = tmp_path / "sheet.csv", tmp_path / "adt.csv"
    assert run("template", "adt", "-o", sheet, "--profile", hex_profile).code == 0
    sheet.write_bytes(sheet.read_bytes() + CSV)
    assert run("make", "adt", sheet, "-o", made, "--profile", hex_profile).code == 0
    assert made.read_bytes() == CSV
