"""Large submissions, written to disk record by record, in constant memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import chain, islice, tee
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.findings import Progress
from conformance.model.requirement import Kind
from conformance.records import assembly
from conformance.signature.record import SEPARATOR
from generators.draft import Draft, Ground
from generators.scenario import Scenario
from generators.signed import Digested, SignedStream
from generators.signing import Signing, sign_stream
from generators.teller import REPORT, Teller
from generators.together import ordered

#: Records from which on a submission is streamed rather than held in memory.
LARGE = 20_000
#: Records gathered before they are written.
BLOCK = 2000


def write_large(scenario: Scenario, ground: Ground, folder: Path, progress: Progress) -> None:
    """Write the submission of ``scenario`` into ``folder``.

    ``progress`` is called for every record. The manifest is that of a small submission of the same
    scenario; DCC's advice, where there is any, is for its few communications.

    Raises:
        TadpError: the scenario cannot be streamed.
    """
    if scenario.kind not in (Kind.ADT, Kind.QCAF, Kind.REPORT):
        raise TadpError(f"a {scenario.kind.label} has no records")
    teller = Teller(scenario, ground)
    teller = Teller(replace(scenario, records=teller.usual_count(min(scenario.records, 4))), ground)
    draft = teller.draft()
    folder.mkdir(parents=True, exist_ok=True)
    rows = Teller(scenario, ground).records()
    plain = folder / draft.file_name
    report = folder / REPORT if scenario.kind is Kind.QCAF else None
    bare = teller.layout(scenario.kind).readings["final-line-feed"] == "separator"
    container = draft.signing.kind if draft.signing else None
    # A signature that is a record needs a line of its own; the file ends as it did without it.
    lined = bare and container is not None and container.own_line
    lines = _lines(rows, teller, report, progress)
    file = _write(chain(lines, [SEPARATOR] if lined else []), plain, draft.signing)
    signed: SignedStream | None = None
    if draft.signing is not None and draft.signed_at is not None:
        signed = sign_stream(draft.file_name, file, draft.signing, draft.signed_at)
        if lined:
            signed = replace(signed, after=signed.after.removesuffix(SEPARATOR))
        _enclose(plain, folder / signed.file_name, signed)
    small = {name for name in draft.files if name != REPORT}
    _write_rest(draft, folder, signed, small)


def _lines(
    rows: Iterator[list[str]], teller: Teller, report: Path | None, progress: Progress
) -> Iterator[bytes]:
    """The file, piece by piece; the report is written on the way."""
    kind = teller.scenario.kind
    layout, others, counted = (
        teller.layout(kind),
        teller.envelope(kind).of,
        _counted(rows, progress),
    )
    if report is None:
        yield from _blocks(assembly.lines(layout, _encoded(counted), others))
        return
    with report.open("wb") as other:
        made = teller.limited(ordered(layout.format, _answered(counted, teller, other)))
        yield from _blocks(assembly.lines(layout, _encoded(made), others))


def _answered(rows: Iterator[list[str]], teller: Teller, report: BinaryIO) -> Iterator[list[str]]:
    """Yield the records of a QCAF; those of the report are written on the way."""
    reported, acted_on = tee(rows)
    reports = teller.envelope(Kind.REPORT).of
    lines = assembly.lines(teller.layout(Kind.REPORT), _encoded(reported), reports)
    answering = teller.answering()
    for block in _blocks_of(acted_on):
        report.writelines(islice(lines, len(block)))
        yield from answering.of(block)
    report.writelines(lines)


def _counted(rows: Iterator[list[str]], progress: Progress) -> Iterator[list[str]]:
    for row in rows:
        yield row
        progress(1)


def _encoded(rows: Iterable[list[str]]) -> Iterator[list[bytes]]:
    return ([text.encode() for text in fields] for fields in rows)


def _blocks_of(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    while block := list(islice(rows, BLOCK)):
        yield block


def _blocks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    while block := list(islice(pieces, BLOCK)):
        yield b"".join(block)


def _write(lines: Iterator[bytes], path: Path, signing: Signing | None) -> Digested:
    name = signing.digest if signing else Signing().digest
    container = signing.kind if signing else None
    digest, size, held = hashlib.new(name), 0, b""
    with path.open("wb") as file:
        for line in filter(None, lines):
            digest.update(held)
            size += len(line)
            file.write(line)
            held = line
    trimmed = container is not None and container.trimmed
    digest.update(held.removesuffix(SEPARATOR) if trimmed else held)
    return Digested(size, {name: digest.digest()})


def _enclose(plain: Path, target: Path, signed: SignedStream) -> None:
    """Put what goes around the file around it, without reading it whole."""
    if not signed.before and not signed.after:
        return
    # The signed file may have the name of the file itself.
    body = plain.rename(plain.with_name(f"{plain.name}.body"))
    with target.open("wb") as file, body.open("rb") as source:
        file.write(signed.before)
        while block := source.read(1 << 20):
            file.write(block)
        file.write(signed.after)
    body.unlink()


def _write_rest(draft: Draft, folder: Path, signed: SignedStream | None, small: set[str]) -> None:
    names = {"file": signed.file_name if signed else draft.file_name}
    if signed and signed.signature_name and signed.signature is not None:
        names["signature"] = signed.signature_name
        (folder / signed.signature_name).write_bytes(signed.signature)
    if signed and signed.certificate_name and signed.certificate is not None:
        names["certificate"] = signed.certificate_name
        (folder / signed.certificate_name).write_bytes(signed.certificate)
    bare = replace(draft, csv=None, signing=None, files={n: draft.files[n] for n in small})
    replace(bare, manifest={**names, **bare.manifest}).write(folder)
