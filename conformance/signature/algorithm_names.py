"""Names of algorithms, for people; also of those that no signature here can be verified with."""

from __future__ import annotations

from conformance.signature import oid

_DIGESTS = {
    "1.2.840.113549.2.2": "MD2",
    "1.2.840.113549.2.4": "MD4",
    "1.3.36.3.2.1": "RIPEMD-160",
    "1.3.36.3.2.3": "RIPEMD-256",
    "1.0.10118.3.0.55": "Whirlpool",
    "2.16.840.1.101.3.4.2.5": "SHA-512/224",
    "2.16.840.1.101.3.4.2.6": "SHA-512/256",
    "2.16.840.1.101.3.4.2.7": "SHA3-224",
    "2.16.840.1.101.3.4.2.11": "SHAKE128",
    "2.16.840.1.101.3.4.2.12": "SHAKE256",
    "2.16.840.1.101.3.4.2.17": "SHAKE128",
    "2.16.840.1.101.3.4.2.18": "SHAKE256",
    "1.3.6.1.4.1.1722.12.2.1.16": "BLAKE2b",
    "1.3.6.1.4.1.1722.12.2.2.8": "BLAKE2s",
    "1.2.643.2.2.9": "GOST R 34.11-94",
    "1.2.643.7.1.1.2.2": "GOST R 34.11-2012 of 256 bits",
    "1.2.643.7.1.1.2.3": "GOST R 34.11-2012 of 512 bits",
    "1.2.156.10197.1.401": "SM3",
}
#: Of signatures and of keys: several have one identifier for both.
_SIGNATURES = {
    "1.2.840.113549.1.1.1": "RSA",
    "1.2.840.113549.1.1.2": "RSA with MD2",
    "1.2.840.113549.1.1.3": "RSA with MD4",
    "1.2.840.113549.1.1.7": "RSA-OAEP, which encrypts",
    "1.2.840.113549.1.1.10": "RSA-PSS",
    "1.2.840.113549.1.1.15": "RSA with SHA-512/224",
    "1.2.840.113549.1.1.16": "RSA with SHA-512/256",
    "1.3.14.3.2.29": "RSA with SHA-1",
    "1.3.36.3.3.1.2": "RSA with RIPEMD-160",
    "1.2.840.10045.2.1": "an EC key without a digest",
    "1.3.132.1.12": "ECDH, which does not sign",
    "1.2.840.10040.4.1": "DSA",
    "1.2.840.10040.4.3": "DSA with SHA-1",
    "1.2.840.10046.2.1": "Diffie-Hellman, which does not sign",
    "0.4.0.127.0.7.1.1.4.1.1": "plain ECDSA with SHA-1",
    "0.4.0.127.0.7.1.1.4.1.2": "plain ECDSA with SHA-224",
    "0.4.0.127.0.7.1.1.4.1.3": "plain ECDSA with SHA-256",
    "0.4.0.127.0.7.1.1.4.1.4": "plain ECDSA with SHA-384",
    "0.4.0.127.0.7.1.1.4.1.5": "plain ECDSA with SHA-512",
    "1.3.101.110": "X25519, which does not sign",
    "1.3.101.111": "X448, which does not sign",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
    "1.3.6.1.5.5.7.6.30": "RSA-PSS with SHAKE128",
    "1.3.6.1.5.5.7.6.31": "RSA-PSS with SHAKE256",
    "1.3.6.1.5.5.7.6.32": "ECDSA with SHAKE128",
    "1.3.6.1.5.5.7.6.33": "ECDSA with SHAKE256",
    "1.3.6.1.5.5.7.6.34": "XMSS",
    "1.3.6.1.5.5.7.6.35": "XMSS-MT",
    "1.3.6.1.5.5.7.6.36": "no signature",
    "1.2.840.113549.1.9.16.3.17": "HSS/LMS",
    "1.2.643.2.2.3": "GOST R 34.10-2001",
    "1.2.643.2.2.19": "GOST R 34.10-2001",
    "1.2.643.7.1.1.1.1": "GOST R 34.10-2012 of 256 bits",
    "1.2.643.7.1.1.1.2": "GOST R 34.10-2012 of 512 bits",
    "1.2.643.7.1.1.3.2": "GOST R 34.10-2012 of 256 bits",
    "1.2.643.7.1.1.3.3": "GOST R 34.10-2012 of 512 bits",
    "1.2.156.10197.1.301": "SM2",
    "1.2.156.10197.1.501": "SM2 with SM3",
}
#: Of NIST, under 2.16.840.1.101.3.4.3, by their last arc.
_NIST = (
    *(f"DSA with SHA-{bits}" for bits in (224, 256, 384, 512)),
    *(f"DSA with SHA3-{bits}" for bits in (224, 256, 384, 512)),
    *(f"ECDSA with SHA3-{bits}" for bits in (224, 256, 384, 512)),
    *(f"RSA with SHA3-{bits}" for bits in (224, 256, 384, 512)),
    *(f"ML-DSA-{level}" for level in (44, 65, 87)),
    *(f"SLH-DSA-SHA2-{bits}{size}" for bits in (128, 192, 256) for size in "sf"),
    *(f"SLH-DSA-SHAKE-{bits}{size}" for bits in (128, 192, 256) for size in "sf"),
)
_SIGNATURES |= {
    f"2.16.840.1.101.3.4.3.{number}": name for number, name in enumerate(_NIST, start=1)
}
_CURVES = {
    "1.2.156.10197.1.301": "SM2",
    "1.2.840.10045.3.1.1": "P-192",
    "1.2.840.10045.3.1.7": "P-256",
    "1.3.132.0.10": "secp256k1",
    "1.3.132.0.33": "P-224",
    "1.3.132.0.34": "P-384",
    "1.3.132.0.35": "P-521",
    **{
        f"1.3.36.3.3.2.8.1.1.{number}": f"brainpoolP{bits}{kind}1"
        for number, (bits, kind) in enumerate(
            ((bits, kind) for bits in (160, 192, 224, 256, 320, 384, 512) for kind in "rt"), start=1
        )
    },
}


def digest_title(name: str) -> str:
    """Return a digest algorithm as people write it: ``sha256``, or its identifier, is SHA-256."""
    name = oid.DIGESTS.get(name, name)
    if "." in name:
        return _DIGESTS.get(name, f"algorithm {name}")
    if name.startswith("sha3_"):
        return name.upper().replace("_", "-")
    return f"SHA-{name[3:]}" if name.startswith("sha") else name.upper()


def signature_title(dotted: str) -> str:
    """Return a signature algorithm, or the algorithm of a key, as people write it."""
    return _SIGNATURES.get(dotted, f"algorithm {dotted}")


def curve_title(dotted: str) -> str:
    """Return a curve as people write it, where it has a name."""
    return _CURVES.get(dotted, f"the curve {dotted}")
