"""Read the golden cases, and build the submission that each describes.

What a case leaves out is taken from a complete, conforming submission of its kind, written out
below: `manifest` is merged over it (objects member by member, all else replaced; null is a value,
and says "there is none"), and then the members that `without` names are taken out. `[let]` of a
file names strings for `{name}` in its CSV; `{0*12}` is twelve zeros. `[usual]` has what its cases
say unless they say otherwise, and `[profiles]` names profiles that several of them have.
"""

from __future__ import annotations

import copy
import json
import re
import tomllib
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from . import pki

FOLDER = Path(__file__).parent
U = "70-00-00-00-00-00-00-0A"
REQUEST = U + ":00-DB-12-34-56-78-90-A1:1001,7.2,42,2025-06-01T08:00:00Z,"
BREACH = {"user": "ADUserThresholdBreach", "dcc": "ADDCCThresholdBreach"}
KEYS = {
    "id", "title", "kind", "csv", "encoding", "signed", "signing", "report", "manifest", "without",
    "profile", "readings", "fails", "place", "count", "passes", "not_shown", "attested",
    "not_applicable", "why", "edition", "set_by", "email", "message", "previous", "items_without",
    "via", "template", "filled_in", "through", "area", "folders_without", "verdict", "rests_on",
}  # fmt: skip

Case = dict[str, Any]


