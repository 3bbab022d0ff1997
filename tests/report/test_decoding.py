"""The JSON of a report is what any reader of JSON makes of it, with what is alike kept once."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from conformance.model.json_text import parse_json
from conformance.report import decoding
from conformance.report.decoding import decode_report
from conformance.report.serialising import dump_report
from tests.report import drawn, made
from tests.running import run

WHOLE = dump_report(drawn.everything()).encode()
#: Pieces of JSON that may stand anywhere.
_PIECES = (
    b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\xff", b" ", b"0", b"-", b"1e999", b"NaN",
    b'"submissions": [],', b'"submissions": 5,', b'"requirements": [1],', b'"requirements": {},',
    b'"\\u0073ubmissions": [{}],', b'{"requirements": []},', b"null",
)  # fmt: skip


def outcome(decode: Any, data: bytes) -> tuple[str, Any]:
    try:
        return "value", decode(data)
    except ValueError as error:
        return "refused", str(error)


def plainly(data: bytes) -> Any:
    return parse_json(data)[1]


@pytest.mark.parametrize("seed", range(20))
def test_changed_reports_are_decoded_or_refused_as_a_plain_reader_does(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - reproducible
    for _ in range(40):
        data = bytearray(WHOLE)
        for _ in range(dice.choice((1, 1, 2))):
            at = dice.randrange(len(data))
            data[at : at + dice.choice((0, 0, 1, 30))] = dice.choice(_PIECES)
        assert outcome(decode_report, bytes(data)) == outcome(plainly, bytes(data))


@pytest.mark.parametrize(
    "text",
    [
        "", "5", "[]", "{}", '{"submissions": []}', '{"submissions": {}}', '{"submissions": [5]}',
        ' {"a": 1 , "submissions" : [ {"requirements":[ ] , "b":[1]} ] , "c": "x"} ',
        '{"submissions": [], "submissions": [{}]}', '{"submissions": [{"requirements": [{"a": 1}]}',
        '{"submissions": [{"requirements": [{"a": 1, "a": 2}]}]}',
        '{"submissions": [{"requirements": [], "requirements": [1]}]}',
        '{"submissions": [{"a": 1, "a": 1}]}', '{"a": {"submissions": [{"requirements": [1]}]}}',
        '\ufeff{"submissions": [{"requirements": [{"findings": []}]}]}',
    ],
)  # fmt: skip
def test_odd_documents_are_decoded_or_refused_as_a_plain_reader_does(text: str) -> None:
    data = text.encode()
    assert outcome(decode_report, data) == outcome(plainly, data)


def test_results_that_are_alike_are_one_object() -> None:
    one, other = {"id": "a", "findings": []}, {"id": "b", "findings": ["wrong"]}
    alike = [{"requirements": [one]}, {"requirements": [one]}, {"requirements": [other, one]}]
    found = decode_report(json.dumps({"submissions": alike}).encode())["submissions"]
    first, second, third = (submission["requirements"] for submission in found)
    assert first is second
    assert third == [other, one]
    assert third[1] is first[0]


def test_results_with_findings_are_not_kept_for_others() -> None:
    wrong = {"id": "b", "findings": ["wrong"]}
    lists = [{"requirements": [wrong, n]} for n in range(2)]
    one, other = decode_report(json.dumps({"submissions": lists}).encode())["submissions"]
    assert one["requirements"][0] == other["requirements"][0] == wrong
    assert one["requirements"][0] is not other["requirements"][0]


def test_what_is_repeated_does_not_count_against_what_may_differ(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = {"id": "a", "text": "x" * 1000, "findings": []}
    data = json.dumps({"submissions": [{"requirements": [result]}] * 50}).encode()
    monkeypatch.setattr(decoding, "MAXIMUM_DISTINCT", 5000)
    assert len(decode_report(data)["submissions"]) == 50
    monkeypatch.setattr(decoding, "MAXIMUM_DISTINCT", 1000)
    monkeypatch.setattr(decoding, "_PLACED", 0)
    reported = (
        "^has too much in it that is not alike: more than 1,000 bytes, beside what is repeated$"
    )
    with pytest.raises(ValueError, match=reported):
        decode_report(data)


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ('{"submissions": [{"a": 1}, {"a": 1, "a": 2}]}', 'submission 2 has "a" twice in one'),
        ('{"submissions": [{"requirements": [NaN]}]}', "is not JSON: "),
        ('{"submissions": [], "submissions": [{}]}', 'has "submissions" twice in one object'),
    ],
)
def test_a_large_report_that_is_broken_is_not_read_again_as_a_whole(
    text: str, reported: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "_PLACED", 0)
    with pytest.raises(ValueError, match=reported):
        decode_report(text.encode())


def test_a_report_that_is_not_read_again_is_named_when_it_is_written(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    example, written = made.EXAMPLES, tmp_path / "r.json"
    assert "that are read" not in run("check", example, "--output", written).err
    monkeypatch.setattr(decoding, "MAXIMUM_BYTES", 1000)
    ran = run("check", example, "--output", written, "--output", tmp_path / "r.txt")
    size = written.stat().st_size
    assert f"{written}: has {size:,} bytes, more than the 1,000 that are read" in ran.err
    assert ran.err.count("that are read") == 1
