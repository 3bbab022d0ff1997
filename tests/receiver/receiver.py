"""The receiver itself: a submission in, a verdict out, with the requirements that it breaks."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509

from tests.receiver import certificates, kinds, rules, signature, tables
from tests.receiver.records import Fault, Record
from tests.receiver.signature_record import open_record
from tests.receiver.submission import Facts, Quarantine, moment

Table = dict[str, Any]

#: Requirements of both kinds of files, by what is wrong; those of columns are of the file's clause.
COMMON = {"separator": "6.1-3", "comma": "6.1-2", "null-form": "6.1-4", "sign": "6.1-6"}
COLUMNS = {
    "characters": 1,
    "mark": 2,
    "header": 3,
    "quotes": 4,
    "records": 5,
    "length": 6,
    "count": 7,
    "form": 8,
    "null": 9,
    "range": 10,
    "code": 11,
    "key": 12,
}
RULES = {
    "6.3": {"compare": 13, "sender": 14, "eligible": 15},
    "6.5": {"sender": 13, "breach": 14},
}
GUIDANCE = {
    "contingency": "UG1.6-1",
    "contingency-reference": "UG1.6-2",
    "contingency-mailbox": "UG1.6-3",
    "catalogue-item": "UG1.3-1",
    "late": "UG1.2-1",
    "late-release": "UG1.2-2",
    "unsigned": "6.1-1",
}
ADT = {
    "request": "3.1-1",
    "request-before": "3.1-2",
    "request-shape": "3.1-3",
    "method": "3.4-1",
    "file-for-each": "3.4-2",
    "subject": "3.4(a)-1",
    "signature": "3.4(b)-2",
    "certificate": "3.4(b)-3",
    "officer": "3.4(b)-4",
    "left-out": "UG1.1-1",
    "file-for-each-user-id": "UG1.1-2",
    "name": "UG1.4-1",
    "folder": "UG1.4-2",
    "one-live-file": "UG1.4-3",
}
QCAF = {"name": "UG1.5-1", "folder": "UG1.5-2", "updated": "4.8-1", "assigned": "4.8-2"}
USER = {
    "method": "4.7-1",
    "each": "4.7-2",
    "other": "4.7-3",
    "subject": "4.7(a)-1",
    "action": "4.7(b)-2",
    "signature": "4.7(b)-3",
    "report": "4.7(b)-4",
    "certificate": "4.7(b)-5",
    "officer": "4.7(b)-6",
}
DCC = {
    "request-after-advice": "4.13-1",
    "method": "4.13-2",
    "each": "4.13-3",
    "advice": "4.13-4",
    "other": "4.13-5",
    "subject": "4.13(a)-1",
    "action": "4.13(b)-2",
    "signature": "4.13(b)-3",
    "report": "4.13(b)-4",
    "certificate": "4.13(b)-5",
    "officer": "4.13(b)-6",
}
CRL = re.compile(rb"-----BEGIN X509 CRL-----.*?-----END X509 CRL-----", re.DOTALL)


def requirement_of(facts: Facts, what: str) -> str:
    """Return the requirement that something wrong breaks."""
    if facts.kind == "adt":
        own, clause = ADT, "6.3"
    else:
        own, clause = QCAF | (USER if facts.set_by == "user" else DCC), "6.5"
    known = GUIDANCE | COMMON | own
    numbers = COLUMNS | RULES[clause] | kinds.REQUIREMENTS | tables.REQUIREMENTS
    return known[what] if what in known else f"{clause}-{numbers[what]}"


@dataclass(frozen=True)
class Judgement:
    """One submission: its folder, the facts about it, and the trusted certificates."""

    folder: Path
    facts: Facts
    trust: certificates.Trust
    checked_at: datetime

    def reasons(self) -> list[Fault]:
        """Return what is wrong with the submission."""
        found = [Fault(what) for what in self.facts.faults()]
        content, faults = self._signature()
        found += faults
        in_order = self.facts.reading("order-of-checks") == "in-order"
        if content is not None and not (faults and in_order):
            found += self._content(content)
        return found

    def _signature(self) -> tuple[bytes | None, list[Fault]]:
        """Return the bytes of the CSV file, and what is wrong with its signature."""
        manifest, rules = self.facts.manifest, self.facts.profile["signature"]
        file, beside = (self.folder / manifest["file"]).read_bytes(), manifest.get("signature")
        within = "record" in rules
        content = None if within or manifest["file"].endswith(".p7m") else file
        if content is not None and beside is None:
            return content, [Fault("unsigned")]
        message = file if beside is None else (self.folder / beside).read_bytes()
        others = []
        if "certificate" in manifest:
            others = x509.load_pem_x509_certificates(
                (self.folder / manifest["certificate"]).read_bytes()
            )
        try:
            signed = (
                open_record(file, rules)
                if within
                else signature.open_signed(message, content, others, rules)
            )
        except signature.UnsignedError:
            return content, [Fault("unsigned")]
        except signature.BadSignatureError:
            return content, [Fault("signature")]
        return signed.content, list(self._certificate(signed))

    def _certificate(self, signed: signature.Signed) -> Iterator[Fault]:
        at = {
            "signing": signed.signed_at or self.facts.sent_at,
            "checking": self.checked_at,
        }.get(self.facts.reading("certificate-time"), self.facts.sent_at)
        if self.facts.reading("certificate-validity") != "dcc":
            try:
                self.trust.check(signed.certificate, signed.others, at)
            except certificates.InvalidError:
                yield Fault("certificate")
                return
        sender = self.facts.manifest["sender"]
        digest = hashlib.sha256(signed.certificate.public_bytes(_DER)).hexdigest()
        known = {one.get("certificate_sha256") for one in sender["aros"]}
        own = certificates.eui64_of(signed.certificate) in (None, sender["user_id"])
        if (digest not in known or not own) and self.facts.reading("whose-aro") != "any":
            yield Fault("officer")

    def _content(self, content: bytes) -> list[Fault]:
        if "records" in self.facts.profile["files"][self.facts.kind]:
            return kinds.faults_of(content, self.facts, self.folder)[:1]
        records, faults = self._read(self.facts.kind, content)
        if faults:
            return faults
        profile, facts = self.facts.profile, self.facts
        form = profile["files"][facts.kind]
        sender = facts.manifest["sender"]["user_id"]
        found = tables.TableRules(profile, form, sender, facts.set_by).check(records)
        if found:
            return found[:1]
        if facts.kind == "adt":
            return list(self._against_live(records))
        report = facts.manifest["quarantine"]["report"]
        there, _ = self._read("report", (self.folder / report).read_bytes())
        return list(Quarantine(facts, there).faults(records))[:1]

    def _against_live(self, records: list[Record]) -> Iterator[Fault]:
        """Yield rules of the file in force that are left out, and roles without a file."""
        form = self.facts.profile["files"]["adt"]
        names = _names(form)
        roles = [one["name"] for one in form["columns"] if one.get("role") == "user-role"]
        if self.facts.reading("file-per-role") == "one" and roles:
            place = names.index(roles[0])
            if len({record[place] for record in records}) > 1:
                yield Fault("file-for-each")
        replaced = self.facts.manifest.get("replaces")
        if replaced is None or self.facts.edition == "v2.0":
            return
        keys = [names.index(name) for name in form["key"]]
        live, _ = self._read("adt", (self.folder / replaced["file"]).read_bytes())
        there = {tuple(record[key] for key in keys) for record in records}
        there |= {tuple(one) for one in replaced["removed"]}
        if any(tuple(record[key] for key in keys) not in there for record in live):
            yield Fault("left-out")

    def _read(self, kind: str, data: bytes) -> tuple[list[Record], list[Fault]]:
        form = self.facts.profile["files"][kind]
        return tables.TableReader(form, self.facts.profile["readings"]).read(data)


_DER = certificates.DER


def _names(form: Table) -> list[str]:
    return [column["name"] for column in form["columns"]]


@cache
def _anchors(data: bytes) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(data)


@cache
def _lists(data: bytes) -> list[x509.CertificateRevocationList]:
    return [x509.load_pem_x509_crl(one) for one in CRL.findall(data)]


def receive(message: Table) -> Table:
    """Return the answer to a message."""
    folder = Path(message["folder"])
    manifest = json.loads((folder / message["manifest"]).read_bytes())
    profile = rules.load(message["profile"])
    facts = Facts(manifest, profile, message["edition"])
    trust = certificates.Trust(
        _anchors(Path(message["anchors"]).read_bytes()),
        _lists(Path(message["crls"]).read_bytes()),
        profile["certificate"],
    )
    checked_at = moment(message["checked_at"])
    assert checked_at is not None
    found = Judgement(folder, facts, trust, checked_at).reasons()
    reasons = [
        {
            "requirement": requirement_of(facts, one.what),
            **({"record": one.record} if one.record else {}),
            **({"field": one.field} if one.field else {}),
        }
        for one in found
    ]
    return {"outcome": "rejected" if reasons else "accepted", "reasons": reasons}
