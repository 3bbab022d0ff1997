"""What the clauses say of the bytes of a file: separators, signs and actions.

It is the same for all submissions of a kind in one edition, and so made once.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from conformance.model.catalogue import Catalogue
from conformance.model.requirement import Kind, SetBy
from conformance.records import Dialect, Rule


def _named_by(
    check: str, found_in: tuple[Catalogue, str], kind: Kind, set_by: SetBy | None = None
) -> Mapping[str, Any]:
    """Return the parameters of the requirement on ``kind`` with this check, in an edition.

    An edition file may have withdrawn it; a file is still read as it was before.
    """
    catalogue, edition = found_in
    before = (r for r in catalogue.requirements() if check in r.checks)
    found = [
        r
        for r in (*catalogue.using(check, edition), *before)
        if set_by is None or r.set_by in (None, set_by)
    ]
    return next((r for r in found if kind in r.kinds), found[0]).parameters


@lru_cache(maxsize=64)
def actions_of(catalogue: Catalogue, edition: str, set_by: SetBy | None) -> tuple[str, ...]:
    return tuple(_named_by(Rule.ACTION, (catalogue, edition), Kind.QCAF, set_by)["values"])


@lru_cache(maxsize=64)
def dialect_of(catalogue: Catalogue, edition: str, kind: Kind) -> Dialect:
    place = catalogue, edition
    return Dialect(
        field_separator=_named_by(Rule.FIELD_SEPARATOR, place, kind)["separator"].encode(),
        record_separator=_named_by(Rule.RECORD_SEPARATOR, place, kind)["separator"].encode(),
        record_sign=_named_by(Rule.RECORD_SIGN, place, kind)["sign"].encode(),
    )
