"""Where SARIF marks what was found, and how bytes of the input are shown in a report."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from conformance.phrases import counted
from conformance.report.sarif import sarif_of
from conformance.report.visible import escape_invisible, visible_bytes, visible_json, visible_text
from tests.report.drawn import finding, report, result, submission

PATHS = [{"path": "adt.csv", "sha256": "a" * 64, "bytes": 1}]


def marked(source: str = "sent", paths: list[str] | None = None, **changes: Any) -> dict[str, Any]:
    """The one result of a log in which one thing was found."""
    inputs = PATHS if paths is None else [{**PATHS[0], "path": path} for path in paths]
    failed = result("2.1-1", "failed", findings=[finding("it is late", **changes)])
    log = json.loads(sarif_of(report(submission(source, "violates", [failed], inputs=inputs))))
    (one,) = log["runs"][0]["results"]
    return dict(one)


def region(**changes: Any) -> dict[str, Any] | None:
    physical = marked(file="adt.csv", **changes)["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "sent/adt.csv"}
    found: dict[str, Any] | None = physical.get("region")
    return found


def test_a_column_is_marked_where_the_whole_record_is_known() -> None:
    whole = {"text": "x" * 99, "start": 3, "length": 2, "bytes": 2}
    assert region(record=7, offset=40, excerpt=whole) == {
        "startLine": 7, "startColumn": 4, "endColumn": 6, "byteOffset": 40, "byteLength": 2,
        "snippet": {"text": "x" * 99},
    }  # fmt: skip
    for text in ("x" * 100, "x\\xff"):
        assert region(record=7, excerpt={**whole, "text": text, "start": 1}) == {
            "startLine": 7, "snippet": {"text": text},
        }  # fmt: skip


def test_a_region_has_only_the_parts_of_a_place_that_are_known() -> None:
    excerpt = {"text": "x", "start": 0, "length": 0}
    assert region() is None
    assert region(excerpt=excerpt) is None
    assert region(record=1) == {"startLine": 1}
    assert region(offset=0) == {"byteOffset": 0}
    assert region(offset=0, excerpt=excerpt) == {"byteOffset": 0, "snippet": {"text": "x"}}
    assert region(offset=0, excerpt={**excerpt, "bytes": 0}) == {
        "byteOffset": 0, "byteLength": 0, "snippet": {"text": "x"},
    }  # fmt: skip


def test_a_field_of_a_record_is_named() -> None:
    def named(**place: int) -> Any:
        return marked(file="adt.csv", **place)["locations"][0].get("logicalLocations")

    assert named(record=7, field=2) == [
        {"name": "field 2", "fullyQualifiedName": "record 7, field 2", "kind": "member"}
    ]
    assert named(record=7) is named(field=2) is None


@pytest.mark.parametrize(
    ("source", "paths", "file", "uri"),
    [
        ("sent", ["adt.csv"], "adt.csv", "sent/adt.csv"),
        ("sent/", ["adt.csv"], "adt.csv", "sent/adt.csv"),
        ("sentX//", ["adt.csv"], "adt.csv", "sentX/adt.csv"),
        ("sent", ["adt.csv"], None, "sent"),
        ("sent", ["adt.csv"], "other.csv", "sent"),
        ("sent", ["/abs/a.csv"], "/abs/a.csv", "file:///abs/a.csv"),
        ("adt.csv", ["adt.csv", "b.csv"], "b.csv", "adt.csv"),
        ("a\\b", ["c\\d"], "c\\d", "a/b/c/d"),
        ("./a", ["b"], "b", "a/b"),
        ("././a", ["b"], "b", "./a/b"),
        ("//host/x", ["b"], "b", "file:///host/x/b"),
        ("a b/\u00e9:?#%", ["-._~"], "-._~", "a%20b/%C3%A9%3A%3F%23%25/-._~"),
    ],
)
def test_a_file_is_named_as_it_was_given(
    source: str, paths: list[str], file: str | None, uri: str
) -> None:
    (location,) = marked(source, paths, file=file)["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": uri}


def test_a_finding_is_known_again_by_its_place_and_words() -> None:
    """A code host can then distinguish a new alert from an earlier one."""
    place = {"file": "adt.csv", "record": 7, "found": "x"}
    parts = ["sent", "2.1-1", "adt.csv, record 7: it is late", "x"]
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    assert marked(**place)["partialFingerprints"] == {"tadp/v1": digest}
    again = marked(**place, expected="y", hint="Hurry.")
    assert again["partialFingerprints"] == {"tadp/v1": digest}


def test_an_input_of_several_submissions_is_listed_once() -> None:
    one = submission("/abs", "conforms", [], inputs=[PATHS[0], {**PATHS[0], "path": "/x"}])
    log = json.loads(sarif_of(report(one, {**one, "source": "/other"})))
    assert [a["location"]["uri"] for a in log["runs"][0]["artifacts"]] == [
        "file:///abs/adt.csv", "file:///x", "file:///other/adt.csv",
    ]  # fmt: skip


# --- What of the input is shown, and how --------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x00\x1f \x7e\x7f\x80\x9f\xa0\xa1", "\u2400\u241f ~\u2421\\u0080\\u009f\\u00a0\xa1"),
        ("\ud800\U000e0001\U0001f600", "\\ud800\\ue0001\U0001f600"),
        ("a\nb", "a\u240ab"),
    ],
)
def test_a_character_that_is_invisible_or_that_a_terminal_obeys_is_escaped(
    text: str, shown: str
) -> None:
    assert visible_text(text) == shown
    assert visible_text(text, len(text)) == shown


def test_a_text_is_cut_before_it_is_escaped() -> None:
    assert visible_text("\n" * 3, 2) == "\u240a\u240a..."
    assert visible_text("ab\n", 2) == "ab..."
    assert visible_text("x" * 401) == visible_text("x" * 401, 400) == "x" * 400 + "..."


def test_json_is_escaped_as_json_has_it() -> None:
    text = "a\x7f\u2028\x80\ud800\U000e0001\u00e9\U0001f600"
    shown = '"a\\u007f\\u2028\\u0080\\ud800\\udb40\\udc01\u00e9\U0001f600"'
    assert visible_json(text) == escape_invisible(f'"{text}"') == shown
    assert json.loads(shown) == json.loads(json.dumps(text))
    assert visible_json({"a": ["\u00e9"]}) == '{\n "a": [\n  "\u00e9"\n ]\n}'
    assert escape_invisible("a\nb") == "a\nb"


@pytest.mark.parametrize(
    ("data", "start", "length", "shown"),
    [
        ("a\u00e9b".encode(), 1, 2, ("a\u00e9b", 1, 1)),
        ("a\u00e9b".encode(), 2, 1, ("a\u00e9b", 1, 1)),
        ("a\u00e9b".encode(), 1, 1, ("a\u00e9b", 1, 0)),
        ("\u25b2\U0001f600x".encode(), 7, 1, ("\u25b2\U0001f600x", 2, 1)),
        (b"\xff\x1b\x7fx", 1, 2, ("\\xff\u241b\u2421x", 4, 2)),
        (b"\xe2\x96x", 0, 2, ("\\xe2\\x96x", 0, 8)),
        (b"\xf0\x9f\x98x", 0, 3, ("\\xf0\\x9f\\x98x", 0, 12)),
        (b"\x80\xbf", 1, 1, ("\\x80\\xbf", 4, 4)),
        (b"ab", 2, 0, ("ab", 2, 0)),
        (b"ab", 5, 5, ("ab", 2, 0)),
        (b"", 0, 0, ("", 0, 0)),
        (b"\x0a", 0, 9, ("\u240a", 0, 1)),
    ],
)
def test_a_place_among_bytes_is_moved_to_what_is_shown_of_them(
    data: bytes, start: int, length: int, shown: tuple[str, int, int]
) -> None:
    assert visible_bytes(data, start, length) == shown


def test_things_are_counted_in_words() -> None:
    assert [counted(n, "rule") for n in (0, 1, 2, 1204)] == [
        "0 rules", "1 rule", "2 rules", "1,204 rules",
    ]  # fmt: skip
