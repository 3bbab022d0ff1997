"""Whole submissions, written out by hand and signed by OpenSSL, conform with all evidence given."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from conformance.checks.catalogue import shipped_catalogue
from conformance.model.requirement import Kind
from conformance.model.requirement import Testable as HowShown
from tests.real.authority import AT, EUI64, Hierarchy, openssl, sign
from tests.real.material import ADT, DCC, DEVICE, USER, qcaf
from tests.running import Ran, check

pytestmark = pytest.mark.openssl

ADT_RECORD = """{
  "submission": 1,
  "kind": "adt",
  "sent_at": "2025-06-01T10:00:00+01:00",
  "file": "adt.csv",
  "signature": "adt.csv.p7s",
  "sender": {
    "party": "Example Energy", "party_eui64": "EUI64", "user_id": "EUI64", "user_role": "IS",
    "aros": [{"credential": "somebody else"}, {"certificate_sha256": "FINGERPRINT"}],
    "sets_adts": [
      {"user_id": "EUI64", "user_role": "IS", "file": "adt.csv"},
      {"user_id": "EUI64", "user_role": "GS", "file": "adt.csv"}
    ]
  },
  "delivery": {
    "method": "sharepoint",
    "folder": "Anomaly Detection Files/ADT File Submissions/Submitted",
    "name": "EUI64\u2013REQ000000000001-ADT"
  },
  "references": {
    "smsr": {
      "number": "REQ000000000001", "raised_at": "2025-06-01T08:30:00Z", "via": "SSI",
      "catalogue_item": "ADT File Submission"
    }
  },
  "area": {"live_user_ids": ["EUI64"], "live": ["EUI64\u2013REQ000000000000-ADT"]},
  "replaces": {"file": "before.csv", "removed": [["EUI64", "IS", "1.2.1", "24"]]}
}"""

USER_RECORD = """{
  "submission": 1,
  "kind": "qcaf",
  "sent_at": "2025-06-01T09:00:00Z",
  "file": "qcaf.csv.p7m",
  "sender": {"party_eui64": "EUI64", "user_id": "EUI64", "aros": [{"credential": "ARO ec"}]},
  "delivery": {
    "method": "sharepoint",
    "folder": "Anomaly Detection Files/QCAF Submissions/Submitted QCAF",
    "name": "EUI64 \u2013 REQ000000000002 \u2013 QCAF",
    "subject": "Actions for INC000000000007"
  },
  "references": {
    "smsr": {"number": "REQ000000000002", "catalogue_item": "QCAF Submission"},
    "incident": {
      "number": "INC000000000007",
      "updates": [
        {"at": "2025-06-01T09:05:00Z", "component": "Update Service Management Incident"}
      ],
      "assignments": [{"at": "2025-06-01T09:06:00Z", "to": "DCC"}]
    }
  },
  "quarantine": {"set_by": "user", "report": "report.csv"},
  "attestations": [
    {
      "requirement": "4.7-4", "by": "A. Example", "at": "2025-06-01T09:00:00Z",
      "statement": "A spike."
    }
  ]
}"""

DCC_RECORD = """{
  "submission": 1,
  "kind": "qcaf",
  "sent_at": "2025-06-01T09:00:00Z",
  "file": "qcaf.csv",
  "signature": "qcaf.csv.p7s",
  "sender": {"party_eui64": "EUI64", "aros": [{"credential": "ARO rsa"}]},
  "delivery": {
    "method": "sharepoint",
    "folder": "https://dcc.example/Anomaly Detection Files/QCAF Submissions/Submitted QCAF/",
    "name": "EUI64-REQ000000000003-QCAF.csv",
    "subject": "INC000000000008"
  },
  "references": {
    "smsr": {
      "number": "REQ000000000003", "raised_at": "2025-06-01T08:30:00Z", "via": "SSI",
      "catalogue_item": "QCAF Submission"
    },
    "incident": {"number": "INC000000000008"}
  },
  "quarantine": {
    "set_by": "dcc", "report": "report.csv", "advised_at": "2025-05-31T12:00:00Z",
    "advice": {"EUI64:DEVICE:1": "Release", "EUI64:DEVICE:3": "Delete"}
  }
}"""

EMAIL_RECORD = """{
  "submission": 1,
  "kind": "adt",
  "sender": {
    "user_id": "EUI64", "aros": [{"credential": "ARO ec"}],
    "sets_adts": [{"user_id": "EUI64", "user_role": "IS", "file": "this one"}]
  },
  "delivery": {"message": "sent.eml", "primary_unavailable": true},
  "references": {
    "smsr": {
      "number": "REQ000000000004", "raised_at": "2025-06-01T08:30:00Z", "via": "SSI",
      "catalogue_item": "FastTrack ADT File Submission"
    }
  },
  "area": {"live_user_ids": ["EUI64"], "live": []},
  "replaces": {"file": "before.csv", "removed": [["EUI64", "IS", "1.2.1", "24"]]}
}"""

EMAIL = """\
Received: from mail.example by mx.example; Sun, 1 Jun 2025 09:00:01 +0000
From: "A. Example" <a.example@energy.example>
To: DCC <servicecentre@SMARTDCC.co.uk>
Date: Sun, 1 Jun 2025 10:00:00 +0100
Subject: ADT File for
 REQ000000000004
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_parts"

