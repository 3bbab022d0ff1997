"""A receiver around OpenSSL, for ndjson: a line with a submission in, a line with an answer out."""

import hashlib
import json
import re
import ssl
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

ID = r"(?:[0-9A-F]{2}-){7}[0-9A-F]{2}"
SRV = r"\d{1,2}\.\d{1,2}(?:\.\d{1,2})?"
NUMBER = r"(?:0|[1-9]\d{0,8})"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
BREACH = r"(?:ADUserThreshold|ADDCCThreshold|ADAttributeLimits)(?:Breach|Breaches)"
RECORD = {
    "adt": rf"{ID},(?:IS|ES|GS|ED|GT|RSA|OU),(?:{SRV})?,[1-9]\d{{0,2}},{NUMBER}?,{NUMBER}",
    "qcaf": rf"{ID}:{ID}:\d{{1,20}},{SRV},\d{{1,20}},{TIME},{BREACH},(?:Release|Delete)",
}


def openssl(*words: object) -> bytes | None:
    """What OpenSSL writes, or nothing if it is not content."""
    done = subprocess.run(["openssl", *map(str, words)], capture_output=True)  # noqa: S603, S607, PLW1510 - words, not a shell's line
    return done.stdout if done.returncode == 0 else None


def signed_by_an_aro(message: dict, manifest: dict, work: Path) -> bytes | None:
    """The bytes that are signed, if clause 4.8(a) is kept to."""
    folder = Path(message["folder"])
    container = folder / manifest.get("signature", manifest["file"])
    content = ["-content", folder / manifest["file"]] if "signature" in manifest else []
    form = "PEM" if container.read_bytes().startswith(b"-----BEGIN") else "DER"
    sent = int(datetime.fromisoformat(manifest["sent_at"]).timestamp())
    trust, signer = work / "trust.pem", work / "signer.pem"
    trust.write_bytes(Path(message["anchors"]).read_bytes() + Path(message["crls"]).read_bytes())
    command = ["cms", "-verify", "-binary", "-purpose", "any", "-inform", form, "-in", container]
    command += [*content, "-crl_check_all", "-use_deltas", "-CAfile", trust]
    command += ["-attime", sent, "-signer", signer]
    data = openssl(*command)
    if data is None or signer.read_text("ascii").count("BEGIN") != 1:
        return None
    uses = "keyUsage,basicConstraints,extendedKeyUsage"
    usage = openssl("x509", "-in", signer, "-noout", "-ext", uses) or b""
    der = ssl.PEM_cert_to_DER_cert(signer.read_text("ascii"))
    known = {aro.get("certificate_sha256") for aro in manifest["sender"]["aros"]}
    good = b"Digital Signature" in usage and not re.search(b"CA:TRUE|Extended", usage)
    return data if good and hashlib.sha256(der).hexdigest() in known else None


def receive(message: dict) -> dict:
    """Accept or reject a submission."""
    manifest = json.loads((Path(message["folder"]) / "submission.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as work:
        data = signed_by_an_aro(message, manifest, Path(work))
    if data is None:
        return {"outcome": "rejected", "reasons": [{"clause": "4.8(a)"}]}
    pattern = re.compile(RECORD[manifest["kind"]].encode())
    records = data.removesuffix(b"\n").split(b"\n")
    if not all(pattern.fullmatch(record) for record in records):
        return {"outcome": "rejected", "reasons": [{"clause": "4.8(b)"}]}
    return {"outcome": "accepted"}


for line in sys.stdin:
    request = json.loads(line)
    if request["type"] == "hello":
        answer = {"type": "hello", "name": "receiver.py", "version": "1"}
    else:
        answer = {"type": "answer", "id": request["id"], **receive(request)}
    print(json.dumps({"tadp": 1, **answer}), flush=True)
