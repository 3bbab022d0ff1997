"""Rows are spread over records as their kinds, their keys and the limits of the file allow."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.model.requirement import Kind, SetBy
from generators.conforming import conforming
from generators.draft import Draft, Ground
from generators.faults import faults_of
from generators.faults.rows import rows
from generators.records import records
from generators.scenario import Scenario
from generators.teller import Teller
from generators.together import unmet_together
from tests.generators.test_under_profiles import roots, under

#: A body record, with or without a record above it; columns of the body follow.
BODY = """[[files.{kind}.records]]
name = "body"
{key}
columns = [
  {{ name = "Tag", type = "constant", value = "B", tag = true }},
"""
PART = '  { repeat = "Part", occurs = [1, 9], columns = [\n'
GROUP = """[[files.{kind}.records]]
name = "group"
columns = [
  {{ name = "Tag", type = "constant", value = "G", tag = true }},
"""
ACCOUNT = '  { name = "Account", type = "integer", digits = 3 },\n'
HOURS = '  { name = "Hours", type = "integer", maximum = 9 },\n'
REQUEST = '  { name = "Request", type = "request-id", role = "request-id" },\n'
TIME = '  { name = "Time", type = "instant", role = "quarantined-at" },\n'
ACTION = '  { name = "Action", type = "action", role = "action" },\n'
#: A Request ID in three fields.
PARTY, TARGET, COUNTER = (
    '  { name = "Party", type = "eui64", role = "user-id" },\n',
    '  { name = "Target", type = "eui64" },\n',
    '  { name = "Counter", type = "integer" },\n',
)
COMPOSED = 'composed = [{ name = "Id", from = ["Party", "Target", "Counter"], '
COMPOSED += 'type = "request-id", role = "request-id" }]\n'


def file(kind: str, unit: str, *records: str, limits: str = "") -> str:
    """Return the tables of a file, whose records are given as they are written."""
    return f'[files.{kind}]\nunit = "{unit}"\nrules = []\n{limits}\n' + "".join(
        one.replace("KIND", kind) for one in records
    )


def body(*columns: str, part: tuple[str, ...] = (), key: str = "", more: str = "") -> str:
    inside = [PART, *part, "  ] },\n"] if part else []
    return "".join([BODY.format(kind="KIND", key=key), *columns, *inside, "]\n", more])


def group(*columns: str) -> str:
    return "".join([GROUP.format(kind="KIND"), *columns, "]\n"])


def below(body: str) -> str:
    return body.replace('name = "body"', 'name = "body"\nparent = "group"\noccurs = [1, 9]', 1)


def made(kind: Kind, one: Ground) -> Draft:
    scenario = Scenario(kind, set_by=SetBy.USER, quarantined_hours=5)
    return conforming(replace(scenario, records=Teller(scenario, one).usual_count()), one)


@pytest.mark.parametrize(
    ("limits", "records"),
    [
        # Rows that repeat are put into one record, unless more are wanted.
        ("minimum_records = 3", [body(ACCOUNT, part=(HOURS,), key='key = ["Part.Hours"]')]),
        # The groups that records belong to are counted as well.
        (
            "minimum_records = 2\nmaximum_records = 2",
            [group(ACCOUNT), below(body(HOURS, key='key = ["Hours"]'))],
        ),
        (
            "minimum_records = 7\nmaximum_records = 8",
            [group(ACCOUNT), below(body(ACCOUNT, part=(HOURS,), key='key = ["Part.Hours"]'))],
        ),
    ],
)
def test_a_file_has_as_many_records_as_it_may_have(
    limits: str, records: list[str], tmp_path: Path
) -> None:
    unit = "body.Part" if "repeat" in records[-1] else "body"
    draft = made(Kind.ADT, under(file("adt", unit, *records, limits=limits)))
    assert roots(draft) == []
    names = ("minimum-records", "maximum-records")
    faults = {fault.name: fault for fault in faults_of(draft) if fault.name.startswith(names)}
    assert len(faults) == 1 + ("maximum" in limits)
    for fault in faults.values():
        assert roots(fault.apply(draft).draft) == [fault.requirement]


@pytest.mark.parametrize(("outside", "inside"), [((TARGET, COUNTER), PARTY), ((PARTY,), TARGET)])
def test_a_record_repeats_only_what_can_differ_in_it(
    outside: tuple[str, ...], inside: str, tmp_path: Path
) -> None:
    part = (inside, *(() if COUNTER in outside else (COUNTER,)), TIME)
    key = 'key = ["Party", "Target", "Counter"]'
    files = [
        file(kind, "body.Part", body(*outside, *more, part=part, key=key, more=COMPOSED))
        for kind, more in (("report", ()), ("qcaf", (ACTION,)))
    ]
    draft = made(Kind.REPORT, one := under("".join(files)))
    assert roots(draft) == []
    assert roots(made(Kind.QCAF, one)) == []
    # Nothing that differs is inside; or all that does.
    assert (draft.csv or b"").count(b"\n") == (4 if inside == PARTY else 1)


ELIGIBLE = """[[files.adt.rules]]
id = "may"
rule = "eligible-variant"
columns = ["Role", "Service"]
[[files.adt.rules]]
id = "each"
rule = "complete"
column = "Service"
values = ["1.6", "2.3"]
for_each = ["Role"]
eligible_for = "Role"
"""


def test_no_record_is_made_that_a_rule_wants_of_other_roles_alone(tmp_path: Path) -> None:
    role = '  { name = "Role", type = "code", values = ["ED", "IS"], role = "user-role" },\n'
    service = 'type = "code", values = ["1.6", "2.3", "7.4"], role = "variant"'
    columns = (role, f'  {{ name = "Service", {service} }},\n', HOURS)
    text = file("adt", "body", body(*columns, key='key = ["Service", "Hours"]')) + ELIGIBLE
    one = under(text.replace("rules = []\n", ""))
    draft = conforming(Scenario(Kind.ADT, user_role="ED", records=3), one)
    assert roots(draft) == []
    assert b",7.4," in (draft.csv or b"")


UNIQUE = """[[files.adt.rules]]
id = "once"
rule = "unique"
columns = ["Code"]
when = [{ column = "%s", %s }]
"""
CODE = '  { name = "Code", type = "code", values = ["A", "B", "C", "D"] },\n'
KEYED = 'key = ["Hours", "Account"]'
GROUPED = 'key = ["Hours", "group.Account"]'
KIND = '  { name = "Kind", type = "code", values = ["X", "Y"]%s },\n'
NULLABLE = KIND % ", nullable = true"
NOTE = '  { name = "Note", type = "text", maximum_length = 9 },\n'
#: Nearly all that is drawn meets such a condition.
NOT = 'not_in = ["plain"]'


@pytest.mark.parametrize(
    ("records", "column", "condition"),
    [
        # The distinguished value is in the record; the condition in a part, above, or everywhere.
        ([body(ACCOUNT, CODE, KIND % "", part=(HOURS,), key=KEYED)], "Kind", 'in = ["X"]'),
        ([body(ACCOUNT, CODE, NOTE, part=(HOURS,), key=KEYED)], "Note", NOT),
        ([body(ACCOUNT, CODE, part=(HOURS, NOTE), key=KEYED)], "Part.Note", NOT),
        ([body(ACCOUNT, CODE, part=(HOURS, NULLABLE), key=KEYED)], "Part.Kind", "null = false"),
        ([group(ACCOUNT, NOTE), below(body(CODE, HOURS, key=GROUPED))], "group.Note", NOT),
        (
            [group(NOTE).replace("columns", "at = 1\ncolumns"), body(ACCOUNT, CODE, HOURS)],
            "group.Note",
            NOT,
        ),
        # There are more records than values.
        ([body(ACCOUNT, CODE, NOTE, HOURS)], "Note", NOT),
        ([body(ACCOUNT, CODE, NULLABLE, HOURS)], "Kind", 'in = ["X", "Y"]'),
    ],
)
def test_the_rule_does_not_apply_to_records_that_would_repeat(
    records: list[str], column: str, condition: str, tmp_path: Path
) -> None:
    unit = "body.Part" if "repeat" in records[-1] else "body"
    text = file("adt", unit, *records) + UNIQUE % (column, condition)
    one = under(text.replace("rules = []\n", ""))
    for seed in range(4):
        assert roots(conforming(Scenario(Kind.ADT, records=12, seed=seed), one)) == []


def test_keys_are_counted_where_the_report_has_them_in_another_record(tmp_path: Path) -> None:
    key = 'key = ["Party", "Target", "Counter"]'
    answer = body(PARTY, TARGET, COUNTER, TIME, ACTION, key=key, more=COMPOSED)
    asked = body(PARTY, TARGET, TIME, part=(COUNTER,), key=key, more=COMPOSED)
    limits = "maximum_records = 9"
    text = file("report", "body.Part", asked, limits=limits)
    text += file("qcaf", "body", answer, limits=limits)
    draft = made(Kind.QCAF, under(text))
    (fault,) = (one for one in faults_of(draft) if one.name == "maximum-records/one-too-many")
    assert roots(fault.apply(draft).draft) == [fault.requirement]


def test_records_that_cannot_differ_are_each_below_another(tmp_path: Path) -> None:
    alone = below(body(part=(HOURS,), key='key = ["Part.Hours"]'))
    one = under(file("adt", "body.Part", group(ACCOUNT), alone))
    draft = conforming(Scenario(Kind.ADT, records=4), one)
    assert roots(draft) == []
    tags = bytes(line[0] for line in (draft.csv or b"").splitlines())
    assert tags == b"GBGB"


def assert_complete(one: Ground, counts: Iterable[int]) -> None:
    """Check that files of each number of records are made, and that they keep the rules."""
    form, about = one.profile.files[Kind.ADT], Teller(Scenario(Kind.ADT), one).about()
    for count in counts:
        made = list(records(form, about, count, 0))
        assert len(made) == count
        assert list(unmet_together(form, made, about.eligible)) == []


#: Roles, each with records in which windows repeat.
REPEATED = """[files.adt]
unit = "limit.Band"
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
occurs = [1, 30]
key = ["role.Role", "Region", "Band.Window"]
columns = [
  { name = "Tag", type = "constant", value = "L", tag = true },
  { name = "Region", type = "code", values = ["N", "S"] },
  { repeat = "Band", occurs = [1, 9], columns = [{ name = "Window", type = "integer" }] },
]
[[files.adt.rules]]
id = "whole"
rule = "complete"
"""


@pytest.mark.parametrize(
    ("rule", "counts"),
    [
        # A record of each role, although a region is only one of two.
        ('column = "role.Role"', (3, 4, 20)),
        # A record more is like those there are, so that nothing else is wanted because of it.
        ('column = "role.Role"\nfor_each = ["Window"]', (4, 5, 7)),
        ('column = "Region"\nfor_each = ["Window"]', (3, 4, 5, 25)),
    ],
)
def test_complete_files_have_any_number_of_records(
    rule: str, counts: tuple[int, ...], tmp_path: Path
) -> None:
    one = under(REPEATED + rule)
    assert_complete(one, counts)
    assert roots(conforming(Scenario(Kind.ADT, records=counts[1]), one)) == []


REGION = '  { name = "Region", type = "code", values = ["N", "S"] },\n'
WINDOW = '  { name = "Window", type = "code", values = ["W", "X", "Y", "Z"] },\n'
#: A group with a key of all its values.
SEASON = group(WINDOW, REGION, HOURS).replace(
    "columns", 'key = ["Window", "Region", "Hours"]\ncolumns', 1
)
WHOLE = '[[files.adt.rules]]\nid = "whole"\nrule = "complete"\n'


@pytest.mark.parametrize(
    ("records", "rule", "counts"),
    [
        # As many records as windows in one group, whatever parts each has; or as many groups.
        (
            [group(REGION), below(body(WINDOW, part=(HOURS,), key='key = ["Part.Hours"]'))],
            'column = "Window"\nfor_each = ["group.Region"]',
            range(4, 10),
        ),
        (
            [SEASON, below(body(ACCOUNT, key='key = ["Account"]'))],
            'column = "group.Window"\nfor_each = ["group.Region", "group.Hours"]',
            range(4, 16),
        ),
    ],
)
def test_complete_groups_are_as_many_as_are_wanted(
    records: list[str], rule: str, counts: range, tmp_path: Path
) -> None:
    unit = "body.Part" if "repeat" in records[-1] else "body"
    text = file("adt", unit, *records).replace("rules = []\n", "") + WHOLE + rule
    one = under(text)
    assert_complete(one, counts)


LONG = '  {{ name = "{}", type = "integer", minimum = 1, maximum = 400 }},\n'
THREE = '  { name = "Account", type = "code", values = ["P", "Q", "R"] },\n'
ONCE = '[[files.{}.rules]]\nid = "once"\nrule = "unique"\ncolumns = ["Other"]\n'


@pytest.mark.parametrize(
    ("records", "there"),
    [
        # A key and a rule that are both used up; keys that many records share a part of, as a
        # part of the record or one above it; and records that are above with keys of their own.
        ([body(LONG.format("Hours"), LONG.format("Other"), key='key = ["Hours"]')], 400),
        (
            [body(THREE, part=(LONG.format("Hours"),), key='key = ["Account", "Part.Hours"]')],
            1200,
        ),
        (
            [
                group(THREE),
                below(body(LONG.format("Hours"), key='key = ["group.Account", "Hours"]')),
            ],
            1200,
        ),
        (
            [
                group(LONG.format("Hours")).replace("columns", 'key = ["Hours"]\ncolumns'),
                below(body(THREE, key='key = ["group.Hours", "Account"]')),
            ],
            1200,
        ),
    ],
)
def test_records_have_every_key_there_is(records: list[str], there: int, tmp_path: Path) -> None:
    unit = "body.Part" if "repeat" in records[-1] else "body"
    text = file("adt", unit, *(one.replace("[1, 9]", "[1, 900]") for one in records))
    if "Other" in text:
        text = text.replace("rules = []\n", "") + ONCE.format("adt")
    teller = Teller(Scenario(Kind.ADT, records=there), under(text))
    assert len({tuple(row) for row in teller.records()}) == there
    with pytest.raises(TadpError, match=f"there are {there:,} different keys"):
        replace(teller, scenario=replace(teller.scenario, records=there + 1)).records()


def test_groups_without_keys_alternate_where_there_are_few_values(tmp_path: Path) -> None:
    records = body(THREE, part=(LONG.format("Hours"),), key='key = ["Account", "Part.Hours"]')
    one = under(file("adt", "body.Part", records))
    assert roots(conforming(Scenario(Kind.ADT, records=300), one)) == []


def test_a_qcaf_has_every_value_that_its_report_does_not_have(tmp_path: Path) -> None:
    key = 'key = ["Party", "Target", "Counter"]'
    columns = (PARTY, TARGET, COUNTER, TIME)
    own = body(*columns, ACTION, LONG.format("Other"), key=key, more=COMPOSED)
    text = file("report", "body", body(*columns, key=key, more=COMPOSED)) + file(
        "qcaf", "body", own
    )
    one = under(text.replace("rules = []\n", "") + ONCE.format("qcaf"))
    draft = conforming(Scenario(Kind.QCAF, records=400), one)
    assert len({row.fields[-1] for row in rows(draft)}) == 400
    with pytest.raises(TadpError, match="there are 400 different values"):
        Teller(Scenario(Kind.QCAF, records=401), one).records()
