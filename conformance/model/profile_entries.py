"""The entries that a complete profile has, and those that one lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.model.problem import MISSING, Problem

_FILE = (
    "clause",
    "characters",
    "minimum_records",
    "maximum_record_bytes",
    "rules",
)
#: Other entries of a file with one kind of record.
_ONE_KIND = ("key", "columns")
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


def missing(table: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the entries that a complete profile has and this one lacks."""
    for path, keys in _NEEDED.items():
        if path in _OPTIONAL and path not in table:
            continue
        steps = tuple(path.split(".")) if path else ()
        inner: Any = table
        for step in steps:
            inner = inner.get(step) if isinstance(inner, Mapping) else None
        if inner is None:
            continue  # Said of the table that it would be in.
        one_kind = keys is _FILE and "records" not in inner
        for key in (*keys, *(_ONE_KIND if one_kind else ())):
            if key not in inner:
                yield Problem((*steps, key), MISSING, 'extend "reference"')
