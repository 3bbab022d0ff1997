"""``tadp diff``: what a new ADT File removes, changes and adds, whatever the order of records."""

from __future__ import annotations

import html
import json
from pathlib import Path

import jsonschema
import jsonschema_rs
import pytest

from conformance.model.schema import validator
from tests.checks.situation import ADT, USER_ID, communications, signed
from tests.model.profiles import extending
from tests.running import Ran, run

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "conformance/schemas/diff.schema.json").read_text("utf-8"))

OLD = (
    f"{USER_ID},IS,1.1.1,24,80,100\n"
    f"{USER_ID},IS,1.2.1,24,,200\n"
    f"{USER_ID},GS,,24,,5000\n"
).encode()  # fmt: skip
#: 1.2.1 is gone, 1.1.1 has another threshold, 2.1 is new; in another order.
NEW = (
    f"{USER_ID},GS,,24,,5000\n"
    f"{USER_ID},IS,2.1,24,,7\n"
    f"{USER_ID},IS,1.1.1,24,80,120\n"
).encode()  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(here: Path, old: bytes, new: bytes) -> tuple[Path, Path]:
    first, second = here / "old.csv", here / "new.csv"
    first.write_bytes(old)
    second.write_bytes(new)
    return first, second


def diff(here: Path, old: bytes, new: bytes, *words: object) -> Ran:
    return run("diff", *files(here, old, new), *words)


def document(here: Path, old: bytes, new: bytes, *words: object) -> dict[str, object]:
    ran = diff(here, old, new, "--format", "json", *words)
    made = ran.report
    assert list(validator("diff").iter_errors(made)) == []
    assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(made)) == []
    assert ran.out.isascii()
    return made


def counts(made: dict[str, object]) -> tuple[int, ...]:
    summary = made["summary"]
    assert isinstance(summary, dict)
    return tuple(summary[name] for name in ("removed", "changed", "added", "unchanged"))


# --- What changed -------------------------------------------------------------------------------


def test_rules_are_recognised_by_their_key_and_not_by_their_place(here: Path) -> None:
    made = document(here, OLD, NEW)
    assert counts(made) == (1, 1, 1, 1)
    key = {"UserID": USER_ID, "UserRole": "IS", "TimePeriodHours": "24"}
    assert made["removed"] == [{
        "record": 2,
        "key": {**key, "ServiceReferenceVariant": "1.2.1"},
        "values": {"WarningThreshold": None, "AnomalyDetectionThreshold": "200"},
    }]  # fmt: skip
    assert made["changed"] == [{
        "record": {"old": 1, "new": 3},
        "key": {**key, "ServiceReferenceVariant": "1.1.1"},
        "values": {
            "WarningThreshold": {"old": "80", "new": "80"},
            "AnomalyDetectionThreshold": {"old": "100", "new": "120"},
        },
    }]  # fmt: skip
    assert made["added"] == [{
        "record": 2,
        "key": {**key, "ServiceReferenceVariant": "2.1"},
        "values": {"WarningThreshold": None, "AnomalyDetectionThreshold": "7"},
    }]  # fmt: skip


def test_another_time_period_is_another_rule_as_the_guidance_has_it(here: Path) -> None:
    made = document(here, ADT, ADT.replace(b"1.1.1,24", b"1.1.1,25"))
    assert counts(made) == (1, 0, 1, 1)


def test_a_null_threshold_is_not_a_threshold_of_nought(here: Path) -> None:
    made = document(here, ADT, ADT.replace(b"24,,5000", b"24,0,5000"))
    (changed,) = made["changed"]  # type: ignore[misc]
    assert changed["values"]["WarningThreshold"] == {"old": None, "new": "0"}  # type: ignore[index]


