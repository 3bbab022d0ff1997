"""The files that are handed in to be opened, and their content."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from conformance.content import Content
from conformance.findings import Finding


class SignedInput(Struct, frozen=True):
    """The files that were handed in.

    ``content`` is the file as sent: the CSV file itself, or a container with the file in it.
    ``detached`` is the signature beside it, if there is one; ``certificate`` the signer's
    certificate (PEM or DER) beside a bare signature value.
    """

    content: Content
    detached: Content | None = None
    certificate: Content | None = None


class Presence(Enum):
    """How much of a signed file there is."""

    SIGNED = "there is a signature"
    UNSIGNED = "nothing is signed, or what should be the signature cannot be read"
    UNKNOWN = "there is a signature, whose certificate is elsewhere and was not given"
    ALONE = "there is a signature without the file that it is over"


class Cosigner(Struct, frozen=True):
    """Another who signed: the certificate in DER, if it is known, and when by their own word."""

    certificate: bytes | None
    signing_time: datetime | None


class Opened(Struct, frozen=True):
    """A signed input, opened.

    ``container`` is the name of one of ``CONTAINERS``, or None if there is no signature at all:
    then nothing is said of one, and ``faults`` is empty though nothing was verified. ``encoding``
    is ``DER``, ``BER``, ``PEM``, ``ARMOUR`` (like PEM) or ``BASE64`` for CMS, else None.

    ``data`` is the exact bytes of the CSV file, None if the container is too broken to tell.
    ``faults`` is all that keeps the signature from holding, the most telling first; if there
    is a container and no fault, the signature verifies over exactly the bytes of ``data``
    (of a mail message, over what the mail format makes of them).

    ``certificate`` is the signer's, in DER; ``others`` are those that came along or were
    given, for building a chain. ``signing_time`` is what the signer claims, in UTC. Where several
    sign, that is the first of them; the rest are ``cosigners``.

    ``presence`` says what the faults are about. Where it is ``UNSIGNED``, they are why nothing is
    signed: clause 6.1, not the signature that clauses 3.4(b), 4.7(b) and 4.13(b) verify.
    """

    container: str | None
    encoding: str | None = None
    data: Content | None = None
    faults: tuple[Finding, ...] = ()
    certificate: bytes | None = None
    others: tuple[bytes, ...] = ()
    signing_time: datetime | None = None
    presence: Presence = Presence.SIGNED
    cosigners: tuple[Cosigner, ...] = ()

    @property
    def by_signer(self) -> tuple[Opened, ...]:
        """The same for each signer alone, as if there was no other."""
        if not self.cosigners:
            return (self,)
        pool = [one for one in (self.certificate, *self.others) if one is not None]
        return tuple(
            replace(
                self,
                certificate=one.certificate,
                others=tuple(der for der in pool if der != one.certificate),
                signing_time=one.signing_time,
                cosigners=(),
            )
            for one in (Cosigner(self.certificate, self.signing_time), *self.cosigners)
        )


def signer_title(number: int, count: int, name: str | None) -> str:
    """Return what findings call one of several signers."""
    return f"signer {number} of {count}" + (f", {name}" if name else "")


def placed(faults: list[Finding], name: str) -> tuple[Finding, ...]:
    """Return the findings, those without a file of their own at the one called ``name``."""
    return tuple(
        fault if fault.place.file else replace(fault, place=replace(fault.place, file=name))
        for fault in faults
    )
