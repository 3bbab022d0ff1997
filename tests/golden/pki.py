"""A small PKI of its own for the golden vectors: no code of the generators is used.

A root, an issuing CA under it and File Signing Certificates of an ARO, good and bad, all made in
memory with `cryptography`; containers are made with its PKCS7 builder, and with asn1crypto where
that builder has no say: the signing time, SHA-1.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from asn1crypto import algos, cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

EUI = bytes.fromhex("700000000000000A")
OTHER_EUI = bytes.fromhex("700000000000000C")
ARO = "ARO 1 (test)"
PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def instant(text: str) -> datetime:
    """A time of a case, `2025-06-02T10:00:00Z`, as the x509 builders want it."""
    return datetime.fromisoformat(text)


GOOD_FROM, GOOD_TO = instant("2020-01-01T00:00:00Z"), instant("2035-01-01T00:00:00Z")


@cache
def key(name: str, form: str = "ec") -> Key:
    """The key of `name`, made when first asked for."""
    if form == "ec":
        number = int.from_bytes(hashlib.sha256(f"golden {name}".encode()).digest()) >> 8
        return ec.derive_private_key(number, ec.SECP256R1())
    if form == "p384":
        return ec.generate_private_key(ec.SECP384R1())
    size = {"rsa": 2048, "rsa1024": 1024, "rsa2047": 2047, "rsa3072": 3072}[form]
    return rsa.generate_private_key(65537, size)


@dataclass(frozen=True)
class Subject:
    """The holder of a certificate, as it names it."""

    cn: str | None = ARO
    ou: str | None = "02"
    eui: bytes | None = EUI

    def name(self) -> x509.Name:
        """The distinguished name: CN, OU and the EUI-64 as a BIT STRING without unused bits."""
        parts = []
        if self.cn is not None:
            parts.append(x509.NameAttribute(NameOID.COMMON_NAME, self.cn))
        if self.ou is not None:
            parts.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, self.ou))
        if self.eui is not None:
            der = bytes.fromhex("0603 55042D 03") + bytes((len(self.eui) + 1, 0)) + self.eui
            # A name with this attribute alone: there is no public way to make one but to read it.
            for tag in (0x30, 0x31, 0x30):
                der = bytes((tag, len(der))) + der
            parts += x509.Name.from_bytes(der)
        return x509.Name(parts)


def usage(*names: str) -> x509.KeyUsage:
    """A key usage with these bits and no others."""
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: name in names for name in every})


@dataclass(frozen=True)
class Issuer:
    """Who signs a certificate: a name and a key."""

    name: x509.Name
    key: Key


@dataclass(frozen=True)
class Wanted:
    """A certificate to make, apart from its subject and issuer."""

    begin: datetime = GOOD_FROM
    end: datetime = GOOD_TO
    bits: tuple[str, ...] | None = ("digital_signature",)
    critical: bool = True
    ca: bool = False


def certificate(
    name: x509.Name, public: Any, issuer: Issuer, wanted: Wanted, serial: int
) -> x509.Certificate:
    """One certificate, version 3, signed over SHA-256."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.name)
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(wanted.begin)
        .not_valid_after(wanted.end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()),
            critical=False,
        )
    )
    if wanted.ca:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
    if wanted.bits is not None:
        builder = builder.add_extension(usage(*wanted.bits), wanted.critical)
    policy = x509.PolicyInformation(x509.ObjectIdentifier("2.999.1"), None)
    builder = builder.add_extension(x509.CertificatePolicies([policy]), critical=True)
    return builder.sign(issuer.key, hashes.SHA256())


CA_BITS = ("key_cert_sign", "crl_sign")


def ca_name(cn: str) -> x509.Name:
    """The name of a CA."""
    return Subject(cn=cn, ou="07", eui=None).name()


@cache
def root(which: str = "root") -> tuple[x509.Certificate, Issuer]:
    """A self-signed root: `root` is trusted, `other root` is not."""
    issuer = Issuer(ca_name(f"Golden {which} (test)"), key(which))
    wanted = Wanted(bits=CA_BITS, ca=True)
    return certificate(issuer.name, issuer.key.public_key(), issuer, wanted, 1), issuer


@cache
def issuing(which: str = "root", cn: str = "issuing", end: datetime = GOOD_TO) -> Any:
    """An issuing CA under a root: its certificate, and it as an issuer."""
    own = key(f"{cn} of {which}")
    name = ca_name(f"Golden {cn} CA of {which} (test)")
    wanted = Wanted(bits=CA_BITS, ca=True, end=end)
    serial = SERIALS.get(cn, 2)
    return certificate(name, own.public_key(), root(which)[1], wanted, serial), Issuer(name, own)


