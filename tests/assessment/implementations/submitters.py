"""Submitters for ``python:``, one that does all that is asked, and others with one vice each."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7

Message = dict[str, Any]
WRITTEN = {"outcome": "written"}


def rows_of(task: Message) -> list[list[str]]:
    if "thresholds" in task:
        return [[field or "" for field in row] for row in task["thresholds"]]
    lines = base64.b64decode(task["report"]).decode("ascii").splitlines()
    rows = [line.split(",") for line in lines]
    return [[*row[:-1], task["actions"][row[0]]] for row in rows]


def file_of(task: Message) -> bytes:
    return "".join(",".join(row) + "\n" for row in rows_of(task)).encode("ascii")


def write(task: Message, data: bytes, key: Any = None, cosigners: Sequence[Any] = ()) -> None:
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    certificate = x509.load_pem_x509_certificate(task["certificate"].encode())
    own = serialization.load_pem_private_key(task["key"].encode(), None)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data)
    builder = builder.add_signer(certificate, key or own, hashes.SHA256())  # type: ignore[arg-type]
    for other in cosigners:
        certificate = x509.load_pem_x509_certificate(other["certificate"].encode())
        own = serialization.load_pem_private_key(other["key"].encode(), None)
        builder = builder.add_signer(certificate, own, hashes.SHA256())  # type: ignore[arg-type]
    signature = builder.sign(serialization.Encoding.DER, options)
    file = Path(task["folder"]) / f"{task['kind']}.csv"
    file.write_bytes(data)
    file.with_name(file.name + ".p7s").write_bytes(signature)


def does_all(task: Message) -> Message:
    write(task, file_of(task))
    return WRITTEN


def signs_with_all(task: Message) -> Message:
    write(task, file_of(task), cosigners=task["cosigners"])
    return WRITTEN


def refuses_everything(_: Message) -> Message:
    return {"outcome": "refused", "reason": "not today"}


def is_revoked(task: Message) -> str:
    certificate = x509.load_pem_x509_certificate(task["certificate"].encode())
    listed = x509.load_pem_x509_crl(task["crls"].encode())
    found = listed.get_revoked_certificate_by_serial_number(certificate.serial_number)
    return "the certificate was revoked" if found else ""


def is_forbidden(task: Message) -> str:
    if "thresholds" not in task:
        return ""
    rows = rows_of(task)
    keys = {tuple(row[:4]) for row in rows}
    above = any(row[4] and int(row[4]) > int(row[5]) for row in rows)
    others = {row[0] for row in rows} - {task["sender"]["user_id"]}
    return "a rule forbids it" if len(keys) < len(rows) or above or others else ""


def is_late(task: Message) -> str:
    if "Release" not in task.get("actions", {}).values():
        return ""
    sent = datetime.fromisoformat(task["sent_at"])
    times = [datetime.fromisoformat(row[3]) for row in rows_of(task)]
    return "more than 120 hours ago" if sent - min(times) > timedelta(hours=120) else ""


def refusing(task: Message, *looks: Callable[[Message], str]) -> Message:
    reasons = [reason for look in looks if (reason := look(task))]
    return {"outcome": "refused", "reason": reasons[0]} if reasons else does_all(task)


def refuses_what_it_must(task: Message) -> Message:
    return refusing(task, is_revoked, is_forbidden, is_late)


def ignores_revocation(task: Message) -> Message:
    return refusing(task, is_forbidden, is_late)


def ignores_rules(task: Message) -> Message:
    return refusing(task, is_revoked, is_late)


def releases_late(task: Message) -> Message:
    return refusing(task, is_revoked, is_forbidden)


def stops_after_a_hundred_records(task: Message) -> Message:
    if "thresholds" in task:
        task = {**task, "thresholds": task["thresholds"][:100]}
    return refuses_what_it_must(task)


def leaves_a_null_out(task: Message) -> Message:
    write(task, file_of(task).replace(b",,", b","))
    return WRITTEN


def signs_nothing(task: Message) -> Message:
    (Path(task["folder"]) / f"{task['kind']}.csv").write_bytes(file_of(task))
    return WRITTEN


def signs_with_a_key_of_its_own(task: Message) -> Message:
    write(task, file_of(task), ec.generate_private_key(ec.SECP256R1()))
    return WRITTEN


def writes_crlf(task: Message) -> Message:
    write(task, file_of(task).replace(b"\n", b"\r\n"))
    return WRITTEN


def leaves_a_record_out(task: Message) -> Message:
    write(task, file_of(task).partition(b"\n")[2])
    return WRITTEN


def writes_nothing(_: Message) -> Message:
    return WRITTEN


def writes_no_manifest(task: Message) -> Message:
    write(task, file_of(task))
    (Path(task["folder"]) / "submission.json").write_text("[]")
    return WRITTEN


def writes_adt_files_only(task: Message) -> Message:
    if task["kind"] != "adt":
        return {"outcome": "skipped", "reason": "no QCAF"}
    return does_all(task)


def does_all_apart(task: Message) -> Message:
    """Under the profile apart: the QCAF begins with the action, the signature is a bare value."""
    if "thresholds" in task:
        rows = [[field or "" for field in row] for row in task["thresholds"]]
    else:
        lines = base64.b64decode(task["report"]).decode("ascii").splitlines()
        rows = [[task["actions"][row[2]], *row] for row in (line.split(",") for line in lines)]
    data = "".join(",".join(row) + "\n" for row in rows).encode("ascii")
    key = serialization.load_pem_private_key(task["key"].encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    file = Path(task["folder"]) / f"{task['kind']}.csv"
    file.write_bytes(data)
    file.with_name(file.name + ".sig").write_bytes(key.sign(data, ec.ECDSA(hashes.SHA256())))
    file.with_name(file.name + ".pem").write_text(task["certificate"])
    return WRITTEN
