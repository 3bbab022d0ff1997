"""Checks on a File Signing Certificate, one thing at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from itertools import islice

from cryptography import x509
from msgspec import Struct, field

from conformance.findings import Finding
from conformance.model.profile import CertificateRules, RevocationBy
from conformance.signature.certificate import Certificate
from conformance.signature.chain import Chain, build_chains, chain_faults
from conformance.signature.identity import identity_faults
from conformance.signature.legibility import Illegible, illegible
from conformance.signature.revocation_path import RevocationPath
from conformance.signature.subject import subject_faults
from conformance.signature.trust import Gap, TrustStore

#: Chains that are judged, if none before has nothing wrong.
MAX_CHAINS = 8
#: Purposes of RFC 5280 (section 4.2.1.12) and of later RFCs, by name where they are common.
_PURPOSES = "1.3.6.1.5.5.7.3."
_PURPOSE_NAMES = {
    "1": "serverAuth",
    "2": "clientAuth",
    "3": "codeSigning",
    "8": "timeStamping",
    "9": "OCSPSigning",
    "17": "ipsecIKE",
}
#: Those for which files are signed: emailProtection, of S/MIME, and documentSigning.
_FOR_FILES = {"4", "36"}


class SigningCertificate(Struct, frozen=True, dict=True, eq=False):
    """The certificate of a signer, to be judged as of any moments.

    ``others`` are certificates in DER that a chain may be built with. What does not depend on the
    moment is looked at once.
    """

    certificate: Certificate
    others: Sequence[bytes]
    rules: CertificateRules
    trust: TrustStore
    #: The chains by which of the certificates in the pool are valid.
    _chains: dict[tuple[bool, ...], tuple[Chain, ...]] = field(default_factory=dict)

    def check(self, at: datetime) -> Iterator[Finding | Gap]:
        """Yield what is wrong with it at the aware instant ``at``, and what evidence is missing."""
        if self._trouble is not None:
            yield self._trouble
            return
        of_use, of_holder, verifiable = self._lasting
        first, until = self.certificate.dates
        yield from of_use
        yield from _validity_faults(first, until, at)
        yield from of_holder
        # A chain is built as of a time at which the certificate itself was valid, and is not
        # verified if the certificate could not be in one: that is a finding already.
        when = min(max(at, first), until)
        yield from self._issuers(at, when if verifiable else None)

    @cached_property
    def _trouble(self) -> Finding | Gap | None:
        """The finding that nothing can be judged."""
        trouble, version = illegible(self.certificate), self.certificate.version
        if trouble is None:
            return None
        return _unreadable(trouble) if version == 3 else _of_version(version)

    @cached_property
    def _lasting(self) -> tuple[Sequence[Finding], Sequence[Finding], bool]:
        """What is wrong at any moment: with its use, with its holder; whether it can be verified.

        What is wrong with the moment comes between the two.
        """
        extensions, version = self.certificate.extensions(), self.certificate.version
        use: list[Finding] = []
        if version == 3:
            use += usage_faults(extensions, self.rules)
            use += _purpose_faults(extensions, self.rules.extended_key_usage)
            use += _policy_faults(extensions, self.rules)
        else:
            use.append(_of_version(version))
        if not self.certificate.names_curve:
            use.append(_unnamed_curve())
        unknown = _unknown_extensions(extensions)
        holder = [*unknown, *subject_faults(self.certificate.subject, self.rules)]
        if self.rules.eui64:
            holder += identity_faults(self.certificate, self.rules.identity)
        return use, holder, version == 3 and not unknown

    @cached_property
    def _pool(self) -> tuple[list[Certificate], list[Certificate]]:
        """The trust anchors, and the other certificates that a chain may be built with."""
        return _read(self.trust.anchors), _read((*self.others, *self.trust.intermediates))

    def _issuers(self, at: datetime, when: datetime | None) -> list[Finding | Gap]:
        """Return what is wrong with the chain, as of ``when`` if given, or was revoked by ``at``.

        Of several chains, one with nothing wrong will do.
        """
        results: list[list[Finding | Gap]] = []
        for chain in self._chains_at(when or at):
            results.append(list(self._judge(chain, at, when)))
            if not results[-1]:
                break
        return min(results, key=lambda found: any(isinstance(one, Finding) for one in found))

    def _chains_at(self, at: datetime) -> tuple[Chain, ...]:
        """Return the chains to judge, the same ones while the same certificates are valid."""
        anchors, others = self._pool
        valid = tuple([one.is_valid(at) for one in (*anchors, *others)])
        found = self._chains.get(valid)
        if found is None:
            chains = build_chains(self.certificate, anchors, others, at)
            found = self._chains[valid] = tuple(islice(chains, MAX_CHAINS))
        return found

    def _judge(self, chain: Chain, at: datetime, when: datetime | None) -> Iterator[Finding | Gap]:
        trust = self.trust
        if not trust.anchors:
            yield Gap("no trust anchor was given", ("--trust",))
        elif when is not None or not chain.anchored:
            yield from chain_faults(chain, self.rules, when or at, test_keys=trust.test_keys)
        if self.rules.revocation is not RevocationBy.NONE:
            yield from RevocationPath(chain, self._pool[1], trust, self.rules, at).check()


def usage_faults(extensions: x509.Extensions, rules: CertificateRules) -> Iterator[Finding]:
    """Yield faults of the certificate's key usage; one finding for a CA's certificate."""
    usage = next((one for one in extensions if isinstance(one.value, x509.KeyUsage)), None)
    bits = usage.value if usage is not None and isinstance(usage.value, x509.KeyUsage) else None
    constraints = next(
        (one.value for one in extensions if isinstance(one.value, x509.BasicConstraints)), None
    )
    powers = [
        name
        for name, there in (
            ("CA:TRUE", constraints is not None and constraints.ca),
            ("keyCertSign", bits is not None and bits.key_cert_sign),
            ("cRLSign", bits is not None and bits.crl_sign),
        )
        if there
    ]
    if powers:
        yield Finding(
            "the certificate is one of a CA, or has the powers of one",
            found=", ".join(powers),
            expected="a certificate for signing files only",
            profile=("certificate",),
        )
    else:
        yield from _use_faults(bits, rules)
    if usage is not None and rules.key_usage_critical and not usage.critical:
        yield Finding(
            "the key usage of the certificate is not marked as critical",
            found="key usage, not critical",
            expected="key usage, critical",
            profile=("certificate.key_usage_critical",),
        )


def _use_faults(bits: x509.KeyUsage | None, rules: CertificateRules) -> Iterator[Finding]:
    """Yield what the profile has against the uses of the key, or against there being none."""
    wanted, uses = rules.key_usage, _uses(bits) if bits is not None else []
    refused = [one for one in uses if one in rules.key_usage_refused]
    expected = f"key usage {' or '.join(wanted)}"
    if wanted and bits is None:
        yield Finding(
            "the certificate does not say what its key may be used for",
            found="no key usage",
            expected=expected,
            profile=("certificate.key_usage",),
        )
    elif wanted and not {*wanted} & {*uses}:
        yield Finding(
            "the key of the certificate may not be used for signing files",
            found=f"key usage {', '.join(uses) or 'empty'}",
            expected=expected,
            profile=("certificate.key_usage",),
        )
    elif refused:
        yield Finding(
            "the key of the certificate may be used for something that the profile refuses",
            found=f"key usage {', '.join(refused)}",
            expected=f"{expected} alone" if wanted else f"key usage without {refused[0]}",
            profile=("certificate.key_usage_refused",),
        )


def _uses(usage: x509.KeyUsage) -> list[str]:
    uses = {
        "digitalSignature": usage.digital_signature,
        "nonRepudiation": usage.content_commitment,
        "keyEncipherment": usage.key_encipherment,
        "dataEncipherment": usage.data_encipherment,
        "keyAgreement": usage.key_agreement,
    }
    return [name for name, there in uses.items() if there]


def _purpose_faults(extensions: x509.Extensions, wanted: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding where all purposes that the certificate names are others than signing files.

    ``wanted`` are those of files. Without any, a purpose that no RFC defines may be that of files.
    """
    purposes = [
        purpose.dotted_string
        for one in extensions
        if isinstance(one.value, x509.ExtendedKeyUsage)
        for purpose in one.value
    ]
    numbers = [one.removeprefix(_PURPOSES) for one in purposes if one.startswith(_PURPOSES)]
    if wanted:
        wrong = bool(purposes) and not {*wanted} & {*purposes}
    else:
        wrong = 0 < len(numbers) == len(purposes) and not _FOR_FILES & {*numbers}
    if wrong:
        yield Finding(
            "the certificate is for purposes other than signing files",
            found=f"extended key usage {', '.join(map(_purpose, purposes[:8]))}",
            expected=f"no extended key usage, or {' or '.join(map(_purpose, wanted))}"
            if wanted
            else "no extended key usage, or one that files can be signed with",
            profile=("certificate.extended_key_usage",),
        )


