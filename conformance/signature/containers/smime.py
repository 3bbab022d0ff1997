"""An S/MIME message around the file, as OpenSSL writes unless asked for something else."""

from __future__ import annotations

from conformance.signature.containers.base import Container, Likeness, Terms
from conformance.signature.recognition import Shape
from conformance.signature.signed_input import Opened, SignedInput


class Smime(Container):
    """A signed message; it is read, and not written."""

    name = "smime"
    title = "an S/MIME message"
    distinct = several = dated = True
    refusal = "the file is wrapped in S/MIME, as for e-mail"
    refusal_hint = "With OpenSSL, sign with -binary -outform DER."

    def recognise(self, signed_input: SignedInput, shape: Shape) -> Likeness:
        """Take what has the headers of a signed message."""
        del signed_input
        return Likeness.CERTAIN if shape is Shape.MAIL else Likeness.NONE

    def open(self, signed_input: SignedInput, terms: Terms) -> Opened:
        """Open a signed message, with the file inside, beside it or both."""
        # Loads Python's parser of messages, and most of the cryptography.
        from conformance.signature.smime_opening import open_smime

        return open_smime(signed_input, terms, self)


SMIME = Smime()
