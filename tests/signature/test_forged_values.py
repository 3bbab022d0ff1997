"""Signature values that are nearly right, of the kinds that Wycheproof has, are not taken.

Each is made of a good signature, or of the private key, so that only its form or its numbers are
wrong. A verifier that reads BER, that does not look at the range of a number or that looks for the
digest anywhere in a padded block takes some of them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.signature import pki
from tests.signature.signing import ALL_CONTAINERS, Forgery, Hierarchy, messages, open_bytes

DATA = b"a,b\n" * 8
#: The order of P-256, and its prime.
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF


def tlv(tag: int, body: bytes, *, octets: int = 0) -> bytes:
    """An element; ``octets``: its length in the long form, with that many of them."""
    if octets:
        return bytes((tag, 0x80 | octets)) + len(body).to_bytes(octets) + body
    return bytes((tag, len(body))) + body if len(body) < 0x80 else tlv(tag, body, octets=1)


def number(value: int) -> bytes:
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, signed=True))


def pair(r: int, s: int) -> bytes:
    return tlv(0x30, number(r) + number(s))


#: Changes of r and s.
ECDSA: dict[str, Callable[[int, int], bytes]] = {
    "long form of the length": lambda r, s: tlv(0x30, number(r) + number(s), octets=1),
    "length with zeros": lambda r, s: tlv(0x30, number(r) + number(s), octets=3),
    "length of r in the long form": lambda r, s: tlv(
        0x30, tlv(2, number(r)[2:], octets=1) + number(s)
    ),
    "indefinite length": lambda r, s: b"\x30\x80" + number(r) + number(s) + b"\0\0",
    "length too large": lambda r, s: bytes((0x30, len(pair(r, s)) - 1)) + pair(r, s)[2:],
    "length too small": lambda r, s: bytes((0x30, len(pair(r, s)) - 3)) + pair(r, s)[2:],
    "a byte behind": lambda r, s: pair(r, s) + b"\0",
    "NULL behind": lambda r, s: pair(r, s) + b"\5\0",
    "NULL inside": lambda r, s: tlv(0x30, number(r) + number(s) + b"\5\0"),
    "NULL before": lambda r, s: tlv(0x30, b"\5\0" + number(r) + number(s)),
    "a third number": lambda r, s: tlv(0x30, number(r) + number(s) + number(1)),
    "r alone": lambda r, _: tlv(0x30, number(r)),
    "nothing in it": lambda _, __: tlv(0x30, b""),
    "nothing": lambda _, __: b"\x30",
    "a SET": lambda r, s: b"\x31" + pair(r, s)[1:],
    "r as octets": lambda r, s: tlv(0x30, b"\4" + number(r)[1:] + number(s)),
    "r in a sequence": lambda r, s: tlv(0x30, tlv(0x30, number(r)) + number(s)),
    "the pair in a sequence": lambda r, s: tlv(0x30, pair(r, s)),
    "zeros before r": lambda r, s: tlv(0x30, tlv(2, b"\0\0" + r.to_bytes(32)) + number(s)),
    "zeros before s": lambda r, s: tlv(0x30, number(r) + tlv(2, b"\0\0" + s.to_bytes(32))),
    "an empty r": lambda _, s: tlv(0x30, b"\2\0" + number(s)),
    "an empty s": lambda r, _: tlv(0x30, number(r) + b"\2\0"),
    "r and s as IEEE P1363 has them": lambda r, s: r.to_bytes(32) + s.to_bytes(32),
    "s before r": lambda r, s: pair(s, r),
    "r plus the order": lambda r, s: pair(r + N, s),
    "s plus the order": lambda r, s: pair(r, s + N),
    "r minus the order": lambda r, s: pair(r - N, s),
    "s minus the order": lambda r, s: pair(r, s - N),
    "r negated": lambda r, s: pair(-r, s),
    "s negated": lambda r, s: pair(r, -s),
    "r modulo a power of two": lambda r, s: pair(r + (1 << 256), s),
    "s of 128 bytes": lambda r, s: pair(r, s + N * (1 << 700)),
    **{
        f"r {r_name}, s {s_name}": lambda _, __, r=r, s=s: pair(r, s)  # type: ignore[misc]
        for r_name, r in {"0": 0, "1": 1, "-1": -1, "the order": N, "the prime": P}.items()
        for s_name, s in {"0": 0, "1": 1, "-1": -1, "the order": N, "its double": 2 * N}.items()
    },
    "r 1, s as it is": lambda _, s: pair(1, s),
    "r as it is, s 0": lambda r, _: pair(r, 0),
    "r as it is, s the order": lambda r, _: pair(r, N),
}


@pytest.mark.parametrize("kind", ECDSA)
def test_a_value_of_ecdsa_is_der_and_within_its_range(hierarchy: Hierarchy, kind: str) -> None:
    forgery = Forgery(hierarchy.ec, DATA, attributes=None)
    good = forgery.sign(DATA)
    assert pair(*decode_dss_signature(good)) == good
    _assert_refused(hierarchy.ec, ECDSA[kind](*decode_dss_signature(good)))


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1()])
def test_a_value_over_another_digest_of_the_same_file_is_refused(
    hierarchy: Hierarchy, curve: ec.EllipticCurve
) -> None:
    holder = pki.issue(pki.subject(), hierarchy.ca, key=ec.generate_private_key(curve), serial=9)
    assert isinstance(holder.key, ec.EllipticCurvePrivateKey)
    for algorithm in (hashes.SHA384(), hashes.SHA512(), hashes.SHA3_256()):
        value = holder.key.sign(DATA, ec.ECDSA(algorithm))
        found = messages(open_bytes(Forgery(holder, DATA, attributes=None, signature=value).der()))
        assert any("does not verify" in message for message in found)


# --- RSA PKCS #1 v1.5 ---------------------------------------------------------------------------

SHA256 = bytes.fromhex("608648016503040201")
DIGEST = hashlib.sha256(DATA).digest()


def info(
    *, algorithm: bytes = SHA256, parameters: bytes = b"\5\0", digest: bytes = DIGEST, **form: int
) -> bytes:
    """A DigestInfo; ``form`` is the number of octets of the length of one of its elements."""
    inner = tlv(6, algorithm) + parameters
    octets = tlv(4, digest, octets=form.get("digest_octets", 0))
    identifier = tlv(0x30, inner, octets=form.get("algorithm_octets", 0))
    return tlv(0x30, identifier + octets, octets=form.get("whole_octets", 0))


def block(body: bytes, *, start: bytes = b"\0\1", fill: bytes = b"\xff", end: bytes = b"\0") -> int:
    room = 256 - len(start) - len(end) - len(body)
    return int.from_bytes(start + fill * room + end + body)


def garbage_behind(body: bytes, filling: int) -> int:
    """A block with little filling, and something behind the DigestInfo, as for small exponents."""
    head = b"\0\1" + b"\xff" * filling + b"\0" + body
    return int.from_bytes(head + b"\x5a" * (256 - len(head)))


#: Data that is encrypted with the private key.
BLOCKS: dict[str, int] = {
    "no parameters": block(info(parameters=b"")),
    "empty octets as parameters": block(info(parameters=b"\4\0")),
    "garbage in the parameters": block(info(parameters=tlv(5, b"\x5a" * 8))),
    "a second NULL": block(info(parameters=b"\5\0\5\0")),
    "long form of the length": block(info(whole_octets=1)),
    "long form of the length of the algorithm": block(info(algorithm_octets=1)),
    "long form of the length of the digest": block(info(digest_octets=1)),
    "length with zeros": block(info(whole_octets=4)),
    "the digest of SHA-384's name": block(info(algorithm=SHA256[:-1] + b"\2")),
    "the name of SHA-1": block(info(algorithm=bytes.fromhex("2b0e03021a"))),
    "a digest too short": block(info(digest=DIGEST[:-1])),
    "a digest too long": block(info(digest=DIGEST + b"\0")),
    "the digest alone": block(DIGEST),
    "nothing": block(b""),
    "a byte behind": block(info() + b"\0"),
    "the DigestInfo twice": block(info() + info()),
    "another byte at first": block(info(), start=b"\1\1"),
    "block type 0": block(info(), start=b"\0\0"),
    "block type 2": block(info(), start=b"\0\2"),
    "filled with zeros": block(info(), fill=b"\0"),
    "filled with something else": block(info(), fill=b"\xfe"),
    "one byte of the filling wrong": block(info()) ^ (1 << 8 * 200),
    "no end of the filling": block(info(), end=b""),
    "another end of the filling": block(info(), end=b"\1"),
    "little filling, garbage behind": garbage_behind(info(), 8),
    "no filling, garbage behind": garbage_behind(info(), 0),
    "filling of 16 bytes, garbage behind": garbage_behind(info(), 16),
    "0": 0,
    "1": 1,
    "2": 2,
}


def _private(holder: pki.Holder) -> tuple[int, int]:
    assert isinstance(holder.key, rsa.RSAPrivateKey)
    numbers = holder.key.private_numbers()
    return numbers.d, numbers.public_numbers.n


def _value(holder: pki.Holder, message: int) -> bytes:
    exponent, modulus = _private(holder)
    return pow(message, exponent, modulus).to_bytes(256)


def test_the_block_that_the_others_are_made_of_is_taken(hierarchy: Hierarchy) -> None:
    value = _value(hierarchy.rsa, block(info()))
    assert value == Forgery(hierarchy.rsa, DATA).sign(DATA)


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_block_of_rsa_is_the_one_of_pkcs_1(hierarchy: Hierarchy, kind: str) -> None:
    _assert_refused(hierarchy.rsa, _value(hierarchy.rsa, BLOCKS[kind]))


#: Changes of a good value, as a number and as bytes, with the modulus.
VALUES: dict[str, Callable[[int, int], bytes]] = {
    "plus the modulus": lambda value, n: (value + n).to_bytes(257),
    "modulus minus it": lambda value, n: (n - value).to_bytes(256),
    "a zero before": lambda value, _: value.to_bytes(257),
    "a zero behind": lambda value, _: value.to_bytes(256) + b"\0",
    "backwards": lambda value, _: value.to_bytes(256)[::-1],
    "without its last byte": lambda value, _: value.to_bytes(256)[:-1],
    "the modulus": lambda _, n: n.to_bytes(256),
    "the modulus minus one": lambda _, n: (n - 1).to_bytes(256),
    "all ones": lambda _, __: b"\xff" * 256,
    "empty": lambda _, __: b"",
}


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_of_rsa_is_below_the_modulus_and_as_long(hierarchy: Hierarchy, kind: str) -> None:
    good = int.from_bytes(Forgery(hierarchy.rsa, DATA).sign(DATA))
    _assert_refused(hierarchy.rsa, VALUES[kind](good, _private(hierarchy.rsa)[1]))


def test_pss_is_not_taken_for_pkcs_1(hierarchy: Hierarchy) -> None:
    assert isinstance(hierarchy.rsa.key, rsa.RSAPrivateKey)
    for salt in (0, 20, 32, padding.PSS.MAX_LENGTH):
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), salt)
        value = hierarchy.rsa.key.sign(DATA, pss, hashes.SHA256())
        forgery = Forgery(hierarchy.rsa, DATA, attributes=None, signature=value)
        assert any("does not verify" in one for one in messages(open_bytes(forgery.der())))


#: A value that fits by an algorithm that the profile does not take is named for what it is.
REFUSED = "verif|neither CMS nor|with an algorithm that is not allowed"


def _assert_refused(holder: pki.Holder, value: bytes) -> None:
    """In CMS, beside the file and inside, and as a bare value."""
    # An empty value is taken by the writer for none at all.
    forgery = Forgery(holder, DATA, attributes=None, signature=value or b"\0")
    for opened in (
        open_bytes(forgery.der()),
        open_bytes(DATA, value, ALL_CONTAINERS, certificate=holder.der),
    ):
        assert len(opened.faults) == 1
        assert re.search(REFUSED, opened.faults[0].message)
