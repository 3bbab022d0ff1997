"""Reading a profile, merging what it extends, and refusing one that makes no sense."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct, convert, field
from msgspec.structs import replace

from conformance.errors import ModelError, TadpError
from conformance.home import HOME
from conformance.inputs import read_input
from conformance.model.catalogue import Catalogue
from conformance.model.composed import composed
from conformance.model.dialect import Quoting, RecordEnd
from conformance.model.file_readings import readings_of, settled_in
from conformance.model.identity import IDENTITY
from conformance.model.loading import parse_toml
from conformance.model.problem import MISSING, Problem
from conformance.model.problem import Path as Steps
from conformance.model.profile import (
    AlertForm,
    CertificateRules,
    CharacterSet,
    DeliveryRules,
    FileFormat,
    Profile,
    ReferenceRules,
    SignatureRules,
    SignerCount,
)
from conformance.model.profile_effect import without_effect
from conformance.model.profile_entries import missing
from conformance.model.profile_merging import Merger
from conformance.model.profile_problem import Located, ProfileError, Source, located
from conformance.model.record_kind import RecordKind
from conformance.model.record_loading import record_kind
from conformance.model.record_tables import FileTables, KindTables
from conformance.model.requirement import Kind, SetBy
from conformance.model.schema import plain, problems
from conformance.model.signature_record import RecordForm
from conformance.model.validated import is_valid, makes_sense, shipped_table
from conformance.model.verification import CONFIRMATION, Assumption, inherited, within

_Value = TypeVar("_Value")

#: The profile that is used unless another is named.
DEFAULT = "reference"
#: A profile is a small text; anything longer is something else.
MAXIMUM_BYTES = 1 << 20
#: The assumption of a profile that trusts test keys, whatever else it says.
TEST_KEYS = (
    "Trusts the test hierarchy, whose private keys are public: no signature that is accepted is "
    "evidence of anything."
)
#: Profiles that extend one another, at most.
MAXIMUM_DEPTH = 8

#: The entries of ``trust`` that list files.
TRUST = ("anchors", "crls", "ocsp")
_EARLIER: Mapping[Any, str] = {True: "crl", False: "none"}
_REMEDY = "give the path of a TOML file, or one of: {}"


class Merged(Struct):
    """A profile with everything below it merged in; files of trust by where they were named.

    ``sources`` are the files, the topmost first. ``problems`` is what the schema does not allow in
    them, and ``broken`` are the parts where that is, which are left out of ``table``; ``columns``
    has those of the topmost file, by kind, where they are such a part.
    """

    table: dict[str, Any]
    trust: dict[str, tuple[Path, ...]] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    problems: tuple[Located, ...] = ()
    broken: tuple[Steps, ...] = ()
    columns: dict[str, Any] = field(default_factory=dict)


def shipped_profiles() -> list[str]:
    """The names of the profiles that come with the package."""
    folder = HOME / "model" / "profiles"
    return sorted(
        f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")
    )


def profile_text(name: str) -> str:
    """The text of a shipped profile, comments and all."""
    return (HOME / "model" / "profiles" / f"{name}.toml").read_text("utf-8")


def load_profile(name: str, catalogue: Catalogue) -> Profile:
    """Load the profile called ``name``: one that is shipped, or the path of a TOML file.

    Raises:
        ProfileError: it does not fit the schema, or makes no sense; the error has all that is
            wrong, each with its file, line and entry.
        ModelError: there is no such profile, or it is not TOML.
    """
    return load_with_sources(name, catalogue)[0]


def load_with_sources(name: str, catalogue: Catalogue) -> tuple[Profile, tuple[Source, ...]]:
    """Do what ``load_profile`` does, and return the files that the profile is merged of too."""
    merged = merge(name)
    table = merged.table
    lacking = [one for one in missing(table) if not _within_any(one.path, merged.broken)]
    problems = [*lacking, *senseless(merged, catalogue)]
    if not lacking and not merged.broken:
        problems += without_effect(table, merged.sources[0].table)
    found = [*merged.problems, *(located(one, table, merged.sources) for one in problems)]
    if found:
        raise ProfileError(name, found)
    return profile_of(table, merged.trust, catalogue), merged.sources


def profile_of(
    table: dict[str, Any], trust: Mapping[str, tuple[Path, ...]], catalogue: Catalogue
) -> Profile:
    """Return the profile of a ``table`` in which nothing is wrong; ``trust`` has its files."""
    test_keys = bool(table.get("trust", {}).get("test_keys", False))
    return Profile(
        name=table["profile"],
        title=table["title"],
        version=table["version"],
        source=table.get("source", ""),
        files={
            Kind(name): replace(
                _format(Kind(name), file, catalogue.lists),
                recipient=table["delivery"].get("recipient"),
            )
            for name, file in table["files"].items()
        },
        signature=_signature(table["signature"]),
        certificate=_certificate(table["certificate"]),
        references=ReferenceRules(**table["references"]),
        delivery=_delivery(table["delivery"]),
        breaches={value: SetBy(who) for value, who in table["breaches"].items()},
        alerts=AlertForm(**table["alerts"]) if "alerts" in table else None,
        readings=_readings(catalogue, table.get("readings", {})),
        trust=trust.get("anchors", ()),
        crls=trust.get("crls", ()),
        ocsp=trust.get("ocsp", ()),
        test_keys=test_keys,
        assumptions=_assumptions(table, test_keys=test_keys),
        raw=table,
        digest=hashlib.sha256(
            json.dumps(table, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        ).hexdigest(),
    )


def senseless(merged: Merged, catalogue: Catalogue) -> Iterator[Problem]:
    """Yield what makes no sense in a profile, as far as it is whole."""
    if makes_sense(merged.table):
        from conformance.model.delivery_sense import mailbox_problems

        yield from mailbox_problems(merged.table["delivery"])
    else:
        from conformance.model.profile_sense import sense

        # A file that lacks an entry is not looked at, and neither is another part that does.
        lacking = (one.path[: 2 if one.path[0] == "files" else 1] for one in missing(merged.table))
        yield from sense(merged.table, catalogue, (*merged.broken, *lacking))
    if merged.broken:
        from conformance.model.name_sense import unknown_in

        yield from unknown_in(merged.table.get("files", {}), merged.columns, merged.broken)


def _value(entries: Mapping[str, Any], kind: type[_Value]) -> _Value:
    # Not strict, since 2.0 is a whole number to a schema.
    return convert(entries, kind, strict=False)


def _signature(table: Mapping[str, Any]) -> SignatureRules:
    entries = {**table, **table.get("cms", {})}
    record, signers = entries.pop("record", None), entries.pop("signers", 1)
    return replace(
        _value(entries, SignatureRules),
        record=None if record is None else RecordForm.of(record),
        signers=SignerCount.of(signers),
    )


def _certificate(table: Mapping[str, Any]) -> CertificateRules:
    identity = {part: table[entry] for entry, part in IDENTITY.items() if entry in table}
    # Earlier versions knew lists alone: whether there has to be one.
    revocation = _EARLIER.get(table["revocation"], table["revocation"])
    entries = {**table, "revocation": revocation, "identity": identity}
    return _value(entries, CertificateRules)


def _assumptions(table: Mapping[str, Any], *, test_keys: bool) -> tuple[Assumption, ...]:
    """Return the assumptions of a profile; trust in keys that everyone has cannot be confirmed."""
    stated = [Assumption(**one) for one in table["assumptions"]]
    if test_keys:
        stated = [one for one in stated if not within(one.entry, "trust")]
        stated.append(Assumption("trust", TEST_KEYS))
    return tuple(stated)


def merge(name: str, base: Path | None = None, depth: int = 0) -> Merged:
    """Return the profile called ``name`` with all that it extends, whether it makes sense or not.

    Raises:
        ModelError: there is no such profile, or it is not TOML.
    """
    if depth > MAXIMUM_DEPTH:
        raise ModelError("extends too many others, or itself", where=f"profile {name}")
    data, folder = _read(name, base)
    try:
        stated = plain(shipped_table(data) or parse_toml(data, f"profile {name}"))
    except RecursionError:
        raise ModelError("is nested too deeply", where=f"profile {name}") from None
    source = Source(name, data.decode(), stated)
    below = Merged({})
    extends = stated.get("extends")
    if isinstance(extends, str):
        below = merge(extends, folder, depth + 1)
    merger = Merger()
    whole = merger.merged(below.table, stated)
    found = [] if is_valid(data) and not merger.stated else list(not_allowed(whole))
    broken = _broken(whole, found)
    table = _without(whole, broken)
    table.pop("extends", None)
    trust = table.get("trust", {})
    for key, paths in ((key, trust[key]) for key in TRUST if key in trust):
        below.trust[key] = tuple((folder or Path()) / path for path in paths)
    said = inherited(below.table.get("assumptions", ()), table, table.get("profile", name), merger)
    sources = (source, *below.sources)
    return Merged(
        {**Merger(lists=False).over(below.table, table), "assumptions": said},
        below.trust,
        sources,
        (
            *(located(one, whole, sources if merger.stated else (source,)) for one in found),
            *(located(one, stated, (source,)) for one in (*merger.problems, *_unconfirmed(stated))),
            *below.problems,
        ),
        (*broken, *below.broken),
        {str(p[1]): whole["files"][p[1]]["columns"] for p in broken if p[2:] == ("columns",)},
    )


def not_allowed(table: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what the schema does not allow in one file."""
    for one in problems("profile", table):
        # All missing parts of a confirmation are reported together.
        confirms = one.path[:1] == ("assumptions",) and one.path[-1] in CONFIRMATION
        if one.what != MISSING or not confirms:
            yield one


