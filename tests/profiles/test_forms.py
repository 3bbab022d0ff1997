"""Forms of clauses 6.3 to 6.5 made up from docs/profile.md alone, with files written by hand.

Each of ``forms/NAME.toml`` can be used; of the files in ``forms/NAME``, ``good-KIND-*.csv`` conform
but for a signature, and ``bad-REQUIREMENT-*.csv`` fail at that requirement alone.
"""

import json
import re
from pathlib import Path

import pytest

from conformance.checks import CHECKS
from conformance.cli import main
from conformance.model.loading import load_catalogue
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind, SetBy
from generators.conforming import conforming, fitted
from generators.draft import Ground
from generators.faults import faults_of
from generators.scenario import Scenario
from generators.trial import Trial, hierarchy

FORMS = Path(__file__).with_name("forms")
NAME = re.compile(
    r"good-(?P<kind>adt|report|qcaf)-.+|bad-(?P<failed>[0-9.]+(\([a-z]\))?-[0-9]+)-.+"
)
# Clause 6.1 is of any file; those here that fail it are ADT Files.
KINDS = {"6.1": "adt", "6.3": "adt", "6.4": "report", "6.5": "qcaf", "4.7(b)": "qcaf"}

#: What has the rules of each file, and of a QCAF of either side.
SCENARIOS = (
    Scenario(Kind.ADT),
    Scenario(Kind.REPORT),
    Scenario(Kind.QCAF, set_by=SetBy.USER),
    Scenario(Kind.QCAF, set_by=SetBy.DCC),
)


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
    """The profile can be used, and each file comes to what its name says."""
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


@pytest.mark.parametrize("form", sorted(path.stem for path in FORMS.glob("*.toml")))
def test_each_rule_has_a_fault(form: str, tmp_path: Path) -> None:
    """A fault shows of each rule that it is looked at, so that ``profile check`` does not warn."""
    catalogue = load_catalogue(CHECKS)
    profile = load_profile(str(FORMS / f"{form}.toml"), catalogue)
    ground = Ground(catalogue, profile)
    wanted = {
        (kind, f"{rule.rule.laid_at}/{rule.id}-")
        for kind, file in profile.files.items()
        for rule in file.rules
    }
    trial = Trial(ground, tmp_path, hierarchy(profile))
    found = set()
    for scenario in SCENARIOS:
        draft = conforming(fitted(scenario, ground), ground)
        for fault in faults_of(draft):
            rules = {
                one for one in wanted if one[0] is draft.kind and fault.name.startswith(one[1])
            }
            if rules - found and trial.misses(draft, fault) is None:
                found |= rules
    assert wanted - found == set()


def test_each_folder_has_its_form() -> None:
    """No folder of files is left without a profile, which would leave its files unread."""
    folders = {path.name for path in FORMS.iterdir() if path.is_dir()}
    assert folders == {path.stem for path in FORMS.glob("*.toml")}
