"""The signer: a private key, wherever it is kept, and the certificate for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from conformance.errors import TadpError
from conformance.findings import Finding
from conformance.model.profile import KeyAlgorithm
from conformance.signature.certificate import Certificate
from conformance.signature.chain import build_chain
from conformance.signature.key import Key, rule_title
from conformance.signature.pss import Pss
from conformance.signature.published import is_published


class Signer(Protocol):
    """A private key that signs digests, and its certificate.

    ``source`` says where the key is, for messages. ``certificate`` is in DER; so are
    ``issuers``, which come along with it.
    """

    @property
    def source(self) -> str: ...
    @property
    def certificate(self) -> bytes: ...
    @property
    def issuers(self) -> tuple[bytes, ...]: ...
    @property
    def pss(self) -> bool:
        """Return True if it signs with RSA-PSS rather than with RSA PKCS #1 v1.5."""
        ...

    def with_pss(self) -> Signer:
        """Return the same signer, which signs with RSA-PSS.

        Raises:
            TadpError: it cannot.
        """
        ...

    def sign(self, digest: bytes, algorithm: str) -> bytes:
        """The signature over what has ``digest``, by ``algorithm`` as ``hashlib`` calls it.

        An Ecdsa-Sig-Value in DER, RSA PKCS #1 v1.5 or RSA-PSS.

        Raises:
            TadpError: the key cannot sign that.
        """
        ...


def key_of(signer: Signer) -> Key:
    """The public key of the certificate.

    Raises:
        TadpError: the certificate cannot be read.
    """
    certificate = Certificate.read(signer.certificate)
    if certificate is None:
        raise TadpError("the certificate cannot be read", where=signer.source)
    return Key.of(certificate)


def require_private(signer: Signer) -> None:
    """Complain of a key that is published for tests, with which anybody can sign.

    Raises:
        TadpError: the key is one of those.
    """
    certificate = Certificate.read(signer.certificate)
    if certificate is not None and is_published(certificate):
        raise TadpError(
            "the key is a test key that is published, so that anybody can sign with it",
            where=signer.source,
            remedy="in tests of your own, a profile with trust.test_keys = true takes it",
        )


def algorithm_for(signer: Signer, algorithms: Sequence[KeyAlgorithm]) -> str:
    """The digest algorithm to sign with, as one of ``algorithms`` has it for the key.

    Raises:
        TadpError: none of them takes the key.
    """
    return _rule_for(signer, algorithms).digests[0]


def fitted(signer: Signer, algorithms: Sequence[KeyAlgorithm]) -> Signer:
    """Return ``signer`` as it signs by the entry of ``algorithms`` that has its key.

    Raises:
        TadpError: none of them takes the key, or it cannot sign so.
    """
    return signer.with_pss() if _rule_for(signer, algorithms).key == "rsa-pss" else signer


def _rule_for(signer: Signer, algorithms: Sequence[KeyAlgorithm]) -> KeyAlgorithm:
    key = key_of(signer)
    rule = key.rule(algorithms)
    if isinstance(rule, Finding):
        remedy = f"it takes {' or '.join(map(rule_title, algorithms))}"
        what = f"the profile takes no signature by such a key: {key.title}"
        raise TadpError(what, where=signer.source, remedy=remedy)
    return rule


class Verified:
    """A signer each of whose signatures is verified with its certificate."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self.source = signer.source
        self.certificate = signer.certificate
        self.issuers = signer.issuers
        self.pss = signer.pss

    def with_pss(self) -> Verified:
        """Return the same signer, which signs with RSA-PSS; see ``Signer``."""
        return Verified(self._signer.with_pss())

    def sign(self, digest: bytes, algorithm: str) -> bytes:
        """Return the signature over what has ``digest``; see ``Signer``.

        Raises:
            TadpError: the key cannot sign that, or is not that of the certificate.
        """
        value = self._signer.sign(digest, algorithm)
        pss = Pss(algorithm, algorithm, None) if self.pss else None
        if not key_of(self).verifies(value, digest, algorithm, pss):
            raise TadpError(
                "the key is not that of the certificate",
                where=self.source,
                remedy="give the certificate that was issued for this key",
            )
        return value


def issuers_among(certificate: bytes, pool: Sequence[bytes]) -> tuple[bytes, ...]:
    """Those of ``pool`` that lead from ``certificate`` upwards, without a root; all in DER."""
    own, *others = (Certificate.read(der) for der in (certificate, *pool))
    if own is None:
        return ()
    readable = [one for one in others if one is not None]
    chain = build_chain(own, (), readable, datetime.now(UTC))
    return tuple(one.der for one in chain.certificates[1:] if not one.self_issued)
