"""How many have signed, and whether they are different persons."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.findings import Finding
from conformance.model.profile import SignatureRules
from conformance.phrases import counted
from conformance.signature.certificate import Certificate
from conformance.signature.name import rfc4514, same_name
from conformance.signature.subject import common_name

_ENTRY = ("signature.signers",)
_ANOTHER = (
    "Have another Authorised Responsible Officer sign as well, as with tadp sign --signature."
)


def count_faults(
    count: int, certificates: Sequence[Certificate], rules: SignatureRules
) -> list[Finding]:
    """Return what is wrong with ``count`` signatures by the holders of ``certificates``.

    One finding at most. A certificate that is not known belongs to another person.
    """
    least, most = rules.signers.minimum, rules.signers.maximum
    if least <= count <= most:
        return _repeated(count, certificates, least)
    message = "more have signed than may" if count > most else "fewer have signed than have to"
    return [
        Finding(
            "more than one person has signed" if most == 1 else message,
            found=counted(count, "signer"),
            expected=expected(rules),
            hint=_ANOTHER if count < least else None,
            profile=_ENTRY,
        )
    ]


def expected(rules: SignatureRules) -> str:
    """Return how many have to sign, in words."""
    least, most = rules.signers.minimum, rules.signers.maximum
    if most == 1:
        return "exactly one signer"
    return counted(most, "signer") if least == most else f"{least} to {most} signers"


def same_person(one: Certificate, other: Certificate) -> bool:
    """Return True for one certificate, two for one key, and two in the name of one person."""
    if one.der == other.der or one.key == other.key:
        return True
    # Where no person is named, the subject is that of the Party, which all its officers share.
    return bool(common_name(one.subject)) and same_name(one.subject, other.subject)


def _repeated(count: int, certificates: Sequence[Certificate], least: int) -> list[Finding]:
    """Return the finding that too few are different persons."""
    persons: list[Certificate] = []
    again: list[Certificate] = []
    for one in certificates:
        known = any(same_person(one, other) for other in persons)
        (again if known else persons).append(one)
    if count - len(again) >= least:
        return []
    name = common_name(again[0].subject) or rfc4514(again[0].subject)
    return [
        Finding(
            "the same person has signed more than once, which counts once",
            found=f"{1 + sum(same_person(one, again[0]) for one in again)} signatures by {name}",
            expected=f"{least} persons, each with a certificate and a key of their own",
            hint=_ANOTHER,
            profile=_ENTRY,
        )
    ]
