"""An X.509 certificate, read just far enough to find it and to look at its subject.

Names are compared and read as bytes: the subject of a certificate of this field holds a BIT
STRING (x500UniqueIdentifier), which general libraries crash on or reject.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct

from conformance.content import Content
from conformance.signature import oid
from conformance.signature.ber import (
    INTEGER,
    SEQUENCE,
    Element,
    Malformed,
    Reader,
)
from conformance.signature.memory import cached
from conformance.signature.name import same_name
from conformance.signature.x509_import import import_x509

if TYPE_CHECKING:
    from cryptography import x509

_VERSION, _EXTENSIONS = 0xA0, 0xA3


class Certificate(Struct, frozen=True, dict=True, cache_hash=True):
    """A certificate: its DER, and the DER of the names and the public key in it.

    ``key_identifier`` is what a signer may name it by: that of its extension, or else the
    SHA-1 of the key. ``names_curve``: its key does not give the parameters of a curve instead of
    the curve's name.
    """

    der: bytes
    version: int
    serial: int
    issuer: bytes
    subject: bytes
    key: bytes
    key_identifier: bytes
    names_curve: bool

    @classmethod
    def read(cls, der: bytes) -> Certificate | None:
        """Read a certificate, or return None if the bytes are none."""
        return _read(der)

    def __len__(self) -> int:
        """The number of its bytes, by which it is known whether it may be cached."""
        return len(self.der)

    @property
    def self_issued(self) -> bool:
        return same_name(self.issuer, self.subject)

    def parsed(self) -> x509.Certificate:
        """The certificate as ``cryptography`` sees it.

        Raises:
            ValueError: it does not take it for a certificate.
        """
        return parse(self.der)

    @cached_property
    def dates(self) -> tuple[datetime, datetime]:
        """The first and the last instant at which it is valid.

        Raises:
            ValueError: ``cryptography`` does not take it for a certificate.
        """
        parsed = self.parsed()
        return parsed.not_valid_before_utc, parsed.not_valid_after_utc

    def is_valid(self, at: datetime) -> bool:
        """Return True if ``at`` is between its dates; False, too, where they cannot be read."""
        try:
            first, until = self.dates
        except ValueError:
            return False
        return first <= at <= until

    def extensions(self) -> x509.Extensions:
        """The extensions of the certificate.

        Raises:
            ValueError: they cannot be read, or one is there twice.
        """
        return _extensions(self.der)


@contextmanager
def quietly() -> Iterator[None]:
    """Warn of nothing in what is read: of oddities that newer versions will refuse, say."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@cached
def _extensions(der: bytes) -> x509.Extensions:
    return read_extensions(parse(der))


@cached
def _read(der: bytes) -> Certificate | None:
    reader = Reader(Content.of_bytes("certificate", der))
    try:
        whole = reader.element(0, reader.size)
        body, *_ = reader.children(whole)
        fields = reader.children(body)
        version = 1
        if fields[0].tag == _VERSION:
            version += int.from_bytes(reader.value(reader.only_child(fields[0])))
            fields = fields[1:]
        serial, _, issuer, _, subject, key = fields[:6]
        tags = (whole.tag, body.tag, serial.tag, issuer.tag, subject.tag, key.tag)
        if whole.after != reader.size or tags != (
            SEQUENCE, SEQUENCE, INTEGER, SEQUENCE, SEQUENCE, SEQUENCE
        ):  # fmt: skip
            return None
        algorithm, key_bits, *_ = reader.children(key)
        bits = reader.value(key_bits)[1:]
        kind, *parameters = reader.children(algorithm)
        given = any(one.tag == SEQUENCE for one in parameters)
        return Certificate(
            der=der,
            version=version,
            serial=int.from_bytes(reader.value(serial), signed=True),
            issuer=reader.encoding(issuer),
            subject=reader.encoding(subject),
            key=reader.encoding(key),
            key_identifier=_key_identifier(reader, fields)
            or hashlib.sha1(bits, usedforsecurity=False).digest(),
            names_curve=not (given and oid.decode(reader.value(kind)) == oid.EC_KEY),
        )
    except (Malformed, ValueError, IndexError):
        return None


@cached
def parse(der: bytes) -> x509.Certificate:
    """The certificate in ``der`` as ``cryptography`` sees it.

    Raises:
        ValueError: it does not take it for a certificate.
    """
    import_x509()
    from cryptography import x509

    with quietly():
        try:
            return x509.load_der_x509_certificate(der)
        except x509.InvalidVersion as error:
            raise ValueError(str(error)) from error


def read_extensions(
    holder: x509.Certificate | x509.CertificateRevocationList | x509.RevokedCertificate,
) -> x509.Extensions:
    """The extensions of anything that has some.

    Raises:
        ValueError: they cannot be read, or one is there twice.
    """
    from cryptography import x509

    try:
        with quietly():
            return holder.extensions
    # A name in one, with a value of another type than its own, is a TypeError.
    except (x509.DuplicateExtension, x509.UnsupportedGeneralNameType, TypeError) as error:
        raise ValueError(str(error)) from error


def _key_identifier(reader: Reader, fields: list[Element]) -> bytes | None:
    """The value of the extension subjectKeyIdentifier, if there is one."""
    lists = [reader.only_child(part) for part in fields[6:] if part.tag == _EXTENSIONS]
    for extension in chain.from_iterable(map(reader.children, lists)):
        type_, *_, value = reader.children(extension)
        if oid.decode(reader.value(type_)) == oid.SUBJECT_KEY_IDENTIFIER:
            return reader.value(reader.element(value.start, value.end))
    return None
