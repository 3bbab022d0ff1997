"""A container that is not shipped: the signature value in hex beside the file.

All of it is in this module, as all of a shipped container is in one.
"""

from __future__ import annotations

import binascii
import re
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from conformance.findings import Finding, Place
from conformance.signature.containers.base import Likeness, Placement, SigningContainer, Terms
from conformance.signature.fault import Damage
from conformance.signature.recognition import HEAD, Shape
from conformance.signature.signed_input import Opened, SignedInput
from conformance.signature.writing.form import Addition, Digestible, SignatureForm
from conformance.signature.writing.pem import certificates

if TYPE_CHECKING:
    from conformance.signature.signer import Signer

MAXIMUM = 1 << 13
_DIGITS = re.compile(rb"[0-9a-f]+\n?")


class HexDetached(SigningContainer):
    """Pairs of hexadecimal digits."""

    name = "hex-detached"
    title = "a signature in hexadecimal beside the file"
    summary = "a signature in hexadecimal, and the certificate"
    placement = Placement.BESIDE
    suffix = ".hex"
    certificates_beside = True

    def recognise(self, signed_input: SignedInput, shape: Shape) -> Likeness:
        """Take hexadecimal digits beside the file."""
        digits = signed_input.detached is not None and _DIGITS.fullmatch(
            signed_input.detached.head(HEAD)
        )
        return Likeness.CERTAIN if digits and shape is Shape.OTHER else Likeness.NONE

    def open(self, signed_input: SignedInput, terms: Terms) -> Opened:
        """Open a value in hexadecimal beside the file."""
        from conformance.signature.bare import open_value

        opened = Opened(self.name, data=signed_input.content)
        assert signed_input.detached is not None
        try:
            value = binascii.a2b_hex(signed_input.detached.read(MAXIMUM).strip())
        except ValueError:
            fault = Finding(
                "the signature is not pairs of hexadecimal digits",
                place=Place(signed_input.detached.name),
            )
            return replace(opened, faults=(fault,))
        return open_value(opened, value, signed_input, terms)

    def add(self, file: Digestible, signer: Signer, form: SignatureForm, at: datetime) -> Addition:
        """Sign ``file``, and return the value in hexadecimal, and the certificates."""
        del at
        value = signer.sign(file.digest(form.digest), form.digest)
        along = certificates((signer.certificate, *signer.issuers))
        return Addition(signature=value.hex().encode() + b"\n", certificates=along)

    def damages(self) -> tuple[Damage, ...]:
        """Return the fault of a digit that is missing."""
        return (Damage("digit-missing", "a hexadecimal digit is missing", _without_a_digit),)


def _without_a_digit(addition: Addition) -> Addition:
    return replace(addition, signature=(addition.signature or b"")[1:])


HEX_DETACHED = HexDetached()
