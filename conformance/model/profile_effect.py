"""Entries of a profile that make no difference beside others that it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from conformance.model.column import Role
from conformance.model.problem import Path, Problem, inner
from conformance.model.record_tables import FileTables


def is_cms(container: str) -> bool:
    """Return True if a container, by its name, is of CMS, with attributes and encodings."""
    return container.startswith("cms-") or container == "smime"


class _Entry(Struct, frozen=True):
    """An entry, why a complete profile may have no use for it, and what to write then.

    ``neutral`` is the value that asks for nothing; None: the entry can be left out.
    """

    path: Path
    useless: Callable[[Mapping[str, Any]], bool]
    why: str
    neutral: Any = None

    @property
    def right(self) -> str:
        """The entry that would be right."""
        if self.neutral is None:
            return "leave it out"
        return f'write "{self.neutral}"' if isinstance(self.neutral, str) else "leave it empty"


def _no_cms(table: Mapping[str, Any]) -> bool:
    return not any(map(is_cms, table["signature"]["containers"]))


def _no_breach(table: Mapping[str, Any]) -> bool:
    kinds = (
        kind for file in table["files"].values() for kind in FileTables.of(file).kinds.values()
    )
    columns = (one.table for kind in kinds for one in kind.columns)
    return "alerts" not in table and all(c.get("role") != Role.BREACH for c in columns)


def _no_recipient(table: Mapping[str, Any]) -> bool:
    kinds = (
        kind for file in table["files"].values() for kind in FileTables.of(file).kinds.values()
    )
    return all(c.table.get("role") != Role.RECIPIENT for kind in kinds for c in kind.columns)


_ENTRIES = (
    _Entry(
        ("signature", "signed_attributes"),
        _no_cms,
        "only CMS has signed attributes, and signature.containers has none of it",
        "optional",
    ),
    _Entry(("signature", "cms"), _no_cms, "signature.containers has no container of CMS"),
    _Entry(
        ("delivery", "contingency_mailboxes"),
        lambda table: "contingency" not in table["delivery"],
        "there is no delivery.contingency that would go to them",
        (),
    ),
    _Entry(("delivery", "recipient"), _no_recipient, "no column has the role recipient"),
    _Entry(
        ("trust", "crls"),
        lambda table: table["certificate"]["revocation"] in (False, "none", "ocsp"),
        "certificate.revocation asks for no revocation list",
        (),
    ),
    _Entry(
        ("trust", "ocsp"),
        lambda table: table["certificate"]["revocation"] in (False, True, "none", "crl"),
        "certificate.revocation asks for no OCSP response",
        (),
    ),
    _Entry(("breaches",), _no_breach, "neither a column nor an alert has a breach", ()),
)


def without_effect(table: Mapping[str, Any], stated: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the entries that make no difference in ``table``, a complete profile.

    Only those are meant that its own file, ``stated``, has: what it takes over from another file
    is as it is there.
    """
    for entry in _ENTRIES:
        value = _at(stated, entry.path)
        if value and value != entry.neutral and entry.useless(table):
            yield Problem(entry.path, f"makes no difference: {entry.why}", entry.right)


def effective(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a complete profile with nothing in it that makes no difference."""
    found = dict(table)
    for entry in _ENTRIES:
        *steps, last = map(str, entry.path)
        if not _at(found, entry.path) or not entry.useless(table):
            continue
        part = found
        for step in steps:
            part[step] = dict(part[step])
            part = part[step]
        if entry.neutral is None:
            del part[last]
        else:
            part[last] = type(part[last])() if entry.neutral == () else entry.neutral
    return found


def _at(table: Any, path: Path) -> Any:
    for step in path:
        table = inner(table, step)
    return table
