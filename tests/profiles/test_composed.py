"""Values in several fields, such as a moment in a date and a time, are read wherever roles are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.commands.common import catalogue
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind
from conformance.profiles.checking import examine
from generators.conforming import conforming
from generators.draft import Draft, Ground
from generators.faults import faults_of
from generators.scenario import Scenario
from tests.generators.test_under_profiles import roots
from tests.model.profiles import extending
from tests.running import Ran, check, run

PARTS = """
  { name = "Originator", type = "eui64", form = "none" },
  { name = "Target", type = "eui64", case = "lower" },
  { name = "Counter", type = "integer", width = 6 },
  { name = "Day", type = "date", format = "DD/MM/YYYY" },
  { name = "Clock", type = "time", format = "hh:mm" },
"""
REQUEST = """
  { name = "Request", type = "request-id", role = "request-id", from = [
    "Originator", "Target", "Counter" ] },
"""
HELD = """
  { name = "Held", from = ["Clock", "Day"], type = "instant", zone = "Europe/London",
    role = "quarantined-at" },
"""
ONE_SENDER = 'rules = [{ id = "one", rule = "one-sender", columns = ["Request"] }]'
REPORT = f"""
[files.report]
key = ["Request"]
{ONE_SENDER}
columns = [{PARTS}]
composed = [{REQUEST} {HELD}]
"""
QCAF = f"""
[files.qcaf]
key = ["Request"]
{ONE_SENDER}
columns = [
  {{ name = "Day", type = "date" }},
  {{ name = "Clock", type = "time", format = "hhmm" }},
  {{ name = "Originator", type = "eui64" }},
  {{ name = "Target", type = "eui64" }},
  {{ name = "Counter", type = "integer" }},
  {{ name = "Action", type = "action", role = "action" }},
]
composed = [{REQUEST} {HELD}]
"""
RECORD = "7000000000000001,00-db-00-00-00-00-00-01,{:06},{},{}\n"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return extending(tmp_path, REPORT + QCAF)


def said(profile: Path, *times: tuple[str, str]) -> Ran:
    file = profile.with_name("report.csv")
    rows = (RECORD.format(number, *time) for number, time in enumerate(times, 7))
    file.write_text("".join(rows))
    return check(file, "--kind", "report", "--profile", profile)


def made(profile: Path, kind: Kind = Kind.QCAF) -> Draft:
    ground = Ground(catalogue(), load_profile(str(profile), catalogue()))
    return conforming(Scenario(kind=kind, records=6, action="Delete"), ground)


def test_the_parts_of_a_value_make_one_that_exists(profile: Path) -> None:
    assert said(profile, ("30/03/2025", "00:59"), ("30/03/2025", "02:00")).roots == set()
    ran = said(profile, ("01/06/2025", "08:30"), ("30/03/2025", "01:30"))
    assert ran.roots == {"6.4-8"}
    finding = ran.finding("6.4-8")
    assert "Held: the clocks of Europe/London skip the time" in finding["message"]
    assert (finding["record"], finding["field"]) == (2, 5)
    # A day that does not exist is the fault of its column alone.
    assert "Day" in said(profile, ("31/06/2025", "01:30")).finding("6.4-8")["message"]


def test_every_fault_breaks_what_it_names_and_roles_have_theirs(profile: Path) -> None:
    draft = made(profile)
    assert roots(draft) == []
    faults = {fault.name: fault for fault in faults_of(draft)}
    assert {
        "field-form/Held/skipped", "no-other-communication/one-added", "within-hours/121-hours",
        "one-sender/one-another-user", "unique-key/first-again",
    } <= {*faults}  # fmt: skip
    for name in {n for n in faults if "Held" in n or "Day" in n or "hours" in n or "added" in n}:
        assert roots(faults[name].apply(draft).draft) == [faults[name].requirement], name


def test_the_deadline_of_a_report_is_known(profile: Path) -> None:
    said(profile, ("01/06/2025", "08:30"), ("26/10/2025", "01:30"), ("01/12/2025", "12:00"))
    words = ("--profile", profile, "--at", "2025-06-03T00:00:00Z", "--format", "json")
    due = json.loads(run("deadline", profile.with_name("report.csv"), *words).out)
    text = json.dumps(due)
    assert "2025-06-06T07:30:00Z" in text
    assert "2025-12-06T12:00:00Z" in text
    assert "which the clocks showed twice" in text


def test_a_qcaf_is_made_of_the_report_and_what_is_late_is_known(profile: Path) -> None:
    report = made(profile, Kind.REPORT)
    file, done = profile.with_name("r.csv"), profile.with_name("qcaf.csv")
    file.write_bytes(report.csv or b"")
    words = ("--profile", profile, "--action", "Delete", "--at", "2025-06-20T00:00:00Z")
    ran = run("make", "qcaf", file, "-o", done, *words)
    assert ran.code == 0, ran.err
    assert "120 hours" in ran.err
    lines = (one.read_text().splitlines() for one in (file, done))
    for made_of, line in zip(*lines, strict=True):
        originator, target, counter, day, clock = made_of.split(",")
        joined = "-".join(originator[i : i + 2] for i in range(0, 16, 2))
        assert line.split(",") == [
            "-".join(reversed(day.split("/"))), clock.replace(":", ""), joined, target.upper(),
            str(int(counter)), "Delete",
        ]  # fmt: skip


def test_a_rule_may_name_the_whole(tmp_path: Path) -> None:
    unique = '{ id = "each-moment-once", rule = "unique", columns = ["Held"] }]'
    path = extending(tmp_path, REPORT.replace("}]", "}, " + unique, 1) + QCAF)
    assert examine(str(path), catalogue()).refused == ()
    assert said(path, ("01/06/2025", "08:30"), ("01/06/2025", "08:31")).roots == set()
    assert len(said(path, ("01/06/2025", "08:30"), ("01/06/2025", "08:30")).roots) == 1


@pytest.mark.parametrize(
    ("composed", "said"),
    [
        ('{ name = "W", from = ["Day", "Time"], type = "instant" }', "there is no column 'Time'"),
        ('{ name = "W", from = ["Day", "Counter"], type = "instant" }', "composed of date, time"),
        (
            '{ name = "W", from = ["Counter", "Target", "Originator"], type = "request-id" }',
            "composed of eui64, eui64, integer or decimal",
        ),
        ('{ name = "Day", from = ["Day", "Clock"], type = "instant" }', "named 'Day'"),
        (
            '{ name = "W", from = ["Day", "Clock"], type = "instant", zone = "Europe/Atlantis" }',
            "is not known on this system",
        ),
        (
            '{ name = "W", from = ["Day", "Clock"], type = "instant", role = "request-id" }',
            "cannot have the role request-id",
        ),
        (
            '{ name = "W", from = ["Originator", "Target", "Counter"], type = "request-id" }',
            "nothing asks for it",
        ),
        (
            '{ name = "W", from = ["Originator", "Target", "Counter"], type = "request-id", '
            'zone = "Z", role = "request-id" }',
            "only an instant has a zone",
        ),
        (REQUEST + HELD + HELD.replace("Held", "Seen"), "Held has this role already"),
        ('{ name = "W", from = ["Day", "Note"], type = "instant" }', "composed of date, time"),
        ('{ name = "W", from = ["Day", "Late"], type = "instant" }', "others not"),
    ],
)
def test_a_column_that_cannot_be_composed_is_refused(
    tmp_path: Path, composed: str, said: str
) -> None:
    more = """  { name = "Late", type = "time", nullable = true },
  { name = "Note", type = "text", maximum_length = 9, nullable = true },
