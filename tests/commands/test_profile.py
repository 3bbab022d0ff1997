"""``tadp profile``: making one's own, checking it, showing it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from conformance.home import HOME
from conformance.model.profile_loading import profile_text
from tests.checks.situation import ADT
from tests.model.profiles import assumption
from tests.running import check, run

SCHEMA = HOME / "schemas" / "profile.schema.json"
HEAD = 'profile = "mine"\ntitle = "Mine"\nversion = "1"\nextends = "reference"\n'


def test_a_new_profile_is_the_reference_profile_under_another_name(tmp_path: Path) -> None:
    path = tmp_path / "My Profile.toml"
    ran = run("profile", "new", path)
    assert ran.code == 0
    assert ran.out == (
        f"wrote {path}; change it, then: tadp profile check {path}\n"
        f"its first line names its schema for editors: {SCHEMA}\n"
    )
    assert path.read_text("utf-8").splitlines()[0] == f"#:schema {SCHEMA.as_uri()}"
    made, base = tomllib.loads(path.read_text("utf-8")), tomllib.loads(profile_text("reference"))
    assert (made.pop("profile"), made.pop("title")) == ("my-profile", "my-profile")
    assert (base.pop("profile"), base.pop("title")) == ("reference", "Reference profile")
    assert made == base
    assert "# The reference profile" in path.read_text("utf-8")
    assert run("profile", "check", path, "--quick").out == (
        f"{path}: can be used (my-profile, version 1; 10 of its entries unverified)\n"
    )


def test_a_new_profile_may_extend_it_and_can_be_used_at_once(tmp_path: Path) -> None:
    path = tmp_path / "short.toml"
    assert run("profile", "new", path, "--extend").code == 0
    assert len(path.read_text("utf-8")) < 1500
    assert run("profile", "check", path, "--quick").code == 0
    file = tmp_path / "adt.csv"
    file.write_bytes(ADT)
    assert check(file, "--profile", path).report["profile"]["name"] == "short"


def test_the_example_in_a_new_profile_is_accepted_where_it_is_used(tmp_path: Path) -> None:
    path = tmp_path / "short.toml"
    run("profile", "new", path, "--extend")
    before, _, example = path.read_text("utf-8").partition("# [[assumptions]]\n")
    lines = [line.removeprefix("# ") for line in example.splitlines()]
    path.write_text(f"{before}[[assumptions]]\n" + "\n".join(lines) + "\n", "utf-8")
    assert run("profile", "check", path, "--quick").out == (
        f"{path}: can be used (short, version 1; 9 of its entries unverified)\n"
    )
    assert (
        "by Name of the person who compared them on 2026-01-31: Document, version and section"
        in run("profile", "show", path, "--format", "markdown").out
    )


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("", "source and by and on"),
        ("source = 'S'\n", "by and on"),
        ("by = 'B'\non = '2026-01-31'\n", "source"),
    ],
)
def test_a_confirmation_that_lacks_something_is_refused_by_the_name_of_its_entry(
    tmp_path: Path, given: str, missing: str
) -> None:
    path = tmp_path / "mine.toml"
    head = "\n[[assumptions]]\nentry = 'references.smsr'\nverified = true\nreason = 'R'\n"
    path.write_text(HEAD + assumption("delivery") + head + given)
    ran = run("profile", "check", path, "--quick")
    assert ran.code == 2
    said = f"assumptions.references.smsr: is said to be verified, without {missing}\n"
    assert said in ran.out
    assert run("profile", "show", path).trouble.endswith(
        "(in [[assumptions]], say where it is laid down (source), who confirmed it (by) and on "
        "which date (on))"
    )


@pytest.mark.parametrize(
    ("name", "profile"),
    [("\u00e9.toml", "mine"), ("--.toml", "mine"), ("A.B.toml", "a.b"), ("x", "x")],
)
def test_a_profile_is_named_after_its_file(tmp_path: Path, name: str, profile: str) -> None:
    path = tmp_path / name
    assert run("profile", "new", path, "--extend").code == 0
    assert tomllib.loads(path.read_text("utf-8"))["profile"] == profile
    assert run("profile", "check", path, "--quick").code == 0


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("precious")
    assert run("profile", "new", path).trouble == f"{path}: is there already (name a new file)"
    assert path.read_text() == "precious"


def test_a_place_that_cannot_be_written_to_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "no" / "mine.toml"
    assert run("profile", "new", path).trouble == f"{path}: No such file or directory"


def test_the_base_is_one_that_is_shipped(tmp_path: Path) -> None:
    assert (
        "invalid choice: 'other'"
        in run("profile", "new", tmp_path / "x.toml", "--base", "other").trouble
    )


def test_several_profiles_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD)
    assert len(run("profile", "check", "reference", path, "--quick").out.splitlines()) == 2


def test_a_profile_whose_entries_are_all_confirmed_is_verified(tmp_path: Path) -> None:
    entries = [a["entry"] for a in tomllib.loads(profile_text("reference"))["assumptions"]]
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + "".join(assumption(entry) for entry in entries))
    assert run("profile", "check", path, "--quick").out.endswith("(mine, version 1; verified)\n")
    rests_on = run("profile", "show", path).out.partition("What this rests on\n")[2].splitlines()
    assert [line.split()[:4] for line in rests_on[1:]] == [[e, "by", "B", "on"] for e in entries]
    file = tmp_path / "adt.csv"
    file.write_bytes(ADT)
    assert check(file, "--profile", path).report["profile"]["verified"] is True


def test_each_section_says_what_is_unverified_in_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + assumption("files.adt") + assumption("delivery.hours"))
    out = " ".join(run("profile", "show", path).out.split())
    assert "unverified files.report, files.qcaf, breaches" in out
    assert "ADT File (clause 6.3) Verified, all of it." in out
    assert "QCAF (clause 6.5) Unverified, all of it. The last section says why" in out
    assert "Delivery Unverified: delivery.method, " in out
    assert "delivery.hours by B on" in out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "profile: is missing"),
        ("profile = ", "is not TOML"),
        (HEAD + "[readings]\nquotes = 'maybe'", "readings.quotes: 'maybe' is not one of"),
        (HEAD + "[delivery]\nmethod = 'x'", "delivery.method: 'x' is not one of delivery.methods"),
        (HEAD + "[references]\nsmsr = '('", "references.smsr: is not a regular expression"),
        (HEAD + "[surprise]\n", "line 5: surprise: there is no such entry"),
        (HEAD.replace("reference", "missing.toml"), "missing.toml: no such file"),
    ],
)
def test_a_profile_that_cannot_be_used_is_reported(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    for words in (["profile", "show", path], ["check", "-", "--profile", path]):
        assert says in run(*words).trouble
    ran = run("profile", "check", path, "--quick")
    assert ran.code == 2
    assert says in ran.out


def test_showing_a_profile_says_all_that_a_user_would_ask() -> None:
    ran = run("profile", "show")
    assert ran.code == 0
    assert ran.out == run("profile", "show", "reference").out
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    for words in (
        "profile reference",
        "ADT File (clause 6.3)",
        "1 UserID user-id eui64",
        "4 TimePeriodHours period integer minimum 1; maximum 744",
        "6 Action action action",
        "key UserID, UserRole, ServiceReferenceVariant, TimePeriodHours",
        "rules.warning-within-adt.left.column WarningThreshold",
        "containers cms-detached, cms-attached",
        "algorithms.2.minimum_bits 2048",
        "method sharepoint",
        "contingency email",
        "smsr REQ[0-9]{12}",
    ):
        assert words in lines
    shown = re.findall(
        r"^  ([a-z.]+) +unverified  ", ran.out.partition("rests on\n")[2], re.MULTILINE
    )
    assert shown == [
        "files.adt", "files.report", "files.qcaf", "breaches", "alerts", "signature",
        "certificate", "trust", "references", "delivery",
    ]  # fmt: skip


def test_columns_are_shown_with_what_bounds_them(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        HEAD
        + """
