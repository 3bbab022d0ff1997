"""``tadp explain``, ``tadp clauses``, ``tadp diff-editions``: the model, for people and tools."""

from __future__ import annotations

import re

import pytest

from conformance.commands.common import catalogue
from conformance.model.edition_changes import changes_between
from conformance.model.requirement import citation_of
from tests.running import run

MODEL = catalogue()
IDS = [r.id for r in MODEL.requirements()]


# --- explain ------------------------------------------------------------------------------------


#: What the explanation of every requirement has, in this order.
ROWS = [
    "who", "strength", "basis", "shown", "applies to", "editions", "source", "matters", "fix",
    "conforms", "violates",
]  # fmt: skip


@pytest.mark.parametrize("identifier", IDS)
def test_each_requirement_is_explained(identifier: str) -> None:
    requirement = MODEL.requirement(identifier)
    assert requirement is not None
    ran = run("explain", identifier)
    assert ran.code == 0
    reported = " ".join(ran.out.split())
    assert reported.startswith(f"{identifier} {citation_of(requirement.clause)}")
    for words in (
        requirement.statement, requirement.actor, requirement.source, requirement.effect,
        requirement.hint,
    ):  # fmt: skip
        assert " ".join(words.split()) in reported
    # Examples keep their lines; white space apart, they are there in full.
    for example in (requirement.example.conforms, requirement.example.violates):
        assert re.sub(r"\s+", "", example) in re.sub(r"\s+", "", ran.out)
    labels = [line[2:12].rstrip() for line in ran.out.splitlines() if re.match("  [a-z]", line)]
    assert [label for label in dict.fromkeys(labels) if label in ROWS] == ROWS
    for note in requirement.notes:
        assert f"note {note}" in reported


@pytest.mark.parametrize("note", MODEL.notes)
def test_each_note_is_explained_with_its_readings(note: str) -> None:
    ran = run("explain", note)
    assert ran.code == 0
    assert ran.out.startswith(f"note {note}  {MODEL.notes[note].title}\n")
    for reading in MODEL.notes[note].readings:
        mark = " (default)" if reading.id == MODEL.notes[note].default else ""
        assert f"  reading    {reading.id}{mark}: " in ran.out
    chosen = f'[readings] {note} = "..." in a profile' in ran.out
    assert chosen is MODEL.notes[note].decides
    used = [r.id for r in MODEL.requirements() if note in r.all_notes]
    assert "applies to " + used[0] in ran.out


@pytest.mark.parametrize(
    ("name", "explained"),
    [
        ("3.4(b)", ["3.4(b)-1", "3.4(b)-2", "3.4(b)-3", "3.4(b)-4"]),
        ("6.1", ["6.1-1", "6.1-2", "6.1-3", "6.1-4", "6.1-5", "6.1-6"]),
        ("UG1.4", ["UG1.4-1", "UG1.4-2", "UG1.4-3", "UG1.4-4", "UG1.4-5"]),
        ("2.2(*)-1", ["2.2(a)-1", "2.2(b)-1", "2.2(c)-1", "2.2(d)-1"]),
        ("UG", [i for i in IDS if i.startswith("UG")]),
    ],
)
def test_a_clause_is_explained_by_its_requirements(name: str, explained: list[str]) -> None:
    out = run("explain", name).out
    assert (
        re.findall(r"^(\S+)  (?:clause \d|User Guidance, section)", out, re.MULTILINE) == explained
    )


def test_several_things_are_explained_in_turn() -> None:
    out = run("explain", "quotes", "6.1-3").out
    assert out.index("note quotes") < out.index("6.1-3  clause 6.1")


def test_the_statement_of_another_edition_is_reported() -> None:
    assert "in v2.0" in run("explain", "3.4-1").out
    assert "in v2.0" not in run("explain", "6.1-3").out


def test_requirements_that_one_derives_from_or_rejects_are_reported() -> None:
    assert "derives    fails because of 6.1-*, 6.3-*" in run("explain", "3.4(b)-1").out
    rejecting = [r.id for r in MODEL.requirements() if r.rejects]
    for identifier in rejecting:
        assert "  rejects " in run("explain", identifier).out


@pytest.mark.parametrize("name", ["9.9", "", "6.1-99", "6.1-3 ", "\x1b[31m", "[", "3.4(b"])
def test_an_unknown_name_is_reported(name: str) -> None:
    line = run("explain", name).trouble
    assert line.endswith("is not a requirement, clause or note (see tadp clauses)")