"""
    text = REPORT.replace(f"{REQUEST} {HELD}", composed).replace(PARTS, PARTS + more)
    text = text.replace('"Request"]', '"Counter"]').replace(ONE_SENDER, "rules = []")
    path = extending(tmp_path, text)
    assert said in " ".join(map(str, examine(str(path), catalogue()).refused))


def test_a_moment_that_may_be_null_is_null_as_a_whole(tmp_path: Path) -> None:
    nullable = REPORT.replace('"DD/MM/YYYY" }', '"DD/MM/YYYY", nullable = true }').replace(
        '"hh:mm" }', '"hh:mm", nullable = true }'
    )
    path = extending(
        tmp_path,
        nullable
        + QCAF.replace('"date" }', '"date", nullable = true }').replace(
            '"hhmm" }', '"hhmm", nullable = true }'
        ),
    )
    assert said(path, ("", ""), ("01/06/2025", "08:30")).roots == set()
    ran = said(path, ("01/06/2025", "08:30"), ("01/06/2025", ""))
    assert ran.roots == {"6.4-9"}
    assert "Clock: the field is null where Day has a value" in ran.finding("6.4-9")["message"]
    draft = made(path)
    assert roots(draft) == []
    (half,) = (fault for fault in faults_of(draft) if fault.name == "null-allowed/Held/half")
    assert roots(half.apply(draft).draft) == [half.requirement]


# --- In files of several kinds of records ---------------------------------------------------------


def grouped(kind: str, decision: str = "", above: str = HELD) -> str:
    """Return a file whose records for a Request ID come after one with the moment of all."""
    tag = '{{ name = "Tag", type = "constant", value = "{}", tag = true }},'
    number, day = PARTS.split('  { name = "Day"')
    return f"""
[files.{kind}]
unit = "line"
{ONE_SENDER}
[[files.{kind}.records]]
name = "head"
at = 1
columns = [ {tag.format("H")}
  {{ name = "Made", type = "date" }}, {{ name = "At", type = "time" }} ]