SUBJECTS = {
    "other-party": Subject(cn="ARO 8 (test)", eui=OTHER_EUI),
    "other-eui": Subject(eui=OTHER_EUI),
    "other-aro": Subject(cn="ARO 9 (test)"),
    "no-eui": Subject(eui=None),
    "no-cn": Subject(cn=None),
    "no-ou": Subject(ou=None),
    "decimal-ou": Subject(ou="137"),
    "short-ou": Subject(ou="2"),
    "other-ou": Subject(ou="7F"),
    "short-eui": Subject(eui=EUI[:7]),
}
WANTED = {
    "expired": Wanted(end=instant("2025-06-01T10:00:00Z")),
    "not-yet-valid": Wanted(begin=instant("2025-06-03T10:00:00Z")),
    "wrong-usage": Wanted(bits=("key_agreement",)),
    "no-usage": Wanted(bits=None),
    "more-usage": Wanted(bits=("digital_signature", "content_commitment")),
    "usage-of-a-ca": Wanted(bits=("digital_signature", "key_cert_sign")),
    "usage-not-critical": Wanted(critical=False),
    "ca": Wanted(bits=("digital_signature", *CA_BITS), ca=True),
}
SERIALS = {"revoked": 99, "revoked issuing": 98}


#: The issuing CAs that are not the usual one: a root, a name and the end of its life.
ISSUERS = {
    "untrusted": ("other root", "issuing", GOOD_TO),
    "issuer-expired": ("root", "old", instant("2025-06-01T10:00:00Z")),
    "issuer-revoked": ("root", "revoked issuing", GOOD_TO),
}


def chain(kind: str) -> tuple[Issuer, list[x509.Certificate]]:
    """Who issues a certificate of this kind, and the CA certificates that go with it."""
    above, issuer = issuing(*ISSUERS.get(kind, ()))
    if kind == "two-cas":
        own, name = key("lower"), ca_name("Golden lower CA (test)")
        wanted = Wanted(bits=CA_BITS, ca=True)
        return Issuer(name, own), [certificate(name, own.public_key(), issuer, wanted, 3), above]
    if kind == "issued-by-signer":
        own, name = key("signer who issues"), Subject(cn="ARO 5 (test)").name()
        return Issuer(name, own), [certificate(name, own.public_key(), issuer, Wanted(), 4), above]
    return (Issuer(issuer.name, key("forger")) if kind == "forged" else issuer), [above]


@dataclass(frozen=True)
class Signer:
    """A certificate, its key and the CA certificates that go into a container with it."""

    certificate: x509.Certificate
    key: Key
    above: tuple[x509.Certificate, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the certificate, in hex."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()


@cache
def signer(
    kind: str = "good", form: str = "ec", begin: str | None = None, end: str | None = None
) -> Signer:
    """The signer of a case: see SUBJECTS, WANTED and `chain` for what `kind` may say."""
    own = key(f"signer {kind}", form)
    name = SUBJECTS.get(kind, Subject()).name()
    wanted = WANTED.get(kind, Wanted())
    if begin or end:
        begin_at = instant(begin) if begin else wanted.begin
        wanted = Wanted(begin_at, instant(end) if end else wanted.end)
    issuer, above = (Issuer(name, own), []) if kind == "self-signed" else chain(kind)
    number = int.from_bytes(hashlib.sha256(f"{kind} {form} {begin} {end}".encode()).digest()[:7])
    made = certificate(name, own.public_key(), issuer, wanted, SERIALS.get(kind, number))
    return Signer(made, own, tuple(above))


def revocation_list(state: str, kind: str) -> bytes:
    """The lists that go with a certificate of this kind, in PEM: good, stale or forged."""
    issuers = [issuing()[1], root()[1]]
    if kind == "untrusted":
        issuers.append(issuing("other root")[1])
    if kind in ("issuer-expired", "issuer-revoked", "two-cas", "issued-by-signer"):
        issuers.append(chain(kind)[0])
    begin, end = instant("2025-06-01T00:00:00Z"), instant("2025-07-01T00:00:00Z")
    if state == "stale":
        begin, end = instant("2025-04-01T00:00:00Z"), instant("2025-05-01T00:00:00Z")
    at = instant("2025-03-01T00:00:00Z")
    blank = x509.RevokedCertificateBuilder().revocation_date(at)
    lists = []
    for issuer in issuers:
        builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.name)
        builder = builder.last_update(begin).next_update(end)
        if issuer.key is issuing()[1].key:
            builder = builder.add_revoked_certificate(blank.serial_number(99).build())
        elif issuer.key is root()[1].key:
            builder = builder.add_revoked_certificate(blank.serial_number(98).build())
        by = key("forger") if state == "forged" else issuer.key
        lists.append(builder.sign(by, hashes.SHA256()).public_bytes(PEM))
    return b"".join(lists)


HASHES = {"sha256": hashes.SHA256(), "sha512": hashes.SHA512()}


