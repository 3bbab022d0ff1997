"""Writes CMS messages (RFC 5652): SignedData around a file or beside it, in DER or BER."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generators.ber import (
    CONTEXT_0,
    OCTETS,
    OCTETS_IN_PIECES,
    SEQUENCE,
    SET,
    Frame,
    element,
    identifier,
    integer,
    set_of,
)
from generators.keys import expand
from generators.pem import lines
from generators.signer_info import DATA, SIGNED_DATA, digest_algorithm, issuer_and_serial

ENVELOPED_DATA = "1.2.840.113549.1.7.3"
_RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
_AES_256_CBC = "2.16.840.1.101.3.4.1.42"

_MAIL = b"""\
MIME-Version: 1.0
Content-Disposition: attachment; filename="smime.p7m"
Content-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"
Content-Transfer-Encoding: base64

"""


@dataclass(frozen=True, slots=True)
class SignedData:
    """The parts of a SignedData beside the content; certificates and signers are DER.

    ``version_3``: a signer is named by key identifier. ``indefinite``: in BER, as
    ``openssl cms -stream`` writes it, with the content in pieces.
    """

    signers: Sequence[bytes]
    certificates: Sequence[bytes]
    digest: str = "sha256"
    content_type: str = DATA
    version_3: bool = False
    indefinite: bool = False

    def around(self, length: int | None) -> Frame:
        """What stands before and after a content of ``length`` bytes; None: it is not inside.

        With ``indefinite``, the content is that of ``ber.pieces``.
        """
        frame = Frame(length or 0)
        if length is not None:
            tag = OCTETS_IN_PIECES if self.indefinite else OCTETS
            frame = self._within(self._within(frame, tag), CONTEXT_0)
        frame = self._within(frame.beside(identifier(self.content_type)), SEQUENCE)
        version = 3 if self.version_3 or self.content_type != DATA else 1
        frame = frame.beside(integer(version) + self._digests(), self._rest())
        frame = self._within(self._within(frame, SEQUENCE), CONTEXT_0)
        return self._within(frame.beside(identifier(SIGNED_DATA)), SEQUENCE)

    def _within(self, frame: Frame, tag: int) -> Frame:
        return frame.within(tag, indefinite=self.indefinite)

    def _digests(self) -> bytes:
        return element(SET, digest_algorithm(self.digest) if self.signers else b"")

    def _rest(self) -> bytes:
        certificates = element(CONTEXT_0, *sorted(self.certificates)) if self.certificates else b""
        return certificates + set_of(*self.signers)


def enveloped(content: bytes, recipient: bytes) -> bytes:
    """A message that looks encrypted for the certificate ``recipient``; nobody can decrypt it."""
    size = (len(content) // 16 + 1) * 16
    to = element(
        SEQUENCE,
        integer(0),
        issuer_and_serial(recipient),
        element(SEQUENCE, identifier(_RSA_ENCRYPTION), b"\x05\0"),
        element(OCTETS, expand("enveloped/key", 256)),
    )
    cipher = element(
        SEQUENCE, identifier(_AES_256_CBC), element(OCTETS, expand("enveloped/iv", 16))
    )
    encrypted = element(
        SEQUENCE, identifier(DATA), cipher, element(0x80, expand("enveloped/content", size))
    )
    body = element(SEQUENCE, integer(0), element(SET, to), encrypted)
    return element(SEQUENCE, identifier(ENVELOPED_DATA), element(CONTEXT_0, body))


def mail(der: bytes) -> bytes:
    """A signed message in the form that ``openssl cms -sign`` writes unless told otherwise."""
    return _MAIL + lines(der) + b"\n"
