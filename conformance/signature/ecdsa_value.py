"""The value of an ECDSA signature: r and s in DER, or one after the other."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec, utils

from conformance.findings import Finding
from conformance.signature.key import Key


def raw_value(signature: bytes, key: Key) -> bytes:
    """Return r and s one after the other, of a ``signature`` in DER; of another key as it is."""
    width = _width(key)
    if width is None:
        return signature
    return b"".join(n.to_bytes(width, "big") for n in utils.decode_dss_signature(signature))


def der_value(value: bytes, key: Key, *, raw: bool) -> bytes | Finding:
    """Return the signature in DER that ``value`` is, as a profile has it; or why it is not one.

    ``raw``: it is to be r and s one after the other. Of another key it is as it is.
    """
    width = _width(key)
    if width is None:
        return value
    plain, der = len(value) == 2 * width, _is_der(value)
    if raw and plain:
        r, s = value[:width], value[width:]
        return utils.encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    if not raw and (der or not plain):
        return value
    titles = f"r and s one after the other, {2 * width} bytes", "r and s in DER"
    return Finding(
        "the value of the signature is not in the form that the profile has",
        found=titles[raw] if plain or der else f"{len(value)} bytes",
        expected=titles[not raw],
        profile=("signature.record.columns",),
    )


def _width(key: Key) -> int | None:
    """Return how many bytes r has, or s; None: the key is not one of ECDSA."""
    public = key.public
    return (public.key_size + 7) // 8 if isinstance(public, ec.EllipticCurvePublicKey) else None


def _is_der(value: bytes) -> bool:
    try:
        utils.decode_dss_signature(value)
    except ValueError:
        return False
    return True