def test_one_bad_name_among_good_ones_explains_nothing() -> None:
    assert run("explain", "6.1-3", "9.9").out == ""


# --- clauses ------------------------------------------------------------------------------------


def test_the_catalogue_for_people_has_every_requirement() -> None:
    out = run("clauses").out
    assert re.findall(r"^  (\S+) +\S", out, re.MULTILINE)
    for requirement in MODEL.requirements():
        assert re.search(rf"^  {re.escape(requirement.id)} ", out, re.MULTILINE)
    for clause in MODEL.clauses:
        assert f"{clause.number}  {clause.title}\n" in out


def test_the_catalogue_for_tools_has_every_requirement() -> None:
    document = run("clauses", "--format", "json").report
    assert [r["id"] for r in document["requirements"]] == IDS
    for one in document["requirements"]:
        assert {"id", "clause", "statement", "actor", "basis", "testable", "source"} <= set(one)
        assert all(one[k] for k in ("id", "clause", "statement", "actor", "source"))
    assert [n["id"] for n in document["notes"]] == list(MODEL.notes)
    assert [e["id"] for e in document["editions"]] == ["v2.0", "mp109"]
    assert document["model"]["sha256"] == MODEL.digest
    assert all(x["sentence"] and x["reason"] for x in document["excluded"])


def test_the_catalogue_of_one_edition() -> None:
    old = run("clauses", "--format", "json", "--edition", "v2.0").report["requirements"]
    statements = {r["id"]: r["statement"] for r in old}
    assert "2.2(c)-1" not in statements
    assert not any(i.startswith("UG") for i in statements)
    assert statements["3.4-1"] == "The ADT File is sent to DCC by an email to the Service Desk."
    assert "UG1" not in run("clauses", "--edition", "v2.0").out
    assert "there is no edition 'v3'" in run("clauses", "--edition", "v3").trouble


# --- diff-editions ------------------------------------------------------------------------------


def test_requirements_that_differ_between_the_editions_are_listed() -> None:
    document = run("diff-editions", "--format", "json").report
    assert (document["old"], document["new"]) == ("v2.0", "mp109")
    changes = {c["id"]: c for c in document["changes"]}
    assert changes["2.2(c)-1"]["change"] == "added"
    assert changes["UG1.6-1"]["change"] == "added"
    changed = changes["3.4-1"]["fields"]
    before = {"method": "email", "recipient": "service-desk"}
    assert changed["with"] == {"old": before, "new": {}}
    assert changed["from"] == {"old": [], "new": ["UG1.6-1"]}
    assert "email to the Service Desk" in changed["statement"]["old"]
    assert "secure delivery method" in changed["statement"]["new"]
    assert changes["4.13-1"]["change"] == "added"
    for same in ("6.1-3", "3.1-3", "4.7-2"):
        assert same not in changes
    # In the order of the clauses.
    assert [i for i in IDS if i in changes] == list(changes)


def test_the_other_way_round_what_was_added_is_removed() -> None:
    there = list(changes_between(MODEL, "v2.0", "mp109"))
    back = list(changes_between(MODEL, "mp109", "v2.0"))
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert [(c["id"], turned[c["change"]]) for c in there] == [(c["id"], c["change"]) for c in back]
    out = run("diff-editions", "mp109", "v2.0").out
    assert "  UG1.6-1 removed\n    - Email is used only while" in out


def test_the_changes_for_people() -> None:
    out = run("diff-editions").out
    assert out.startswith("v2.0  Appendix AA, version 2.0, in force since a day that is not known")
    assert "\nmp109  " in out
    assert "in force from 2022-11-03" in out
    assert "\nclause 3.4\n" in out
    assert "    - with: method = email, recipient = service-desk\n    + with: nothing\n" in out
    assert "    - from: nothing\n    + from: UG1.6-1\n" in out
    count = len(run("diff-editions", "--format", "json").report["changes"])
    assert out.endswith(f"\n{count} requirements added, removed or changed.\n")


def test_an_edition_does_not_differ_from_itself() -> None:
    for edition in ("v2.0", "mp109"):
        ran = run("diff-editions", edition, edition)
        assert ran.out.endswith("0 requirements added, removed or changed.\n")


def test_an_edition_that_is_not_one_is_reported() -> None:
    for words in (("v9",), ("v2.0", "v9")):
        assert (
            "there is no edition 'v9' (one of: v2.0, mp109)" in run("diff-editions", *words).trouble
        )
