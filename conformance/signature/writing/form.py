"""Additions to a file by signing, and the files that are written for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct

from conformance.content import Content
from conformance.signature.writing.pem import encoded


class Earlier(Struct, frozen=True):
    """Signatures in CMS that a file has already: its signers and certificates in DER.

    ``digests`` are those that are announced; ``version_3``: a signer is named by key identifier.
    """

    signers: tuple[bytes, ...] = ()
    certificates: tuple[bytes, ...] = ()
    digests: tuple[str, ...] = ()
    version_3: bool = False


class SignatureForm(Struct, frozen=True):
    """How a file is signed: the container, the digest algorithm, and of CMS the encoding.

    ``attributes``: over signed attributes, which say when it was signed, rather than the file
    itself. ``earlier`` is what others have signed, which the signature is put beside.
    """

    container: str
    digest: str = "sha256"
    encoding: str = "DER"
    attributes: bool = True
    earlier: Earlier = Earlier()


class Digestible(Protocol):
    """A file to be signed; its length and digests are enough."""

    def __len__(self) -> int: ...

    def digest(self, algorithm: str) -> bytes:
        """Return the digest of all the bytes; ``algorithm`` as ``hashlib`` calls it."""
        ...


class Written(Struct, frozen=True):
    """A file to be written: ``content``, in an encoding of CMS."""

    content: Content
    encoding: str = "DER"

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes of the file in order."""
        return encoded(self.encoding, self.content.chunks())


class Addition(Struct, frozen=True):
    """The addition to a file by signing.

    ``before`` and ``after`` go around its bytes, and all of that into an ``encoding`` of CMS.
    ``signature`` and ``certificates`` are files beside it.
    """

    before: bytes = b""
    after: bytes = b""
    encoding: str = "DER"
    signature: bytes | None = None
    certificates: bytes | None = None

    def files(self, content: Content) -> list[Written]:
        """Return the files to write: the signed file or the signature, then the certificates."""
        if self.signature is None:
            parts = (self.before, *content.parts, self.after)
            first = Written(Content(content.name, parts), self.encoding)
        else:
            first = Written(Content.of_bytes("signature", self.signature))
        if self.certificates is None:
            return [first]
        return [first, Written(Content.of_bytes("certificates", self.certificates))]
