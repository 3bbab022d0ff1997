"""The keys and digests that a file is signed with: those that a profile admits and we can make."""

from __future__ import annotations

from msgspec import Struct

from conformance.errors import TadpError
from conformance.model.profile import KeyAlgorithm, SignatureRules
from generators.pki import ALGORITHMS

#: From weak to strong; all but the first are taken for safe somewhere.
DIGESTS = ("sha1", "sha224", "sha256", "sha384", "sha512")
_PSS = "-pss"
#: Algorithms that can be requested under any profile.
NAMES = (*ALGORITHMS, *(f"{name}{_PSS}" for name in ALGORITHMS if name.startswith("rsa")))


class Algorithm(Struct, frozen=True):
    """How a signature is made: by a ``key`` of the test PKI, over a ``digest``.

    ``pss``: with RSA-PSS, rather than with RSA PKCS #1 v1.5.
    """

    name: str
    key: str
    digest: str = "sha256"
    pss: bool = False


def admitted(rules: SignatureRules) -> tuple[Algorithm, ...]:
    """Return the algorithms that ``rules`` admit and that can be made, with each of their digests.

    The first digest of a key is not in the name: ``ecdsa``, and ``ecdsa-sha512``.
    """
    found: dict[tuple[str, str], Algorithm] = {}
    for rule in rules.algorithms:
        key = next((name for name, kind in ALGORITHMS.items() if _is_of(rule, kind)), None)
        for digest in rule.digests if key is not None else ():
            pss = rule.key == "rsa-pss"
            plain = f"{key}{_PSS if pss else ''}"
            first = not any(known == plain for known, _ in found)
            name = plain if first else f"{plain}-{digest}"
            found.setdefault((plain, digest), Algorithm(name, str(key), digest, pss))
    return tuple(found.values())


def digests_for(rules: SignatureRules, kind: str, pss: bool = False) -> set[str]:
    """Return the digests that ``rules`` admit with keys of ``kind``, as ``pki.ALGORITHMS`` has it.

    ``pss`` says which signatures of RSA keys are meant.
    """
    scheme = "rsa-pss" if pss and kind.startswith("rsa") else kind.partition("-")[0]
    rules_of = (r for r in rules.algorithms if r.key in (scheme, "ecdsa") and _is_of(r, kind))
    return {digest for rule in rules_of for digest in rule.digests}


def chosen(name: str | None, rules: SignatureRules) -> Algorithm:
    """Return the algorithm called ``name``, as ``rules`` admit it; the first if there is no name.

    ``ecdsa`` and ``rsa`` are any algorithm with such a key. What ``rules`` do not admit is made
    all the same if it was asked for.

    Raises:
        TadpError: nothing was asked for, and they admit none that can be made.
    """
    there = admitted(rules)
    if name is None and not there:
        raise TadpError(
            "the profile admits no algorithm that the test hierarchy has keys for",
            remedy=f"name one of: {', '.join(NAMES)}",
        )
    for one in there:
        if name in (None, one.name):
            return one
    alike = (one for one in there if one.name.partition("-")[0] == name)
    key = name or ""
    return next(alike, Algorithm(key, key.removesuffix(_PSS), pss=key.endswith(_PSS)))


def _is_of(known: KeyAlgorithm, kind: str) -> bool:
    """Return True if a key of ``kind`` is one of those that an entry of a profile admits."""
    family, _, bits = kind.partition("-")
    if known.key == "ecdsa":
        return known.curve == kind
    return family == "rsa" and int(bits) >= (known.minimum_bits or 0)
