"""An edition file that does not fit is refused, with all that is wrong and where."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.checks import PARAMETERS
from conformance.errors import CollectedError
from conformance.model.edition_extending import extended
from conformance.model.edition_file import MAXIMUM_BYTES
from conformance.model.problem import ENOUGH, MOST
from conformance.model.schema import schema_of
from tests.checks.situation import catalogue
from tests.model.editions import (
    CONFIRMED,
    edition_file,
    edition_text,
    record,
    refusals,
    requirement,
)
from tests.model.test_schema_words import OF_A_LIBRARY

NAME = "code-2025.toml"
NOTE = record(
    "note", id='"what-post"', title='"Post"', question='"Which?"', default='"any"',
    reason='"None."', source='"Here"', decides="false",
    reading='[{ id = "any", text = "A" }, { id = "royal", text = "R" }]',
)  # fmt: skip
SECTION = record("clause", clause='"5.1"', title='"T"', summary='"S"')


def word(identifier: str, **entries: str) -> str:
    return record("word", id=f'"{identifier}"', **entries)


def withdrawing(*ids: str) -> str:
    return record("withdraw", ids=str(list(ids)).replace("'", '"'), reason='"Gone."')


@pytest.mark.parametrize(
    ("records", "head", "said"),
    [
        # The edition itself.
        (
            (), {"id": '"mp109"'},
            "line 1, id: 'mp109' is the id of a known edition (choose another)",
        ),
        (
            (), {"id": '"Code 2025"'},
            'line 1, id: "Code 2025" is not of the right form (write small letters, digits, dots '
            'and '
            'hyphens, at most 40)',
        ),
        ((), {"title": ""}, "title: is missing (write text in quotes)"),
        ((), {"title": '""'}, "line 2, title: the text is too short (at least 1 character)"),
        ((), {"title": "3"}, "line 2, title: 3 cannot be used here (write text in quotes)"),
        (
            (), {"extends": '"mp108"'},
            "line 3, extends: 'mp108' is not a known edition (did you mean mp109?)",
        ),
        (
            (), {"extends": '"xyz"'},
            "line 3, extends: 'xyz' is not a known edition (one of: v2.0, mp109)",
        ),
        (
            (), {"in_force": "2022-11-02"},
            "line 4, in_force: is 2022-11-02, before 2022-11-03, when edition mp109 began, "
            "which it "
            "extends (give a later day, or extend an earlier edition)",
        ),
        (
            (), {"extends": '"v2.0"', "in_force": "2022-11-03"},
            "line 3, extends: is 'v2.0', but on 2022-11-03 edition mp109 is in force (extend "
            "mp109, "
            "which the new edition takes the place of)",
        ),
        (
            (), {"in_force": '"1 May"'},
            'line 4, in_force: "1 May" is not of the right form (write a date as YYYY-MM-DD. '
            "The first day on which the edition applies)",
        ),
        (
            (), {"in_force": "2025-05-01T00:00:00Z"},
            'line 4, in_force: "2025-05-01T00:00:00+00:00" is not of the right form (write a '
            'date as '
            "YYYY-MM-DD. The first day on which the edition applies)",
        ),
        ((), {"verified": '"yes"'}, 'line 6, verified: "yes" cannot be used here (write true or '
            'false. true: the person in by '
         "compared this file with the source on the day in on)"),
        (
            (), {"verified": "true"},
            "line 6, verified: is true, but there is no by and no on (say who compared this file "
            "with the source, and on which day)",
        ),
        (
            (), {**CONFIRMED, "on": ""},
            "line 6, verified: is true, but there is no on (say who compared this file with the "
            "source, and on which day)",
        ),
        ((), {"titel": '"x"'}, "line 6, titel: there is no such entry (did you mean title?)"),
        (
            (), {"covers": '["9.9"]'},
            "line 6, covers: '9.9' is not among what is not covered (one of: 1, definitions, 2.1, "
            "3.2, 3.3, 3.5 on, 4.1, 4.2, 4.4 to 4.6, 4.9 to 4.12, 4.14 on, 5, 6.2 to 6.5, "
            "User Guidance, amendments)",
        ),
        ((), {"covers": '["6.5", "6.5"]'}, 'line 6, covers: "6.5" is listed twice (leave one of '
            'them. Clauses, as reports list them '
         "under what is not covered, that this file covers)"),
        (
            (), {"source": '"a\\u001b[31mb"'},
            "line 5, source: has the character U+001B, which cannot be shown",
        ),
        (
            (), {"source": '"a\\u202eb"'},
            "line 5, source: has the character U+202E, which cannot be shown",
        ),
        # Words that it changes.
        (
            (word("6.1-33", hint='"x"'),), {},
            "line 8, word 6.1-33, id: '6.1-33' is not a requirement (did you mean 6.1-3 or "
            "6.5-3 or "
            "6.4-3?)",
        ),
        (
            (word("99.9-9", hint='"x"'),), {},
            "line 8, word 99.9-9, id: '99.9-9' is not a requirement (see tadp clauses)",
        ),
        (
            (word("6.1-3", clause='"6.9"'),), {},
            "line 9, word 6.1-3, clause: '6.9' is not a clause (did you mean 6.5 or 6.4 or 6.3?)",
        ),
        (
            (word("6.1-3", clause='"6"'),), {},
            "line 9, word 6.1-3, clause: '6' is not a clause (one of: 2.2, 3.1, 3.4, 4.3, 4.7, "
            "4.8, "
            "4.13, 6.1, 6.3, 6.4, 6.5, UG)",
        ),
        ((word("6.1-3"),), {}, "line 7, word 6.1-3: has too few entries (at least 2 entries. "
         "Requirements that the edition words otherwise)"),
        (
            (word("6.1-3", hint='"x"'), word("6.1-3", effect='"y"')), {},
            "line 11, word 6.1-3: 6.1-3 is worded twice (make one record of both)",
        ),
        (
            (word("6.1-3", hint='"x"'), withdrawing("6.1-3")), {},
            "line 7, word 6.1-3: 6.1-3 is withdrawn in this file as well",
        ),
        (
            (word("6.1-3", strength='"shal"'),), {},
            'line 9, word 6.1-3, strength: "shal" is not known here (did you mean shall or '
            'should?)',
        ),
        (
            (word("6.1-3", check='"range"'),), {},
            "line 9, word 6.1-3, check: there is no such entry (one of: id, clause, statement, "
            "with, from, "
            "strength, basis, source, hint, effect, example, notes)",
        ),
        (
            (word("6.1-3", with_='{ separator = "\\r" }'),), {},
            "line 9, word 6.1-3, with.separator: the check cannot use this separator; it has to be "
            "one of '\\n', '\\r\\n'",
        ),
        (
            (word("6.1-3", with_="{}"),), {},
            "line 9, word 6.1-3, with.separator: the check needs separator: one of '\\n', '\\r\\n'",
        ),
        (
            (word("3.4-1", with_='{ methd = "post" }'),), {},
            "line 9, word 3.4-1, with.methd: the check takes no methd; it takes: method, recipient",
        ),
        (
            (word("6.1-3", notes='["quots"]'),), {},
            "line 9, word 6.1-3, notes: 'quots' is not a note (did you mean quotes?)",
        ),
        (
            (word("6.1-2", basis='"note"'),), {},
            "line 7, word 6.1-2, notes: rests on a note and names none",
        ),
        (
            (word("3.4(b)-1", from_='["9.9-*"]'),), {},
            "line 9, word 3.4(b)-1, from: '9.9-*' names no requirement",
        ),
        # Requirements that it withdraws.
        (
            (withdrawing("4.7-33"),), {},
            "line 8, withdraw number 1, ids: '4.7-33' is not a requirement (did you mean 4.7-3 or "
            "4.8-3 or 4.7-4?)",
        ),
        (
            (withdrawing("4.7-3"), withdrawing("4.7-3")), {},
            "line 12, withdraw number 2, ids: 4.7-3 is withdrawn twice",
        ),
        (
            (withdrawing("2.2(c)-1"),), {"extends": '"v2.0"', "in_force": "2020-01-01"},
            "line 8, withdraw number 1, ids: 2.2(c)-1 is not in edition v2.0 (leave it out)",
        ),
        ((record("withdraw", ids='["4.7-3"]'),), {}, "line 7, withdraw number 1, reason: is "
            "missing (write text in quotes)"),
        # Requirements that it adds.
        (
            (requirement("3.1-3"),), {},
            "line 7, requirement 3.1-3: has an id that is taken; ids are never used again (the "
            "next "
            "that is free is 3.1-4)",
        ),
        (
            (withdrawing("3.1-3"), requirement("3.1-3")), {},
            "line 11, requirement 3.1-3: has an id that is taken; ids are never used again (the "
            "next "
            "that is free is 3.1-4)",
        ),
        (
            (requirement(), requirement()), {},
            "line 24, requirement 3.1-4: has an id that is taken; ids are never used again (the "
            "next "
            "that is free is 3.1-5)",
        ),
        (
            (requirement("5.1-1"),), {},
            "line 7, requirement 5.1-1: is of clause 5.1, which is not there (add a [[clause]] "
            "with "
            "its title and summary)",
        ),
        (
            (requirement("3.1.4"),), {},
            'line 8, requirement 3.1.4, id: "3.1.4" is not of the right form (write a clause, a '
            "hyphen and a number, such as 6.5-10 or 3.4(b)-7)",
        ),
        (
            (requirement(statement=""),), {},
            "line 7, requirement 3.1-4, statement: is missing (write text in quotes)",
        ),
        ((requirement(check=""),), {}, "line 7, requirement 3.1-4: has none of check, from (give "
            "it one of them)"),
        (
            (requirement(editions='["mp109"]'),), {},
            "line 23, requirement 3.1-4, editions: there is no such entry (one of: id, "
            "statement, actor, "
            "subject, "
            "strength, basis, testable, phase, kinds, delivered, set_by, check, with, from, "
            "rejects, notes, effect, hint, source, example)",
        ),
        (
            (requirement(check='"smsr-rased"'),), {},
            "line 17, requirement 3.1-4, check: 'smsr-rased' is not a check (did you mean "
            "smsr-raised or smsr-shape or smsr-before-sending?)",
        ),
        (
            (requirement(check="3"),), {},
            "line 17, requirement 3.1-4, check: 3 cannot be used here (write text in quotes; or "
            "write a "
            "list in brackets)",
        ),
        (
            (requirement(with_=""),), {},
            "line 7, requirement 3.1-4, with.via: the check needs via: a text",
        ),
        (
            (requirement(with_='{ via = " " }'),), {},
            "line 18, requirement 3.1-4, with.via: the check cannot use this via; it has to be a "
            "text",
        ),
        (
            (requirement(kinds='["adt", "area"]'),), {},
            "line 16, requirement 3.1-4, kinds: smsr-raised does not look at area (it looks at: "
            "adt, "
            "qcaf)",
        ),
        (
            (requirement(check='"range"', kinds='["incident"]', with_=""),), {},
            "line 16, requirement 3.1-4, kinds: range does not look at incident (it looks at: adt, "
            "qcaf, report)",
        ),
        (
            (requirement(set_by='"user"'),), {},
            "line 23, requirement 3.1-4, set_by: only a QCAF is for a threshold that somebody set",
        ),
        (
            (requirement(testable='"attestation"'),), {},
            "line 14, requirement 3.1-4, testable: attestation goes with the check attested, and "
            "with no other",
        ),
        (
            (requirement(check='"field-separator"', with_='{ separator = ";" }'),), {},
            "line 17, requirement 3.1-4, check: field-separator is what 6.1-2 asks for already "
            "(word 6.1-2 otherwise, or withdraw it)",
        ),
        (
            (requirement(from_='["3.4(b)-1"]'),), {},
            "line 23, requirement 3.1-4, from: 3.4(b)-1 has no check of its own, and only derives "
            "from others (name those: 6.1-*, 6.3-*)",
        ),
        (
            (requirement(rejects='["3.9"]'),), {},
            "line 23, requirement 3.1-4, rejects: '3.9' names no requirement",
        ),
        (
            (requirement(basis='"note"'),), {},
            "line 7, requirement 3.1-4, notes: rests on a note and names none",
        ),
        (
            (requirement(from_=str([f"6.1-{n}" for n in range(13)]).replace("'", '"')),), {},
            "line 23, requirement 3.1-4, from: the list is too long (at most 12 items)",
        ),
        # Clauses, exclusions, notes.
        (
            (record("clause", clause='"6.5"', title='"T"', summary='"S"'),), {},
            "line 7, clause 6.5: is a clause that is there already (leave the record out; to say "
            "that this file covers the clause, use covers)",
        ),
        (
            (SECTION, SECTION), {},
            "line 12, clause 5.1: is a clause that is there already (leave the record out; to say "
            "that this file covers the clause, use covers)",
        ),
        (
            (record("clause", clause='"five"', title='"T"', summary='"S"'),), {},
            'line 8, clause five, clause: "five" is not of the right form (write the number of a '
            'clause, '
            "such as 5.1)",
        ),
        (
            (record("excluded", clause='"3.11"', sentence='"S"', reason='"R"'),), {},
            "line 8, excluded 3.11, clause: '3.11' is not a clause (did you mean 3.1?)",
        ),
        (
            (NOTE.replace("what-post", "quotes"),), {},
            "line 7, note quotes: has an id that is taken (choose another)",
        ),
        (
            (NOTE.replace('"any"\n', '"an"\n'),), {},
            "line 11, note what-post, default: 'an' is not one of its readings (did you mean any?)",
        ),
        (
            (NOTE.replace("decides = false\n", ""),), {},
            "line 7, note what-post, decides: has to be false, since no check depends on this note",
        ),
    ],
)  # fmt: skip
def test_an_entry_that_does_not_fit_is_refused_with_its_line(
    tmp_path: Path, records: tuple[str, ...], head: dict[str, str], said: str
) -> None:
    path = tmp_path / NAME
    path.write_text(edition_text(*records, **head), "utf-8")
    assert refusals(path) == [f"{NAME}{'' if said.startswith(':') else ', '}{said}"]


def test_each_pattern_of_the_schema_is_described() -> None:
    """A message says what was expected in these words."""
    pending: list[Any] = [schema_of("edition-file")]
    patterns = 0
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            pending += one.values()
            if isinstance(one.get("pattern"), str):
                assert one["x-wanted"]
                patterns += 1
        elif isinstance(one, list):
            pending += one
    assert patterns > 3


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    path = edition_file(
        tmp_path,
        word("6.1-33", hint='"x"'),
        requirement(check='"smsr-rased"', effect=""),
        requirement("3.1-5", check='"smsr-rased"', kinds="[]"),
        requirement("3.1-6", check='"smsr-rased"'),
        title="",
        verified="true",
    )
    found = refusals(path)
    assert [line.split(": ")[0] for line in found] == [
        f"{NAME}, title",
        f"{NAME}, line 5, verified",
        f"{NAME}, line 8, word 6.1-33, id",
        f"{NAME}, line 11, requirement 3.1-4, effect",
        f"{NAME}, line 36, requirement 3.1-5, kinds",
        f"{NAME}, line 54, requirement 3.1-6, check",
    ]


def test_of_very_many_errors_the_first_are_shown(tmp_path: Path) -> None:
    wrong = [word(f"9.9-{number}", hint='"x"') for number in range(100, 130)]
    found = refusals(edition_file(tmp_path, *wrong))
    assert len(found) == MOST + 1
    assert found[-1] == f"{NAME}: has 10 more errors (fix these first)"


@pytest.mark.parametrize(
    "line",
    [
        '[[word]]\nid = "9.9-1"\nhint = "x"\n',
        "[[word]]\n",
        "[[note]]\nid = 1\n",
        '[[word]]\n"%d" = 1\n',
    ],
)
def test_a_file_full_of_errors_is_given_up(tmp_path: Path, line: str) -> None:
    path = tmp_path / NAME
    text = edition_text() + "".join(line.replace("%d", str(number)) for number in range(5000))
    path.write_text(text, "utf-8")
    found = refusals(path)
    assert len(found) == MOST + 1
    assert found[-1] == f"{NAME}: has {ENOUGH - MOST} more errors (fix these first)"


def test_the_errors_are_one_line_where_there_is_room_for_one(tmp_path: Path) -> None:
    path = edition_file(tmp_path, title="", verified="true")
    with pytest.raises(CollectedError) as caught:
        extended(catalogue(), [path], PARAMETERS)
    first, second = caught.value.errors
    assert str(caught.value) == f"{first}; {second}"


def test_the_largest_file_that_fits_is_read(tmp_path: Path) -> None:
    """Its patterns are read too, however many ids they could name."""
    patterns = str([f"6{'*' * n}-*" for n in range(1, 13)]).replace("'", '"')
    new = [requirement(f"3.1-{n}", from_=patterns, check="", with_="") for n in range(4, 204)]
    assert refusals(edition_file(tmp_path, *new)) == []
    more = edition_file(tmp_path, *new, requirement("3.1-204"))
    (found,) = refusals(more)
    assert found.startswith(f"{NAME}, line 7, requirement: the list is too long (at most 200 items")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", None),
        (b"id = ", ": is not TOML: Invalid value (at end of document)"),
        (b"id = 'a\0b'", ": is not TOML: Found invalid character '\\x00' (at line 1, column 8)"),
        (b"id = 'a'\n# \xff", ", line 2: is not UTF-8 (save it as UTF-8)"),
        ("id = 'a'".encode("utf-16"), ", line 1: is not UTF-8 (save it as UTF-8)"),
        (
            b"a" * (MAXIMUM_BYTES + 1),
            ": has more than 1,048,576 bytes",
        ),
        (b"x = " + b"9" * 5000, None),
        (b"covers = " + b"[" * 200 + b"]" * 200, None),
        (b"covers = " + b"[" * 5000 + b"]" * 5000, None),
        (b"[" + b".".join([b"a"] * 400) + b"]\n" + b".".join([b"a"] * 400) + b" = 1", None),
        (b"word = 1\nrequirement = 'x'\nwithdraw = {}", None),
        (b"word = [1, 'x', []]\n[[note]]\n", None),
        (b"on = nan\nby = inf\n", None),
        (b"id = 07:32:00\n", None),
        (b"[[word]]\nid = ['6.1-3']\n", None),
        (b"[[word]]\nid = '''\n[[word]]\n'''\n", None),
    ],
)  # fmt: skip
def test_any_bytes_are_refused_in_a_line_or_two(
    tmp_path: Path, data: bytes, said: str | None
) -> None:
    path = tmp_path / NAME
    path.write_bytes(data)
    found = refusals(path)
    assert found
    assert all(line.startswith(NAME) and "\n" not in line and len(line) < 700 for line in found)
    if said is not None:
        assert found == [NAME + said]


def test_a_byte_order_mark_is_not_an_error(tmp_path: Path) -> None:
    path = edition_file(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert refusals(path) == []


def test_a_path_that_is_not_a_file_is_refused(tmp_path: Path) -> None:
    assert refusals(tmp_path / "none.toml") == ["none.toml: no such file"]
    assert refusals(tmp_path) == [f"{tmp_path.name}: is not a regular file"]


@pytest.mark.skipif(sys.platform == "win32", reason="has no named pipes in folders")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.toml"
    os.mkfifo(path)
    assert refusals(path) == ["pipe.toml: is not a regular file"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_is_followed_and_one_to_itself_refused(tmp_path: Path) -> None:
    link, loop = tmp_path / "link.toml", tmp_path / "loop.toml"
    link.symlink_to(edition_file(tmp_path))
    loop.symlink_to(loop)
    assert refusals(link) == []
    assert len(refusals(loop)) == 1


VALUES = ("3", '""', "[]", "{}", '["a", "a"]', "true", '{ a = "b" }', '"x"', "[{}]", "nan")


@pytest.mark.parametrize("value", VALUES)
def test_no_message_has_words_of_a_library(tmp_path: Path, value: str) -> None:
    """Whatever an entry is, its error is in words for people."""
    entries = ["id", "title", "extends", "in_force", "verified", "covers", "word", "clause",
               "withdraw", "requirement", "note", "excluded", "not_covered", "summary"]  # fmt: skip
    inside = ["with", "from", "notes", "kinds", "example", "check", "set_by", "actor"]
    texts = [edition_text(**{entry: value}) for entry in entries]
    texts += [edition_text(requirement(**{entry: value})) for entry in inside]
    texts.append(edition_text(requirement().replace('"3.1-4"', value)))
    path, refused = tmp_path / NAME, 0
    for text in texts:
        path.write_text(text, "utf-8")
        found = refusals(path)
        refused += bool(found)
        assert [line for line in found if OF_A_LIBRARY.search(line.replace(value, ""))] == []
    assert refused > len(texts) / 2
