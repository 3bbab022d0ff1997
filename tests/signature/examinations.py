"""Certificates of signers with one thing wrong, or nothing, examined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID
from msgspec.structs import replace

from conformance.model.profile import CertificateRules, RevocationBy
from conformance.signature import Examination, Opened, TrustStore, examine
from tests.signature import pki
from tests.signature.pki import DAY, NOW
from tests.signature.signing import CERTIFICATE_RULES, Hierarchy

NO_REVOCATION = replace(CERTIFICATE_RULES, revocation=RevocationBy.NONE)
SECOND = timedelta(seconds=1)

Case = tuple[str, Examination]


def examined(
    holder: pki.Holder | bytes,
    trust: TrustStore,
    rules: CertificateRules = CERTIFICATE_RULES,
    others: Sequence[pki.Holder] = (),
    at: datetime = NOW,
) -> Examination:
    der = holder if isinstance(holder, bytes) else holder.der
    opened = Opened("cms-attached", certificate=der, others=tuple(one.der for one in others))
    return examine(opened, trust, rules, at)


def _plain(h: Hierarchy) -> Iterator[Case]:
    yield "nothing", examine(Opened("cms-attached"), h.trust, CERTIFICATE_RULES, NOW)
    yield "no certificate", examined(b"x", h.trust)
    for kind in ("ec", "rsa"):
        holder: pki.Holder = getattr(h, kind)
        yield kind, examined(holder, h.trust, others=[h.ca])
    first, until = NOW - 100 * DAY, NOW + 100 * DAY
    for name, at in (
        ("a second early", first - SECOND), ("at the first instant", first),
        ("at the last instant", until), ("a second late", until + SECOND),
        ("years late", until + 9999 * DAY),
    ):  # fmt: skip
        yield name, examined(h.ec, h.trust, NO_REVOCATION, [h.ca], at)
        yield f"{name}, without its CA", examined(h.ec, h.trust, NO_REVOCATION, at=at)
    version = b"\xa0\x03\x02\x01"
    for number in (0, 1, 7):
        der = h.ec.der.replace(version + b"\2", version + bytes((number,)), 1)
        yield f"version {number + 1}", examined(der, h.trust, others=[h.ca])
        yield f"version {number + 1}, untrusted", examined(der, h.trust)
    serial = h.ec.der.replace(b"\2\7\x1a", b"\2\7\x9a", 1)
    yield "a negative serial number", examined(serial, h.trust, others=[h.ca])
    twice = h.ec.der.replace(bytes.fromhex("0603551d0f"), bytes.fromhex("0603551d0e"))
    yield "an extension twice", examined(twice, h.trust, others=[h.ca])


def _subjects(h: Hierarchy) -> Iterator[Case]:
    pair = pki.unique_identifier
    unit, common = NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.COMMON_NAME
    plain = [x509.NameAttribute(common, "ARO"), x509.NameAttribute(unit, "02")]
    units = [x509.NameAttribute(unit, f"unit {n}") for n in range(10)]
    lenient = replace(NO_REVOCATION, common_name=False, role_code=False, eui64=False)
    for name, subject in (
        ("no common name", pki.subject(common_name=None)),
        ("no role", pki.subject(role=None)),
        ("three digits", pki.subject(role="137")),
        ("one digit", pki.subject(role="2")),
        ("no digits", pki.subject(role="0g")),
        ("small letters", pki.subject(role="ff")),
        ("capital letters", pki.subject(role="AF")),
        ("no EUI-64", pki.subject(eui64=None)),
        ("seven bytes", pki.subject(eui64=b"\1" * 7)),
        ("nine bytes", pki.subject(eui64=b"\1" * 9)),
        ("no bytes", pki.subject(eui64=b"")),
        ("half a byte", x509.Name([*plain, pair(b"\1" * 7 + b"\xf0", unused=4)])),
        ("two EUI-64", x509.Name([*plain, pair(pki.EUI64), pair(pki.EUI64)])),
        ("ten units", x509.Name([plain[0], *units, pair(pki.EUI64)])),
        ("a role among others", x509.Name([plain[0], units[0], plain[1], pair(pki.EUI64)])),
        ("two common names", x509.Name([plain[0], *plain, pair(pki.EUI64)])),
        ("nothing right", x509.Name([units[0]])),
    ):
        holder = pki.issue(subject, h.ca, serial=0xABC)
        yield name, examined(holder, h.trust, NO_REVOCATION, [h.ca])
        yield f"{name}, of a lenient profile", examined(holder, h.trust, lenient, [h.ca])
    good = b"\x06\x03\x55\x04\x2d\x03\x09\x00" + pki.EUI64
    text = h.ec.der.replace(good, good[:5] + b"\x0c\x09" + b"70-B3-D5-")
    yield "EUI-64 as text", examined(text, h.trust, NO_REVOCATION)
    text = h.ec.der.replace(b"\x55\x04\x0b\x0c\x0202", b"\x55\x04\x0b\x0c\x02\xff\xfe")
    yield "a role that is not text", examined(text, h.trust, NO_REVOCATION)
    text = h.ec.der.replace(
        b"\x55\x04\x03\x0c\x05ARO 1", b"\x55\x04\x03\x0c\x05\xff\xff\xff\xff\xff"
    )
    yield "a common name that is not text", examined(text, h.trust, NO_REVOCATION)


def _unknown(number: int) -> tuple[x509.ExtensionType, bool]:
    oid = x509.ObjectIdentifier(f"1.2.3.{number}")
    return x509.UnrecognizedExtension(oid, b"\5\0"), True


def _extensions(h: Hierarchy) -> Iterator[Case]:
    usage = pki.usage
    signs = (usage("digital_signature"), True)
    policies = [x509.PolicyInformation(x509.ObjectIdentifier(f"2.999.{n}"), None) for n in range(9)]
    strict = replace(NO_REVOCATION, policies=("2.999.1", "2.999.5"))
    lenient = replace(NO_REVOCATION, key_usage_critical=False)
    everything = usage("content_commitment", "key_encipherment", "data_encipherment",
                       "key_agreement", "encipher_only")  # fmt: skip
    ca = (x509.BasicConstraints(ca=True, path_length=None), True)
    for name, extensions in (
        ("none", ()),
        ("not critical", ((usage("digital_signature"), False),)),
        ("an empty usage", ((usage(), True),)),
        ("every other usage", ((everything, True),)),
        ("another usage, not critical", ((usage("key_agreement"), False),)),
        ("a CA without a usage", (ca,)),
        ("a CA", ((usage("digital_signature", "key_cert_sign", "crl_sign"), True), ca)),
        ("certificates", ((usage("digital_signature", "key_cert_sign"), True),)),
        ("lists, not critical", ((usage("crl_sign"), False),)),
        ("no CA", (signs, (x509.BasicConstraints(ca=False, path_length=None), True))),
        ("one policy", (signs, (x509.CertificatePolicies(policies[:1]), True))),
        ("the second policy", (signs, (x509.CertificatePolicies(policies[5:7]), False))),
        ("nine policies", (signs, (x509.CertificatePolicies(policies), False))),
        ("ten unknown", (signs, *map(_unknown, range(10)))),
        ("one unknown", (signs, _unknown(7))),
        ("unknown, not critical", (signs, (_unknown(7)[0], False))),
    ):
        given: Any = extensions
        holder = pki.issue(pki.subject(), h.ca, serial=0xABC, extensions=given)
        yield name, examined(holder, h.trust, NO_REVOCATION, [h.ca])
        yield f"{name}, of a lenient profile", examined(holder, h.trust, lenient, [h.ca])
        yield f"{name}, under a policy", examined(holder, h.trust, strict, [h.ca])
        yield f"{name}, untrusted", examined(holder, h.trust, NO_REVOCATION)


def _chains(h: Hierarchy) -> Iterator[Case]:
    root, ca, middle = h.root, h.ca, pki.authority("Middle", h.root, serial=11)
    issuing = pki.authority("Issuing", middle, serial=12)
    deep = pki.issue(pki.subject(), issuing, serial=13)
    rogue = pki.authority("Other Root", serial=14)
    impostor = pki.authority("Test Issuing CA", rogue, serial=15)
    lone = pki.issue(pki.subject(), None, serial=16)
    of_rogue = pki.issue(pki.subject(), impostor, serial=17)
    old = pki.authority("Test Issuing CA", root, key=ca.key, until=NOW - DAY, serial=18)
    new = pki.authority("Test Issuing CA", root, key=ca.key, first=NOW + DAY, serial=19)
    none = pki.authority("No CA", root, serial=20, extensions=pki.SIGNER_EXTENSIONS)
    anchor = TrustStore
    for name, holder, trust, others in (
        ("without its CA", h.ec, h.trust, []),
        ("no anchor", h.ec, anchor(), []),
        ("no anchor, with its CA", h.ec, anchor(), [ca, root]),
        ("its CA is an anchor", h.ec, anchor((ca.der,)), []),
        ("its CA is among the anchors", h.ec, anchor((root.der,), (), (ca.der,)), []),
        ("an anchor itself", h.ec, anchor((h.ec.der,)), []),
        ("two CAs between", deep, h.trust, [issuing, middle]),
        ("the upper CA missing", deep, h.trust, [issuing]),
        ("another root", of_rogue, h.trust, [impostor, rogue]),
        ("another root that is missing", of_rogue, h.trust, [impostor]),
        ("an issuer of the same name", of_rogue, h.trust, [ca]),
        ("both issuers of the same name", of_rogue, h.trust, [ca, impostor, rogue]),
        ("self-signed", lone, h.trust, []),
        ("self-signed and trusted", lone, anchor((lone.der,)), []),
        ("an old CA", h.ec, h.trust, [old]),
        ("a CA of the future", h.ec, h.trust, [new]),
        ("old and new CAs", h.ec, h.trust, [old, new]),
        ("old, new and good CAs", h.ec, h.trust, [old, new, ca]),
        ("an issuer that is not a CA", pki.issue(pki.subject(), none, serial=21), h.trust, [none]),
        ("right below the anchor", pki.issue(pki.subject(), root, serial=22), h.trust, [ca]),
    ):
        for most in (0, 1, 2):
            rules = replace(NO_REVOCATION, maximum_issuing_cas=most)
            yield f"{name}, {most} CAs at most", examined(holder, trust, rules, others)


def _point(**which: Any) -> tuple[x509.ExtensionType, bool]:
    nothing: dict[str, Any] = {
        "full_name": None, "relative_name": None, "only_contains_user_certs": False,
        "only_contains_ca_certs": False, "only_some_reasons": None, "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }  # fmt: skip
    return x509.IssuingDistributionPoint(**{**nothing, **which}), True


def _lists(h: Hierarchy) -> Iterator[Case]:
    make, ca, root = pki.revocation_list, h.ca, h.root
    serial, of_ca = h.ec.certificate.serial_number, ca.certificate.serial_number
    partial = {
        "attribute certificates": _point(only_contains_attribute_certs=True),
        "CAs": _point(only_contains_ca_certs=True),
        "reasons": _point(only_some_reasons=frozenset([x509.ReasonFlags.superseded])),
        "indirect": _point(indirect_crl=True),
        "users": _point(only_contains_user_certs=True),
        "changes": (x509.DeltaCRLIndicator(1), True),
        "unknown": _unknown(7),
        "unknown, not critical": (_unknown(7)[0], False),
        "a number": (x509.CRLNumber(1), False),
    }
    cases: list[tuple[str, list[bytes]]] = [
        ("none", []),
        ("of another", [make(root)]),
        ("by another key", [make(pki.authority("Test Issuing CA"))]),
        ("ended a second ago", [make(ca, until=NOW - SECOND)]),
        ("ends now", [make(ca, until=NOW)]),
        ("ended, and a good one", [make(ca, until=NOW - SECOND), h.crl]),
        ("ended, and a partial one",
         [make(ca, until=NOW - SECOND), make(ca, extensions=[partial["changes"]])]),
        ("with others", [make(ca, [(7, NOW - DAY), (8, NOW - DAY)])]),
        ("of the root, too", [h.crl, make(root)]),
        ("of the root, ended, too", [h.crl, make(root, until=NOW - SECOND)]),
        ("of the root, with its CA", [h.crl, make(root, [(of_ca, NOW)])]),
        ("of the root, with its CA tomorrow", [h.crl, make(root, [(of_ca, NOW + SECOND)])]),
        *((f"only {name}", [make(ca, extensions=[one])]) for name, one in partial.items()),
        *((f"revoked {when:%H:%M:%S}", [make(ca, [(serial, when)])])
          for when in (NOW - SECOND, NOW, NOW + SECOND)),
        *((f"revoked: {reason and reason.name}", [make(ca, [(serial, NOW)], reason=reason)])
          for reason in (None, x509.ReasonFlags.superseded)),
        ("revoked by a list that ended", [make(ca, [(serial, NOW - DAY)], until=NOW - SECOND)]),
        ("revoked twice", [make(ca, [(serial, NOW)]), make(ca, [(serial, NOW - DAY)])]),
    ]  # fmt: skip
    for name, crls in cases:
        trust = TrustStore((root.der,), tuple(crls))
        yield name, examined(h.ec, trust, others=[ca])
        yield f"{name}, without its CA", examined(h.ec, trust)
        yield f"{name}, no anchor", examined(h.ec, TrustStore((), tuple(crls)), others=[ca])
    silent = pki.authority(
        "No Lists",
        root,
        serial=31,
        extensions=((x509.BasicConstraints(ca=True, path_length=None), True),
                    (pki.usage("key_cert_sign"), True)),
    )  # fmt: skip
    signer = pki.issue(pki.subject(), silent, serial=32)
    trust = TrustStore((root.der,), (make(silent),))
    yield "by a CA that may not sign lists", examined(signer, trust, others=[silent])
    lone = pki.issue(
        pki.subject(), None, serial=33, extensions=((pki.usage("digital_signature"), True),)
    )
    for when in (NOW, NOW + SECOND):
        trust = TrustStore((lone.der,), (make(lone, [(33, when)]),))
        yield f"by the signer itself, {when:%S}", examined(lone, trust)


#: Certificates by name, examined, in groups.
EXAMINATIONS: dict[str, Callable[[Hierarchy], Iterator[Case]]] = {
    "plain": _plain,
    "subjects": _subjects,
    "extensions": _extensions,
    "chains": _chains,
    "lists": _lists,
}
