"""``tadp evidence``: what a submission needs is asked for, and written down."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterable
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from conformance.home import HOME
from conformance.model.requirement import Kind
from conformance.preparation.answer import entry_of
from conformance.submission.facts import FACTS, Answer, Fact, facts_for
from tests.corpus import FIXTURES, CorpusCase
from tests.running import Ran, run

PROFILE = ("--profile", FIXTURES / "profile.toml")
USER = "70-00-00-00-00-00-00-01"


class Typed(io.StringIO):
    """A terminal at which these lines are typed."""

    def isatty(self) -> bool:
        return True


class Interrupted(Typed):
    """A terminal at which Ctrl-C is pressed in place of the third line."""

    def readline(self, size: int | None = -1, /) -> str:
        line = super().readline(size)
        if not line:
            raise KeyboardInterrupt
        return line


def folder(tmp_path: Path, case: str) -> tuple[Path, dict[str, Any]]:
    """A submission of the corpus without its record, and the record."""
    target = tmp_path / "sent"
    shutil.copytree(CorpusCase(case).submission, target)
    record: dict[str, Any] = json.loads((target / "submission.json").read_text("utf-8"))
    (target / "submission.json").unlink()
    return target, record


def evidence(file: Path, *words: object) -> Ran:
    return run("evidence", file, *PROFILE, *words)


def conforms(target: Path) -> bool:
    return run("check", target, *PROFILE, "--require-evidence", "--quiet").code == 0


def typed(monkeypatch: pytest.MonkeyPatch, lines: Iterable[str], kind: type[Typed] = Typed) -> None:
    monkeypatch.setattr("sys.stdin", kind("".join(f"{line}\n" for line in lines)))


def test_the_answers_of_a_person_make_a_record_that_conforms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, record = folder(tmp_path, "conforming/adt-sharepoint")
    lines = [
        "02/06/2025",  # asked again
        "2025-06-02 11:00", "sharepoint", record["delivery"]["folder"], record["delivery"]["name"],
        "REQ000000000001", "2025-06-02 09:00", "SSI", "ADT File Submission",
        record["sender"]["aros"][0]["certificate_sha256"], "none", f"{USER} IS adt.csv", USER, "",
    ]  # fmt: skip
    typed(monkeypatch, [*lines, "70-00-00-00-00-00-00-01-ADT"])
    ran = evidence(target / "adt.csv")
    assert (ran.code, ran.err) == (0, "")
    assert "'02/06/2025' is not a date and time (write the year first, and the hour and minute" in (
        ran.out
    )
    assert "too: 2025-06-02 hh:mm, in UK time)" in ran.out
    said = f"wrote {target / 'submission.json'}\ncheck it: tadp check {target} --profile"
    assert f"{said} {PROFILE[1]}\n" in ran.out
    written = json.loads((target / "submission.json").read_bytes())
    assert written["sent_at"] == "2025-06-02T10:00:00Z"
    assert (written["replaces"], written["signature"]) == (None, "adt.csv.p7s")
    assert "live" not in written["area"]
    # Only the omitted fact is not shown.
    ran = run("check", target, *PROFILE, "--format", "json", "--require-evidence")
    missing = {r["id"] for r in ran.submission["requirements"] if r["status"] == "not shown"}
    assert missing == {"UG1.1-2", "UG1.4-3"}


@pytest.mark.parametrize("who", ["user", "dcc"])
def test_options_answer_all_questions(tmp_path: Path, who: str) -> None:
    target, record = folder(tmp_path, f"conforming/qcaf-{who}-set")
    delivery, references = record["delivery"], record["references"]
    incident = references["incident"]
    words: list[object] = [
        "--sent-at", record["sent_at"], "--sent-by", delivery["method"], "--folder",
        delivery["folder"], "--name", delivery["name"], "--subject", delivery["subject"],
        "--service-request", references["smsr"]["number"],
        "--service-request-raised-at", references["smsr"]["raised_at"],
        "--service-request-raised-via", "SSI", "--catalogue-item", "QCAF Submission",
        "--incident", incident["number"],
        "--incident-updated-with", incident["updates"][0]["component"],
        "--incident-updated-at", incident["updates"][0]["at"], "--incident-assigned-to", "DCC",
        "--incident-assigned-at", incident["assignments"][0]["at"], "--threshold-set-by", who,
        "--report-file", "report.csv",
        "--aros-certificate", record["sender"]["aros"][0]["certificate_sha256"],
    ]  # fmt: skip
    if who == "user":
        words += ["--investigated-and-resolved-by", "A. Officer"]
    else:
        words += ["--advised-at", record["quarantine"]["advised_at"]]
        ran = evidence(target / record["file"], *words)
        assert [line.split()[1] for line in ran.err.splitlines()] == ["--advice:", "standard"]
        words.append("--no-questions")
    ran = evidence(target / record["file"], *words)
    assert (ran.code, ran.err) == (0, "")
    assert conforms(target) is (who == "user")
    # The template does not say more than was asked for.
    written = json.loads((target / "submission.json").read_bytes())
    assert set(written) <= {*record, "certificate"}


def test_a_certificate_may_be_a_file_anywhere_with_its_cas(tmp_path: Path) -> None:
    target, _ = folder(tmp_path, "conforming/adt-sharepoint")
    assert run("generate", "area", "-o", tmp_path / "practice").code == 0
    aro = tmp_path / "practice-trust" / "aro.pem"
    ran = evidence(target / "adt.csv", "--aros-certificate", aro, "--no-questions")
    assert ran.code == 0
    written = json.loads((target / "submission.json").read_bytes())
    (first, *others) = x509.load_pem_x509_certificates(aro.read_bytes())
    assert others
    digest = first.fingerprint(hashes.SHA256()).hex()
    named = first.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    assert written["sender"]["aros"] == [{"certificate_sha256": digest, "credential": named}]
    assert set(written) == {"submission", "kind", "file", "signature", "sender"}
    root = FIXTURES / "trust" / "ecdsa-root.pem"
    ran = evidence(target / "adt.csv", "--aros-certificate", root, "--no-questions", "--overwrite")
    assert "does not have the certificate of one holder in it" in ran.trouble


def test_without_a_terminal_it_names_the_options_and_writes_nothing(tmp_path: Path) -> None:
    target, _ = folder(tmp_path, "conforming/adt-sharepoint")
    ran = evidence(target / "adt.csv", "--service-request", "none")
    lines = ran.err.splitlines()
    assert ran.code == 2
    assert lines[0] == (
        "tadp: --sent-at: When was it sent to DCC? (a date and time by UK clocks, such as "
        "2025-06-01 09:30, or with its zone)"
    )
    assert not any("Service Request" in line for line in lines)
    assert lines[-1].startswith("tadp: standard input is not a terminal, so that nothing can be")
    assert not (target / "submission.json").exists()


def test_ctrl_c_and_the_end_of_input_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, _ = folder(tmp_path, "conforming/adt-sharepoint")
    before = sorted(target.iterdir())
    typed(monkeypatch, ["", ""], Interrupted)
    ran = evidence(target / "adt.csv")
    assert (ran.code, ran.err) == (130, "tadp: interrupted\n")
    typed(monkeypatch, ["", ""])
    assert "nothing was written" in evidence(target / "adt.csv").trouble
    assert sorted(target.iterdir()) == before


def test_yes_and_no_are_entries_or_none() -> None:
    asked = {fact.key: fact for fact in FACTS if fact.answer is Answer.YES_OR_NO}
    said = {
        key: [entry_of(fact, word, lambda name: (name, Path(name))) for word in ("yes", "no")]
        for key, fact in asked.items()
    }
    assert said == {
        "delivery.primary_unavailable": [True, False],
        "replaces.removed": ["all", None],
    }


def test_an_existing_record_is_replaced_only_where_that_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, _ = folder(tmp_path, "conforming/adt-sharepoint")
    there = target / "submission.json"
    there.write_text("mine")
    assert "is there already (add --overwrite)" in evidence(
        target / "adt.csv", "--no-questions").trouble  # fmt: skip
    typed(monkeypatch, ["no"])
    assert "is there already" in evidence(target / "adt.csv").trouble
    assert there.read_text() == "mine"
    assert evidence(target / "adt.csv", "--no-questions", "--overwrite").code == 0
    assert json.loads(there.read_bytes())["kind"] == "adt"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--sent-at", "yesterday"], "--sent-at: 'yesterday' is not a date and time (write"),
        (
            ["--service-request", "REQ201"],
            "--service-request: 'REQ201' is not a whole number of "
            "its kind (write it as the SSI shows it: REQ and 12 digits, such as REQ",
        ),
        (["--advice", "Release"], "--advice: goes with a QCAF"),
        (["--replaces", "../live.csv"], "--replaces: the answer: '../live.csv': leaves the"),
        (["--live-user-ids", "70"], "--live-user-ids: "),
        (["--sets-adts", USER], f"--sets-adts: '{USER}' has no User Role (write a User ID, a"),
    ],
)
def test_an_option_that_is_not_an_answer_is_named(
    tmp_path: Path, words: list[str], said: str
) -> None:
    target, _ = folder(tmp_path, "conforming/adt-sharepoint")
    assert evidence(target / "adt.csv", "--no-questions", *words).trouble.startswith(said)


def test_an_answer_that_is_nearly_one_that_is_known_is_named(tmp_path: Path) -> None:
    target, _ = folder(tmp_path, "conforming/qcaf-user-set")
    words = ("--sent-by", "SharePoint", "--folder", "Submitted QCAF", "--incident-assigned-to")
    ran = evidence(target / "qcaf.csv", "--no-questions", *words, "DCC")
    assert ran.code == 0
    # A word of ours is taken in any case, and the name of a folder is not.
    (warning,) = ran.err.splitlines()
    assert warning.startswith("tadp: warning: --folder: 'Submitted QCAF' is written down, but the")
    assert "Anomaly Detection Files/QCAF Submissions/Submitted QCAF: if it was" in warning
    record = json.loads((target / "submission.json").read_bytes())
    assert record["delivery"]["method"] == "sharepoint"
    ran = evidence(target / "qcaf.csv", "--no-questions", "--overwrite", "--sent-by", "by email")
    assert "the check knows sharepoint or email" in ran.err


def test_a_report_is_not_sent(tmp_path: Path) -> None:
    target, _ = folder(tmp_path, "conforming/qcaf-user-set")
    ran = evidence(target / "report.csv")
    assert "evidence goes with an ADT File or a QCAF" in ran.trouble


def test_there_is_a_fact_for_all_that_a_check_asks_of_a_manifest() -> None:
    sources = "".join(p.read_text("utf-8") for p in (HOME / "checks").glob("*.py"))
    asked = {s for s in re.findall(r'"([a-z_]+(?:\.[a-z_]+)*)"', sources) if _is_entry(s)}
    without = {s for s in asked if not any(facts_for([s], kind) for kind in Kind)}
    assert {"sent_at", "references.smsr", "sender.aros"} <= asked
    # Words that are also used otherwise.
    assert without == {"certificate", "edition", "file", "kind", "signature"} & asked
    assert len({fact.option for fact in FACTS}) == len(FACTS)


def _is_entry(text: str) -> bool:
    try:
        Fact(text, "", "").answer  # noqa: B018 - raises where there is no such entry
    except KeyError:
        return False
    return True


def test_the_help_has_the_words_that_an_option_takes() -> None:
    shown = " ".join(run("evidence", "--help").out.split())
    assert "One of: unforeseen-outage, announced-outage, no-upload-right." in shown


def test_a_signature_of_another_name_is_named_and_one_that_is_missed_is_reported(
    tmp_path: Path,
) -> None:
    target, _ = folder(tmp_path, "conforming/adt-sharepoint")
    signature = target / "adt.csv.p7s"
    other = signature.rename(target / "by ARO.p7s")
    ran = evidence(target / "adt.csv", "--no-questions")
    assert ran.code == 0
    assert "warning: adt.csv has no signature, so that the record names none" in ran.err
    words = ("--no-questions", "--overwrite", "--signature")
    ran = evidence(target / "adt.csv", *words, other)
    assert (ran.code, ran.err) == (0, "")
    assert json.loads((target / "submission.json").read_bytes())["signature"] == "by ARO.p7s"
    elsewhere = other.rename(tmp_path / "adt.p7s")
    ran = evidence(target / "adt.csv", *words, elsewhere)
    assert "is not in the folder of the file (put it there)" in ran.trouble


@pytest.mark.parametrize("names", [("adt.csv", "adt.csv.p7s"), ("adt.csv",)])
def test_a_signature_in_an_archive_that_was_mailed_is_one(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    source, _ = folder(tmp_path, "conforming/adt-sharepoint")
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for name in names:
            archive.write(source / name, name)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@b.example", "dcc@b.example", "REQ000000000001"
    mail.set_content("See the file.")
    mail.add_attachment(packed.getvalue(), "application", "zip", filename="adt.zip")
    target = tmp_path / "mail.eml"
    target.write_bytes(bytes(mail))
    ran = evidence(target, "--no-questions")
    assert (ran.code, "has no signature" in ran.err) == (0, len(names) == 1)