def test_removed_comes_first_and_is_shown_with_its_requirement(here: Path) -> None:
    ran = diff(here, OLD, NEW)
    assert ran.code == 0
    lines = ran.out.splitlines()
    titles = [line.split(":")[0] for line in lines if line[:1].isupper() and ": " in line]
    assert titles == ["REMOVED 1", "CHANGED 1", "ADDED 1"]
    assert "UG1.1-1" in ran.out
    assert f"  - {USER_ID}, IS, 1.2.1, 24   WarningThreshold null, " in ran.out
    assert "AnomalyDetectionThreshold 100 -> 120" in ran.out
    assert lines[-1] == "1 removed, 1 changed, 1 added, 1 unchanged."


def test_files_with_the_same_rules_are_said_to_be_so(here: Path) -> None:
    ran = diff(here, OLD, b"".join(reversed(OLD.splitlines(keepends=True))))
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "The same rules: 3 rules, all unchanged."


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], 0),
        (["--fail-on", "removed"], 1),
        (["--fail-on", "changed", "--fail-on", "added"], 1),
    ],
)
def test_it_fails_on_what_it_is_asked_to(here: Path, words: list[str], code: int) -> None:
    assert diff(here, OLD, NEW, *words).code == code
    assert diff(here, OLD, OLD, *words).code == 0


@pytest.mark.parametrize("change", ["removed", "changed", "added"])
def test_it_fails_on_nothing_else(here: Path, change: str) -> None:
    one = {
        "removed": (OLD, OLD.split(b"\n", 1)[1]),
        "added": (OLD.split(b"\n", 1)[1], OLD),
        "changed": (OLD, OLD.replace(b",100", b",101")),
    }
    for name, (old, new) in one.items():
        assert diff(here, old, new, "--fail-on", change).code == int(name == change)


# --- Which file is compared ---------------------------------------------------------------------


def test_a_signed_file_is_compared_by_what_is_in_it_and_has_both_digests(here: Path) -> None:
    content = signed(NEW)
    container = content.read(1 << 20)
    made = document(here, OLD, container)
    assert counts(made) == (1, 1, 1, 1)
    new = made["new"]
    assert isinstance(new, dict)
    assert (new["container"], new["signature_holds"]) == ("cms-attached", True)
    assert (new["bytes"], new["csv"]["bytes"]) == (len(container), len(NEW))
    assert new["sha256"] != new["csv"]["sha256"]
    assert made["sound"] is True
    assert "the signature verifies (the signer was not checked)" in diff(here, OLD, container).out


def test_a_signature_that_does_not_hold_is_not_a_clean_comparison(here: Path) -> None:
    container = signed(OLD).read(1 << 20).replace(b",5000\n", b",5001\n")
    made = document(here, OLD, container)
    assert counts(made) == (0, 1, 0, 2)
    assert made["new"]["signature_holds"] is False  # type: ignore[index]
    ran = diff(here, OLD, container)
    assert ran.code == 1
    assert "WARNING  new file: the signature does not hold" in ran.out


def test_a_folder_with_a_manifest_is_compared_with_what_it_replaces(here: Path) -> None:
    example = ROOT / "fixtures" / "examples" / "adt-conforming"
    ran = run("diff", example, "--format", "json")
    assert ran.report["old"]["path"] == f"{example}: live.csv"
    assert ran.report["summary"]["unchanged"] > 0


def test_standard_input_may_be_one_of_the_two(here: Path) -> None:
    old, new = files(here, OLD, NEW)
    assert run("diff", old, "-", "--format", "json", stdin=NEW).report["summary"]["removed"] == 1
    assert run("diff", "-", new, "--format", "json", stdin=OLD).report["summary"]["added"] == 1
    assert "read only once" in run("diff", "-", "-", stdin=OLD).trouble