def container(content: bytes, who: Signer, attached: bool, signing: dict[str, Any]) -> bytes:
    """A CMS container over `content`, DER, by the signer and variations of a case."""
    if {"signing_time", "omit"} & set(signing) or signing.get("digest") == "sha1":
        return by_hand(content, who, attached, signing)
    algorithm = HASHES[signing.get("digest", "sha256")]
    secret = key("another") if signing.get("signed_by") == "another-key" else who.key
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    pad = padding.PSS(padding.MGF1(algorithm), padding.PSS.DIGEST_LENGTH)
    extra = {"rsa_padding": pad} if signing.get("padding") == "pss" else {}
    builder = builder.add_signer(who.certificate, secret, algorithm, **extra)
    if signing.get("signers") == 2:
        second = signer("other-aro")
        builder = builder.add_signer(second.certificate, second.key, algorithm)
    options = [pkcs7.PKCS7Options.Binary]
    if not attached:
        options.append(pkcs7.PKCS7Options.DetachedSignature)
    if signing.get("attributes") is False:
        options.append(pkcs7.PKCS7Options.NoAttributes)
    if signing.get("certificate_beside"):
        options.append(pkcs7.PKCS7Options.NoCerts)  # the signer's is left out, the CA's stays
    for above in who.above:
        builder = builder.add_certificate(above)
    return builder.sign(DER, options)


def by_hand(content: bytes, who: Signer, attached: bool, signing: dict[str, Any]) -> bytes:
    """The same, put together by hand: for a signing time or for SHA-1."""
    digest = signing.get("digest", "sha256")
    attributes = [
        cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
        cms.CMSAttribute(
            {"type": "message_digest", "values": [hashlib.new(digest, content).digest()]}
        ),
    ]
    if "signing_time" in signing:
        at = cms.Time({"utc_time": instant(signing["signing_time"]).astimezone(UTC)})
        attributes.append(cms.CMSAttribute({"type": "signing_time", "values": [at]}))
    signed = cms.CMSAttributes(
        [one for one in attributes if one["type"].native != signing.get("omit")]
    )
    algorithm = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256()}[digest]  # noqa: S303
    if isinstance(who.key, rsa.RSAPrivateKey):
        value = who.key.sign(signed.dump(), padding.PKCS1v15(), algorithm)
        oid = f"{digest}_rsa"
    else:
        value = who.key.sign(signed.dump(), ec.ECDSA(algorithm))
        oid = f"{digest}_ecdsa"
    ours = asn1_x509.Certificate.load(who.certificate.public_bytes(DER))
    digest_algorithm = algos.DigestAlgorithm({"algorithm": digest})
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": ours.issuer, "serial_number": ours.serial_number}
                    )
                }
            ),
            "digest_algorithm": digest_algorithm,
            "signed_attrs": signed,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": oid}),
            "signature": value,
        }
    )
    inner: dict[str, Any] = {"content_type": "data"}
    if attached:
        inner["content"] = content
    above = [asn1_x509.Certificate.load(one.public_bytes(DER)) for one in who.above]
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [digest_algorithm],
            "encap_content_info": inner,
            "certificates": [ours, *above],
            "signer_infos": [info],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()


def changed(made: bytes, who: Signer) -> bytes:
    """The container with the signature value changed, its length and form kept."""
    loaded = cms.ContentInfo.load(made)
    value = loaded["content"]["signer_infos"][0]["signature"].native
    if isinstance(who.key, rsa.RSAPrivateKey):
        other = value[:-1] + bytes([value[-1] ^ 1])
    else:  # the last byte of s: the encoding stays a pair of integers
        other = value[:-1] + bytes([value[-1] ^ 1])
    assert made.count(value) == 1
    return made.replace(value, other)


def stripped(made: bytes) -> tuple[bytes, bytes]:
    """A file and a container over it, made of a good container whose attributes are taken out."""
    loaded = cms.ContentInfo.load(made)
    info = loaded["content"]["signer_infos"][0]
    content = info["signed_attrs"].untag().dump(force=True)
    forged = cms.SignerInfo(
        {name: info[name] for name in info if name not in ("signed_attrs", "unsigned_attrs")}
    )
    loaded["content"]["signer_infos"] = [forged]
    return content, loaded.dump(force=True)


def indefinite(made: bytes) -> bytes:
    """The container in BER: its two outer lengths are left open."""
    loaded = cms.ContentInfo.load(made)
    inner = loaded["content"].untag().dump()
    return b"\x30\x80" + loaded["content_type"].dump() + b"\xa0\x80" + inner + bytes(4)


def armoured(made: bytes) -> bytes:
    """The container in PEM."""
    import base64

    text = base64.encodebytes(made).replace(b"\n", b"")
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return b"\n".join([b"-----BEGIN PKCS7-----", *lines, b"-----END PKCS7-----", b""])


def value(who: Signer, content: bytes) -> bytes:
    """A bare signature over `content`, ECDSA with SHA-256."""
    assert isinstance(who.key, ec.EllipticCurvePrivateKey)
    return who.key.sign(content, ec.ECDSA(hashes.SHA256()))
