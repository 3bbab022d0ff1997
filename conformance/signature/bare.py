"""A signature value without a container: whether it holds, and with which digest."""

from __future__ import annotations

from functools import partial

from conformance.content import Content
from conformance.findings import Finding
from conformance.model.profile import SignatureRules
from conformance.signature.digest import digests, matching_form
from conformance.signature.key import Key, digest_title, rule_title
from conformance.signature.verification import form_fault

_OTHER_DIGESTS = ("sha1", "sha256", "sha384", "sha512")


def bare_faults(
    signature: bytes, content: Content, key: Key, rules: SignatureRules
) -> list[Finding]:
    """What keeps ``signature`` from holding over ``content``; one finding at most.

    It says nothing of its digest, so those that the profile takes are tried, then others.
    """
    rule = key.rule(rules.algorithms)
    allowed = () if isinstance(rule, Finding) else rule.digests
    values = digests(content, dict.fromkeys((*allowed, *_OTHER_DIGESTS)))
    used = next((n for n, value in values.items() if key.verifies(signature, value, n)), None)
    if isinstance(rule, Finding):
        return [rule]
    if used in allowed:
        return []
    if used is not None:
        return [
            Finding(
                "The file is signed with an algorithm that is not allowed.",
                found=digest_title(used),
                expected=rule_title(rule),
                profile=("signature.algorithms",),
            )
        ]
    for name in allowed:
        form = matching_form(content, name, partial(_holds, key, signature, name))
        if form is not None:
            return [form_fault(form)]
    return [
        Finding(
            "The signature does not verify over the file with the key of the certificate: the "
            "file or the signature was changed, or the key is another one.",
            expected="a signature over exactly the bytes of the file",
        )
    ]


def _holds(key: Key, signature: bytes, algorithm: str, digest: bytes) -> bool:
    return bool(key.verifies(signature, digest, algorithm))
