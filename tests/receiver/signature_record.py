"""A signature in the last record of the file, over the records before it."""

from __future__ import annotations

import hashlib
from base64 import b64decode

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from tests.receiver.signature import BadSignatureError, Signed, Table, UnsignedError, require

#: Fields that are longer are of a signature, be it damaged or in another place.
LONG = 100


def open_record(file: bytes, rules: Table) -> Signed:
    """Return what the last record of ``file`` signs: a certificate, and ECDSA as two numbers.

    Raises:
        UnsignedError: there is no such record.
        BadSignatureError: it does not hold.
    """
    columns = rules["record"]["columns"]
    lines = file.removesuffix(b"\n").split(b"\n")
    if not any(len(field) > LONG for line in (lines[0], lines[-1]) for field in line.split(b",")):
        raise UnsignedError
    fields, start = lines[-1].split(b","), file.removesuffix(b"\n").rfind(b"\n") + 1
    require(fields[0] == columns[0]["value"].encode() and len(fields) == len(columns))
    try:
        certificate = x509.load_der_x509_certificate(b64decode(fields[1], validate=True))
        value = b64decode(fields[2], validate=True)
    except ValueError as error:
        raise BadSignatureError from error
    key, half = certificate.public_key(), len(value) // 2
    (rule,) = rules["algorithms"]
    require(isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == rule["curve"])
    assert isinstance(key, ec.EllipticCurvePublicKey)
    require(len(value) == 2 * ((key.key_size + 7) // 8))
    numbers = int.from_bytes(value[:half]), int.from_bytes(value[half:])
    digest = hashlib.new(rule["digests"][0], file[:start]).digest()
    scheme = ec.ECDSA(utils.Prehashed(getattr(hashes, rule["digests"][0].upper())()))
    try:
        key.verify(utils.encode_dss_signature(*numbers), digest, scheme)
    except InvalidSignature as error:
        raise BadSignatureError from error
    return Signed(file[:start], certificate, [certificate], None)
