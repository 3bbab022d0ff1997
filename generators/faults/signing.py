"""Faults of the signature and of the certificate: clauses 6.1, 3.4(b), 4.7(b) and 4.13(b)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from msgspec.structs import replace

from conformance.model.profile import SignatureRules
from conformance.model.requirement import Requirement
from conformance.signature.algorithm_names import digest_title
from conformance.signature.containers.base import Placement, SigningContainer
from conformance.signature.fault import UNSIGNED, Scope, SignatureFault
from generators.algorithm import DIGESTS, digests_for
from generators.draft import Draft
from generators.faults.fault import Faulty, Variant, edit_manifest, edit_signing, operator
from generators.signing import NONE, OTHER, Signing, fingerprint
from generators.templates import OFFICERS

#: Certificates with keys that a profile need not admit; of the curves, one is enough.
WEAK = {"weak-rsa": "a key of RSA with 1,024 bits"}
CURVES = {
    "wrong-curve": "a key on the curve P-384",
    "curve-p521": "a key on the curve P-521",
    "curve-p256": "a key on the curve P-256",
}


@operator("signature-present")
def unsigned(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """No signature (6.1)."""
    yield "unsigned", "no signature at all", _signing("container", NONE)
    for fault in _faults(draft):
        if fault in UNSIGNED:
            yield fault.value, fault.summary, _signing("fault", fault)


_WITH_SHA1 = {SignatureFault.SHA1, SignatureFault.SHA1_DIGEST, SignatureFault.SHA1_SIGNATURE}


def _faults(draft: Draft) -> Iterator[SignatureFault]:
    """Yield the faults that the signature of ``draft`` can have, besides its container's own."""
    signing = draft.signing
    assert signing is not None  # noqa: S101 - every draft of a file is signed
    container = signing.kind
    assert container is not None  # noqa: S101
    data = (draft.csv or b"") + b"\n" * container.own_line
    lacking = {
        SignatureFault.SEPARATOR: not data.endswith(b"\n"),
        SignatureFault.TEXT_MODE: b"\n" not in data,
    }
    for fault in container.faults():
        if lacking.get(fault):
            continue
        if not signing.attributes and fault.scope is Scope.ATTRIBUTES:
            continue
        if not signing.by_pss and fault.scope is Scope.PSS:
            continue
        if fault is SignatureFault.TWO_SIGNERS and draft.profile.signature.signers.maximum > 1:
            continue
        sha1 = fault in _WITH_SHA1 or fault is SignatureFault.PSS_MASK
        if sha1 and "sha1" in admitted(draft, signing.signer):
            continue
        yield fault


def admitted(draft: Draft, signer: str) -> set[str]:
    """Return the digests that the profile admits with the key of ``signer``."""
    signing = draft.signing
    assert signing is not None  # noqa: S101 - every draft of a file is signed
    return digests_for(draft.profile.signature, signing.pki.kind_of_key(signer), signing.pss)


def _signing(name: str, value: Any) -> Callable[[Draft], Faulty]:
    def apply(draft: Draft) -> Faulty:
        changed, change = edit_signing(draft, name, value)
        return Faulty(changed, (change,))

    return apply


