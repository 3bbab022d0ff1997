"""``tadp deadline``: what of a quarantine is due when, and what has expired."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.model.schema import validator
from tests.checks.situation import (
    ADT,
    DCCS,
    DEVICE,
    USER_ID,
    USERS,
    communication,
    communications,
    signed,
)
from tests.model.profiles import extending
from tests.quarantine.alerts import document, message
from tests.running import Ran, run
from tests.sampling import examples

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "conformance/schemas/deadline.schema.json").read_text("utf-8"))
#: 120 hours after the quarantine of 30 May 2025, 10:00.
DUE = "2025-06-04T10:00:00Z"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield tmp_path
    monkeypatch.undo()
    time.tzset()


def deadline(here: Path, data: bytes, *words: object, name: str = "in", at: str = DUE) -> Ran:
    (here / name).write_bytes(data)
    return run("deadline", here / name, "--at", at, *words)


def result(here: Path, data: bytes, *words: object, at: str = DUE) -> dict[str, object]:
    ran = deadline(here, data, "--format", "json", *words, at=at)
    made: dict[str, object] = json.loads(ran.out)
    assert list(validator("deadline").iter_errors(made)) == []
    assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(made)) == []
    return made


def groups(made: dict[str, object], *names: str) -> list[tuple[object, ...]]:
    found = made["groups"]
    assert isinstance(found, list)
    return [tuple(group[name] for name in names) for group in found]


def summary(made: dict[str, object]) -> dict[str, int]:
    found = made["summary"]
    assert isinstance(found, dict)
    return found


def report(*rows: tuple[str, str, str]) -> bytes:
    """A report of rows of time, breach and variant."""
    return "".join(
        f"{USER_ID}:{DEVICE}:{number},{variant},{number},{when},{breach},\n"
        for number, (when, breach, variant) in enumerate(rows, 1)
    ).encode()


# --- When it is due -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "reported"),
    [
        ("2025-06-02T08:00:00Z", "  96 h 00 min "),
        ("2025-06-02T08:40:00Z", "  95 h 20 min "),
        ("2025-06-02T08:10:00Z", "  95 h 50 min "),
        ("2025-06-02T08:39:59Z", "  95 h 20 min "),
        ("2025-06-06T08:00:00Z", "  0 h 00 min "),
        ("2025-06-06T08:00:01Z", "  0 h 00 min ago "),
        ("2025-06-06T09:10:00Z", "  1 h 10 min ago "),
    ],
)
def test_the_time_left_is_reported_in_whole_minutes(here: Path, at: str, reported: str) -> None:
    row = ("2025-06-01T08:00:00Z", "ADUserThresholdBreach", "7.2")
    assert f"2025-06-06 08:00:00Z{reported}" in deadline(here, report(row), "--at", at).out


def test_it_is_due_120_hours_after_the_quarantine(here: Path) -> None:
    made = result(here, communications(""), at="2025-06-03T09:30:00Z")
    assert groups(made, "state", "due", "hours_left", "count") == [("due", DUE, 24.5, 1)]
    just_now = deadline(here, communications(""), "--format", "json", at="2025-06-04T10:00:01Z")
    assert '"hours_left": 0.0' in just_now.out


@pytest.mark.parametrize(
    ("reading", "at", "expired"),
    [
        ("within", "2025-06-04T09:59:59Z", False),
        ("within", "2025-06-04T10:00:00Z", False),
        ("within", "2025-06-04T10:00:00.1Z", True),
        ("within", "2025-06-04T10:00:01Z", True),
        ("late", "2025-06-04T09:59:59Z", False),
        ("late", "2025-06-04T10:00:00Z", True),
    ],
)
@pytest.mark.parametrize("form", ["report", "alerts"])
def test_the_limit_to_the_second(
    here: Path, reading: str, at: str, expired: bool, form: str
) -> None:
    profile = extending(here, f'[readings]\nexactly-120-hours = "{reading}"\n')
    data = communications("") if form == "report" else document(message())
    ran = deadline(here, data, "--profile", profile, at=at)
    assert ran.code == int(expired)
    assert ("EXPIRED 1" in ran.out) is expired
    assert ("DUE 1" in ran.out) is not expired
    assert f"Note exactly-120-hours, read as {reading}" in ran.out


def test_the_readings_and_hours_are_the_profiles_and_are_reported(here: Path) -> None:
    text = '[readings]\nhours-counted-to = "completion"\n[delivery]\nhours = 48\n'
    profile = extending(here, text)
    made = result(here, communications(""), "--profile", profile)
    assert groups(made, "due") == [("2025-06-01T10:00:00Z",)]
    limit = made["limit"]
    assert isinstance(limit, dict)
    assert limit["hours"] == 48
    readings = {note["id"]: (note["reading"], note["default"]) for note in limit["notes"]}
    assert readings == {
        "hours-counted-to": ("completion", False), "exactly-120-hours": ("within", True),
    }  # fmt: skip
    out = deadline(here, communications(""), "--profile", profile).out
    assert "The 48 hours are counted" in out
    assert "Note hours-counted-to, read as completion: The time ends when DCC has" in out


def test_it_is_grouped_by_hour_variant_and_breach_the_soonest_first(here: Path) -> None:
    data = report(
        ("2025-06-02T11:59:59Z", USERS, "1.1.1"),
        ("2025-06-01T10:05:00Z", DCCS, "6.15.1"),
        ("2025-06-01T10:00:00Z", DCCS, "6.15.1"),
        ("2025-06-01T10:30:00Z", USERS, "6.15.1"),
        ("2025-06-01T10:30:00Z", DCCS, "1.1.1"),
        ("2025-06-01T11:00:00Z", DCCS, "6.15.1"),
    )
    made = result(here, data)
    assert groups(made, "due", "last_due", "variant", "set_by", "clause", "count") == [
        ("2025-06-06T10:00:00Z", "2025-06-06T10:05:00Z", "6.15.1", "dcc", "4.13", 2),
        ("2025-06-06T10:30:00Z", "2025-06-06T10:30:00Z", "1.1.1", "dcc", "4.13", 1),
        ("2025-06-06T10:30:00Z", "2025-06-06T10:30:00Z", "6.15.1", "user", "4.7", 1),
        ("2025-06-06T11:00:00Z", "2025-06-06T11:00:00Z", "6.15.1", "dcc", "4.13", 1),
        ("2025-06-07T11:59:59Z", "2025-06-07T11:59:59Z", "1.1.1", "user", "4.7", 1),
    ]


def test_who_set_the_threshold_is_the_profiles(here: Path) -> None:
    made = result(here, report(("2025-05-30T10:00:00Z", "ADAttributeLimitsBreach", "1.1.1")))
    assert groups(made, "set_by", "clause") == [("dcc", "4.13")]
    profile = extending(here, '[breaches]\nADAttributeLimitsBreach = "user"\n')
    made = result(here, (here / "in").read_bytes(), "--profile", profile)
    assert groups(made, "set_by", "clause") == [("user", "4.7")]


def test_an_hour_in_which_some_have_expired_is_two_groups(here: Path) -> None:
    data = report(
        ("2025-05-30T10:00:00Z", USERS, "1.1.1"), ("2025-05-30T10:40:00Z", USERS, "1.1.1")
    )
    made = result(here, data, at="2025-06-04T10:20:00Z")
    assert groups(made, "state", "count") == [("expired", 1), ("due", 1)]


def test_within_leaves_out_what_is_due_later_and_counts_it(here: Path) -> None:
    data = report(
        ("2025-05-29T10:00:00Z", USERS, "1.1.1"),
        ("2025-05-31T10:00:00Z", USERS, "1.1.1"),
        ("2025-05-31T10:00:01Z", USERS, "1.1.1"),
    )
    for length in ("24h", "1d", "24"):
        ran = deadline(here, data, "--within", length)
        assert ran.code == 1
        assert "EXPIRED 1" in ran.out
        assert "DUE 1" in ran.out
        assert "1 more fall due later than in 24 hours." in ran.out
    counts = summary(result(here, data, "--within", "24h"))
    assert (counts["expired"], counts["due"], counts["beyond_within"]) == (1, 2, 1)
    assert summary(result(here, data, "--within", "0h"))["beyond_within"] == 2


@pytest.mark.parametrize(
    ("when", "zone", "due"),
    [
        ("2025-05-30T11:00:00+01:00", [], DUE),
        ("2025-05-30T11:00+01:00", [], DUE),
        ("2025-05-30T10:00:00.999Z", [], DUE),
        ("2025-05-30 10:00Z", [], DUE),
        ("2025-05-30T11:00:00", ["--zone", "Europe/London"], DUE),
        ("2025-05-30T11:00:00", [], None),
        ("2025-05-30", [], None),
        ("2025-03-30T01:30:00", ["--zone", "Europe/London"], None),
    ],
)
def test_a_time_that_is_clear_counts_whatever_its_form(
    here: Path, when: str, zone: list[str], due: str | None
) -> None:
    made = result(here, report((when, USERS, "7.2")), *zone)
    assert groups(made, "due", "count") == [(due, 1)]


def test_times_are_shown_in_local_time_too(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    made = result(here, communications(""))
    assert groups(made, "due", "due_local") == [(DUE, "2025-06-04T11:00:00+01:00")]
    assert "2025-06-04 10:00:00Z (11:00+01:00)" in deadline(here, communications("")).out


def test_a_quarantine_later_than_now_is_reported(here: Path) -> None:
    out = deadline(here, communications(""), at="2025-05-01T00:00:00Z").out
    assert "WARNING  1 are quarantined later than this moment." in out


# --- From where ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "when", ["2025-05-30T10:00:00Z", "2025-05-30T10:00:00.9999999Z", "2025-05-30T11:00:00+01:00"]
)
def test_the_time_of_an_alert(here: Path, when: str) -> None:
    assert groups(result(here, document(message(when=when))), "due", "count") == [(DUE, 1)]


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ("2025-05-30T10:00:00", "ResponseDateTime is '2025-05-30T10:00:00'"),
        ("2025-05-30T10:00:00Zulu", "ResponseDateTime is '2025-05-30T10:00:00Zulu'"),
        ("2025-05-30", "ResponseDateTime is '2025-05-30'"),
        ("2025-02-30T10:00:00Z", "ResponseDateTime is '2025-02-30T10:00:00Z'"),
        ("9999-12-31T23:59:59Z", "its hours end after the year 9999"),
        ("0001-01-01T00:00:00+14:00", "ResponseDateTime is '0001-01-01T00:00:00+14:00'"),
        ("yesterday", "ResponseDateTime is 'yesterday'"),
        (None, "the alert has no ResponseDateTime"),
    ],
)
def test_an_alert_whose_hours_are_not_known_says_why(
    here: Path, when: str | None, reason: str
) -> None:
    made = result(here, document(message(when=when)))
    assert groups(made, "due", "count") == [(None, 1)]
    (one,) = made["unknown"]  # type: ignore[misc]
    assert one["request_id"] == f"{USER_ID}:{DEVICE}:1"
    assert one["number"] == 2
    assert one["reason"].partition(",")[0] == reason


def test_the_unconfirmed_entries_that_alerts_rest_on_are_reported(here: Path) -> None:
    out = deadline(here, document(message())).out
    assert "Profile, alerts, unconfirmed: " in out
    assert "Unconfirmed in profile reference: breaches, alerts, delivery." in out
    assert "alerts, delivery" not in deadline(here, communications("")).out


def test_a_profile_need_not_know_of_alerts(here: Path) -> None:
    from conformance.model.profile_loading import profile_text

    text = profile_text("reference")
    start = text.index("# The alerts in XML")
    profile = here / "ours.toml"
    profile.write_text(text[:start] + text[text.index("# --- Signature") :])
    words = ("--profile", profile)
    assert "does not say what an alert" in deadline(here, document(message()), *words).trouble
    assert deadline(here, communications(""), *words).code == 0


def test_links_and_folders_in_a_given_folder_are_reported_as_not_read(here: Path) -> None:
    folder = here / "quarantine"
    (folder / "older").mkdir(parents=True)
    (folder / "a.csv").write_bytes(communications(""))
    (folder / "link.csv").symlink_to(folder / "a.csv")
    ran = run("deadline", folder, "--at", DUE)
    assert ran.err == (
        f"tadp: {folder}: not looked at in it, as they are no files of its own: link.csv, older\n"
    )
    for number in range(9):
        (folder / f"folder-{number}").mkdir()
    assert "folder-0, folder-1, folder-2 and 8 more\n" in run("deadline", folder, "--at", DUE).err
    (folder / "a.csv").unlink()
    assert "holds no file" in run("deadline", folder, "--at", DUE).err


def test_a_report_and_alerts_and_a_folder_and_standard_input(here: Path) -> None:
    folder = here / "quarantine"
    folder.mkdir()
    (folder / "a.csv").write_bytes(communications("", ""))
    (folder / "b.xml").write_bytes(document(message(3)))
    ran = run("deadline", folder, "-", "--at", DUE, "--format", "json", stdin=document(message(4)))
    assert summary(ran.report)["communications"] == 4
    assert [one["form"] for one in ran.report["inputs"]] == ["report", "alerts", "alerts"]


def test_a_communication_that_comes_again_is_reported_to_do_so(here: Path) -> None:
    (here / "other").write_bytes(document(message(1)))
    (here / "in").write_bytes(communications("", ""))
    ran = run("deadline", here / "in", here / "other", "--at", DUE, "--format", "json")
    assert summary(ran.report)["repeated"] == 1
    assert summary(ran.report)["communications"] == 3


def test_a_qcaf_has_the_times_of_its_report(here: Path) -> None:
    assert deadline(here, communications("Release", "Delete")).code == 0


def test_a_submission_counts_the_communications_of_its_report_once(here: Path) -> None:
    folder = here / "submission"
    folder.mkdir()
    (folder / "report.csv").write_bytes(communications("", ""))
    (folder / "qcaf.csv").write_bytes(communications("Release", "Delete"))
    (folder / "qcaf.csv.p7s").write_bytes(signed(b"x").read(1 << 16))
    (folder / "submission.json").write_text('{"submission": 1}')
    ran = run("deadline", folder, "--at", DUE, "--format", "json")
    assert (ran.code, summary(ran.report)["communications"]) == (0, 2)
    why = f"tadp: {folder}: not looked at in it, as"
    assert ran.err == (
        f"{why} no communications are in them: qcaf.csv.p7s, submission.json\n"
        f"{why} they are QCAFs, and a report is there: qcaf.csv\n"
    )
    ran = run("deadline", folder / "submission.json", "--at", DUE)
    assert ran.code == 2
    assert "submission.json: is a record of a submission, and no report" in ran.err


def test_without_reminders_it_is_said_what_falls_due_later(here: Path) -> None:
    words = ("--within", "1h", "--output", here / "out.ics")
    ran = deadline(here, communications("", ""), *words, at="2025-06-01T10:00:00Z")
    assert ran.err.endswith("is known to fall due within 1h: 2 fall due later\n")


# --- What is not known ------------------------------------------------------------------------


def test_a_communication_without_a_time_is_listed_as_unknown(here: Path) -> None:
    data = communications("") + communication(2, "", when="").encode()
    ran = deadline(here, data)
    assert ran.code == 2
    assert "UNKNOWN 1" in ran.out
    assert f"in, record 2: {USER_ID}:{DEVICE}:2: QuarantinedAt is ''" in ran.out
    assert ran.trouble == "of 1 it is not known when they are due"


def test_a_date_that_a_spreadsheet_wrote_is_not_to_be_corrected_in_the_report(here: Path) -> None:
    ran = deadline(here, communication(1, "", when="30/05/2025 10:00").encode())
    assert ran.code == 2
    assert "'30/05/2025 10:00', as if a spreadsheet program had saved the report (export" in ran.out


def test_a_record_that_cannot_be_read_is_counted(here: Path) -> None:
    data = communications("", "", "").replace(b":2,1.1.1,", b":2,")
    made = result(here, data)
    assert groups(made, "state", "count") == [("due", 2), ("unknown", 1)]
    assert "1 record cannot be read" in (out := deadline(here, data).out)
    assert "record 2, field" in out
    assert deadline(here, data).code == 2


def test_breaches_and_variants_that_no_one_knows_are_counted_as_such(here: Path) -> None:
    data = report(("2025-05-30T10:00:00Z", "X" * 40, "99.99"), ("2025-05-30T10:00:00Z", "Y", "98"))
    made = result(here, data)
    assert groups(made, "breach", "variant", "set_by", "count") == [(None, None, None, 2)]


def test_something_expired_weighs_more_than_something_unknown(here: Path) -> None:
    data = communications("") + communication(2, "", when="").encode()
    assert deadline(here, data, at="2025-07-01T00:00:00Z").code == 1


def test_very_many_without_a_time_are_counted_and_some_shown(here: Path) -> None:
    data = "".join(communication(n, "", when="never") for n in range(1, 51)).encode()
    made = result(here, data)
    assert groups(made, "count") == [(50,)]
    assert len(made["unknown"]) == 20  # type: ignore[arg-type]
    assert "and 30 more" in deadline(here, data).out


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04 and more", "is a zip archive, not CSV (give the report as it came, as CSV)"),
        (b"\xff\xd8\xff\xe0 a picture", "is an image, not CSV"),
        (communications("").decode().encode("utf-16"), "holds no record that can be read"),
        (ADT, "reads like an ADT File, and no report of a quarantine"),
        (document(message())[:-20], "is not XML that can be read"),
        (b"<a/>", "no quarantined communication was found"),
        (b"<!DOCTYPE a><a/>", "line 1: has a document type"),
    ],
)
def test_a_bad_file_is_one_line(here: Path, data: bytes, says: str) -> None:
    ran = deadline(here, data)
    assert says in ran.trouble
    assert ran.out == "" or "WARNING  not read to the end" in ran.out


def test_a_bad_file_does_not_hide_the_good_ones(here: Path) -> None:
    (here / "bad").write_bytes(b"<a>")
    (here / "in").write_bytes(communications(""))
    ran = run("deadline", here / "bad", here / "in", "--at", DUE)
    assert ran.code == 2
    assert "DUE 1" in ran.out
    assert "WARNING  not read to the end: " in ran.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--within", "soon"], "--within: 'soon' is not a length of time (write 24h or 2d)"),
        (["--at", "noon"], "--at: 'noon' is not a date and time"),
        (["nowhere.csv"], "nowhere.csv: no such file"),
        (["-", "-"], "read only once"),
        (["--format", "pdf"], "invalid choice"),
    ],
)
def test_bad_usage_is_one_line(here: Path, words: list[str], says: str) -> None:
    (here / "in").write_bytes(communications(""))
    assert says in run("deadline", "in", *words).trouble


def test_nothing_of_a_file_is_obeyed_by_a_terminal(here: Path) -> None:
    hostile = "\x1b[31m\u202e=cmd()"
    csv_data = communication(1, "", when=hostile).replace(DEVICE, hostile).encode()
    xml = document(message(when=hostile.replace("\x1b", "\u0085")))
    for data in (csv_data, xml):
        for form in ("text", "json", "csv"):
            out = deadline(here, data, "--format", form).out
            assert all(line.isprintable() for line in out.splitlines()), form


def test_the_csv_has_a_row_for_each_group(here: Path) -> None:
    data = communications("", "") + communication(3, "", when="").encode()
    rows = list(csv.DictReader(io.StringIO(deadline(here, data, "--format", "csv").out)))
    assert [(row["state"], row["due"], row["count"]) for row in rows] == [
        ("due", DUE, "2"), ("unknown", "", "1"),
    ]  # fmt: skip


# --- Of any quarantine --------------------------------------------------------------------------

MOMENTS = st.datetimes(
    min_value=datetime(2025, 5, 1),
    max_value=datetime(2025, 7, 1),
).map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ"))


@settings(max_examples=examples(40))
@given(
    st.lists(
        st.tuples(MOMENTS | st.just("never"), st.sampled_from([USERS, DCCS, "?"]),
                  st.sampled_from(["1.1.1", "6.15.1"])),
        min_size=1, max_size=12,
    ),
    st.sampled_from([[], ["--within", "12h"]]),
)  # fmt: skip
def test_every_communication_is_counted_once(
    rows: list[tuple[str, str, str]], words: list[str]
) -> None:
    ran = run("deadline", "-", "--at", "2025-06-04T10:00:00Z", "--format", "json", *words,
              stdin=report(*rows))  # fmt: skip
    made = json.loads(ran.out)
    counts = made["summary"]
    assert sum(g["count"] for g in made["groups"]) + counts["beyond_within"] == len(rows)
    assert counts["expired"] + counts["due"] + counts["unknown"] == len(rows)
    assert counts["unknown"] == sum(when == "never" for when, _, _ in rows)
    late = sum(when < "2025-05-30T10:00:00Z" for when, _, _ in rows)
    assert counts["expired"] == late
    assert ran.code == (1 if late else 2 if counts["unknown"] else 0)
    states = [g["state"] for g in made["groups"]]
    assert states == sorted(states, key=["expired", "due", "unknown"].index)
    dues = [g["due"] for g in made["groups"] if g["due"]]
    assert dues == sorted(dues)
