"""Submissions as values, good in all that they say, for tests to change one thing at a time."""

from __future__ import annotations

import hashlib
import tomllib
from collections import deque
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from msgspec.structs import replace

from conformance.checker import Checked, Result, check_submission
from conformance.checks import CHECKS, Setting
from conformance.content import Content
from conformance.findings import Status
from conformance.model.catalogue import Catalogue
from conformance.model.loading import load_catalogue
from conformance.model.profile import Profile
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind, SetBy
from conformance.model.requirement import Testable as HowShown
from conformance.signature import TrustStore
from conformance.submission.evidence import (
    AdtSetter,
    Area,
    Assignment,
    Attestation,
    Delivery,
    Incident,
    PublishedItem,
    Quarantine,
    Replaced,
    ResponsibleOfficer,
    Sender,
    ServiceRequest,
    Submission,
    Update,
)
from tests.signature import pki

USER_ID = "70-B3-D5-1F-30-01-00-00"
OTHER_ID = "70-B3-D5-1F-30-02-00-00"
DEVICE = "00-DB-12-34-56-78-90-A0"
SENT = datetime(2025, 6, 1, 10, tzinfo=UTC)
SMSR, INCIDENT = "REQ000000000001", "INC000000000007"
COMPONENT = "Update Service Management Incident"
USERS, DCCS = "ADUserThresholdBreach", "ADDCCThresholdBreach"

ADT = f"{USER_ID},IS,1.1.1,24,80,100\n{USER_ID},GS,,24,,5000\n".encode()
HEADING = (
    b"UserID,UserRole,ServiceReferenceVariant,TimePeriodHours,WarningThreshold,"
    b"AnomalyDetectionThreshold\n"
)


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    """A moment in June 2025."""
    return datetime(2025, 6, day, hour, minute, tzinfo=UTC)


def communication(
    number: int, action: str, breach: str = USERS, when: str = "2025-05-30T10:00:00Z"
) -> str:
    """A record of a report or of a QCAF."""
    return f"{USER_ID}:{DEVICE}:{number},1.1.1,{7000 + number},{when},{breach},{action}\n"


def communications(*actions: str, breach: str = USERS) -> bytes:
    return "".join(communication(n, a, breach) for n, a in enumerate(actions, 1)).encode()


@cache
def catalogue() -> Catalogue:
    return load_catalogue(CHECKS)


@cache
def profile() -> Profile:
    return load_profile("reference", catalogue())


@cache
def root() -> pki.Holder:
    return pki.authority("Root")


@cache
def officer() -> pki.Holder:
    """The ARO's certificate and key."""
    return pki.issue(pki.subject(eui64=bytes.fromhex(USER_ID.replace("-", ""))), root())


@cache
def trust() -> TrustStore:
    return TrustStore((root().der,), (pki.revocation_list(root()),))


def setting(*, profile_: Profile | None = None, **changes: Any) -> Setting:
    """Return the setting; a note's name, with underscores for hyphens, chooses its reading."""
    known = profile_ or profile()
    readings = {
        note.replace("_", "-"): changes.pop(note)
        for note in list(changes)
        if note.replace("_", "-") in known.readings
    }
    chosen = replace(known, readings={**known.readings, **readings})
    given = {"catalogue": catalogue(), "trust": trust(), "now": SENT, **changes}
    return Setting(profile=chosen, **given)


def signed(data: bytes, name: str = "file.csv.p7m", holder: pki.Holder | None = None) -> Content:
    """``data`` in CMS, attached."""
    by = holder or officer()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data)
    builder = builder.add_signer(by.certificate, by.key, hashes.SHA256())  # type: ignore[arg-type]
    return Content.of_bytes(name, builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary]))


def _sender() -> Sender:
    return Sender(
        party_eui64=USER_ID,
        user_id=USER_ID,
        user_role="IS",
        officers=(ResponsibleOfficer("ARO 1", None),),
        adt_setters=(AdtSetter(USER_ID, "IS", "file.csv"),),
    )


def _request(item: str) -> ServiceRequest:
    return ServiceRequest(SMSR, at(9), "SSI", item)


def _attestations(kind: Kind) -> tuple[Attestation, ...]:
    """Return a person's word for all that only a person can say."""
    return tuple(
        Attestation(one.id, "A. Example", None, None)
        for one in catalogue().requirements()
        if one.testable is HowShown.ATTESTATION and kind in one.kinds
    )


def adt(data: bytes = ADT, **changes: Any) -> Submission:
    """An ADT submission with nothing wrong and all its evidence."""
    good = Submission(
        source="adt",
        kind=Kind.ADT,
        root=Path(),
        sent_at=SENT,
        sender=_sender(),
        file=signed(data),
        delivery=Delivery(
            "sharepoint",
            "Anomaly Detection Files/ADT File Submissions/Submitted",
            f"{USER_ID}\u2013{SMSR}-ADT",
        ),
        request=_request("ADT File Submission"),
        area=Area((USER_ID,), (f"{USER_ID}\u2013REQ000000000000-ADT",)),
        replaced=Replaced(Content.of_bytes("before.csv", data), frozenset()),
        attestations=_attestations(Kind.ADT),
    )
    return replace(good, **changes)


