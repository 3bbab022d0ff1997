"""Templates of the certificates of the test PKI: one entry for each, good and bad.

A bad one differs from ``aro-1`` in what its entry names, and else in its key and serial number
only. What a File Signing Certificate has to be is in the profile (see ``issuance``); its
subject follows the certificates of SMKI that are public. No name in a certificate tells what
is wrong with it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

#: From and until when a certificate is valid.
Validity = tuple[datetime, datetime]

LONG: Validity = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC))
PAST: Validity = (LONG[0], datetime(2023, 12, 31, 23, 59, 59, tzinfo=UTC))
FUTURE: Validity = (datetime(2049, 1, 1, tzinfo=UTC), LONG[1])
#: Of the day on which files are sent, unless a scenario says otherwise.
MORNING, NOON = (datetime(2025, 6, 2, hour, tzinfo=UTC) for hour in (8, 12))

#: OIDs of the arc that is kept for examples (ITU-T X.660). The other one is of no profile.
POLICY, OTHER_POLICY = "2.999.7", "2.999.7.999"
#: In the place of an OID: a purpose for which files are not signed under the profile.
OTHER_PURPOSE = "another"
#: The purpose of a certificate that has several, where the profile names none: emailProtection.
FOR_FILES = "1.3.6.1.5.5.7.3.4"
#: The names of the one trust anchor, and of the CA below it that issues to officers.
ROOT, ISSUING_CA = "root", "issuing-ca"
#: The purpose of a certificate that answers for a CA (RFC 6960), which is not looked up itself.
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"


class Identifier(Enum):
    """How a certificate gives the EUI-64 of the Party, in the place that the profile says."""

    WHOLE = "as the profile has it"
    SHORT = "only its first 7 bytes"
    TEXT = "as text, in the place of its bytes"
    OTHER_FORM = "with something else between the digits"
    ABSENT = "not at all"


class Template(Struct, frozen=True):
    """The content of a certificate, except for its key and serial number.

    ``issuer`` names a template of ``AUTHORITIES``; None: it is signed with its own key.
    ``forged``: signed with another key than the issuer's. ``key`` is a curve, or ``rsa-`` and
    the number of bits; None: what the PKI uses.
    """

    title: str  #: What is in the CN, between "TADP TEST" and "(not for use)"
    fault: str = ""  #: What is wrong with it as a File Signing Certificate; empty: nothing
    issuer: str | None = "issuing-ca"
    named: bool = True  #: The subject has a CN
    role: str | None = "02"  #: OU: the remote-party role, as two hex digits
    identifier: Identifier = Identifier.WHOLE
    valid: Validity = LONG
    usage: frozenset[str] | None = frozenset({"digital_signature"})
    usage_critical: bool = True
    refused_usage: bool = False  #: its key may also be used for what the profile refuses
    purpose: str | None = None  #: an OID of extended key usage, critical
    also: str | None = None  #: another one
    ca: bool | None = None  #: None: it does not say
    path_length: int | None = None
    policy: str | None = POLICY
    key: str | None = None
    version: int = 3
    forged: bool = False
    part: int | None = None  #: of the lists of an issuer that has several, the one it would be on
    serial_of: str | None = None  #: another one, by another issuer, whose serial number it has


_CA = Template(
    "Issuing CA",
    issuer="root",
    role="07",
    identifier=Identifier.ABSENT,
    usage=frozenset({"key_cert_sign", "crl_sign"}),
    ca=True,
    path_length=0,
)
_ROOT = replace(_CA, title="Root", issuer=None, role="00", path_length=None, policy=None)

#: CAs, and the responder of one. ``root`` is the one trust anchor.
AUTHORITIES: dict[str, Template] = {
    "root": _ROOT,
    "issuing-ca": _CA,
    "intermediate-ca": replace(_CA, title="Intermediate CA", path_length=1),
    "subordinate-ca": replace(_CA, title="Subordinate CA", issuer="intermediate-ca"),
    "revoked-ca": replace(_CA, title="Issuing CA 3"),
    # Its revocation list is in parts.
    "parted-ca": replace(_CA, title="Issuing CA 4"),
    "ocsp-responder": replace(
        _CA,
        title="OCSP Responder",
        issuer="issuing-ca",
        usage=frozenset({"digital_signature"}),
        purpose=OCSP_SIGNING,
        ca=None,
        path_length=None,
    ),
    "expired-ca": replace(_CA, title="Issuing CA 5", valid=PAST),
    "future-ca": replace(_CA, title="Issuing CA 6", valid=FUTURE),
    # It may sign lists, and no certificates.
    "list-ca": replace(_CA, title="Issuing CA 7", usage=frozenset({"crl_sign"})),
    # Somebody with a certificate for files, who issues another with its key.
    "officer-ca": replace(
        _CA,
        title="ARO 9",
        role="02",
        usage=frozenset({"digital_signature"}),
        ca=None,
        path_length=None,
    ),
    "other-root": replace(_ROOT, title="Root 2"),
    "other-ca": replace(_CA, title="Issuing CA 2", issuer="other-root"),
}

_ARO = Template("ARO 1")
_SIGN = frozenset({"digital_signature"})


def _bad(fault: str, **changes: Any) -> Template:
    return replace(_ARO, fault=fault, **changes)


#: Persons who may sign beside another, in turn. The first, whose name the bad ones have, is last.
OFFICERS = ("aro-2", "aro-3", "aro-4", "aro-5", "aro-1")
#: Certificates that files are signed with, all of one Party.
SIGNERS: dict[str, Template] = {
    "aro-1": _ARO,
    **{f"aro-{number}": replace(_ARO, title=f"ARO {number}") for number in range(2, 6)},
    "not-a-ca": replace(_ARO, ca=False),
    # Its serial number is that of another, by another CA, who has revoked it. Its name is long, so
    # that it is the last of several certificates, which DER puts in order of their length.
    "same-serial": replace(_ARO, title="ARO 6 of the second office of the Party", role="7F"),
    "namesake": _bad(
        "on the revocation list of its issuer",
        title="ARO 7",
        issuer="intermediate-ca",
        serial_of="same-serial",
    ),
    # By then, its file had been sent.
    "revoked-since": replace(_ARO, title="ARO 8"),
    # Only lists that do not count have it.
    "on-other-lists": replace(_ARO, title="ARO 10", purpose=FOR_FILES, also=OTHER_PURPOSE),
    # Another certificate, for another key, of the person who has the first.
    "aro-1-renewed": _ARO,
    # When
    "expired": _bad("expired in 2023", valid=PAST),
    "not-yet-valid": _bad("valid from 2049 on", valid=FUTURE),
    "revoked": _bad("on the revocation list of its issuer"),
    "valid-that-day": _bad("valid from later that day on", valid=(NOON, LONG[1])),
    "revoked-that-day": _bad("revoked earlier that day"),
    "on-hold": _bad("on hold by the revocation list of its issuer"),
    "revoked-by-later-list": _bad("on a list that its issuer made after the sending"),
    "revoked-in-part": _bad("on the second of its issuer's lists", issuer="parted-ca", part=2),
    # On hold in 2020 by the first list, and taken off it by a later list of changes.
    "released": replace(_ARO, issuer="parted-ca", part=1),
    # The third list is not given.
    "part-not-given": replace(_ARO, issuer="parted-ca", part=3),
    # What for
    "wrong-usage": _bad("for key agreement only", usage=frozenset({"key_agreement"})),
    "commitment-only": _bad("for non-repudiation only", usage=frozenset({"content_commitment"})),
    "no-usage": _bad("says nothing of key usage", usage=None),
    "usage-not-critical": _bad("key usage is not critical", usage_critical=False),
    "issuing-usage": _bad("for certificates, too", usage=_SIGN | {"key_cert_sign"}),
    "list-usage": _bad("for revocation lists, too", usage=_SIGN | {"crl_sign"}),
    "refused-usage": _bad("for something that the profile refuses, too", refused_usage=True),
    "other-purpose": _bad("for other purposes than files", purpose=OTHER_PURPOSE),
    "ca-flag": _bad("says that it is a CA's", ca=True),
    # By whom
    "other-policy": _bad("issued under another policy", policy=OTHER_POLICY),
    "revoked-issuer": _bad("issued by a CA that was revoked", issuer="revoked-ca"),
    "expired-issuer": _bad("issued by a CA that expired in 2023", issuer="expired-ca"),
    "future-issuer": _bad("issued by a CA that is valid from 2049 on", issuer="future-ca"),
    "list-issuer": _bad("issued by a CA that may sign lists only", issuer="list-ca"),
    "officer-issuer": _bad("issued by an officer", issuer="officer-ca"),
    "untrusted": _bad("issued below another root", issuer="other-ca"),
    "self-signed": _bad("issued by its own key", issuer=None),
    "too-long-chain": _bad("two CAs between it and the root", issuer="subordinate-ca"),
    "forged": _bad("names the issuing CA, and another key has signed it", forged=True),
    # For whom
    "no-common-name": _bad("no CN in the subject", named=False),
    # The decimal of 89: such a certificate was really issued once.
    "role-code-decimal": _bad("a role of three digits", role="137"),
    "no-role-code": _bad("no role in the subject", role=None),
    "no-eui64": _bad("no EUI-64 in the subject", identifier=Identifier.ABSENT),
    "eui64-as-text": _bad("the EUI-64 is text", identifier=Identifier.TEXT),
    "eui64-other-form": _bad("the EUI-64 in another form", identifier=Identifier.OTHER_FORM),
    "eui64-short": _bad("the EUI-64 lacks a byte", identifier=Identifier.SHORT),
    # With which key, in which form
    "weak-rsa": _bad("an RSA key of 1,024 bits", key="rsa-1024"),
    "wrong-curve": _bad("an EC key on P-384", key="secp384r1"),
    # Wrong where a profile takes longer keys only.
    "curve-p256": replace(_ARO, key="secp256r1"),
    "curve-p521": _bad("an EC key on P-521", key="secp521r1"),
    "version-1": _bad("X.509 version 1, without extensions", version=1),
}
