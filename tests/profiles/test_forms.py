"""Forms of clauses 6.3 to 6.5 made up from docs/profile.md alone, with files written by hand.

Each of ``forms/NAME.toml`` can be used; of the files in ``forms/NAME``, ``good-KIND-*.csv`` conform
but for a signature, and ``bad-REQUIREMENT-*.csv`` fail at that requirement alone.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.checks import CHECKS
from conformance.cli import main
from conformance.model.loading import load_catalogue
from conformance.model.profile_loading import load_profile
from generators import selftest
from generators.draft import Draft, Ground
from generators.faults import Fault, faults_of

FORMS = Path(__file__).with_name("forms")
NAME = re.compile(
    r"good-(?P<kind>adt|report|qcaf)-.+|bad-(?P<failed>[0-9.]+(\([a-z]\))?-[0-9]+)-.+"
)
# Clause 6.1 is of any file; those here that fail it are ADT Files.
KINDS = {"6.1": "adt", "6.3": "adt", "6.4": "report", "6.5": "qcaf", "4.7(b)": "qcaf"}


def arguments(files: dict[Path, re.Match[str]]) -> list[str]:
    """Return the options that say of each file what it is and whether it conforms."""
    said: dict[str, list[str]] = {"--good": [], "--bad": []}
    for path, name in files.items():
        failed = name["failed"]
        kind = KINDS[failed.rsplit("-", 1)[0]] if failed else name["kind"]
        said["--bad" if failed else "--good"].append(f"{kind}:{path}")
    return [word for option, paths in said.items() for word in (option, *paths)]


@pytest.mark.parametrize("form", sorted(path.stem for path in FORMS.glob("*.toml")))
def test_form(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The profile can be used, and each file has the verdict that its name gives."""
    paths = sorted((FORMS / form).iterdir())
    files = {path: name for path in paths if (name := NAME.fullmatch(path.stem))}
    assert list(files) == paths
    wanted = {path.name: {name["failed"]} - {None} for path, name in files.items()}
    assert sum(not failed for failed in wanted.values()) >= 2
    assert sum(bool(failed) for failed in wanted.values()) >= 4

    profile = str(FORMS / f"{form}.toml")
    options = ["--quick", "--format", "json"]
    code = main(["profile", "check", profile, *options, *arguments(files)])

    said = json.loads(capsys.readouterr().out)["profiles"][0]
    assert said["usable"], said["refused"]
    assert not said["warnings"]
    samples = {Path(sample["file"]).name: sample for sample in said["samples"]}
    failed = {name: {one["id"] for one in sample["failed"]} for name, sample in samples.items()}
    assert failed == wanted
    good = [sample for sample in samples.values() if sample["given_as"] == "good"]
    assert [one["file"] for one in good if one["found"] != "conforms"] == []
    assert code == 0


#: Forms with a rule that takes several values, a record more or another file to be broken alone.
HARD = (
    "british-dates", "complete-list", "grid-blocks", "mainframe", "repeated-bands", "wide-table"
)  # fmt: skip


@pytest.mark.parametrize("form", HARD)
def test_a_fault_shows_of_each_rule_that_it_is_looked_at(form: str) -> None:
    """So ``profile check`` does not warn of any; what it tries beside rules takes long."""
    catalogue = load_catalogue(CHECKS)
    ground = Ground(catalogue, load_profile(str(FORMS / f"{form}.toml"), catalogue))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selftest, "faults_of", faults_of_rules)
        tried = selftest.self_test(ground.profile, catalogue)
    assert [problem.what for problem in tried.warnings] == []
    assert tried.faults


def faults_of_rules(draft: Draft) -> Iterator[Fault]:
    """Yield the faults of a draft that break a rule of its file."""
    names = tuple(f"{rule.rule.laid_at}/{rule.id}-" for rule in draft.format.rules)
    return (fault for fault in faults_of(draft) if names and fault.name.startswith(names))


def test_each_folder_has_its_form() -> None:
    """No folder of files is left without a profile, which would leave its files unread."""
    folders = {path.name for path in FORMS.iterdir() if path.is_dir()}
    assert folders == {path.stem for path in FORMS.glob("*.toml")}
