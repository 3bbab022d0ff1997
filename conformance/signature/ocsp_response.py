"""An OCSP response (RFC 6960): what it says of certificates, and who has signed it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import ocsp
from msgspec import Struct

from conformance.content import Content
from conformance.signature import oid
from conformance.signature.algorithm_names import digest_title
from conformance.signature.ber import Element, Malformed, Reader
from conformance.signature.certificate import Certificate, quietly
from conformance.signature.key import Key
from conformance.signature.moment import read_time
from conformance.signature.name import rfc4514, same_name
from conformance.signature.pss import read_pss
from conformance.signature.revocation_list import Entry

#: Digests with which signatures can be forged.
WEAK = frozenset({"md5", "sha1"})
_ARCHIVE_CUTOFF = "1.3.6.1.5.5.7.48.1.6"
#: Extensions that may be critical: nonce, CRL references, cutoff, extended revoke, and of an entry.
_UNDERSTOOD = frozenset({
    *(f"1.3.6.1.5.5.7.48.1.{number}" for number in (2, 3, 6, 9)), "2.5.29.21", "2.5.29.24",
})  # fmt: skip
_EXTENSIONS = 0xA1


class Answer(Struct, frozen=True):
    """A response's answer on one certificate, which it names by digests.

    ``known`` is False where the responder does not know the certificate; ``entry`` is there where
    that is revoked. ``cutoff``: certificates that expired since then are kept.
    """

    digest: str
    issuer_name: bytes
    issuer_key: bytes
    serial: int
    known: bool
    entry: Entry | None
    first: datetime
    until: datetime | None
    cutoff: datetime | None
    understood: bool

    def is_of(self, certificate: Certificate) -> bool:
        """Return True if it is about ``certificate``, or another one's by a CA of the same name."""
        if self.serial != certificate.serial:
            return False
        return hashlib.new(self.digest, certificate.issuer).digest() == self.issuer_name

    def is_by_key_of(self, authority: Certificate) -> bool:
        """Return True if it is about a certificate that the key of ``authority`` has signed."""
        return hashlib.new(self.digest, _key_bits(authority.key)).digest() == self.issuer_key


class OcspResponse(Struct, frozen=True, eq=False):
    """A response that has answers, its signature, and the certificates that came with it.

    ``responder`` is a name in DER or the SHA-1 of a key. ``understood``: so is all that is critical
    about the whole of it. ``algorithm`` is an OID, ``parameters`` what goes with it, in DER.
    """

    answers: tuple[Answer, ...]
    responder: bytes
    by_name: bool
    produced: datetime
    body: bytes
    signature: bytes
    algorithm: str
    parameters: bytes
    certificates: tuple[bytes, ...]
    understood: bool

    @classmethod
    def read(cls, der: bytes) -> OcspResponse:
        """Read a response.

        Raises:
            ValueError: it cannot be read.
            LookupError: it says why there are no answers in it.
        """
        return _read(der)

    @property
    def weak(self) -> str | None:
        """The digest that it is signed with, in words, if that can be forged."""
        _, digest = oid.SIGNATURES.get(self.algorithm, ("", None))
        pss = read_pss(self.parameters) if self.algorithm == oid.RSA_PSS else None
        used = pss.digest if pss else digest
        return digest_title(used) if used in WEAK else None

    @property
    def trusted_by(self) -> str:
        """The entry of a profile that lists such files."""
        return "trust.ocsp"

    def title(self) -> str:
        """Return what it is called in a sentence: whose it is."""
        whose = rfc4514(self.responder) if self.by_name else f"the key {self.responder.hex()}"
        return f"the OCSP response of {whose}"

    def names(self, responder: Certificate) -> bool:
        """Return True if it says that ``responder`` has signed it."""
        if self.by_name:
            return same_name(self.responder, responder.subject)
        bits = _key_bits(responder.key)
        return hashlib.sha1(bits, usedforsecurity=False).digest() == self.responder

    def verifies(self, responder: Certificate) -> bool:
        """Return True if it is signed with the key of ``responder``."""
        key = Key.of(responder)
        kind, digest = oid.SIGNATURES.get(self.algorithm, ("", None))
        pss = read_pss(self.parameters) if self.algorithm == oid.RSA_PSS else None
        used = pss.digest if pss else digest
        if kind not in key.schemes or used is None:
            return False
        hashed = Content.of_bytes("response", self.body).digest(used)
        return bool(key.verifies(self.signature, hashed, used, pss))


