"""``tadp check``: what it takes, what it says, and how it ends."""

from __future__ import annotations

import io
import json
import os
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from conformance.cli import main
from tests.checks import situation
from tests.checks.situation import ADT
from tests.corpus import FIXTURES, CorpusCase
from tests.model.profiles import extending
from tests.running import Terminal, check, run
from tests.signature import pki

AT = "2025-06-01T10:00:00Z"


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """An ADT File that no one has signed."""
    path = tmp_path / "adt.csv"
    path.write_bytes(ADT)
    return path


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    """An ADT File with its signature around it, which no file is beside."""
    path = tmp_path / "signed-adt.csv.p7m"
    path.write_bytes(situation.signed(ADT).read(1 << 20))
    return path


@pytest.fixture
def trust(tmp_path: Path) -> list[str]:
    root, crl = tmp_path / "root.pem", tmp_path / "ca.crl"
    root.write_bytes(situation.root().pem)
    crl.write_bytes(pki.revocation_list(situation.root()))
    return ["--trust", str(root), "--crl", str(crl)]


# --- Exit codes ---------------------------------------------------------------------------------


def test_0_nothing_violated_1_something_violated(plain: Path, signed: Path) -> None:
    assert run("check", signed, "--at", AT).code == 0
    assert run("check", plain, "--at", AT).code == 1
    assert run("check", signed, plain, "--at", AT).code == 1


def test_evidence_may_be_required(signed: Path, trust: list[str]) -> None:
    assert check(signed, "--at", AT, *trust).verdict == "not shown"
    assert run("check", signed, "--require-evidence", "--at", AT, *trust).code == 1
    shown = [signed, "--only", "3.4(b)-2", "--only", "3.4(b)-3", "--at", AT, *trust]
    assert run("check", *shown, "--require-evidence").code == 0


def test_2_what_cannot_be_read_does_not_keep_the_others_from_being_checked(
    plain: Path, signed: Path, tmp_path: Path
) -> None:
    for name, text in (("a", "{"), ("b", '{"submission": 1, "kind": "adt", "sent_at": "x"}'),
                       ("c", '{"submission": 1, "kind": "adt", '
                             '"sent_at": "2025-06-01T23:59:60Z"}')):  # fmt: skip
        (tmp_path / name).mkdir()
        (tmp_path / name / "submission.json").write_text(text)
    ran = run("check", plain, tmp_path / "a", tmp_path / "b", tmp_path / "c", signed)
    assert ran.code == 2
    assert ran.out.count(" ADT File, edition mp109") == 2
    troubles = ran.err.splitlines()
    assert [line.split(":")[1].split(",")[0].strip() for line in troubles] == [
        str(tmp_path / name / "submission.json") for name in "abc"
    ]


def test_2_says_that_a_file_was_named_as_what_it_is_not(tmp_path: Path) -> None:
    (tmp_path / "qcaf.csv").write_bytes(situation.communications("Release"))
    (tmp_path / "adt.csv").write_bytes(ADT)
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04[Content_Types].xml xl/")
    for kind, entry, name, what in (
        ("qcaf", '"quarantine": {"report": "book.xlsx"}', "book.xlsx", "is an Excel workbook"),
        ("qcaf", '"quarantine": {"report": "qcaf.csv"}', "qcaf.csv", "reads like a QCAF"),
        ("adt", '"replaces": {"file": "book.xlsx"}', "book.xlsx", "is an Excel workbook"),
    ):
        text = f'{{"submission": 1, "kind": "{kind}", "file": "{kind}.csv", {entry}}}'
        (tmp_path / "submission.json").write_text(text)
        ran = run("check", tmp_path)
        # All else is checked, whatever comes of it.
        assert (ran.code, ran.out.count("edition mp109: 6.1-1")) == (2, 1)
        assert ran.trouble.startswith(f"{tmp_path}: {name}: {what}")


