"""A signature value alone in a file beside the signed one, and the certificate in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.signature.containers.base import Likeness, Placement, SigningContainer, Terms
from conformance.signature.recognition import Shape
from conformance.signature.signed_input import Opened, SignedInput

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.signature.signer import Signer
    from conformance.signature.writing.form import Addition, Digestible, SignatureForm


class RawDetached(SigningContainer):
    """The bytes of the signature, which say nothing of themselves."""

    name = "raw-detached"
    title = "a bare signature value beside the file"
    summary = "a signature value, and the certificate"
    placement = Placement.BESIDE
    suffix = ".sig"
    certificates_beside = True

    def recognise(self, signed_input: SignedInput, shape: Shape) -> Likeness:
        """Take any signature beside the file that is nothing else."""
        beside = signed_input.detached is not None and shape in {Shape.OTHER, Shape.OTHER_PEM}
        return Likeness.LIKELY if beside else Likeness.NONE

    def open(self, signed_input: SignedInput, terms: Terms) -> Opened:
        """Open a signature value beside the file."""
        from conformance.signature.bare import MAX_SIGNATURE, no_value, open_value

        opened = Opened(self.name, data=signed_input.content)
        assert signed_input.detached is not None  # noqa: S101 - ``recognise`` has seen it
        if not 0 < len(signed_input.detached) <= MAX_SIGNATURE:
            return no_value(opened, signed_input.detached)
        return open_value(opened, signed_input.detached.read(MAX_SIGNATURE), signed_input, terms)

    def add(self, file: Digestible, signer: Signer, form: SignatureForm, at: datetime) -> Addition:
        """Sign ``file``, and return the value and the certificates."""
        del at  # There is no room for it.
        from conformance.signature.writing.form import Addition
        from conformance.signature.writing.pem import certificates

        value = signer.sign(file.digest(form.digest), form.digest)
        along = certificates((signer.certificate, *signer.issuers))
        return Addition(signature=value, certificates=along)


RAW_DETACHED = RawDetached()
