"""A PKI for tests, modelled on what is public of SMKI: CAs, File Signing Certificates, CRLs.

Nothing of it may be trusted outside of tests: its private keys are public (see ``keys``).
Everything follows from the algorithm, the EUI-64 of a Party and the name of a certificate, so
that the same certificate is made of the same bytes wherever it is made.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache

from cryptography import x509
from msgspec import Struct
from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.model.profile import RevocationBy
from conformance.model.types.eui64 import eui64_of
from conformance.preparation.certificate_identity import Written
from conformance.signature.writing.pem import armour
from generators.certificates import Holder, Issuer, issue, names_of
from generators.issuance import Issuance
from generators.keys import SigningKey, ecdsa_key, expand, private_pem, rsa_key
from generators.ocsp import Answer, Responder, ocsp_response
from generators.revocation import (
    CHANGES,
    COMPROMISED,
    CURRENT,
    FORGED,
    LATER,
    ON_HOLD,
    RELEASED,
    REVOKED_LATER,
    REVOKED_ON,
    REVOKED_SINCE,
    STALE,
    revocation_list,
)
from generators.templates import AUTHORITIES, ISSUING_CA, MORNING, ROOT, SIGNERS, Template

PARTY_1 = "70-00-00-00-00-00-00-01"
PARTY_2 = "70-00-00-00-00-00-00-02"
#: Certificates of signers that were revoked.
REVOKED = ("revoked", "on-hold", "revoked-in-part", "namesake")
#: Those that only a later list has, and when they were revoked.
REVOKED_BY_LATER = {
    "revoked-by-later-list": REVOKED_LATER,
    "revoked-since": REVOKED_SINCE,
    "revoked-that-day": MORNING,
}
#: The Parties of the corpus; the last one is a stranger to the others.
KNOWN = (PARTY_1, PARTY_2, "70-00-00-00-00-00-00-07", eui64_of(0xFFFF, prefix=0x7000))

#: Kinds of keys that a PKI may use, and the key of each.
ALGORITHMS = {
    "ecdsa": "secp256r1",
    "ecdsa-p384": "secp384r1",
    "ecdsa-p521": "secp521r1",
    "rsa": "rsa-2048",
    "rsa-3072": "rsa-3072",
    "rsa-4096": "rsa-4096",
}

#: Keys that take seconds to make: all signers of a Party have the same one, and CAs another kind.
SLOW = frozenset({"rsa-3072", "rsa-4096"})

#: Certificates that files of any Party can be signed with, by name: what is wrong with each as a
#: File Signing Certificate of the Party's, or nothing (an empty text).
NAMES = {
    **{name: template.fault for name, template in SIGNERS.items()},
    "other-party": "another Party's",
    "ca-as-signer": "the issuing CA's own, without an EUI-64",
}

_EUI64 = re.compile(r"[0-9A-F]{2}(-[0-9A-F]{2}){7}")


class Pki(Struct, frozen=True):
    """The test PKI of one algorithm, as one Party sees it.

    The CAs are the same for all Parties. ``eui64`` is the Party whose AROs sign, as
    ``70-00-00-00-00-00-00-01``; ``other-party`` is ``aro-1`` of another Party. ``NAMES`` has
    the names of the certificates; those of CAs (``AUTHORITIES``) are taken as well.
    ``issuance`` is what the profile asks of all of them.

    Raises:
        TadpError: the algorithm is not in ``ALGORITHMS``, or the EUI-64 is of another form.
            Each method that takes a name raises it for one that there is not.
    """

    algorithm: str = "ecdsa"
    eui64: str = PARTY_1
    issuance: Issuance = Issuance()

    def __post_init__(self) -> None:
        if self.algorithm not in ALGORITHMS:
            remedy = f"one of: {', '.join(ALGORITHMS)}"
            raise TadpError(
                f"{self.algorithm!r} is not an algorithm of the test PKI", remedy=remedy
            )
        if not _EUI64.fullmatch(self.eui64):
            remedy = f"write it as {PARTY_1}"
            raise TadpError(f"{self.eui64!r} is not an EUI-64", remedy=remedy)

    def for_party(self, eui64: str) -> Pki:
        """The same PKI, as another Party sees it."""
        return replace(self, eui64=eui64)

    def check(self, name: str) -> None:
        """Raise ``TadpError`` if there is no certificate called ``name``."""
        self._resolve(name)

    # --- Certificates and keys ------------------------------------------------------------------

    def certificate(self, name: str) -> bytes:
        """The certificate called ``name``, in DER."""
        return _certificate(*self._resolve(name))

    def certificate_pem(self, name: str) -> bytes:
        return armour("CERTIFICATE", self.certificate(name))

    def fingerprint(self, name: str) -> str:
        """The SHA-256 of the certificate, in lower-case hex."""
        return hashlib.sha256(self.certificate(name)).hexdigest()

    def serial(self, name: str) -> int:
        """The serial number of the certificate, which need not be made for it."""
        return _serial(*self._resolve(name))

    def key(self, name: str) -> SigningKey:
        """The private key to the certificate. It is public: see ``keys``."""
        return _key(*self._resolve(name))

    def key_pem(self, name: str) -> bytes:
        return private_pem(self.key(name))

    def spare_key(self, name: str) -> SigningKey:
        """A key of the same kind as that of the certificate, which belongs to no certificate."""
        return _made_key(self.kind_of_key(name), "spare")

    def kind_of_key(self, name: str) -> str:
        """The curve of the key, or ``rsa-`` and the number of its bits."""
        return _kind(*self._resolve(name))

    def issuers(self, name: str) -> tuple[bytes, ...]:
        """The certificates of the CAs from the certificate's issuer up, but not a root's."""
        pki, resolved = self._resolve(name)
        found: list[bytes] = []
        issuer = _issued(pki, resolved).issuer
        while issuer is not None and AUTHORITIES[issuer].issuer is not None:
            found.append(pki.certificate(issuer))
            issuer = AUTHORITIES[issuer].issuer
        return tuple(found)

    # --- What a verifier is given ---------------------------------------------------------------

    def trust_pem(self) -> bytes:
        """The one trust anchor."""
        return self.certificate_pem("root")

    def issuers_pem(self) -> bytes:
        """The issuing CAs, for signatures that come without them."""
        return self.certificate_pem("issuing-ca") + self.certificate_pem("parted-ca")

    def crl_pem(self) -> bytes:
        """Current revocation lists of the root and of all CAs below it.

        That of the issuing CA has the certificate ``revoked`` of this Party, the root's a CA. Of
        the CA whose list is in parts, two are there, and changes to the first. Of the issuing CA,
        there is a later list as well; and there are lists that do not count.
        """
        released, on_hold = self.serial("released"), self.serial("on-hold")
        first, second = (replace(CURRENT, part=part) for part in (1, 2))
        revoked, revoked_ca = ({self.serial(one): COMPROMISED} for one in ("revoked", "revoked-ca"))
        later = {self.serial(name): when for name, when in REVOKED_BY_LATER.items()}
        direct = self.issuance.ca == ROOT
        revoked |= {on_hold: ON_HOLD}
        of_root = {**revoked_ca, **(revoked if direct else {})}
        issuing = ROOT if direct else ISSUING_CA
        before = of_root if direct else revoked
        now = {**before, **dict.fromkeys(later, COMPROMISED)}
        lists = [
            revocation_list(self._issuer(name), edition, entries)
            for name, edition, entries in (
                (ISSUING_CA, CURRENT, {} if direct else revoked),
                (ROOT, CURRENT, of_root),
                ("revoked-ca", CURRENT, {}),
                ("expired-ca", CURRENT, {}),
                ("future-ca", CURRENT, {}),
                ("list-ca", CURRENT, {}),
                ("officer-ca", CURRENT, {}),
                ("intermediate-ca", CURRENT, {self.serial("namesake"): COMPROMISED}),
                ("subordinate-ca", CURRENT, {}),
                ("parted-ca", first, {released: ON_HOLD}),
                ("parted-ca", second, {self.serial("revoked-in-part"): COMPROMISED}),
                ("parted-ca", replace(CHANGES, part=1), {released: RELEASED}),
            )
        ]
        lists.append(revocation_list(self._issuer(issuing), LATER, now, later))
        lists += self._other_lists(issuing)
        return b"".join(armour("X509 CRL", der) for der in lists)

    def _other_lists(self, issuing: str) -> Iterator[bytes]:
        """Yield lists that do not count, with a certificate that no other list has.

        One is out of date, one is signed by another key, and one names another issuer.
        """
        serial = self.serial("on-other-lists")
        before = {serial: STALE.this_update}
        yield revocation_list(self._issuer(issuing), STALE, {serial: ON_HOLD}, before)
        another = Issuer(self._issuer("other-ca").name, self.key(issuing))
        for issuer in (self._issuer(issuing, forged=True), another):
            yield revocation_list(issuer, FORGED, {serial: COMPROMISED})

    def ocsp_pem(self) -> bytes:
        """OCSP responses about certificates of all Parties that are known and of this one, and CAs.

        They say what the revocation lists say, except for one that they do not have. A responder
        answers for the issuing CA, and the others answer for themselves.
        """
        delegate = Responder(self.key("ocsp-responder"), self.certificate("ocsp-responder"))
        parties = [self.for_party(one) for one in dict.fromkeys((*KNOWN, self.eui64))]
        numbers: dict[str, list[Answer]] = {}
        for name in SIGNERS:
            issuer = _issued(self, name).issuer
            # The one whose list is not given has no responder either.
            if issuer is not None and name != "part-not-given":
                on = REVOKED_ON if name in REVOKED else None
                numbers.setdefault(issuer, []).extend((one.serial(name), on) for one in parties)
        for name, template in AUTHORITIES.items():
            if template.issuer is not None:
                on = REVOKED_ON if name == "revoked-ca" else None
                numbers.setdefault(template.issuer, []).append((self.serial(name), on))
        later: list[Answer] = [
            (one.serial(name), when) for name, when in REVOKED_BY_LATER.items() for one in parties
        ]
        editions = [(issuer, CURRENT, answers) for issuer, answers in numbers.items()]
        editions.append((self.issuance.ca, LATER, later))
        responses = [
            ocsp_response(
                self._issuer(issuer),
                delegate if issuer == "issuing-ca" else Responder(self.key(issuer)),
                edition,
                answers,
            )
            for issuer, edition, answers in editions
            if issuer not in ("other-root", "other-ca")
        ]
        return b"".join(armour("OCSP RESPONSE", der) for der in responses)

    def revocation_pem(self, wanted: RevocationBy) -> dict[str, bytes]:
        """Return what shows which certificates were revoked, by the entry of ``trust``."""
        made = {"crls": self.crl_pem, "ocsp": self.ocsp_pem}
        return {kind: made[kind]() for kind in wanted.kinds}

    def stale_crl_pem(self) -> bytes:
        """A list of the issuing CA that was out of date in March 2020."""
        return armour("X509 CRL", revocation_list(self._issuer("issuing-ca"), STALE, {}))

    def forged_crl_pem(self) -> bytes:
        """A list in the name of the issuing CA, signed with another key: nothing is revoked."""
        issuer = self._issuer("issuing-ca", forged=True)
        return armour("X509 CRL", revocation_list(issuer, CURRENT, {}))

    # --- How it is made -------------------------------------------------------------------------

    def _resolve(self, name: str) -> tuple[Pki, str]:
        """The PKI and template behind a name."""
        if name == "other-party":
            other = PARTY_1 if self.eui64 == PARTY_2 else PARTY_2
            return self.for_party(other), "aro-1"
        if name == "ca-as-signer":
            name = "issuing-ca"
        if name in AUTHORITIES:
            # The same for all Parties, and so made once.
            return self.for_party(PARTY_1), name
        if name not in SIGNERS:
            remedy = f"one of: {', '.join(NAMES)}"
            raise TadpError(f"the test PKI has no certificate {name!r}", remedy=remedy)
        return self, name

    def _issuer(self, name: str, *, forged: bool = False) -> Issuer:
        return Issuer(
            x509.Name(_names(*self._resolve(name)).subject),
            self.key(name),
            self.spare_key(name) if forged else None,
        )


def _template(name: str) -> Template:
    return AUTHORITIES.get(name) or SIGNERS[name]


def _issued(pki: Pki, name: str) -> Template:
    """Return the template of a certificate as the profile has it."""
    if name in AUTHORITIES:
        return pki.issuance.of_ca(AUTHORITIES[name])
    return pki.issuance.of_signer(SIGNERS[name])


def _seed(pki: Pki, name: str) -> str:
    owner = "CA" if name in AUTHORITIES else pki.eui64
    return f"{pki.algorithm}/{owner}/{name}"


def _names(pki: Pki, name: str) -> Written:
    eui64 = bytes.fromhex(pki.eui64.replace("-", ""))
    return names_of(_template(name), pki.algorithm, eui64, pki.issuance.identity)


def _serial(pki: Pki, name: str) -> int:
    name = _template(name).serial_of or name
    # Another certificate for the same key.
    under = "" if pki.issuance == Issuance() else f"/{pki.issuance}"
    return int.from_bytes(expand(f"serial/{_seed(pki, name)}{under}", 8)) >> 2 | 1 << 62


def _key(pki: Pki, name: str) -> SigningKey:
    kind = _kind(pki, name)
    return _made_key(kind, _seed(pki, "aro-1" if kind in SLOW else name))


def _kind(pki: Pki, name: str) -> str:
    kind = _template(name).key or ALGORITHMS[pki.algorithm]
    return "secp256r1" if kind in SLOW and name in AUTHORITIES else kind


def _made_key(kind: str, seed: str) -> SigningKey:
    family, _, bits = kind.partition("-")
    return rsa_key(seed, int(bits)) if family == "rsa" else ecdsa_key(seed, kind)


@lru_cache(maxsize=1024)
def _certificate(pki: Pki, name: str) -> bytes:
    template = _issued(pki, name)
    holder = Holder(_names(pki, name), _key(pki, name), _serial(pki, name))
    if template.issuer is None:
        issuer = Issuer(x509.Name(holder.names.subject), holder.key)
    else:
        issuer = pki._issuer(template.issuer, forged=template.forged)
    return issue(template, holder, issuer)
