"""The journal of a watch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.desk.diary import Diary, latest
from conformance.errors import TadpError


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_event_is_a_line_and_the_last_check_is_known(tmp_path: Path) -> None:
    path = tmp_path / "j"
    diary = Diary(path)
    diary.add("checked", source="a", fingerprint="1")
    diary.add("checked", source="b", fingerprint="2")
    diary.add("checked", source="a", fingerprint="3")
    diary.add("gone", source="b")
    diary.add("checked", source="area", fingerprint=None)
    assert [line.get("event") for line in lines(path)] == [
        None, "checked", "checked", "checked", "gone", "checked",
    ]  # fmt: skip
    assert Diary(path).known == {"a": "3"}


def test_a_line_that_was_half_written_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "j"
    Diary(path).add("checked", source="a", fingerprint="1")
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"at":"2026-01-01T00:00:00Z","event":"che')
    diary = Diary(path)
    assert diary.known == {"a": "1"}
    assert path.read_bytes() == whole
    diary.add("gone", source="a")
    assert Diary(path).known == {}


def test_a_line_that_was_altered_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "j"
    Diary(path).add("checked", source="a", fingerprint="1")
    with path.open("ab") as file:
        file.write(b"rubbish\n[]\n" + b"[" * 100_000 + b"\n")
    Diary(path).add("checked", source="b", fingerprint="2")
    assert Diary(path).known == {"a": "1", "b": "2"}


def test_no_line_is_read_beyond_what_any_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "j"
    diary = Diary(path)
    diary.add("checked", source="a", fingerprint="1")
    diary.add("checked", source="b", fingerprint="2" * 200)
    monkeypatch.setattr("conformance.desk.diary.MAXIMUM_LINE", 150)
    assert Diary(path).known == {"a": "1"}


@pytest.mark.parametrize(
    "content", [b"some text\n", b"{}\n", b'{"watch":2}\n', b"[" * 9999, b"\xff"]
)
def test_another_file_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "j"
    path.write_bytes(content)
    with pytest.raises(TadpError, match="is not a journal of tadp watch"):
        Diary(path)
    assert path.read_bytes() == content
    with pytest.raises(TadpError, match="is not a journal of tadp watch"):
        Diary(tmp_path)


def test_there_need_be_none(tmp_path: Path) -> None:
    assert Diary(None).add("gone", source="a")["source"] == "a"
    assert list(tmp_path.iterdir()) == []


def test_the_latest_events_come_first(tmp_path: Path) -> None:
    path = tmp_path / "j"
    diary = Diary(path)
    assert latest(path, 5) == []
    for number in range(30):
        diary.add("gone", source=f"{number}", why="x" * 50_000)
    with path.open("ab") as file:
        file.write(b'{"half')
    assert [event["source"] for event in latest(path, 3)] == ["29", "28", "27"]
    # Of a long journal, only the end is read.
    assert 10 < len(latest(path, 100)) < 30
    path.write_text("other")
    with pytest.raises(TadpError, match="is not a journal"):
        latest(path, 1)


@pytest.mark.parametrize(
    "line",
    [b'{"event":"checked","reports":7}', b'{"event":7}', b'{"source":[]}', b"[]", b"\xff", b"\0",
     b"{" * 9999, b'{"source":"\\ud800"}'],
)  # fmt: skip
def test_a_line_of_another_form_is_not_an_event(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "j"
    Diary(path).add("gone", source="a")
    with path.open("ab") as file:
        file.write(line + b"\n")
    assert [event["source"] for event in latest(path, 9)] == ["a"]
    assert Diary(path).known == {}
