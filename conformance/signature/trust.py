"""Trust anchors, revocation lists and OCSP responses, in files that a user names."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from conformance.content import Content
from conformance.errors import TadpError
from conformance.foreign import foreign
from conformance.inputs import read_input

if TYPE_CHECKING:
    from conformance.signature.certificate import Certificate

#: Bytes of a file of certificates or revocation lists that are read.
MAX_FILE = 1 << 26

#: Compiled when first used: there may be no trust anchors.
_ARMOUR = (
    rb"-----BEGIN ((?:TRUSTED |X509 )?CERTIFICATE|X509 CRL|OCSP RESPONSE)-----"
    rb"([^-]*)-----END \1-----"
)
#: How the label of each thing ends.
_LABELS = {
    "certificate": b"CERTIFICATE",
    "revocation list": b"CRL",
    "OCSP response": b"OCSP RESPONSE",
}


class Gap(Struct, frozen=True):
    """Evidence that is missing: why it is wanted, and what would supply it."""

    reason: str
    evidence: tuple[str, ...]


class TrustStore(Struct, frozen=True):
    """Certificates, revocation lists and OCSP responses in DER.

    ``anchors`` are trusted. ``intermediates`` came in the same files but are issued by others:
    chains may be built with them, and are not trusted for it. ``test_keys``: the
    published test keys may sign.
    """

    anchors: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    intermediates: tuple[bytes, ...] = ()
    test_keys: bool = False
    ocsp: tuple[bytes, ...] = ()


def load_trust(
    trust: Sequence[Path],
    crls: Sequence[Path],
    ocsp: Sequence[Path] = (),
    *,
    test_keys: bool = False,
) -> TrustStore:
    """Read trust anchors, revocation lists and OCSP responses: DER, or PEM with several to a file.

    The roots in a file are anchors, and the others in it intermediates; the certificates of a
    file without a root are anchors all, since whoever names such a file means to trust it. The
    published test keys are trusted only with ``test_keys``.

    Raises:
        TadpError: a file cannot be read, holds nothing of its kind that can be read, or a
            certificate for a test key.
    """
    anchors: list[bytes] = []
    intermediates: list[bytes] = []
    for path in trust:
        found = [_certificate(der, path) for der in _ders(path, "certificate")]
        if not test_keys and _any_published(found):
            raise TadpError(
                "holds a test key, with which anybody can sign",
                where=str(path),
                remedy="never trust it; a profile for tests says test_keys = true under [trust]",
            )
        roots = [one.der for one in found if _is_root(one, found)]
        anchors += roots or [one.der for one in found]
        if roots:
            intermediates += [one.der for one in found if one.der not in roots]
    lists = [_crl(der, path) for path in crls for der in _ders(path, "revocation list")]
    responses = [_response(der, path) for path in ocsp for der in _ders(path, "OCSP response")]
    return _known(
        TrustStore(
            _distinct(anchors),
            _distinct(lists),
            _distinct(intermediates),
            test_keys,
            _distinct(responses),
        )
    )


@lru_cache(maxsize=8)
def _known(store: TrustStore) -> TrustStore:
    """Return the store that is in memory already, if there is an equal one.

    What is known of many checks is kept by their stores, and a revocation list may be large.
    """
    return store


def _any_published(certificates: Iterable[Certificate]) -> bool:
    from conformance.signature.published import is_published

    return any(map(is_published, certificates))


def read_certificates(data: bytes) -> list[bytes]:
    """The DER of the certificates in PEM, or ``data`` itself if it is not PEM.

    Raises:
        ValueError: the PEM is broken.
    """
    return _unarmoured(data, "certificate")


def _unarmoured(data: bytes, what: str) -> list[bytes]:
    if b"-----BEGIN " not in data:
        return [data]
    return [
        binascii.a2b_base64(body)
        for label, body in re.findall(_ARMOUR, data)
        if label.endswith(_LABELS[what])
    ]


def _ders(path: Path, what: str) -> Iterable[bytes]:
    data = read_input(path, MAX_FILE)
    kind = foreign(Content.of_bytes(path.name, data))
    if kind is not None:
        raise TadpError(
            f"is {kind.title}, not a file with a {what}",
            where=str(path),
            remedy="give the file itself, in PEM or DER",
        )
    try:
        found = _unarmoured(data, what)
    except binascii.Error as error:
        raise TadpError("has broken base64", where=str(path)) from error
    if not found:
        raise TadpError(f"holds no {what}", where=str(path))
    return found


def _certificate(der: bytes, path: Path) -> Certificate:
    """Return the certificate; one that OpenSSL alone reads is kept, though it is not judged."""
    from cryptography.exceptions import UnsupportedAlgorithm

    from conformance.signature.certificate import Certificate
    from conformance.signature.legibility import illegible

    certificate = Certificate.read(der)
    if certificate is None:
        raise _unreadable(path, "certificate")
    trouble = illegible(certificate)
    try:
        if trouble is None:
            certificate.parsed().public_key()
    except UnsupportedAlgorithm:
        return certificate
    except ValueError as error:
        raise _unreadable(path, "certificate") from error
    if trouble is not None and not trouble.elsewhere:
        raise _unreadable(path, "certificate")
    return certificate


def _is_root(certificate: Certificate, others: Sequence[Certificate]) -> bool:
    """Return True if it is self-issued, and not by another key, as where a CA changed its own."""
    from conformance.signature.issuing import is_issued_by
    from conformance.signature.name import same_name

    return certificate.self_issued and (
        is_issued_by(certificate, certificate)
        or not any(
            same_name(one.subject, certificate.issuer) and is_issued_by(certificate, one)
            for one in others
        )
    )


def _crl(der: bytes, path: Path) -> bytes:
    from conformance.signature.revocation_list import RevocationList

    try:
        RevocationList.read(der)
    # A name with a value of another type than its own is a TypeError.
    except (TypeError, ValueError) as error:
        raise _unreadable(path, "revocation list") from error
    return der


def _response(der: bytes, path: Path) -> bytes:
    from conformance.signature.ocsp_response import OcspResponse

    try:
        OcspResponse.read(der)
    except LookupError as error:
        raise TadpError(
            f"holds no answer: the responder says {error}",
            where=str(path),
            remedy="ask the responder again",
        ) from error
    except (TypeError, ValueError) as error:
        raise _unreadable(path, "OCSP response") from error
    return der


def _unreadable(path: Path, what: str) -> TadpError:
    one = f"an {what}" if what.startswith("O") else f"a {what}"
    remedy = f"give {one} in PEM or DER"
    return TadpError(
        f"holds something that cannot be read as {one}", where=str(path), remedy=remedy
    )


def _distinct(ders: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(ders))
