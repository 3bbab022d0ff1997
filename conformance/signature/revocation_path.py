"""Revocation of the certificates on the way from a signer to a trust anchor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from conformance.findings import Finding
from conformance.model.profile import CertificateRules
from conformance.signature.certificate import Certificate
from conformance.signature.chain import Chain, build_chain, chain_faults
from conformance.signature.name import same_name
from conformance.signature.revocation import Revocation, revocation
from conformance.signature.trust import Gap, TrustStore

if TYPE_CHECKING:
    from conformance.signature.ocsp_response import OcspResponse

#: Certificates of the name of a list's issuer that are tried as its signer.
MAX_SIGNERS = 16
#: Signers of lists for signers of lists.
MAX_DEPTH = 2


class RevocationPath(Struct, frozen=True):
    """A chain whose certificates are looked up in revocation lists, as of ``at``.

    ``others`` are certificates among which signers of lists are looked for. ``signing`` are those
    whose lists are being verified, so that no certificate vouches for itself.
    """

    chain: Chain
    others: Sequence[Certificate]
    trust: TrustStore
    rules: CertificateRules
    at: datetime
    signing: tuple[Certificate, ...] = ()

    def check(self) -> Iterator[Finding | Gap]:
        """Yield the certificate that was revoked, and why that is not known of one.

        Lists for CAs are looked at if they are there, and not asked for.
        """
        for number, result in self.results():
            if result.fault is not None:
                yield result.fault
            elif result.unknown is not None and (not number or result.given):
                yield result.unknown

    def results(self) -> Iterator[tuple[int, Revocation]]:
        """Yield what is known of each certificate, with its place above the signer's."""
        links = self.chain.certificates
        for number, one in enumerate(links):
            last = one is links[-1]
            issuer = one if last and one.self_issued else None
            if not last:
                issuer = links[number + 1]
            if number and last and (self.chain.anchored or issuer is None):
                return
            yield number, self._revocation(one, issuer)

    def _revocation(self, certificate: Certificate, issuer: Certificate | None) -> Revocation:
        vouchers = _Vouchers(self, issuer)
        return revocation(certificate, vouchers, self.trust, self.rules.revocation, self.at)

    def holding(self, found: Iterable[Certificate], at: datetime) -> Iterator[Certificate]:
        """Yield those of ``found`` that lead to the same trust anchor, and hold as of ``at``."""
        if not self.chain.anchored or len(self.signing) == MAX_DEPTH:
            return
        from conformance.signature.responder import is_unchecked

        anchor = self.chain.certificates[-1]
        for one in islice((one for one in found if one not in self.signing), MAX_SIGNERS):
            chain = build_chain(one, [anchor], self.others, at)
            test_keys = self.trust.test_keys
            if chain_faults(chain, self.rules, at, test_keys=test_keys):
                continue
            path = replace(self, chain=chain, signing=(*self.signing, one))
            if is_unchecked(one) or all(r.fault is None for _, r in path.results()):
                yield one


class _Vouchers(Struct, frozen=True):
    """Who may say of a certificate that ``issuer`` has issued whether it was revoked."""

    path: RevocationPath
    issuer: Certificate | None

    def of(self, name: bytes) -> Iterator[Certificate]:
        """Yield the certificates for ``name``: that of the issuer, and others that hold."""
        if self.issuer is not None and same_name(self.issuer.subject, name):
            yield self.issuer
        among = (self.path.chain.certificates[-1], *self.path.others)
        found = [one for one in among if one != self.issuer and same_name(one.subject, name)]
        if found:
            yield from self.path.holding(found, self.path.at)

    def responders(self, authority: Certificate, response: OcspResponse) -> Iterator[Certificate]:
        """Yield ``authority``, and those that it has certified to sign for it."""
        from conformance.signature.responder import delegates

        if response.names(authority):
            yield authority
        came = [one for der in response.certificates if (one := Certificate.read(der)) is not None]
        named = filter(response.names, (*came, *self.path.others))
        found = delegates(named, authority, response.produced)
        yield from self.path.holding(found, response.produced)
