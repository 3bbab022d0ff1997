"""Faults of the certificate: clauses 3.4(b), 4.7(b) and 4.13(b)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec.structs import replace

from conformance.model.profile import CertificateRules, RevocationBy
from conformance.model.requirement import Requirement
from generators.draft import Draft
from generators.faults.fault import Faulty, Variant, edit_manifest, operator
from generators.faults.signing import admitted, cosigned_by, signed_by
from generators.signing import fingerprint
from generators.templates import MORNING, NOON, PAST

#: Certificates that were not a valid File Signing Certificate when the file was sent.
INVALID = {
    "expired": "an expired certificate",
    "not-yet-valid": "a certificate that is not valid yet",
    "revoked": "a revoked certificate",
    "valid-that-day": "a certificate that is valid from later that day on",
    "revoked-that-day": "a certificate that was revoked earlier that day",
    "on-hold": "a certificate on hold",
    "revoked-by-later-list": "a certificate on a list made after the file was sent",
    "revoked-in-part": "a certificate on the second of its issuer's lists",
    "revoked-issuer": "a certificate issued by a revoked CA",
    "expired-issuer": "a certificate issued by a CA that has expired",
    "future-issuer": "a certificate issued by a CA that is not valid yet",
    "list-issuer": "a certificate issued by a CA that may sign lists only",
    "officer-issuer": "a certificate issued by an officer, who is not a CA",
    "wrong-usage": "a certificate for key agreement",
    "commitment-only": "a certificate for non-repudiation only",
    "no-usage": "a certificate without key usage",
    "usage-not-critical": "a certificate whose key usage is not critical",
    "issuing-usage": "a certificate that may sign certificates as well",
    "list-usage": "a certificate that may sign revocation lists as well",
    "refused-usage": "a certificate whose key usage the profile refuses",
    "other-purpose": "a certificate for purposes other than signing files",
    "ca-as-signer": "the certificate of the issuing CA",
    "ca-flag": "a certificate that says that it is a CA's",
    "untrusted": "a certificate of another hierarchy",
    "self-signed": "a self-signed certificate",
    "too-long-chain": "a certificate with one issuing CA too many above it",
    "forged": "a certificate that the CA it names did not sign",
    "other-policy": "a certificate that was issued under another policy",
    "no-common-name": "a certificate without the name of the ARO",
    "role-code-decimal": "a certificate with the role code in decimal",
    "no-role-code": "a certificate without a role code",
    "no-eui64": "a certificate without the Party's EUI-64",
    "eui64-as-text": "a certificate with the EUI-64 as text",
    "eui64-other-form": "a certificate with the EUI-64 in another form",
    "eui64-short": "a certificate with seven bytes of EUI-64",
    "version-1": "a certificate of X.509 version 1",
}
#: Those that are invalid only where the profile has an entry of ``certificate`` that says so.
_BY_ENTRY = {
    "revoked": "revocation",
    "revoked-that-day": "revocation",
    "on-hold": "revocation",
    "revoked-by-later-list": "revocation",
    "revoked-in-part": "revocation",
    "revoked-issuer": "revocation",
    "wrong-usage": "key_usage",
    "commitment-only": "key_usage",
    "no-usage": "key_usage",
    "usage-not-critical": "key_usage_critical",
    "refused-usage": "key_usage_refused",
    "other-policy": "policies",
    "no-common-name": "common_name",
    "role-code-decimal": "role_code",
    "no-role-code": "role_code",
    "no-eui64": "eui64",
    "eui64-as-text": "eui64",
    "eui64-other-form": "eui64",
    "eui64-short": "eui64",
}
#: Those that the second of those who sign has, too, so that each is seen to be looked at.
_OF_COSIGNERS = frozenset({"expired", "revoked", "untrusted"})
#: Those with the EUI-64 in a text, and those that have it so in the place of its bytes.
_OF_TEXTS = {"eui64-as-text": False, "eui64-other-form": True}


@operator("certificate-valid")
def certificate_valid(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A certificate that is not a valid File Signing Certificate (3.4(b), 4.7(b), 4.13(b))."""
    signing, rules = draft.signing, draft.profile.certificate
    assert signing is not None  # noqa: S101 - every draft of a file is signed
    if not _is_time_known(draft):
        return
    for name, title in INVALID.items():
        if not (_is_invalid(name, rules) and _is_so_by(name, _judged_at(draft))):
            continue
        # With a key that is not admitted, the signature would be wrong too.
        if signing.digest in admitted(draft, name):
            yield name, title, signed_by(name)
            if signing.cosigners and name in _OF_COSIGNERS:
                yield f"cosigner-{name}", f"{title}, of the second who signs", cosigned_by(name)


