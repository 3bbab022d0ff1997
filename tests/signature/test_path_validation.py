"""Paths that a fast verifier cannot judge, and those that it can: the same rules for both."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID
from msgspec.structs import replace

from conformance.model.profile import RevocationBy
from conformance.signature import Examination, Opened, TrustStore, examine
from conformance.signature.certificate import Certificate
from conformance.signature.path_validation import PathVerdict, validate_path
from tests.running import PATIENCE
from tests.signature import pki, pkits
from tests.signature.pki import NOW
from tests.signature.signing import CERTIFICATE_RULES

RULES = replace(CERTIFICATE_RULES, revocation=RevocationBy.NONE)
ROOT = pki.authority("Root", key=pki.same_key(1), serial=1)
PRINTABLE, UTF8 = _ASN1Type.PrintableString, _ASN1Type.UTF8String
POLICY, OTHER = pki.POLICY, x509.ObjectIdentifier("2.999.2")

#: As the subject of signers is written.
SUBJECT = "2.5.4.45=#03090070b3d51f30010000,OU=02,CN="

Extension = tuple[x509.ExtensionType, bool]


def common_name(text: str, kind: _ASN1Type = UTF8) -> x509.NameAttribute[str]:
    return x509.NameAttribute(NameOID.COMMON_NAME, text, kind)


def directory(*attributes: x509.NameAttribute[Any]) -> x509.DirectoryName:
    return x509.DirectoryName(x509.Name(attributes))


def names(
    permitted: Sequence[x509.GeneralName] = (), excluded: Sequence[x509.GeneralName] = ()
) -> Extension:
    return x509.NameConstraints(permitted or None, excluded or None), True


def authority(*extensions: Extension, path_length: int | None = None, **options: Any) -> pki.Holder:
    constraints = x509.BasicConstraints(ca=True, path_length=path_length), True
    given = {"extensions": (constraints, *pki.CA_EXTENSIONS[1:], *extensions), **options}
    return pki.authority("CA", ROOT, key=pki.same_key(2), serial=2, **given)


def examined(
    signer: pki.Holder, *others: pki.Holder, root: pki.Holder = ROOT, **rules: Any
) -> Examination:
    opened = Opened("cms-attached", certificate=signer.der)
    trust = TrustStore((root.der,), (), tuple(one.der for one in others))
    return examine(opened, trust, replace(RULES, **rules), NOW)


def verdict(found: Examination) -> str:
    if found.faults:
        (fault,) = found.faults
        return (fault.found or "").removeprefix(SUBJECT).rpartition("CN=")[2]
    return found.gaps[0].reason if found.gaps else "holds"


MAIL = x509.SubjectAlternativeName([x509.RFC822Name("aro@example.com")]), False
WEB = x509.SubjectAlternativeName([x509.UniformResourceIdentifier("http://a.example/x")]), False


@pytest.mark.parametrize(
    ("constraint", "extension", "expected"),
    [
        (names([directory(common_name("ARO 1"))]), None, "holds"),
        (names([directory(common_name("ARO 1"))]), MAIL, "holds"),
        (names([directory(common_name("Other"))]), None,
         "ARO 1 has a name that a CA above it does not permit"),
        (names((), [directory(common_name("ARO 1"))]), None,
         "ARO 1 has a name that a CA above it excludes"),
        (names((), [directory(common_name("Other"))]), None, "holds"),
        (names([x509.UniformResourceIdentifier(".example")]), WEB, "holds"),
        (names([x509.UniformResourceIdentifier(".test")]), WEB,
         "ARO 1 has a name that a CA above it does not permit"),
        (names([x509.RFC822Name("example.com")]), MAIL, "holds"),
        (names([x509.RFC822Name("other.example")]), MAIL,
         "ARO 1 has a name that a CA above it does not permit"),
        (names([x509.DNSName("example.com")]), None, "holds"),
    ],
)  # fmt: skip
def test_constraints_on_names(
    constraint: Extension, extension: Extension | None, expected: str
) -> None:
    ca = authority(constraint)
    more = [extension] if extension else []
    signer = pki.issue(
        pki.subject(),
        ca,
        extensions=[*pki.SIGNER_EXTENSIONS, *more],
    )
    assert verdict(examined(signer, ca)) == expected


def test_a_path_that_openssl_alone_judges_and_cannot_read_is_not_shown() -> None:
    ca = authority(names([directory(common_name("ARO 1"))]))
    ders = pki.issue(pki.subject(), ca).der, ca.der.replace(b"Root", b"Ro\xfft"), ROOT.der
    found = validate_path([one for der in ders if (one := Certificate.read(der))], NOW)
    reason = "OpenSSL, which has to judge this chain, cannot read a certificate of it"
    assert found == PathVerdict(unknown=reason)


def constraints(explicit: int | None, mapping: int | None) -> x509.PolicyConstraints:
    return x509.PolicyConstraints(explicit, mapping)


#: The policy of these certificates is another one in the domain of the signer.
MAPPED = x509.UnrecognizedExtension(
    x509.ObjectIdentifier("2.5.29.33"), bytes.fromhex("300c300a06038837010603883702")
)


@pytest.mark.parametrize("critical", [True, False])
@pytest.mark.parametrize(
    ("extension", "policy", "expected"),
    [
        (constraints(0, None), POLICY, "holds"),
        (constraints(None, 0), POLICY, "holds"),
        (x509.InhibitAnyPolicy(0), POLICY, "holds"),
        (constraints(0, None), OTHER, "no policy"),
        (constraints(0, None), None, "no policy"),
        (constraints(5, None), None, "holds"),
        (MAPPED, OTHER, "holds"),
    ],
)
def test_constraints_on_policies(
    extension: x509.ExtensionType, critical: bool, policy: Any, expected: str
) -> None:
    ca = authority((extension, critical))
    policies = [x509.PolicyInformation(policy, None)] if policy else []
    said = [(x509.CertificatePolicies(policies), True)] if policies else []
    signer = pki.issue(pki.subject(), ca, extensions=[pki.SIGNER_EXTENSIONS[0], *said])
    found = verdict(examined(signer, ca))
    wanted = "not all of the chain is under a policy that a CA of it wants"
    assert found == (wanted if expected == "no policy" else expected)


@pytest.mark.parametrize(
    "issuer",
    [
        [common_name("The Issuing CA", PRINTABLE)],
        [common_name("the issuing ca")],
        [common_name("  The  Issuing   CA ")],
    ],
)
def test_names_are_compared_as_text(issuer: list[x509.NameAttribute[Any]]) -> None:
    ca = pki.issue(x509.Name([common_name("The Issuing CA")]), ROOT, extensions=pki.CA_EXTENSIONS)
    named = pki.Holder(
        pki.issue(x509.Name(issuer), None, key=ca.key, extensions=pki.CA_EXTENSIONS).certificate,
        ca.key,
    )
    signer = pki.issue(pki.subject(), named)
    assert signer.certificate.issuer.public_bytes() != ca.certificate.subject.public_bytes()
    assert verdict(examined(signer, ca)) == "holds"
    lists = pki.revocation_list(named, [(signer.certificate.serial_number, NOW)])
    trust = TrustStore((ROOT.der,), (lists,), (ca.der,))
    opened = Opened("cms-attached", certificate=signer.der)
    (fault,) = examine(opened, trust, CERTIFICATE_RULES, NOW).faults
    assert fault.message == "the certificate had been revoked by its issuer"


def test_other_names_are_others() -> None:
    ca = pki.issue(x509.Name([common_name("The Issuing CA")]), ROOT, extensions=pki.CA_EXTENSIONS)
    for text in ("TheIssuing CA", "The Issuing CA 2", "The Issuing C\u0410"):
        issuer = pki.Holder(pki.issue(x509.Name([common_name(text)]), None).certificate, ca.key)
        found = examined(pki.issue(pki.subject(), issuer), ca)
        assert "which is not known" in (found.faults[0].found or "")


def by_key(holder: pki.Holder) -> Extension:
    """Name the key of an issuer."""
    public = holder.key.public_key()
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(public), False


@pytest.mark.skipif(not pkits.KNOWS_SELF_ISSUED, reason="OpenSSL is older than 4.0.3")
@pytest.mark.parametrize("named", [True, False])
def test_a_ca_that_changed_its_key_is_one_ca(named: bool) -> None:
    """A self-issued certificate counts for no path length, in RFC 5280 or in the profile."""
    old = authority(path_length=0)

    def below(holder: pki.Holder, *extensions: Extension) -> list[Extension]:
        return [*extensions, *([by_key(holder)] if named else [])]

    constraint = x509.BasicConstraints(ca=True, path_length=0), True
    of_ca = constraint, *pki.CA_EXTENSIONS[1:]
    new = pki.authority("CA", old, key=pki.same_key(5), serial=5, extensions=below(old, *of_ca))
    signer = pki.issue(pki.subject(), new, extensions=below(new, *pki.SIGNER_EXTENSIONS))
    found = verdict(examined(signer, old, new))
    if not named:
        assert "has the name of another certificate" in found
        return
    assert found == "holds"
    sub = pki.authority(
        "Below", new, key=pki.same_key(6), serial=6, extensions=below(new, *pki.CA_EXTENSIONS)
    )
    found = verdict(examined(pki.issue(pki.subject(), sub), old, new, sub, maximum_issuing_cas=3))
    assert "has more CAs below it than its path length allows" in found


def test_a_root_of_version_1_is_trusted_and_no_other_ca_is() -> None:
    from asn1crypto import x509 as asn1_x509

    def first(holder: pki.Holder, signer: pki.Holder) -> pki.Holder:
        made = asn1_x509.Certificate.load(holder.der)
        body = made["tbs_certificate"]
        body["version"], body["extensions"] = "v1", None
        assert isinstance(signer.key, ec.EllipticCurvePrivateKey)
        made["signature_value"] = signer.key.sign(body.dump(force=True), ec.ECDSA(hashes.SHA256()))
        return pki.Holder(x509.load_der_x509_certificate(made.dump(force=True)), holder.key)

    root = first(ROOT, ROOT)
    assert root.certificate.version is x509.Version.v1
    assert verdict(examined(pki.issue(pki.subject(), root), root=root)) == "holds"
    ca = first(authority(), ROOT)
    found = verdict(examined(pki.issue(pki.subject(), ca), ca))
    assert found == "CA is not the certificate of a CA"


def test_one_of_several_chains_will_do() -> None:
    """A CA may have two certificates for one key, and one of them may be unsuitable."""
    bad = authority(names((), [directory(common_name("ARO 1"))]))
    good = pki.authority("CA", ROOT, key=pki.same_key(2), serial=20)
    signer = pki.issue(pki.subject(), bad)
    assert "excludes" in verdict(examined(signer, bad))
    for others in ((bad, good), (good, bad)):
        assert verdict(examined(signer, *others)) == "holds"
    revoked = pki.revocation_list(ROOT, [(good.certificate.serial_number, NOW)])
    trust = TrustStore((ROOT.der,), (pki.revocation_list(good), revoked), (good.der,))
    opened = Opened("cms-attached", certificate=signer.der)
    assert examine(opened, trust, CERTIFICATE_RULES, NOW).faults
    third = pki.authority("CA", ROOT, key=pki.same_key(2), serial=21)
    both = replace(trust, intermediates=(good.der, third.der))
    assert examine(opened, both, CERTIFICATE_RULES, NOW).faults == ()


NARROW = ec.derive_private_key(1 << 200, ec.SECP224R1())


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        # The point is that they are weak.
        (rsa.generate_private_key(65537, 1024), "signed with a key that is not safe: RSA of 1,024"),  # noqa: S505
        (dsa.generate_private_key(1024), "signed with a key that is not safe: DSA"),  # noqa: S505
        (NARROW, "signed with a key that is not safe: ECDSA on P-224"),
    ],
)
@pytest.mark.parametrize("constrained", [True, False])
def test_a_weak_key_of_a_ca(key: Any, expected: str, constrained: bool) -> None:
    """Also where it is OpenSSL that judges the path, which takes them."""
    more = [names((), [directory(common_name("Other"))])] if constrained else []
    ca = authority(*more)
    weak = pki.authority("Weak", ca, key=key, serial=8)
    found = examined(pki.issue(pki.subject(), weak), ca, weak, maximum_issuing_cas=2)
    assert expected in verdict(found)


@pytest.mark.parametrize("constrained", [True, False])
def test_a_weak_digest(constrained: bool) -> None:
    from asn1crypto import x509 as asn1_x509
    from cryptography.hazmat.primitives.asymmetric import padding

    key = rsa.generate_private_key(65537, 2048)
    more = [names((), [directory(common_name("Other"))])] if constrained else []
    ca = pki.authority("CA", ROOT, key=key, extensions=[*pki.CA_EXTENSIONS, *more])
    made = asn1_x509.Certificate.load(pki.issue(pki.subject(), ca).der)
    for algorithm in (made["tbs_certificate"]["signature"], made["signature_algorithm"]):
        algorithm["algorithm"] = "sha1_rsa"
    body = made["tbs_certificate"].dump(force=True)
    made["signature_value"] = key.sign(body, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    signer = x509.load_der_x509_certificate(made.dump(force=True))
    found = examined(pki.Holder(signer, pki.same_key(3)), ca)
    assert verdict(found) == "ARO 1 is signed with SHA-1, which can be forged"


def test_openssl_is_loaded_only_for_a_path_that_needs_it() -> None:
    """It takes as long to load as all the rest of a small check."""
    program = (
        "import sys\n"
        "from tests.signature.test_path_validation import *\n"
        "judged = lambda ca: verdict(examined(pki.issue(pki.subject(), ca), ca))\n"
        "assert judged(authority()) == 'holds' and 'OpenSSL' not in sys.modules\n"
        "other = names((), [directory(common_name('Other'))])\n"
        "assert judged(authority(other)) == 'holds' and 'OpenSSL' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE)
