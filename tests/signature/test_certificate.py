"""Certificates of signers: what makes a File Signing Certificate, one thing at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import crl as asn1_crl
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import PolicyBuilder
from msgspec.structs import replace

from conformance.model.identity import Identity, Place
from conformance.model.profile import CertificateRules, RevocationBy
from conformance.signature import Examination, Gap, Opened, TrustStore, examine, path_validation
from tests.signature import pki
from tests.signature.pki import DAY, NOW
from tests.signature.signing import CERTIFICATE_RULES, Hierarchy, assert_entries, openssl

NO_REVOCATION = replace(CERTIFICATE_RULES, revocation=RevocationBy.NONE)


def _examine(
    holder: pki.Holder | bytes,
    trust: TrustStore,
    rules: CertificateRules = CERTIFICATE_RULES,
    others: Sequence[bytes] = (),
    at: Any = NOW,
) -> Examination:
    der = holder if isinstance(holder, bytes) else holder.der
    opened = Opened("cms-attached", certificate=der, others=tuple(others))
    found = examine(opened, trust, rules, at)
    assert_entries(found.faults)
    return found


def _one(examination: Examination) -> Any:
    (fault,) = examination.faults
    return fault


def _with(*extensions: tuple[x509.ExtensionType, bool]) -> Any:
    return (*extensions, *pki.SIGNER_EXTENSIONS[1:])


@pytest.mark.parametrize("signer", ["ec", "rsa"])
def test_a_good_one(hierarchy: Hierarchy, signer: str) -> None:
    holder: pki.Holder = getattr(hierarchy, signer)
    found = _examine(holder, hierarchy.trust, others=[hierarchy.ca.der])
    assert (found.faults, found.gaps) == ((), ())
    assert found.eui64 == "70-B3-D5-1F-30-01-00-00"
    assert found.common_name == {"ec": "ARO 1", "rsa": "ARO 2"}[signer]
    assert found.fingerprint == holder.certificate.fingerprint(hashes.SHA256()).hex()
    assert found.serial == f"{holder.certificate.serial_number:X}"
    assert found.issuer == "2.5.4.45=#03090070b3d51f30010000,OU=07,CN=Test Issuing CA"


@pytest.mark.parametrize(
    ("days", "message"),
    [
        (-100, None),
        (100, None),
        (-101, "the certificate was not yet valid"),
        (101, "the certificate had expired"),
        (99999, "the certificate had expired"),
    ],
)
def test_validity(hierarchy: Hierarchy, days: int, message: str | None) -> None:
    found = _examine(
        hierarchy.ec, hierarchy.trust, NO_REVOCATION, [hierarchy.ca.der], NOW + days * DAY
    )
    assert [fault.message for fault in found.faults] == ([message] if message else [])


def test_a_chain_is_verified_once_for_all_the_time_that_it_is_valid(
    hierarchy: Hierarchy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DCC gets thousands of files with the same certificate, each sent at another time."""
    asked: list[int] = []

    def verifier() -> PolicyBuilder:
        asked.append(1)
        return PolicyBuilder()

    monkeypatch.setattr(path_validation, "PolicyBuilder", verifier)
    signer = pki.issue(pki.subject(), hierarchy.ca)
    for days in (-99, 0, 1, 99):
        at = NOW + days * DAY
        assert not _examine(signer, hierarchy.trust, NO_REVOCATION, [hierarchy.ca.der], at).faults
    assert len(asked) == 1


def test_the_time_can_be_of_any_zone(hierarchy: Hierarchy) -> None:
    at = (NOW + 100 * DAY + timedelta(seconds=1)).astimezone(timezone(timedelta(hours=5)))
    found = _examine(hierarchy.ec, hierarchy.trust, NO_REVOCATION, [hierarchy.ca.der], at)
    assert _one(found).expected == "valid at 2025-09-09 12:00:01 UTC"


@pytest.mark.parametrize(
    ("extensions", "message", "found"),
    [
        ((), "does not say what its key may be used for", "no key usage"),
        (
            ((pki.usage("digital_signature"), False),),
            "not marked as critical",
            "key usage, not critical",
        ),
        (
            ((pki.usage("key_agreement", "content_commitment"), True),),
            "may not be used for signing files",
            "key usage nonRepudiation, keyAgreement",
        ),
        (
            ((pki.usage("encipher_only", "key_agreement"), True),),
            "may not be used",
            "key usage keyAgreement",
        ),
        (
            ((pki.usage("key_encipherment", "data_encipherment"), True),),
            "may not be used",
            "key usage keyEncipherment, dataEncipherment",
        ),
        (((pki.usage("digital_signature", "crl_sign"), True),), "one of a CA", "cRLSign"),
        (
            (
                (pki.usage("digital_signature", "key_cert_sign"), True),
                (x509.BasicConstraints(ca=True, path_length=None), True),
            ),
            "one of a CA",
            "CA:TRUE, keyCertSign",
        ),
        (((x509.BasicConstraints(ca=True, path_length=0), True),), "one of a CA", "CA:TRUE"),
        (
            (
                (pki.usage("digital_signature"), True),
                (
                    x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0"),
                    True,
                ),
            ),
            "critical extension",
            "1.2.3.4",
        ),
    ],
)
def test_extensions(hierarchy: Hierarchy, extensions: Any, message: str, found: str) -> None:
    holder = pki.issue(pki.subject(), hierarchy.ca, extensions=_with(*extensions))
    fault = _one(_examine(holder, hierarchy.trust, others=[hierarchy.ca.der]))
    assert message in fault.message
    assert fault.found == found