def _is_invalid(name: str, rules: CertificateRules) -> bool:
    """Return True if a certificate of ``INVALID`` is invalid under ``rules``."""
    if name in _OF_TEXTS and rules.identity.place.is_text != _OF_TEXTS[name]:
        return False
    if name == "commitment-only" and "nonRepudiation" in rules.key_usage:
        return False
    if name == "too-long-chain":
        return rules.maximum_issuing_cas <= 1
    wanted = getattr(rules, _BY_ENTRY[name]) if name in _BY_ENTRY else True
    return bool(wanted) and wanted is not RevocationBy.NONE


def _judged_at(draft: Draft) -> datetime | None:
    """Return the time as of which certificates are judged; None: that of checking."""
    sent = draft.manifest.get("sent_at")
    at = draft.signed_at if draft.profile.readings["certificate-time"] == "signing" else None
    if at is None and sent and draft.profile.readings["certificate-time"] == "sending":
        at = datetime.fromisoformat(sent)
    return at


def _is_so_by(name: str, at: datetime | None) -> bool:
    """Return True if a certificate is what ``INVALID`` says by ``at``; None: when it is checked."""
    match name:
        case "expired" | "expired-issuer":
            return at is None or at > PAST[1]
        case "valid-that-day":
            return at is not None and at < NOON
        case "revoked-that-day":
            return at is None or at >= MORNING
    return True


def _is_time_known(draft: Draft) -> bool:
    """Return True unless certificates are judged at a time of signing that no signature has."""
    signing = draft.signing
    if draft.profile.readings["certificate-time"] != "signing" or signing is None:
        return True
    return signing.kind is not None and signing.kind.dated and signing.attributes


@operator("certificate-of-aro")
def certificate_of_aro(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A certificate that was not provided to an ARO of the Party (3.4(b), 4.7(b), 4.13(b))."""
    if not _is_time_known(draft):
        return
    yield "other-party", "a certificate of another Party", signed_by("other-party")
    unknown = "a certificate that the register of AROs does not have"
    yield "unknown-aro", unknown, _without(0)
    if draft.signing is not None and draft.signing.cosigners:
        title = "a certificate of another Party, of the second who signs"
        yield "cosigner-other-party", title, cosigned_by("other-party")
        yield "unknown-cosigner", f"{unknown}, of the second who signs", _without(1)
    yield "nobody", "an empty register of AROs", lambda draft: _register(draft, [])


def _without(number: int) -> Callable[[Draft], Faulty]:
    """Take the certificate of one of those who sign out of the register."""

    def apply(draft: Draft) -> Faulty:
        signing = draft.signing
        assert signing is not None  # noqa: S101
        mine = fingerprint(replace(signing, signer=signing.signers[number]))
        kept = [
            officer
            for officer in draft.manifest["sender"]["aros"]
            if officer["certificate_sha256"] != mine
        ]
        return _register(draft, kept)

    return apply


def _register(draft: Draft, officers: list[dict[str, str]]) -> Faulty:
    changed, change = edit_manifest(draft, ("sender", "aros"), officers)
    return Faulty(changed, (change,))
