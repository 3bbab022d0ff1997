"""The public key of a certificate: what it is, whether the profile takes it, what it verifies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from msgspec import Struct

from conformance.content import Content
from conformance.findings import Finding
from conformance.model.profile import KeyAlgorithm
from conformance.signature import oid
from conformance.signature.algorithm_names import curve_title as other_curve
from conformance.signature.algorithm_names import digest_title, signature_title
from conformance.signature.ber import OID, Malformed, Reader
from conformance.signature.certificate import Certificate
from conformance.signature.memory import cached
from conformance.signature.pss import Pss

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

#: Digest algorithms as ``cryptography`` has them, by their names in ``hashlib``.
HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "sha3_256": hashes.SHA3_256,
    "sha3_384": hashes.SHA3_384,
    "sha3_512": hashes.SHA3_512,
}

#: Curves by the names that people know them by.
_CURVES = {
    "secp256r1": "P-256",
    "secp384r1": "P-384",
    "secp521r1": "P-521",
    "secp224r1": "P-224",
    "secp192r1": "P-192",
}


class Ecdsa(ec.ECDSA):
    """ECDSA, to verify with.

    The constructor of its base loads all of OpenSSL's ciphers, to see whether signatures can be
    made without random numbers. That takes half as long as Python takes to start.
    """

    def __init__(self, digest: utils.Prehashed | hashes.HashAlgorithm) -> None:
        self._digest = digest

    @property
    def algorithm(self) -> utils.Prehashed | hashes.HashAlgorithm:
        return self._digest

    @property
    def deterministic_signing(self) -> bool:
        return False


class Key(Struct, frozen=True):
    """A public key; ``public`` is None for a kind that is not verified here."""

    kind: str  #: ``ecdsa``, ``rsa`` or another name
    title: str  #: for people, as "RSA, 2,048 bits"
    public: ec.EllipticCurvePublicKey | rsa.RSAPublicKey | None

    @classmethod
    def of(cls, certificate: Certificate) -> Key:
        """The key of a certificate; one that cannot be read is of kind ``unreadable``."""
        return _key(certificate)

    @property
    def schemes(self) -> tuple[str, ...]:
        """The schemes of a signature by this key, by the profile's names."""
        return ("rsa", "rsa-pss") if self.kind == "rsa" else (self.kind,)

    def rule(self, algorithms: Sequence[KeyAlgorithm]) -> KeyAlgorithm | Finding:
        """The first entry of the profile that takes this key, or why none does."""
        for rule in filter(self.takes, algorithms):
            return rule
        return Finding(
            "the signing key is of a kind that is not allowed",
            found=self.title,
            expected=" or ".join(rule_title(rule) for rule in algorithms),
            profile=("signature.algorithms",),
        )

    def takes(self, rule: KeyAlgorithm) -> bool:
        """Return True if the key is one of those that an entry of a profile is about."""
        if rule.key not in self.schemes:
            return False
        if isinstance(self.public, ec.EllipticCurvePublicKey):
            return rule.curve in {None, self.public.curve.name}
        return self.public is not None and self.public.key_size >= (rule.minimum_bits or 0)

    def verifies(
        self, signature: bytes, digest: bytes, algorithm: str, pss: Pss | None = None
    ) -> bool | None:
        """Return True if ``signature`` is over something with this digest; None: not known.

        An ECDSA signature is a DER Ecdsa-Sig-Value, of either S; one of RSA is PKCS #1 v1.5, or
        RSA-PSS with the parameters ``pss``.
        """
        hash_type, mask_type = HASHES.get(algorithm), HASHES.get(pss.mask if pss else algorithm)
        if self.public is None or hash_type is None or mask_type is None:
            return None
        prehashed = utils.Prehashed(hash_type())
        try:
            if isinstance(self.public, rsa.RSAPublicKey):
                form: padding.PSS | padding.PKCS1v15 = padding.PKCS1v15()
                if pss:
                    salt = padding.PSS.AUTO if pss.salt is None else pss.salt
                    form = padding.PSS(padding.MGF1(mask_type()), salt)
                self.public.verify(signature, digest, form, prehashed)
            else:
                self.public.verify(signature, digest, Ecdsa(prehashed))
        except (InvalidSignature, ValueError):
            return False
        except UnsupportedAlgorithm:
            return None
        return True


@cached
def _key(certificate: Certificate) -> Key:
    try:
        public = _public(certificate)
    except (ValueError, UnsupportedAlgorithm):
        title = f"a key that cannot be read ({_title(certificate.key)})"
        return Key("unreadable", title, None)
    if isinstance(public, ec.EllipticCurvePublicKey):
        if _algorithm(certificate.key) == (oid.EC_KEY, None):
            # Whoever spells out a curve may choose another generator (CVE-2020-0601).
            return Key("explicit", _title(certificate.key), None)
        return Key("ecdsa", f"ECDSA on {curve_title(public.curve.name)}", public)
    if isinstance(public, rsa.RSAPublicKey):
        return Key("rsa", f"RSA of {public.key_size:,} bits", public)
    title = _title(certificate.key)
    return Key(title.lower(), title, None)


def _public(certificate: Certificate) -> PublicKeyTypes:
    try:
        return certificate.parsed().public_key()
    except ValueError:
        # By itself, so that a key is read where another part of its certificate is not.
        from cryptography.hazmat.primitives.serialization import load_der_public_key

        return load_der_public_key(certificate.key)


@cached
def _algorithm(key: bytes) -> tuple[str, str | None]:
    """Return the algorithm of a public key in DER, and the curve where one is named; by OIDs.

    Raises:
        ValueError: it cannot be read.
    """
    reader = Reader(Content.of_bytes("key", key))
    try:
        identifier, *_ = reader.children(reader.element(0, reader.size))
        type_, *parameters = reader.children(identifier)
        named = [oid.decode(reader.value(one)) for one in parameters[:1] if one.tag == OID]
        return oid.decode(reader.value(type_)), named[0] if named else None
    except Malformed as error:
        raise ValueError("not a public key") from error


def _title(key: bytes) -> str:
    """Return a name for a public key, in DER, that is not verified with here."""
    try:
        type_, curve = _algorithm(key)
    except ValueError:
        return "unknown"
    if type_ != oid.EC_KEY:
        return signature_title(type_)
    return f"ECDSA on {other_curve(curve)}" if curve else "ECDSA on a curve that is spelt out"


def rule_title(rule: KeyAlgorithm) -> str:
    """An entry of the profile in words, as "ECDSA on P-256 with SHA-256"."""
    key = rule.key.upper()
    if rule.curve:
        key += f" on {curve_title(rule.curve)}"
    if rule.minimum_bits:
        key += f" of {rule.minimum_bits:,} bits or more"
    return f"{key} with {' or '.join(digest_title(name) for name in rule.digests)}"


def curve_title(name: str) -> str:
    return _CURVES.get(name, name)