def _odd_name(extension: str) -> tuple[x509.ExtensionType, bool]:
    """Names, one with bits as its unit, where a text belongs."""
    unit = b"\x30\x08\x06\x03\x55\x04\x0b\x03\x01\x00"
    names = b"\x30\x10\xa4\x0e\x30\x0c\x31\x0a" + unit
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(extension), names), False


def test_an_extension_with_a_name_that_cannot_be_read(hierarchy: Hierarchy) -> None:
    alternative = _odd_name("2.5.29.17")
    holder = pki.issue(pki.subject(), hierarchy.ca, extensions=_with(alternative))
    found = _examine(holder, hierarchy.trust, NO_REVOCATION, [hierarchy.ca.der])
    # OpenSSL reads it, so nothing is said against it.
    (gap,) = found.gaps
    assert gap.reason == "the signer's certificate cannot be read here: its extensions"
    assert found.faults == ()


@pytest.mark.parametrize("critical", [True, False])
@pytest.mark.parametrize(
    ("purposes", "found"),
    [
        ([ExtendedKeyUsageOID.TIME_STAMPING], "extended key usage timeStamping"),
        (
            [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH],
            "extended key usage serverAuth, clientAuth",
        ),
        ([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION], None),
        ([ExtendedKeyUsageOID.CODE_SIGNING], "extended key usage codeSigning"),
        (
            [x509.ObjectIdentifier("1.3.6.1.5.5.7.3.21")],
            "extended key usage 1.3.6.1.5.5.7.3.21",
        ),
        ([x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")], None),
        ([ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE], None),
        ([x509.ObjectIdentifier("2.999.7")], None),
    ],
)
def test_a_certificate_for_other_purposes(
    hierarchy: Hierarchy, critical: bool, purposes: Any, found: str | None
) -> None:
    extensions = _with(
        (pki.usage("digital_signature"), True), (x509.ExtendedKeyUsage(purposes), critical)
    )
    holder = pki.issue(pki.subject(), hierarchy.ca, extensions=extensions)
    examined = _examine(holder, hierarchy.trust, others=[hierarchy.ca.der])
    assert [fault.found for fault in examined.faults] == ([found] if found else [])


@pytest.mark.openssl
@pytest.mark.parametrize("of_ca", [True, False])
def test_parameters_of_a_curve_in_place_of_its_name(
    hierarchy: Hierarchy, tmp_path: Path, of_ca: bool
) -> None:
    from asn1crypto import keys as asn1_keys
    from asn1crypto import x509 as asn1_x509

    key = tmp_path / "key.pem"
    key.write_bytes(hierarchy.ec.key_pem)
    options = ("-pubout", "-outform", "DER", "-param_enc", "explicit")
    explicit = asn1_keys.PublicKeyInfo.load(openssl("ec", "-in", key, *options))
    extensions = pki.CA_EXTENSIONS if of_ca else pki.SIGNER_EXTENSIONS
    made = pki.issue(pki.subject(), hierarchy.ca, key=hierarchy.ec.key, extensions=extensions)
    certificate = asn1_x509.Certificate.load(made.der)
    certificate["tbs_certificate"]["subject_public_key_info"] = explicit
    body = certificate["tbs_certificate"].dump(force=True)
    assert isinstance(hierarchy.ca.key, ec.EllipticCurvePrivateKey)
    certificate["signature_value"] = hierarchy.ca.key.sign(body, ec.ECDSA(hashes.SHA256()))
    der = certificate.dump(force=True)
    rules = replace(NO_REVOCATION, maximum_issuing_cas=2)
    if not of_ca:
        fault = _one(_examine(der, hierarchy.trust, rules, [hierarchy.ca.der]))
        assert fault.message == "the key of the certificate does not name its curve"
        return
    signer = pki.issue(pki.subject(), made)
    fault = _one(_examine(signer, hierarchy.trust, rules, [der, hierarchy.ca.der]))
    assert fault.found.endswith("CN=ARO 1 has a key that does not name its curve")


def test_a_certificate_that_only_others_read(hierarchy: Hierarchy) -> None:
    """BER, here a length of more bytes than it needs, is read by OpenSSL and not here."""
    assert hierarchy.ec.der[:2] == b"\x30\x82"
    loose = b"\x30\x83\0" + hierarchy.ec.der[2:]
    found = _examine(loose, hierarchy.trust, others=[hierarchy.ca.der])
    assert found.faults == ()
    (gap,) = found.gaps
    assert gap.reason == "the signer's certificate cannot be read here: its encoding"


def test_extensions_that_are_fine(hierarchy: Hierarchy) -> None:
    extensions = _with(
        (pki.usage("digital_signature", "content_commitment"), True),
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), True),
        (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0"), False),
    )
    holder = pki.issue(pki.subject(), hierarchy.ca, extensions=extensions)
    assert _examine(holder, hierarchy.trust, others=[hierarchy.ca.der]).faults == ()


def test_key_usage_need_not_be_critical(hierarchy: Hierarchy) -> None:
    holder = pki.issue(
        pki.subject(), hierarchy.ca, extensions=_with((pki.usage("digital_signature"), False))
    )
    rules = replace(CERTIFICATE_RULES, key_usage_critical=False)
    assert _examine(holder, hierarchy.trust, rules, [hierarchy.ca.der]).faults == ()


_AS_SIGNER = "1.3.6.1.5.5.7.3.36"


@pytest.mark.parametrize(
    ("wanted", "refused", "has", "found"),
    [
        (("digitalSignature",), (), ("digital_signature", "key_agreement"), []),
        (("digitalSignature", "nonRepudiation"), (), ("content_commitment",), []),
        (("nonRepudiation",), (), ("digital_signature",), ["key usage digitalSignature"]),
        (("nonRepudiation",), (), None, ["no key usage"]),
        (
            ("digitalSignature",), ("keyAgreement", "dataEncipherment"),
            ("digital_signature", "key_agreement", "key_encipherment"), ["key usage keyAgreement"],
        ),
        (("digitalSignature",), ("keyAgreement",), ("key_agreement",), ["key usage keyAgreement"]),
        ((), (), None, []),
        ((), (), ("data_encipherment",), []),
        ((), ("keyAgreement",), ("key_agreement",), ["key usage keyAgreement"]),
        ((), (), ("digital_signature", "crl_sign"), ["cRLSign"]),
    ],
)  # fmt: skip
def test_uses_of_the_key(
    hierarchy: Hierarchy,
    wanted: tuple[str, ...],
    refused: tuple[str, ...],
    has: tuple[str, ...] | None,
    found: list[str],
) -> None:
    extensions = () if has is None else ((pki.usage(*has), True),)
    holder = pki.issue(pki.subject(), hierarchy.ca, extensions=extensions)
    rules = replace(CERTIFICATE_RULES, key_usage=wanted, key_usage_refused=refused)
    examination = _examine(holder, hierarchy.trust, rules, [hierarchy.ca.der])
    assert [fault.found for fault in examination.faults] == found


@pytest.mark.parametrize(
    ("wanted", "has", "good"),
    [
        ((), (), True),
        ((), (_AS_SIGNER,), True),
        ((), ("1.3.6.1.5.5.7.3.8", "2.999.8"), True),
        ((), ("1.3.6.1.5.5.7.3.8",), False),
        (("2.999.8",), (), True),
        (("2.999.8", "2.999.9"), (_AS_SIGNER, "2.999.9"), True),
        (("2.999.8",), (_AS_SIGNER,), False),
        (("2.999.8",), ("2.5.29.37.0",), False),
        (("1.3.6.1.5.5.7.3.8",), ("1.3.6.1.5.5.7.3.8",), True),
    ],
)
@pytest.mark.parametrize("critical", [True, False])
def test_purposes(
    hierarchy: Hierarchy, wanted: tuple[str, ...], has: tuple[str, ...], good: bool, critical: bool
) -> None:
    purposes = [x509.ObjectIdentifier(one) for one in has]
    more = ((x509.ExtendedKeyUsage(purposes), critical),) if purposes else ()
    holder = pki.issue(
        pki.subject(), hierarchy.ca, extensions=_with((pki.usage("digital_signature"), True), *more)
    )
    rules = replace(CERTIFICATE_RULES, extended_key_usage=wanted)
    faults = _examine(holder, hierarchy.trust, rules, [hierarchy.ca.der]).faults
    assert not faults if good else "for purposes other" in faults[0].message
    assert len(faults) == (not good)


@pytest.mark.parametrize(
    ("policies", "good"), [((), True), (("2.999.1",), True), (("2.999.7", "2.999.8"), False)]
)
def test_policies(hierarchy: Hierarchy, policies: tuple[str, ...], good: bool) -> None:
    rules = replace(CERTIFICATE_RULES, policies=policies)
    found = _examine(hierarchy.ec, hierarchy.trust, rules, [hierarchy.ca.der])
    assert [fault.found for fault in found.faults] == ([] if good else ["2.999.1"])


def _subject(*attributes: x509.NameAttribute[Any]) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "ARO"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "02"),
            *attributes,
        ]
    )


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        (pki.subject(common_name=None), "no CN"),
        (pki.subject(role=None), "no OU"),
        (pki.subject(role="137"), "OU=137"),
        (pki.subject(role="0x89"), "OU=0x89"),
        (pki.subject(role="2"), "OU=2"),
        (pki.subject(eui64=None), "no x500UniqueIdentifier"),
        (pki.subject(eui64=b"\1" * 7), "x500UniqueIdentifier of 7 bytes"),
        (pki.subject(eui64=b"\1" * 9), "x500UniqueIdentifier of 9 bytes"),
        (
            _subject(pki.unique_identifier(b"\1" * 7 + b"\xf0", unused=4)),
            "x500UniqueIdentifier that is not a BIT STRING of whole bytes",
        ),
        (
            _subject(pki.unique_identifier(pki.EUI64), pki.unique_identifier(pki.EUI64)),
            "2 of x500UniqueIdentifier",
        ),
    ],
)
def test_subject(hierarchy: Hierarchy, subject: x509.Name, found: str) -> None:
    holder = pki.issue(subject, hierarchy.ca)
    examination = _examine(holder, hierarchy.trust, others=[hierarchy.ca.der])
    fault = _one(examination)
    assert fault.found == found
    assert fault.profile[0].startswith("certificate.")
    assert (examination.eui64 is None) == ("x500" in found)


