"""Tasks for a submitter, made from the conforming cases."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from conformance.assessment.authority import Authority, Credentials
from conformance.assessment.corpus import Case, Corpus
from conformance.assessment.messages import VERSION
from conformance.assessment.neutral import Job, Workspace, profile_under
from conformance.model.catalogue import Catalogue
from conformance.model.column import Role
from conformance.model.profile import FileFormat, Profile
from conformance.model.requirement import Kind, Requirement
from conformance.signature import SignedInput, open_file
from conformance.submission.hints import CliHints
from conformance.submission.manifest import MAXIMUM_BYTES
from conformance.submission.reading import read_submission

#: The checks of what a profile forbids across fields and records.
_RULES = frozenset({"unique-key", "compare", "one-sender", "eligible-variant", "profile-rules"})
#: Entries of ``submission.json`` that the task gives by themselves, or the submitter writes.
_OWN = frozenset({"submission", "kind", "edition", "sent_at", "sender", "delivery", "references",
                  "file", "signature", "certificate"})  # fmt: skip


def refusals(corpus: Corpus, catalogue: Catalogue) -> list[Case]:
    """Return cases whose tasks a submitter has to refuse, the first for each requirement.

    The certificate was revoked, a communication is released too late, or the profile has a rule
    across fields or records against it.
    """
    found: dict[str, Case] = {}
    for case in corpus.cases:
        if len(case.roots) == 1 and not case.readings:
            requirement = catalogue.requirement(case.roots[0])
            if requirement is not None and _is_refused(case, requirement):
                found.setdefault(case.roots[0], replace(case, refused=True))
    return list(found.values())


def _is_refused(case: Case, requirement: Requirement) -> bool:
    ruled = case.kind is Kind.ADT and not _RULES.isdisjoint(requirement.checks)
    return ruled or "no-late-release" in requirement.checks or _is_revoked(case)


def _is_revoked(case: Case) -> bool:
    return case.mutation.get("operator") == "certificate-valid/revoked"


class Task(Struct, frozen=True):
    """A task, and what must come of it: the manifest's other entries, files, and records."""

    case: Case
    job: Job
    entries: Mapping[str, Any]
    beside: Mapping[str, bytes]
    records: tuple[tuple[str, ...], ...]


def make_task(
    case: Case, identifier: str, workspace: Workspace, means: tuple[Authority, Profile]
) -> Task:
    """A task that asks for what ``case`` holds, to be signed with a key of its own."""
    authority, profile = means
    manifest = json.loads(case.submission.content("submission.json").read(MAXIMUM_BYTES))
    with case.submission.on_disk() as folder:
        records = records_of(folder, profile)
    user_id = manifest["sender"]["user_id"]
    numbers = range(1, profile.signature.signers.minimum + 1)
    credentials, *others = (
        authority.issue(user_id, number, revoked=number == 1 and _is_revoked(case))
        for number in numbers
    )
    manifest["sender"] = {
        **manifest["sender"],
        "aros": [
            {"credential": f"aro-{number}", "certificate_sha256": one.sha256}
            for number, one in enumerate((credentials, *others), 1)
        ],
    }
    home = workspace.folder / identifier
    written = home / "submission"
    written.mkdir(parents=True)
    message = {
        "tadp": VERSION,
        "type": "task",
        "id": identifier,
        "folder": str(written),
        "inputs": str(home / "inputs"),
        "kind": case.kind.value,
        "edition": case.edition,
        **{key: manifest[key] for key in ("sent_at", "sender", "delivery", "references")},
        "known": {k: v for k, v in manifest.items() if k not in _OWN},
        "key": credentials.key,
        "certificate": credentials.certificate,
        "chain": credentials.chain,
        "crls": authority.crl_text(),
        **({"cosigners": [_asdict(one) for one in others]} if others else {}),
        "profile": str(profile_under({}, workspace)),
    }
    used = {manifest.get(key) for key in ("file", "signature", "certificate")}
    beside = {
        name: case.submission.content(name).read(MAXIMUM_BYTES)
        for name in case.submission.names()
        if name not in used and name != "submission.json"
    }
    asked = _asked(case, records, beside, manifest, profile.files[case.kind])
    message |= asked
    _write_inputs(home / "inputs", asked, (credentials, *others))
    (home / "inputs" / "crls.pem").write_text(message["crls"], "ascii")
    entries = {k: v for k, v in manifest.items() if k not in ("file", "signature", "certificate")}
    job = Job(identifier, home, message, "assess-done")
    return Task(case, job, entries, beside, records)


def _asked(
    case: Case,
    records: tuple[tuple[str, ...], ...],
    beside: Mapping[str, bytes],
    manifest: Mapping[str, Any],
    form: FileFormat,
) -> dict[str, Any]:
    if case.kind is Kind.ADT:
        return {"thresholds": [[field or None for field in record] for record in records]}
    keys = [form.index(name) for name in form.key]
    action = form.index_of_role(Role.ACTION)
    report = beside[manifest["quarantine"]["report"]]
    return {
        "report": base64.b64encode(report).decode(),
        "actions": {
            ", ".join(record[key] for key in keys): record[action]
            for record in records
            if action is not None
        },
    }


def _asdict(one: Credentials) -> dict[str, str]:
    return {"key": one.key, "certificate": one.certificate, "chain": one.chain}


def _write_inputs(folder: Path, asked: Mapping[str, Any], signers: tuple[Credentials, ...]) -> None:
    """The same as in the message, as files that a shell can use."""
    folder.mkdir()
    texts: dict[str, str] = {}
    for number, one in enumerate(signers, 1):
        which = "" if number == 1 else f"-{number}"
        texts |= {f"{name}{which}.pem": text for name, text in _asdict(one).items()}
    if "thresholds" in asked:
        rows = ["\t".join(field or "" for field in row) + "\n" for row in asked["thresholds"]]
        texts["thresholds.tsv"] = "".join(rows)
    else:
        (folder / "report.csv").write_bytes(base64.b64decode(asked["report"]))
        rows = [f"{request},{action}\n" for request, action in asked["actions"].items()]
        texts["actions.csv"] = "".join(rows)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")


def records_of(folder: Path, profile: Profile) -> tuple[tuple[str, ...], ...]:
    """The fields of the records of the signed file in a submission; none if there is no file."""
    submission = read_submission(str(folder), CliHints(), profile)
    if submission.file is None:
        return ()
    opened = open_file(SignedInput(submission.file), profile.signature).data
    data = (opened or submission.file).read(1 << 24)
    text = data.decode("utf-8", "replace").removesuffix("\n")
    return tuple(tuple(record.split(",")) for record in text.split("\n"))
