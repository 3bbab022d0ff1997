"""Signs as somebody of the test PKI does, with one fault at most: the SignerInfo of CMS."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa
from msgspec import Struct
from msgspec.structs import replace

from conformance.signature import oid
from conformance.signature.fault import SignatureFault
from conformance.signature.pss import Pss
from conformance.signature.writing.der import SET, element, set_of
from conformance.signature.writing.signer_info import (
    SignerInfo,
    attributes,
    pss_algorithm,
    signature_algorithm,
)
from generators.cms import DIGESTED_DATA
from generators.keys import SigningKey, sign_digest, sign_pss

#: Bytes of a salt that is as long as no digest of SHA-2.
#: Faults of a signature over digested data.
_NOT_DATA = (SignatureFault.NOT_DATA, SignatureFault.NOT_DATA_BUT_SO_CALLED)
_OTHER_SALT = 20


class Credential(Struct, frozen=True):
    """With what somebody signs: a key, its certificate in DER, and those of its issuers."""

    key: SigningKey
    certificate: bytes
    issuers: tuple[bytes, ...] = ()


class SignerForm(Struct, frozen=True):
    """How a signer signs.

    ``attributes``: over signed attributes, rather than the file itself. ``key_identifier``:
    names the certificate by it, rather than by issuer and serial number. ``hash``: the digest
    algorithm, unless the fault is that there is another one. ``pss``: RSA keys sign with RSA-PSS.
    """

    attributes: bool = True
    key_identifier: bool = False
    fault: str | None = None
    hash: str = "sha256"
    pss: bool = False

    @property
    def digest(self) -> str:
        """The digest algorithm, of the file."""
        return "sha1" if self.fault in {"sha1", "sha1-digest"} else self.hash

    @property
    def signature_digest(self) -> str:
        """The digest algorithm of that which is signed."""
        return "sha1" if self.fault in {"sha1", "sha1-signature"} else self.hash

    @property
    def announced_pss(self) -> Pss | None:
        """The parameters that a signature with RSA-PSS gives."""
        if self.fault == SignatureFault.PSS_NO_PARAMETERS:
            return None
        size = hashlib.new(self.signature_digest).digest_size
        return replace(self.used_pss, salt=size)

    @property
    def used_pss(self) -> Pss:
        """The parameters that it is made with."""
        digest = self.signature_digest
        mask = "sha1" if self.fault == SignatureFault.PSS_MASK else digest
        other = self.fault == SignatureFault.PSS_SALT
        return Pss(digest, mask, _OTHER_SALT if other else hashlib.new(digest).digest_size)

    @property
    def content_type(self) -> str:
        """The type that the content claims."""
        return DIGESTED_DATA if self.fault in _NOT_DATA else oid.DATA


def signer_info(
    credential: Credential, form: SignerForm, digests: Mapping[str, bytes], at: datetime
) -> bytes:
    """The SignerInfo in DER.

    ``digests`` has the digest of the content by the name of the algorithm, for ``form.digest``
    at least; ``at`` is the aware instant that the signer claims to have signed at.
    """
    digest = digests[form.digest]
    signed = signed_attributes(form, digest, at) if form.attributes else None
    value = signature_value(
        credential.key,
        digest if signed is None else hashlib.new(form.signature_digest, signed).digest(),
        form,
    )
    return SignerInfo(
        credential.certificate,
        form.digest,
        _signature_algorithm(credential.key, form),
        value,
        signed,
        form.key_identifier,
    ).dump()


def signed_attributes(form: SignerForm, digest: bytes, at: datetime) -> bytes:
    """The signed attributes as they are signed: as a SET OF."""
    fault = form.fault
    said = form.content_type
    if fault == SignatureFault.WRONG_CONTENT_TYPE:
        said = oid.SIGNED_DATA
    elif fault == SignatureFault.NOT_DATA_BUT_SO_CALLED:
        said = oid.DATA
    found = attributes(digest, at, said)
    if fault == SignatureFault.DUPLICATED_DIGEST:
        found.append(found[-1])
    if fault == SignatureFault.DUPLICATED_TIME:
        found.append(found[1])
    if fault == SignatureFault.UNSORTED_ATTRIBUTES:
        return element(SET, *sorted(found, reverse=True))
    return set_of(*found)


def signature_value(key: SigningKey, digest: bytes, form: SignerForm) -> bytes:
    """The signature over that which has ``digest``."""
    if form.pss and isinstance(key, rsa.RSAPrivateKey):
        value = sign_pss(key, digest, form.used_pss)
    else:
        value = sign_digest(key, digest, form.signature_digest)
    if form.fault == SignatureFault.TAMPERED_SIGNATURE:
        return value[:-1] + bytes((value[-1] ^ 1,))
    return value


def _signature_algorithm(key: SigningKey, form: SignerForm) -> bytes:
    name = form.signature_digest
    if isinstance(key, rsa.RSAPrivateKey):
        if form.pss:
            return pss_algorithm(form.announced_pss)
        return signature_algorithm("rsa", None if name == form.digest else name)
    return signature_algorithm("ecdsa", name)
