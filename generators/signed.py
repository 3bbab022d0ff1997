"""The files of a signed submission, under the names that follow from the container."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import assert_never

from msgspec import Struct

from conformance.signature.containers.base import CERTIFICATE_SUFFIX, Placement, SigningContainer
from conformance.signature.writing.form import Addition


class Signed(Struct, frozen=True):
    """Files to hand in. ``file`` is the CSV file itself, or the container with it inside."""

    file_name: str
    file: bytes
    signature_name: str | None = None
    signature: bytes | None = None
    certificate_name: str | None = None
    certificate: bytes | None = None


class SignedStream(Struct, frozen=True):
    """A signature for a file that is not in memory: its name, and what goes around its bytes.

    The file to hand in is ``before``, the CSV file, ``after``.
    """

    file_name: str
    before: bytes = b""
    after: bytes = b""
    signature_name: str | None = None
    signature: bytes | None = None
    certificate_name: str | None = None
    certificate: bytes | None = None

    @classmethod
    def of(cls, name: str, container: SigningContainer, addition: Addition) -> SignedStream:
        """Return the CSV file called ``name`` with what signing adds to it, under its names."""
        added, beside = (addition.before, addition.after), name + container.suffix
        along = (name + CERTIFICATE_SUFFIX, addition.certificates) if addition.certificates else ()
        match container.placement:
            case Placement.AROUND:
                return cls(beside, *added)
            case Placement.WITHIN:
                return cls(name, *added, None, None, *along)
            case Placement.BESIDE:
                return cls(name, *added, beside, addition.signature, *along)
            case _:
                assert_never(container.placement)

    def around(self, data: bytes) -> Signed:
        """The files to hand in, if the CSV file is ``data``."""
        return Signed(
            self.file_name,
            self.before + data + self.after,
            self.signature_name,
            self.signature,
            self.certificate_name,
            self.certificate,
        )


class Digested(Struct, frozen=True):
    """A file whose length and some digests are known; a ``Digestible``."""

    length: int
    digests: Mapping[str, bytes]

    @classmethod
    def of(cls, data: bytes, algorithm: str) -> Digested:
        """Return what is known of ``data``."""
        return cls(len(data), {algorithm: hashlib.new(algorithm, data).digest()})

    def __len__(self) -> int:
        return self.length

    def digest(self, algorithm: str) -> bytes:
        """Return a digest that is known."""
        return self.digests[algorithm]