def test_subject_of_a_lenient_profile(hierarchy: Hierarchy) -> None:
    holder = pki.issue(pki.subject(None, "x", None), hierarchy.ca)
    rules = replace(CERTIFICATE_RULES, common_name=False, role_code=False, eui64=False)
    found = _examine(holder, hierarchy.trust, rules, [hierarchy.ca.der])
    assert (found.faults, found.common_name, found.eui64) == ((), None, None)


def test_identifier_as_text(hierarchy: Hierarchy) -> None:
    """The EUI-64 as text is a mistake that really happens."""
    holder = pki.issue(pki.subject(eui64=b"\1" * 8), hierarchy.ca)
    good = b"\x06\x03\x55\x04\x2d\x03\x09\x00" + b"\1" * 8
    der = holder.der.replace(good, good[:5] + b"\x0c\x09" + b"70-B3-D5-")
    found = _examine(der, TrustStore(), NO_REVOCATION)
    assert "not a BIT STRING" in _one(found).found


_EUI64 = "70-B3-D5-1F-30-01-00-00"
_HARDWARE = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.4")


def _module(serial: bytes, kind: x509.ObjectIdentifier = _HARDWARE) -> x509.OtherName:
    """A hardwareModuleName: a kind of hardware, and a serial number."""
    inside = bytes.fromhex("0603883704") + bytes((4, len(serial))) + serial
    return x509.OtherName(kind, bytes((0x30, len(inside))) + inside)