def test_a_qcaf_has_no_request_in_its_name_that_was_raised_after_it_was_sent(
    tmp_path: Path,
) -> None:
    case = CorpusCase("conforming/qcaf-user-set").submission
    here = Path(shutil.copytree(case, tmp_path / "case"))
    said = json.loads((here / "submission.json").read_text())
    number = said["references"]["smsr"]["number"]
    assert number in said["delivery"]["name"]
    said["references"]["smsr"]["raised_at"] = "2025-06-02T11:00:00Z"
    (here / "submission.json").write_text(json.dumps(said))
    fixed = ("--profile", FIXTURES / "profile.toml", "--at", "2025-06-02T12:00:00Z")
    ran = run("check", here, *fixed, "--format", "json")
    assert ran.code == 2
    assert f"before {number}, which the name of the file has, was raised: 2025-06-02" in ran.trouble
    (one,) = json.loads(ran.out)["submissions"]
    assert one["verdict"] == "not shown"


@pytest.mark.parametrize(
    ("sent", "completed", "trouble"),
    [
        ("2026-06-01T10:00:00Z", None, "sent_at is 2026-06-01T10:00:00Z, after the time of "),
        ("2025-06-01T10:00:00Z", "2025-06-01T09:00:00Z", "completed_at is 2025-06-01T09:00:00Z, b"),
        ("2025-06-01T10:00:00Z", "2026-06-01T09:00:00Z", "completed_at is 2026-06-01T09:00:00Z, a"),
    ],
)
def test_times_that_cannot_be_are_named_and_not_used(
    tmp_path: Path, sent: str, completed: str | None, trouble: str
) -> None:
    case = CorpusCase("conforming/adt-sharepoint").submission
    here = Path(shutil.copytree(case, tmp_path / "case"))
    said = json.loads((here / "submission.json").read_text())
    said |= {"sent_at": sent} | ({"completed_at": completed} if completed else {})
    (here / "submission.json").write_text(json.dumps(said))
    fixed = ("--profile", FIXTURES / "profile.toml", "--at", "2025-06-02T12:00:00Z")
    ran = run("check", here, *fixed, "--format", "json")
    assert ran.code == 2
    assert ran.trouble.startswith(f"{here}: {trouble}")
    (one,) = json.loads(ran.out)["submissions"]
    assert one["verdict"] == "not shown"
    assert {e for r in one["requirements"] for e in r["evidence"]} >= {"sent_at"}


def test_2_goes_before_1_and_the_report_is_still_whole(plain: Path, tmp_path: Path) -> None:
    bad = tmp_path / "unknown"
    bad.write_bytes(b"hello")
    ran = run("check", plain, bad, "--format", "json")
    assert ran.code == 2
    report = json.loads(ran.out)
    assert [s["source"] for s in report["submissions"]] == [str(plain)]
    assert report["complete"] is True


def test_nothing_is_printed_where_nothing_could_be_read(tmp_path: Path) -> None:
    bad = tmp_path / "unknown"
    bad.write_bytes(b"hello")
    assert run("check", bad).out == ""
    assert run("check", bad, "--format", "json").out == ""


# --- Bad usage ----------------------------------------------------------------------------------

BAD: list[tuple[list[str], str]] = [
    (["check"], "the following arguments are required: PATH (see tadp check --help)"),
    (["check", "missing.csv"], "missing.csv: no such file or directory"),
    (["check", "x", "--kind", "letter"], "argument --kind: invalid choice: 'letter'"),
    (["check", "x", "--format", "xml"], "argument --format: invalid choice: 'xml'"),
    (["check", "x", "--nonsense"], "unrecognized arguments: --nonsense"),
    (["check", "x", "--at", "noon"], "--at: 'noon' is not a date and time"),
    (["check", "x", "--at"], "argument --at: expected one argument"),
    (["check", "x", "--edition", "v9"], "there is no edition 'v9' (one of: v2.0, mp109)"),
    (["check", "x", "--only", "9.9"], "--only: no requirement is called '9.9'"),
    (["check", "x", "--only", ""], "--only: no requirement is called ''"),
    (["check", "x", "--profile", "mine"], "profile mine: no such file"),
    (["check", "x", "--trust", "missing.pem"], "missing.pem: no such file"),
    (["check", "x", "--crl", "missing.crl"], "missing.crl: no such file"),
    (["check", "x", "--trust", "."], ".: is not a regular file"),
    (["check", "x", "y", "--signature", "z"], "x: no such file or directory"),
]


