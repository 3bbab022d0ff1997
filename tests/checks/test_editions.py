"""Submissions checked in an edition that a file states, and what that rests on."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.checker import check_submission
from conformance.checks import CHECKS, PARAMETERS
from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.findings import Finding, Status, Verdict
from conformance.footing import Footing, basis_of, footing_of
from conformance.model.edition_file import Statement
from conformance.model.edition_sense import Sense
from conformance.model.requirement import Kind
from conformance.records.layout import Dialect
from conformance.submission.evidence import Submission
from tests.checks import situation
from tests.checks.situation import adt, catalogue, check, qcaf, result, setting
from tests.model.editions import CONFIRMED, edition_file, record, requirement, stated

ID = "code-2025"
#: The parameters of each check.
GIVEN = {
    "incident-updated": '{ component = "X" }',
    "incident-assigned": '{ to = "X" }',
    "smsr-raised": '{ via = "X" }',
    "smsr-after-advice": '{ via = "X" }',
    "reference-in-subject": '{ reference = "incident" }',
    "catalogue-item": '{ adt = ["X"], qcaf = ["Y"] }',
    "published-item": '{ item = "template" }',
    "published-via": '{ via = "X" }',
    "delivery-method": '{ method = "x", recipient = "service-desk" }',
    "field-separator": '{ separator = "|" }',
    "record-separator": '{ separator = "\\r\\n" }',
    "record-sign-absent": '{ sign = "\u2713" }',
    "action-values": '{ values = ["Keep"] }',
}  # fmt: skip
BY_POST = record("word", id='"3.4-1"', statement='"By post."', with_='{ method = "post" }')
SENT_OTHERWISE = Finding("sent otherwise")


@pytest.mark.parametrize(
    ("head", "footing", "verdict"),
    [
        ({}, Footing.UNCONFIRMED, Verdict.DEPARTS),
        (CONFIRMED, Footing.STATED, Verdict.VIOLATES),
    ],
)
def test_a_requirement_that_a_file_states_rests_on_the_file(
    tmp_path: Path, head: dict[str, str], footing: Footing, verdict: Verdict
) -> None:
    model = stated(tmp_path, BY_POST, requirement(), **head)
    checked = check(adt(), catalogue=model)
    assert checked.edition.id == ID
    assert {r.requirement.id for r in checked.roots} == {"3.4-1", "3.1-4"}
    assert result(checked, "3.4-1").rests_on is footing
    assert checked.verdict is verdict
    before = check(adt(), catalogue=model, edition="mp109")
    assert (before.roots, before.verdict) == ([], check(adt()).verdict)


def test_a_requirement_whose_hint_alone_a_file_changes_still_rests_on_the_clause(
    tmp_path: Path,
) -> None:
    model = stated(tmp_path, record("word", id='"6.1-3"', hint='"Ask."'))
    checked = check(adt(situation.ADT.replace(b"\n", b"\r\n")), catalogue=model)
    assert checked.edition.id == ID
    assert result(checked, "6.1-3").rests_on is Footing.CLAUSE
    assert checked.verdict is Verdict.VIOLATES
    assert result(checked, "6.1-3").requirement.hint == "Ask."


@pytest.mark.parametrize(
    ("basis", "head", "footing"),
    [
        ("clause", CONFIRMED, Footing.STATED),
        ("guidance", CONFIRMED, Footing.GUIDANCE),
        ("note", CONFIRMED, Footing.NOTE),
        ("profile", CONFIRMED, Footing.UNVERIFIED),
        ("clause", {}, Footing.UNCONFIRMED),
        ("guidance", {}, Footing.UNCONFIRMED),
        ("note", {}, Footing.UNCONFIRMED),
        ("profile", {}, Footing.UNVERIFIED),
    ],
)
def test_it_rests_on_the_weaker_of_the_file_and_its_basis(
    tmp_path: Path, basis: str, head: dict[str, str], footing: Footing
) -> None:
    one = requirement(basis=f'"{basis}"', notes='["quotes"]')
    (added,) = (r for r in stated(tmp_path, one, **head).worded(ID) if r.id == "3.1-4")
    assert footing_of(added, SENT_OTHERWISE, setting().profile) is footing
    own = footing if basis != "profile" else Footing.STATED if head else Footing.UNCONFIRMED
    assert basis_of(added) is own


@pytest.mark.parametrize(("head", "verdict"), [({}, "departs"), (CONFIRMED, "violates")])
def test_a_requirement_that_derives_from_a_clause_by_a_file_rests_on_the_file(
    tmp_path: Path, head: dict[str, str], verdict: str
) -> None:
    """The clause that derives from it is broken all the same."""
    new = requirement(check="", with_="", from_='["6.1-*"]', testable='"mechanical"')
    model = stated(tmp_path, new, record("withdraw", ids='["3.4(b)-1"]', reason='"R"'), **head)
    checked = check(adt(situation.ADT.replace(b"\n", b"\r\n")), catalogue=model)
    added = result(checked, "3.1-4")
    assert added.through == ("6.1-3",)
    assert added.rests_on is (Footing.STATED if head else Footing.UNCONFIRMED)
    assert result(checked, "6.1-3").rests_on is Footing.CLAUSE
    only = check_submission(checked.submission, setting(catalogue=model), ["3.1-4"])
    assert only.verdict.value == verdict


def test_a_withdrawn_requirement_does_not_apply_and_the_reason_is_given(tmp_path: Path) -> None:
    model = stated(tmp_path, record("withdraw", ids='["6.1-3"]', reason='"CRLF will do."'))
    checked = check(adt(situation.ADT.replace(b"\n", b"\r\n")), catalogue=model)
    one = result(checked, "6.1-3")
    assert one.status is Status.NOT_APPLICABLE
    assert one.reason == f"withdrawn in edition {ID}: CRLF will do."


def test_a_permission_is_never_broken(tmp_path: Path) -> None:
    word = record("word", id='"6.1-3"', strength='"may"')
    model = stated(tmp_path, word, **CONFIRMED)
    data = situation.ADT.replace(b"\n", b"\r\n")
    checked = check(adt(data), catalogue=model, trust=situation.trust())
    assert result(checked, "6.1-3").status is Status.FAILED
    # It still breaks what says that the file keeps to 6.1.
    assert result(checked, "3.4(b)-1").rests_on is Footing.STATED


def test_files_are_read_by_the_separators_that_a_file_states(tmp_path: Path) -> None:
    model = stated(tmp_path, record("word", id='"6.1-2"', with_='{ separator = ";" }'))
    good = adt(situation.ADT.replace(b",", b";"))
    assert check(good, catalogue=model).roots == []
    roots = check(adt(), catalogue=model).roots
    assert [r.requirement.id for r in roots] == ["6.1-2"]


@pytest.mark.parametrize(("worded", "separator"), [("6.1-2", b","), ("6.4-15", b";")])
def test_a_report_has_a_separator_of_its_own(tmp_path: Path, worded: str, separator: bytes) -> None:
    model = stated(tmp_path, record("word", id=f'"{worded}"', with_='{ separator = ";" }'))
    data = situation.communications("", "", "")
    for used in (b",", b";"):
        file = Content.of_bytes("report.csv", data.replace(b",", used))
        checked = check_submission(
            Submission("report", Kind.REPORT, Path(), sent_at=situation.SENT, file=file),
            setting(catalogue=model),
        )
        assert [r.requirement.id for r in checked.roots] == (
            [] if used == separator else ["6.4-15"]
        )


def test_a_qcaf_is_compared_with_its_report_whatever_separates_their_fields(
    tmp_path: Path,
) -> None:
    model = stated(tmp_path, record("word", id='"6.1-2"', with_='{ separator = ";" }'))
    for actions, missing in ((("Release", "Delete", "Delete"), []), (("Delete",), ["4.7-2"])):
        data = situation.communications(*actions).replace(b",", b";")
        checked = check(qcaf(data=data), catalogue=model)
        assert [r.requirement.id for r in checked.roots] == missing


@pytest.mark.parametrize("withdrawn", ["6.1-2", "6.1-3", "6.1-6", "4.7(b)-2"])
def test_a_file_can_be_read_whatever_is_withdrawn(tmp_path: Path, withdrawn: str) -> None:
    model = stated(tmp_path, record("withdraw", ids=f'["{withdrawn}"]', reason='"R"'))
    assert check(adt(), catalogue=model).roots == []
    assert check(qcaf(), catalogue=model).roots == []


def test_the_method_that_a_file_names_is_the_only_one(tmp_path: Path) -> None:
    """The question of 2022, whether either method is allowed, is answered in a later edition."""
    model = stated(tmp_path, BY_POST)
    for method, met in (("post", True), ("sharepoint", False)):
        sent = adt()
        sent = replace(sent, delivery=replace(sent.delivery, method=method))
        for reading in ("both", "email-only"):
            checked = check(sent, catalogue=model, change_over=reading)
            assert (result(checked, "3.4-1").status is Status.PASSED) is met


def test_without_a_time_of_sending_the_edition_of_the_day_applies(tmp_path: Path) -> None:
    model = stated(tmp_path, in_force="2030-01-01")
    bare = replace(adt(), sent_at=None)
    assert check(bare, catalogue=model).edition.id == "mp109"
    then = datetime(2030, 1, 1, tzinfo=UTC)
    assert check(bare, catalogue=model, now=then).edition.id == ID


def test_an_edition_that_no_one_stated_is_an_error_of_the_submission() -> None:
    with pytest.raises(SubmissionError) as caught:
        check(replace(adt(), edition="code-2030"))
    assert str(caught.value) == (
        "adt: names the edition 'code-2030', which is not known (one of: v2.0, mp109; or state it "
        "with --edition-file)"
    )


SUBMISSIONS = {
    Kind.ADT: adt, Kind.QCAF: qcaf, Kind.INCIDENT: situation.incident,
    Kind.PUBLICATION: situation.publication,
    Kind.REPORT: lambda: Submission(
        source="report", kind=Kind.REPORT, root=Path(), file=adt().file, sent_at=situation.SENT
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_a_check_can_look_at_each_kind_that_it_is_let_look_at(tmp_path: Path, name: str) -> None:
    """Whatever a file asks for is looked at or refused, and never a fault of ours."""
    sense = Sense(Statement(edition_file(tmp_path)), catalogue(), PARAMETERS)
    kinds = sense.kinds_of(name)
    person = '"attestation"' if name == "attested" else '"evidence"'
    using = [r.id for r in catalogue().requirements("mp109") if name in r.checks]
    single = any(one.single for one in PARAMETERS[name].values())
    withdraw = record("withdraw", ids=str(using).replace("'", '"'), reason='"R"') if single else ""
    for kind, bare in product(kinds & SUBMISSIONS.keys(), (False, True)):
        new = requirement(
            check=f'"{name}"', with_=GIVEN.get(name, ""), kinds=f'["{kind}"]', testable=person
        )
        model = stated(tmp_path, withdraw, new)
        submission = SUBMISSIONS[kind]()
        if bare:
            submission = Submission(source="x", kind=kind, root=Path(), sent_at=situation.SENT)
        checked = check_submission(submission, setting(catalogue=model))
        assert result(checked, "3.1-4").status in Status
    assert kinds


def test_the_dialect_takes_no_other_separators_than_a_file_may_give() -> None:
    for name in ("field-separator", "record-separator"):
        for value in PARAMETERS[name]["separator"].values:
            key = name.replace("-", "_")
            assert Dialect(**{key: value.encode()})  # type: ignore[arg-type]
