"""Recognition of a file by its first bytes, never by its name."""

from __future__ import annotations

import re
from enum import Enum

from conformance.signature import oid, pem

#: First bytes of a file that are looked at.
HEAD = 1 << 13

# SEQUENCE, any length, then an identifier of PKCS.
_CMS = re.compile(
    rb"\x30(?:[\x00-\x80]|\x81.|\x82..|\x83...|\x84.{4}|\x85.{5}|\x86.{6}|\x87.{7}|\x88.{8})"
    rb"\x06." + re.escape(oid.PKCS),
    re.DOTALL,
)

#: The headers of a message, up to the empty line. Compiled when first used, as the next one is:
#: most signatures are in no message.
MAIL_HEADERS = rb"\A(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+"
_SIGNED_MAIL = (
    rb"(?im)^content-type:\s*(?:multipart/signed|application/(?:x-)?pkcs7-(?:mime|signature))"
)


class Shape(Enum):
    """The shape of a signed file, or of a signature."""

    DER = "CMS"
    PEM = "CMS in PEM"
    ARMOUR = "CMS in armour that is like PEM"
    BASE64 = "CMS in base64, without armour"
    OTHER_PEM = "PEM that is not CMS"
    MAIL = "a mail message"
    OTHER = "none of these"


#: Those of CMS, whatever is in it.
CMS_SHAPES = frozenset({Shape.DER, Shape.PEM, Shape.ARMOUR, Shape.BASE64})


def recognise(head: bytes) -> Shape:
    """Return the shape of a file that begins with ``head``."""
    if _CMS.match(head):
        return Shape.DER
    headers = re.match(MAIL_HEADERS, head)
    if headers and re.search(_SIGNED_MAIL, headers[0]):
        return Shape.MAIL
    armoured = pem.label(head) is not None
    if armoured and pem.is_pem(head):
        return Shape.PEM
    if _CMS.match(pem.first_bytes(head)):
        return Shape.ARMOUR if armoured else Shape.BASE64
    return Shape.OTHER_PEM if armoured else Shape.OTHER