@pytest.mark.parametrize(("words", "says"), BAD, ids=[" ".join(w) for w, _ in BAD])
def test_bad_usage_is_one_line(
    words: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run(*words)
    assert says in ran.trouble
    assert ran.out == ""


def test_a_signature_goes_with_one_file(plain: Path, signed: Path) -> None:
    assert run("check", plain, signed, "--signature", signed).trouble == (
        "--signature goes with one file (check the files one by one)"
    )


@pytest.mark.parametrize("option", ["--trust", "--crl", "--ocsp"])
def test_a_file_that_is_not_a_certificate_or_list_is_reported(
    option: str, plain: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.pem"
    for data in (b"", b"hello", b"-----BEGIN CERTIFICATE-----\n", os.urandom(64)):
        bad.write_bytes(data)
        assert str(bad) in run("check", plain, option, bad).trouble


# --- Options ------------------------------------------------------------------------------------


def test_only_some_requirements(plain: Path) -> None:
    ran = check(plain, "--only", "6.1", "--only", "3.4(b)-2")
    ids = [r["id"] for r in ran.submission["requirements"]]
    assert ids == ["3.4(b)-2", "6.1-1", "6.1-2", "6.1-3", "6.1-4", "6.1-5", "6.1-6"]
    assert check(plain, "--only", "6.3").code == 0


def test_quiet_is_the_line_for_each(plain: Path, signed: Path) -> None:
    ran = run("check", plain, signed, "--quiet", "--at", AT)
    assert len(ran.out.splitlines()) == 3
    assert "Profile" not in ran.out
    assert ran.out.endswith("2 submissions: 1 violates, 1 not shown\n")


@pytest.mark.parametrize("edition", ["v2.0", "mp109"])
def test_the_edition(signed: Path, edition: str) -> None:
    ran = check(signed, "--edition", edition, "--at", AT)
    assert ran.submission["edition"] == edition
    assert ran.roots == set()
    assert list(ran.report["catalogue"]) == [edition]


def test_the_time_of_checking_is_that_of_sending_where_nothing_else_says(
    signed: Path, trust: list[str], tmp_path: Path
) -> None:
    assert check(signed, *trust, "--at", AT).roots == set()
    expired = check(signed, *trust, "--at", "2030-01-01")
    assert expired.roots == {"3.4(b)-3"}
    assert expired.report["checked_at"] == "2030-01-01T00:00:00Z"
    assert check(signed, "--at", "2022-01-01").submission["edition"] == "v2.0"
    record = {"submission": 1, "kind": "adt", "file": signed.name, "sent_at": AT}
    (tmp_path / "submission.json").write_text(json.dumps(record))
    assert check(tmp_path, *trust, "--at", "2030-01-01").roots == set()


def test_now_is_the_time_by_default(plain: Path) -> None:
    moment = check(plain).report["checked_at"]
    assert moment.startswith("20")
    assert moment.endswith("Z")
    assert "." not in moment


def test_a_kind_may_be_reported(plain: Path) -> None:
    assert check(plain, "--kind", "report").submission["kind"] == "report"


def test_the_signature_may_be_named(plain: Path, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import pkcs7

    holder = situation.officer()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(ADT)
    builder = builder.add_signer(holder.certificate, holder.key, hashes.SHA256())  # type: ignore[arg-type]
    options = [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.DetachedSignature]
    named = tmp_path / "named.der"
    named.write_bytes(builder.sign(Encoding.DER, options))
    assert check(plain, "--at", AT).roots == {"6.1-1"}
    assert check(plain, "--signature", named, "--at", AT).roots == set()


def test_a_profile_of_ones_own_is_followed(signed: Path, trust: list[str], tmp_path: Path) -> None:
    profile = extending(
        tmp_path,
        '[readings]\nfinal-line-feed = "separator"\n'
        f'[trust]\nanchors = ["{Path(trust[1]).name}"]\ncrls = ["{Path(trust[3]).name}"]\n',
    )
    ran = check(signed, "--profile", profile, "--at", AT)
    assert ran.roots == {"6.1-3"}
    assert ran.status("3.4(b)-3") == "passed"
    assert ran.report["profile"]["name"] == "mine"
    note = ran.report["notes"]["final-line-feed"]
    assert (note["reading"], note["default"]) == ("separator", False)


def test_trust_and_lists_may_be_repeated(signed: Path, trust: list[str], tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(pki.authority("Another").pem)
    empty = tmp_path / "other.crl"
    empty.write_bytes(pki.revocation_list(pki.authority("Another")))
    ran = check(signed, "--trust", other, "--crl", empty, *trust, "--at", AT)
    assert ran.status("3.4(b)-3") == "passed"


# --- Folders ------------------------------------------------------------------------------------


def test_a_folder_of_submissions_is_checked_one_by_one(tmp_path: Path) -> None:
    for name in "ba":
        (tmp_path / name).mkdir()
        (tmp_path / name / "submission.json").write_text('{"submission": 1, "kind": "incident"}')
    report = check(tmp_path).report
    assert [Path(s["source"]).name for s in report["submissions"]] == ["a", "b"]
    assert report["summary"]["submissions"] == {
        "violates": 0,
        "departs": 0,
        "not shown": 2,
        "conforms": 0,
    }


def test_a_folder_of_files_is_checked_with_their_signatures(
    plain: Path, signed: Path, tmp_path: Path
) -> None:
    detached = tmp_path / "adt.csv.p7s"
    detached.write_bytes(b"no signature")
    report = check(tmp_path).report
    assert [Path(s["source"]).name for s in report["submissions"]] == [
        "adt.csv",
        "signed-adt.csv.p7m",
    ]
    assert [i["path"] for i in report["submissions"][0]["inputs"]] == [str(plain), detached.name]


# --- Progress -----------------------------------------------------------------------------------


def on(stream: io.StringIO, *words: str | Path) -> int:
    """Run with ``stream`` for standard error."""
    with redirect_stdout(io.StringIO()), redirect_stderr(stream):
        return main([str(word) for word in words])


def test_many_submissions_show_progress_on_a_terminal_only(
    tmp_path: Path, bars: list[tuple[int, str, int]]
) -> None:
    for number in range(50):
        (tmp_path / str(number)).mkdir()
        record = '{"submission": 1, "kind": "incident"}'
        (tmp_path / str(number) / "submission.json").write_text(record)
    assert on(io.StringIO(), "check", tmp_path) == 0
    assert bars == []
    assert on(Terminal(), "check", tmp_path) == 0
    assert bars == [(50, "submissions", 50)]
    assert on(Terminal(), "check", tmp_path / "1") == 0
    assert len(bars) == 1


def test_a_file_alone_shows_progress_on_a_terminal_only(
    plain: Path, bars: list[tuple[int, str, int]]
) -> None:
    assert on(io.StringIO(), "check", plain) == 1
    assert bars == []
    assert on(Terminal(), "check", plain) == 1
    assert bars == [(len(ADT), "bytes", len(ADT))]
    # One of several has no bar of its own.
    assert on(Terminal(), "check", plain, plain) == 1
    assert bars[1:] == [(2, "submissions", 2)]