@lru_cache(maxsize=256)
def _read(der: bytes) -> OcspResponse:
    try:
        with quietly():
            whole = ocsp.load_der_ocsp_response(der)
            if whole.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
                raise LookupError(whole.response_status.name.lower().replace("_", " "))
            responder = whole.responder_name
            parts = _Parts.of(der)
            found = tuple(_answers(whole, parts))
            return OcspResponse(
                answers=found,
                responder=responder.public_bytes()
                if responder
                else whole.responder_key_hash or b"",
                by_name=responder is not None,
                produced=whole.produced_at_utc,
                body=whole.tbs_response_bytes,
                signature=whole.signature,
                algorithm=whole.signature_algorithm_oid.dotted_string,
                parameters=parts.parameters,
                certificates=parts.certificates,
                understood=all(one in _UNDERSTOOD for one in parts.critical),
            )
    except (Malformed, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(str(error)) from error


class _Parts(Struct, frozen=True):
    """Parts of a response that ``cryptography`` does not give."""

    parameters: bytes
    certificates: tuple[bytes, ...]
    critical: tuple[str, ...]
    of_answers: tuple[dict[str, tuple[bool, bytes]], ...]

    @classmethod
    def of(cls, der: bytes) -> _Parts:
        """Raises ``Malformed`` where something is not in its place."""
        reader = Reader(Content.of_bytes("response", der))
        _, *given = reader.children(reader.element(0, reader.size))
        _, octets = reader.children(reader.only_child(given[0]))
        body, algorithm, _, *more = reader.children(reader.element(octets.start, octets.end))
        fields = reader.children(body)
        # Before the time and the answers: perhaps the version, and the responder.
        first = 2 + (fields[0].tag == 0xA0)
        _, *parameters = reader.children(algorithm)
        return cls(
            b"".join(map(reader.encoding, parameters)),
            tuple(
                reader.encoding(one)
                for part in more
                for one in reader.children(reader.only_child(part))
            ),
            tuple(
                key
                for key, (critical, _) in _extensions(reader, fields[first + 1 :]).items()
                if critical
            ),
            tuple(
                _extensions(reader, reader.children(one)[3:])
                for one in reader.children(fields[first])
            ),
        )


def _extensions(reader: Reader, fields: list[Element]) -> dict[str, tuple[bool, bytes]]:
    """Return the extensions among ``fields`` by OID: whether critical, and the value."""
    found: dict[str, tuple[bool, bytes]] = {}
    for part in fields:
        if part.tag == _EXTENSIONS:
            for one in reader.children(reader.only_child(part)):
                type_, *critical, value = reader.children(one)
                dotted = oid.decode(reader.value(type_))
                found[dotted] = (
                    bool(critical and any(reader.value(critical[0]))),
                    reader.value(value),
                )
    return found


def _answers(whole: ocsp.OCSPResponse, parts: _Parts) -> Iterator[Answer]:
    for one, extensions in zip(whole.responses, parts.of_answers, strict=True):
        try:
            digest = one.hash_algorithm.name
        except UnsupportedAlgorithm:
            continue  # It is about some certificate, and it is not known which.
        revoked = one.revocation_time_utc
        _, cutoff = extensions.get(_ARCHIVE_CUTOFF, (False, b""))
        yield Answer(
            digest=digest,
            issuer_name=one.issuer_name_hash,
            issuer_key=one.issuer_key_hash,
            serial=one.serial_number,
            known=one.certificate_status is not ocsp.OCSPCertStatus.UNKNOWN,
            entry=None if revoked is None else Entry(revoked, one.revocation_reason),
            first=one.this_update_utc,
            until=one.next_update_utc,
            cutoff=_time(cutoff) if cutoff else None,
            understood=all(
                key in _UNDERSTOOD for key, (critical, _) in extensions.items() if critical
            ),
        )


def _time(der: bytes) -> datetime | None:
    reader = Reader(Content.of_bytes("time", der))
    element = reader.element(0, reader.size)
    return read_time(element.tag, reader.value(element))


def _key_bits(key: bytes) -> bytes:
    """Return the bits of a public key in DER, of which CAs and responders are named by a digest."""
    reader = Reader(Content.of_bytes("key", key))
    _, bits, *_ = reader.children(reader.element(0, reader.size))
    return reader.value(bits)[1:]