def _broken(table: Mapping[str, Any], found: Sequence[Problem]) -> tuple[Steps, ...]:
    """Return the paths of what cannot be used: all of it where a problem is with the whole."""
    if not all(one.path for one in found):
        return tuple((key,) for key in table)
    return tuple(dict.fromkeys(one.path[: 3 if one.path[:1] == ("files",) else 1] for one in found))


def _without(table: Mapping[str, Any], broken: Sequence[Steps]) -> dict[str, Any]:
    """Return a copy of ``table`` without the parts that are broken."""
    return {
        key: _without(value, [path[1:] for path in broken if path[:1] == (key,)])
        if isinstance(value, dict)
        else value
        for key, value in table.items()
        if (key,) not in broken
    }


def _within_any(path: Steps, broken: Sequence[Steps]) -> bool:
    """Return True if a part that is broken is at ``path``, or above or below it."""
    return any(path[: len(one)] == one or one[: len(path)] == path for one in broken)


def _unconfirmed(table: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the entries that are said to be verified, and do not say by whom and how."""
    stated = table.get("assumptions")
    for index, one in enumerate(stated if isinstance(stated, list) else ()):
        if isinstance(one, dict) and one.get("verified") is True:
            missing = [name for name in CONFIRMATION if name not in one]
            if missing:
                yield Problem(
                    ("assumptions", index),
                    f"is said to be verified, without {' and '.join(missing)}",
                    "in [[assumptions]], say where it is laid down (source), who confirmed it (by) "
                    "and on which date (on)",
                )


def _read(name: str, base: Path | None) -> tuple[bytes, Path | None]:
    if re.fullmatch(r"[a-z0-9-]+", name) and name in shipped_profiles():
        return profile_text(name).encode(), None
    path = (base / name) if base else Path(name)
    try:
        return read_input(path, MAXIMUM_BYTES), path.parent
    except TadpError as error:
        names = _REMEDY.format(", ".join(shipped_profiles()))
        remedy = error.remedy if path.is_file() else names
        raise ModelError(error.what, where=f"profile {name}", remedy=remedy) from None


def _format(
    kind: Kind, table: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]]
) -> FileFormat:
    tables = FileTables.of(table)
    kinds = {name: _record_kind(tables, one, lists) for name, one in tables.kinds.items()}
    unit = kinds[tables.unit.name]
    return FileFormat(
        kind=kind,
        clause=table["clause"],
        columns=(*unit.columns, *unit.inherited),
        key=unit.key,
        rules=unit.rules,
        characters=CharacterSet(table["characters"]),
        minimum_records=table["minimum_records"],
        maximum_record_bytes=table["maximum_record_bytes"],
        records=tuple(kinds.values()) if tables.several else (),
        unit=unit.name,
        inherited=len(unit.inherited),
        composed=unit.composed,
        header="header" in table,
        below=f"records.{unit.name}" if tables.several else "",
        maximum_records=table.get("maximum_records"),
        quoting=Quoting(table["quoting"]) if "quoting" in table else None,
        record_end=RecordEnd(table.get("record_end", RecordEnd.BARE)),
        readings=readings_of(table),
        settled=settled_in(table),
    )


def _record_kind(
    tables: FileTables, kind: KindTables, lists: Mapping[str, tuple[str, ...]]
) -> RecordKind:
    found = record_kind(tables, kind, lists)
    columns = (*found.columns, *found.inherited)
    return replace(found, composed=tuple(composed(one, columns) for one in tables.composed(kind)))


def _delivery(table: Mapping[str, Any]) -> DeliveryRules:
    methods = {name: {**method, "name": name} for name, method in table["methods"].items()}
    return _value({**table, "methods": methods}, DeliveryRules)


def _readings(catalogue: Catalogue, chosen: Mapping[str, str]) -> dict[str, str]:
    return {note.id: chosen.get(note.id, note.default) for note in catalogue.notes.values()}
