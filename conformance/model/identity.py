"""Where the EUI-64 of a certificate is, and how it is written there."""

# No annotations from __future__: msgspec would compile the text of each at the start.

import re
from enum import StrEnum

from msgspec import Struct

from conformance.model.types.eui64 import Spelling


class Place(StrEnum):
    """A part of a certificate: of its subject, or of its subjectAltName (``san-``)."""

    UNIQUE_IDENTIFIER = "x500UniqueIdentifier"
    COMMON_NAME = "common-name"
    SERIAL_NUMBER = "serial-number"
    DNS_NAME = "san-dns-name"
    EMAIL = "san-email"
    URI = "san-uri"
    HARDWARE_MODULE = "san-hardware-module-name"

    @property
    def words(self) -> str:
        """Its name in a sentence."""
        return _TITLES[self]

    @property
    def is_text(self) -> bool:
        """Return False if it has the eight bytes themselves."""
        return self not in (Place.UNIQUE_IDENTIFIER, Place.HARDWARE_MODULE)


_TITLES = {
    Place.UNIQUE_IDENTIFIER: "x500UniqueIdentifier",
    Place.COMMON_NAME: "CN",
    Place.SERIAL_NUMBER: "serialNumber in the subject",
    Place.DNS_NAME: "DNS name in subjectAltName",
    Place.EMAIL: "email address in subjectAltName",
    Place.URI: "URI in subjectAltName",
    Place.HARDWARE_MODULE: "hardwareModuleName in subjectAltName",
}
#: The entries of a profile, and the parts of an ``Identity`` that they are.
IDENTITY = {"identity": "place", "identity_form": "form", "identity_text": "text"}
#: The parts of a text, beside the characters that it has as they are.
EUI64_PART, ANY_PART = "{eui64}", "{any}"


class Identity(Struct, frozen=True):
    """The ``place`` of the EUI-64; in a text, its ``form`` and the whole ``text`` around it."""

    place: Place = Place.UNIQUE_IDENTIFIER
    form: str = "hyphens"
    text: str = EUI64_PART

    def write(self, eui64: str, anything: str = "") -> str:
        """Return the text with an EUI-64, which comes with hyphens and in upper case."""
        spelling = Spelling(self.form, "upper")
        return self.text.replace(ANY_PART, anything).replace(EUI64_PART, spelling.write(eui64))

    def read(self, text: str) -> str | None:
        """Return the EUI-64 in a text, with hyphens and in upper case, if it is there."""
        spelling = Spelling(self.form, "any")
        parts = {EUI64_PART: f"({spelling.expression.decode()})", ANY_PART: ".*"}
        pieces = re.split("({eui64}|{any})", self.text)
        whole = "".join(parts.get(piece) or re.escape(piece) for piece in pieces)
        found = re.fullmatch(whole, text, re.DOTALL)
        return spelling.canonical(found[1].encode()).decode() if found else None
