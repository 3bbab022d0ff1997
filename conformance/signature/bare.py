"""A signature value without a container: whether it holds, and with which digest."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.findings import Finding
from conformance.model.profile import SignatureRules
from conformance.signature.algorithm_names import digest_title
from conformance.signature.certificate import Certificate
from conformance.signature.containers.base import Terms
from conformance.signature.digest import matching_change
from conformance.signature.ecdsa_value import der_value
from conformance.signature.key import Key, rule_title
from conformance.signature.pss import Pss
from conformance.signature.signed_input import Opened, SignedInput, placed
from conformance.signature.signers import count_faults
from conformance.signature.trust import read_certificates
from conformance.signature.verification import change_fault

#: Bytes of a file with the signer's certificate.
MAX_CERTIFICATE_FILE = 1 << 20
#: Bytes of the longest bare signature; one of RSA with 16,384 bits has 2,048.
MAX_SIGNATURE = 1 << 12

_OTHER_DIGESTS = ("sha1", "sha256", "sha384", "sha512")


class Evidence(Struct, frozen=True):
    """A signature value, and certificates in DER, the signer's first, from the file ``name``.

    ``raw``: an ECDSA value has to be r and s one after the other, or may not be (False).
    """

    signature: bytes
    certificates: Sequence[bytes]
    name: str
    raw: bool | None = None


def no_value(opened: Opened, detached: Content) -> Opened:
    """Return ``opened`` with the finding that what is beside the file is not a signature value."""
    fault = Finding(
        "the signature is neither CMS nor a bare signature value",
        found=f"{len(detached):,} bytes",
        expected="a DER ECDSA-Sig-Value, or an RSA signature",
        profile=("signature.containers",),
    )
    return replace(opened, faults=placed([fault], detached.name))


def open_value(opened: Opened, signature: bytes, signed_input: SignedInput, terms: Terms) -> Opened:
    """Judge ``signature`` over the signed file, with the certificate beside it or given."""
    assert signed_input.detached is not None  # noqa: S101 - the value was in it
    ders, name = list(terms.extra), signed_input.detached.name
    if signed_input.certificate is not None:
        name = signed_input.certificate.name
        given = certificates_given(signed_input)
        ders = [*given, *ders] if given else []
    return judge_value(opened, signed_input.content, Evidence(signature, ders, name), terms)


def certificates_given(signed_input: SignedInput) -> list[bytes]:
    """Return the certificates, in DER, that came in a file beside the signature; none: no such."""
    if signed_input.certificate is None:
        return []
    try:
        return list(read_certificates(signed_input.certificate.read(MAX_CERTIFICATE_FILE)))
    except (SubmissionError, ValueError):
        return []


def judge_value(opened: Opened, data: Content, evidence: Evidence, terms: Terms) -> Opened:
    """Judge a signature value over ``data``."""
    ders = evidence.certificates
    readable = [one for der in ders if (one := Certificate.read(der)) is not None]
    if not readable:
        fault = Finding(
            "there is no certificate to verify the signature with",
            found="something that is not a certificate" if ders else "no certificate",
            expected="the certificate of the signer, PEM or DER",
            profile=("signature.containers",),
        )
        return replace(opened, faults=placed([fault], evidence.name))
    signer, *others = readable
    key, value = Key.of(signer), evidence.signature
    read = value if evidence.raw is None else der_value(value, key, raw=evidence.raw)
    faults = [read] if isinstance(read, Finding) else bare_faults(read, data, key, terms.rules)
    faults += count_faults(1, [signer], terms.rules)
    return replace(
        opened,
        faults=placed(faults, data.name),
        certificate=signer.der,
        others=tuple(one.der for one in others),
    )


def bare_faults(
    signature: bytes, content: Content, key: Key, rules: SignatureRules
) -> list[Finding]:
    """Return why ``signature`` does not verify over ``content``; one finding at most.

    It says nothing of its digest, so those that the profile takes are tried, then others.
    """
    rule = key.rule(rules.algorithms)
    if isinstance(rule, Finding):
        return [rule]
    taken = [one for one in rules.algorithms if key.takes(one)]
    if any(_digest_used(signature, content, (key, one.key), one.digests) for one in taken):
        return []
    for scheme in key.schemes:
        used = _digest_used(signature, content, (key, scheme), _OTHER_DIGESTS)
        if used is not None:
            title = digest_title(used)
            return [
                Finding(
                    "the file is signed with an algorithm that is not allowed",
                    found=title if scheme == rule.key else f"{scheme.upper()} with {title}",
                    expected=" or ".join(map(rule_title, taken)),
                    profile=("signature.algorithms",),
                )
            ]
    for name in rule.digests:
        change = matching_change(content, name, partial(_holds, (key, rule.key), signature, name))
        if change is not None:
            return [change_fault(change)]
    return [
        Finding(
            "the signature does not verify over the file with the key of the certificate: the "
            "file or the signature was changed, or the key is another one",
            expected="a signature over exactly the bytes of the file",
        )
    ]


def _digest_used(
    signature: bytes, content: Content, by: tuple[Key, str], names: Sequence[str]
) -> str | None:
    """The digest, of those named, with which the signature holds, by a key and its scheme."""
    values = content.digests(names)
    return next((n for n, value in values.items() if _holds(by, signature, n, value)), None)


def _holds(by: tuple[Key, str], signature: bytes, algorithm: str, digest: bytes) -> bool:
    key, scheme = by
    pss = Pss(algorithm, algorithm, None) if scheme == "rsa-pss" else None
    return bool(key.verifies(signature, digest, algorithm, pss))
