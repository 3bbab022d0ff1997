"""Signatures of one certificate's key over another certificate."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

from conformance.signature import oid
from conformance.signature.certificate import Certificate, parse
from conformance.signature.key import Ecdsa
from conformance.signature.memory import cached


def is_issued_by(certificate: Certificate, issuer: Certificate) -> bool:
    """Return True if the key of ``issuer`` has signed ``certificate``; names are not looked at."""
    return _issued(certificate.der, issuer.der)


@cached
def _issued(certificate: bytes, issuer: bytes) -> bool:
    try:
        one, key = parse(certificate), parse(issuer).public_key()
        signature, body = one.signature, one.tbs_certificate_bytes
        digest = one.signature_hash_algorithm
        scheme, _ = oid.SIGNATURES.get(one.signature_algorithm_oid.dotted_string, ("", None))
        if scheme == "ecdsa" and digest is not None:
            how: object = Ecdsa(digest)
        else:
            how = one.signature_algorithm_parameters
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, body, how, digest)  # type: ignore[arg-type]
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, body, how)  # type: ignore[arg-type]
        elif isinstance(key, dsa.DSAPublicKey):
            key.verify(signature, body, digest)  # type: ignore[arg-type]
        else:
            key.verify(signature, body)  # type: ignore[union-attr]
    # A key that signs nothing, or nothing in this way, is a TypeError or an AttributeError.
    except (InvalidSignature, UnsupportedAlgorithm, AttributeError, TypeError, ValueError):
        return False
    return True
