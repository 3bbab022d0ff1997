"""The parts of a name in the area: whose file it is, under which request, and of which kind.

Read with goodwill: a dash of another sort or a second extension does not hide whose file it is.
Whether the name has the form that the guidance gives is for the checks of sections 1.4 and 1.5.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from msgspec import Struct

from conformance.model.profile import ReferenceRules
from conformance.model.reference_shape import mentions, words_like
from conformance.model.requirement import Kind
from conformance.patterns import pattern

#: An EUI-64 as the guidance and DUIS write it, in either case.
EUI64 = r"[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){7}"
_DASHES = {
    ord(dash): "-" for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
}


class Name(Struct, frozen=True):
    """The EUI-64 that a name begins with, in upper case; the Request Id and the Incident in it."""

    user_id: str | None
    reference: str | None
    incident: str | None = None


def read_name(name: str, references: ReferenceRules) -> Name:
    """Read ``name``; ``references`` has the shapes of Request Ids and Incidents."""
    plain = unicodedata.normalize("NFC", name).translate(_DASHES).lstrip()
    owner = pattern(rf"{EUI64}(?![0-9A-Za-z])").match(plain)
    return Name(
        owner[0].upper() if owner else None,
        _within(plain, references.smsr),
        _within(plain, references.incident),
    )


def tagged(name: str, tags: Mapping[Kind, str]) -> Kind | None:
    """Return the kind of submission whose tag is a word of ``name``, if just one is."""
    said = [kind for kind, tag in tags.items() if mentions(name.upper(), tag.upper())]
    return said[0] if len(said) == 1 else None


def _within(name: str, shape: str) -> str | None:
    found = words_like(shape).search(name)
    return found[0] if found else None
