"""Rules that every generated submission keeps, under any scenario and profile.

Of files of each kind with few records, each run breaks one in every way there is, with another
number of records for each kind; ``tox -e whole`` breaks the others.
"""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from conformance.checker import Checked, check_submission
from conformance.checks import Setting
from conformance.findings import Verdict
from conformance.model.requirement import Kind, SetBy
from conformance.signature import TrustStore, load_trust
from conformance.submission.hints import CliHints
from conformance.submission.reading import read_submission
from generators.conforming import conforming
from generators.covering import covering
from generators.draft import Draft, Ground
from generators.faults import OPERATORS, faults_of, undo
from generators.pki import Pki
from generators.scenario import Scenario
from generators.strategies import Broken, conforming_submissions, faulty_submissions, ground
from tests.sampling import examples

OTHER = str(Path(__file__).with_name("other-profile.toml"))
quick = settings(
    max_examples=examples(60),
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
KINDS = tuple(Kind)


@cache
def trust(eui64: str) -> TrustStore:
    with tempfile.TemporaryDirectory() as name:
        anchors, crls = [], []
        for algorithm in ("ecdsa", "rsa"):
            pki = Pki(algorithm, eui64)
            root, crl = Path(name) / f"{algorithm}.pem", Path(name) / f"{algorithm}.crl"
            root.write_bytes(pki.trust_pem() + pki.issuers_pem())
            crl.write_bytes(pki.crl_pem())
            anchors.append(root)
            crls.append(crl)
        return load_trust(anchors, crls, test_keys=True)


def check(draft: Draft) -> Checked:
    """Check a draft, written to disk as anybody would get it."""
    eui64 = draft.signing.eui64 if draft.signing else "70-00-00-00-00-00-00-01"
    setting = Setting(
        draft.ground.catalogue, draft.profile, trust(eui64), datetime(2026, 1, 1, tzinfo=UTC)
    )
    with tempfile.TemporaryDirectory() as name:
        draft.write(Path(name) / "submission")
        source = str(Path(name) / "submission")
        return check_submission(read_submission(source, CliHints(), setting.profile), setting)


def roots(draft: Draft) -> list[str]:
    return [result.requirement.id for result in check(draft).roots]


def test_unusual_submissions_that_are_called_conforming_are_shown_to_conform() -> None:
    made = list(islice(covering(ground(), 0, lambda _: False), 55))
    assert len({tried.title for tried in made}) > 15
    for tried in made:
        assert check(tried.draft).verdict is Verdict.CONFORMS, tried.title


@quick
@given(conforming_submissions(KINDS))
def test_a_conforming_submission_has_no_fault(draft: Draft) -> None:
    checked = check(draft)
    assert [(r.requirement.id, r.findings) for r in checked.roots] == []
    assert checked.verdict is Verdict.CONFORMS, [
        (r.requirement.id, r.reason) for r in checked.results if r.status == "not shown"
    ]


@quick
@given(faulty_submissions(kinds=KINDS))
def test_one_fault_fails_one_requirement_and_undoing_it_conforms(broken: Broken) -> None:
    event(broken.fault.name.split("/")[0])
    assert broken.draft != broken.positive
    assert roots(broken.draft) == [broken.fault.requirement], broken.fault.name
    assert undo(broken.faulty) == broken.positive


@quick
@given(conforming_submissions(kinds=[Kind.ADT, Kind.QCAF, Kind.REPORT], profile=OTHER))
def test_another_profile_conforms_without_new_code(draft: Draft) -> None:
    assert roots(draft) == []


@quick
@given(faulty_submissions(kinds=[Kind.ADT, Kind.QCAF, Kind.REPORT], profile=OTHER))
def test_another_profile_has_faults_of_its_own_without_new_code(broken: Broken) -> None:
    assert roots(broken.draft) == [broken.fault.requirement], broken.fault.name


def all_faults(scenario: Scenario, place: Ground) -> set[str]:
    return {fault.name for fault in faults_of(conforming(scenario, place))}


def test_the_columns_of_another_profile_name_its_faults() -> None:
    mine = all_faults(Scenario(), ground())
    other = all_faults(Scenario(container="cms-attached"), ground(OTHER))
    assert "field-form/Comment/no-match" in other
    assert "listed-value/Service/unknown" in other
    assert "range/Ceiling/above" in other
    assert not [name for name in other if "UserRole" in name]
    assert not [name for name in mine if "Ceiling" in name]


@pytest.mark.parametrize(
    ("kind", "set_by"),
    [
        (Kind.ADT, SetBy.USER),
        (Kind.QCAF, SetBy.DCC),
        (Kind.PUBLICATION, SetBy.USER),
        pytest.param(Kind.ADT, SetBy.DCC, marks=pytest.mark.whole),
        pytest.param(Kind.QCAF, SetBy.USER, marks=pytest.mark.whole),
        pytest.param(Kind.PUBLICATION, SetBy.DCC, marks=pytest.mark.whole),
    ],
)
def test_every_fault_of_another_profile_fails_its_own_requirement(
    kind: Kind, set_by: SetBy
) -> None:
    place = ground(OTHER)
    scenario = Scenario(
        kind=kind, set_by=set_by, container="cms-attached", smsr="SR/0001", incident="#0001"
    )
    draft = conforming(scenario, place)
    assert roots(draft) == []
    for fault in faults_of(draft):
        assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name


@pytest.mark.parametrize(
    ("kind", "records"),
    [
        pytest.param(kind, count, marks=() if count == alone else pytest.mark.whole)
        for kind, alone in ((Kind.ADT, 1), (Kind.QCAF, 2), (Kind.REPORT, 3))
        for count in (1, 2, 3)
    ],
)
def test_every_fault_of_a_small_file_fails_its_own_requirement(kind: Kind, records: int) -> None:
    draft = conforming(Scenario(kind=kind, records=records), ground())
    for fault in faults_of(draft):
        faulty = fault.apply(draft)
        assert roots(faulty.draft) == [fault.requirement], fault.name
        assert undo(faulty) == draft


def test_every_check_that_a_submission_can_fail_has_an_operator() -> None:
    checks = {
        name for requirement in ground().catalogue.requirements() for name in requirement.checks
    }
    assert checks - set(OPERATORS) == {"attested", "receiver-assessed"}


@quick
@given(conforming_submissions(KINDS), st.data())
def test_no_operator_is_a_no_op(draft: Draft, data: st.DataObject) -> None:
    fault = data.draw(st.sampled_from(list(faults_of(draft))))
    faulty = fault.apply(draft)
    assert faulty.draft.rendered != draft.rendered
    assert all(change.before != change.after for change in faulty.changes)


def test_the_same_scenario_makes_the_same_bytes() -> None:
    scenario = Scenario(kind=Kind.QCAF, seed=3, records=30)
    assert conforming(scenario, ground()).rendered == conforming(scenario, ground()).rendered
    other = conforming(Scenario(kind=Kind.QCAF, seed=4, records=30), ground())
    assert other.csv != conforming(scenario, ground()).csv


def test_the_manifest_of_a_draft_is_plain_json() -> None:
    files = conforming(Scenario(), ground()).rendered
    manifest = json.loads(files["submission.json"])
    assert manifest["file"] == "adt.csv"
    assert manifest["signature"] == "adt.csv.p7s"
