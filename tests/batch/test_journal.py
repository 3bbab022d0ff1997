"""An interrupted run continues where it was, and gives the same report."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.batch import CheckJob, Entry, SettingSpec
from conformance.batch.journal import Journal
from conformance.errors import TadpError
from conformance.model.requirement import Kind
from conformance.report.frame import sealed
from conformance.submission.hints import CliHints
from conformance.submission.register import Register
from tests.batch.many import AT, folder_of, ran
from tests.checks.situation import ADT
from tests.model.profiles import extending
from tests.running import Ran, run

COUNT = 9


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folder_of(tmp_path, COUNT)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def check(folder: Path, *words: object, at: str = AT) -> Ran:
    return run("check", folder, "--format", "json", "--at", at, *words)


def sources(journal: Path) -> list[str]:
    """The sources in a journal, by name."""
    lines = [json.loads(line) for line in journal.read_text().splitlines()[1:]]
    return [Path(line["entry"]["source"]).name for line in lines if "source" in line["entry"]]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_that_was_killed_goes_on(
    jobs: int, folder: Path, journal: Path, tmp_path: Path
) -> None:
    words = (folder, "--format", "json", "--jobs", jobs, "--resume", journal)
    flag, second = tmp_path / "first", tmp_path / "second"
    code, out, _ = ran(*words, sabotage=f"run-killed 005-adt.csv {flag}")
    assert (code, out) == (-signal.SIGKILL, b"")
    done = sources(journal)
    assert done
    assert "005-adt.csv" not in done
    code, out, err = ran(*words, sabotage=f"nothing - {second}")
    assert f"going on after {len(done)} that are done" in err
    whole, expected, _ = ran(folder, "--format", "json")
    assert (code, out) == (whole, expected)
    assert sorted(sources(journal)) == sorted(p.name for p in folder.iterdir())


def test_unchanged_sources_are_taken_and_the_rest_checked_again(
    folder: Path, journal: Path
) -> None:
    assert check(folder, "--resume", journal).code == 1
    size = journal.stat().st_size
    (folder / "004-adt.csv").write_bytes(ADT + ADT)
    (folder / "002-adt.csv").unlink()
    (folder / "zzz-adt.csv").write_bytes(ADT)
    again = check(folder, "--resume", journal)
    with journal.open("rb") as file:
        file.seek(size)
        added = [json.loads(line)["entry"].get("source", "") for line in file]
    assert [Path(name).name for name in added] == ["004-adt.csv", "zzz-adt.csv", ""]
    assert again.out == check(folder).out


def test_bytes_decide_and_not_the_time_of_last_change(folder: Path, journal: Path) -> None:
    check(folder, "--resume", journal)
    size = journal.stat().st_size
    one, other = folder / "000-adt.csv", folder / "001-adt.csv"
    before = one.stat()
    data = one.read_bytes()
    one.write_bytes(data.replace(b"\n", b";", 1))
    os.utime(one, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.utime(other, (1, 1))
    assert one.stat().st_size == before.st_size
    assert check(folder, "--resume", journal).out == check(folder).out
    added = journal.read_bytes()[size:]
    assert b"000-adt.csv" in added
    assert b"001-adt.csv" not in added


def test_a_signature_that_came_beside_is_a_change(folder: Path, journal: Path) -> None:
    check(folder, "--resume", journal)
    (folder / "000-adt.csv.p7s").write_bytes(b"no signature")
    assert check(folder, "--resume", journal).out == check(folder).out


def test_a_file_that_could_not_be_checked_is_tried_again(folder: Path, journal: Path) -> None:
    path = folder.with_name("unknown.csv")
    path.write_bytes(b"")
    words = ("check", folder, path, "--format", "json", "--at", AT)
    first = run(*words, "--resume", journal)
    assert first.code == 2
    assert "unknown.csv" not in sources(journal)
    path.write_bytes(ADT)
    assert run(*words, "--resume", journal).out == run(*words).out


@pytest.mark.parametrize("cut", [1, 2, 100, 3000])
def test_a_torn_last_line_is_discarded(cut: int, folder: Path, journal: Path) -> None:
    check(folder, "--resume", journal)
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:5])[:-cut])
    again = check(folder, "--resume", journal)
    assert f"going on after {3 if cut else 4} that are done" in again.err
    assert again.out == check(folder).out
    assert len(sources(journal)) == COUNT


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: line.replace(b'"violates"', b'"conforms"'),
        lambda line: line.replace(b"passed", b"failed"),
        lambda line: b"\0" * len(line),
        lambda _: b"{}\n",
        lambda _: b"[" * 100_000 + b"\n",
        lambda _: b"\n",
        lambda line: line[:90] + line[91:],
    ],
)
def test_from_a_broken_line_on_everything_is_checked_again(
    spoil: object, folder: Path, journal: Path
) -> None:
    check(folder, "--resume", journal)
    lines = journal.read_bytes().splitlines(keepends=True)
    assert callable(spoil)
    lines[3] = spoil(lines[3])
    journal.write_bytes(b"".join(lines))
    again = check(folder, "--resume", journal)
    assert "going on after 2 that are done" in again.err
    assert again.out == check(folder).out


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"verdict": "conforms"}, "was altered: the verdict on FOLDER/001-adt.csv is not that of"),
        ({"edition": "later"}, "has no wording of edition later"),
    ],
)
@pytest.mark.parametrize("more", [(), ("--redact",), ("--output", "report.html")])
def test_an_entry_that_contradicts_itself_makes_no_report(
    change: dict[str, str], problem: str, more: tuple[str, ...], folder: Path, journal: Path
) -> None:
    check(folder, "--resume", journal)
    lines = journal.read_bytes().splitlines(keepends=True)
    entry = json.loads(lines[2])["entry"]
    entry["submission"] |= change
    lines[2] = line_of(json.dumps(entry))
    journal.write_bytes(b"".join(lines))
    done = check(folder, "--resume", journal, *more)
    assert (done.code, done.out) == (2, "")
    assert f"{journal}: {problem.replace('FOLDER', str(folder))}" in done.err


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--only", "6.1"), "choice of requirements"),
        (("--edition", "v2.0"), "edition"),
        (("--kind", "adt"), "kind or signature"),
        (("--profile", "PROFILE"), "profile"),
        (("--trust", "ROOT"), "set of trust anchors and revocation lists"),
    ],
)
def test_the_journal_of_another_setting_is_refused(
    words: tuple[str, str], what: str, folder: Path, journal: Path, tmp_path: Path
) -> None:
    from tests.checks import situation

    profile = extending(tmp_path, '[readings]\nfinal-line-feed = "terminator"\n')
    places = {"PROFILE": profile, "ROOT": tmp_path / "root.pem"}
    places["ROOT"].write_bytes(situation.root().pem)
    check(folder, "--resume", journal)
    before = journal.read_bytes()
    option, value = words
    refused = check(folder, "--resume", journal, option, places.get(value, value))
    assert f"is the journal of a run with another {what}" in refused.trouble
    assert journal.read_bytes() == before


def test_the_journal_of_another_version_is_refused(folder: Path, journal: Path) -> None:
    check(folder, "--resume", journal)
    first, rest = journal.read_bytes().split(b"\n", 1)
    head = json.loads(first)
    head["of"]["version of tadp"] = "0" * 64
    journal.write_bytes(json.dumps(head).encode() + b"\n" + rest)
    refused = check(folder, "--resume", journal)
    assert "is the journal of a run with another version of tadp" in refused.trouble


def test_another_time_is_another_setting(folder: Path, journal: Path) -> None:
    check(folder, "--resume", journal)
    refused = check(folder, "--resume", journal, at="2025-07-01T10:00:00Z")
    assert "with another time of checking and another time of sending" in refused.trouble


def test_a_run_that_goes_on_keeps_its_time_and_one_after_the_end_does_not(
    folder: Path, journal: Path
) -> None:
    words = ("check", folder, "--format", "json", "--resume", journal)
    run(*words)
    lines = journal.read_bytes().splitlines(keepends=True)
    head = json.loads(lines[0])
    head["of"]["time of checking"] = "2025-06-01T09:00:00Z"
    old = [json.dumps(head).encode() + b"\n", *lines[1:]]
    journal.write_bytes(b"".join(old[:4]))
    assert run(*words).report["checked_at"] == "2025-06-01T09:00:00Z"
    assert len(sources(journal)) == COUNT
    before = datetime.now(UTC).replace(microsecond=0).isoformat()
    assert run(*words).report["checked_at"] >= before.replace("+00:00", "Z")
    assert len(sources(journal)) == COUNT


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a,b\n",
        b"\0" * 100_000,
        b"[" * 100_000,
        b"[]\n",
        b'{"journal": 2, "of": {}}\n',
        b'{"journal": 1, "of": []}\n',
        b'{"journal": 1, "of": {}}\n',
        b'{"journal": 1, "of": {"time of checking": 7}}\n',
        b'{"journal": 1, "of": {"time of checking": "late"}}\n',
    ],
)
def test_a_file_that_is_not_a_journal_is_left_alone(
    data: bytes, folder: Path, journal: Path
) -> None:
    journal.write_bytes(data)
    refused = run("check", folder, "--resume", journal)
    assert refused.trouble
    assert journal.read_bytes() == data


def test_a_journal_has_a_place_of_its_own(folder: Path, journal: Path) -> None:
    report = folder.parent / "report.json"
    for place, reported in (
        (folder / "000-adt.csv", "is an input"),
        (folder / "new.jsonl", "journal"),
    ):
        made = run("check", folder, "--output", report, "--resume", place)
        assert reported in made.trouble
        assert "no place for" in made.trouble
    made = run("check", folder, "--output", report, "--resume", report)
    assert "two outputs are this one file" in made.trouble
    assert "no place for a journal" in run("check", folder, "--resume", folder.parent).trouble
    assert "no" in run("check", folder, "--resume", folder.parent / "no" / "j.jsonl").trouble


def test_the_report_is_one_that_others_can_rely_on(folder: Path, journal: Path) -> None:
    check(folder, "--resume", journal)
    report = check(folder, "--resume", journal).report
    assert sealed(report) == report


# --- The file itself ------------------------------------------------------------------------------


NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)
RECIPE = SettingSpec(NOON, sent_at=datetime(2025, 5, 1, 12, tzinfo=UTC), edition="v2.0")
DIGESTS = (("version of tadp", "1" * 64), ("model", "2" * 64))
ORDER = CheckJob(
    RECIPE, CliHints(Kind.QCAF, Path("a.p7s")), only=("6.3", "6.1", "6.3"), digests=DIGESTS
)  # fmt: skip
SUBMISSION = {
    "source": "\u00e9.csv", "kind": "adt", "edition": "v2.0", "verdict": "conforms", "rests_on": [],
    "inputs": [], "requirements": [],
}  # fmt: skip
ENTRY = Entry("\u00e9.csv", SUBMISSION, None, "3" * 64)


def line_of(text: str | bytes) -> bytes:
    data = text if isinstance(text, bytes) else text.encode()
    return b'{"sha256":"%s","entry":%s}\n' % (hashlib.sha256(data).hexdigest().encode(), data)


HEAD = {
    "journal": 1,
    "of": {
        "version of tadp": "1" * 64,
        "model": "2" * 64,
        "time of checking": "2025-06-01T12:00:00Z",
        "time of sending": '"2025-05-01T12:00:00Z"',
        "edition": '"v2.0"',
        "kind or signature": '["qcaf", "a.p7s"]',
        "choice of requirements": '["6.1", "6.3"]',
    },
}
LINES = [
    json.dumps(HEAD).encode() + b"\n",
    line_of(
        '{"source":"\\u00e9.csv","submission":{"source":"\\u00e9.csv","kind":"adt","edition":"v2.0",'
        '"verdict":"conforms","rests_on":[],"inputs":[],"requirements":[]},'
        f'"trouble":null,"fingerprint":"{"3" * 64}"}}'
    ),
    line_of('{"finished":true}'),
]


def test_a_journal_is_lines_each_with_its_digest(journal: Path) -> None:
    kept = Journal(journal)
    assert (kept.checked_at, kept.entries) == (None, {})
    kept.begin(ORDER, at=True)
    assert journal.read_bytes() == LINES[0]
    kept.keep(ENTRY)
    assert journal.read_bytes() == b"".join(LINES[:2])
    # Entries that have to be made again in any case are not kept.
    kept.keep(Entry("b.csv", None, "no such file"))
    kept.keep(Entry("c", {"requirements": []}))
    kept.finish()
    kept.finish()
    assert journal.read_bytes() == b"".join(LINES)


def test_settings_that_are_in_no_report_are_in_the_head(journal: Path) -> None:
    Journal(journal).begin(CheckJob(SettingSpec(NOON)), at=False)
    assert json.loads(journal.read_bytes()) == {
        "journal": 1,
        "of": {
            "time of checking": "2025-06-01T12:00:00Z",
            "time of sending": "null",
            "edition": "null",
            "kind or signature": "[null, null]",
            "choice of requirements": "[]",
        },
    }


def test_what_is_named_beside_the_files_has_its_place_in_the_head(journal: Path) -> None:
    register = Register(Path("register.csv"), {})
    hints = CliHints(None, Path("a.sig"), certificate=Path("a.pem"), register=register, zone="UTC")
    Journal(journal).begin(CheckJob(SettingSpec(NOON), hints), at=False)
    beside = json.loads(journal.read_bytes())["of"]["kind or signature"]
    assert json.loads(beside) == [None, "a.sig", "a.pem", "UTC", "register.csv"]


def test_a_journal_is_read_as_it_was_written(journal: Path) -> None:
    journal.write_bytes(b"".join(LINES[:2]))
    kept = Journal(journal)
    assert kept.checked_at == NOON
    assert kept.entries == {ENTRY.source: ENTRY}
    assert kept.fingerprint(ENTRY.source) == "3" * 64
    assert kept.fingerprint("other.csv") is None
    # One that is finished has no time to keep.
    journal.write_bytes(b"".join(LINES))
    kept = Journal(journal)
    assert (kept.checked_at, kept.entries) == (None, {ENTRY.source: ENTRY})


def test_one_that_went_on_after_its_end_is_not_finished(journal: Path) -> None:
    journal.write_bytes(b"".join([*LINES, LINES[1]]))
    kept = Journal(journal)
    assert kept.checked_at == NOON
    kept.begin(ORDER, at=False)
    kept.finish()
    assert journal.read_bytes() == b"".join([*LINES, LINES[1], LINES[2]])


def test_lines_from_a_broken_one_on_are_cut_off_when_a_run_begins(journal: Path) -> None:
    whole = b"".join(LINES[:2])
    for rest in (LINES[1][:-1], LINES[1][:-3] + b"]}\n", b"{}\n" + LINES[1], b"\n", b"x" * 100):
        journal.write_bytes(whole + rest)
        kept = Journal(journal)
        assert journal.read_bytes() == whole + rest
        assert set(kept.entries) == {ENTRY.source}
        kept.begin(ORDER, at=False)
        assert journal.read_bytes() == whole


KEPT = {"source": "b.csv", "submission": SUBMISSION, "fingerprint": "4" * 64}
RESULT = {"id": "6.1-1", "status": "passed", "findings": []}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({**KEPT, "later": 1}),
        json.dumps({"submission": SUBMISSION}),
        json.dumps({"source": "b.csv"}),
        json.dumps({**KEPT, "source": 7}),
        json.dumps({**KEPT, "submission": []}),
        json.dumps({**KEPT, "submission": {}}),
        json.dumps({**KEPT, "submission": {**SUBMISSION, "requirements": [7]}}),
        json.dumps({**KEPT, "submission": {**SUBMISSION, "requirements": [RESULT]}}),
        json.dumps({**KEPT, "submission": {**SUBMISSION, "verdict": "\ud800"}}),
        json.dumps({**KEPT, "submission": {**SUBMISSION, "verdict": "a\0b"}}),
        json.dumps({**KEPT, "others": 7}),
        json.dumps({**KEPT, "others": [{}]}),
        json.dumps({**KEPT, "passed_over": [["a"]]}),
        json.dumps({**KEPT, "fingerprint": ["4"]}),
        json.dumps({"finished": False}),
        json.dumps({"finished": True, **KEPT}),
        json.dumps([KEPT]),
        '{"source":"b.csv","submission":' + '{"a":' * 300 + "1" + "}" * 301,
        '{"source":' * 50_000,
        '{"source":' + "9" * 5000 + "}",
        "null",
        "not JSON",
        "",
        "\0",
        "\ufeff{}",
        b"\xff",
    ],
)  # fmt: skip
def test_a_line_that_is_not_an_entry_is_broken_whatever_its_digest(
    text: str | bytes, journal: Path
) -> None:
    whole = b"".join(LINES[:2])
    journal.write_bytes(whole + line_of(text) + LINES[1])
    kept = Journal(journal)
    assert kept.entries == {ENTRY.source: ENTRY}
    assert kept.checked_at == NOON
    kept.begin(ORDER, at=False)
    assert journal.read_bytes() == whole


def test_an_entry_may_have_what_a_later_report_has(journal: Path) -> None:
    submission = {**SUBMISSION, "later": {"a": [[1]]}}
    journal.write_bytes(LINES[0] + line_of(json.dumps({**KEPT, "submission": submission})))
    assert Journal(journal).entries["b.csv"].submission == submission


def test_a_run_that_is_finished_is_restarted_unless_its_time_was_given(journal: Path) -> None:
    later = replace(ORDER, spec=replace(RECIPE, now=NOON.replace(hour=13)))
    journal.write_bytes(b"".join(LINES))
    kept = Journal(journal)
    kept.begin(later, at=False)
    assert kept.entries == {}
    head = LINES[0].replace(b'01T12:00:00Z", "time of sending', b'01T13:00:00Z", "time of sending')
    assert journal.read_bytes() == head
    kept.finish()
    assert journal.read_bytes() == head + LINES[2]
    journal.write_bytes(b"".join(LINES))
    kept = Journal(journal)
    kept.begin(ORDER, at=True)
    assert set(kept.entries) == {ENTRY.source}
    kept.finish()
    assert journal.read_bytes() == b"".join(LINES)


def test_a_new_entry_after_the_end_wants_an_end_of_its_own(journal: Path) -> None:
    journal.write_bytes(b"".join(LINES))
    kept = Journal(journal)
    kept.begin(ORDER, at=True)
    kept.keep(ENTRY)
    kept.finish()
    assert journal.read_bytes() == b"".join([*LINES, *LINES[1:]])


def test_all_that_differs_is_reported_another_order(journal: Path) -> None:
    journal.write_bytes(b"".join(LINES))
    other = replace(ORDER, spec=replace(RECIPE, edition=None), only=("6.1",))
    with pytest.raises(TadpError) as caught:
        Journal(journal).begin(other, at=True)
    assert str(caught.value) == (
        f"{journal}: is the journal of a run with another edition and another choice of "
        "requirements (name another file, or remove it)"
    )
    assert journal.read_bytes() == b"".join(LINES)


@pytest.mark.parametrize(
    "head",
    [
        {**HEAD, "journal": 2},
        {**HEAD, "journal": "1"},
        {"journal": 1},
        {"of": HEAD["of"]},
        {**HEAD, "of": {}},
        {**HEAD, "of": {"time of checking": None}},
        {**HEAD, "of": {"time of checking": "2025-06-01T12:00:00Z", "edition": None}},
        [HEAD],
        {**HEAD, "padding": "x" * (1 << 16)},
    ],
)
def test_a_file_without_the_head_of_a_journal_is_not_a_journal(head: object, journal: Path) -> None:
    journal.write_bytes(json.dumps(head).encode() + b"\n" + LINES[1])
    with pytest.raises(TadpError) as caught:
        Journal(journal)
    assert str(caught.value) == f"{journal}: is not a journal of tadp check"


def test_a_time_of_checking_that_cannot_be_read_is_one_line(journal: Path) -> None:
    head = {**HEAD, "of": {**HEAD["of"], "time of checking": "noon"}}
    journal.write_bytes(json.dumps(head).encode() + b"\n" + LINES[1])
    with pytest.raises(TadpError, match="^" + re.escape(f"{journal}: 'noon' is not a date")):
        Journal(journal)


def test_a_head_is_read_up_to_its_bound(journal: Path) -> None:
    for size in (1 << 16, (1 << 16) + 1):
        bare = len(json.dumps({"padding": "", **HEAD})) + 1
        head = {"padding": "x" * (size - bare), **HEAD}
        journal.write_bytes(json.dumps(head).encode() + b"\n" + LINES[1])
        # Of one that is longer the end of its line is read as the next, which is broken.
        assert set(Journal(journal).entries) == ({ENTRY.source} if size == 1 << 16 else set())
