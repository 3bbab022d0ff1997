"""Generated files follow readings under which the usual file would not conform."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.checker import check_submission
from conformance.checks import Setting
from conformance.model.profile import RevocationBy
from conformance.model.requirement import Kind
from conformance.submission.hints import CliHints
from conformance.submission.reading import read_submission
from generators.conforming import conforming, fitted
from generators.draft import Draft
from generators.faults import faults_of
from generators.hierarchy import store_of
from generators.left_out import LeftOut
from generators.pki import Pki
from generators.scenario import Scenario
from generators.stream import write_large
from generators.teller import REPORT
from generators.trial import NOW, tried_faults
from tests.generators.test_under_profiles import roots, under

_READINGS = """[readings]
final-line-feed = "separator"
incident-and-request-id = "name"
certificate-time = "signing"
"""
_SIGNED = '[signature]\ncontainers = ["raw-detached", "cms-attached"]\n'
_RECORD = """
[signature]
containers = ["signature-record"]
[signature.record]
columns = [
  { name = "Tag", type = "constant", value = "SIGNED", tag = true },
  { name = "Signature", role = "signature", encoding = "base64", value = "der" },
  { name = "Certificate", role = "certificate", form = "der-base64" },
]
"""
#: A file about a quarantine with several communications in a record, and their number.
_REPEATING = """
[files.%s]
unit = "body.Part"
rules = []
[[files.%s.records]]
name = "body"
key = ["Id"]
columns = [
  { name = "Tag", type = "constant", value = "B", tag = true },
  %s,
  { name = "N", type = "integer", derived = { repetitions = "Part" } },
  { repeat = "Part", occurs = [1, 9], columns = [
    { name = "Id", type = "request-id", role = "request-id" } ] },
]
"""
#: The faults that these readings bear on.
_CHECKS = (
    "action-for-each", "certificate-", "field-count", "full-replacement", "name-form",
    "no-other-communication", "record-separator", "reference-in-subject", "unique-key",
)  # fmt: skip


def draft(kind: Kind) -> Draft:
    place = under(_READINGS + _SIGNED)
    return conforming(fitted(Scenario(kind=kind), place), place)


@pytest.mark.parametrize("kind", [Kind.ADT, Kind.QCAF])
def test_a_file_conforms_and_each_fault_breaks_what_it_names(kind: Kind) -> None:
    made = draft(kind)
    assert roots(made) == []
    assert not (made.csv or b"").endswith(b"\n")
    faults = [one for one in faults_of(made) if one.name.startswith(_CHECKS)]
    assert {"record-separator/at-the-end", "name-form/order"} <= {one.name for one in faults}
    assert [one for one in tried_faults(made, faults, NOW) if isinstance(one, LeftOut)] == []


def test_the_name_has_both_references_only_where_it_has_to() -> None:
    for text, references in ((_READINGS, 2), ("", 1)):
        place = under(text)
        made = conforming(Scenario(Kind.QCAF), place).manifest
        numbers = [made["references"][one]["number"] for one in ("smsr", "incident")]
        assert sum(one in made["delivery"]["name"] for one in numbers) == references


def test_a_fault_of_the_name_leaves_references_with_dashes_as_they_are() -> None:
    place = under(r'references = {smsr = "[A-Z]-[0-9]{4}", incident = "[0-9]{4}-[0-9]{2}-[a-z]"}'
                  f"\n{_READINGS}")  # fmt: skip
    made = conforming(Scenario(Kind.QCAF), place)
    faults = [one for one in faults_of(made) if one.name.startswith("name-form")]
    assert "name-form/underscores" in {one.name for one in faults}
    assert [one for one in tried_faults(made, faults, NOW) if isinstance(one, LeftOut)] == []


def test_faults_of_a_file_of_one_record_that_may_be_empty_and_may_ask_in_vain() -> None:
    place = under(
        '[readings]\nlate-release = "in-vain"\nfinal-line-feed = "separator"\n'
        "[files.qcaf]\nminimum_records = 0\n[files.report]\nminimum_records = 0\n"
    )
    made = conforming(Scenario(Kind.QCAF, records=1), place)
    names = ("action-for-each", "within-hours", "no-late-release")
    faults = [one for one in faults_of(made) if one.name.startswith(names)]
    assert {one.name.partition("/")[0] for one in faults} == {"action-for-each", "within-hours"}
    assert [one for one in tried_faults(made, faults, NOW) if isinstance(one, LeftOut)] == []


def test_a_variant_that_a_role_may_not_send_has_a_key_of_its_own() -> None:
    place = under("""
[files.adt]
key = ["Variant", "Hours"]
columns = [
  { name = "Hours", type = "code", values = ["1"], role = "period" },
  { name = "Role", type = "code", values = ["IS", "ES"], role = "user-role" },
  { name = "Variant", type = "code", values = ["4.1.1", "7.1", "7.2"], role = "variant" },
  { name = "Threshold", type = "integer", role = "threshold" },
]
rules = [{ id = "fits", rule = "eligible-variant", columns = ["Role", "Variant"] }]
[readings]
file-per-role = "any"
""")
    made = conforming(Scenario(records=3), place)
    faults = [one for one in faults_of(made) if one.name.startswith("eligible-variant")]
    assert faults
    assert [one for one in tried_faults(made, faults, NOW) if isinstance(one, LeftOut)] == []


def test_a_value_that_follows_from_the_rest_of_a_report_differs_in_a_qcaf() -> None:
    columns = {
        "report": '{ name = "Note", type = "code", values = ["a"] }',
        "qcaf": '{ name = "Act", type = "action", role = "action" }',
    }
    place = under("".join(_REPEATING % (kind, kind, column) for kind, column in columns.items()))
    made = conforming(Scenario(Kind.QCAF, records=4), place)
    assert len(made.files[REPORT].splitlines()) < len((made.csv or b"").splitlines())
    assert roots(made) == []


@pytest.mark.parametrize("text", ["", '[signature]\ncontainers = ["cms-attached"]\n', _RECORD])
@pytest.mark.parametrize("kind", [Kind.ADT, Kind.QCAF])
def test_a_streamed_file_ends_without_a_line_feed(kind: Kind, text: str, tmp_path: Path) -> None:
    place = under('[readings]\nfinal-line-feed = "separator"\n' + text)
    folder = tmp_path / "large"
    write_large(Scenario(kind=kind, records=2500), place, folder, lambda _: None)
    setting = Setting(place.catalogue, place.profile, store_of(Pki(), RevocationBy.CRL), NOW)
    read = read_submission(str(folder), CliHints(), place.profile)
    assert [one.requirement.id for one in check_submission(read, setting).roots] == []
    report = folder / REPORT
    assert not report.exists() or not report.read_bytes().endswith(b"\n")
