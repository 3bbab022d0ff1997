"""Paths that every system takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.errors import TadpError
from conformance.portable import (
    Names,
    clash,
    folded,
    name_for,
    problem,
    require_portable,
    shortened,
)

DEVICE = "has a name that Windows keeps for a device"
OUTSIDE = "is not a path inside the folder"
CHARACTER = "has a character that Windows does not take"
ENDING = "ends a name with a full stop or a space, which Windows drops"


@pytest.mark.parametrize(
    "path",
    ["a", "cases/6.1-3/adt/crlf", "QCAF Submissions/Live/70-00.csv.p7s", ".keep", "caf\u00e9",
     "console", "nullable", "a.nul", "com10", "com", "3.4(b)-1/x", "x" * 140],
)  # fmt: skip
def test_a_path_that_every_system_takes_is_accepted(path: str) -> None:
    assert problem(path) is None


@pytest.mark.parametrize(
    ("path", "why"),
    [
        *((f"a/{name}/b", DEVICE) for name in ("nul", "NUL", "Con", "aux", "prn", "com1", "LPT9")),
        ("nul.txt", DEVICE), ("con .tar.gz", DEVICE), ("a/conout$", DEVICE), ("com\u00b9", DEVICE),
        *((path, OUTSIDE) for path in ("", ".", "..", "../a", "a/../b", "/a", "a/", "a//b", "./a")),
        *((f"a{character}b", CHARACTER) for character in '<>:"|?*\\\0\n\x1f\x7f\x85\ud800'),
        ("a./b", ENDING), ("a/b ", ENDING), ("a/...", ENDING),
        ("x" * 141, "is longer than 140 characters"),
    ],
)  # fmt: skip
def test_a_path_that_some_system_does_not_take_is_refused_with_the_reason(
    path: str, why: str
) -> None:
    assert problem(path) == why


@pytest.mark.parametrize(
    "paths",
    [
        ("NULL", "null"),
        ("a/NULL/x", "a/null/y"),
        ("caf\u00e9", "cafe\u0301"),
        ("stra\u00dfe", "STRASSE"),
        ("a/b", "A"),
    ],
)
def test_two_paths_that_some_system_takes_for_one(paths: tuple[str, str]) -> None:
    assert clash(["other", *paths, "more"]) is not None


def test_paths_that_stay_apart_do_not_clash() -> None:
    assert clash(["a/b", "a/b", "a/c", "b/a", "ab"]) is None
    assert clash([]) is None


def test_the_two_that_clash_are_named() -> None:
    assert clash(["a/NULL/x", "a/null/y"]) == ("a/NULL", "a/null")


def test_a_refusal_names_the_path_where_it_is_listed_and_what_to_do() -> None:
    with pytest.raises(TadpError) as caught:
        require_portable(["a", "b/nul"], "manifest.json")
    assert str(caught.value) == (
        f"manifest.json: 'b/nul' {DEVICE} (make the corpus again: tadp fixtures build FOLDER)"
    )
    with pytest.raises(TadpError, match=r"'A' and 'a' are one file on some systems"):
        require_portable(["A", "a"], "manifest.json")
    require_portable(["a", "b"], "manifest.json")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("UserID/leading-space", "UserID-leading-space"),
        ("Warning Threshold", "Warning-Threshold"),
        ("\u00dcber", "Uber"),
        ("../../etc/passwd", "etc-passwd"),
        ("\u25b2", "unnamed"),
        ("con.x", "con-x"),
    ],
)
def test_a_name_reads_like_what_it_is_made_from(text: str, name: str) -> None:
    assert name_for(text) == name


def test_a_name_that_windows_keeps_or_that_is_too_long_gets_a_digest() -> None:
    assert name_for("NUL").startswith("NUL-")
    long = name_for("x" * 200)
    assert (len(long), long[:51]) == (60, "x" * 51)
    assert long != name_for("x" * 201)


def test_a_shortened_path_has_no_separator_before_its_digest() -> None:
    assert shortened("abc/def-ghi", 13, "whole")[:4] == "abc-"


@given(st.text(max_size=300))
def test_any_text_makes_a_name(text: str) -> None:
    name = name_for(text)
    assert problem(name, 60) is None
    assert "/" not in name


@given(st.lists(st.text(max_size=5), unique=True))
def test_names_stay_apart(texts: list[str]) -> None:
    names = Names()
    taken = [names.take(text) for text in texts]
    assert len({folded(name) for name in taken}) == len(texts)
    assert clash(taken) is None
