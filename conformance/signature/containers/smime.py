"""An S/MIME message around the file, as OpenSSL writes unless asked for something else."""

from __future__ import annotations

from conformance.signature.containers.base import Container, Likeness, Terms
from conformance.signature.parcel import Opened, Parcel
from conformance.signature.recognition import Shape


class Smime(Container):
    """A signed message; it is read, and not written."""

    name = "smime"
    title = "an S/MIME message"
    distinct = several = dated = True
    refusal = "the file is wrapped in S/MIME, as for e-mail"
    refusal_hint = "With OpenSSL, sign with -binary -outform DER."

    def recognise(self, parcel: Parcel, shape: Shape) -> Likeness:
        """Take what has the headers of a signed message."""
        del parcel
        return Likeness.CERTAIN if shape is Shape.MAIL else Likeness.NONE

    def open(self, parcel: Parcel, terms: Terms) -> Opened:
        """Open a signed message, with the file inside, beside it or both."""
        # Loads Python's parser of messages, and most of the cryptography.
        from conformance.signature.smime_opening import open_smime

        return open_smime(parcel, terms, self)


SMIME = Smime()
