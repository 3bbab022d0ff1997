"""A signature value without a container: whether it holds, and with which digest."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from conformance.content import Content
from conformance.findings import Finding
from conformance.model.profile import SignatureRules
from conformance.signature.digest import matching_change
from conformance.signature.key import Key, digest_title, rule_title
from conformance.signature.verification import change_fault

_OTHER_DIGESTS = ("sha1", "sha256", "sha384", "sha512")


def bare_faults(
    signature: bytes, content: Content, key: Key, rules: SignatureRules
) -> list[Finding]:
    """What keeps ``signature`` from holding over ``content``; one finding at most.

    It says nothing of its digest, so those that the profile takes are tried, then others.
    """
    rule = key.rule(rules.algorithms)
    if isinstance(rule, Finding):
        return [rule]
    if _digest_used(signature, content, key, rule.digests) is not None:
        return []
    used = _digest_used(signature, content, key, _OTHER_DIGESTS)
    if used is not None:
        return [
            Finding(
                "the file is signed with an algorithm that is not allowed",
                found=digest_title(used),
                expected=rule_title(rule),
                profile=("signature.algorithms",),
            )
        ]
    for name in rule.digests:
        change = matching_change(content, name, partial(_holds, key, signature, name))
        if change is not None:
            return [change_fault(change)]
    return [
        Finding(
            "the signature does not verify over the file with the key of the certificate: the "
            "file or the signature was changed, or the key is another one",
            expected="a signature over exactly the bytes of the file",
        )
    ]


def _digest_used(signature: bytes, content: Content, key: Key, names: Sequence[str]) -> str | None:
    """The digest, of those named, with which the signature holds."""
    values = content.digests(names)
    return next((n for n, value in values.items() if key.verifies(signature, value, n)), None)


def _holds(key: Key, signature: bytes, algorithm: str, digest: bytes) -> bool:
    return bool(key.verifies(signature, digest, algorithm))