def test_a_profile_names_other_columns_and_keys(here: Path) -> None:
    profile = extending(
        here,
        '[files.adt]\nkey = ["Name"]\nrules = []\ncolumns = [{ name = "Limit", type = "integer" }, '
        '{ name = "Name", type = "text", pattern = "[a-z]+" }]\n',
    )
    made = document(here, b"1,a\n2,b\n", b"2,b\n3,a\n4,c\n", "--profile", profile)
    assert counts(made) == (0, 1, 1, 1)
    assert made["columns"] == {"key": ["Name"], "values": ["Limit"]}
    profile.write_text(profile.read_text().replace('key = ["Name"]', "key = []"))
    assert (
        "files.adt.key: has no key" in diff(here, b"1,a\n", b"1,a\n", "--profile", profile).trouble
    )


def test_letters_of_an_eui64_count_in_either_case_where_the_profile_reads_so(here: Path) -> None:
    profile = extending(here, '[readings]\neui64-case = "any"\nnull-form = "words"\n')
    other = OLD.replace(USER_ID.encode(), USER_ID.lower().encode()).replace(
        b",,5000", b",NULL,5000"
    )
    assert other != OLD
    made = document(here, OLD, other, "--profile", profile)
    assert counts(made) == (0, 0, 0, 3)
    assert made["sound"] is True


# --- Files that are not sound -------------------------------------------------------------------

UNSOUND = {
    "a field is missing": OLD.replace(b",24,,200", b",24,200"),
    "separated by CR LF": OLD.replace(b"\n", b"\r\n"),
    "a header": b"UserID,UserRole,ServiceReferenceVariant,TimePeriodHours,WarningThreshold,"
    b"AnomalyDetectionThreshold\n" + OLD,
    "a byte order mark": b"\xef\xbb\xbf" + OLD,
    "spaces beside a value": OLD.replace(b",IS,", b", IS,"),
    "cut off": OLD[:-12],
    "a rule twice": OLD + OLD.splitlines(keepends=True)[0],
    "a stray CR in a field": OLD.replace(b"1.2.1", b"1.2\r.1"),
    "out of range": OLD.replace(b",5000", b",5000000000"),
    "empty": b"",
}


@pytest.mark.parametrize("side", ["old", "new"])
@pytest.mark.parametrize("fault", UNSOUND)
def test_a_comparison_with_a_broken_file_never_looks_clean(
    here: Path, fault: str, side: str
) -> None:
    pair = (UNSOUND[fault], OLD) if side == "old" else (OLD, UNSOUND[fault])
    ran = diff(here, *pair)
    assert ran.code == 1
    assert f"WARNING  {side} file: " in ran.out
    assert "NOT TO BE RELIED ON" in ran.out.splitlines()[-1]
    assert "The same rules" not in ran.out
    made = document(here, *pair)
    assert made["sound"] is False
    assert made[side]["troubles"]  # type: ignore[index]
    page = diff(here, *pair, "--format", "html").out
    assert "Not to be relied on" in page


def test_a_record_that_cannot_be_read_is_counted_and_its_place_reported(here: Path) -> None:
    made = document(here, OLD, UNSOUND["a field is missing"])
    assert made["new"]["unread"] == 1  # type: ignore[index]
    troubles = made["new"]["troubles"]  # type: ignore[index]
    assert troubles[0] == "1 record cannot be read, so that a rule is not known"
    assert troubles[1].startswith("record 2")
    assert counts(made) == (1, 0, 0, 2)


def test_a_rule_that_is_there_twice_is_reported_with_both_records(here: Path) -> None:
    twice = OLD + f"{USER_ID},IS,1.1.1,24,80,999\n".encode()
    made = document(here, OLD, twice)
    (pair,) = made["new"]["repeated"]  # type: ignore[index]
    assert [rule["record"] for rule in pair] == [1, 4]
    assert [rule["values"]["AnomalyDetectionThreshold"] for rule in pair] == ["100", "999"]
    assert counts(made) == (0, 1, 0, 2)
    text = diff(here, OLD, twice).out
    assert "more than once in it: 1 rule" in text
    assert f"{USER_ID}, IS, 1.1.1, 24: records 1, 4" in text


