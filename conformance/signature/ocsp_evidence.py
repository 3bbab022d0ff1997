"""Evidence from OCSP responses, if those who signed them may give it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from conformance.signature.certificate import Certificate
from conformance.signature.issuing import is_issued_by
from conformance.signature.name import rfc4514
from conformance.signature.ocsp_response import Answer, OcspResponse
from conformance.signature.revocation_list import REASONS
from conformance.signature.revocation_statement import Silence, Statement, trouble

if TYPE_CHECKING:
    from conformance.signature.voucher import Vouchers

_OPTION = "--ocsp"


class OcspEvidence(Struct, frozen=True):
    """The statements of responses about ``certificate``, or why those that are there do not count.

    ``refused`` has the reasons; the last one is given.
    """

    certificate: Certificate
    statements: Sequence[Statement]
    refused: Sequence[Silence]

    @classmethod
    def of(
        cls, certificate: Certificate, vouchers: Vouchers, responses: Iterable[bytes]
    ) -> OcspEvidence:
        """Read the responses.

        An answer counts if its response is signed by the CA that has issued the certificate, or by
        a responder that this CA has certified (RFC 6960, section 4.2.2.2).
        """
        found = [
            (answer, response)
            for response in map(OcspResponse.read, responses)
            for answer in response.answers
            if answer.is_of(certificate)
        ]
        statements: list[Statement] = []
        refused: list[Silence] = []
        if not found:
            return cls(certificate, statements, refused)
        issuers = [one for one in vouchers.of(certificate.issuer) if is_issued_by(certificate, one)]
        if not issuers:
            name = rfc4514(certificate.issuer)
            reason = f"an OCSP response cannot be verified without the certificate of {name}"
            return cls(certificate, statements, [Silence(reason, "--trust")])
        for answer, response in found:
            about = [one for one in issuers if answer.is_by_key_of(one)]
            if about:
                refusal = _refusal(answer, response, about, vouchers)
                if refusal is None:
                    statements.append(_statement(answer, response, certificate))
                else:
                    refused.append(Silence(f"{response.title()} {refusal}", _OPTION))
        return cls(certificate, statements, refused)

    def silence(self, at: datetime) -> Silence:
        """Return why the responses do not show it, and which one would."""
        for one in sorted(self.statements, key=lambda one: one.made, reverse=True):
            why = trouble(one, self.certificate, at)
            if why is not None:
                return Silence(f"{one.source.title()} {why}", _OPTION)
        if self.refused:
            return self.refused[-1]
        issuer, number = rfc4514(self.certificate.issuer), f"{self.certificate.serial:X}"
        reason = f"no OCSP response about serial number {number} of {issuer} was given"
        return Silence(reason, _OPTION, given=False)


def _statement(answer: Answer, response: OcspResponse, certificate: Certificate) -> Statement:
    cutoff = answer.cutoff
    keeps = cutoff is not None and cutoff <= certificate.dates[1]
    return Statement((answer.first, 0), answer.until, REASONS, answer.entry, response, keeps)


def _refusal(
    answer: Answer, response: OcspResponse, issuers: Sequence[Certificate], vouchers: Vouchers
) -> str | None:
    """Return why an answer does not count, or None if it does."""
    name = rfc4514(issuers[0].subject)
    if not (answer.understood and response.understood):
        return "has something critical in it that is not understood here"
    signers = (one for issuer in issuers for one in vouchers.responders(issuer, response))
    if not any(map(response.verifies, signers)):
        return (
            f"is not signed by {name}, nor by a responder that this CA has certified for OCSP and "
            "whose certificate is good: one that is so signed is needed"
        )
    if not answer.known:
        return f"does not know the certificate: one of a responder for {name} is needed"
    return None
