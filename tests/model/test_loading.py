"""The model loads, and a broken record stops with one line that names file and record."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from conformance.checks import CHECKS
from conformance.errors import ModelError
from conformance.model.loading import load_catalogue
from tests.model.made_up import HOME as MADE_UP
from tests.model.made_up import KNOWN

MODEL = Path(str(files("conformance") / "model"))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A copy of the shipped records, to be broken."""
    for name in ("notes.toml", "editions.toml", "service-reference-variants.toml"):
        shutil.copy(MODEL / name, tmp_path)
    shutil.copytree(MODEL / "clauses", tmp_path / "clauses")
    return tmp_path


def edit(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text("utf-8")
    after = change(before)
    assert after != before, "the edit changed nothing"
    path.write_text(after, "utf-8")


def test_the_shipped_model_has_every_clause_in_order() -> None:
    catalogue = load_catalogue(CHECKS)
    numbers = [clause.number for clause in catalogue.clauses]
    assert numbers == [
        "2.2", "3.1", "3.4", "4.3", "4.7", "4.8", "4.13", "6.1", "6.3", "6.4", "6.5", "UG",
    ]  # fmt: skip


def test_every_registered_check_is_used_and_every_note_bears_on_something() -> None:
    catalogue = load_catalogue(CHECKS)
    used = {name for r in catalogue.requirements() for name in r.checks}
    assert used == set(CHECKS)
    noted = {note for r in catalogue.requirements() for note in r.all_notes}
    assert noted == set(catalogue.notes)


def test_there_are_129_variants_and_four_are_disputed() -> None:
    variants = load_catalogue(CHECKS).variants
    assert len(variants) == 129
    disputed = [v.srv for v in variants.values() if v.critical == "disputed"]
    assert disputed == ["7.12", "7.13", "7.14", "7.15"]
    assert variants["1.1.1"].roles == {"IS", "GS"}


def test_the_digest_changes_with_a_record(model: Path) -> None:
    before = load_catalogue(CHECKS, model).digest
    assert before == load_catalogue(CHECKS).digest
    edit(model / "clauses" / "6.1.toml", lambda t: t.replace("Fields are", "All fields are"))
    assert load_catalogue(CHECKS, model).digest != before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda t: t.replace('check = "record-separator"', 'check = "no-such-check"'),
            "6.1.toml, requirement 6.1-3: names the check 'no-such-check', which does not exist",
        ),
        (
            lambda t: t.replace('"final-line-feed"', '"no-such-note"'),
            "6.1.toml, requirement 6.1-3: names the note 'no-such-note', which does not exist",
        ),
        (
            lambda t: t.replace('id = "6.1-3"', 'id = "6.1-2"'),
            "6.1.toml, requirement 6.1-2: id already used in 6.1.toml",
        ),
        (
            lambda t: t.replace('editions = ["v2.0", "mp109"]', 'editions = ["v9"]', 1),
            "6.1.toml, requirement 6.1-1: names the edition 'v9', which does not exist",
        ),
        (
            lambda t: t.replace('id = "6.1-3"', 'id = "6.2-3"'),
            "6.1.toml, requirement 6.2-3: id belongs to another clause",
        ),
    ],
)
def test_a_broken_reference_names_file_and_record(
    model: Path, change: Callable[[str], str], says: str
) -> None:
    edit(model / "clauses" / "6.1.toml", change)
    with pytest.raises(ModelError) as caught:
        load_catalogue(CHECKS, model)
    assert str(caught.value) == says


@pytest.mark.parametrize(
    ("remove", "says"),
    [
        ("statement = ", "requirement.6.1-2.statement: is missing"),
        ("effect = ", "requirement.6.1-2.effect: is missing"),
        ("example.violates", "requirement.6.1-2.example.violates: is missing"),
    ],
)
def test_a_missing_entry_names_file_and_record(model: Path, remove: str, says: str) -> None:
    def drop(text: str) -> str:
        head, tail = text.split('id = "6.1-2"')
        lines = tail.splitlines(keepends=True)
        index = next(i for i, line in enumerate(lines) if line.startswith(remove))
        return head + 'id = "6.1-2"' + "".join(lines[:index] + lines[index + 1 :])

    edit(model / "clauses" / "6.1.toml", drop)
    with pytest.raises(ModelError) as caught:
        load_catalogue(CHECKS, model)
    assert re.fullmatch(r"6\.1\.toml, line [0-9]+", str(caught.value.where))
    assert caught.value.what == says


