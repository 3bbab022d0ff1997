"""The model as an edition file changes it: words, additions, withdrawals, and what is covered."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from conformance.checks import PARAMETERS
from conformance.model.edition_changes import changes_between
from conformance.model.edition_extending import extended
from conformance.model.requirement import Basis, Strength
from tests.checks.situation import catalogue
from tests.model.editions import CONFIRMED, edition_file, record, requirement, stated

ID = "code-2025"
WORDED = record(
    "word", id='"6.1-3"', statement='"Records end otherwise."', strength='"should"',
    with_='{ separator = "\\r\\n" }', basis='"note"',
)  # fmt: skip


def test_the_shipped_model_is_left_as_it_is(tmp_path: Path) -> None:
    before = {r.id: r for r in catalogue().requirements()}
    model = stated(tmp_path, WORDED, requirement())
    assert [*catalogue().editions] == ["v2.0", "mp109"]
    assert {r.id: r for r in catalogue().requirements()} == before
    assert model.digest == catalogue().digest
    for edition in catalogue().editions:
        old = [(r.id, r.statement, r.stated) for r in catalogue().requirements(edition)]
        assert [(r.id, r.statement, r.stated) for r in model.requirements(edition)] == old


def test_an_edition_without_a_change_has_all_of_the_one_that_it_extends(tmp_path: Path) -> None:
    model = stated(tmp_path)
    ids = [r.id for r in model.requirements(ID)]
    assert ids == [r.id for r in catalogue().requirements("mp109")]
    assert all(r.stated is None for r in model.requirements(ID))
    assert list(changes_between(model, "mp109", ID)) == []


def test_a_requirement_is_worded_otherwise(tmp_path: Path) -> None:
    model = stated(tmp_path, WORDED)
    worded = {r.id: r for r in model.worded(ID)}["6.1-3"]
    was = {r.id: r for r in model.worded("mp109")}["6.1-3"]
    assert worded.statement == "Records end otherwise."
    assert (worded.strength, worded.basis) == (Strength.SHOULD, Basis.NOTE)
    assert worded.parameters == {"separator": "\r\n"}
    assert (worded.effect, worded.checks, worded.notes) == (was.effect, was.checks, was.notes)
    assert (was.strength, was.basis, was.stated) == (Strength.SHALL, Basis.CLAUSE, None)
    # Without a source of its own, it has the source of the file, and not MP109.
    assert worded.source == "Appendix AA, version 9.9 of 1 May 2025"
    assert worded.stated == model.edition_files[0]
    found = model.requirement("6.1-3")
    assert found is not None
    assert found.statement == worded.statement


def test_advice_may_be_worded_otherwise_and_nothing_rests_on_that(tmp_path: Path) -> None:
    model = stated(tmp_path, record(
        "word", id='"6.1-3"', hint='"Ask."', effect='"None."',
        example='{ conforms = "a", violates = "b" }',
    ))  # fmt: skip
    worded = {r.id: r for r in model.worded(ID)}["6.1-3"]
    assert (worded.hint, worded.effect, worded.example.violates) == ("Ask.", "None.", "b")
    assert worded.stated is None
    assert worded.source == "MP109 Annex C, clause 6.1"


def test_a_requirement_is_withdrawn_with_a_reason(tmp_path: Path) -> None:
    withdraw = record("withdraw", ids='["4.7-3", "UG1.1-1"]', reason='"Gone."')
    model = stated(tmp_path, withdraw)
    left = {r.id for r in model.requirements(ID)}
    assert {r.id for r in model.requirements("mp109")} - left == {"4.7-3", "UG1.1-1"}
    assert (model.editions[ID].title, model.editions[ID].summary) == (
        2 * ("Appendix AA as it was on 2 May 2025",)
    )
    assert model.editions[ID].withdrawn == {"4.7-3": "Gone.", "UG1.1-1": "Gone."}
    changes = list(changes_between(model, "mp109", ID))
    assert [(one["id"], one["change"], one["reason"]) for one in changes] == [
        ("4.7-3", "removed", "Gone."), ("UG1.1-1", "removed", "Gone."),
    ]  # fmt: skip


def test_requirements_are_added_to_a_clause_that_is_there_and_to_a_new_one(tmp_path: Path) -> None:
    model = stated(
        tmp_path,
        record("clause", clause='"5.10"', title='"Post"', summary='"By post."'),
        requirement("3.1-4", set_by='"user"', kinds='["qcaf"]'),
        requirement("5.10(a)-1"),
        requirement("UG1.7-1"),
    )
    numbers = [clause.number for clause in model.clauses]
    assert numbers[numbers.index("5.10") - 1 : numbers.index("5.10") + 2] == ["4.13", "5.10", "6.1"]
    homes = {r.id: c.number for c in model.clauses for r in c.requirements}
    assert (homes["3.1-4"], homes["5.10(a)-1"], homes["UG1.7-1"]) == ("3.1", "5.10", "UG")
    added = {r.id: r for r in model.requirements(ID)}["5.10(a)-1"]
    assert (added.clause, added.editions, added.stated) == (
        "5.10(a)", (ID,), model.edition_files[0],
    )  # fmt: skip
    assert "3.1-4" not in {r.id for r in model.requirements("mp109")}


def test_a_requirement_may_move_to_another_paragraph(tmp_path: Path) -> None:
    section = record("clause", clause='"5.1"', title='"T"', summary='"S"')
    moved = [record("word", id='"3.4(a)-1"', clause='"3.4(c)"')]
    moved.append(record("word", id='"3.1-2"', clause='"5.1"'))
    worded = {r.id: r.clause for r in stated(tmp_path, section, *moved).worded(ID)}
    assert (worded["3.4(a)-1"], worded["3.1-2"]) == ("3.4(c)", "5.1")


def test_an_edition_is_in_force_from_its_day_on(tmp_path: Path) -> None:
    model = stated(tmp_path)

    def at(*day: int) -> str:
        return model.edition_at(datetime(*day, tzinfo=UTC)).id  # type: ignore[misc]

    assert (at(2022, 11, 2), at(2025, 4, 30), at(2025, 5, 1)) == ("v2.0", "mp109", ID)
    assert model.latest.id == ID


def test_an_edition_between_two_others_has_its_place(tmp_path: Path) -> None:
    model = stated(tmp_path, extends='"v2.0"', in_force="2022-01-01")
    assert [*model.editions] == ["v2.0", ID, "mp109"]
    assert model.latest.id == "mp109"
    worded = {r.id: r for r in model.worded(ID)}["3.4-1"]
    assert worded.parameters["method"] == "email"


def test_an_edition_may_take_the_place_of_another_on_its_first_day(tmp_path: Path) -> None:
    model = stated(tmp_path, in_force="2022-11-03")
    assert model.edition_at(datetime(2022, 11, 3, tzinfo=UTC)).id == ID


def test_one_edition_file_extends_another(tmp_path: Path) -> None:
    first = edition_file(tmp_path, WORDED, requirement())
    second = edition_file(
        tmp_path, record("word", id='"6.1-3"', hint='"Ask."'),
        record("word", id='"3.1-4"', strength='"may"'),
        id='"code-2026"', extends=f'"{ID}"', in_force="2026-01-01", **CONFIRMED,
    )  # fmt: skip
    model = extended(catalogue(), [first, second], PARAMETERS)
    worded = {r.id: r for r in model.worded("code-2026")}
    assert (worded["6.1-3"].hint, worded["6.1-3"].statement) == ("Ask.", "Records end otherwise.")
    assert [file.edition for file in model.edition_files] == [ID, "code-2026"]
    # Whose word it is that records end otherwise has not changed with the hint.
    assert worded["6.1-3"].stated == model.edition_files[0]
    assert worded["3.1-4"].stated == model.edition_files[1]
    assert [r.strength for r in model.requirements(ID) if r.id == "3.1-4"] == [Strength.SHALL]


def test_a_covered_clause_is_not_listed_as_not_covered(tmp_path: Path) -> None:
    model = stated(
        tmp_path,
        record("clause", clause='"4.5"', title='"T"', summary='"S"'),
        requirement("4.5-1"),
        record("not_covered", clauses='["7"]', what='"All of it."', reason='"Not read."'),
        covers='["6.5", "amendments", "3.5 on"]',
    )
    labels = [label for gap in model.not_covered_in(ID) for label in gap.clauses]
    assert labels == [
        "1", "definitions", "2.1", "3.2", "3.3", "4.1", "4.2", "4.4", "4.6", "4.9 to 4.12",
        "4.14 on", "5", "6.2 to 6.4", "User Guidance", "7",
    ]  # fmt: skip
    before = [label for gap in catalogue().not_covered_in("mp109") for label in gap.clauses]
    assert [label for gap in model.not_covered_in("mp109") for label in gap.clauses] == before


def test_notes_and_exclusions_are_added(tmp_path: Path) -> None:
    model = stated(
        tmp_path,
        record("excluded", clause='"3.1"', sentence='"It rains."', reason='"So what."'),
        record(
            "note", id='"what-post"', title='"Post"', question='"Which?"', default='"any"',
            reason='"None."', source='"Here"', decides="false",
            reading='[{ id = "any", text = "A" }, { id = "royal", text = "R" }]',
        ),
        requirement(notes='["what-post"]', basis='"note"'),
    )  # fmt: skip
    (clause,) = (clause for clause in model.clauses if clause.number == "3.1")
    assert clause.excluded[-1].sentence == "It rains."
    assert model.notes["what-post"].default == "any"
    assert "what-post" not in catalogue().notes


@pytest.mark.parametrize(("head", "verified"), [({}, False), (CONFIRMED, True)])
def test_a_file_says_whose_word_it_is(tmp_path: Path, head: dict[str, str], verified: bool) -> None:
    file = stated(tmp_path, **head).edition_files[0]
    assert (file.edition, file.extends, file.verified) == (ID, "mp109", verified)
    assert (file.by, file.on) == (("A. Reader", "2025-05-02") if verified else ("", ""))
    assert file.source == "Appendix AA, version 9.9 of 1 May 2025"
    assert file.path == str(tmp_path / "code-2025.toml")


def test_texts_may_have_several_lines(tmp_path: Path) -> None:
    statement = '"""Records\n  end otherwise.\n"""'
    example = '{ conforms = "a\\nb", violates = "c" }'
    word = record("word", id='"6.1-3"', statement=statement, example=example)
    worded = {r.id: r for r in stated(tmp_path, word).worded(ID)}["6.1-3"]
    assert worded.statement == "Records end otherwise."
    assert worded.example.conforms == "a\nb"