@pytest.mark.parametrize(
    ("identity", "attribute", "names", "found"),
    [
        (Identity(Place.COMMON_NAME), (NameOID.COMMON_NAME, _EUI64), (), None),
        (Identity(Place.COMMON_NAME), (NameOID.COMMON_NAME, _EUI64.lower()), (), None),
        (Identity(Place.COMMON_NAME), (NameOID.COMMON_NAME, "ARO"), (), "CN ARO"),
        (Identity(Place.COMMON_NAME), (NameOID.SERIAL_NUMBER, _EUI64), (), "no CN"),
        (
            Identity(Place.COMMON_NAME, "none", "{any} ({eui64})"),
            (NameOID.COMMON_NAME, "A. Smith (70B3D51F30010000)"), (), None,
        ),
        (
            Identity(Place.COMMON_NAME, "none", "{any} ({eui64})"),
            (NameOID.COMMON_NAME, "A. Smith (70-B3-D5-1F-30-01-00-00)"), (),
            "CN A. Smith (70-B3-D5-1F-30-01-00-00)",
        ),
        (
            Identity(Place.SERIAL_NUMBER, "colons"),
            (NameOID.SERIAL_NUMBER, _EUI64.replace("-", ":")), (), None,
        ),
        (Identity(Place.SERIAL_NUMBER), (NameOID.SERIAL_NUMBER, _EUI64[:-3]), (),
         f"serialNumber in the subject {_EUI64[:-3]}"),
        (Identity(Place.DNS_NAME, text="{eui64}.example"), None,
         (x509.DNSName("other.example"), x509.DNSName(f"{_EUI64}.example")), None),
        (Identity(Place.URI, text="urn:x:{eui64}"), None,
         (x509.UniformResourceIdentifier(f"urn:x:{_EUI64}"),), None),
        (Identity(Place.URI, text="urn:x:{eui64}"), None, (x509.DNSName(f"urn:x:{_EUI64}"),),
         "no URI in subjectAltName"),
        (Identity(Place.URI), None, tuple(
            x509.UniformResourceIdentifier(one) for one in (_EUI64, _EUI64.replace("70-", "71-"))),
         f"URI in subjectAltName {_EUI64}, {_EUI64.replace('70-', '71-')}"),
        (Identity(Place.EMAIL, text="{eui64}@a.example"), None,
         (x509.RFC822Name(f"{_EUI64}@a.example"),), None),
        (Identity(Place.HARDWARE_MODULE), None, (_module(pki.EUI64),), None),
        (Identity(Place.HARDWARE_MODULE), None, (_module(pki.EUI64[:7]),),
         "hardwareModuleName in subjectAltName 7 bytes"),
        (Identity(Place.HARDWARE_MODULE), None,
         (_module(pki.EUI64, x509.ObjectIdentifier("1.2.3")),
          x509.OtherName(_HARDWARE, b"\x30\x03\x04\x01\x00")),
         "no hardwareModuleName in subjectAltName"),
    ],
)  # fmt: skip
def test_where_the_eui64_is(
    hierarchy: Hierarchy,
    identity: Identity,
    attribute: tuple[x509.ObjectIdentifier, str] | None,
    names: tuple[x509.GeneralName, ...],
    found: str | None,
) -> None:
    subject = x509.Name([x509.NameAttribute(*(attribute or (NameOID.COMMON_NAME, "ARO")))])
    more = ((x509.SubjectAlternativeName(names), False),) if names else ()
    holder = pki.issue(
        subject, hierarchy.ca, extensions=_with((pki.usage("digital_signature"), True), *more)
    )
    rules = replace(CERTIFICATE_RULES, identity=identity, common_name=False, role_code=False)
    examination = _examine(holder, hierarchy.trust, rules, [hierarchy.ca.der])
    assert [fault.found for fault in examination.faults] == ([] if found is None else [found])
    assert examination.eui64 == (_EUI64 if found is None else None)
    absent = replace(rules, eui64=False)
    assert _examine(holder, hierarchy.trust, absent, [hierarchy.ca.der]).faults == ()