--=_parts
Content-Type: text/plain; charset=utf-8

DCC SharePoint is down. Attached is the ADT File for REQ000000000004.

--=_parts
Content-Type: application/pkcs7-mime; name="adt.csv.p7m"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="adt.csv.p7m"

ATTACHMENT
--=_parts--
"""

INCIDENT_RECORD = """{
  "submission": 1,
  "kind": "incident",
  "references": {
    "incident": {
      "number": "INC000000000009",
      "updates": [
        {"at": "2025-06-01T09:00:00Z", "component": "Update Service Management Incident"}
      ],
      "assignments": [
        {"at": "2025-05-31T09:00:00Z", "to": "Example Energy"},
        {"at": "2025-06-01T09:01:00Z", "to": "DCC"}
      ]
    }
  },
  "attestations": ATTESTATIONS
}"""

PUBLICATION_RECORD = """{
  "publication": 1,
  "published_at": "2025-01-06T00:00:00Z",
  "items": [
    {"item": "setting-guidance", "via": ["SSI", "website"], "file": "guidance.txt"},
    {"item": "submitting-guidance", "via": ["ssi"]},
    {"item": "template", "via": ["SSI"], "file": "template.csv", "filled_in": "filled-in.csv"}
  ]
}"""

BEFORE = f"{EUI64},IS,1.1.1,24,70,90\n{EUI64},IS,1.2.1,24,70,90\n"
HEADING = (
    "UserID,UserRole,ServiceReferenceVariant,TimePeriodHours,WarningThreshold,"
    "AnomalyDetectionThreshold"
)


def fingerprint(hierarchy: Hierarchy, signer: str) -> str:
    """SHA-256 of a certificate, as OpenSSL prints it, in hex."""
    printed = openssl(
        "x509", "-in", hierarchy.signers[signer].certificate, "-noout", "-fingerprint", "-sha256"
    ).decode()
    return printed.strip().partition("=")[2].replace(":", "")


def write(folder: Path, record: str, **values: str) -> None:
    text = record.replace("EUI64", EUI64).replace("DEVICE", DEVICE)
    for name, value in values.items():
        text = text.replace(name, value)
    (folder / "submission.json").write_text(text, "utf-8")


def adt(hierarchy: Hierarchy, folder: Path) -> None:
    (folder / "adt.csv").write_bytes(ADT)
    (folder / "before.csv").write_text(BEFORE, "ascii")
    sign(ADT, folder / "adt.csv.p7s", [hierarchy.signers["ec"]], "-outform", "PEM")
    write(folder, ADT_RECORD, FINGERPRINT=fingerprint(hierarchy, "ec"))


def user_qcaf(hierarchy: Hierarchy, folder: Path) -> None:
    file = qcaf(USER, "Release", "Delete", "Delete")
    signer = hierarchy.signers["ec"]
    sign(file, folder / "qcaf.csv.p7m", [signer], "-outform", "DER", "-nodetach", "-stream")
    (folder / "report.csv").write_bytes(qcaf(USER, "", "", ""))
    write(folder, USER_RECORD)


def dcc_qcaf(hierarchy: Hierarchy, folder: Path) -> None:
    file = qcaf(DCC, "Release", "Release", "Delete")
    (folder / "qcaf.csv").write_bytes(file)
    sign(file, folder / "qcaf.csv.p7s", [hierarchy.signers["rsa"]], "-outform", "DER", "-keyid")
    (folder / "report.csv").write_bytes(qcaf(DCC, "", "", ""))
    write(folder, DCC_RECORD)


def email(hierarchy: Hierarchy, folder: Path) -> None:
    signed = sign(ADT, folder / "signed", [hierarchy.signers["ec"]], "-outform", "DER", "-nodetach")
    attachment = base64.encodebytes(signed.read_bytes()).decode()
    signed.unlink()
    text = EMAIL.replace("ATTACHMENT\n", attachment)
    (folder / "sent.eml").write_text(text, "utf-8", newline="\r\n")
    (folder / "before.csv").write_text(BEFORE, "ascii")
    write(folder, EMAIL_RECORD)


#: All that only a person can confirm of an Incident.
ATTESTED = [
    r.id
    for r in shipped_catalogue().requirements()
    if r.testable is HowShown.ATTESTATION and Kind.INCIDENT in r.kinds
]


def incident(_: Hierarchy, folder: Path) -> None:
    attestations = [{"requirement": one, "by": "A. Example"} for one in ATTESTED]
    write(folder, INCIDENT_RECORD.replace("ATTESTATIONS", json.dumps(attestations)))


def publication(_: Hierarchy, folder: Path) -> None:
    (folder / "publication.json").write_text(PUBLICATION_RECORD, "utf-8")
    (folder / "guidance.txt").write_text("Count first, then choose.\n", "utf-8")
    (folder / "template.csv").write_text(HEADING + "\n", "ascii")
    (folder / "filled-in.csv").write_bytes(ADT)


MAKERS: dict[str, Callable[[Hierarchy, Path], None]] = {
    "adt": adt,
    "user-set qcaf": user_qcaf,
    "dcc-set qcaf": dcc_qcaf,
    "email": email,
    "incident": incident,
    "publication": publication,
}


def make(what: str, hierarchy: Hierarchy, folder: Path) -> Ran:
    MAKERS[what](hierarchy, folder)
    return check(folder, *hierarchy.judged)


@pytest.mark.parametrize("what", MAKERS)
def test_a_submission_with_all_its_evidence_conforms(
    hierarchy: Hierarchy, tmp_path: Path, what: str
) -> None:
    ran = make(what, hierarchy, tmp_path)
    open_ = {
        r["id"]: (r["status"], r["reason"], r["findings"])
        for r in ran.submission["requirements"]
        if r["status"] not in ("passed", "attested", "not applicable")
    }
    assert open_ == {}
    assert ran.verdict == "conforms"
    assert ran.code == 0
    assert check(tmp_path, *hierarchy.judged, "--require-evidence").code == 0


@pytest.mark.parametrize(
    ("what", "attested"),
    [("user-set qcaf", ["4.7-4"]), ("incident", ATTESTED)],
)
def test_a_requirement_that_only_a_person_can_confirm_is_attested_and_not_passed(
    hierarchy: Hierarchy, tmp_path: Path, what: str, attested: list[str]
) -> None:
    ran = make(what, hierarchy, tmp_path)
    found = [r for r in ran.submission["requirements"] if r["status"] == "attested"]
    assert [r["id"] for r in found] == attested != []
    assert all(r["reason"].startswith("by A. Example") for r in found)


def test_every_file_that_was_looked_at_is_listed_with_its_digest(
    hierarchy: Hierarchy, tmp_path: Path
) -> None:
    ran = make("adt", hierarchy, tmp_path)
    inputs = {i["path"]: i for i in ran.submission["inputs"]}
    assert list(inputs) == ["submission.json", "adt.csv", "adt.csv.p7s", "before.csv"]
    digest = openssl("dgst", "-sha256", "-r", tmp_path / "adt.csv").decode().split()[0]
    assert inputs["adt.csv"] == {"path": "adt.csv", "sha256": digest, "bytes": len(ADT)}


def change(folder: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    """Edit the record of a submission."""
    path = folder / "submission.json"
    record = json.loads(path.read_text("utf-8"))
    before = json.dumps(record)
    edit(record)
    assert json.dumps(record) != before
    path.write_text(json.dumps(record), "utf-8")


CHANGES: list[tuple[str, Callable[[dict[str, Any]], Any], str]] = [
    ("adt", lambda r: r["delivery"].update(method="fax"), "3.4-1"),
    ("adt", lambda r: r["delivery"].update(folder="Archive"), "UG1.4-2"),
    ("adt", lambda r: r["sender"]["sets_adts"][1].update(file=None), "3.4-2"),
    ("adt", lambda r: r["sender"].update(aros=[]), "3.4(b)-4"),
    ("adt", lambda r: r["references"].update(smsr=None), "3.1-1"),
    ("adt", lambda r: r["references"]["smsr"].update(via="telephone"), "3.1-1"),
    ("adt", lambda r: r["references"]["smsr"].update(raised_at="2025-06-01T09:00:00Z"), "3.1-2"),
    ("adt", lambda r: r["references"]["smsr"].update(number="REQ000000000009"), "3.4(a)-1"),
    ("adt", lambda r: r["references"]["smsr"].update(catalogue_item="Other"), "UG1.3-1"),
    ("adt", lambda r: r["area"]["live_user_ids"].append("00-" * 7 + "00"), "UG1.1-2"),
    ("adt", lambda r: r["area"]["live"].append(r["area"]["live"][0]), "UG1.4-3"),
    ("adt", lambda r: r["replaces"].update(removed=[]), "UG1.1-1"),
    ("adt", lambda r: r["delivery"].update(name=r["delivery"]["name"] + "-final"), "UG1.4-1"),
    ("adt", lambda r: r.update(signature=None), "6.1-1"),
    ("email", lambda r: r["delivery"].update(primary_unavailable=False), "UG1.6-1"),
    ("email", lambda r: r["delivery"].update(subject="thresholds"), "3.4(a)-1"),
    ("email", lambda r: r["delivery"].update(body="see attached"), "UG1.6-2"),
    ("email", lambda r: r["delivery"].update(recipients=["you@example.com"]), "UG1.6-3"),
    ("user-set qcaf", lambda r: r.update(sent_at="2025-06-04T01:30:01Z"), "UG1.2-2"),
    ("user-set qcaf", lambda r: r["delivery"].update(subject=""), "4.7(a)-1"),
    ("user-set qcaf", lambda r: r["references"].update(incident={"number": "INC000000000007",
        "updates": [], "assignments": []}), "4.8-1 4.8-2"),
    ("dcc-set qcaf", lambda r: r["quarantine"].update(advice="Delete"), "4.13-4"),
    ("dcc-set qcaf", lambda r: r["quarantine"].update(advised_at="2025-06-01T08:31:00Z"), "4.13-1"),
    ("dcc-set qcaf", lambda r: r["references"].update(smsr=None), "4.13-1"),
    ("dcc-set qcaf", lambda r: r["quarantine"].update(set_by="user"), "6.5-14"),
    ("incident", lambda r: r["references"].update(incident=None), "4.3-1"),
    ("incident", lambda r: r["references"]["incident"]["assignments"].pop(), "4.3-2"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "edit", "roots"), CHANGES)
def test_one_change_of_the_record_fails_at_one_requirement(
    hierarchy: Hierarchy,
    tmp_path: Path,
    what: str,
    edit: Callable[[dict[str, Any]], None],
    roots: str,
) -> None:
    MAKERS[what](hierarchy, tmp_path)
    change(tmp_path, edit)
    # After all that is in the records; of two such options the last counts.
    ran = check(tmp_path, *hierarchy.judged, "--at", "2025-06-05T10:00:00Z")
    assert ran.roots == set(roots.split())
    assert ran.code == 1


FILES: list[tuple[str, str, bytes, bytes, str]] = [
    ("user-set qcaf", "report.csv", b"", b"", "4.7-2"),
    ("user-set qcaf", "report.csv", b":3,", b":8,", "4.7-2"),
    ("user-set qcaf", "report.csv", b":3,", b":987,", "4.7-2 4.7-3"),
    ("dcc-set qcaf", "report.csv", b"7001", b"7000", "4.13(b)-4"),
    ("publication", "template.csv", b",", b";", "2.2(b)-2"),
    ("publication", "filled-in.csv", b"\n", b"\r\n", "2.2(b)-2"),
    (
        "publication",
        "publication.json",
        b'"setting-guidance"',
        b'"submitting-guidance"',
        "2.2(a)-1",
    ),
    ("publication", "publication.json", b'["ssi"]', b'["SharePoint"]', "2.2(d)-1"),
]


@pytest.mark.parametrize("case", FILES, ids=[f"{c[0]}: {c[1]}, {c[4]}" for c in FILES])
def test_one_change_of_a_file_fails_at_its_requirement(
    hierarchy: Hierarchy, tmp_path: Path, case: tuple[str, str, bytes, bytes, str]
) -> None:
    what, name, old, new, roots = case
    MAKERS[what](hierarchy, tmp_path)
    path = tmp_path / name
    before = path.read_bytes()
    if name == "report.csv" and not old:
        after = before + before.splitlines(keepends=True)[-1].replace(b":3,", b":4,")
    else:
        after = before.replace(old, new)
    assert after != before
    path.write_bytes(after)
    ran = check(tmp_path, *hierarchy.judged)
    assert ran.roots == set(roots.split())


def test_the_same_submission_by_email_conformed_before_mp109(
    hierarchy: Hierarchy, tmp_path: Path
) -> None:
    """By email to the Service Desk was the rule; a folder was none of its methods."""
    email(hierarchy, tmp_path)
    (tmp_path / "folder").mkdir()
    adt(hierarchy, tmp_path / "folder")
    for folder, roots in ((tmp_path, set()), (tmp_path / "folder", {"3.4-1"})):
        ran = check(folder, *hierarchy.judged, "--edition", "v2.0")
        assert ran.submission["edition"] == "v2.0"
        assert ran.roots == roots
        assert ran.status("UG1.6-1") == "not applicable"


def test_the_edition_follows_from_the_time_of_sending(hierarchy: Hierarchy, tmp_path: Path) -> None:
    adt(hierarchy, tmp_path)
    for moment, edition in (("2022-11-02T23:59:59Z", "v2.0"), ("2022-11-03T00:00:00Z", "mp109")):
        change(tmp_path, partial(dict.update, sent_at=moment))
        assert check(tmp_path, "--at", AT).submission["edition"] == edition
