"""Signs a CSV file, in each container that a profile can take: clauses 3.4(b), 4.7(b), 4.13(b).

The file is digested, and read once more only where it goes inside the signature, so that files
of any size are signed in constant memory.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from conformance.content import Content
from conformance.errors import TadpError
from conformance.preparation.der import OCTETS, Frame, set_of
from conformance.preparation.pem import armour, armoured
from conformance.preparation.signed_data import SignedData
from conformance.preparation.signer import Signer, key_of, verified_signature
from conformance.preparation.signer_info import SignerInfo, attributes, signature_algorithm

CONTAINERS = ("cms-detached", "cms-attached", "raw-detached", "signature-record")
#: Of CMS; the others have one form only.
ENCODINGS = ("DER", "PEM")


class Form(Struct, frozen=True):
    """How a file is signed: the container, the digest algorithm, and of CMS the encoding.

    ``attributes``: over signed attributes, which say when it was signed, rather than the file
    itself.
    """

    container: str
    digest: str = "sha256"
    encoding: str = "DER"
    attributes: bool = True


class Written(Struct, frozen=True):
    """A file to be written: ``content``, in PEM armour if that has a ``label``."""

    content: Content
    label: str | None = None

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes of the file in order."""
        if self.label is None:
            return self.content.chunks()
        return armoured(self.label, self.content.chunks())


def sign(content: Content, signer: Signer, form: Form, at: datetime) -> list[Written]:
    """Sign ``content`` as ``form`` has it, at the aware instant ``at``.

    What is to be written: the signature, or the signed file; of ``raw-detached`` the signature
    and the certificates, in this order.

    Raises:
        TadpError: the key cannot sign, is not that of the certificate, or the file is no text
            of whole lines where the signature becomes its last one.
    """
    digest = content.digest(form.digest)
    if form.container == "raw-detached":
        value = verified_signature(signer, digest, form.digest)
        ders = (signer.certificate, *signer.issuers)
        certificates = b"".join(armour("CERTIFICATE", der) for der in ders)
        return [_bytes(value), _bytes(certificates)]
    if form.container == "signature-record":
        if len(content) and content.slice(len(content) - 1, 1).read(1) != b"\n":
            raise TadpError(
                "does not end in a line feed, behind which its signature could be the last record",
                where=content.name,
                remedy="add it, or choose another --container",
            )
        value = verified_signature(signer, digest, form.digest)
        record = signature_record(value, signer.certificate)
        return [Written(Content(content.name, (*content.parts, record)))]
    message = _signed_data(digest, signer, form, at)
    if form.container == "cms-attached":
        frame = message.around(Frame(len(content)).within(OCTETS))
        parts = (frame.before, *content.parts, frame.after)
    else:
        frame = message.around(Frame())
        parts = (frame.before + frame.after,)
    return [Written(Content(content.name, parts), "CMS" if form.encoding == "PEM" else None)]


def signature_record(value: bytes, certificate: bytes) -> bytes:
    """The record, with its line feed, that a signature is in a file of its own kind."""
    fields = (b"SIGNATURE", base64.b64encode(value), base64.b64encode(certificate))
    return b",".join(fields) + b"\n"


def _signed_data(digest: bytes, signer: Signer, form: Form, at: datetime) -> SignedData:
    signed = set_of(*attributes(digest, at)) if form.attributes else None
    over = digest if signed is None else hashlib.new(form.digest, signed).digest()
    kind = key_of(signer).kind
    info = SignerInfo(
        certificate=signer.certificate,
        digest=form.digest,
        algorithm=signature_algorithm(kind, None if kind == "rsa" else form.digest),
        value=verified_signature(signer, over, form.digest),
        attributes=signed,
    )
    return SignedData([info.dump()], (signer.certificate, *signer.issuers), form.digest)


def _bytes(data: bytes) -> Written:
    return Written(Content.of_bytes("signature", data))
