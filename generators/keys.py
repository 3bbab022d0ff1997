"""Private keys that anybody can make: for tests, and for nothing else.

EVERY KEY OF THIS MODULE IS PUBLIC. It follows from a seed that is in the source code, so
whoever has this package can sign with it. Never trust such a key, nor a certificate for one,
outside of tests.

The same seed gives the same key on every machine and Python version, and signing with it gives
the same bytes: ECDSA as RFC 6979 has it, RSA as PKCS #1 v1.5 or RSA-PSS with a salt that follows
from what is signed.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from itertools import count
from math import lcm

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from conformance.signature.pss import Pss
from generators.primes import EXPONENT, steps_to_prime

#: A private key that can sign files.
SigningKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_DOMAIN = b"tadp-conformance PUBLIC test key, never to be trusted"
_CURVES: dict[str, ec.EllipticCurve] = {
    "secp256r1": ec.SECP256R1(),
    "secp384r1": ec.SECP384R1(),
    "secp521r1": ec.SECP521R1(),
}
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - for signatures that have to be refused
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@lru_cache(maxsize=256)
def ecdsa_key(seed: str, curve: str = "secp256r1") -> ec.EllipticCurvePrivateKey:
    """The EC key that follows from ``seed``. PUBLIC: never trust it.

    Raises:
        ValueError: ``curve`` is not P-256, P-384 or P-521 by its name in SEC 2.
    """
    if curve not in _CURVES:
        raise ValueError(f"{curve} is not one of {', '.join(_CURVES)}")
    order = _CURVES[curve].group_order
    # 128 bits more than the order has, so that no scalar is noticeably likelier.
    wide = expand(f"ecdsa/{curve}/{seed}", (order.bit_length() + 7) // 8 + 16)
    return ec.derive_private_key(int.from_bytes(wide) % (order - 1) + 1, _CURVES[curve])


@lru_cache(maxsize=256)
def rsa_key(seed: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The RSA key of ``bits`` bits that follows from ``seed``. PUBLIC: never trust it.

    Raises:
        ValueError: ``bits`` is less than 1,024, or no multiple of 16.
    """
    if bits % 16 or bits < 1024:
        raise ValueError(f"no RSA key of {bits} bits is made here")
    p, q = sorted((_prime(f"rsa/{bits}/{seed}/{n}", bits // 2) for n in (1, 2)), reverse=True)
    d = pow(EXPONENT, -1, lcm(p - 1, q - 1))
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=d % (p - 1),
        dmq1=d % (q - 1),
        iqmp=pow(q, -1, p),
        public_numbers=rsa.RSAPublicNumbers(EXPONENT, p * q),
    )
    # Checking it costs more than all the rest together; the tests do.
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


def sign_digest(key: SigningKey, digest: bytes, algorithm: str = "sha256") -> bytes:
    """The signature by ``key`` over that which has ``digest``: always the same bytes.

    A DER Ecdsa-Sig-Value or an RSA signature; ``algorithm`` is one of SHA-1 or SHA-2.
    """
    prehashed = utils.Prehashed(_HASHES[algorithm])
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(digest, padding.PKCS1v15(), prehashed)
    return key.sign(digest, ec.ECDSA(prehashed, deterministic_signing=True))


def sign_pss(key: rsa.RSAPrivateKey, digest: bytes, pss: Pss) -> bytes:
    """Return the RSA-PSS signature over that which has ``digest`` (RFC 8017, 8.1.1 and 9.1.1).

    `cryptography` draws a salt at random; this one gives the same bytes each time. It takes no
    care to hide the key, which is public.
    """
    numbers = key.private_numbers()
    modulus = numbers.public_numbers.n
    bits = modulus.bit_length() - 1
    size = (bits + 7) // 8
    salt = expand(f"salt/{digest.hex()}", pss.salt or 0)
    hashed = hashlib.new(pss.digest, bytes(8) + digest + salt).digest()
    block = (b"\x01" + salt).rjust(size - len(hashed) - 1, b"\0")
    mask = _mask(pss.mask, hashed, len(block))
    hidden = int.from_bytes(block) ^ int.from_bytes(mask)
    hidden &= (1 << bits - 8 * (size - len(block))) - 1
    message = int.from_bytes(hidden.to_bytes(len(block)) + hashed + b"\xbc")
    # By the Chinese remainder theorem, which is four times as fast as the power itself.
    p, q = numbers.p, numbers.q
    below = pow(message, numbers.dmq1, q)
    above = numbers.iqmp * (pow(message, numbers.dmp1, p) - below) % p
    return (below + above * q).to_bytes((modulus.bit_length() + 7) // 8)


def _mask(algorithm: str, seed: bytes, size: int) -> bytes:
    """Return ``size`` bytes that follow from ``seed`` (MGF1: RFC 8017, B.2.1)."""
    found = b""
    for number in count():
        if len(found) >= size:
            break
        found += hashlib.new(algorithm, seed + number.to_bytes(4)).digest()
    return found[:size]


def private_pem(key: SigningKey) -> bytes:
    """The key in PKCS #8 and PEM, without a password."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def expand(seed: str, size: int) -> bytes:
    """``size`` bytes that look random and follow from ``seed``."""
    return hashlib.shake_256(_DOMAIN + b"\0" + seed.encode()).digest(size)


def _prime(seed: str, bits: int) -> int:
    """The first prime behind the place that ``seed`` leads to, with its two top bits set."""
    start = int.from_bytes(expand(seed, bits // 8)) | 3 << bits - 2 | 1
    return start + steps_to_prime(seed, start)
