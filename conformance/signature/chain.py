"""The chain from a certificate to a trust anchor, and the reason if there is none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)
from msgspec import Struct

from conformance.findings import Finding
from conformance.model.profile import CertificateRules
from conformance.signature.certificate import Certificate, parse
from conformance.signature.memory import remembered
from conformance.signature.name import same_name, written
from conformance.signature.published import is_published

#: Certificates of issuers that are looked at; each is looked at once.
MAX_ISSUERS = 256


class Chain(Struct, frozen=True):
    """Certificates from the signer's upwards, each signed by the next one's key.

    ``anchored``: the last one is trusted. If it is not, ``forged`` tells that a certificate
    of the name of its issuer is known, but has another key.
    """

    certificates: tuple[Certificate, ...]
    anchored: bool
    forged: bool = False

    @property
    def issuing_cas(self) -> tuple[Certificate, ...]:
        """Those between the signer and the trust anchor."""
        return self.certificates[1:-1] if self.anchored else self.certificates[1:]


def build_chain(
    certificate: Certificate,
    anchors: Sequence[Certificate],
    others: Sequence[Certificate],
    at: datetime,
) -> Chain:
    """The shortest chain to one of ``anchors``; without one, the longest that can be built.

    Of certificates that serve alike, those that are valid ``at`` go first.
    """
    trusted = {one.der for one in anchors}
    pool = sorted((*anchors, *others)[:MAX_ISSUERS], key=lambda one: not _is_valid(one, at))
    chains: list[tuple[Certificate, ...]] = [(certificate,)]
    seen = {certificate.der}
    for chain in chains:
        last = chain[-1]
        if last.der in trusted:
            return Chain(chain, anchored=True)
        for issuer in pool:
            if (
                issuer.der not in seen
                and same_name(issuer.subject, last.issuer)
                and is_issued_by(last, issuer)
            ):
                seen.add(issuer.der)
                chains.append((*chain, issuer))
    longest = chains[-1]
    last = longest[-1]
    forged = not last.self_issued and any(same_name(one.subject, last.issuer) for one in pool)
    return Chain(longest, anchored=False, forged=forged)


def is_issued_by(certificate: Certificate, issuer: Certificate) -> bool:
    """Whether the key of ``issuer`` has signed ``certificate``; names are not looked at."""
    return _issued(certificate.der, issuer.der)


@remembered
def _issued(certificate: bytes, issuer: bytes) -> bool:
    try:
        parse(certificate).verify_directly_issued_by(parse(issuer))
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
        return False
    return True


def chain_faults(
    chain: Chain, rules: CertificateRules, at: datetime, *, test_keys: bool
) -> list[Finding]:
    """Why ``chain`` does not hold at the instant ``at``; one finding at most.

    ``test_keys``: the published test keys may sign.
    """
    last = chain.certificates[-1]
    if not test_keys:
        for one in chain.certificates:
            if is_published(one):
                return [_published(one)]
    if not chain.anchored:
        return [_unanchored(chain, last)]
    for one in chain.certificates[1:]:
        if not _is_valid(one, at):
            parsed = one.parsed()
            dates = (
                f"{parsed.not_valid_before_utc:%Y-%m-%d} to {parsed.not_valid_after_utc:%Y-%m-%d}"
            )
            return [
                Finding(
                    "the certificate of a CA in the chain was not valid at the time",
                    found=f"{written(one.subject)}: valid from {dates}",
                    expected=f"valid on {at:%Y-%m-%d}",
                    notes=("certificate-time",),
                    profile=("trust.anchors",),
                )
            ]
    if len(chain.issuing_cas) > rules.maximum_issuing_cas:
        return [
            Finding(
                "the chain to the trust anchor is too long",
                found=f"{len(chain.issuing_cas)} CAs between the signer and the trust anchor",
                expected=f"at most {rules.maximum_issuing_cas}",
                profile=("certificate.maximum_issuing_cas",),
            )
        ]
    reason = _verify(chain, at)
    if reason is None:
        return []
    return [
        Finding(
            "the chain from the certificate to the trust anchor does not hold",
            found=reason,
            expected="a chain as RFC 5280 has it",
            profile=("trust.anchors",),
        )
    ]


def _published(certificate: Certificate) -> Finding:
    return Finding(
        "the key of a certificate in the chain is a published test key, with which anybody can "
        "sign",
        found=f"the key of {written(certificate.subject)}",
        expected="a key that nobody else has",
        hint="Make a new key, and have a certificate issued for that one.",
        profile=("trust.anchors",),
    )


def _unanchored(chain: Chain, last: Certificate) -> Finding:
    subject, issuer = written(last.subject), written(last.issuer)
    if chain.forged:
        return Finding(
            "a certificate in the chain is not signed by the CA that it names",
            found=f"{subject}, which another key has signed than that of {issuer}",
            expected=f"a signature by {issuer}",
            profile=("trust.anchors",),
        )
    if last.self_issued:
        return Finding(
            "the certificate does not lead to a trust anchor",
            found=f"a chain that ends at {subject}, which is not trusted",
            expected="a chain to one of the trust anchors",
            profile=("trust.anchors",),
        )
    return Finding(
        "the certificate does not lead to a trust anchor",
        found=f"issued by {issuer}, which is not known",
        expected="a chain to one of the trust anchors",
        hint="If the issuer is right, add its certificate to the file of trust anchors.",
        profile=("trust.anchors",),
    )


def _verify(chain: Chain, at: datetime) -> str | None:
    """What the verifier of ``cryptography`` has against a chain, or None.

    Where all of it is valid, the verifier is asked for the first instant at which it is, and so
    once for all the files that somebody signs.
    """
    if all(_is_valid(one, at) for one in chain.certificates):
        at = max(one.parsed().not_valid_before_utc for one in chain.certificates)
    return _verified(at.isoformat().encode(), *(one.der for one in chain.certificates))


@remembered
def _verified(at: bytes, *certificates: bytes) -> str | None:
    """What is to be said of the chain of ``certificates`` at an instant, in ISO 8601.

    The verifier gets this chain and nothing else: what it would try of many certificates made
    for the purpose has no bound.
    """
    signers = ExtensionPolicy.permit_all().may_be_present(
        x509.CertificatePolicies, Criticality.AGNOSTIC, None
    )
    cas = (
        ExtensionPolicy.permit_all()
        .may_be_present(x509.CertificatePolicies, Criticality.AGNOSTIC, None)
        .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _signs_certificates)
        .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)
    )
    leaf, *issuers = map(parse, certificates)
    verifier = (
        PolicyBuilder()
        .store(Store([issuers[-1] if issuers else leaf]))
        .time(datetime.fromisoformat(at.decode()))
        .extension_policies(ee_policy=signers, ca_policy=cas)
        .max_chain_depth(len(issuers))
        .build_client_verifier()
    )
    try:
        verifier.verify(leaf, issuers[:-1])
    except (VerificationError, ValueError) as error:
        return str(error).removeprefix("validation failed: ").partition(" (encountered")[0]
    return None


def _signs_certificates(
    _policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage | None
) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("a CA whose key usage does not let it sign certificates")


def _is_valid(certificate: Certificate, at: datetime) -> bool:
    try:
        parsed = certificate.parsed()
    except ValueError:
        return False
    return parsed.not_valid_before_utc <= at <= parsed.not_valid_after_utc