@operator("signature-verifies")
def signature_verifies(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A signature that does not hold (3.4(b), 4.7(b), 4.13(b))."""
    for fault in _faults(draft):
        if fault not in UNSIGNED:
            yield fault.value, fault.summary, _signing("fault", fault)
    signing = draft.signing
    assert signing is not None  # noqa: S101 - every draft of a file is signed
    container = signing.kind
    assert container is not None  # noqa: S101
    for damage in container.damages():
        yield damage.name, damage.summary, _signing("fault", damage.name)
    if container.encodings:
        yield from _of_cms(draft.profile.signature, container)
        if container.placement is Placement.BESIDE:
            title = "another file inside the signature beside the file that was signed"
            yield "other-inside", title, _signing("inside", OTHER)
    if container.certificates_optional:
        yield from _of_certificates(draft.profile.signature)
    elif container.certificates_beside and container.placement is Placement.WITHIN:
        yield _OTHER_BESIDE
    yield from _of_algorithms(draft, signing)
    yield from _of_signers(draft.profile.signature, signing)


def _of_cms(rules: SignatureRules, container: SigningContainer) -> Iterator[Variant]:
    """Yield the faults of encodings and attributes, which only CMS has."""
    for name in container.encodings:
        if name.lower() not in rules.encodings:
            yield f"encoding-{name.lower()}", f"CMS in {name}", _signing("encoding", name)
    if rules.signed_attributes == "required":
        yield "no-attributes", "no signed attributes", _signing("attributes", False)
    if rules.signed_attributes == "refused":
        yield "with-attributes", "signed attributes", _signing("attributes", True)


_OTHER_BESIDE = (
    "other-certificate",
    "another officer's certificate with the signature, and not the signer's",
    _signing("certificates", "other-beside"),
)


def _of_certificates(rules: SignatureRules) -> Iterator[Variant]:
    """Yield the faults of where the signer's certificate is."""
    if rules.certificate == "elsewhere":
        yield _OTHER_BESIDE
    else:
        title = "no certificate with the signature"
        yield "no-certificate", title, _signing("certificates", "none")
    if rules.certificate == "inside":
        title = "the certificate beside the signature, and not inside"
        yield "certificate-beside", title, _signing("certificates", "beside")


def _of_algorithms(draft: Draft, signing: Signing) -> Iterator[Variant]:
    """Yield keys, schemes and digests that the profile does not admit."""
    for name, title in WEAK.items():
        if signing.digest not in admitted(draft, name):
            yield name, title, signed_by(name)
    for name, title in CURVES.items():
        if signing.digest not in admitted(draft, name):
            yield name, title, signed_by(name)
            break
    kind = signing.pki.kind_of_key(signing.signer)
    if kind.startswith("rsa"):
        other = not signing.pss
        if signing.digest not in digests_for(draft.profile.signature, kind, other):
            name, title = ("rsa-pss", "RSA-PSS") if other else ("rsa", "RSA PKCS #1 v1.5")
            yield f"scheme-{name}", f"signed with {title}", _signing("pss", other)
    known = admitted(draft, signing.signer)
    # SHA-1 has faults of its own.
    for name in DIGESTS[1:] if known else ():
        if name not in known:
            yield f"digest-{name}", f"signed with {digest_title(name)}", _signing("digest", name)


def _of_signers(rules: SignatureRules, signing: Signing) -> Iterator[Variant]:
    """Yield too few, too many and the same signers, and one of several whose signature fails."""
    least, most = rules.signers.minimum, rules.signers.maximum
    if most > 1 and signing.kind is not None and signing.kind.several:
        more = tuple(name for name in OFFICERS if name != signing.signer)[:most]
        yield "more-signers", f"{most + 1} officers have signed", _signing("cosigners", more)
    if not signing.cosigners:
        return
    kept = signing.cosigners[:-1]
    if len(signing.signers) == least:
        few = f"{least - 1} officer{'s have' if least > 2 else ' has'} signed"
        yield "fewer-signers", few, _signing("cosigners", kept)
        same = (*kept, signing.signer)
        yield "same-signer-twice", "the same officer has signed twice", _signing("cosigners", same)
        if signing.signer == "aro-1":
            title = "the same officer has signed twice, with two certificates"
            yield "same-person-twice", title, _signing("cosigners", (*kept, "aro-1-renewed"))
    for name in signing.signers[:2]:
        for fault in (SignatureFault.TAMPERED_SIGNATURE, SignatureFault.WRONG_KEY):
            title = f"of several signatures, that of {name}: {fault.summary}"
            yield f"{fault.value}-of-{name}", title, _fault_of(name, fault)


def _fault_of(name: str, fault: SignatureFault) -> Callable[[Draft], Faulty]:
    def apply(draft: Draft) -> Faulty:
        draft, who = edit_signing(draft, "faulty", name)
        draft, what = edit_signing(draft, "fault", fault)
        return Faulty(draft, (who, what))

    return apply


def signed_by(name: str) -> Callable[[Draft], Faulty]:
    """Signed by another; the register has the certificate, so that nothing else is wrong."""

    def apply(draft: Draft) -> Faulty:
        draft, change = edit_signing(draft, "signer", name)
        signing = draft.signing
        assert signing is not None  # noqa: S101
        officers = [*draft.manifest["sender"]["aros"], _entry(signing)]
        draft, register = edit_manifest(draft, ("sender", "aros"), officers)
        return Faulty(draft, (change, register))

    return apply


def cosigned_by(name: str) -> Callable[[Draft], Faulty]:
    """Cosigned by another; the register has that certificate as well."""

    def apply(draft: Draft) -> Faulty:
        signing = draft.signing
        assert signing is not None  # noqa: S101
        # The one who signs first is another person than the bad certificate names.
        draft, first = edit_signing(draft, "signer", signing.cosigners[0])
        draft, change = edit_signing(draft, "cosigners", (name, *signing.cosigners[1:]))
        entry = _entry(replace(signing, signer=name))
        officers = [*draft.manifest["sender"]["aros"], entry]
        draft, register = edit_manifest(draft, ("sender", "aros"), officers)
        return Faulty(draft, (first, change, register))

    return apply


def _entry(signing: Signing) -> dict[str, str]:
    return {"credential": signing.signer, "certificate_sha256": fingerprint(signing)}
