"""Who and what may say of a certificate that it was revoked, as those see it who ask.

For annotations alone: what is here is not loaded to check a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from conformance.signature.certificate import Certificate
from conformance.signature.ocsp_response import OcspResponse


class Source(Protocol):
    """The file that a statement is in."""

    @property
    def weak(self) -> str | None:
        """The digest that it is signed with, in words, if that can be forged."""
        ...

    @property
    def trusted_by(self) -> str:
        """The entry of a profile that lists such files."""
        ...

    def title(self) -> str:
        """Return what it is called in a sentence."""
        ...


class Vouchers(Protocol):
    """The certificates of those who may say that a certificate was revoked."""

    def of(self, name: bytes) -> Iterable[Certificate]:
        """Yield those that may have signed a list in this name, in DER."""
        ...

    def responders(self, authority: Certificate, response: OcspResponse) -> Iterable[Certificate]:
        """Yield those that may have signed a response about certificates of ``authority``."""
        ...