# --- Chain ------------------------------------------------------------------------------------


def test_no_anchors_is_a_gap(hierarchy: Hierarchy) -> None:
    found = _examine(hierarchy.ec, TrustStore(), others=[hierarchy.ca.der])
    assert found.faults == ()
    assert [gap.evidence for gap in found.gaps] == [("--trust",), ("--crl",)]


@pytest.mark.parametrize("where", ["came along", "in the trust file", "anchor"])
def test_where_the_issuing_ca_is(hierarchy: Hierarchy, where: str) -> None:
    ca, crls = hierarchy.ca.der, (hierarchy.crl,)
    anchors = (ca,) if where == "anchor" else (hierarchy.root.der,)
    trust = TrustStore(anchors, crls, (ca,) if where == "in the trust file" else ())
    found = _examine(hierarchy.ec, trust, others=[ca] if where == "came along" else [])
    assert (found.faults, found.gaps) == ((), ())


def test_the_signer_is_an_anchor(hierarchy: Hierarchy) -> None:
    found = _examine(hierarchy.ec, TrustStore((hierarchy.ec.der,)), NO_REVOCATION)
    assert found.faults == ()


def test_unknown_issuer(hierarchy: Hierarchy) -> None:
    fault = _one(_examine(hierarchy.ec, hierarchy.trust))
    assert "CN=Test Issuing CA, which is not known" in fault.found
    assert fault.hint


def test_root_that_is_not_trusted(hierarchy: Hierarchy) -> None:
    rogue_root = pki.authority("Other Root")
    rogue_ca = pki.authority("Test Issuing CA", rogue_root)
    signer = pki.issue(pki.subject(), rogue_ca)
    others = [rogue_ca.der, rogue_root.der, hierarchy.ca.der]
    fault = _one(_examine(signer, hierarchy.trust, NO_REVOCATION, others))
    assert "CN=Other Root, which is not trusted" in fault.found


def test_issuer_of_the_same_name_with_another_key(hierarchy: Hierarchy) -> None:
    impostor = pki.authority("Test Issuing CA")
    signer = pki.issue(pki.subject(), impostor)
    fault = _one(_examine(signer, hierarchy.trust, NO_REVOCATION, [hierarchy.ca.der]))
    assert fault.message == "a certificate in the chain is not signed by the CA that it names"


def test_chain_that_is_too_long(hierarchy: Hierarchy) -> None:
    middle = pki.authority("Middle", hierarchy.root)
    issuing = pki.authority("Issuing", middle)
    signer = pki.issue(pki.subject(), issuing)
    others = [issuing.der, middle.der]
    fault = _one(_examine(signer, hierarchy.trust, NO_REVOCATION, others))
    assert fault.found == "2 CAs between the signer and the trust anchor"
    rules = replace(NO_REVOCATION, maximum_issuing_cas=2)
    assert _examine(signer, hierarchy.trust, rules, others).faults == ()


def test_signer_right_below_the_anchor(hierarchy: Hierarchy) -> None:
    signer = pki.issue(pki.subject(), hierarchy.root)
    rules = replace(NO_REVOCATION, maximum_issuing_cas=0)
    assert _examine(signer, hierarchy.trust, rules).faults == ()


def test_ca_that_was_not_valid(hierarchy: Hierarchy) -> None:
    old = pki.authority("Test Issuing CA", hierarchy.root, key=hierarchy.ca.key, until=NOW - DAY)
    fault = _one(_examine(hierarchy.ec, hierarchy.trust, NO_REVOCATION, [old.der]))
    assert fault.message == "the certificate of a CA in the chain was not valid at the time"
    # With both, the one that is valid serves.
    others = [old.der, hierarchy.ca.der]
    assert _examine(hierarchy.ec, hierarchy.trust, NO_REVOCATION, others).faults == ()