[files.adt]
key = []
rules = []
columns = [
  { name = "Any", type = "integer" },
  { name = "From", type = "integer", minimum = 5 },
  { name = "To", type = "integer", maximum = 9, nullable = true },
  { name = "Text", type = "text", pattern = "\\u001b.*" },
]
"""
    )
    out = run("profile", "show", path).out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    for words in (
        "Any,From,To,Text\u25b2",
        "1 Any integer",
        "2 From integer minimum 5",
        "3 To integer may be null maximum 9",
        "4 Text text pattern \u241b.*",
        "key none",
        "rules none",
    ):
        assert words in lines


def test_showing_a_profile_to_a_tool_is_the_whole_of_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + "[delivery]\nhours = 100\n")
    shown = run("profile", "show", path, "--format", "json").report
    assert shown["delivery"]["hours"] == 100
    assert shown["delivery"]["method"] == "sharepoint"
    assert len(shown["files"]["adt"]["columns"]) == 6


HOSTILE = r"\u001b[31m\u202e"


@pytest.mark.parametrize(
    "text",
    [
        HEAD.replace('"Mine"', f'"{HOSTILE}"'),
        HEAD.replace('"1"', f'"{HOSTILE}"'),
        HEAD + f'source = "{HOSTILE}"\n',
        HEAD + f'[references]\nsmsr = "{HOSTILE}"\n'.replace("[31m", ""),
        HEAD + f'[delivery.folders]\nadt = "{HOSTILE}"\n',
        HEAD + f'[delivery]\nmethod = "{HOSTILE}"\n[delivery.methods."{HOSTILE}"]\n'
        "subject_line = true\n",
        HEAD + f'[files.adt]\nclause = "{HOSTILE}"\n',
        HEAD + f'[[assumptions]]\nentry = "delivery"\nverified = false\nreason = "{HOSTILE}"\n',
    ],
)
def test_nothing_in_a_profile_is_obeyed(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    file = tmp_path / "adt.csv"
    file.write_bytes(ADT)
    for words in (["profile", "check", path, "--quick"], ["profile", "show", path],
                  ["profile", "show", path, "--format", "json"],
                  ["check", file, "--profile", path],
                  ["check", file, "--profile", path, "--format", "json"]):  # fmt: skip
        ran = run(*words)
        # No reference or folder could have such characters.
        assert ran.code in (0, 1, 2), ran.err
        for line in (ran.out + ran.err).splitlines():
            assert line.isprintable(), line


def test_a_name_that_a_terminal_would_obey_is_shown_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "\x1b[31m.toml"
    for words in (["profile", "new", path], ["profile", "check", path, "--quick"]):
        ran = run(*words)
        assert ran.code == 0
        assert "\u241b[31m.toml" in ran.out
        assert all(line.isprintable() for line in ran.out.splitlines())


def test_the_schema_is_printed_or_written_for_editors(tmp_path: Path) -> None:
    schema = json.loads(run("profile", "schema").out)
    assert schema == json.loads(SCHEMA.read_text("utf-8"))
    columns = schema["$defs"]["column"]["properties"]
    # Editors show what is here, and do not look into what depends on the type.
    assert [name for name, one in columns.items() if not one.get("description")] == []
    assert "(eui64, request-id)" in columns["form"]["description"]
    assert run("profile", "schema", "--path").out == f"{SCHEMA}\n"
    file = tmp_path / "p.json"
    file.write_text("old")
    assert run("profile", "schema", "-o", file).out == (
        f"wrote {file}; the first line of a profile beside it: #:schema ./p.json\n"
    )
    assert json.loads(file.read_text("utf-8")) == schema


def test_more_hours_than_ten_years_have_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + f"[delivery]\nhours = {10**15}\n")
    assert "delivery.hours" in run("profile", "check", path, "--quick").out


def test_a_qcaf_can_come_after_ten_years(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + "[delivery]\nhours = 87600\n")
    from tests.checks.situation import communications

    ran = check(
        "-", "--profile", path, "--at", "2025-06-04T10:00:01Z", stdin=communications("Delete")
    )
    assert ran.status("UG1.2-1") == "passed"
