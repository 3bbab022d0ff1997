"""Files of the package that were found valid: they are not validated again at each start.

``validated.txt`` has the SHA-256 of each shipped document that its schema allows, of the whole
model in which all that is named is there, and of each shipped profile that makes sense.
``tests/model/validated.py`` writes it, and the tests validate everything without it. Whatever has
another digest is validated when it is loaded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from conformance.home import HOME
from conformance.model.tables import table_of

#: Entries of a profile on which its sense does not depend.
_APART = frozenset({"profile", "title", "version", "source", "trust"})
#: Entries of its delivery that are looked at by themselves: others often have their own.
MAILBOXES = ("contingency_mailboxes", "service_desk_mailboxes")


@cache
def known() -> frozenset[str]:
    """Return the digests of what was found valid."""
    return frozenset((HOME / "model" / "validated.txt").read_bytes().decode().split())


def digest_of_sense(table: Mapping[str, Any]) -> str:
    """Return the digest of all that the sense of a whole profile depends on."""
    parts = {key: value for key, value in table.items() if key not in _APART}
    delivery = parts.get("delivery", {})
    parts["delivery"] = {key: value for key, value in delivery.items() if key not in MAILBOXES}
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_valid(data: bytes) -> bool:
    """Return True if a document was found to be as its schema wants it."""
    return hashlib.sha256(data).hexdigest() in known()


def shipped_table(data: bytes) -> dict[str, Any] | None:
    """Return the table of a document that was found valid, if the wheel has it."""
    digest = hashlib.sha256(data).hexdigest()
    return table_of(digest) if digest in known() else None


def makes_sense(table: Mapping[str, Any]) -> bool:
    """Return True if a whole profile was found to make sense."""
    return digest_of_sense(table) in known()