def test_expired_with_its_ca_is_one_finding(hierarchy: Hierarchy) -> None:
    ca = pki.authority("Short", hierarchy.root, until=NOW - DAY)
    signer = pki.issue(pki.subject(), ca, until=NOW - 2 * DAY)
    fault = _one(_examine(signer, hierarchy.trust, NO_REVOCATION, [ca.der]))
    assert fault.message == "the certificate had expired"


@pytest.mark.parametrize(
    ("extensions", "reason"),
    [
        (pki.SIGNER_EXTENSIONS, "is not the certificate of a CA"),
        (
            (
                (x509.BasicConstraints(ca=True, path_length=None), True),
                (pki.usage("digital_signature"), True),
            ),
            "does not let it sign certificates",
        ),
        (
            ((x509.BasicConstraints(ca=False, path_length=None), True),),
            "is not the certificate of a CA",
        ),
    ],
)
def test_issuer_that_is_not_a_ca(hierarchy: Hierarchy, extensions: Any, reason: str) -> None:
    ca = pki.authority("No CA", hierarchy.root, extensions=extensions)
    signer = pki.issue(pki.subject(), ca)
    fault = _one(_examine(signer, hierarchy.trust, NO_REVOCATION, [ca.der]))
    assert fault.message == "the chain from the certificate to the trust anchor is not valid"
    assert reason in fault.found


def test_self_signed_signer(hierarchy: Hierarchy) -> None:
    signer = pki.issue(pki.subject(), None)
    fault = _one(_examine(signer, hierarchy.trust, NO_REVOCATION))
    assert "not trusted" in fault.found
    assert _examine(signer, TrustStore((signer.der,)), NO_REVOCATION).faults == ()


@pytest.mark.parametrize(
    "key", [rsa.generate_private_key(65537, 1024), ed25519.Ed25519PrivateKey.generate()],  # noqa: S505
    ids=["rsa1024", "ed25519"],
)  # fmt: skip
def test_a_key_that_may_not_sign_is_not_a_fault_of_the_chain(
    hierarchy: Hierarchy, key: pki.PrivateKey
) -> None:
    signer = pki.issue(pki.subject(), hierarchy.ca, key=key)
    assert _examine(signer, hierarchy.trust, others=[hierarchy.ca.der]).faults == ()


def test_cas_that_issue_each_other_end(hierarchy: Hierarchy) -> None:
    """Certificates made so that a builder of chains goes round and round."""
    one = pki.authority("One")
    two = pki.authority("Two", one)
    cross = [
        pki.authority("One", two, key=one.key).der,
        *(pki.authority("Two", one, key=two.key).der for _ in range(30)),
        *(pki.authority("One", two, key=one.key).der for _ in range(30)),
    ]
    signer = pki.issue(pki.subject(), two)
    _one(_examine(signer, hierarchy.trust, NO_REVOCATION, cross))


# --- Revocation ---------------------------------------------------------------------------------


def _revocation(hierarchy: Hierarchy, *crls: bytes, at: Any = NOW, ca: bool = True) -> Examination:
    trust = TrustStore((hierarchy.root.der,), crls)
    return _examine(hierarchy.ec, trust, others=[hierarchy.ca.der] if ca else [], at=at)


@pytest.mark.parametrize(
    ("when", "revoked"), [(NOW - DAY, True), (NOW, True), (NOW + timedelta(seconds=1), False)]
)
def test_revoked(hierarchy: Hierarchy, when: Any, revoked: bool) -> None:
    serial = hierarchy.ec.certificate.serial_number
    crl = pki.revocation_list(hierarchy.ca, [(serial, when)], updated=NOW + DAY)
    found = _revocation(hierarchy, crl)
    assert found.gaps == ()
    assert bool(found.faults) == revoked
    if revoked:
        assert "keyCompromise" in _one(found).found
        assert _one(found).message == "the certificate had been revoked by its issuer"


def test_another_one_is_revoked(hierarchy: Hierarchy) -> None:
    crl = pki.revocation_list(hierarchy.ca, [(7, NOW - DAY)])
    assert _revocation(hierarchy, crl) == _revocation(hierarchy, hierarchy.crl)


def test_revoked_by_a_list_out_of_date(hierarchy: Hierarchy) -> None:
    serial = hierarchy.ec.certificate.serial_number
    old = pki.revocation_list(
        hierarchy.ca, [(serial, NOW - 9 * DAY)], updated=NOW - 9 * DAY, until=NOW - DAY
    )
    assert len(_revocation(hierarchy, old).faults) == 1