def qcaf(set_by: str = "user", data: bytes | None = None, **changes: Any) -> Submission:
    """A QCAF submission with nothing wrong and all its evidence."""
    breach = USERS if set_by == "user" else DCCS
    file = communications("Release", "Delete", "Delete", breach=breach) if data is None else data
    report = communications("", "", "", breach=breach)
    good = Submission(
        source="qcaf",
        kind=Kind.QCAF,
        root=Path(),
        sent_at=SENT,
        completed_at=at(12),
        sender=_sender(),
        file=signed(file),
        delivery=Delivery(
            "sharepoint",
            "Anomaly Detection Files/QCAF Submissions/Submitted QCAF",
            f"{USER_ID}\u2013{SMSR}-QCAF",
            f"Actions for {INCIDENT}",
        ),
        request=_request("QCAF Submission"),
        incident=Incident(INCIDENT, (Update(at(9), COMPONENT),), (Assignment(at(9, 5), "DCC"),)),
        quarantine=Quarantine(
            SetBy(set_by),
            Content.of_bytes("report.csv", report),
            at(8),
            {f"{USER_ID}:{DEVICE}:1": "Release"},
        ),
        attestations=_attestations(Kind.QCAF),
    )
    return replace(good, **changes)


def email(kind: str = "adt", **changes: Any) -> Submission:
    """A submission by the contingency method, as the guidance wants it."""
    good = adt() if kind == "adt" else qcaf(kind)
    subject = SMSR if kind == "adt" else f"{SMSR} and {INCIDENT}"
    delivery = Delivery(
        "email",
        subject=subject,
        body=f"The file for {SMSR}.",
        recipients=("ServiceCentre@smartdcc.co.uk",),
        primary_unavailable=True,
    )
    return replace(good, delivery=replace(delivery, **changes))


def incident(**changes: Any) -> Submission:
    """The record of an Incident after a Warning Threshold."""
    known = Incident(INCIDENT, (Update(at(9), COMPONENT),), (Assignment(at(9, 5), "DCC"),))
    return Submission(
        source="incident",
        kind=Kind.INCIDENT,
        root=Path(),
        sent_at=SENT,
        incident=replace(known, **changes),
        attestations=_attestations(Kind.INCIDENT),
    )


def publication(*items: PublishedItem) -> Submission:
    """Return a publication of DCC, with ``items`` instead of all if they are given."""
    template = PublishedItem(
        "template",
        ("SSI",),
        Content.of_bytes("template.csv", HEADING),
        Content.of_bytes("filled-in.csv", ADT),
    )
    guidance = [
        PublishedItem(name, ("SSI",), None, None)
        for name in ("setting-guidance", "submitting-guidance")
    ]
    return Submission(
        source="publication",
        kind=Kind.PUBLICATION,
        root=Path(),
        sent_at=SENT,
        published=items or (template, *guidance),
    )


def fingerprint(holder: pki.Holder) -> str:
    return hashlib.sha256(holder.der).hexdigest()


#: Checks that a test has made since it began, for ``conftest.py`` to compare.
CHECKED: deque[Checked] = deque(maxlen=500)


def checked_in_test(checked: Checked) -> Checked:
    """Note what was checked, so that every word of it is compared with what was recorded."""
    CHECKED.append(checked)
    return checked


def check(submission: Submission, **changes: Any) -> Checked:
    """Check in ``setting(**changes)``; what is found names entries and notes that are there.

    Whatever is neither met nor violated says why.
    """
    checked = checked_in_test(check_submission(submission, setting(**changes)))
    for one in checked.results:
        assert one.reason or one.status not in (Status.NOT_SHOWN, Status.NOT_APPLICABLE)
    for finding in (f for r in checked.results for f in r.findings):
        assert finding.message
        assert set(finding.notes) <= set(catalogue().notes)
        assert [e for e in finding.profile if not _is_entry(e)] == []
    return checked


def _is_entry(path: str) -> bool:
    """Return True if the reference profile has an entry of this path."""
    table: Any = _profile_table()
    for step in path.split("."):
        if isinstance(table, list):
            table = {one.get("name") or one["id"]: one for one in table}
        if step not in table:
            return False
        table = table[step]
    return True


@cache
def _profile_table() -> dict[str, Any]:
    file = files("conformance") / "model" / "profiles" / "reference.toml"
    return tomllib.loads(file.read_text("utf-8"))


def result(checked: Checked, identifier: str) -> Result:
    (one,) = (r for r in checked.results if r.requirement.id == identifier)
    return one


def roots(checked: Checked) -> list[str]:
    return [r.requirement.id for r in checked.roots]


def assert_fails_only_at(checked: Checked, identifier: str) -> Result:
    """It is the one root; what fails besides fails through it."""
    assert roots(checked) == [identifier]
    for one in checked.results:
        if one.status is Status.FAILED and one.requirement.id != identifier:
            assert one.through == (identifier,)
    return result(checked, identifier)


def assert_not_shown(checked: Checked, identifier: str, *evidence: str) -> Result:
    """Nothing fails, and just ``evidence`` would show the requirement."""
    assert roots(checked) == []
    one = result(checked, identifier)
    assert one.status is Status.NOT_SHOWN
    assert one.evidence == evidence
    return one
