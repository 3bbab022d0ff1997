"""The mutants: every bound moved, every value dropped or added, every pattern widened, and so on.

A mutant is one change to one record as it is read from TOML; nothing on disk is touched.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

MODEL = Path(str(files("conformance") / "model"))
PROFILE = "profile reference"
#: Entries that are words for people, or that say what others are about: which notes bear on a
#: requirement, and what a receiver has to turn away.
WORDS = {
    "title", "summary", "statement", "effect", "hint", "source", "example", "sentence", "reason",
    "profile", "version", "assumptions", "id", "question", "text", "excluded", "name", "critical",
    "phase", "subject", "notes", "rejects",
}  # fmt: skip
#: Other values of an entry of this name.
CHOICES: dict[str, tuple[str, ...]] = {
    "actor": ("User", "DCC"),
    "basis": ("clause", "guidance", "profile", "note"),
    "testable": ("mechanical", "evidence", "attestation"),
    "strength": ("shall", "should", "may"),
    "set_by": ("user", "dcc"),
    "delivered": ("contingency", "folder"),
    "characters": ("printable-ascii", "ascii", "utf-8"),
    "signed_attributes": ("required", "optional", "refused"),
    "curve": ("secp256r1", "secp384r1"),
    "key": ("ecdsa", "rsa"),
    "method": ("sharepoint", "email"),
    "component": ("Update Service Management Incident", "Another Component"),
    "to": ("DCC", "Service Desk"),
    "via": ("SSI", "telephone"),
    "recipient": ("service-desk", "anybody"),
    "reference": ("smsr", "incident"),
    "item": ("setting-guidance", "template", "submitting-guidance"),
    "separator": (",", "\n", ";"),
    "sign": ("\u25b2", "\u25b3"),
}
#: Items added to a list of this name.
ADDED: dict[str, str] = {
    "editions": "v2.0",
    "kinds": "adt",
    "values": "ZZ",
    "containers": "raw-detached",
    "digests": "sha512",
    "contingency_mailboxes": "somebody@example.com",
    "service_desk_mailboxes": "somebody@example.com",
    "policies": "2.999.9",
    "roles": "OU",
    "adt": "Password Reset",
    "qcaf": "Password Reset",
}


@dataclass(frozen=True)
class Mutant:
    """One change: to the record of ``file``, at ``path``."""

    file: str
    path: tuple[str | int, ...]
    value: Any
    #: Its name in the list of survivors.
    name: str

    def applied(self, table: dict[str, Any]) -> dict[str, Any]:
        """A mutated copy of the table."""
        mutated = copy.deepcopy(table)
        inner: Any = _get(mutated, self.path[:-1])
        inner[self.path[-1]] = self.value
        if self.path[-1] == "type":
            inner["pattern"] = ".*"
            for limit in ("minimum", "maximum", "maximum_digits", "values", "values_from"):
                inner.pop(limit, None)
        return mutated


def mutants() -> Iterator[Mutant]:
    """All of them, in the order of the files."""
    for path in sorted((MODEL / "clauses").glob("*.toml")):
        yield from _of(path.name, tomllib.loads(path.read_text("utf-8")))
    yield from _of("notes.toml", tomllib.loads((MODEL / "notes.toml").read_text("utf-8")))
    yield from _of("editions.toml", tomllib.loads((MODEL / "editions.toml").read_text("utf-8")))
    name = "service-reference-variants.toml"
    yield from _of(name, tomllib.loads((MODEL / name).read_text("utf-8")))
    profile = MODEL / "profiles" / "reference.toml"
    yield from _of(PROFILE, tomllib.loads(profile.read_text("utf-8")))


def _of(file: str, table: dict[str, Any]) -> Iterator[Mutant]:
    for path, value in _leaves(table, ()):
        for what, new in _others(file, path, value, table):
            label = ".".join(map(str, _labelled(table, path)))
            yield Mutant(file, path, new, f"{file}: {label}: {what}")


def _leaves(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in WORDS:
                yield from _leaves(inner, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield path, value
        for number, inner in enumerate(value):
            yield from _leaves(inner, (*path, number))
    else:
        yield path, value


def _others(
    file: str, path: tuple[str | int, ...], value: Any, table: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    name = str(path[-1])
    if isinstance(value, bool):
        yield f"{not value}", not value
    elif isinstance(value, int):
        yield from ((str(n), n) for n in (value - 1, value + 1) if n >= 0)
    elif isinstance(value, list):
        yield from _lists(name, value)
    elif name == "default":
        readings = [r["id"] for r in _get(table, path[:-1])["reading"]]
        yield from ((r, r) for r in readings if r != value)
    elif name in CHOICES:
        yield from ((repr(c), c) for c in CHOICES[name] if c != value)
    else:
        yield from _texts(file, path, value)


def _texts(file: str, path: tuple[str | int, ...], value: str) -> Iterator[tuple[str, Any]]:
    name = str(path[-1])
    if file == PROFILE and path[0] == "references":
        yield "a digit more or less", value.replace("{12}", "{11,13}")
        yield "ten digits", value.replace("{12}", "{10}")
        yield "any letters", value.replace("REQ", "[A-Z]{3}").replace("INC", "[A-Z]{3}")
    elif file == PROFILE and path[0] == "breaches":
        yield "the other", "dcc" if value == "user" else "user"
    elif name in ("in_force", "known_from"):
        day = date.fromisoformat(value)
        yield "a day earlier", (day - timedelta(1)).isoformat()
        yield "a day later", (day + timedelta(1)).isoformat()
    elif name == "type":
        yield "text", "text"
    elif name == "role" and value != "other":
        yield "other", "other"
    elif path[0] == "delivery":
        yield "something else", f"other {value}"


def _lists(name: str, value: list[Any]) -> Iterator[tuple[str, Any]]:
    for number, item in enumerate(value):
        label = item.get("srv") or item.get("rule") or item.get("name") or item.get("key") or (
            item.get("id") or str(number)
        ) if isinstance(item, dict) else repr(item)  # fmt: skip
        yield f"without {label}", value[:number] + value[number + 1 :]
    extra = ADDED.get(name)
    if extra is not None and extra not in value and not (value and isinstance(value[0], dict)):
        yield f"with {extra!r}", [*value, extra]


def _get(table: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        table = table[step]
    return table


def _labelled(table: Any, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path with records named by their id rather than by their number."""
    labelled: list[str | int] = []
    for step in path:
        table = table[step]
        if isinstance(step, int) and isinstance(table, dict):
            labelled.append(table.get("id") or table.get("srv") or table.get("name") or step)
        else:
            labelled.append(step)
    return tuple(labelled)
