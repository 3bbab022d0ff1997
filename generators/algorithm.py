"""The keys and digests that a file is signed with: those that a profile admits and we can make."""

from __future__ import annotations

from msgspec import Struct

from conformance.errors import TadpError
from conformance.model.profile import KeyAlgorithm, SignatureRules
from generators.pki import ALGORITHMS


class Algorithm(Struct, frozen=True):
    """The ``name`` of an algorithm of the test PKI, and the digest that goes with it."""

    name: str
    digest: str = "sha256"


def admitted(rules: SignatureRules) -> tuple[Algorithm, ...]:
    """Return the algorithms that ``rules`` admit, one for each entry that can be made."""
    found = (_made(known) for known in rules.algorithms)
    return tuple(dict.fromkeys(one for one in found if one is not None))


def admits(rules: SignatureRules, kind: str, digest: str) -> bool:
    """Return True if ``rules`` admit keys of ``kind``, as ``pki.ALGORITHMS`` has it."""
    return any(digest in known.digests and _is_of(known, kind) for known in rules.algorithms)


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
            remedy=f"name one of: {', '.join(ALGORITHMS)}",
        )
    for one in there:
        if name in (None, one.name):
            return one
    alike = (one for one in there if one.name.partition("-")[0] == name)
    return next(alike, Algorithm(name or ""))


def _made(known: KeyAlgorithm) -> Algorithm | None:
    name = next((name for name, kind in ALGORITHMS.items() if _is_of(known, kind)), None)
    return None if name is None else Algorithm(name, known.digests[0])


def _is_of(known: KeyAlgorithm, kind: str) -> bool:
    """Return True if a key of ``kind`` is one of those that an entry of a profile admits."""
    family, _, bits = kind.partition("-")
    if known.key == "rsa":
        return family == "rsa" and int(bits) >= (known.minimum_bits or 0)
    return known.curve == kind
