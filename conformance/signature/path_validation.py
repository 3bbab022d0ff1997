"""Validation of a path of certificates, as RFC 5280 has it in section 6.1.

The verifier of ``cryptography`` is fast, and cannot judge every path: not constraints on directory
names, URIs or policies, names that are the same in another encoding, or several certificates of one
name. Such a path, or one that it refuses, goes to OpenSSL.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)
from msgspec import Struct

from conformance.signature.algorithm_names import digest_title
from conformance.signature.certificate import Certificate
from conformance.signature.key import Key
from conformance.signature.memory import cached
from conformance.signature.name import rfc4514
from conformance.signature.policies import constrains_policies, policies_hold

#: Bits of the smallest key of a CA.
_MINIMUM_BITS = {"rsa": 2048, "ecdsa": 256}
#: Other kinds that a CA may have.
_OTHER_KEYS = frozenset({"ed25519", "ed448"})
_WEAK = (hashes.MD5, hashes.SHA1)

#: The fault that OpenSSL found, by the number of its error.
_FAULTS = {
    9: "was not yet valid",
    10: "had expired",
    25: "has more CAs below it than its path length allows",
    34: "has a critical extension that is not understood here",
    41: "has an extension that cannot be read",
    47: "has a name that a CA above it does not permit",
    48: "has a name that a CA above it excludes",
    79: "is not the certificate of a CA",
}
_UNJUDGED = "is under constraints on names that cannot be judged here"
_ALIKE = "has the name of another certificate, and does not say which key its issuer signed it with"
_UNREAD = "OpenSSL, which has to judge this chain, cannot read a certificate of it"
#: Reasons why OpenSSL could not decide, by the number of its error. Each certificate of the path
#: is signed by the next one: where it finds no such path, it took another one of the same name.
_UNKNOWN = {
    **dict.fromkeys((49, 51, 52, 53, 54), _UNJUDGED),
    **dict.fromkeys((2, 7, 18, 19, 20, 21), _ALIKE),
}


class PathVerdict(Struct, frozen=True):
    """The problem with a path, if there is one; or why that is not known."""

    fault: str | None = None
    unknown: str | None = None


def validate_path(certificates: Sequence[Certificate], at: datetime) -> PathVerdict:
    """Judge a path from a signer's certificate to a trust anchor, as of ``at``.

    Where all of it is valid, it is judged as of the first instant at which it is, and so once for
    all the files that somebody signs.
    """
    if all(one.is_valid(at) for one in certificates):
        at = max(one.dates[0] for one in certificates)
    return _judged(at.isoformat().encode(), *(one.der for one in certificates))


@cached
def _judged(at: bytes, *ders: bytes) -> PathVerdict:
    """Return the verdict on the path of ``ders`` at an instant, in ISO 8601."""
    moment = datetime.fromisoformat(at.decode())
    path = [one for der in ders if (one := Certificate.read(der)) is not None]
    try:
        constrained = any(map(constrains_policies, path[:-1]))
        if not (constrained or any(map(_constrains_names, path[:-1]))):
            if _is_verified(path, moment):
                return PathVerdict()
        elif constrained and not policies_hold(path[-2::-1]):
            return PathVerdict(fault="not all of the chain is under a policy that a CA of it wants")
        fault = next(filter(None, map(_weakness, path[:-1], path[1:])), None)
    except ValueError:
        return PathVerdict(fault="a certificate of it has extensions that cannot be read")
    return PathVerdict(fault=fault) if fault is not None else _by_openssl(path, moment)


def _constrains_names(certificate: Certificate) -> bool:
    return any(isinstance(one.value, x509.NameConstraints) for one in certificate.extensions())


def _is_verified(path: Sequence[Certificate], at: datetime) -> bool:
    """Return True if the verifier of ``cryptography`` takes the path.

    It gets this path and nothing else: what it would try of many certificates made for the
    purpose has no bound.
    """
    signers = ExtensionPolicy.permit_all().may_be_present(
        x509.CertificatePolicies, Criticality.AGNOSTIC, None
    )
    cas = (
        ExtensionPolicy.permit_all()
        .may_be_present(x509.CertificatePolicies, Criticality.AGNOSTIC, None)
        .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _signs_certificates)
        .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)
    )
    leaf, *issuers = (one.parsed() for one in path)
    verifier = (
        PolicyBuilder()
        .store(Store([issuers[-1] if issuers else leaf]))
        .time(at)
        .extension_policies(ee_policy=signers, ca_policy=cas)
        .max_chain_depth(len(issuers))
        .build_client_verifier()
    )
    try:
        verifier.verify(leaf, issuers[:-1])
    except (VerificationError, ValueError):
        return False
    return True


def _signs_certificates(
    _policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage | None
) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("a CA whose key usage does not let it sign certificates")


def _by_openssl(path: Sequence[Certificate], at: datetime) -> PathVerdict:
    from OpenSSL import crypto

    try:
        return _openssl_verdict(path, at)
    except crypto.Error:
        return PathVerdict(unknown=_UNREAD)


def _openssl_verdict(path: Sequence[Certificate], at: datetime) -> PathVerdict:
    from OpenSSL import crypto

    signer, *issuers = (crypto.load_certificate(crypto.FILETYPE_ASN1, one.der) for one in path)
    store = crypto.X509Store()
    store.add_cert(issuers[-1] if issuers else signer)
    store.set_flags(crypto.X509StoreFlags.PARTIAL_CHAIN)
    store.set_time(at)
    try:
        crypto.X509StoreContext(store, signer, issuers[:-1]).verify_certificate()
    except crypto.X509StoreContextError as error:
        number, *_ = error.errors
        one = Certificate.read(crypto.dump_certificate(crypto.FILETYPE_ASN1, error.certificate))
        name = rfc4514(one.subject) if one is not None else "a certificate"
        if number in _UNKNOWN:
            return PathVerdict(unknown=f"{name} {_UNKNOWN[number]}")
        trouble = _FAULTS.get(number, f"breaks a rule of RFC 5280, section 6.1 (number {number})")
        return PathVerdict(fault=f"{name} {trouble}")
    return PathVerdict()


def _weakness(signed: Certificate, signer: Certificate) -> str | None:
    """Return what OpenSSL lets pass, or does not explain, in how ``signed`` is signed."""
    try:
        digest = signed.parsed().signature_hash_algorithm
    except UnsupportedAlgorithm:
        return f"{rfc4514(signed.subject)} is signed with an algorithm that is not known here"
    if isinstance(digest, _WEAK):
        weak = digest_title(digest.name)
        return f"{rfc4514(signed.subject)} is signed with {weak}, which can be forged"
    key = Key.of(signer)
    size = key.public.key_size if key.public is not None else 0
    if key.kind not in _OTHER_KEYS and size < _MINIMUM_BITS.get(key.kind, 1):
        return f"{rfc4514(signed.subject)} is signed with a key that is not safe: {key.title}"
    said = [one.value for one in signer.extensions()]
    if signer.version == 3 and not any(
        isinstance(one, x509.BasicConstraints) and one.ca for one in said
    ):
        return f"{rfc4514(signer.subject)} is not the certificate of a CA"
    if any(isinstance(one, x509.KeyUsage) and not one.key_cert_sign for one in said):
        return f"{rfc4514(signer.subject)} has a key usage that does not let it sign certificates"
    return None
