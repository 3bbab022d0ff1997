"""Who of the test PKI signs, and the certificates that come along."""

from __future__ import annotations

from typing import Protocol

from conformance.signature.fault import SignatureFault
from generators.pki import Pki
from generators.signer_info import Credential
from generators.templates import OFFICERS


class Chosen(Protocol):
    """The part of a signing that says whose it is; see ``Signing``."""

    @property
    def signer(self) -> str: ...
    @property
    def signers(self) -> tuple[str, ...]: ...
    @property
    def pki(self) -> Pki: ...
    @property
    def fault(self) -> str | None: ...
    @property
    def certificates(self) -> str: ...


def credential(signing: Chosen, name: str | None = None) -> Credential:
    """Return with what somebody signs: the signer, or whoever is called ``name``."""
    name, pki = name or signing.signer, signing.pki
    wrong = signing.fault == SignatureFault.WRONG_KEY
    key = pki.spare_key(name) if wrong else pki.key(name)
    return Credential(key, pki.certificate(name), pki.issuers(name))


def certificates_beside(signing: Chosen) -> tuple[bytes, ...]:
    """Return the certificates that come along in a file of their own, where there is one."""
    other = signing.certificates == "other-beside"
    names = (other_officer(signing),) if other else signing.signers
    found: list[bytes] = []
    for one in (credential(signing, name) for name in names):
        found += [one.certificate] if signing.certificates not in {"issuers", "none"} else []
        found += one.issuers if signing.certificates not in {"signer", "none"} else ()
    return tuple(dict.fromkeys(found))


def other_officer(signing: Chosen) -> str:
    """Return the name of an officer of the same Party who does not sign."""
    return next(name for name in OFFICERS if name not in signing.signers)
