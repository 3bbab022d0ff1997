"""Writes the SignedData of CMS (RFC 5652, 5): around a file, or beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from msgspec import Struct

from conformance.signature import oid
from conformance.signature.writing.der import (
    CONTEXT_0,
    SEQUENCE,
    Frame,
    element,
    identifier,
    integer,
    set_of,
)
from conformance.signature.writing.signer_info import digest_algorithm

F = TypeVar("F", bound=Frame)


class SignedData(Struct, frozen=True):
    """The parts of a SignedData beside the content; certificates and signers are DER.

    ``version_3``: a signer is named by key identifier.
    """

    signers: Sequence[bytes]
    certificates: Sequence[bytes]
    digests: Sequence[str] = ("sha256",)
    content_type: str = oid.DATA
    version_3: bool = False

    def around(self, content: F) -> F:
        """Return the frame before and after the content.

        ``content`` is the OCTET STRING that the file is in, or an empty frame: then the file
        is not inside.
        """
        frame = content.within(CONTEXT_0) if len(content) else content
        frame = frame.beside(identifier(self.content_type)).within(SEQUENCE)
        version = 3 if self.version_3 or self.content_type != oid.DATA else 1
        frame = frame.beside(integer(version) + self._digests(), self._rest())
        frame = frame.within(SEQUENCE).within(CONTEXT_0)
        return frame.beside(identifier(oid.SIGNED_DATA)).within(SEQUENCE)

    def _digests(self) -> bytes:
        announced = self.digests if self.signers else ()
        return set_of(*(digest_algorithm(name) for name in announced))

    def _rest(self) -> bytes:
        certificates = element(CONTEXT_0, *sorted(self.certificates)) if self.certificates else b""
        return certificates + set_of(*self.signers)
