"""Signs with CMS, as a signer without a fault does."""

from __future__ import annotations

import hashlib
from datetime import datetime

from conformance.signature.signer import Signer, key_of
from conformance.signature.writing.der import set_of
from conformance.signature.writing.form import Digestible, SignatureForm
from conformance.signature.writing.signed_data import SignedData
from conformance.signature.writing.signer_info import SignerInfo, attributes, signature_algorithm


def sign_message(file: Digestible, signer: Signer, form: SignatureForm, at: datetime) -> SignedData:
    """Return the SignedData of one signature over ``file``, at the aware instant ``at``.

    Raises:
        TadpError: the key cannot sign that, or the certificate cannot be read.
    """
    digest = file.digest(form.digest)
    signed = set_of(*attributes(digest, at)) if form.attributes else None
    over = digest if signed is None else hashlib.new(form.digest, signed).digest()
    kind = "rsa-pss" if signer.pss else key_of(signer).kind
    info = SignerInfo(
        certificate=signer.certificate,
        digest=form.digest,
        algorithm=signature_algorithm(kind, None if kind == "rsa" else form.digest),
        value=signer.sign(over, form.digest),
        attributes=signed,
    )
    earlier = form.earlier
    certificates = (*earlier.certificates, signer.certificate, *signer.issuers)
    return SignedData(
        (*earlier.signers, info.dump()),
        tuple(dict.fromkeys(certificates)),
        tuple(dict.fromkeys((*earlier.digests, form.digest))),
        version_3=earlier.version_3,
    )
