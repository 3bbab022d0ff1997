"""A comparison of two ADT Files as JSON, a rule a line; see ``diff.schema.json``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from conformance.model.profile import Profile
from conformance.records.adt_change import Kind, RuleChanges
from conformance.records.adt_rules import Rule, Value
from conformance.report.visible import visible_bytes, visible_text
from conformance.thresholds.adt_file import AdtFile
from conformance.version import __version__

#: Version of the document's form; names may be added within it, and never change meaning.
VERSION = 1
#: The requirement by which a rule that is left out is gone.
REQUIREMENT = "UG1.1-1"


class Comparison(Struct, frozen=True):
    """Two ADT Files and what the new one changes, read with ``profile``."""

    old: AdtFile
    new: AdtFile
    change: RuleChanges
    profile: Profile

    @property
    def sound(self) -> bool:
        """Return True if both files keep to their form, so that the comparison is complete."""
        return self.old.sound and self.new.sound

    @property
    def other_user(self) -> bool:
        """Return True if the files are of different User IDs: neither replaces the other."""
        return None not in (mine := {self.old.user_id, self.new.user_id}) and len(mine) > 1

    @property
    def assumption(self) -> str | None:
        """The entry of the profile that the form of the file rests on, if it is unconfirmed."""
        entries = self.profile.unverified_in(f"files.{self.new.submission.kind.value}")
        return ", ".join(one.entry for one in entries) or None


def shown(value: Value) -> str | None:
    """Return a value as text without control characters; nothing if it is null."""
    if value is None:
        return None
    if value.isascii() and (text := value.decode("ascii")).isprintable():
        return text
    return visible_bytes(value, 0, 0)[0]


def document_of(found: Comparison) -> Iterator[str]:
    """The pieces of the JSON document, in order."""
    head = json.dumps(_head(found), ensure_ascii=True, indent=1)
    yield head.removesuffix("\n}")
    change = found.change
    yield from _list("removed", (_rule(change, rule) for rule in change.removed()))
    yield from _list("changed", (_pair(change, *pair) for pair in change.changed()))
    yield from _list("added", (_rule(change, rule) for rule in change.added()))
    yield ',\n "complete": true\n}\n'


def _list(name: str, items: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield f',\n "{name}": ['
    start = "\n  "
    for item in items:
        yield start + json.dumps(item)
        start = ",\n  "
    yield "]" if start == "\n  " else "\n ]"


def _head(found: Comparison) -> dict[str, Any]:
    change, profile = found.change, found.profile
    return {
        "diff": VERSION,
        "tool": {"name": "tadp-conformance", "version": __version__},
        "profile": {
            "name": profile.name,
            "version": visible_text(profile.version),
            "sha256": profile.digest,
            "unverified": found.assumption,
        },
        "requirement": REQUIREMENT,
        "columns": {"key": list(change.new.key), "values": list(change.new.values)},
        "old": _file(found.old),
        "new": _file(found.new),
        "sound": found.sound,
        "summary": {
            **{kind.value: change.count(kind) for kind in Kind},
            "unchanged": change.unchanged,
        },
    }


def _file(file: AdtFile) -> dict[str, Any]:
    return {
        "path": visible_text(file.source),
        "sha256": file.sent.digest("sha256").hex(),
        "bytes": len(file.sent),
        "csv": {"sha256": file.data.digest("sha256").hex(), "bytes": len(file.data)},
        "container": file.container,
        "signature_holds": None if file.container is None else not file.signature,
        "user_id": file.user_id and visible_text(file.user_id),
        "rules": len(file.table.rows),
        "records": file.table.records,
        "unread": file.unread,
        "sound": file.sound,
        "troubles": [visible_text(trouble) for trouble in file.troubles()],
        "repeated": [
            [_plain(file.table.key, file.table.values, rule) for rule in rules]
            for rules in file.table.repetitions()
        ],
    }


def _rule(change: RuleChanges, rule: Rule) -> dict[str, Any]:
    return _plain(change.new.key, change.new.values, rule)


def _plain(key: tuple[str, ...], values: tuple[str, ...], rule: Rule) -> dict[str, Any]:
    return {
        "record": rule.record,
        "key": _named(key, rule.key),
        "values": _named(values, rule.values),
    }


def _pair(change: RuleChanges, old: Rule, new: Rule) -> dict[str, Any]:
    return {
        "record": {"old": old.record, "new": new.record},
        "key": _named(change.new.key, new.key),
        "values": {
            name: {"old": shown(before), "new": shown(after)}
            for name, before, after in zip(change.new.values, old.values, new.values, strict=True)
        },
    }


def _named(names: tuple[str, ...], values: tuple[Value, ...]) -> dict[str, str | None]:
    return dict(zip(names, map(shown, values), strict=True))
