"""Distinguished names: the attributes in one, how one is written (RFC 4514), and comparison."""

from __future__ import annotations

import unicodedata

from msgspec import Struct

from conformance.content import Content
from conformance.signature import oid
from conformance.signature.ber import BIT_STRING, Malformed, Reader
from conformance.signature.memory import cached

#: Characters of a value that are shown.
MAX_TEXT = 256

#: How types of attributes are called in names that are text.
KEYWORDS = {
    oid.COMMON_NAME: "CN",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    oid.ORGANISATIONAL_UNIT: "OU",
    "2.5.4.6": "C",
    "2.5.4.9": "STREET",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
}

#: The attributes of each part of a name, by type, with values that are the same if they are alike.
Comparable = list[frozenset[tuple[str, str | bytes]]]

#: How the text of each kind of string is encoded, by its tag.
_CODECS = {0x0C: "utf-8", 0x12: "ascii", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii",
           0x1C: "utf-32-be", 0x1E: "utf-16-be"}  # fmt: skip


class NameAttribute(Struct, frozen=True):
    """One attribute of a name: its OID, and tag, contents and encoding of its value."""

    type: str
    tag: int
    value: bytes
    encoding: bytes

    @property
    def text(self) -> str | None:
        """The value as text, or None if it is not text."""
        codec = _CODECS.get(self.tag)
        if codec is None:
            return None
        try:
            return self.value.decode(codec)
        except UnicodeDecodeError:
            return None

    @property
    def bits(self) -> bytes | None:
        """The bytes of a BIT STRING that has no unused bits, else None."""
        whole = self.tag == BIT_STRING and self.value[:1] == b"\0"
        return self.value[1:] if whole else None


def read_name(name: bytes) -> tuple[NameAttribute, ...]:
    """The attributes of a name given as DER, in order; empty if it cannot be read."""
    return tuple(attribute for relative in _relative_names(name) for attribute in relative)


def attributes_of(name: bytes, type_: str) -> list[NameAttribute]:
    """Return the attributes of one type of a name given as DER."""
    return [one for one in read_name(name) if one.type == type_]


def same_name(one: bytes, other: bytes) -> bool:
    """Return True if two names given as DER are the same by RFC 5280, section 7.1.

    Text is compared without regard to its case, to the spaces around it, to how many there are
    within it and to the kind of string that it is in; any other value by its bytes.
    """
    return one == other or comparable(one) == comparable(other)


@cached
def comparable(name: bytes) -> Comparable | bytes:
    """Return what is the same for names that are; ``name`` itself if it cannot be read."""
    relatives = _relative_names(name)
    if not relatives:
        return name
    return [frozenset(map(_comparable_attribute, relative)) for relative in relatives]


def _comparable_attribute(attribute: NameAttribute) -> tuple[str, str | bytes]:
    text = attribute.text
    if text is None:
        return attribute.type, attribute.encoding
    return attribute.type, folded(text)


def comparable_encoding(type_: str, encoding: bytes) -> str | bytes:
    """Return by what an attribute is compared whose value is given as DER."""
    reader = Reader(Content.of_bytes("value", encoding))
    try:
        value = reader.element(0, reader.size)
        found = NameAttribute(type_, value.tag, reader.value(value), encoding)
        return _comparable_attribute(found)[1]
    except (Malformed, ValueError):
        return encoding


def folded(text: str) -> str:
    """Return a value as text is compared."""
    same = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(same.split())


@cached
def rfc4514(name: bytes) -> str:
    """A name given as DER, as RFC 4514 writes it: the last part first."""
    relatives = _relative_names(name)
    return ",".join("+".join(map(_attribute_text, relative)) for relative in reversed(relatives))


@cached
def _relative_names(name: bytes) -> list[list[NameAttribute]]:
    reader = Reader(Content.of_bytes("name", name))
    found: list[list[NameAttribute]] = []
    try:
        for relative in reader.children(reader.element(0, reader.size)):
            found.append([])
            for attribute in reader.children(relative):
                type_, value = reader.children(attribute)
                found[-1].append(
                    NameAttribute(
                        type=oid.decode(reader.value(type_)),
                        tag=value.tag,
                        value=reader.value(value),
                        encoding=reader.encoding(value),
                    )
                )
    except (Malformed, ValueError):
        return []
    return found


def _attribute_text(attribute: NameAttribute) -> str:
    keyword, text = KEYWORDS.get(attribute.type), attribute.text
    if keyword is None or text is None:
        return f"{keyword or attribute.type}=#{attribute.encoding[:MAX_TEXT].hex()}"
    shown = text[:MAX_TEXT]
    pieces = [_escaped(character) for character in shown]
    if shown[:1] in {" ", "#"}:
        pieces[0] = "\\" + shown[0]
    if shown[1:].endswith(" "):
        pieces[-1] = "\\ "
    return f"{keyword}={''.join(pieces)}"


def _escaped(character: str) -> str:
    if character in '"+,;<>\\':
        return "\\" + character
    if character.isprintable():
        return character
    return "".join(f"\\{octet:02X}" for octet in character.encode("utf-8", "replace"))
