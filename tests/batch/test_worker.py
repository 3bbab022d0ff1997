"""Checking one source: what comes back, and that it can travel."""

from __future__ import annotations

import json
import pickle
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from conformance.batch import CheckJob, Entry, SettingSpec, WorkerState, check_source, worker
from conformance.batch.entry import Item
from conformance.batch.worker import WorkerFaultError, check_items
from conformance.errors import TadpError
from conformance.report.frame import sealed
from conformance.report.raw import draft_on
from conformance.submission.evidence import Submission
from conformance.submission.hints import CliHints
from tests.checks.situation import ADT, catalogue
from tests.running import check

AT = datetime(2025, 6, 1, 10, tzinfo=UTC)
ORDER = CheckJob(SettingSpec(AT, sent_at=AT), CliHints())


def entry_of(source: Path, job: CheckJob = ORDER) -> Entry:
    entry = check_source(Item(0, str(source)), WorkerState(job, job.spec.build(catalogue())))
    assert entry is not None
    return entry


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "adt.csv"
    path.write_bytes(ADT)
    return path


def test_the_entry_is_what_the_report_says(plain: Path) -> None:
    entry = entry_of(plain)
    made = check(plain, "--at", "2025-06-01T10:00:00Z").report
    assert entry.trouble is None
    assert entry.submission == made["submissions"][0]
    assert sealed(draft_on([entry.submission], ORDER.spec.build(catalogue()))) == made


def test_a_file_that_cannot_be_read_is_the_trouble_of_its_entry(tmp_path: Path) -> None:
    entry = entry_of(tmp_path / "none.csv")
    assert entry.submission is None
    assert entry.trouble is not None
    assert "none.csv: no such file" in entry.trouble


def test_times_that_cannot_be_right_are_the_trouble_of_the_entry(plain: Path) -> None:
    manifest = {
        "submission": 1,
        "kind": "adt",
        "file": plain.name,
        "sent_at": "2035-06-01T10:00:00Z",
    }
    (plain.parent / "submission.json").write_text(json.dumps(manifest), "utf-8")
    entry = entry_of(plain.parent)
    assert entry.submission is not None
    assert entry.trouble is not None
    assert "sent_at is 2035-06-01T10:00:00Z, after the time of checking" in entry.trouble


def test_a_source_with_several_submissions_is_one_entry_for_all_and_is_resumed_so(
    tmp_path: Path,
) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.com", "x"
    for name, data in (
        ("a-adt.csv", ADT),
        ("b-adt.csv", ADT + ADT),
        ("logo.png", b"\x89PNG\r\n\x1a\n"),
    ):
        message.add_attachment(data, maintype="application", subtype="x", filename=name)
    path = tmp_path / "m.eml"
    path.write_bytes(message.as_bytes())
    for _ in range(2):
        ran = check(path, "--at", "2025-06-01T10:00:00Z", "--resume", tmp_path / "journal")
        names = [one["source"] for one in ran.report["submissions"]]
        assert names == [f"{path}: a-adt.csv", f"{path}: b-adt.csv"]
        assert ran.report["strays"] == [{"name": f"{path}: logo.png", "why": "an image"}]
    assert (tmp_path / "journal").read_text("utf-8").count('"source":') == 3


def test_only_what_is_asked_for_is_in_it(plain: Path) -> None:
    entry = entry_of(plain, CheckJob(ORDER.spec, only=("6.1-3",)))
    assert entry.submission is not None
    assert [r["id"] for r in entry.submission["requirements"]] == ["6.1-3"]


def test_order_and_entry_travel_as_they_are(plain: Path) -> None:
    entry = entry_of(plain)
    assert pickle.loads(pickle.dumps(entry)) == entry  # noqa: S301 - our own
    assert pickle.loads(pickle.dumps(ORDER)) == ORDER  # noqa: S301 - our own
    assert json.loads(json.dumps(entry.submission)) == entry.submission


def test_an_unchanged_source_is_not_checked_again(plain: Path) -> None:
    state = WorkerState(ORDER, ORDER.spec.build(catalogue()))
    fingerprint = entry_of(plain).fingerprint
    assert fingerprint is not None
    watched: list[Submission] = []

    def watch(submission: Submission) -> AbstractContextManager[None]:
        watched.append(submission)
        return nullcontext()

    assert check_source(Item(0, str(plain), fingerprint), state, watch) is None
    assert watched == []
    again = check_source(Item(0, str(plain), "0" * 64), state, watch)
    assert again == entry_of(plain)
    assert [submission.source for submission in watched] == [str(plain)]


def test_the_reading_of_a_submission_is_reported_while_it_is_checked(plain: Path) -> None:
    state = WorkerState(ORDER, ORDER.spec.build(catalogue()))
    steps: list[int] = []
    assert check_source(Item(0, str(plain)), state, lambda _: nullcontext(steps.append))
    assert sum(steps) == len(ADT)


def test_an_error_is_reported_word_for_word(tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    assert entry_of(path) == Entry(str(path), None, f"{path}: no such file")


def test_entries_of_one_desk_share_what_they_have_in_common(plain: Path) -> None:
    state = WorkerState(ORDER, ORDER.spec.build(catalogue()))
    one, other = (check_source(Item(n, str(plain)), state) for n in range(2))
    assert one == other
    assert one is not None
    assert other is not None
    assert one.submission is not None
    assert other.submission is not None
    pairs = zip(one.submission["requirements"], other.submission["requirements"], strict=True)
    assert all(a is b for a, b in pairs if not a["findings"])
    ((_, first), (_, second)) = check_items([Item(0, str(plain)), Item(1, str(plain))], ORDER)
    assert first == second == one


@pytest.mark.parametrize(
    ("error", "raised", "reported"),
    [
        (KeyError("odd"), WorkerFaultError, "KeyError: 'odd', while {} was checked"),
        (TadpError("no good"), TadpError, "no good"),
        (OSError("full"), OSError, "full"),
        (MemoryError("not enough"), MemoryError, "not enough"),
    ],
)
def test_a_fault_of_ours_names_the_source_and_other_troubles_are_what_they_are(
    error: Exception,
    raised: type[Exception],
    reported: str,
    plain: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(worker, "check_submission", fail)
    with pytest.raises(raised) as caught:
        check_items([Item(0, str(plain))], ORDER)
    assert str(caught.value) == reported.format(plain)
    if raised is WorkerFaultError:
        assert caught.value.__cause__ is error
