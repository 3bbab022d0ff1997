"""Answers of the desk's API."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import psutil
import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates
from jsonschema import Draft202012Validator

from conformance.cli import build_parser
from conformance.desk import app
from conformance.desk.app import Limits
from conformance.desk.carrying import Settings, words_for
from conformance.desk.diary import Diary
from conformance.desk.notes import in_header
from conformance.desk.operation import OPERATIONS, Operation
from conformance.desk.quoting import quoted
from conformance.desk.upload import Sent
from conformance.model.profile_loading import DEFAULT
from tests.checks.situation import ADT, officer
from tests.corpus import FIXTURES, CorpusCase
from tests.desk.asking import (
    CHECKED,
    FORM,
    HOST,
    KNOWN,
    SETTINGS,
    Asking,
    Given,
    form,
    leaves_nothing,
)
from tests.desk.folders import BAD, PROFILE
from tests.preparation.test_register import AT, QNAME, SAID, area_in, fill, register
from tests.running import PATIENCE, run

Parts = list[tuple[str, str | None, bytes]]


def sent(name: str = BAD) -> Parts:
    """An example as a folder that was dropped."""
    folder = FIXTURES / "examples" / name
    return [
        ("file", f"{name}/{path.relative_to(folder).as_posix()}", path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]


@pytest.fixture
def desk() -> Asking:
    return Asking()


def test_a_check_answers_with_the_report_that_tadp_check_makes(desk: Asking) -> None:
    with leaves_nothing():
        given = desk.post("/api/check", [*sent(), ("at", None, b"2026-01-02T03:04:05Z")])
    assert (given.status, given.headers["content-type"]) == (200, "application/json")
    report = given.json
    (one,) = report["submissions"]
    assert (one["source"], one["verdict"]) == (BAD, "violates")
    # What is installed, as at the desk, and no sources beside it.
    words = (
        "check", FIXTURES / "examples" / BAD, "--profile", FIXTURES / "profile.toml",
        "--at", "2026-01-02T03:04:05Z", "--format", "json",
    )  # fmt: skip
    command = [sys.executable, "-I", "-m", "conformance", *map(str, words)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, check=False, timeout=PATIENCE)
    (same,) = json.loads(ran.stdout)["submissions"]
    assert one["requirements"] == same["requirements"]


def test_the_answer_has_the_form_that_is_accepted(desk: Asking) -> None:
    parts: Parts = [("file", "adt.csv", ADT)]
    page = desk.post("/api/check", parts, accept="text/html, */*;q=0.1")
    assert page.headers["content-type"].startswith("text/html")
    assert page.body.startswith(b"<!DOCTYPE html>")
    refused = desk.post("/api/check", parts, accept="image/png")
    assert refused.status == 406
    assert "application/json, text/html" in refused.json["detail"]


def test_a_signature_is_found_beside_its_file(desk: Asking) -> None:
    parts: Parts = [("file", "adt.csv", ADT), ("file", "adt.csv.p7s", b"no signature")]
    (one,) = desk.post("/api/check", parts).json["submissions"]
    assert [i["path"] for i in one["inputs"]] == ["adt.csv", "adt.csv.p7s"]


def test_one_file_in_a_folder_is_looked_for_as_folders_are(desk: Asking) -> None:
    given = desk.post("/api/check", [("file", "in/adt.csv", ADT)])
    assert (given.status, "contains nothing to check" in given.json["detail"]) == (422, True)


def test_an_area_is_checked_with_its_register_and_the_files_that_it_names(
    desk: Asking, tmp_path: Path
) -> None:
    area = area_in(tmp_path)
    path = fill(register(area), SAID)
    files: Parts = [
        ("file", one.relative_to(area.parent).as_posix(), one.read_bytes())
        for one in sorted(area.rglob("*"))
        if one.is_file()
    ]
    with_register: Parts = [*files, ("register", path.name, path.read_bytes())]
    named: Parts = [("register-files", "report.csv", (area.parent / "report.csv").read_bytes())]
    at: Parts = [("at", None, AT.encode())]
    checked = desk.post("/api/check", [*with_register, *named, *at]).json
    verdicts = [one["verdict"] for one in checked["submissions"]]
    assert verdicts == ["conforms"] * 4, "and the register is not taken for something in the area"
    # A row for a file that is gone does not keep the report from whoever asked.
    fewer = [part for part in with_register if not str(part[1]).endswith((QNAME, f"{QNAME}.p7s"))]
    partly = desk.post("/api/check", [*fewer, *named, *at])
    assert partly.status == 200
    assert any("there is no file" in note for note in json.loads(partly.headers["tadp-notes"]))
    lacking = desk.post("/api/check", with_register)
    assert lacking.status == 422
    assert "../" not in lacking.body.decode()
    alone = desk.post("/api/check", [*files, *named])
    assert (alone.status, alone.json["detail"]) == (400, "nothing was sent for register")


def test_a_file_that_is_called_like_an_option_or_like_a_module_is_a_file(desk: Asking) -> None:
    for name in ("--help", "-", "conformance.py", "--only=6.1-1"):
        parts: Parts = [("file", name, ADT), ("kind", None, b"adt")]
        given = desk.post("/api/check", parts)
        assert given.status == 200, given.body
        (one,) = given.json["submissions"]
        assert one["source"].removeprefix("./") == name


def test_a_value_that_looks_like_an_option_is_a_value(desk: Asking) -> None:
    given = desk.post("/api/check", [("file", "adt.csv", ADT), ("at", None, b"--help")])
    assert given.status == 422
    assert given.json["detail"].startswith("the field at: ")


def test_a_sheet_is_made_into_a_file_or_says_which_cells_to_change(desk: Asking) -> None:
    template = desk.post("/api/template", [("kind", None, b"adt")], accept="text/csv")
    assert 'filename="template.csv"' in template.headers["content-disposition"]
    row = ADT.partition(b"\n")[0] + b"\r\n"
    with leaves_nothing():
        made = desk.post("/api/make-adt", [("file", "sheet.csv", template.body + row)])
        refused = desk.post("/api/make-adt", [("file", "sheet.csv", template.body + b"x" + row)])
    assert made.status == 200
    assert made.body.strip() == row.strip()
    assert refused.status == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert any("line 2, column 1" in line for line in refused.json["lines"])


def test_a_quarantine_is_answered(desk: Asking) -> None:
    data = (FIXTURES.parent / "examples/qcaf-submission/report.csv").read_bytes()
    report: Parts = [("report", "report.csv", data)]
    sheet = desk.post("/api/template", [*report, ("kind", None, b"qcaf")])
    assert sheet.body.startswith(b"PK")
    due = desk.post("/api/deadline", [("file", "report.csv", data)])
    assert due.json["deadline"] == 1
    reminders = desk.post("/api/deadline", [("file", "report.csv", data)], accept="text/calendar")
    assert reminders.body.startswith(b"BEGIN:VCALENDAR")
    # A communication with an unknown deadline does not hide the deadlines of others.
    worse = data.replace(b"2045-06-01T08:00:00Z", b"01/06/2045 08:00", 1)
    assert worse != data
    partly = desk.post("/api/deadline", [("file", "report.csv", worse)])
    assert partly.json["summary"]["due"] > 0
    late: Parts = [("at", None, b"2045-06-07 10:00"), ("zone", None, b"Europe/London")]
    made = desk.post("/api/make-qcaf", [*report, ("action", None, b"Release"), *late])
    assert made.status == 200
    # The answer is the file; what the command printed beside it is in a header.
    warning, *_, done = json.loads(made.headers["tadp-notes"])
    assert warning.startswith(
        "warning: departs from the User Guidance (UG1.2-2): more than the 120 hours"
    )
    assert done == "wrote qcaf.csv, 6 records: 6 Release; not signed yet"
    assert made.body.count(b"Release") == made.body.rstrip().count(b"\n") + 1
    partly = desk.post("/api/make-qcaf", [*report, ("variant", None, b"7.2=Delete")])
    assert any("Give it one with the field actions" in line for line in partly.json["lines"])


def test_evidence_that_no_file_shows_is_written_as_a_record(desk: Asking) -> None:
    parts: Parts = [
        ("file", "adt.csv", ADT),
        ("kind", None, b"adt"),
        ("service-request", None, b"REQ000000000001"),
        ("aros-certificate", "aro.pem", officer().pem),
    ]
    given = desk.post("/api/evidence", parts)
    assert given.json["references"]["smsr"]["number"] == "REQ000000000001"
    assert given.json["sender"]["aros"]
    assert 'filename="submission.json"' in given.headers["content-disposition"]
    first = desk.post("/api/evidence", [*parts, ("replaces", None, b"none")])
    assert first.json["replaces"] is None
    refused = desk.post("/api/evidence", [*parts, ("sent-at", None, b"soon")])
    assert (refused.status, "the field sent-at" in refused.json["detail"]) == (422, True)


def test_a_record_that_was_made_here_names_the_signature_and_conforms(desk: Asking) -> None:
    folder = CorpusCase("conforming/qcaf-user-set").submission
    file, signature, report = (
        (folder / name).read_bytes() for name in ("qcaf.csv", "qcaf.csv.p7s", "report.csv")
    )
    record = json.loads((folder / "submission.json").read_bytes())
    delivery, references = record["delivery"], record["references"]
    incident = references["incident"]
    answers = {
        "kind": "qcaf", "sent-at": record["sent_at"], "sent-by": delivery["method"],
        "folder": delivery["folder"], "name": delivery["name"], "subject": delivery["subject"],
        "service-request": references["smsr"]["number"],
        "service-request-raised-at": references["smsr"]["raised_at"],
        "service-request-raised-via": "SSI", "catalogue-item": "QCAF Submission",
        "incident": incident["number"],
        "incident-updated-with": incident["updates"][0]["component"],
        "incident-updated-at": incident["updates"][0]["at"], "incident-assigned-to": "DCC",
        "incident-assigned-at": incident["assignments"][0]["at"], "threshold-set-by": "user",
        "investigated-and-resolved-by": "A. Officer",
    }  # fmt: skip
    digest = record["sender"]["aros"][0]["certificate_sha256"]
    (aro,) = (
        one.public_bytes(Encoding.PEM)
        for one in load_der_pkcs7_certificates(signature)
        if one.fingerprint(SHA256()).hex() == digest
    )
    asked: Parts = [
        ("file", "qcaf.csv", file),
        ("report-file", "report.csv", report),
        ("aros-certificate", "aro.pem", aro),
        *((name, None, value.encode()) for name, value in answers.items()),
    ]
    # By any name, as a program other than tadp sign may give it.
    made = desk.post("/api/evidence", [*asked, ("signature", "signed by ARO.p7s", signature)])
    assert made.json["signature"] == "signed by ARO.p7s"
    checked: Parts = [
        ("file", "qcaf.csv", file), ("file", "signed by ARO.p7s", signature),
        ("file", "report.csv", report), ("file", "aro.pem", aro),
        ("file", "submission.json", made.body),
    ]  # fmt: skip
    (one,) = desk.post("/api/check", checked).json["submissions"]
    open_ = {r["id"]: r for r in one["requirements"] if r["status"] in ("failed", "not shown")}
    assert (one["verdict"], open_) == ("conforms", {})


def test_an_option_without_a_value_is_asked_for_with_its_one_choice(desk: Asking) -> None:
    sheet = (
        b"UserID,UserRole,ServiceReferenceVariant,TimePeriodHours,WarningThreshold,"
        b"AnomalyDetectionThreshold\n70-00-00-00-00-00-00-01,IS,7.1,24,5,10\n"
    )
    parts: Parts = [("file", "sheet.csv", sheet)]
    first, _ = json.loads(desk.post("/api/make-adt", parts).headers["tadp-notes"])
    assert "the field as-written takes it as it is" in first
    made = desk.post("/api/make-adt", [*parts, ("as-written", None, b"yes")])
    assert (made.status, len(json.loads(made.headers["tadp-notes"]))) == (200, 1)
    assert desk.post("/api/make-adt", [*parts, ("as-written", None, b"no")]).status == 400


def test_two_files_are_compared(desk: Asking) -> None:
    parts: Parts = [("old", "a.csv", ADT), ("new", "b.csv", ADT)]
    assert desk.post("/api/diff", parts).json["summary"]["removed"] == 0


def test_the_profile_is_that_of_the_desk(desk: Asking) -> None:
    name = json.loads(run("profile", "show", FIXTURES / "profile.toml", "--format", "json").out)
    assert desk.post("/api/profile").json == name


@pytest.mark.parametrize(
    ("path", "parts", "status", "reported"),
    [
        ("/api/none", [], 404, "no such operation"),
        ("/api/check", [], 400, "nothing was sent for file"),
        ("/api/template", [], 400, "nothing was sent for kind"),
        (
            "/api/check",
            [("files", "a", b"")],
            400,
            "files called 'files'; there are file, register, register-files, kind",
        ),
        ("/api/diff", [("old", "a", b""), ("at", None, b"")], 400, "'at'; there are old, new"),
        (
            "/api/make-qcaf",
            [("report", "a", b""), ("advice", "b", b""), ("advice", None, b"Delete")],
            400,
            "advice is a file or text, and not both",
        ),
        ("/api/check", [("file", "a", b""), ("sort", None, b"")], 400, "no field called 'sort'"),
        ("/api/check", [("file", "a", b""), ("kind", None, b"x")], 400, "kind is one of adt"),
        ("/api/check", [("file", "a", b""), ("at", None, b"")] * 2, 400, "folder has this name"),
        ("/api/diff", [("old", "a", b""), ("old", "b", b"")], 400, "old takes one file"),
        ("/api/check", [("file", "../a", b"")], 400, "not a path inside the folder"),
        ("/api/check", [("file", "/a", b"")], 400, "not a path inside the folder"),
        ("/api/check", [("file", "a\\\\b", b"")], 400, "a character that Windows does not take"),
        ("/api/check", [("file", "nul.csv", b"")], 400, "Windows keeps for a device"),
        ("/api/check", [("file", "a" * 500, b"")], 400, "longer than 400 characters"),
        ("/api/check", [("file", "é" * 128, b"")], 400, "more than 255 bytes"),
        ("/api/check", [("file", "a/b", b""), ("file", "a", b"")], 400, "has this name"),
        ("/api/check", [("file", "a", b""), ("file", "a/b", b"")], 400, "has this name"),
        ("/api/check", [("file", "some.bin", b"\0")], 422, "neither its name nor its content"),
        ("/api/check", [("file", "a.csv", ADT), ("only", None, b"9.9")], 422, "the field only: "),
    ],
)
def test_a_request_that_cannot_be_answered_is_a_problem(
    desk: Asking, path: str, parts: Parts, status: int, reported: str
) -> None:
    with leaves_nothing():
        given = desk.post(path, parts)
    assert given.status == status, given.body
    assert given.headers["content-type"] == "application/problem+json"
    assert given.json["status"] == status
    described = desk.get("/api/openapi.json").json["components"]["schemas"]["Problem"]
    Draft202012Validator(described).validate(given.json)
    assert reported in given.json["detail"]
    assert "tadp-desk" not in given.body.decode(), "the path of the working folder is not reported"


def test_a_body_that_is_not_a_form_is_a_problem(desk: Asking) -> None:
    for headers, body in (
        ({"content-type": "application/json"}, b"{}"),
        ({}, b""),
        (FORM, b"rubbish"),
        ({"content-type": "multipart/form-data"}, form([("file", "a", b"")])),
    ):
        given = asyncio.run(desk.ask("POST", "/api/check", {**KNOWN, **headers}, body))
        assert given.status in (400, 415), given.body
        assert given.headers["content-type"] == "application/problem+json"


def test_an_event_in_a_watched_folder_is_shown(desk: Asking, tmp_path: Path) -> None:
    assert desk.get("/api/journal").json == {"events": None}
    path = tmp_path / "j"
    watched = Asking(journal=path)
    # The watch may begin later.
    assert watched.get("/api/journal").json == {"events": []}
    path.write_bytes(b"something else\n")
    assert watched.get("/api/journal").status == 422
    path.unlink()
    Diary(path).add("gone", source="<b>a</b>")
    (event,) = watched.get("/api/journal").json["events"]
    assert (event["event"], event["source"]) == ("gone", "<b>a</b>")


def test_the_report_that_a_watch_wrote_is_shown(desk: Asking, tmp_path: Path) -> None:
    assert desk.get("/api/report?source=a").status == 404
    diary, watched = Diary(tmp_path / "j"), Asking(journal=tmp_path / "j")
    (tmp_path / "a.html").write_text("<script>harm()</script>")
    (tmp_path / "other.txt").write_text("not a report")
    checked = partial(diary.add, "checked", **CHECKED)
    checked(source="b", reports=["other.txt", "../../etc/passwd"])
    # By a path that is seen from the folder of the journal.
    checked(source="a & b", reports=["a.json", "a.html"])
    given = watched.get("/api/report?source=a+%26+b")
    assert (given.status, given.body) == (200, b"<script>harm()</script>")
    assert given.headers["content-security-policy"].startswith("sandbox; default-src 'none';")
    # A line without a source, which no watch writes, is not the one that no source asks for.
    checked(reports=["a.html"])
    for asked in ("?source=b", "?source=nothing", "?source=", ""):
        assert watched.get(f"/api/report{asked}").status == 404
    assert watched.get("/api/report?source=a", {"host": HOST}).status == 401


def test_an_answer_that_breaks_off_leaves_nothing(desk: Asking) -> None:
    class Gone(Exception):  # noqa: N818 - nothing is wrong
        """Whoever asked no longer listens."""

    async def send(message: Mapping[str, Any]) -> None:
        if message.get("body"):
            raise Gone

    with leaves_nothing(), pytest.raises(Gone):
        asyncio.run(desk.ask("POST", "/api/profile", KNOWN, send=send))


def test_other_paths_and_methods_are_problems_too(desk: Asking) -> None:
    for path in ("/api/nothing", "/api/a/b", "/none"):
        given = desk.get(path)
        assert (given.status, given.json["status"]) == (404, 404), path
        assert given.headers["content-type"] == "application/problem+json"
    given = desk.get("/api/check")
    assert (given.status, given.json["status"], given.headers["allow"]) == (405, 405, "POST")
    assert desk.post("/desk.js").status == 405
    assert desk.get("/none").status == 404
    assert desk.get("/../secret").status == 404
    assert desk.get("/none", {"host": HOST}).headers["cache-control"] == "no-store"


def test_more_than_is_taken_is_refused_as_it_comes() -> None:
    desk = Asking(limits=Limits(size=100_000))
    with leaves_nothing():
        given = desk.post("/api/check", [("file", "a", b"x" * 200_000)])
        announced = desk.post("/api/check", [("file", "a", b"")], **{"content-length": "900000"})
    assert (given.status, announced.status) == (413, 413)
    odd = desk.post("/api/check", [("file", "a.csv", ADT)], **{"content-length": "many"})
    assert odd.status in (200, 400)


def test_more_requests_than_can_wait_are_asked_to_come_again() -> None:
    given = Asking(limits=Limits(at_once=0, waiting=0)).post("/api/profile")
    assert given.status == 503
    assert given.headers["retry-after"] == "5"


def test_a_command_that_takes_too_long_is_ended() -> None:
    desk = Asking(Settings(SETTINGS.options, seconds=0.001))
    with leaves_nothing():
        given = asyncio.run(desk.ask("POST", "/api/profile", KNOWN))
    assert given.status == 504
    assert given.json["detail"] == "it took longer than 0.001 seconds"


def test_somebody_who_sends_slowly_is_ended() -> None:
    desk = Asking(Settings(SETTINGS.options, seconds=0.05))
    body = form([("file", "adt.csv", ADT)])[:-10]
    with leaves_nothing():
        given = asyncio.run(desk.ask("POST", "/api/check", {**KNOWN, **FORM}, body, whole=False))
    assert given.status == 408
    assert given.json["detail"] == "it was not sent within 0.05 seconds"


def test_a_command_ends_when_whoever_asked_goes_away(
    desk: Asking, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    waits = f"import os, time; print(os.getpid(), file=open({str(pid)!r}, 'w')); time.sleep(900)"
    begins = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {waits!r}])"
    monkeypatch.setattr("conformance.desk.carrying._PROGRAM", (sys.executable, "-c", begins))

    async def leave() -> Given:
        gone = asyncio.Event()
        asking = asyncio.create_task(desk.ask("POST", "/api/profile", KNOWN, gone=gone))
        while not (pid.is_file() and pid.read_text().strip()):
            await asyncio.sleep(0.01)
        gone.set()
        return await asking

    with leaves_nothing():
        assert asyncio.run(leave()).status == 400
    # A process that was killed ends in its own time, and may be listed until it is collected.
    ended = time.monotonic() + PATIENCE
    with suppress(psutil.NoSuchProcess):
        while psutil.Process(int(pid.read_text())).status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < ended
            time.sleep(0.01)


def test_no_request_sees_the_files_of_another(
    desk: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    shows = "import os; print([(n, open(n).read()) for n in os.listdir()], os.listdir('..'))"
    monkeypatch.setattr("conformance.desk.carrying._PROGRAM", (sys.executable, "-Sc", shows))

    async def ten() -> list[Given]:
        asked = [
            desk.ask("POST", "/api/check", {**KNOWN, **FORM}, form([("file", f"{n}", b"%d" % n)]))
            for n in range(10)
        ]
        return await asyncio.gather(*asked)

    with leaves_nothing():
        given = asyncio.run(ten())
    for number, one in enumerate(given):
        files, _, above = one.body.decode().partition("] ")
        assert files == f"[('{number}', '{number}')"
        assert sorted(re.findall("[a-z]+", above)) == ["in", "out"]


def test_a_fault_of_a_command_is_a_problem(desk: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    for code in (1, 3, -9):
        end = "os.kill(os.getpid(), 9)" if code < 0 else f"sys.exit({code})"
        fault = (sys.executable, "-c", f"import os, sys; print('oh', file=sys.stderr); {end}")
        monkeypatch.setattr("conformance.desk.carrying._PROGRAM", fault)
        given = desk.post("/api/profile")
        assert given.status == 500
        assert given.json["detail"] in ("oh", "the command was cut off")


def test_a_disk_that_is_full_is_a_problem(desk: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(app, "_copy", full)
    with leaves_nothing():
        given = desk.post("/api/check", [("file", "adt.csv", ADT)])
    assert (given.status, given.json["detail"]) == (507, "No space left on device")


def test_the_description_has_every_operation_and_field(desk: Asking) -> None:
    described = desk.get("/api/openapi.json").json
    assert described["openapi"] == "3.1.0"
    paths = {f"/api/{name}" for name in (*OPERATIONS, "journal", "report")}
    assert set(described["paths"]) == paths
    guide = (FIXTURES.parent / "docs" / "desk.md").read_text("utf-8")
    named = set(re.findall(r"^\| `(?:GET|POST) (/api/[a-z-]+)`", guide, re.MULTILINE))
    assert named == paths, "the table of the guide"
    statuses = ", ".join(re.findall(r"^\| (\d\d\d.*?) \|", guide, re.MULTILINE)).split(", ")
    fields = described["paths"]["/api/evidence"]["post"]["requestBody"]["content"]
    asked = fields["multipart/form-data"]["schema"]["properties"]
    assert asked["sent-by"]["x-hint"] == " or ".join(PROFILE.delivery.methods)
    assert "QCAF: " in asked["folder"]["x-hint"]
    assert {"200", *statuses} == set(described["paths"]["/api/check"]["post"]["responses"])
    for name, operation in OPERATIONS.items():
        post = described["paths"][f"/api/{name}"]["post"]
        fields = {f.name for f in operation.files} | {t.name for t in operation.texts}
        schema = post.get("requestBody", {"content": {"multipart/form-data": {"schema": {}}}})
        form_of = schema["content"]["multipart/form-data"]["schema"]
        assert set(form_of.get("properties", {})) == fields
        for field in form_of.get("properties", {}).values():
            assert field.get("items", field)["description"]
        assert list(post["responses"]["200"]["content"]) == [a.media for a in operation.answers]


def test_the_description_of_each_field_is_a_schema(desk: Asking) -> None:
    described = desk.get("/api/openapi.json").json

    def schemas(value: Any) -> Iterator[Any]:
        if isinstance(value, Mapping):
            yield from (value[key] for key in ("schema",) if key in value)
            value = list(value.values())
        if isinstance(value, list):
            yield from (one for inner in value for one in schemas(inner))

    found = [*schemas(described), *described["components"]["schemas"].values()]
    assert len(found) > len(OPERATIONS)
    for schema in found:
        Draft202012Validator.check_schema(schema)


def test_a_profile_that_cannot_be_used_is_named_where_the_fields_are_asked_for() -> None:
    given = Asking(Settings((("profile", ("none.toml",)),))).get("/api/openapi.json")
    assert (given.status, "none.toml" in given.json["detail"]) == (422, True)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=list(OPERATIONS))
def test_its_command_takes_each_field_of_an_operation_and_makes_each_answer(
    operation: Operation, tmp_path: Path
) -> None:
    parser = build_parser(operation.command[0])
    texts = {field.name: (field.choices or (field.name,))[:1] for field in operation.texts}
    files = {field.name: ("a",) for field in operation.files if field.name not in texts}
    sent = Sent(tmp_path, texts, files)
    for answer in operation.answers:
        words = words_for(operation, answer, sent, SETTINGS)
        taken = list(vars(parser.parse_args(words)).values())
        for field in operation.texts:
            # What the command takes several times is a list.
            assert ([*texts[field.name]] in taken) is field.many, field.name


@pytest.mark.parametrize("path", ["/", "/desk.css", "/desk.js"])
def test_the_page_asks_for_nothing_from_elsewhere(desk: Asking, path: str) -> None:
    given = desk.get(path)
    assert given.status == 200
    assert b"//" not in given.body.replace(b"// ", b"").replace(b"\n//", b"")


def test_the_page_has_the_profile_with_which_to_sign() -> None:
    odd = "/a & b/ours.toml"
    for name, words in ((odd, f" --profile {quoted(odd)}"), (DEFAULT, "")):
        page = Asking(Settings((("profile", (name,)),))).get("/").body.decode()
        command = f"tadp sign qcaf.csv --key aro.key --certificate aro.pem{words}\n"
        shown = re.sub("</code>", "\n", page)
        assert command in unescape(re.sub("</?span>", "", shown)).replace("</p>", "")


@pytest.mark.parametrize(
    ("word", "elsewhere", "windows"),
    [
        ("ours.toml", "ours.toml", "ours.toml"),
        (r"C:\P\ours.toml", r"'C:\P\ours.toml'", r"C:\P\ours.toml"),
        (r"C:\My Files\ours.toml", r"'C:\My Files\ours.toml'", r'"C:\My Files\ours.toml"'),
        ("it's.toml", "'it'\"'\"'s.toml'", '"it\'s.toml"'),
        ("a&b.toml", "'a&b.toml'", '"a&b.toml"'),
        ("it's $5.toml", "'it'\"'\"'s $5.toml'", "'it''s $5.toml'"),
        ("--x", "--x", "--x"),
    ],
)
def test_a_word_is_quoted_as_the_shells_of_the_system_take_it(
    word: str, elsewhere: str, windows: str
) -> None:
    assert quoted(word, windows=False) == elsewhere
    assert quoted(word, windows=True) == windows


def test_notes_have_room_in_a_header() -> None:
    assert json.loads(in_header(["a\u2013b", "é\n"])) == ["a\u2013b", "é\n"]
    many = in_header(["x" * 2000] * 9)
    assert len(many) < 4200
    assert many.isascii()
    *_, last = json.loads(many)
    assert last == "and 6 more, which the command prints"


def test_the_page_has_the_fields_of_its_operations(desk: Asking) -> None:
    page = desk.get("/").body.decode()
    assert set(re.findall(r'data-operation="([^"]+)"', page)) == set(OPERATIONS)
    for block in re.findall(r"<form .*?</form>", page, re.DOTALL):
        operation = OPERATIONS[re.findall(r'data-operation="([^"]+)"', block)[0]]
        known = {f.name for f in operation.files} | {t.name for t in operation.texts}
        assert set(re.findall(r' name="([^"]+)"', block)) <= known