def load() -> list[Case]:
    """Every case of every file of cases beside this one, with the strings of `[let]` put in."""
    cases = []
    for path in sorted(FOLDER.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        names, profiles = data.get("let", {}), data.get("profiles", {})
        for stated in data.get("case", ()):
            case = data.get("usual", {}) | stated
            unknown = set(case) - KEYS
            assert not unknown, f"{path.name}, {case['id']}: unknown keys {sorted(unknown)}"
            for name in ("csv", "report", "previous"):
                if name in case:
                    case[name] = spelt_out(case[name], names)
            if "profile" in case:
                case["profile"] = profiles.get(case["profile"], case["profile"])
            if "area" in case:
                case["area"] = [[spelt_out(text, names) for text in pair] for pair in case["area"]]
            cases.append(case)
    return cases


def spelt_out(text: str, names: dict[str, str]) -> str:
    """`text` with `{name}` and `{digit*times}` written out."""
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    text = re.sub(r"\{(\d)\*(\d+)\}", lambda m: m[1] * int(m[2]), text)
    assert "{" not in text, text
    return text


def default_csv(kind: str, set_by: str) -> tuple[str, str]:
    """The file of a conforming submission, and the report that goes with a QCAF."""
    if kind == "adt":
        return f"{U},IS,7.1,24,80,100\n{U},IS,,168,4000,5000\n", ""
    row = REQUEST + BREACH[set_by]
    return (f"{row},\n" if kind == "report" else f"{row},Release\n"), f"{row},\n"


def default_manifest(kind: str, set_by: str, old: bool, by_email: bool) -> dict[str, Any]:
    """A complete, conforming `submission.json`."""
    number = "REQ000000000001" if kind == "adt" else "REQ000000000002"
    word = "ADT" if kind == "adt" else "QCAF"
    base = "Anomaly Detection Files"
    folder = {"ADT": "ADT File Submissions/Submitted", "QCAF": "QCAF Submissions/Submitted QCAF"}
    name = f"{U}\u2013{number}-{word}"
    subject = number if kind == "adt" else f"INC000000000042 {number}"
    incident = {
        "number": "INC000000000042",
        "updates": [
            {"at": "2025-06-02T09:40:00Z", "component": "Update Service Management Incident"}
        ],
        "assignments": [{"at": "2025-06-02T09:45:00Z", "to": "Service Desk" if old else "DCC"}],
    }
    made: dict[str, Any] = {"submission": 1, "kind": kind, "sent_at": "2025-06-02T10:00:00Z"}
    if old:
        made["edition"] = "v2.0"
    made["sender"] = {
        "party": "Golden Energy Limited (test)",
        "party_eui64": U,
        "user_id": U,
        "user_role": "IS",
        "aros": [{"credential": pki.ARO}],
        "sets_adts": [{"user_id": U, "user_role": "IS", "file": "adt.csv"}],
    }
    if kind in ("report", "incident"):
        del made["sender"]["aros"], made["sender"]["sets_adts"]
        made |= {"references": {"incident": incident}} if kind == "incident" else {}
        made |= {"quarantine": {"set_by": set_by}} if kind == "report" else {}
        return made
    if old or by_email:
        made["delivery"] = {
            "method": "email",
            "name": name,
            "subject": subject,
            "body": f"Please find attached our {word}, {number}.",
            "recipients": ["ServiceCentre@smartdcc.co.uk"],
        }
        if not old:
            made["delivery"]["primary_unavailable"] = True
    else:
        made["delivery"] = {"method": "sharepoint", "folder": f"{base}/{folder[word]}"}
        made["delivery"]["name"] = name
        if kind == "qcaf":
            made["delivery"]["subject"] = "INC000000000042"
    made["references"] = {
        "smsr": {
            "number": number,
            "raised_at": "2025-06-02T09:30:00Z",
            "via": "SSI",
            "catalogue_item": "ADT File Submission" if kind == "adt" else "QCAF Submission",
        }
    }
    if kind == "adt":
        made["area"] = {"live_user_ids": [U], "live": [f"{U}\u2013REQ000000000000-ADT"]}
        return made
    made["completed_at"] = "2025-06-02T11:00:00Z"
    made["references"]["incident"] = incident
    made["quarantine"] = {"set_by": set_by, "report": "report.csv"}
    if set_by == "dcc":
        made["quarantine"] |= {"advised_at": "2025-06-02T09:00:00Z", "advice": "Release"}
    return made


def merged(below: Any, above: Any) -> Any:
    """`above` over `below`: objects member by member; anything else replaces."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return copy.deepcopy(above)
    return below | {name: merged(below.get(name), value) for name, value in above.items()}


def build(case: Case, folder: Path) -> list[str]:
    """Write the case's directory, `folder/case`, and return the arguments of `tadp check`."""
    target = folder / "case"
    target.mkdir()
    if case["kind"] == "publication":
        manifest = publication(case, target)
    elif case["kind"] == "area":
        manifest = area(case, target)
    else:
        manifest = submission(case, target)
    digest = pki.signer("good", "ec", None, None).digest
    extra = json.loads(case.get("manifest", "{}").replace("@SHA256@", digest))
    if "set_by" in case and isinstance(extra.get("quarantine", {}).get("advice"), dict):
        manifest["quarantine"].pop("advice", None)
    manifest = merged(manifest, extra)
    for path in case.get("without", []):
        *outer, last = path.split(".")
        inner = manifest
        for name in outer:
            inner = inner[name]
        del inner[last]
    name = case["kind"] if case["kind"] in ("publication", "area") else "submission"
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    (target / f"{name}.json").write_text(text, encoding="utf-8")
    return [str(target), *options(case, folder)]


def options(case: Case, folder: Path) -> list[str]:
    """The options: trust anchor, revocation lists, the time of checking, a profile."""
    signing = case.get("signing", {})
    made = ["--format", "json", "--at", "2025-06-02T12:00:00Z"]
    if signing.get("trust") != "none":
        (folder / "root.pem").write_bytes(pki.root()[0].public_bytes(pki.PEM))
        made += ["--trust", str(folder / "root.pem")]
    state = signing.get("crl", "good")
    if state != "none":
        lists = pki.revocation_list(state, signing.get("certificate", "good"))
        (folder / "lists.pem").write_bytes(lists)
        made += ["--crl", str(folder / "lists.pem")]
    if "profile" in case or "readings" in case:
        readings = "".join(f'{name} = "{value}"\n' for name, value in case["readings"].items()) \
            if "readings" in case else ""  # fmt: skip
        text = 'profile = "golden"\ntitle = "Golden"\nversion = "1"\nextends = "reference"\n'
        text += f"[readings]\n{readings}" if readings else ""
        (folder / "golden.toml").write_text(text + case.get("profile", ""), encoding="utf-8")
        made += ["--profile", str(folder / "golden.toml")]
    return made


def publication(case: Case, target: Path) -> dict[str, Any]:
    """Files and manifest of a publication."""
    columns = "UserID,UserRole,ServiceReferenceVariant,TimePeriodHours,WarningThreshold,"
    template = case.get("template", columns + "AnomalyDetectionThreshold\n")
    (target / "template.csv").write_bytes(template.encode())
    (target / "filled-in.csv").write_bytes(
        case.get("filled_in", f"{U},IS,7.1,24,80,100\n").encode()
    )
    items: list[dict[str, Any]] = []
    for item in ("setting-guidance", "template", "submitting-guidance"):
        if item in case.get("items_without", []):
            continue
        entry = {"item": item, "via": case.get("via", {}).get(item, ["SSI"])}
        if item == "template":
            entry |= {"file": "template.csv", "filled_in": "filled-in.csv"}
        else:
            entry["file"] = f"{item}.txt"
            (target / f"{item}.txt").write_text("Guidance (test).\n", encoding="utf-8")
        items.append(entry)
    return {
        "publication": 1,
        "edition": case.get("edition", "mp109"),
        "published_at": "2025-06-01T09:00:00Z",
        "items": items,
    }


def area(case: Case, target: Path) -> dict[str, Any]:
    """Folders and files of an area, each with its signature beside it; what reports it."""
    for folder in (
        "ADT File Submissions/Archive", "ADT File Submissions/Live",
        "ADT File Submissions/Submitted", "QCAF Submissions/Archive QCAF",
        "QCAF Submissions/Submitted QCAF",
    ):  # fmt: skip
        if folder not in case.get("folders_without", []):
            (target / folder).mkdir(parents=True)
    for name, content in case["area"]:
        other = content.startswith("70-00-00-00-00-00-00-0C")
        who = pki.signer("other-eui" if other else "good", "ec", None, None)
        (target / name).write_bytes(content.encode())
        made = pki.container(content.encode(), who, False, {})
        (target / f"{name}.p7s").write_bytes(made)
    return {"area": 1, "copied_at": "2025-06-02T10:00:00Z", "live_user_ids": [U], "requests": []}


def submission(case: Case, target: Path) -> dict[str, Any]:
    """Files and manifest of a submission."""
    kind, set_by = case["kind"], case.get("set_by", "user")
    old = case.get("edition") == "v2.0"
    manifest = default_manifest(kind, set_by, old, case.get("email", False))
    if kind == "incident":
        return manifest
    csv, report = default_csv(kind, set_by)
    content = case.get("csv", csv).encode(case.get("encoding", "utf-8"))
    if kind == "qcaf":
        assert "report" in case or "csv" not in case, case["id"]
        (target / "report.csv").write_bytes(case.get("report", report).encode())
    if "previous" in case:
        (target / "previous.csv").write_bytes(case["previous"].encode())
        manifest["replaces"] = {"file": "previous.csv"}
    sign(case, content, manifest, target)
    if "message" in case:
        manifest["delivery"]["message"] = "message.eml"
        (target / "message.eml").write_bytes(message(case["message"], manifest, target))
    return manifest


def sign(case: Case, content: bytes, manifest: dict[str, Any], target: Path) -> None:
    """Write the file with its signature as the case says, and name both in the manifest."""
    kind, signing = case["kind"], case.get("signing", {})
    signed = case.get("signed", "none" if kind == "report" else "cms-detached")
    file = target / f"{kind}.csv"
    file.write_bytes(content)
    manifest["file"] = file.name
    if signed == "none":
        manifest |= {} if kind == "report" else {"signature": None}
        return
    who = pki.signer(
        signing.get("certificate", "good"), signing.get("key", "ec"),
        signing.get("not_before"), signing.get("not_after"),
    )  # fmt: skip
    if signed == "raw-detached":
        manifest |= {"signature": "adt.csv.sig", "certificate": "signer.pem"}
        (target / "adt.csv.sig").write_bytes(pki.value(who, content))
        (target / "signer.pem").write_bytes(who.certificate.public_bytes(pki.PEM))
        return
    attached = signed == "cms-attached"
    over = signed_bytes(content, signing)
    made = pki.container(over, who, attached, signing)
    if attached and over != content:
        assert made.count(over) == 1
        assert len(over) == len(content)
        made = made.replace(over, content)
    if signing.get("forgery") == "stripped":
        content, made = pki.stripped(made)
        file.write_bytes(content)
    if signing.get("certificate_beside"):
        manifest["certificate"] = "signer.pem"
        chain = (who.certificate, *who.above)
        (target / "signer.pem").write_bytes(b"".join(c.public_bytes(pki.PEM) for c in chain))
    container = file.with_name(file.name + (".p7m" if attached else ".p7s"))
    container.write_bytes(as_sent(made, who, signing))
    manifest["file" if attached else "signature"] = container.name
    if attached:
        file.unlink()


def signed_bytes(content: bytes, signing: dict[str, Any]) -> bytes:
    """Return the bytes that are signed: the file, unless the case says otherwise."""
    if signing.get("over") == "crlf-copy":
        return content.replace(b"\n", b"\r\n")
    if signing.get("over") == "other-file":
        return b"another file\n"
    return signing["signed_csv"].encode() if "signed_csv" in signing else content


def as_sent(made: bytes, who: pki.Signer, signing: dict[str, Any]) -> bytes:
    """The container with what was done to it after signing."""
    match signing.get("tamper"):
        case "signature":
            return pki.changed(made, who)
        case "text":
            return b"Signed: A. Person\n"
        case "cut":
            return made[: len(made) // 2]
    encodings = {"der": bytes, "pem": pki.armoured, "ber": pki.indefinite}
    return encodings[signing.get("encoding", "der")](made)


def message(said: dict[str, str], manifest: dict[str, Any], target: Path) -> bytes:
    """An email message with the file and its signature attached."""
    mail = EmailMessage()
    mail["From"] = "aro@supplier.example"
    mail["To"] = said["to"]
    mail["Subject"] = said["subject"]
    mail["Date"] = "Mon, 02 Jun 2025 10:00:00 +0000"
    mail["Message-ID"] = "<golden@supplier.example>"
    mail.set_content(said["body"], cte=said.get("transfer", "7bit"))
    for member in ("file", "signature"):
        path = target / manifest[member]
        mail.add_attachment(
            path.read_bytes(), maintype="application", subtype="octet-stream", filename=path.name
        )
    return mail.as_bytes()
