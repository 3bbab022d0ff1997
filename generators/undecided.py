"""Submissions that may conform or not: what would show it is not given."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from conformance.model.profile import Profile
from generators.draft import Draft
from generators.faults.fault import edit_signing
from generators.faults.signing import signed_by


class Undecided(Struct, frozen=True):
    """A submission of the usual story, changed by ``change`` where the profile ``asks`` for it."""

    slug: str
    title: str
    asks: Callable[[Profile], bool]
    change: Callable[[Draft], Draft]


UNDECIDED = (
    Undecided(
        "list-of-another-part",
        "a certificate whose issuer's list for it is missing, though two others are given",
        lambda profile: "crls" in profile.certificate.revocation.kinds,
        lambda draft: signed_by("part-not-given")(draft).draft,
    ),
    Undecided(
        "no-response",
        "a certificate about which no OCSP response was given",
        lambda profile: "ocsp" in profile.certificate.revocation.kinds,
        lambda draft: signed_by("part-not-given")(draft).draft,
    ),
    Undecided(
        "certificate-not-given",
        "a signature without the signer's certificate, which comes by another way",
        lambda profile: profile.signature.certificate == "elsewhere",
        lambda draft: edit_signing(draft, "certificates", "none")[0],
    ),
)
