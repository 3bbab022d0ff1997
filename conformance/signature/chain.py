"""The chain from a certificate to a trust anchor, and the reason if there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from conformance.findings import Finding
from conformance.model.profile import CertificateRules
from conformance.signature.certificate import Certificate
from conformance.signature.issuing import is_issued_by
from conformance.signature.key import Key
from conformance.signature.legibility import illegible
from conformance.signature.name import rfc4514, same_name
from conformance.signature.trust import Gap

#: Certificates of issuers that are looked at.
MAX_ISSUERS = 256
#: Chains, and beginnings of some, that are built of them.
MAX_CHAINS = 256


class Chain(Struct, frozen=True):
    """Certificates from the signer's upwards, each signed by the next one's key.

    ``anchored``: the last one is trusted. If it is not, ``forged`` tells that a certificate
    of the name of its issuer is known, but has another key, and ``unread`` is one of that name that
    cannot be read here.
    """

    certificates: tuple[Certificate, ...]
    anchored: bool
    forged: bool = False
    unread: Certificate | None = None

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
    """Return the first of ``build_chains``."""
    return next(build_chains(certificate, anchors, others, at))


def build_chains(
    certificate: Certificate,
    anchors: Sequence[Certificate],
    others: Sequence[Certificate],
    at: datetime,
) -> Iterator[Chain]:
    """Yield the chains to ``anchors``, short ones first; without any, the longest there is.

    Of certificates that serve alike, those that are valid ``at`` go first.
    """
    trusted = {one.der for one in anchors}
    pool = sorted((*anchors, *others)[:MAX_ISSUERS], key=lambda one: not one.is_valid(at))
    chains: list[tuple[Certificate, ...]] = [(certificate,)]
    anchored = False
    for chain in chains:
        last = chain[-1]
        if last.der in trusted:
            anchored = True
            yield Chain(chain, anchored=True)
            continue
        for issuer in pool:
            if (
                len(chains) < MAX_CHAINS
                and issuer not in chain
                and same_name(issuer.subject, last.issuer)
                and is_issued_by(last, issuer)
            ):
                chains.append((*chain, issuer))
    if not anchored:
        yield _unanchored_chain(chains[-1], pool)


def _unanchored_chain(longest: tuple[Certificate, ...], pool: Sequence[Certificate]) -> Chain:
    last = longest[-1]
    if last.self_issued:
        return Chain(longest, anchored=False)
    known = [one for one in pool if same_name(one.subject, last.issuer)]
    unread = next((one for one in known if _is_unread(one)), None)
    return Chain(longest, anchored=False, forged=bool(known) and unread is None, unread=unread)


def _is_unread(certificate: Certificate) -> bool:
    return illegible(certificate) is not None or Key.of(certificate).kind == "unreadable"


def chain_faults(
    chain: Chain, rules: CertificateRules, at: datetime, *, test_keys: bool
) -> list[Finding | Gap]:
    """Return why ``chain`` does not hold at ``at``, or why that is not known, if so.

    ``test_keys``: the published test keys may sign.
    """
    last = chain.certificates[-1]
    if not test_keys:
        from conformance.signature.published import is_published

        for one in filter(is_published, chain.certificates):
            return [_published(one)]
    if chain.unread is not None:
        return [_unread(chain.unread)]
    if not chain.anchored:
        return [_unanchored(chain, last)]
    for one in chain.certificates[1:]:
        if not one.is_valid(at):
            first, until = one.dates
            return [
                Finding(
                    "the certificate of a CA in the chain was not valid at the time",
                    found=f"{rfc4514(one.subject)}: valid from {first:%Y-%m-%d} to "
                    f"{until:%Y-%m-%d}",
                    expected=f"valid on {at:%Y-%m-%d}",
                    notes=("certificate-time",),
                    profile=("trust.anchors",),
                )
            ]
    between = len([one for one in chain.issuing_cas if not one.self_issued])
    if between > rules.maximum_issuing_cas:
        return [
            Finding(
                "the chain to the trust anchor is too long",
                found=f"{between} CAs between the signer and the trust anchor",
                expected=f"at most {rules.maximum_issuing_cas}",
                profile=("certificate.maximum_issuing_cas",),
            )
        ]
    return _judged(chain, at)


def _judged(chain: Chain, at: datetime) -> list[Finding | Gap]:
    # Only a chain that comes to a trust anchor is judged.
    from conformance.signature.path_validation import PathVerdict, validate_path

    unnamed = [one for one in chain.certificates[1:] if not one.names_curve]
    if unnamed:
        trouble = f"{rfc4514(unnamed[0].subject)} has a key that does not name its curve"
        verdict = PathVerdict(fault=trouble)
    else:
        verdict = validate_path(chain.certificates, at)
    if verdict.unknown is not None:
        return [Gap(verdict.unknown, ())]
    if verdict.fault is None:
        return []
    return [_broken(verdict.fault)]


def _broken(found: str) -> Finding:
    return Finding(
        "the chain from the certificate to the trust anchor is not valid",
        found=found,
        expected="a chain as RFC 5280 has it",
        profile=("trust.anchors",),
    )


def _unread(certificate: Certificate) -> Finding | Gap:
    trouble, name = illegible(certificate), rfc4514(certificate.subject)
    if certificate.version != 3:
        return _broken(f"{name} is X.509 version {certificate.version}")
    if trouble is not None and not trouble.elsewhere:
        return _broken(f"{name} cannot be read: {trouble.what}")
    return Gap(f"{name} cannot be read here: {trouble.what if trouble else 'its key'}", ())


def _published(certificate: Certificate) -> Finding:
    return Finding(
        "the key of a certificate in the chain is a published test key, with which anybody can "
        "sign",
        found=f"the key of {rfc4514(certificate.subject)}",
        expected="a key that only its owner has",
        hint="Make a new key, and have a certificate issued for that one.",
        profile=("trust.anchors",),
    )


def _unanchored(chain: Chain, last: Certificate) -> Finding:
    subject, issuer = rfc4514(last.subject), rfc4514(last.issuer)
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