def _purpose(oid: str) -> str:
    return _PURPOSE_NAMES.get(oid.removeprefix(_PURPOSES), oid)


def _policy_faults(extensions: x509.Extensions, rules: CertificateRules) -> Iterator[Finding]:
    found = [
        information.policy_identifier.dotted_string
        for one in extensions
        if isinstance(one.value, x509.CertificatePolicies)
        for information in one.value
    ]
    if rules.policies and not set(found) & set(rules.policies):
        yield Finding(
            "the certificate is not issued under a policy for signing files",
            found=", ".join(found[:8]) or "no certificate policy",
            expected=" or ".join(rules.policies),
            profile=("certificate.policies",),
        )


def _validity_faults(first: datetime, until: datetime, at: datetime) -> Iterator[Finding]:
    if first <= at <= until:
        return
    yield Finding(
        "the certificate had expired" if at > until else "the certificate was not yet valid",
        found=f"valid from {first:%Y-%m-%d %H:%M:%S} to {until:%Y-%m-%d %H:%M:%S} UTC",
        expected=f"valid at {at:%Y-%m-%d %H:%M:%S} UTC",
        notes=("certificate-time",),
    )


def _unknown_extensions(extensions: x509.Extensions) -> list[Finding]:
    unknown = [
        one.oid.dotted_string
        for one in extensions
        if one.critical and isinstance(one.value, x509.UnrecognizedExtension)
    ]
    if not unknown:
        return []
    return [
        Finding(
            "the certificate has a critical extension that this suite does not know",
            found=", ".join(unknown[:8]),
            expected="extensions of RFC 5280, where they are critical",
            profile=("certificate",),
        )
    ]


def _unreadable(trouble: Illegible) -> Finding | Gap:
    if trouble.elsewhere:
        return Gap(f"the signer's certificate cannot be read here: {trouble.what}", ())
    return Finding(
        "the signer's certificate cannot be read",
        found=trouble.what,
        expected="X.509 version 3, in DER",
        profile=("certificate",),
    )


def _of_version(version: int) -> Finding:
    return Finding(
        "the signer's certificate is not an X.509 version 3 certificate",
        found=f"X.509 version {version}",
        expected="X.509 version 3",
        profile=("certificate",),
    )


def _unnamed_curve() -> Finding:
    return Finding(
        "the key of the certificate does not name its curve",
        found="the parameters of a curve",
        expected="the name of a curve (RFC 5480, section 2.1.1)",
        profile=("certificate",),
    )


def _read(ders: Iterable[bytes]) -> list[Certificate]:
    return [one for der in ders if (one := Certificate.read(der)) is not None]