def _point(**which: bool) -> x509.IssuingDistributionPoint:
    nothing: dict[str, Any] = {
        "full_name": None, "relative_name": None, "only_contains_user_certs": False,
        "only_contains_ca_certs": False, "only_some_reasons": None, "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }  # fmt: skip
    return x509.IssuingDistributionPoint(**{**nothing, **which})


_NUMBERS = (
    (x509.CRLNumber(1), False),
    (x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.21"), b"\2\1\1"), False),
)


def _twice(crl: bytes, issuer: pki.Holder) -> bytes:
    """The list with one extension twice, signed again."""
    # 2.5.29.20 is the number of a list, .21 nothing that a list has.
    body = asn1_crl.CertificateList.load(crl.replace(b"\x55\x1d\x15", b"\x55\x1d\x14"))
    assert isinstance(issuer.key, ec.EllipticCurvePrivateKey)
    signed = issuer.key.sign(body["tbs_cert_list"].dump(), ec.ECDSA(hashes.SHA256()))
    body["signature"] = signed
    again: bytes = body.dump()
    return again


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ("none", "no revocation list"),
        ("another issuer", "no revocation list"),
        ("another key", "does not verify"),
        ("old", "out of date"),
        ("delta", "has changes only"),
        ("only CAs", "is for certificates of CAs only"),
        ("unknown", "has something critical in it that is not understood"),
        ("twice", "cannot be read"),
        ("an odd name", "cannot be read"),
    ],
)
def test_lists_that_do_not_decide(hierarchy: Hierarchy, trouble: str, reason: str) -> None:
    only_cas = _point(only_contains_ca_certs=True)
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0")
    make = pki.revocation_list
    lists = {
        "none": [],
        "another issuer": [make(hierarchy.root)],
        "another key": [make(pki.authority("Test Issuing CA"))],
        "old": [make(hierarchy.ca, updated=NOW - 9 * DAY, until=NOW - DAY)],
        "delta": [make(hierarchy.ca, extensions=[(x509.DeltaCRLIndicator(1), True)])],
        "only CAs": [make(hierarchy.ca, extensions=[(only_cas, True)])],
        "unknown": [make(hierarchy.ca, extensions=[(unknown, True)])],
        "an odd name": [make(hierarchy.ca, extensions=[_odd_name("2.5.29.18")])],
        "twice": [_twice(make(hierarchy.ca, extensions=_NUMBERS), hierarchy.ca)],
    }
    found = _revocation(hierarchy, *lists[trouble])
    assert found.faults == ()
    (gap,) = found.gaps
    assert reason in gap.reason
    assert gap.evidence == ("--crl",)


def test_list_for_user_certificates_decides(hierarchy: Hierarchy) -> None:
    point = _point(only_contains_user_certs=True)
    crl = pki.revocation_list(hierarchy.ca, extensions=[(point, True)])
    assert _revocation(hierarchy, crl).gaps == ()


def test_one_good_list_among_others(hierarchy: Hierarchy) -> None:
    old = pki.revocation_list(hierarchy.ca, updated=NOW - 9 * DAY, until=NOW - DAY)
    found = _revocation(hierarchy, pki.revocation_list(hierarchy.root), old, hierarchy.crl)
    assert (found.faults, found.gaps) == ((), ())


def test_issuer_that_may_not_sign_lists(hierarchy: Hierarchy) -> None:
    extensions = [
        (x509.BasicConstraints(ca=True, path_length=None), True),
        (pki.usage("key_cert_sign"), True),
    ]
    ca = pki.authority("No Lists", hierarchy.root, extensions=extensions)
    signer = pki.issue(pki.subject(), ca)
    trust = TrustStore((hierarchy.root.der,), (pki.revocation_list(ca),))
    (gap,) = _examine(signer, trust, others=[ca.der]).gaps
    assert "does not verify" in gap.reason


def test_list_without_its_issuer(hierarchy: Hierarchy) -> None:
    found = _examine(hierarchy.ec, TrustStore((), (hierarchy.crl,)))
    assert [gap.evidence for gap in found.gaps] == [("--trust",), ("--trust",)]


def test_issuing_ca_revoked(hierarchy: Hierarchy) -> None:
    crl = pki.revocation_list(hierarchy.root, [(hierarchy.ca.certificate.serial_number, NOW - DAY)])
    fault = _one(_revocation(hierarchy, hierarchy.crl, crl))
    assert "CN=Test Issuing CA" in fault.found


def test_self_signed_anchor_with_a_list_of_its_own(hierarchy: Hierarchy) -> None:
    signer = pki.issue(
        pki.subject(), None, extensions=_with((pki.usage("digital_signature", "crl_sign"), True))
    )
    trust = TrustStore((signer.der,), (pki.revocation_list(signer),))
    found = _examine(signer, trust)
    assert found.gaps == ()


def test_expired_but_revoked_before(hierarchy: Hierarchy) -> None:
    """Two things are wrong, and both are said."""
    serial = hierarchy.ec.certificate.serial_number
    crl = pki.revocation_list(hierarchy.ca, [(serial, NOW)], until=NOW + 300 * DAY)
    found = _revocation(hierarchy, crl, at=NOW + 150 * DAY)
    assert len(found.faults) == 2


