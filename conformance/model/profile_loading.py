"""Reading a profile, merging what it extends, and refusing one that makes no sense."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from conformance.errors import ModelError, TadpError
from conformance.home import HOME
from conformance.inputs import read_input
from conformance.model.catalogue import Catalogue
from conformance.model.column import Column, Role
from conformance.model.cross_rule import cross_rule
from conformance.model.loading import parse_toml
from conformance.model.profile import (
    AlertForm,
    CertificateRules,
    CharacterSet,
    DeliveryRules,
    FileFormat,
    KeyAlgorithm,
    Method,
    Profile,
    ReferenceRules,
    SignatureRules,
)
from conformance.model.profile_sense import check_sense
from conformance.model.requirement import Kind, SetBy
from conformance.model.schema import printable, problem
from conformance.model.types.registry import type_of
from conformance.model.verification import CONFIRMATION, Assumption, inherited, within

#: The profile that is used unless another is named.
DEFAULT = "reference"
#: A profile is a small text; anything longer is something else.
MAXIMUM_BYTES = 1 << 20
#: What a profile assumes that lets test keys be trusted, whatever else it says.
TEST_KEYS = (
    "Trusts the test hierarchy, whose private keys are public: no signature that is accepted is "
    "evidence of anything."
)
#: Profiles that extend one another, at most.
MAXIMUM_DEPTH = 8

_REMEDY = "give the path of a TOML file, or one of: {}"


class _Merged(Struct):
    """A profile with everything below it merged in; files of trust by where they were named."""

    table: dict[str, Any]
    trust: dict[str, tuple[Path, ...]] = field(default_factory=dict)


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
        ModelError: there is no such profile, or it does not fit the schema, or it makes no
            sense; the error names the file and the entry.
    """
    merged = _merge(name, None, 0)
    table = merged.table
    where = f"profile {name}"
    _require_complete(table, where)
    check_sense(table, catalogue, where)
    signature, certificate = table["signature"], table["certificate"]
    test_keys = bool(table.get("trust", {}).get("test_keys", False))
    return Profile(
        name=table["profile"],
        title=table["title"],
        version=table["version"],
        source=table.get("source", ""),
        files={Kind(k): _format(Kind(k), f, catalogue.lists) for k, f in table["files"].items()},
        signature=SignatureRules(
            containers=tuple(signature["containers"]),
            algorithms=tuple(
                KeyAlgorithm(a["key"], tuple(a["digests"]), a.get("curve"), a.get("minimum_bits"))
                for a in signature["algorithms"]
            ),
            signed_attributes=signature["signed_attributes"],
            **_cms(signature.get("cms", {})),
        ),
        certificate=CertificateRules(
            **{**certificate, "policies": tuple(certificate["policies"])},
        ),
        references=ReferenceRules(**table["references"]),
        delivery=_delivery(table["delivery"]),
        breaches={value: SetBy(who) for value, who in table["breaches"].items()},
        alerts=AlertForm(**table["alerts"]) if "alerts" in table else None,
        readings=_readings(catalogue, table.get("readings", {})),
        trust=merged.trust.get("anchors", ()),
        crls=merged.trust.get("crls", ()),
        test_keys=test_keys,
        assumptions=_assumptions(table, test_keys=test_keys),
        raw=table,
        digest=hashlib.sha256(
            json.dumps(table, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        ).hexdigest(),
    )


def _cms(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a profile has on CMS; what it leaves out is as the value has it."""
    return {name: tuple(v) if isinstance(v, list) else v for name, v in table.items()}


def _assumptions(table: Mapping[str, Any], *, test_keys: bool) -> tuple[Assumption, ...]:
    """The assumptions of a profile; nobody can confirm trust in keys that everyone has."""
    told = [Assumption(**one) for one in table["assumptions"]]
    if test_keys:
        told = [one for one in told if not within(one.entry, "trust")]
        told.append(Assumption("trust", TEST_KEYS))
    return tuple(told)


def _merge(name: str, base: Path | None, depth: int) -> _Merged:
    if depth > MAXIMUM_DEPTH:
        raise ModelError("extends too many others, or itself", where=f"profile {name}")
    data, folder = _read(name, base)
    where = f"profile {name}"
    table = parse_toml(data, where)
    _require_confirmations(table, where)
    found = problem("profile", table)
    if found:
        raise ModelError(str(found), where=where, remedy="see profile.schema.json")
    below = _Merged({})
    if "extends" in table:
        below = _merge(table.pop("extends"), folder, depth + 1)
    trust = table.get("trust", {})
    for key, paths in ((key, trust[key]) for key in ("anchors", "crls") if key in trust):
        below.trust[key] = tuple((folder or Path()) / path for path in paths)
    assumptions = inherited(below.table.get("assumptions", ()), table, table["profile"])
    below.table = {**_over(below.table, table), "assumptions": assumptions}
    return below


def _require_confirmations(table: Mapping[str, Any], where: str) -> None:
    """Refuse an entry that is said to be verified, and does not say by whom and how."""
    told = table.get("assumptions")
    for one in told if isinstance(told, list) else ():
        if isinstance(one, dict) and one.get("verified") is True:
            missing = [name for name in CONFIRMATION if name not in one]
            if missing:
                raise ModelError(
                    f"{printable(str(one.get('entry', 'an entry without a name')))}: is said to be "
                    f"verified, without {' and '.join(missing)}",
                    where=where,
                    remedy="in [[assumptions]], say where it is laid down (source), who confirmed "
                    "it (by) and on which date (on)",
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


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are merged, anything else replaced."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merged[key] = _over(old, value)
        else:
            merged[key] = value
    return merged


_FILE = (
    "clause",
    "characters",
    "minimum_records",
    "maximum_record_bytes",
    "key",
    "columns",
    "rules",
)
_CERTIFICATE = (
    "common_name",
    "role_code",
    "eui64",
    "key_usage_critical",
    "policies",
    "maximum_issuing_cas",
    "revocation",
)
_DELIVERY = ("method", "methods", "folders", "tags", "hours", "contingency_mailboxes")
#: Every entry that a complete profile has, table by table; the first is the profile itself.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "": ("files", "breaches", "signature", "certificate", "references", "delivery"),
    "files": ("adt", "report", "qcaf"),
    "files.adt": _FILE,
    "files.report": _FILE,
    "files.qcaf": _FILE,
    "signature": ("containers", "signed_attributes", "algorithms"),
    "certificate": _CERTIFICATE,
    "references": ("smsr", "incident"),
    "delivery": _DELIVERY,
    "alerts": ("message", "request_id", "quarantined_at", "variant"),
    "delivery.folders": ("adt", "qcaf"),
    "delivery.tags": ("adt", "qcaf"),
}
#: Tables that a profile may lack, but not have in part.
_OPTIONAL = frozenset({"alerts"})


def _require_complete(table: Mapping[str, Any], where: str) -> None:
    for path, keys in _NEEDED.items():
        if path in _OPTIONAL and path not in table:
            continue
        inner: Any = table
        for step in path.split(".") if path else ():
            inner = inner[step]
        for key in keys:
            if key not in inner:
                entry = f"{path}.{key}" if path else key
                raise ModelError(f"has no {entry}", where=where, remedy='extend "reference"')


def _format(
    kind: Kind, table: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]]
) -> FileFormat:
    return FileFormat(
        kind=kind,
        clause=table["clause"],
        columns=tuple(_column(c, lists) for c in table["columns"]),
        key=tuple(table["key"]),
        rules=tuple(map(cross_rule, table["rules"])),
        characters=CharacterSet(table["characters"]),
        minimum_records=table["minimum_records"],
        maximum_record_bytes=table["maximum_record_bytes"],
    )


def _column(table: Mapping[str, Any], lists: Mapping[str, tuple[str, ...]]) -> Column:
    return Column(
        name=table["name"],
        type=type_of(table, lists),
        role=Role(table.get("role", "other")),
        nullable=table.get("nullable", False),
    )


def _delivery(table: Mapping[str, Any]) -> DeliveryRules:
    return DeliveryRules(
        method=table["method"],
        contingency=table.get("contingency"),
        methods={n: Method(n, m["subject_line"]) for n, m in table["methods"].items()},
        folders=_by_kind(table["folders"]),
        live=_by_kind(table.get("live", {})),
        archives=_by_kind(table.get("archives", {})),
        tags=_by_kind(table["tags"]),
        contingency_mailboxes=tuple(table["contingency_mailboxes"]),
        service_desk_mailboxes=tuple(table.get("service_desk_mailboxes", ())),
        hours=table["hours"],
    )


def _by_kind(table: Mapping[str, str]) -> dict[Kind, str]:
    return {Kind(kind): text for kind, text in table.items()}


def _readings(catalogue: Catalogue, chosen: Mapping[str, str]) -> dict[str, str]:
    return {note.id: chosen.get(note.id, note.default) for note in catalogue.notes.values()}
