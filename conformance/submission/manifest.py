"""Reading ``submission.json``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import convert
from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import SubmissionError, TadpError
from conformance.model.json_text import parse_json
from conformance.model.problem import Document
from conformance.model.requirement import Kind, SetBy
from conformance.model.schema import problems
from conformance.submission.evidence import (
    ABSENT,
    Absent,
    Area,
    Assignment,
    Attestation,
    Delivery,
    Incident,
    Quarantine,
    Replaced,
    Sender,
    ServiceRequest,
    Submission,
    Update,
)
from conformance.submission.moments import parse_moment
from conformance.submission.names import SUBMISSION
from conformance.submission.paths import inside

#: The largest manifest that is read.
MAXIMUM_BYTES = 16 << 20


def load_json(content: Content, schema: str) -> dict[str, Any]:
    """Parse a manifest and validate it.

    Raises:
        SubmissionError: it is too large, not JSON, says something twice, or does not fit
            ``schema``; the error names each entry that does not.
    """
    where = content.name
    try:
        text, value = parse_json(content.read(MAXIMUM_BYTES))
    except ValueError as error:
        raise SubmissionError(str(error), where=where) from None
    found = problems(schema, value)
    if found:
        from conformance.model.lines import lines_of_json

        raise Document(where, text, value, lines_of_json).refused(found, SubmissionError)
    return dict(value)


class Reader:
    """Reads the entries of one manifest, and keeps count of the files that it names.

    Times that state no time zone are on the clocks of ``zone``.
    """

    def __init__(self, root: Path, manifest: Content, zone: str | None = None) -> None:
        self.root = root
        self.zone = zone
        self.where = manifest.name
        self.inputs: list[Content] = [manifest]

    def file(self, name: str | None) -> Content | None:
        """Return the file called ``name``, which must be inside the submission."""
        if name is None:
            return None
        content = inside(self.root, name, self.where)
        if content.name not in [known.name for known in self.inputs]:
            self.inputs.append(content)
        return content

    def moment(self, table: Mapping[str, Any], key: str) -> datetime | None:
        """The moment under ``key``, if there is one."""
        try:
            return parse_moment(table[key], self.where, self.zone) if key in table else None
        except TadpError as error:
            raise SubmissionError(
                f"{key}: {error.what}", where=error.where, remedy=error.remedy
            ) from None

    def attestations(self, table: Mapping[str, Any]) -> tuple[Attestation, ...]:
        """Return the attestations by persons."""
        return tuple(
            Attestation(a["requirement"], a["by"], self.moment(a, "at"), a.get("statement"))
            for a in table.get("attestations", ())
        )


def read_manifest(directory: Path, source: str, zone: str | None = None) -> Submission:
    """Return the submission that ``submission.json`` in ``directory`` describes.

    An email message that it names is not read yet. Times that state no time zone are on the clocks
    of ``zone``.

    Raises:
        SubmissionError: the manifest cannot be read, does not fit its schema, or names a file
            that is missing or outside the directory.
    """
    content = Content.of_input(SUBMISSION, directory / SUBMISSION)
    table = load_json(content.named(f"{source}/{SUBMISSION}"), "submission")
    reader = Reader(directory, content, zone)
    reader.where = f"{source}/{SUBMISSION}"
    submission = described(table, reader, source)
    message = reader.file(table.get("delivery", {}).get("message"))
    return replace(submission, message=message, inputs=tuple(reader.inputs))


def described(table: Mapping[str, Any], reader: Reader, source: str) -> Submission:
    """Return the submission that a manifest, which fits its schema, describes.

    Raises:
        SubmissionError: a time cannot be read, or a file that it names.
    """
    references = table.get("references", {})
    return Submission(
        source=source,
        kind=Kind(table["kind"]),
        root=reader.root,
        edition=table.get("edition"),
        sent_at=reader.moment(table, "sent_at"),
        completed_at=reader.moment(table, "completed_at"),
        sender=_sender(table.get("sender", {})),
        file=reader.file(table.get("file")),
        signature=_signature(reader, table),
        certificate=reader.file(table.get("certificate")),
        delivery=convert(table.get("delivery", {}), Delivery),
        request=_request(reader, references),
        incident=_incident(reader, references),
        quarantine=_quarantine(reader, table.get("quarantine", {})),
        area=convert(table.get("area", {}), Area),
        replaced=_replaced(reader, table),
        attestations=reader.attestations(table),
    )


def read_advice(directory: Path, source: str) -> Quarantine:
    """Read the quarantine in ``submission.json`` in ``directory``, without its report.

    Other files that it names need not be there: who makes the QCAF has the record before the file.

    Raises:
        SubmissionError: the manifest cannot be read, or does not fit its schema.
    """
    content = Content.of_file(f"{source}/{SUBMISSION}", directory / SUBMISSION)
    table = load_json(content, "submission")
    quarantine = {k: v for k, v in table.get("quarantine", {}).items() if k != "report"}
    return _quarantine(Reader(directory, content), quarantine)


def _signature(reader: Reader, table: Mapping[str, Any]) -> Content | Absent | None:
    if "signature" in table and table["signature"] is None:
        return ABSENT
    return reader.file(table.get("signature"))


def _sender(table: Mapping[str, Any]) -> Sender:
    others = {"officers": table.get("aros"), "adt_setters": table.get("sets_adts")}
    return convert({**table, **others}, Sender)


def _request(reader: Reader, references: Mapping[str, Any]) -> ServiceRequest | Absent | None:
    if "smsr" not in references:
        return None
    table = references["smsr"]
    if table is None:
        return ABSENT
    return ServiceRequest(
        table.get("number"),
        reader.moment(table, "raised_at"),
        table.get("via"),
        table.get("catalogue_item"),
    )


def _incident(reader: Reader, references: Mapping[str, Any]) -> Incident | Absent | None:
    if "incident" not in references:
        return None
    table = references["incident"]
    if table is None:
        return ABSENT
    updates, assignments = table.get("updates"), table.get("assignments")
    return Incident(
        table.get("number"),
        None
        if updates is None
        else tuple(Update(reader.moment(u, "at"), u["component"]) for u in updates),
        None
        if assignments is None
        else tuple(Assignment(reader.moment(a, "at"), a["to"]) for a in assignments),
    )


def _quarantine(reader: Reader, table: Mapping[str, Any]) -> Quarantine:
    advice = table.get("advice")
    return Quarantine(
        set_by=SetBy(table["set_by"]) if "set_by" in table else None,
        report=reader.file(table.get("report")),
        advised_at=reader.moment(table, "advised_at"),
        advice=advice if isinstance(advice, dict) else None,
        advice_for_all=advice if isinstance(advice, str) else None,
    )


def _replaced(reader: Reader, manifest: Mapping[str, Any]) -> Replaced | Absent | None:
    if "replaces" not in manifest:
        return None
    table = manifest["replaces"]
    if table is None:
        return ABSENT
    file = reader.file(table["file"])
    assert file is not None  # noqa: S101 - the schema requires a name
    removed = table.get("removed", ())
    return Replaced(file, None if removed == "all" else frozenset(map(tuple, removed)))
