"""Receivers with a hole smaller than a requirement: they look at most of what it is about.

Each is our own checker, which passes over some of what it found, or takes exception to what it
should not. None depends on the words of a profile.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from conformance.checker import Checked
from conformance.content import Content
from conformance.findings import Finding
from conformance.model.requirement import Requirement
from tests.assessment.implementations import holed

Message = dict[str, Any]
Answer = dict[str, Any]
#: Control characters that a receiver may look for alone.
_WELL_KNOWN = frozenset(b"\0\f\x1b")
#: The others, but CR and LF, which separate records.
CONTROLS = frozenset(range(0x20)) - _WELL_KNOWN - frozenset(b"\n\r") | {0x7F}
#: The code of the character that a finding names.
_CODE = re.compile(r"\(0x([0-9A-F]{2})\)")
_OFFSET = re.compile(rb'[+-]\d\d:\d\d"')
#: How an element of indefinite length begins, as an encoding in BER does.
_INDEFINITE = b"\x30\x80"


class Found(Struct, frozen=True):
    """One thing that is wrong with a submission."""

    result: Checked
    requirement: Requirement
    finding: Finding

    def by(self, check: str) -> bool:
        """Return True if ``check`` found it."""
        return check in self.requirement.checks

    @property
    def records(self) -> list[bytes]:
        """The records of the file that was sent, which is not inside of a message."""
        file = self.result.submission.file
        return file.read(1 << 20).split(b"\n") if file is not None else []

    @property
    def record(self) -> bytes:
        """The record in which it is."""
        return self.records[(self.finding.place.record or 1) - 1]

    @property
    def what(self) -> str:
        return str(self.finding.found)


def _as_another(found: Found) -> bool:
    return found.by("unique-key") and found.records.count(found.record) == 1


def _of_another_record(found: Found) -> bool:
    return found.by("unique-key") and found.record != found.records[0]


def _after(found: Found, record: int) -> bool:
    return (found.finding.place.record or 0) > record


def _character(found: Found, which: Collection[int]) -> bool:
    code = _CODE.search(found.what)
    return found.by("characters") and code is not None and int(code[1], 16) in which


def _digest(found: Found, name: str) -> bool:
    return found.by("signature-verifies") and found.what == name


def _of_a_ca(found: Found) -> bool:
    revoked = "revoked" in found.finding.message and "Issuing CA" in found.what
    return found.by("certificate-valid") and revoked


def _of_role(found: Found, role: str) -> bool:
    return found.by("eligible-variant") and f"User Role {role} " in found.finding.message


def _advised_once(found: Found) -> bool:
    once = found.result.submission.quarantine.advice_for_all is not None
    return found.by("actions-match-advice") and once


#: Requirements that are passed over, by the name of the hole.
PASSES: Mapping[str, Callable[[Found], bool]] = {
    "sees a key twice in equal records alone": _as_another,
    "sees the key of the first record again alone": _of_another_record,
    "looks at the first hundred records": partial(_after, record=100),
    "looks for NUL, FF and ESC alone": partial(_character, which=CONTROLS),
    "takes SHA-384": partial(_digest, name="SHA-384"),
    "takes SHA-512": partial(_digest, name="SHA-512"),
    "looks for the signer alone on revocation lists": _of_a_ca,
    "looks at advice for each communication alone": _advised_once,
    **{
        f"lets {role} send anything": partial(_of_role, role=role)
        for role in ("IS", "ES", "GS", "ED", "GT", "RSA", "OU")
    },
    **{
        f"takes {code:#04x}": partial(_character, which={code})
        for code in sorted(CONTROLS | _WELL_KNOWN)
    },
}


def passing(result: Checked, *holes: str) -> dict[str, Answer]:
    """Return the answers of receivers that pass over some of what is wrong, by the hole."""
    answer, roots = holed.answer_to(result), result.roots
    everything = {r["requirement"] for r in answer["reasons"]}

    def kept(hole: str) -> set[str]:
        return {
            root.requirement.id
            for root in roots
            if not all(PASSES[hole](Found(result, root.requirement, f)) for f in root.findings)
        }

    return {hole: holed.without(answer, *(everything - kept(hole))) for hole in holes}


def ignoring_offsets(result: Checked, message: Message) -> Answer:
    """The answer of a receiver that takes the times of every zone for UTC."""
    manifest = Path(message["folder"]) / message["manifest"]
    if not manifest.is_file() or not _OFFSET.search(manifest.read_bytes()):
        return holed.answer_to(result)
    changed = manifest.parent.with_name(f"{message['id']}-in-utc")
    shutil.copytree(manifest.parent, changed)
    text = (changed / manifest.name).read_bytes()
    (changed / manifest.name).write_bytes(_OFFSET.sub(b'Z"', text))
    return holed.complete({**message, "folder": str(changed)})


def refusing_ber(result: Checked, _: Message) -> Answer:
    """The answer of a receiver that reads DER alone."""
    files = (result.submission.file, result.submission.signature)
    heads = [file.read(1 << 20)[:2] for file in files if isinstance(file, Content)]
    if _INDEFINITE in heads:
        return {"outcome": "rejected", "reasons": [{"requirement": "4.8(a)-1"}]}
    return holed.answer_to(result)


#: Receivers that judge otherwise, by the name of the hole.
JUDGES: Mapping[str, Callable[[Checked, Message], Answer]] = {
    "takes the times of every zone for UTC": ignoring_offsets,
    "refuses BER": refusing_ber,
}


def answers(result: Checked, message: Message) -> dict[str, Answer]:
    """The answer of each of these receivers, by its hole."""
    return passing(result, *PASSES) | {
        hole: judge(result, message) for hole, judge in JUDGES.items()
    }


def __getattr__(name: str) -> Any:
    if name in JUDGES:
        return lambda message: JUDGES[name](holed.checked(message), message)
    if name in PASSES:
        return lambda message: passing(holed.checked(message), name)[name]
    raise AttributeError(name)
