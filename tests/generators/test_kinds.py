"""Files of several kinds of records are made, broken in one way each, and made again of a sheet."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind
from generators.arrangement import Arrangement
from generators.conforming import conforming
from generators.draft import Ground
from generators.faults import faults_of
from generators.faults.rows import rows
from generators.records import records
from generators.scenario import Scenario
from generators.selftest import self_test
from generators.strategies import ground
from generators.teller import Teller
from generators.trial import Trial, hierarchy
from tests.generators.test_under_profiles import under

FOLDER = Path(__file__).parent / "kinds"
PROFILES = ("groups", "bands", "names")
#: Faults that no file of several kinds can have by itself, as what they change is in two places.
NOT_ALONE = ("smsr-shape/",)
FORMS = Path(__file__).parents[1] / "profiles" / "forms"
#: Checks whose findings are at a column of a row.
ABOUT_PLACES = ("compare", "profile-rules", "report-unchanged", "within-hours", "one-sender")
#: The checks that depend most on where the fields of a record are.
ABOUT_KINDS = ("field-count", "record-kinds", "derived-values", "quoting-absent", "unique-key")


def made_up(name: str) -> Ground:
    catalogue = ground().catalogue
    return Ground(catalogue, load_profile(str(FOLDER / f"{name}.toml"), catalogue))


# The self-test tries every fault there is; that of the others is run by tox -e whole.
@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=() if n == "groups" else pytest.mark.whole) for n in PROFILES],
)
def test_generated_files_conform_and_each_fault_is_found_where_it_was_made(name: str) -> None:
    one = made_up(name)
    tried = self_test(one.profile, one.catalogue)
    alone = [w for w in tried.warnings if not any(f in str(w) for f in NOT_ALONE)]
    assert not tried.refused
    assert not alone
    assert tried.faults > 300


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('clause = "6.3"', 'clause = "6.3"\nrecord_end = "separator"'),
        ('"printable-ascii"', '"latin-1"'),
        (
            'name = "Rules", type = "integer", derived = { count = ["rule"] } },',
            'name = "Sum", type = "integer", derived = { sum = "rule.ADT" } },\n'
            '  { name = "Rules", type = "text", maximum_length = 8, derived = '
            '{ digest = "crc-32", over = "records-below" } },',
        ),
        *(
            ('clause = "6.3"', f'clause = "6.3"\nquoting = "{quoting}"')
            for quoting in ("allowed", "text", "all")
        ),
    ],
)
def test_faults_are_found_in_files_of_another_form(tmp_path: Path, old: str, new: str) -> None:
    text = (FOLDER / "groups.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / "formed.toml"
    path.write_text(text.replace(old, new), "utf-8")
    one = Ground(ground().catalogue, load_profile(str(path), ground().catalogue))
    draft = conforming(Scenario(Kind.ADT), one)
    assert draft.csv is not None
    assert all(line.endswith(b",") for line in draft.csv.splitlines()) is draft.layout.closed
    trial = Trial(one, tmp_path, hierarchy(one.profile))
    assert not trial.check(draft).roots
    tried = [fault for fault in faults_of(draft) if fault.name.split("/")[0] in ABOUT_KINDS]
    assert ("field-count/not-closed" in {fault.name for fault in tried}) is draft.layout.closed
    assert not {fault.name: why for fault in tried if (why := trial.misses(draft, fault))}


def test_each_fault_of_the_last_record_of_a_group_is_found(tmp_path: Path) -> None:
    one = Ground(
        ground().catalogue, load_profile(str(FORMS / "group-trailers.toml"), ground().catalogue)
    )
    draft = conforming(Scenario(Kind.ADT, records=3), one)
    faults = [
        f for f in faults_of(draft) if f.name.startswith(("record-kinds/", "derived-values/"))
    ]
    names = {fault.name.partition("/")[2] for fault in faults}
    assert {"batch-end-left-out", "batch-end-not-last", "account-left-out"} <= names
    assert {"batch-end/Records", "batch-end/Sum", "account-end/Limits"} <= names
    trial = Trial(one, tmp_path, hierarchy(one.profile))
    assert not {fault.name: why for fault in faults if (why := trial.misses(draft, fault))}


def test_an_answer_that_cannot_be_read_is_not_taken_for_one_that_is_missing(tmp_path: Path) -> None:
    # Each communication has one record below it, with the action.
    one = Ground(
        ground().catalogue, load_profile(str(FORMS / "case-and-answer.toml"), ground().catalogue)
    )
    draft = conforming(Scenario(Kind.QCAF, action="Delete"), one)
    about = ("action-for-each/", "no-other-communication/", "field-count/", "record-length/")
    faults = [fault for fault in faults_of(draft) if fault.name.startswith(about)]
    assert {"action-for-each/first-left-out", "field-count/last-field-missing"} <= {
        fault.name for fault in faults
    }
    trial = Trial(one, tmp_path, hierarchy(one.profile))
    assert not {fault.name: why for fault in faults if (why := trial.misses(draft, fault))}


#: Rules that want records for each value of a column, in columns that several records share.
WHOLE = """
[[files.adt.records]]
name = "role"
key = ["Role"]
columns = [
  { name = "Tag", type = "constant", value = "U", tag = true },
  { name = "Role", type = "code", values = ["A", "B", "C"] },
]
[[files.adt.records]]
name = "limit"
parent = "role"
occurs = [3, 30]
key = ["role.Role", "Region", "Window"]
columns = [
  { name = "Tag", type = "constant", value = "L", tag = true },
  { name = "Region", type = "code", values = ["N", "S"] },
  { name = "Window", type = "integer", role = "period", minimum = 1, maximum = 744 },
]
[[files.adt.rules]]
id = "whole"
rule = "complete"
"""


@pytest.mark.parametrize(
    "rule",
    [
        'column = "Window"\nvalues = [1, 24, 168]\nfor_each = ["role.Role"]',
        'column = "Window"\nvalues = [1, 24, 168]\nfor_each = ["role.Role", "Region"]',
        'column = "role.Role"',
        'column = "role.Role"\nvalues = ["A", "C"]\nfor_each = ["Region"]',
        'column = "Region"\nfor_each = ["role.Role"]\n[[files.adt.rules]]\nid = "all"\n'
        'rule = "complete"\ncolumn = "role.Role"',
    ],
)
def test_files_are_complete_in_columns_that_records_share(tmp_path: Path, rule: str) -> None:
    one = under(WHOLE + rule)
    scenario = Scenario(Kind.ADT)
    usual = Teller(scenario, one).usual_count()
    trial = Trial(one, tmp_path, hierarchy(one.profile))
    for count in {usual, usual + 1, 9, 20}:
        draft = conforming(replace(scenario, records=count), one)
        assert not trial.check(draft).roots, count
        assert len(rows(draft)) == count


RULES = """
[[files.adt.rules]]
id = "order"
rule = "sorted"
by = [{ column = "rule.Service", as = "bytes" }, { column = "Hours" }]
[[files.adt.rules]]
id = "batch"
rule = "compare"
left = { column = "user.Batch" }
op = "<"
right = { column = "Stop" }
[[files.adt.rules]]
id = "note"
rule = "require"
columns = ["rule.Note"]
when = [{ column = "user.Batch", in = [5, 6, 7] }]
"""
REPEATED = """
[files.adt]
unit = "rule.Band"
[[files.adt.records]]
name = "user"
columns = [
  { name = "Tag", type = "constant", value = "U", tag = true },
  { name = "Batch", type = "integer", maximum = 99 },
]
[[files.adt.records]]
name = "rule"
parent = "user"
occurs = [1, 9]
columns = [
  { name = "Tag", type = "constant", value = "R", tag = true },
  { name = "Service", type = "code", values = ["7.1", "7.2"] },
  { repeat = "Band", occurs = [1, 4], columns = [
    { name = "Hours", type = "integer", maximum = 744 },
    { name = "Stop", type = "integer", maximum_digits = 3 },
  ] },
  { name = "Note", type = "text", maximum_length = 4, nullable = true },
]
"""


@pytest.mark.parametrize(
    ("kind", "text", "base"),
    [
        (Kind.ADT, REPEATED + RULES, "reference"),
        (Kind.QCAF, "", (FORMS / "elexon-groups.toml").as_posix()),
    ],
)
def test_a_fault_says_where_it_is_found(kind: Kind, text: str, base: str, tmp_path: Path) -> None:
    one = under(text, base)
    draft = conforming(Scenario(kind, action="Delete"), one)
    trial, tried = Trial(one, tmp_path, hierarchy(one.profile)), set()
    for fault in faults_of(draft):
        check, _, variant = fault.name.partition("/")
        if check not in ABOUT_PLACES or "-again" in variant:
            continue
        faulty = fault.apply(draft)
        place, roots = faulty.place, trial.check(faulty.draft).roots
        if place.record is None or [r.requirement.id for r in roots] != [fault.requirement]:
            continue
        tried.add(check)
        found = [g.place for r in roots for g in r.findings if g.place]
        assert any(
            (one.record, one.field) == (place.record, place.field)
            and place.offset in (None, one.offset)
            for one in found
        ), (fault.name, place, found)
    assert tried == set(ABOUT_PLACES) & {f.name.partition("/")[0] for f in faults_of(draft)}


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        (
            "groups",
            {
                "record-kinds/unknown-tag", "record-kinds/blank-record",
                "record-kinds/header-left-out", "record-kinds/trailer-left-out",
                "record-kinds/header-elsewhere", "record-kinds/rule-before-user",
                "derived-values/user/Rules", "derived-values/trailer/FileNo",
                "derived-values/trailer/Count", "derived-values/trailer/Total",
            },
        ),
        ("bands", {"derived-values/rule/N", "derived-values/header/Ref"}),
        ("names", {"record-kinds/names-left-out"}),
    ],
)  # fmt: skip
def test_kinds_and_computed_values_have_faults_of_their_own(name: str, faults: set[str]) -> None:
    draft = conforming(Scenario(Kind.ADT), made_up(name))
    assert faults <= {fault.name for fault in faults_of(draft)}


def test_rows_are_put_below_what_they_share() -> None:
    draft = conforming(Scenario(Kind.ADT, records=4), made_up("groups"))
    assert draft.csv is not None
    tags = [line[:1] for line in draft.csv.decode().splitlines()]
    assert tags == ["H", "U", "R", "R", "R", "R", "T"]
    last = draft.csv.decode().splitlines()[-1].split(",")
    assert last[2] == "5"


def test_columns_that_repeat_are_put_into_one_record() -> None:
    draft = conforming(Scenario(Kind.ADT, records=6), made_up("bands"))
    assert draft.csv is not None
    rules = [line.split(",") for line in draft.csv.decode().splitlines() if line[0] == "R"]
    assert [int(rule[2]) for rule in rules] == [(len(rule) - 3) // 3 for rule in rules]
    assert sum(int(rule[2]) for rule in rules) == 6
    assert len(rules) < 6


def test_a_number_of_rows_that_no_records_can_have_is_refused() -> None:
    one = made_up("bands")
    form = one.profile.files[Kind.ADT]
    about = Teller(Scenario(Kind.ADT), one).about()
    # One User ID alone, 500 records of 24 bands.
    with pytest.raises(TadpError, match="cannot be spread"):
        list(records(form, about, 12_001, 0))


def test_a_file_of_one_kind_has_no_levels() -> None:
    assert Arrangement.of(ground().profile.files[Kind.ADT]).levels == ()
