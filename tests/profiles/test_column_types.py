"""Each type of column, with all its entries, goes through every tool."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from conformance.cli import main as tadp
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
from tests.profiles.test_random import records_of
from tests.running import Ran, check, run

HEAD = """
[files.adt]
key = ["Sender", "Number"]
rules = []
columns = [
  { name = "Sender", type = "eui64", role = "user-id" },
  { name = "Number", type = "integer", role = "period", minimum = 1 },
"""
COLUMNS = {
    "constant": """
      { name = "A", type = "constant", value = "ADT2" },
      { name = "B", type = "constant", value = "99.99", nullable = true },""",
    "integer": """
      { name = "A", type = "integer", width = 6 },
      { name = "B", type = "integer", width = 5, pad = " ", signed = true, nullable = true },
      { name = "C", type = "integer", digits = 4 },""",
    "decimal": """
      { name = "A", type = "decimal", fraction_digits = 2, minimum = 0.05, maximum = 99.5 },
      { name = "B", type = "decimal", maximum_fraction_digits = 1, signed = true, nullable = true },
      { name = "C", type = "decimal", fraction_digits = 3, point = "implied" },
      { name = "D", type = "decimal", fraction_digits = 2, width = 9, point = "implied" },
      { name = "E", type = "decimal", fraction_digits = 1, width = 7, signed = true },""",
    "instant": """
      { name = "A", type = "instant", format = ["DD/MM/YYYY hh:mm", "YYYYMMDDhhmm"] },
      { name = "B", type = "instant", zone = "Europe/London", format = "YYYY-MM-DD hh:mm:ss" },
      { name = "C", type = "instant", nullable = true },""",
    "request-id": """
      { name = "A", type = "request-id", form = "none", separator = "-" },
      { name = "B", type = "request-id", separator = "/", case = "lower", nullable = true },""",
    "period": """
      { name = "A", type = "period", codes = { H = 1, D = 24, W = 168, 7D = 168 } },
      { name = "B", type = "period", form = "iso-8601", nullable = true },
      { name = "C", type = "period", maximum = 744 },""",
    "date": """
      { name = "A", type = "date", format = "DD/MM/YYYY" },
      { name = "B", type = "time", format = ["hh:mm", "hhmmss"], nullable = true },
      { name = "C", type = "date" },""",
    "words": """
      { name = "A", type = "integer", maximum = 500, also = [
        { word = "UNLIMITED", means = "infinity" }, { word = "NIL", means = { value = 0 } },
        { word = "AS BEFORE" } ] },
      { name = "B", type = "instant", also = [{ word = "OPEN", means = "infinity" }] },
      { name = "D", type = "date", also = [] },
      { name = "C", type = "code", values = ["X", "Y"], nullable = true, also = [
        { word = "EX", means = { value = "X" } } ] },""",
    "text": """
      { name = "A", type = "text", pattern = "[A-Z0-9]+", minimum_length = 4, maximum_length = 9 },
      { name = "B", type = "text", maximum_length = 3, nullable = true },
      { name = "C", type = "text", pattern = "(ab|cde)+", minimum_length = 40 },""",
}


#: A column, words for it, and why it is refused.
WORDS = (
    ('type = "integer"', '{ word = "12" }', "12 is a value of the column already"),
    ('type = "integer"', '{ word = "a,b" }', "without commas"),
    ('type = "integer"', "{ word = 'a\"b' }", "and quotation marks"),
    ('type = "integer"', '{ word = "A" }, { word = "A" }', "the same word twice"),
    ('type = "integer", nullable = true', '{ word = "None" }', "that programs write for null"),
    ('type = "integer", minimum = 5', '{ word = "A", means = { value = 4 } }', "which is not a"),
    ('type = "date"', '{ word = "A", means = { value = "32/01/2025" } }', "which is not a"),
    ('type = "code", values = ["B"]', '{ word = "A", means = "infinity" }', "is more than another"),
    ('type = "integer"', '{ word = "infinity" }', "can only mean infinity"),
    ('type = "integer"', '{ word = "A", means = "zero" }', "means"),
    ('type = "nothing", nullable = true', '{ word = "A" }', "is always null"),
    ('type = "eui64", case = "upper"', '{ word = "" }', "also"),
    ('type = "text", maximum_length = 9', '{ word = "A" }', "is a value of the column already"),
    ('type = "eui64", role = "user-id"', '{ word = "A" }', "A names no User ID"),
    ('type = "constant", value = "B"', '{ word = "A" }, { word = "B" }', "is a value of the"),
)


@pytest.fixture(params=COLUMNS.values(), ids=COLUMNS)
def profile(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return extending(tmp_path, f"{HEAD}{request.param}\n]\n")


def made(profile: Path, kind: Kind = Kind.ADT) -> Draft:
    ground = Ground(catalogue(), load_profile(str(profile), catalogue()))
    return conforming(Scenario(kind=kind, records=8), ground)


def test_a_generated_submission_conforms_and_each_fault_breaks_its_requirement(
    profile: Path,
) -> None:
    draft = made(profile)
    assert roots(draft) == []
    places = {name for name in ("A", "B", "C") if f'name = "{name}"' in profile.read_text()}
    faults = [one for one in faults_of(draft) if places & {*one.name.split("/")}]
    assert {name for one in faults for name in one.name.split("/")} >= places
    for fault in faults:
        assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name


def test_a_sheet_is_made_into_the_file(profile: Path, tmp_path: Path) -> None:
    draft, sheet, file = made(profile), tmp_path / "sheet.csv", tmp_path / "adt.csv"
    words = ("--profile", str(profile))
    assert examine(str(profile), catalogue()).refused == ()
    assert tadp(["template", "adt", "-o", str(sheet), *words]) == 0
    with sheet.open("a", encoding="utf-8", newline="") as rows:
        csv.writer(rows).writerows(records_of(draft))
    assert tadp(["make", "adt", str(sheet), "-o", str(file), *words]) == 0
    assert file.read_bytes() == draft.csv
    assert tadp(["diff", str(file), str(file), *words]) == 0


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ('{ name = "A", type = "text" }', "has neither a pattern nor a length"),
        (
            '{ name = "A", type = "text", minimum_length = 5, maximum_length = 4 }',
            "minimum_length 5 is above maximum_length 4",
        ),
        (
            '{ name = "A", type = "text", pattern = "[A-Z]{3}", minimum_length = 4 }',
            "no value of the ADT File within the limits of its length fits [A-Z]{3}",
        ),
        ('{ name = "A", type = "text", maximum_length = 5000 }', "maximum_record_bytes is 1024"),
        ('{ name = "A", type = "integer", minimum = -1 }', "the numbers are not signed"),
        ('{ name = "A", type = "integer", signed = true, minimum = 0 }', "no number is below"),
        ('{ name = "A", type = "integer", pad = "0" }', "has pad, and no width"),
        ('{ name = "A", type = "integer", width = 3, maximum = 1000 }', "more than 3 characters"),
        ('{ name = "A", type = "integer", digits = 3, minimum = 20 }', "less than 3 digits"),
        (
            '{ name = "A", type = "integer", width = 3, maximum_digits = 3 }',
            "only the lower of them",
        ),
        ('{ name = "A", type = "decimal" }', "none of fraction_digits"),
        (
            '{ name = "A", type = "decimal", maximum_fraction_digits = 2, width = 7 }',
            "has a width, which goes with fraction_digits only",
        ),
        ('{ name = "A", type = "decimal", fraction_digits = 3, width = 4 }', "no room for a digit"),
        (
            '{ name = "A", type = "decimal", fraction_digits = 1, width = 4, maximum = 100 }',
            "more than 4 characters",
        ),
        (
            '{ name = "A", type = "decimal", maximum_fraction_digits = 2, point = "implied" }',
            "goes with fraction_digits only",
        ),
        (
            '{ name = "A", type = "decimal", fraction_digits = 1, minimum = 0.01, maximum = 0.09 }',
            "no number of 1 fraction digits is from 0.01 to 0.09",
        ),
        (
            '{ name = "A", type = "decimal", fraction_digits = 2, maximum = inf }',
            "inf cannot be used",
        ),
        ('{ name = "A", type = "date", format = ["DD/MM/YYYY", "MM/DD/YYYY"] }', "differently"),
        ('{ name = "A", type = "date", format = "DD/MM/YY" }', "not of the right form"),
        ('{ name = "A", type = "date", format = "DD/MM/YYYY hh" }', "hh, which no date has"),
        ('{ name = "A", type = "date", format = "DD/MM" }', "has no YYYY"),
        ('{ name = "A", type = "time", format = "hh:mm:mm" }', "has mm twice"),
        ('{ name = "A", type = "instant", zone = "Europe/Atlantis" }', "is not known on this"),
        (
            '{ name = "A", type = "instant", zone = "Europe/London" , '
            'format = "YYYY-MM-DDThh:mm:ssZ" }',
            "says that it is UTC",
        ),
        ('{ name = "A", type = "period", codes = { H = 1 }, maximum = 9 }', "go with no form"),
        ('{ name = "A", type = "period", form = "iso-8601", maximum = 9 }', "with hours only"),
        ('{ name = "A", type = "period", minimum = 9, maximum = 2 }', "minimum 9 is above"),
        ('{ name = "A", type = "period", codes = { "a,b" = 1 } }', "without a comma"),
        ('{ name = "A", type = "constant" }', "value: is missing"),
        (
            '{ name = "A", type = "code", values = ["A"], value = "B" }',
            "only a constant has the entry value",
        ),
        ('{ name = "A", type = "constant", value = "a,b" }', "without a comma"),
        *((f'{{ name = "A", {column}, also = [{words}] }}', said) for column, words, said in WORDS),
        ('{ name = "A", type = "constant", value = "B", role = "user-role" }', "cannot be read as"),
    ],
)
def test_entries_that_would_have_no_effect_are_refused(
    tmp_path: Path, columns: str, said: str
) -> None:
    path = extending(tmp_path, f"{HEAD}{columns}\n]\n")
    assert said in " ".join(map(str, examine(str(path), catalogue()).refused))


def test_a_constant_is_nothing_for_a_key(tmp_path: Path) -> None:
    text = HEAD.replace('["Sender"', '["A", "Sender"') + COLUMNS["constant"] + "\n]\n"
    path = extending(tmp_path, text)
    (found,) = examine(str(path), catalogue()).refused
    assert "A is the same in each record" in str(found)


COMPARED = """
  { name = "A", type = "integer", width = 6 },
  { name = "B", type = "decimal", maximum_fraction_digits = 2, nullable = true },
]
[[files.adt.rules]]
id = "a-below-b"
rule = "compare"
left = { column = "A" }
op = "<"
right = { column = "B" }
"""


def test_numbers_are_compared_by_value(tmp_path: Path) -> None:
    file, other = tmp_path / "adt.csv", tmp_path / "other.csv"
    head = HEAD.replace("rules = []\n", "").replace('"Number"]', '"B"]')
    profile = extending(tmp_path, head + COMPARED)
    sender, words = "70-00-00-00-00-00-00-01", ("--profile", profile)

    def said(*rows: str) -> Ran:
        file.write_text("".join(f"{sender},1,{row}\n" for row in rows))
        return check(file, "--kind", "adt", *words)

    assert said("000012,12.5", "000012,12.05", "000000,0.01").roots == {"6.1-1"}
    assert "A is not below B" in said("000012,12.5", "000012,12.00").finding("6.3-13")["message"]
    assert said("000001,1.5", "000001,1.50").roots == {"6.1-1", "6.3-12"}
    said("000001,1.5", "000002,20")
    other.write_text(f"{sender},1,000002,20.00\n{sender},1,000001,1.50\n")
    ran = run("diff", file, other, *words)
    assert "2 rules, all unchanged" in ran.out, ran.out


WORDED = """
  { name = "A", type = "integer", maximum = 500, also = [
    { word = "UNLIMITED", means = "infinity" }, { word = "NIL", means = { value = 0 } } ] },
  { name = "B", type = "decimal", fraction_digits = 2, also = [
    { word = "MAX", means = "infinity" }, { word = "SAME" } ] },
]
[[files.adt.rules]]
id = "a-below-b"
rule = "compare"
left = { column = "A" }
op = "<="
right = { column = "B" }
"""
UNORDERED = (
    "SAME in B is neither above nor below anything (say what it means, or add "
    '{ column = "B", not_in = ["SAME"] } to when)'
)
ORDERED = """when = [{ column = "B", not_in = ["SAME"] }]
[[files.adt.rules]]
id = "one-way-without-limit"
rule = "forbid"
columns = ["C"]
when = [{ column = "A", in = ["infinity"] }]
"""


def test_words_are_compared_by_what_they_mean(tmp_path: Path) -> None:
    file, other = tmp_path / "adt.csv", tmp_path / "other.csv"
    head = HEAD.replace("rules = []\n", "").replace('"Number"]', '"A"]')
    worded = WORDED.replace("\n]\n", '\n  { name = "C", type = "date", nullable = true },\n]\n')
    for condition in ("", 'when = [{ column = "A", in = ["NIL"] }]\n'):
        profile = extending(tmp_path, head + worded + condition)
        assert UNORDERED in " ".join(map(str, examine(str(profile), catalogue()).refused))
    extending(tmp_path, head + worded + ORDERED)
    assert examine(str(profile), catalogue()).refused == ()
    sender, words = "70-00-00-00-00-00-00-01", ("--profile", profile)

    def said(*rows: str) -> Ran:
        file.write_text("".join(f"{sender},1,{row}\n" for row in rows))
        return check(file, "--kind", "adt", *words)

    good = ("500,MAX,", "UNLIMITED,MAX,", "NIL,0.00,2025-06-01", "7,SAME,", "6,7.00,")
    assert said(*good).roots == {"6.1-1"}
    above = said("UNLIMITED,500.00,").finding("6.3-13")
    assert "A is above B" in above["message"]
    assert said("1,0.50,").roots == {"6.1-1", "6.3-13"}
    assert said("unlimited,MAX,").finding("6.3-8")["expected"].endswith("or UNLIMITED or NIL")
    # The words for 0 and 0 are one key, and a condition asks for what is meant.
    assert "6.3-12" in said("0,1.00,", "NIL,2.00,").roots
    assert "has a value" in said("UNLIMITED,MAX,2025-06-01").finding("6.3-16")["message"]
    file.write_text(f"{sender},1,NIL,0.00,\n{sender},1,UNLIMITED,MAX,\n")
    other.write_text(f"{sender},1,0,0.00,\n{sender},1,UNLIMITED,700.00,\n")
    ran = run("diff", file, other, *words)
    assert "1 changed" in ran.out, ran.out
    assert "MAX" in ran.out, ran.out


VALUED = """
  { name = "A", type = "decimal", maximum_fraction_digits = 2, also = [
    { word = "UNLIMITED", means = "infinity" } ] },
  { name = "B", type = "date", format = "DD/MM/YYYY", nullable = true },
  { name = "C", type = "instant", format = "DD/MM/YYYY hh:mm", zone = "Europe/London" },
  { name = "D", type = "period", codes = { H = 1, D = 24, W = 168 } },
  { name = "E", type = "time", format = "hh:mm" },
]
"""
#: A comparison with a value, and the records that keep it and that do not, of A to E.
LIMITS = {
    "a-limited": ('A"}, op = "<=", right = {value = 7.5', ("7.50", "0"), ("7.51", "UNLIMITED")),
    "a-below": ('A"}, op = "<", right = {value = "UNLIMITED"', ("99999",), ("UNLIMITED",)),
    "b-other": ('B"}, op = "!=", right = {value = "29/02/2028"', ("28/02/2028", ""),
                ("29/02/2028",)),
    "b-there": ('B"}, null = "fails", op = "<", right = {value = "2025-03-01"', ("28/02/2025",),
                ("", "01/03/2025")),
    "c-seen": ('C"}, op = "<", right = {value = "01/06/2025 12:00"', ("01/06/2025 11:59",),
               ("01/06/2025 12:00",)),
    "d-days": ('D"}, op = "<=", right = {value = 24', ("H", "D"), ("W",)),
    "d-week": ('D"}, op = "=", right = {value = "W"', ("W",), ("D",)),
    "e-early": ('E"}, op = "<=", right = {value = "09:30"', ("00:00", "09:30"), ("09:31",)),
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
def test_a_value_is_compared_with_one_of_the_profile(tmp_path: Path, name: str) -> None:
    rule, good, bad = LIMITS[name]
    file = tmp_path / "adt.csv"
    rules = f'rules = [{{ id = "{name}", rule = "compare", left = {{ column = "{rule} }} }}]\n'
    profile = extending(tmp_path, HEAD.replace("rules = []\n", rules) + VALUED)
    found = examine(str(profile), catalogue())
    assert found.refused == ()
    columns = {"A": "5", "B": "", "C": "01/06/2025 08:00", "D": "W", "E": "10:00"}

    def said(value: str, number: int) -> set[str]:
        row = ",".join((columns | {rule[0]: value}).values())
        file.write_text(f"70-00-00-00-00-00-00-01,{number},{row}\n")
        return check(file, "--kind", "adt", "--profile", profile).roots

    assert [said(value, 7) for value in good] == [{"6.1-1"}] * len(good)
    assert [said(value, 7) for value in bad] == [{"6.1-1", "6.3-13"}] * len(bad)
    draft = made(profile)
    assert roots(draft) == []
    faults = [fault for fault in faults_of(draft) if f"/{name}-" in fault.name]
    assert {one.name.rpartition("-")[2] for one in faults} >= {"null"} & {*rule.split('"')}
    assert faults
    for fault in faults:
        assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('A"}, op = "<=", right = {value = "ten"', "right.value: ten is not a value of A"),
        ('A"}, op = "<=", right = {value = 1.125', "right.value: 1.125 is not a value of A"),
        ('B"}, op = "<", right = {value = "30/02/2025"', "30/02/2025 is not a value of B"),
        ('A"}, op = "<=", right = {value = "UNLIMITED"', "holds for all values of A within"),
        ('A"}, op = "<", right = {value = 0', "holds for no values of A within"),
        ('A"}, null = "fails", op = "<", right = {value = 5', "null: A cannot be null"),
        ('Sender"}, op = "<", right = {value = 5', "goes with columns of the types integer or"),
        ('A"}, op = "<", right = {value = 5, column = "B"', "right"),
    ],
)
def test_a_comparison_that_never_decides_is_refused(tmp_path: Path, rule: str, said: str) -> None:
    rules = f'rules = [{{ id = "r", rule = "compare", left = {{ column = "{rule} }} }}]\n'
    profile = extending(tmp_path, HEAD.replace("rules = []\n", rules) + VALUED)
    assert said in " ".join(map(str, examine(str(profile), catalogue()).refused))


SEEN = """
  { name = "A", type = "instant", zone = "Europe/London", format = "DD/MM/YYYY hh:mm" },
  { name = "B", type = "instant" },
]
[[files.adt.rules]]
id = "a-below-b"
rule = "compare"
left = { column = "A" }
op = "<"
right = { column = "B" }
"""


def test_a_time_that_clocks_show_twice_is_compared_both_ways(tmp_path: Path) -> None:
    file = tmp_path / "adt.csv"
    profile = extending(tmp_path, HEAD.replace("rules = []\n", "") + SEEN)

    def status(*rows: str) -> tuple[str, set[str]]:
        rule = "70-00-00-00-00-00-00-01"
        file.write_text("".join(f"{rule},{n},{row}\n" for n, row in enumerate(rows, 1)))
        ran = check(file, "--kind", "adt", "--profile", profile)
        return ran.status("6.3-13"), ran.roots

    assert status("26/10/2025 01:30,2025-10-26T01:31:00Z")[0] == "passed"
    assert status("26/10/2025 01:30,2025-10-26T01:00:00Z")[0] == "not shown"
    assert status("26/10/2025 01:30,2025-10-26T00:30:00Z")[0] == "failed"
    assert status("26/10/2025 01:30,2025-10-26T00:00:00Z", "26/06/2025 01:30,2025-06-26T00:31:00Z",
                  )[0] == "failed"  # fmt: skip
    assert status("30/03/2025 01:30,2025-10-26T01:00:00Z")[1] == {"6.1-1", "6.3-8"}


HELD = """
[files.report]
key = ["Request"]
rules = []
columns = [
  { name = "Request", type = "request-id", role = "request-id" },
  { name = "Held", type = "instant", role = "quarantined-at", FORM, ZONE },
]
[files.qcaf]
key = ["Request"]
rules = []
columns = [
  { name = "Held", type = "instant", role = "quarantined-at", FORM, ZONE },
  { name = "Request", type = "request-id", role = "request-id" },
  { name = "Action", type = "action", role = "action" },
]
""".replace("FORM", 'format = "DD/MM/YYYY hh:mm:ss"')


def test_the_deadline_of_a_time_that_clocks_showed_twice_is_unknown(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    profile = extending(tmp_path, HELD.replace("ZONE", 'zone = "Europe/London"'))
    request = "70-00-00-00-00-00-00-01:00-DB-12-34-00-00-00-01"
    report.write_text(f"{request}:7,26/10/2025 01:30:00\n{request}:8,26/10/2025 02:30:00\n")
    ran = run("deadline", report, "--profile", profile, "--at", "2025-10-27T00:00:00Z")
    assert "2025-10-31 02:30:00Z" in ran.out
    assert "Held is '26/10/2025 01:30:00', which the clocks showed twice" in ran.out, ran.err


def test_the_report_and_the_qcaf_have_the_same_clocks(tmp_path: Path) -> None:
    text = HELD.replace("ZONE", 'zone = "Europe/London"', 1).replace("ZONE", 'zone = "Z"')
    path = extending(tmp_path, text)
    (found,) = examine(str(path), catalogue()).refused
    assert "the report has this time on other clocks" in str(found)


def test_periods_of_the_same_hours_are_the_same_key(tmp_path: Path) -> None:
    file = tmp_path / "adt.csv"
    text = HEAD.replace('"Number"]', '"A", "B"]') + COLUMNS["period"] + "\n]\n"
    text = text.replace('iso-8601", nullable = true', 'iso-8601"')
    profile = extending(tmp_path, text)
    rows = ["W,PT168H,1", "7D,P1W,2", "D,P7D,3"]
    file.write_text("".join(f"70-00-00-00-00-00-00-01,1,{row}\n" for row in rows))
    ran = check(file, "--kind", "adt", "--profile", profile)
    assert ran.roots == {"6.1-1", "6.3-12"}
    assert ran.requirement("6.3-12")["count"] == 1