def test_a_wrong_value_names_file_and_record(model: Path) -> None:
    edit(
        model / "clauses" / "3.1.toml", lambda t: t.replace('actor = "User"', 'actor = "Ofgem"', 1)
    )
    with pytest.raises(
        ModelError, match=r"3\.1\.toml, line [0-9]+: requirement\.3\.1-1\.actor: .*Ofgem"
    ):
        load_catalogue(CHECKS, model)


def test_a_requirement_that_rests_on_a_note_names_it(model: Path) -> None:
    drop = 'notes = ["record-sign"]\n'
    edit(model / "clauses" / "6.1.toml", lambda t: t.replace(drop, ""))
    with pytest.raises(ModelError) as caught:
        load_catalogue(CHECKS, model)
    assert str(caught.value) == "6.1.toml, requirement 6.1-6: rests on a note and names none"


def test_an_unknown_edition_of_what_is_not_covered_is_refused(model: Path) -> None:
    edit(model / "editions.toml", lambda t: t + """
[[not_covered]]
clauses = ["7.1"]
what = "A clause."
reason = "A reason."
editions = ["mp109", "v9"]
""")  # fmt: skip
    with pytest.raises(ModelError) as caught:
        load_catalogue(CHECKS, model)
    assert str(caught.value) == (
        "editions.toml, not_covered 7.1: names the edition 'v9', which does not exist"
    )


def test_a_pattern_that_names_nothing_is_refused(model: Path) -> None:
    edit(model / "clauses" / "3.4.toml", lambda t: t.replace('"6.3-*"', '"9.9-*"'))
    with pytest.raises(ModelError) as caught:
        load_catalogue(CHECKS, model)
    assert str(caught.value) == (
        "3.4.toml, requirement 3.4(b)-1: names '9.9-*', which is not a requirement"
    )


def test_a_default_that_is_not_a_reading_is_refused(model: Path) -> None:
    edit(model / "notes.toml", lambda t: t.replace('default = "either"', 'default = "neither"'))
    with pytest.raises(ModelError) as caught:
        load_catalogue(CHECKS, model)
    assert str(caught.value) == (
        "notes.toml, note final-line-feed: default 'neither' is not one of its readings"
    )


