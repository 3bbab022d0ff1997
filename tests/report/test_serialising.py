"""The canonical form and the written one: as they are defined, however they are written fast."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from conformance.report.frame import digest_of
from conformance.report.serialising import canonical, dump_report
from tests.report import made
from tests.report.assessed import made as assessed

VALUES: dict[str, Any] = {
    "check": made.examples(),
    "hostile": made.hostile(),
    "assessment": assessed.known(),
    "empty": {},
    "odd": {
        "b": [],
        "a": {},
        "c": [[[[[{"z": 1, "y": [None, True, -1, "\u00e9\u2028"]}]]]]],
        "": "x",
    },
    "deep": {"s": [{"r": [{"b": 1, "a": {"d": 2, "c": [3]}}, [1, {"y": 1, "x": 2}], "t", 4]}]},
}


def defined(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize("name", VALUES)
def test_the_canonical_form_is_as_defined(name: str) -> None:
    assert b"".join(canonical(VALUES[name])).decode("utf-8", "surrogatepass") == defined(
        VALUES[name]
    )
    report = {k: v for k, v in VALUES[name].items() if k != "digest"}
    digest = hashlib.sha256(defined(report).encode()).hexdigest()
    assert digest_of(VALUES[name]) == digest


def test_half_a_character_has_a_canonical_form() -> None:
    """A report that somebody altered may hold one; its digest is to be computed all the same."""
    report = {"b": ["\ud800", {"d": 1, "c": "\udfff"}], "a": "x"}
    expected = defined(report).encode("utf-8", "surrogatepass")
    assert b"".join(canonical(report)) == expected
    assert digest_of(report) == hashlib.sha256(expected).hexdigest()


@pytest.mark.parametrize("name", VALUES)
def test_a_written_value_is_read_back_in_its_order(name: str) -> None:
    text = dump_report(VALUES[name])
    assert text.endswith("\n")
    assert text.replace("\n", "").isprintable()
    read = json.loads(text)
    assert json.dumps(read) == json.dumps(VALUES[name])


def test_a_value_shared_by_several_entries_is_written_in_each() -> None:
    result = {"id": "6.1-3", "status": "passed"}
    other = {"id": "6.1-3", "status": "failed"}
    own = {"status": "passed", "id": "6.1-4"}
    orders = ([result, own, other], [other, dict(own), dict(own)], [result, result], [])
    shared = {"submissions": [{"requirements": list(order)} for order in orders]}
    apart = json.loads(json.dumps(shared))
    assert b"".join(canonical(shared)).decode() == defined(apart)
    assert dump_report(shared) == dump_report(apart)


def test_a_requirement_has_a_line() -> None:
    lines = dump_report(made.examples()).splitlines()
    for submission in made.examples()["submissions"]:
        for result in submission["requirements"]:
            assert any(json.loads(s) == result for s in (x.strip().rstrip(",") for x in lines)
                if s.startswith('{"id": ') and s.endswith("}"))  # fmt: skip
