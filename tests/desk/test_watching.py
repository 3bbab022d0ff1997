"""A watch of a folder, from turn to turn."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from conformance.batch import CheckJob, SettingSpec
from conformance.desk import watching
from conformance.desk.diary import Diary
from conformance.desk.resting import Patience
from conformance.desk.watching import Reports, Watching, WatchPlan
from conformance.errors import TadpError
from conformance.model.schema import validator
from conformance.submission.moments import now
from tests.checks.situation import ADT
from tests.corpus import FIXTURES
from tests.desk.folders import BAD, GOOD, PROFILE, example, fill

Watch = Callable[..., "RecordedWatch"]


class RecordedWatch:
    """A watch without delay, and the events that it reports."""

    def __init__(self, home: Path, **options: Any) -> None:
        self.root, self.journal = home / "in", home / "journal.jsonl"
        self.root.mkdir(exist_ok=True)
        spec = SettingSpec(now=now(), profile=str(FIXTURES / "profile.toml"))
        plan = WatchPlan(self.root, CheckJob(spec), Patience(0, 0), **options)
        self.events: list[dict[str, Any]] = []
        self.watching = Watching(plan, Diary(self.journal), self.events.append)

    def turn(self) -> list[tuple[str, str]]:
        """Look once; return what was reported: the verdict or the event, and of what."""
        self.events.clear()
        self.watching.turn(0)
        return [(e.get("verdict", e["event"]), e.get("source", "")) for e in self.events]


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return lambda **options: RecordedWatch(tmp_path, **options)


def test_a_submission_that_arrives_is_checked_once_and_again_when_it_changes(watch: Watch) -> None:
    reported = watch()
    assert reported.turn() == []
    example(GOOD, reported.root / "a")
    example(BAD, reported.root / "b")
    assert reported.turn() == [("conforms", "a"), ("violates", "b")]
    assert reported.turn() == []
    shutil.copy(reported.root / "b" / "adt.csv", reported.root / "a" / "adt.csv")
    assert reported.turn() == [("violates", "a")]
    assert reported.watching.failed
    assert not reported.watching.faults


def test_it_goes_on_after_a_restart_without_checking_twice(watch: Watch) -> None:
    reported = watch()
    example(GOOD, reported.root / "a")
    example(BAD, reported.root / "b")
    example(BAD, reported.root / "c")
    reported.turn()
    shutil.rmtree(reported.root / "b")
    shutil.copy(reported.root / "a" / "adt.csv", reported.root / "c" / "adt.csv")
    example(GOOD, reported.root / "d")
    again = watch()
    assert {of: what for what, of in again.turn()} == {
        "b": "gone", "c": "violates", "d": "conforms",
    }  # fmt: skip
    assert again.turn() == []


def test_each_line_of_the_journal_keeps_to_its_schema(watch: Watch) -> None:
    reported = watch(reports=Reports(Path("unused"), ()))
    example(BAD, reported.root / "b")
    fill(reported.root, "README.txt")
    reported.turn()
    shutil.rmtree(reported.root)
    reported.turn()
    reported.root.mkdir()
    reported.turn()
    head, *entries = map(json.loads, reported.journal.read_text().splitlines())
    judge = validator("watch-line")
    assert [e["event"] for e in entries] == [
        "not checked", "checked", "folder gone", "folder back", "gone", "gone",
    ]  # fmt: skip
    for entry in (head, *entries):
        assert judge.is_valid(entry), entry
    assert not judge.is_valid({**entries[1], "verdict": "good"})
    assert not judge.is_valid({"at": entries[1]["at"], "event": "checked"})


def test_a_report_is_written_on_each(watch: Watch, tmp_path: Path) -> None:
    reported = watch(reports=Reports(tmp_path / "out", (".json", ".html")))
    example(BAD, reported.root / "deep" / "b")
    reported.turn()
    report = json.loads((tmp_path / "out" / "deep" / "b.json").read_text("utf-8"))
    assert [s["verdict"] for s in report["submissions"]] == ["violates"]
    assert reported.events[0]["reports"] == [
        str(tmp_path / "out" / "deep" / f"b{ending}") for ending in (".json", ".html")
    ]
    assert reported.events[0]["failed"] == ["6.1-3", "3.4(b)-1"]
    assert "6.1-3" in (tmp_path / "out" / "deep" / "b.html").read_text("utf-8")


def test_each_of_several_submissions_in_a_message_has_a_line(watch: Watch, tmp_path: Path) -> None:
    watched = watch(reports=Reports(tmp_path / "out", (".json",)))
    sent = EmailMessage()
    sent["From"], sent["To"], sent["Subject"] = "a@example.com", "b@example.com", "two"
    sent.set_content("Two files.")
    for name in ("first-adt.csv", "second-adt.csv"):
        data = ADT.replace(b"100", name[:1].encode() + b"00")
        sent.add_attachment(data, maintype="text", subtype="csv", filename=name)
    (watched.root / "m.eml").write_bytes(sent.as_bytes())
    assert watched.turn() == [("violates", "m.eml")] * 2
    assert [event["part"] for event in watched.events] == ["first-adt.csv", "second-adt.csv"]
    judge = validator("watch-line")
    assert all(judge.is_valid(event) for event in watched.events)
    report = json.loads((tmp_path / "out" / "m.eml.json").read_text("utf-8"))
    assert len(report["submissions"]) == 2
    assert watched.turn() == []


def test_no_report_takes_the_place_of_what_a_link_leads_to(watch: Watch, tmp_path: Path) -> None:
    reported = watch(reports=Reports(tmp_path / "out", (".csv",)))
    example(BAD, reported.root / "b")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b.csv").symlink_to(reported.root / "b" / "adt.csv")
    before = (reported.root / "b" / "adt.csv").read_bytes()
    with pytest.raises(TadpError, match="is an input, and no place for what is written"):
        reported.turn()
    assert (reported.root / "b" / "adt.csv").read_bytes() == before


def test_a_folder_that_vanishes_is_waited_for(watch: Watch) -> None:
    reported = watch()
    example(GOOD, reported.root / "a")
    reported.turn()
    aside = reported.root.with_name("aside")
    reported.root.rename(aside)
    assert reported.turn() == [("folder gone", "")]
    assert reported.turn() == []
    aside.rename(reported.root)
    assert reported.turn() == [("folder back", "")], "nothing in it has changed"


def test_a_fault_of_ours_does_not_end_it(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    reported = watch()
    example(GOOD, reported.root / "a")
    example(GOOD, reported.root / "b")
    checked = watching.check_source

    def faulty(item: Any, desk: Any) -> Any:
        if item.source.endswith("a"):
            raise ZeroDivisionError("oh")
        return checked(item, desk)

    monkeypatch.setattr(watching, "check_source", faulty)
    assert reported.turn() == [("fault", "a"), ("conforms", "b")]
    assert reported.watching.faults
    assert reported.events[0]["why"] == "ZeroDivisionError: oh"


def test_a_folder_that_is_an_area_is_checked_as_a_whole_too(watch: Watch, tmp_path: Path) -> None:
    reported = watch(reports=Reports(tmp_path / "out", (".json",)))
    # The watched folder is the area itself.
    path = next(iter(PROFILE.delivery.folders.values())).partition("/")[2]
    fill(reported.root, f"{path}/70-00-00-00-00-00-00-01-REQ000000000001-ADT.csv")
    reported.turn()
    assert [event["source"] for event in reported.events][-1] == "."
    assert (tmp_path / "out" / "area.json").is_file()
    assert reported.turn() == []
