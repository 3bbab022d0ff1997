"""The profile of a corpus: the one that it is made for, with the TEST hierarchy to trust."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from conformance.model.profile import RevocationBy
from conformance.model.profile_effect import effective
from conformance.model.profile_loading import TRUST, load_profile, shipped_profiles
from conformance.signature import TrustStore, load_trust
from conformance.signature.containers import signing_containers
from conformance.signature.containers.base import Placement
from generators.algorithm import admitted
from generators.draft import Ground
from generators.issuance import Issuance
from generators.pki import Pki
from generators.toml import toml_of

_HEAD = """\
# The {name} profile with the trust anchors and revocation lists of the TEST hierarchy, whose
# private keys are public.{desk} For these cases and for tests; never for a real submission.
"""
_NO_DESK = """ The mailbox of the Service Desk is not known: the contingency's
# takes its place."""


def trust(ground: Ground) -> Iterator[tuple[str, bytes]]:
    """Yield the files that every case is checked with, by their paths: trust, and the profile."""
    # Some containers have no room for the certificate of the issuing CA.
    whole = all(
        known.placement is not Placement.WITHIN
        for name, known in signing_containers().items()
        if name in ground.profile.signature.containers
    )
    for algorithm in _algorithms(ground):
        pki = Pki(algorithm, issuance=Issuance.under(ground.profile.certificate))
        beside = b"" if whole else pki.issuers_pem()
        yield f"trust/{algorithm}-root.pem", pki.trust_pem() + beside
        for kind, data in pki.revocation_pem(ground.profile.certificate.revocation).items():
            yield f"trust/{algorithm}-{kind}.pem", data
    yield "profile.toml", _profile_text(ground).encode()


@cache
def store_of(pki: Pki, wanted: RevocationBy) -> TrustStore:
    """Return what a verifier is given that trusts the TEST hierarchy."""
    with tempfile.TemporaryDirectory(prefix="tadp-", ignore_cleanup_errors=True) as name:
        files = {"anchors": pki.trust_pem() + pki.issuers_pem(), **pki.revocation_pem(wanted)}
        given: dict[str, list[Path]] = {kind: [] for kind in TRUST}
        for kind, data in files.items():
            path = Path(name) / f"{kind}.pem"
            path.write_bytes(data)
            given[kind] = [path]
        return load_trust(*(given[kind] for kind in TRUST), test_keys=True)


def _profile_text(ground: Ground) -> str:
    profile = ground.profile
    table: dict[str, Any] = effective(profile.raw)
    shipped = _shipped(ground)
    if shipped is not None:
        # Nothing that its own file says is said twice.
        table = {"extends": shipped, "delivery": {}}
    name, title = ("test", profile.title) if shipped else (f"{profile.name}-test", profile.title)
    delivery = {**table["delivery"], "service_desk_mailboxes": list(ground.service_desk)}
    known = profile.raw["delivery"].get("service_desk_mailboxes")
    algorithms = _algorithms(ground)
    text = toml_of(
        {
            "profile": name,
            "title": f"{title} with the test hierarchy",
            **{k: v for k, v in table.items() if k not in ("profile", "title", "trust")},
            "version": profile.version,
            "delivery": delivery,
            "trust": {
                "anchors": [f"trust/{name}-root.pem" for name in algorithms],
                **{
                    kind: [f"trust/{name}-{kind}.pem" for name in algorithms]
                    for kind in profile.certificate.revocation.kinds
                },
                "test_keys": True,
            },
        }
    )
    return _HEAD.format(name=profile.name, desk="" if known else _NO_DESK) + text


def _algorithms(ground: Ground) -> tuple[str, ...]:
    keys = dict.fromkeys(one.key for one in admitted(ground.profile.signature))
    return tuple(keys) or (Pki().algorithm,)


def _shipped(ground: Ground) -> str | None:
    """The name of the profile, if it is one that is shipped."""

    def is_it(name: str) -> bool:
        return load_profile(name, ground.catalogue).digest == ground.profile.digest

    return next(filter(is_it, shipped_profiles()), None)