composed = [ {{ name = "Created", from = ["Made", "At"], type = "instant" }} ]
[[files.{kind}.records]]
name = "group"
columns = [ {tag.format("G")} {{ name = "Day"{day} ]
composed = [ {above} ]
[[files.{kind}.records]]
name = "line"
parent = "group"
occurs = [1]
key = ["Request"]
columns = [ {tag.format("L")} {number} {decision} ]
composed = [ {REQUEST} ]
"""


ACTION = '{ name = "Action", type = "action", role = "action" },'


@pytest.fixture
def groups(tmp_path: Path) -> Path:
    return extending(tmp_path, grouped("report") + grouped("qcaf", ACTION))


def test_the_parts_of_a_value_can_be_in_a_record_above(groups: Path) -> None:
    report, done = groups.with_name("r.csv"), groups.with_name("qcaf.csv")
    lines = "".join(f"L,7000000000000001,00-db-00-00-00-00-00-01,{n:06}\n" for n in (1, 2))

    def failed(made: str, held: str) -> Ran:
        report.write_text(f"H,{made}\nG,{held}\n{lines}")
        return check(report, "--kind", "report", "--profile", groups)

    ran = failed("2025-06-01,10:00:00", "30/03/2025,01:30")
    assert ran.roots == {"6.4-8"}
    finding = ran.finding("6.4-8")
    assert "Held: the clocks of Europe/London skip the time" in finding["message"]
    assert (finding["record"], finding["field"]) == (2, 3)
    assert finding["profile"] == ["files.report.records.group.composed.Held"]
    assert failed("2025-06-01,10:00:00", "01/06/2025,09:30").roots == set()
    due = run("deadline", report, "--profile", groups, "--at", "2025-06-03T00:00:00Z")
    assert "2025-06-06 08:30:00Z" in due.out
    words = ("--profile", groups, "--action", "Delete", "--at", "2025-06-03T00:00:00Z")
    assert run("make", "qcaf", report, "-o", done, *words).code == 0
    assert done.read_text() == report.read_text().replace("1\n", "1,Delete\n").replace(
        "2\n", "2,Delete\n"
    )


def test_every_fault_of_what_is_composed_is_found_where_it_was_made(groups: Path) -> None:
    draft = made(groups)
    assert (draft.csv or b"").count(b"\nG,") == 3
    faults = {fault.name: fault for fault in faults_of(draft)}
    for name in (
        "field-form/group.Held/skipped",
        "within-hours/121-hours",
        "one-sender/one-another-user",
    ):
        faulty = faults[name].apply(draft)
        assert roots(faulty.draft) == [faults[name].requirement], name
    place = faults["field-form/group.Held/skipped"].apply(draft).place
    assert (place.record, place.field) == (2, 3)


def test_parts_can_repeat(tmp_path: Path) -> None:
    file = tmp_path / "adt.csv"
    path = extending(
        tmp_path,
        """
[files.adt]
rules = []
[[files.adt.records]]
name = "limit"
key = ["Who", "Band.Hours"]
columns = [
  { name = "Who", type = "eui64", role = "user-id" },
  { name = "Day", type = "date" },
  { repeat = "Band", columns = [
    { name = "Hours", type = "integer", role = "period" },
    { name = "Clock", type = "time", format = "hh:mm" },
  ] },
]
composed = [{ name = "Since", from = ["Day", "Clock"], type = "instant", zone = "Europe/London" }]
[[files.adt.records]]
name = "end"
at = -1
columns = [{ name = "Limits", type = "integer", derived = { count = ["limit"] } }]
""",
    )
    file.write_text("70-00-00-00-00-00-00-01,2025-03-30,24,00:30,168,01:30\n1\n")
    ran = check(file, "--kind", "adt", "--profile", path)
    assert ran.roots == {"6.1-1", "6.3-8"}
    assert (ran.finding("6.3-8")["record"], ran.finding("6.3-8")["field"]) == (1, 6)
    draft = made(path, Kind.ADT)
    (skipped,) = (f for f in faults_of(draft) if f.name == "field-form/Since/skipped")
    assert roots(skipped.apply(draft).draft) == [skipped.requirement]


@pytest.mark.parametrize(
    ("above", "said"),
    [
        (HELD.replace("Clock", "Counter"), "there is no column 'Counter'"),
        (HELD.replace("Clock", "Copied"), "Copied is computed"),
        (HELD + HELD.replace("Held", "Seen"), "Held has this role already"),
    ],
)
def test_a_column_that_cannot_be_composed_in_a_record_is_refused(
    tmp_path: Path, above: str, said: str
) -> None:
    copied = """{ name = "Copied", type = "time", derived = { same = "head.At" } },
  { name = "Day","""
    text = grouped("report", above=above).replace('{ name = "Day",', copied)
    path = extending(tmp_path, text + grouped("qcaf", ACTION))
    assert said in " ".join(map(str, examine(str(path), catalogue()).refused))