def test_revoked_without_a_reason(hierarchy: Hierarchy) -> None:
    serial = hierarchy.ec.certificate.serial_number
    crl = pki.revocation_list(hierarchy.ca, [(serial, NOW - DAY)], reason=None)
    assert "no reason given" in _one(_revocation(hierarchy, crl)).found


def test_negative_serial_number(hierarchy: Hierarchy) -> None:
    length = hierarchy.ec.der.index(b"\xa0\3\2\1\2\2") + 6
    der = hierarchy.ec.der[: length + 1] + b"\x80" + hierarchy.ec.der[length + 2 :]
    trust = TrustStore((der,), (hierarchy.crl,), (hierarchy.ca.der,))
    found = _examine(der, trust)
    assert found.serial.startswith("-")
    assert "negative serial number" in found.gaps[0].reason


def test_issuer_with_an_extension_twice(hierarchy: Hierarchy) -> None:
    """A fault in an issuer's certificate is not an error here."""
    usage, identifier = bytes.fromhex("0603551d0f"), bytes.fromhex("0603551d0e")
    der = hierarchy.ca.der.replace(usage, identifier)
    trust = TrustStore((der,), (hierarchy.crl,))
    found = _examine(hierarchy.ec, trust)
    assert "is not valid" in _one(found).message
    assert "does not verify" in found.gaps[0].reason


def test_an_issuer_that_cannot_be_read(hierarchy: Hierarchy) -> None:
    """A certificate that cannot be read may be the one that signed."""
    version, whole = b"\xa0\3\2\1", hierarchy.ca.der
    second = whole.replace(version + b"\2", version + b"\1", 1)
    fault = _one(_examine(hierarchy.ec, hierarchy.trust, NO_REVOCATION, [second]))
    assert fault.found.endswith("CN=Test Issuing CA is X.509 version 2")
    loose = b"\x30\x83\0" + whole[2:]
    found = _examine(hierarchy.ec, hierarchy.trust, NO_REVOCATION, [loose])
    (gap,) = found.gaps
    assert found.faults == ()
    assert gap.reason.endswith("CN=Test Issuing CA cannot be read here: its encoding")
    broken = whole.replace(
        bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a8648ce3d03017f")
    )
    found = _examine(hierarchy.ec, hierarchy.trust, NO_REVOCATION, [broken])
    (gap,) = found.gaps
    assert gap.reason.endswith("CN=Test Issuing CA cannot be read here: its key")


def test_others_that_cannot_be_read(hierarchy: Hierarchy) -> None:
    version = b"\xa0\3\2\1"
    broken = hierarchy.ca.der.replace(version + b"\2", version + b"\7", 1)
    found = _examine(hierarchy.ec, hierarchy.trust, others=[broken, b"x", hierarchy.ca.der])
    assert (found.faults, found.gaps) == ((), ())


# --- Nothing to examine -------------------------------------------------------------------------


def test_no_certificate() -> None:
    found = examine(Opened("cms-attached"), TrustStore(), CERTIFICATE_RULES, NOW)
    assert found == Examination(
        (), (Gap("the signer's certificate is not known", ("certificate",)),)
    )


@pytest.mark.parametrize("der", [b"", b"x", b"\x30\x00", b"\x30\x02\x30\x00"])
def test_no_certificate_at_all(der: bytes) -> None:
    found = _examine(der, TrustStore())
    assert "cannot be read" in _one(found).message
    assert (found.eui64, found.common_name, found.serial, found.issuer) == (None, None, "", "")


@pytest.mark.parametrize("number", [0, 1, 7])
def test_version_that_cannot_be(hierarchy: Hierarchy, number: int) -> None:
    version = b"\xa0\x03\x02\x01"
    der = hierarchy.ec.der.replace(version + b"\2", version + bytes((number,)), 1)
    assert _one(_examine(der, TrustStore(), NO_REVOCATION)).found == f"X.509 version {number + 1}"


@pytest.mark.openssl
def test_version_1(hierarchy: Hierarchy, tmp_path: Path) -> None:
    at = hierarchy.directory
    openssl("req", "-new", "-key", at / "ec.key", "-subj", "/CN=ARO/OU=02", "-out", tmp_path / "r")
    pem = openssl(
        "x509", "-req", "-in", tmp_path / "r", "-CA", at / "ca.pem", "-CAkey", at / "ca.key",
        "-set_serial", "7", "-days", "30",
    )  # fmt: skip
    certificate = x509.load_pem_x509_certificate(pem)
    rules = replace(NO_REVOCATION, eui64=False)
    holder = pki.Holder(certificate, hierarchy.ec.key)
    when = certificate.not_valid_before_utc
    trust = TrustStore((hierarchy.ca.der,))
    assert _one(_examine(holder, trust, rules, at=when)).found == "X.509 version 1"


def test_duplicate_extensions(hierarchy: Hierarchy) -> None:
    usage, identifier = bytes.fromhex("0603551d0f"), bytes.fromhex("0603551d0e")
    der = hierarchy.ec.der.replace(usage, identifier)
    fault = _one(_examine(der, TrustStore()))
    assert fault.found == "the extension 2.5.29.14, which is there twice"