def test_a_note_twice_is_refused(model: Path) -> None:
    edit(model / "notes.toml", lambda t: t.replace('id = "quotes"', 'id = "final-line-feed"'))
    with pytest.raises(ModelError, match=r"notes\.toml, note final-line-feed: id already used"):
        load_catalogue(CHECKS, model)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "editions.toml", 'id = "new"', "",
            "editions.toml, line 6: edition.2.id: is missing (write text in quotes)",
        ),
        (
            "editions.toml", 'summary = "As it was."', "summary = 1",
            "editions.toml, line 4: edition.old.summary: 1 cannot be used here (write text in "
            "quotes)",
        ),
        (
            "notes.toml", 'question = "May it be empty?"\n', "",
            "notes.toml, line 10: note.empty.question: is missing (write text in quotes)",
        ),
        (
            "notes.toml", 'id = "yes", ', "",
            "notes.toml, line 17: note.empty.reading.1.id: is missing (write small letters, digits "
            "and hyphens)",
        ),
        (
            "service-reference-variants.toml", 'srv = "1.2"', "srv = 2",
            "service-reference-variants.toml, line 4: variant.2.srv: 2 cannot be used here (write "
            "numbers with dots between them, such as 6.15.1)",
        ),
        (
            "service-reference-variants.toml", ', roles = ["ED"]', "",
            "service-reference-variants.toml, line 5: variant.2.1.roles: is missing (write a "
            "list in "
            "brackets)",
        ),
        (
            "service-reference-variants.toml", 'source = "Nowhere"\n', "",
            "service-reference-variants.toml: source: is missing (write text in quotes)",
        ),
        (
            "clauses/10.2.toml", 'title = "Writing"\n', "",
            "10.2.toml: title: is missing (write text in quotes)",
        ),
        (
            "clauses/3.4.toml", 'sentence = "It is so."\n', "",
            "3.4.toml, line 46: excluded.1.sentence: is missing (write text in quotes)",
        ),
        (
            "clauses/UG.toml", "UG1.4-1", "10.2-1",
            "UG.toml, requirement 10.2-1: id already used in 10.2.toml",
        ),
        (
            "clauses/10.2.toml", "10.2-1", "10.3-1",
            "10.2.toml, requirement 10.3-1: id belongs to another clause",
        ),
        (
            "clauses/3.4.toml", '["first", "second"]', '["first", "fourth"]',
            "3.4.toml, requirement 3.4(b)-1: names the check 'fourth', which does not exist",
        ),
        (
            "clauses/3.4.toml", '["lines", "empty"]', '["lines", "ends"]',
            "3.4.toml, requirement 3.4(b)-1: names the note 'ends', which does not exist",
        ),
        (
            "clauses/3.4.toml", "edition.old", "edition.older",
            "3.4.toml, requirement 3.4(b)-1: names the edition 'older', which does not exist",
        ),
        (
            "clauses/10.2.toml", '["old"]', '["older"]',
            "10.2.toml, requirement 10.2-1: names the edition 'older', which does not exist",
        ),
        (
            "clauses/10.2.toml", '["3.4(b)-1"]', '["3.4(c)-1"]',
            "10.2.toml, requirement 10.2-1: names '3.4(c)-1', which is not a requirement",
        ),
        (
            "clauses/3.4.toml", 'rejects = ["3.4"]', 'rejects = ["10.2", "3.5"]',
            "3.4.toml, requirement 3.4(b)-1: names '3.5', which is not a requirement",
        ),
        (
            "notes.toml", 'default = "no"', 'default = "lf"',
            "notes.toml, note empty: default 'lf' is not one of its readings",
        ),
        ("notes.toml", 'id = "empty"', 'id = "lines"', "notes.toml, note lines: id already used"),
    ],
)  # fmt: skip
def test_a_broken_entry_is_reported_with_its_file_and_record(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    root = shutil.copytree(MADE_UP / "model", tmp_path / "model")
    assert load_catalogue(KNOWN, root).digest
    edit(root / file, lambda text: text.replace(old, new, 1))
    with pytest.raises(ModelError) as caught:
        load_catalogue(KNOWN, root)
    assert str(caught.value) == said


def test_clauses_go_by_their_numbers(tmp_path: Path) -> None:
    """Files with a name follow in the order of their names; files that are not TOML are skipped."""
    root = shutil.copytree(MADE_UP / "model", tmp_path / "model")
    text = (root / "clauses" / "UG.toml").read_text("utf-8")
    for name, identifier in (("AG", "5.1"), ("3.10", "3.10"), ("2.9", "2.9")):
        made = text.replace('clause = "UG"', f'clause = "{name}"').replace("UG1.4", identifier)
        made = made.replace("-1", f"-{len(name)}")
        (root / "clauses" / f"{name}.toml").write_text(made, "utf-8")
    (root / "clauses" / "readme.txt").write_text("no clause", "utf-8")
    with pytest.raises(ModelError, match=r"^AG\.toml, requirement 5\.1-2: id belongs to another"):
        load_catalogue(KNOWN, root)
    (root / "clauses" / "AG.toml").unlink()
    numbers = [clause.number for clause in load_catalogue(KNOWN, root).clauses]
    assert numbers == ["2.9", "3.4", "3.10", "10.2", "UG"]


@pytest.mark.parametrize("data", [b"\xff", b"clause = ", b"[[[["])
def test_an_error_about_invalid_toml_names_the_file(model: Path, data: bytes) -> None:
    (model / "clauses" / "6.1.toml").write_bytes(data)
    with pytest.raises(ModelError, match=r"^6\.1\.toml: is not TOML: "):
        load_catalogue(CHECKS, model)
