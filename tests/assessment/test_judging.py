"""How what a submitter has written is judged: the files, what it says of them, and the records."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.assessment.authority import Authority
from conformance.assessment.messages import Answer, Outcome
from conformance.assessment.neutral import Workspace
from conformance.assessment.scores import Standing
from conformance.assessment.submitting import Judged, judge
from conformance.assessment.tasks import Task, make_task
from conformance.checks import Setting
from conformance.findings import Verdict
from conformance.model.profile import SignerCount
from conformance.submission.moments import parse_moment
from tests.assessment.implementations import submitters
from tests.assessment.made_up import catalogue, corpus, profile

AT = parse_moment(corpus().checked_at, "corpus")
AUTHORITY = Authority(AT, profile())
SETTING = Setting(catalogue(), profile(), AUTHORITY.trust(), AT)
WRITTEN = Answer(Outcome.WRITTEN)
OTHER_RECORDS = "the file does not hold the records that the task asks for"

Made = Callable[[str], Task]


@pytest.fixture
def make(workspace: Workspace) -> Made:
    def made(name: str = "adt-sharepoint") -> Task:
        case = corpus().by_id[f"conforming/{name}"]
        return make_task(case, "00c0ffee00c0ffee", workspace, (AUTHORITY, profile()))

    return made


@pytest.fixture
def task(make: Made) -> Task:
    return make("adt-sharepoint")


def test_where_two_have_to_sign_a_task_has_a_key_for_each(workspace: Workspace) -> None:
    rules = replace(profile().signature, signers=SignerCount(2, 2))
    two = replace(profile(), signature=rules)
    setting = Setting(catalogue(), two, AUTHORITY.trust(), AT)
    case = corpus().by_id["conforming/adt-sharepoint"]
    for number, (act, standing) in enumerate(
        ((submitters.signs_with_all, Standing.PASSED), (submitters.does_all, Standing.FAILED))
    ):
        task = make_task(case, f"00c0ffee00c0ffe{number}", workspace, (AUTHORITY, two))
        inputs = {path.name for path in Path(task.job.message["inputs"]).iterdir()}
        assert {"key.pem", "key-2.pem", "certificate-2.pem", "chain-2.pem"} <= inputs
        act(task.job.message)
        one = judge(task, WRITTEN, setting)
        assert one.standing is standing, one.reason
    assert one.reason == "3.4(b)-2: fewer have signed than have to"


def folder_of(task: Task) -> Path:
    return Path(task.job.message["folder"])


def judged(task: Task, answer: Answer = WRITTEN) -> Judged:
    return judge(task, answer, SETTING)


def manifest_of(task: Task) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder_of(task) / "submission.json").read_text("utf-8"))
    return manifest


def reported(one: Judged) -> tuple[str, str]:
    return one.standing.value, one.reason


@pytest.mark.parametrize("name", ["adt-sharepoint", "adt-contingency", "qcaf-user-set"])
def test_files_as_the_task_asks_for_them_pass(name: str, make: Made) -> None:
    task = make(name)
    submitters.does_all(task.job.message)
    one = judged(task)
    assert reported(one) == ("passed", "")
    assert one.checked is not None
    assert one.checked.verdict is Verdict.CONFORMS
    # An entry that the submitter leaves out is filled in for it.
    file = f"{task.case.kind.value}.csv"
    wanted = {**task.entries, "file": file, "signature": f"{file}.p7s"}
    assert manifest_of(task) == wanted
    assert (folder_of(task) / "submission.json").read_text("utf-8") == json.dumps(wanted, indent=2)
    for beside, data in task.beside.items():
        assert (folder_of(task) / beside).read_bytes() == data


@pytest.mark.parametrize(
    ("answer", "standing"),
    [
        (Answer(Outcome.SKIPPED, "not on Mondays"), "skipped"),
        (Answer.error("no paper"), "error"),
        (Answer(Outcome.ACCEPTED, "it is fine"), "failed"),
    ],
)
def test_without_a_word_that_it_is_written_nothing_is_looked_at(
    answer: Answer, standing: str, task: Task
) -> None:
    submitters.does_all(task.job.message)
    one = judged(task, answer)
    assert one == Judged(task, answer)
    assert reported(one) == (standing, answer.reason)
    assert not (folder_of(task) / "submission.json").exists()


def test_records_may_come_in_another_order_and_none_may_differ(task: Task) -> None:
    rows = submitters.file_of(task.job.message).splitlines(keepends=True)
    submitters.write(task.job.message, b"".join(reversed(rows)))
    assert reported(judged(task)) == ("passed", "")
    submitters.write(task.job.message, b"".join([*rows[:-1], rows[-1].replace(b"\n", b"1\n")]))
    one = judged(task)
    assert one.standing is Standing.FAILED
    assert one.fault == OTHER_RECORDS
    assert one.checked is not None


def test_a_fault_is_reported_before_what_is_broken(task: Task) -> None:
    submitters.signs_nothing(task.job.message)
    file = folder_of(task) / "adt.csv"
    assert reported(judged(task)) == ("failed", "6.1-1: the file is not signed")
    (folder_of(task) / "submission.json").unlink()
    file.write_bytes(file.read_bytes().partition(b"\n")[2])
    (folder_of(task) / "live.csv").unlink()
    reason = judged(task).reason
    assert reason.startswith(f"{OTHER_RECORDS}; ")
    assert "; 6.1-1: the file is not signed" in reason


def test_a_requirement_that_is_not_shown_is_reported_where_none_is_broken(task: Task) -> None:
    submitters.does_all(task.job.message)
    references = task.job.message["references"]
    smsr = {k: v for k, v in references["smsr"].items() if k != "raised_at"}
    own = {"references": {**references, "smsr": smsr}}
    (folder_of(task) / "submission.json").write_text(json.dumps(own), "utf-8")
    one = judged(task)
    assert one.standing is Standing.FAILED
    assert one.reason == "3.1-2 is not shown: it is not known which came first"


# --- Files that come in the answer ---------------------------------------------------------------


def answer_with(**files: bytes) -> Answer:
    return Answer(
        Outcome.WRITTEN, files={name: base64.b64encode(d).decode() for name, d in files.items()}
    )


def test_files_may_come_in_the_answer_itself(task: Task) -> None:
    submitters.does_all(task.job.message)
    folder = folder_of(task)
    files = {file.name: file.read_bytes() for file in folder.iterdir()}
    for file in folder.iterdir():
        file.unlink()
    assert reported(judged(task, answer_with(**files))) == ("passed", "")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../adt.csv", "/adt.csv", "a\\b"])
def test_a_file_of_the_answer_is_in_the_folder(name: str, task: Task) -> None:
    one = judged(task, answer_with(**{name: b"1"}))
    assert reported(one) == ("failed", f"{name!r} is not the name of a file")
    assert list(folder_of(task).iterdir()) == []


def test_a_file_that_is_not_base64_is_reported(task: Task) -> None:
    one = judged(task, Answer(Outcome.WRITTEN, files={"adt.csv": "QQ=!"}))
    assert one.standing is Standing.FAILED
    assert "base64" in one.reason.lower() or "padding" in one.reason.lower()


# --- What the submitter says of its files --------------------------------------------------------


def test_entries_of_the_submitter_replace_those_of_the_task(task: Task) -> None:
    submitters.does_all(task.job.message)
    folder = folder_of(task)
    (folder / "adt.csv").rename(folder / "mine.csv")
    (folder / "adt.csv.p7s").rename(folder / "mine.sig.p7s")
    (folder / "notes.txt").write_text("ours", "utf-8")
    own = {"file": "mine.csv", "signature": "mine.sig.p7s", "sent_at": "2025-06-02T10:30:00Z"}
    (folder / "submission.json").write_text(json.dumps(own), "utf-8")
    assert reported(judged(task)) == ("passed", "")
    whole = manifest_of(task)
    assert whole == {**task.entries, **own}
    assert [area["file"] for area in whole["sender"]["sets_adts"]] == ["mine.csv"]


def test_the_submitters_own_sender_is_left_as_it_is(task: Task) -> None:
    submitters.does_all(task.job.message)
    sender = task.job.message["sender"]
    own = {"sender": {**sender, "sets_adts": [{**sender["sets_adts"][0], "file": "other.csv"}]}}
    (folder_of(task) / "submission.json").write_text(json.dumps(own), "utf-8")
    judged(task)
    assert manifest_of(task)["sender"] == own["sender"]
    assert manifest_of(task)["file"] == "adt.csv"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "submission.json holds no object"),
        ("7", "submission.json holds no object"),
        ("{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("{}".ljust((1 << 24) + 1), "submission.json is too large"),
    ],
    ids=["list", "number", "no JSON", "too large"],
)
def test_a_manifest_that_is_not_one_is_reported(text: str, reason: str, task: Task) -> None:
    submitters.does_all(task.job.message)
    (folder_of(task) / "submission.json").write_text(text, "utf-8")
    assert reported(judged(task)) == ("failed", reason)


def test_a_manifest_may_be_as_large_as_any_and_is_utf_8(task: Task) -> None:
    submitters.does_all(task.job.message)
    party = {"sender": {**task.job.message["sender"], "party": "TEST P\u00e4rty 1"}}
    text = json.dumps(party, ensure_ascii=False).encode("utf-8")
    (folder_of(task) / "submission.json").write_bytes(text.ljust(1 << 24))
    assert reported(judged(task)) == ("passed", "")
    assert manifest_of(task)["sender"]["party"] == "TEST P\u00e4rty 1"


def test_where_the_manifest_cannot_be_read_the_folder_is_not_named(task: Task) -> None:
    submitters.does_all(task.job.message)
    own = {"file": "adt.csv", "signature": "gone.p7s"}
    (folder_of(task) / "submission.json").write_text(json.dumps(own), "utf-8")
    one = judged(task)
    assert one.standing is Standing.FAILED
    assert one.checked is None
    assert str(folder_of(task)) not in one.reason
    assert "gone.p7s" in one.reason


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["a.csv"], {"file": "a.csv"}),
        (["a.csv", "a.csv.p7s"], {"file": "a.csv", "signature": "a.csv.p7s"}),
        (["a.csv", "b.sig"], {"file": "a.csv", "signature": "b.sig"}),
        (["a.p7m"], {"file": "a.p7m"}),
        # A certificate inside a container takes precedence over one beside it.
        (["a.csv", "a.p7m"], {"file": "a.p7m"}),
        (["a.csv", "key.pem", "chain.pem"], {"file": "a.csv"}),
        (["a.P7S"], {"file": "a.P7S"}),
        ([], None),
        (["a.csv", "b.csv"], None),
        (["a.p7m", "b.p7m"], None),
        (["a.csv", "a.p7s", "a.sig"], None),
        (["a.p7s"], None),
        (["chain.pem"], None),
    ],
)
def test_the_file_and_its_signature_are_recognised_by_their_names(
    names: list[str], found: dict[str, str] | None, task: Task
) -> None:
    (folder_of(task) / "folder").mkdir()
    for name in names:
        (folder_of(task) / name).write_bytes(b"1")
    one = judged(task)
    if found is None:
        there = f"one file and its signature were to be written; there are: {sorted(names)}"
        assert reported(one) == ("failed", there)
    else:
        manifest = manifest_of(task)
        assert {k: manifest[k] for k in ("file", "signature") if k in manifest} == found