def test_where_the_last_of_two_counts_by_the_profile_both_are_reported_all_the_same(
    here: Path,
) -> None:
    profile = extending(here, '[readings]\nduplicate-rules = "last-wins"\n')
    ran = diff(here, OLD, OLD + OLD.splitlines(keepends=True)[0], "--profile", profile)
    assert ran.code == 0
    assert "more than once in it: 1 rule" in ran.out


def test_an_empty_new_file_removes_every_rule(here: Path) -> None:
    assert counts(document(here, OLD, b"")) == (3, 0, 0, 0)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xff\xd8\xff\xe0 no text at all", "is an image, not CSV (give the CSV file itself)"),
        (b"PK\x03\x04 and more", "is a zip archive, not CSV (unpack it"),
        (OLD.decode().encode("utf-16"), "no rule in it can be read: record 1"),
        (communications("Release", "Delete"), "reads like a QCAF, and no ADT File"),
        (
            b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
            "cannot be taken out of its container",
        ),
    ],
)
def test_a_file_that_is_not_an_adt_file_is_refused_in_one_line(
    here: Path, data: bytes, says: str
) -> None:
    assert says in diff(here, OLD, data).trouble
    assert says in diff(here, data, OLD).trouble


def test_files_of_different_user_ids_are_reported(here: Path) -> None:
    other = OLD.replace(USER_ID.encode(), b"70-B3-D5-1F-30-02-00-00")
    ran = diff(here, OLD, other)
    assert "different User IDs" in ran.out
    assert "3 removed" in ran.out


# --- Where it is written ------------------------------------------------------------------------


def test_it_is_written_to_files_by_their_endings(here: Path) -> None:
    outputs = [here / f"diff{ending}" for ending in (".txt", ".json", ".html")]
    words = [word for path in outputs for word in ("--output", path)]
    ran = diff(here, OLD, NEW, *words)
    assert outputs[0].read_text() == ran.out
    assert json.loads(outputs[1].read_text())["complete"] is True
    assert outputs[2].read_text().startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--output", "diff.pdf"], "names no format (one of: .txt, .json"),
        (["--output", "nowhere/diff.json"], "nowhere: there is no such folder"),
        (["--fail-on", "moved"], "invalid choice: 'moved'"),
        (["--live", "."], "two answers to one question"),
        (["third.csv"], "more than two files"),
    ],
)
def test_bad_usage_is_one_line(here: Path, words: list[str], says: str) -> None:
    assert says in diff(here, OLD, NEW, *words).trouble


def test_an_input_is_never_written_over(here: Path) -> None:
    old, new = files(here, OLD, NEW)
    new.rename(here / "new.txt")
    assert "is an input" in run("diff", old, here / "new.txt", "--output", here / "new.txt").trouble
    assert (here / "new.txt").read_bytes() == NEW


HOSTILE = b"</td><script>alert(1)</script>\x1b[31m{{7*7}}\xe2\x80\xae"


def test_nothing_of_a_file_is_obeyed_by_a_terminal_or_a_page(here: Path) -> None:
    new = OLD + b"%b,%b,%b,24,,1\n" % (HOSTILE, HOSTILE, HOSTILE)
    text = diff(here, OLD, new).out
    assert all(line.isprintable() for line in text.splitlines())
    assert "alert(1)" in text
    page = diff(here, OLD, new, "--format", "html").out
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "default-src 'none'" in html.unescape(page)
    assert "\x1b" not in page
    made = document(here, OLD, new)
    assert list(jsonschema_rs.Draft202012Validator(SCHEMA).iter_errors(made)) == []


def test_a_page_of_very_many_says_what_it_leaves_out(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conformance.thresholds.page.MOST", 1)
    page = diff(here, OLD, b"", "--format", "html").out
    assert "and 2 more, which are in the JSON and text forms" in page
    assert page.count("<td>IS</td>") + page.count("<bdi>IS</bdi>") == 1
