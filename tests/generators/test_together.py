"""Files made under rules across records: they conform, and each fault breaks its rule alone."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.model.requirement import Kind
from conformance.records import arranging
from generators.conforming import conforming, fitted
from generators.draft import Draft, Ground
from generators.faults import faults_of
from generators.scenario import Scenario
from generators.stream import write_large
from generators.teller import REPORT
from generators.trial import Trial, hierarchy
from tests.generators.test_under_profiles import roots, under

PROFILE = """
[files.adt]
rules = [
  { id = "stated-once", rule = "unique", columns = ["ServiceReferenceVariant", "AnomalyDetectionThreshold"] },
  { id = "in-order", rule = "sorted", by = [{ column = "ServiceReferenceVariant" }, { column = "TimePeriodHours", order = "descending" }] },
  { id = "periods", rule = "complete", column = "TimePeriodHours", values = [1, 24, 168], for_each = ["ServiceReferenceVariant"] },
]

[files.report]
rules = [
  { id = "latest-first", rule = "sorted", by = [{ column = "QuarantinedAt", order = "descending" }] },
]

[files.qcaf]
rules = [
  { id = "by-event", rule = "sorted", by = [{ column = "QuarantineEventRef" }] },
  { id = "event-once", rule = "unique", columns = ["QuarantineEventRef"] },
  { id = "line-once", rule = "unique", columns = ["Line"], when = [{ column = "Line", null = false }] },
]
columns = [
  { name = "RequestID", type = "request-id", role = "request-id" },
  { name = "ServiceReferenceVariant", type = "code", role = "variant", values_from = "service-reference-variants" },
  { name = "QuarantineEventRef", type = "integer", role = "event", maximum_digits = 20 },
  { name = "QuarantinedAt", type = "instant", role = "quarantined-at" },
  { name = "Breach", type = "code", role = "breach", values = ["ADUserThresholdBreach", "ADDCCThresholdBreach", "ADAttributeLimitsBreach"] },
  { name = "Action", type = "action", role = "action" },
  { name = "Line", type = "integer", minimum = 1, maximum = 30, nullable = true },
]
"""  # noqa: E501 - as a profile has it


@pytest.fixture(scope="module")
def place() -> Ground:
    return under(PROFILE)


def made(place: Ground, kind: Kind, records: int = 4) -> Draft:
    return conforming(fitted(Scenario(kind=kind, records=records), place), place)


def rows(data: bytes | None) -> list[list[str]]:
    return list(csv.reader((data or b"").decode().splitlines()))


@pytest.mark.parametrize("kind", [Kind.ADT, Kind.REPORT, Kind.QCAF])
def test_generated_submissions_conform(place: Ground, kind: Kind) -> None:
    for records in (4, 12, 30):
        assert roots(made(place, kind, records)) == [], records


def test_a_qcaf_has_another_order_than_its_report(place: Ground) -> None:
    draft = made(place, Kind.QCAF, 20)
    mine, theirs = rows(draft.csv), rows(draft.files[REPORT])
    assert [row[0] for row in mine] != [row[0] for row in theirs]
    assert sorted(row[:5] for row in mine) == sorted(row[:5] for row in theirs)


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (Kind.ADT, {
            "stated-once-first-again", "stated-once-later-again", "in-order-last-two",
            "in-order-first-two", "in-order-TimePeriodHours", "in-order-otherwise",
            "periods-last-missing", "periods-added-alone",
        }),
        (Kind.REPORT, {"latest-first-last-two", "latest-first-first-two"}),
        (Kind.QCAF, {
            "by-event-last-two", "by-event-first-two", "by-event-otherwise",
            "event-once-first-again", "event-once-later-again",
            "line-once-first-again", "line-once-later-again",
        }),
    ],
)  # fmt: skip
def test_each_fault_breaks_its_requirement_alone_and_is_where_it_says(
    place: Ground, kind: Kind, names: set[str], tmp_path: Path
) -> None:
    draft = made(place, kind)
    faults = [one for one in faults_of(draft) if one.name.startswith("profile-rules/")]
    assert {one.variant for one in faults} == names
    trial = Trial(place, tmp_path, draft.signing.pki if draft.signing else hierarchy(place.profile))
    for fault in faults:
        faulty = fault.apply(draft)
        (root,) = trial.check(faulty.draft).roots
        assert root.requirement.id == fault.requirement, fault.name
        there = [one.place for one in root.findings]
        place_of = faulty.place
        found = [(one.record, one.field, one.offset) for one in there]
        assert (place_of.record, place_of.field, place_of.offset) in found, fault.name


def test_other_faults_keep_the_rules_across_records(place: Ground) -> None:
    for kind, wanted in (
        (Kind.ADT, "unique-key/first-again"),
        (Kind.QCAF, "no-other-communication/one-added"),
    ):
        draft = made(place, kind)
        (fault,) = (one for one in faults_of(draft) if one.name == wanted)
        assert roots(fault.apply(draft).draft) == [fault.requirement]


def test_a_number_of_records_that_no_file_can_have_is_refused(place: Ground) -> None:
    with pytest.raises(TadpError) as caught:
        conforming(Scenario(records=2), place)
    assert caught.value.what == "found no record 1 with which those there are would be complete"
    assert caught.value.remedy == "ask for 3 records"


def test_values_that_are_wanted_are_counted_at_once(place: Ground) -> None:
    adt = place.profile.files[Kind.ADT]
    rules = tuple(replace(rule, columns=rule.columns[:1]) for rule in adt.rules[2:])
    files = {**place.profile.files, Kind.ADT: replace(adt, rules=rules)}
    other = replace(place, profile=replace(place.profile, files=files))
    with pytest.raises(TadpError) as caught:
        conforming(Scenario(records=2), other)
    assert str(caught.value).endswith("(ask for 3 records or more)")
    assert roots(conforming(Scenario(records=3), other)) == []


def test_many_records_are_sorted_by_way_of_files(
    place: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arranging.sorted_rows, "__defaults__", (7,))
    adt = tmp_path / "adt"
    write_large(Scenario(records=60), place, adt, lambda _: None)
    found = rows((adt / "adt.csv").read_bytes())
    assert len(found) == 60
    assert found == sorted(found, key=lambda row: (row[2], -int(row[3])))
    folder = tmp_path / "qcaf"
    write_large(Scenario(kind=Kind.QCAF, records=30), place, folder, lambda _: None)
    events = [int(row[2]) for row in rows((folder / "qcaf.csv").read_bytes())]
    assert events == sorted(events)
    times = [row[3] for row in rows((folder / REPORT).read_bytes())]
    assert (len(times), times) == (30, sorted(times, reverse=True))
