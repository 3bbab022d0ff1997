"""Signed files: made by OpenSSL as Users make them, or by hand with one thing wrong."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from msgspec import Struct
from msgspec.structs import replace

from conformance.content import Content
from conformance.findings import Finding
from conformance.model.profile import CertificateRules, KeyAlgorithm, RevocationBy, SignatureRules
from conformance.model.signature_record import RecordForm
from conformance.signature import Opened, SignedInput, TrustStore, open_file
from tests.running import PATIENCE
from tests.signature import pki

RULES = SignatureRules(
    containers=("cms-detached", "cms-attached"),
    algorithms=(
        KeyAlgorithm("ecdsa", ("sha256",), curve="secp256r1"),
        KeyAlgorithm("rsa", ("sha256",), minimum_bits=2048),
    ),
    signed_attributes="optional",
)
#: ``SIGNATURE,<base64 of the signature>,<base64 of the certificate>``, as the last record.
RECORD = RecordForm.of(
    {
        "columns": [
            {"name": "Tag", "type": "constant", "value": "SIGNATURE", "tag": True},
            {"name": "Value", "role": "signature", "encoding": "base64"},
            {"name": "Certificate", "role": "certificate", "form": "der-base64"},
        ]
    }
)
ALL_CONTAINERS = replace(
    RULES,
    containers=("cms-detached", "cms-attached", "raw-detached", "signature-record", "smime"),
    record=RECORD,
)
CERTIFICATE_RULES = CertificateRules(
    common_name=True,
    role_code=True,
    eui64=True,
    key_usage_critical=True,
    policies=(),
    maximum_issuing_cas=1,
    revocation=RevocationBy.CRL,
)


class Hierarchy(Struct, frozen=True):
    """Certificates by name, and a directory with them and their keys in PEM."""

    directory: Path
    root: pki.Holder
    ca: pki.Holder
    ec: pki.Holder
    rsa: pki.Holder
    crl: bytes

    @property
    def trust(self) -> TrustStore:
        return TrustStore(anchors=(self.root.der,), crls=(self.crl,))


def build_hierarchy(directory: Path) -> Hierarchy:
    same = pki.same_key
    root = pki.authority("Test Root", key=same(1), serial=0x1A2B3C4D5E6F01)
    ca = pki.authority("Test Issuing CA", root, key=same(2), serial=0x1A2B3C4D5E6F02)
    ec_signer = pki.issue(pki.subject(), ca, key=same(3), serial=0x1A2B3C4D5E6F03)
    key = rsa.generate_private_key(65537, 2048)
    rsa_signer = pki.issue(pki.subject("ARO 2"), ca, key=key, serial=0x1A2B3C4D5E6F04)
    for name, holder in {"root": root, "ca": ca, "ec": ec_signer, "rsa": rsa_signer}.items():
        (directory / f"{name}.pem").write_bytes(holder.pem)
        (directory / f"{name}.key").write_bytes(holder.key_pem)
    return Hierarchy(directory, root, ca, ec_signer, rsa_signer, pki.revocation_list(ca))


def openssl(*arguments: str | Path) -> bytes:
    """Run OpenSSL; its output."""
    done = subprocess.run(
        ["openssl", *map(str, arguments)], capture_output=True, check=False, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def openssl_sign(
    hierarchy: Hierarchy, file: Path, *options: str, signer: str = "ec", command: str = "cms"
) -> bytes:
    """Return a file signed by ``openssl cms -sign`` (or ``smime``)."""
    at = hierarchy.directory
    return openssl(
        command, "-sign", "-in", file, "-signer", at / f"{signer}.pem",
        "-inkey", at / f"{signer}.key", *options, "-certfile", at / "ca.pem",
    )  # fmt: skip


def open_bytes(
    content: bytes,
    detached: bytes | None = None,
    rules: SignatureRules = RULES,
    *,
    extra: Sequence[bytes] = (),
    certificate: bytes | None = None,
) -> Opened:
    """Open a signed input given as bytes."""
    signed_input = SignedInput(
        Content.of_bytes("adt.csv", content),
        None if detached is None else Content.of_bytes("adt.csv.p7s", detached),
        None if certificate is None else Content.of_bytes("adt.pem", certificate),
    )
    opened = open_file(signed_input, rules, extra)
    assert_entries(opened.faults)
    return opened


def assert_entries(faults: Iterable[Finding]) -> None:
    """Fail where a finding names an entry that no profile can have."""
    assert {entry for fault in faults for entry in fault.profile} <= _entries()


@cache
def _entries() -> frozenset[str]:
    text = (files("conformance") / "schemas" / "profile.schema.json").read_text("utf-8")
    return frozenset(_paths(json.loads(text)))


def _paths(schema: dict[str, Any], before: str = "") -> Iterator[str]:
    for name, entry in schema.get("properties", {}).items():
        yield before + name
        yield from _paths(entry, f"{before}{name}.")


def data_of(opened: Opened) -> bytes | None:
    return None if opened.data is None else b"".join(opened.data.chunks())


def messages(opened: Opened) -> list[str]:
    return [fault.message for fault in opened.faults]


_SIGNATURES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512
}  # fmt: skip


class Forgery(Struct, frozen=True):
    """A SignedData made by hand: the defaults conform, each field can be made wrong."""

    holder: pki.Holder
    data: bytes = b"a,b\n" * 8
    detached: bool = False
    digest: str = "sha256"
    algorithm: str | None = None
    attributes: Sequence[tuple[str, Sequence[Any]]] | None = ()
    unsigned: Sequence[tuple[str, Sequence[Any]]] = ()
    encoded_attributes: bytes | None = None
    digests: Sequence[str] | None = None
    sort: bool = True
    tbs: bytes | None = None
    signature: bytes | None = None
    key_identifier: bytes | None = None
    certificates: Sequence[bytes] | None = None
    signers: int = 1

    def der(self) -> bytes:
        certificate = asn1_x509.Certificate.load(self.holder.der)
        info: dict[str, Any] = {
            "version": "v1",
            "sid": self._identifier(certificate),
            "digest_algorithm": {"algorithm": self.digest},
            "signature_algorithm": {"algorithm": self.algorithm or self._algorithm()},
        }
        tbs = self.data
        if self.attributes is not None:
            attributes = self._attributes(self.attributes)
            info["signed_attrs"] = attributes
            tbs = b"\x31" + attributes.dump()[1:]
        if self.unsigned:
            info["unsigned_attrs"] = self._attributes(self.unsigned)
        signer = cms.SignerInfo({**info, "signature": self.signature or self.sign(self.tbs or tbs)})
        inside: dict[str, Any] = {"content_type": "data"}
        if not self.detached:
            inside["content"] = self.data
        ders = [self.holder.der] if self.certificates is None else self.certificates
        signed = cms.SignedData(
            {
                "version": "v1",
                "digest_algorithms": [
                    {"algorithm": one}
                    for one in ((self.digest,) if self.digests is None else self.digests)
                ],
                "encap_content_info": inside,
                "certificates": [asn1_x509.Certificate.load(der) for der in ders],
                "signer_infos": [signer] * self.signers,
            }
        )
        encoded: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
        return encoded

    def sign(self, tbs: bytes) -> bytes:
        algorithm = _SIGNATURES[self.digest]()
        if isinstance(self.holder.key, rsa.RSAPrivateKey):
            return self.holder.key.sign(tbs, padding.PKCS1v15(), algorithm)
        assert isinstance(self.holder.key, ec.EllipticCurvePrivateKey)
        return self.holder.key.sign(tbs, ec.ECDSA(algorithm, deterministic_signing=True))

    def _algorithm(self) -> str:
        kind = "rsa" if isinstance(self.holder.key, rsa.RSAPrivateKey) else "ecdsa"
        return f"{self.digest}_{kind}"

    def _identifier(self, certificate: Any) -> Any:
        if self.key_identifier is not None:
            return cms.SignerIdentifier({"subject_key_identifier": self.key_identifier})
        return cms.SignerIdentifier(
            {
                "issuer_and_serial_number": {
                    "issuer": certificate.issuer,
                    "serial_number": certificate.serial_number,
                }
            }
        )

    def _attributes(self, wanted: Sequence[tuple[str, Sequence[Any]]]) -> Any:
        if wanted is self.attributes and self.encoded_attributes is not None:
            return cms.CMSAttributes.load(self.encoded_attributes)
        hasher = hashes.Hash(_SIGNATURES[self.digest]())
        hasher.update(self.data)
        given = wanted or (
            ("content_type", ["data"]),
            ("message_digest", [hasher.finalize()]),
        )
        made = [cms.CMSAttribute({"type": type_, "values": values}) for type_, values in given]
        ordered = sorted((one.dump() for one in made), reverse=not self.sort)
        body = b"".join(ordered)
        assert len(body) < 0x10000
        length = (
            bytes((len(body),))
            if len(body) < 0x80
            else (
                b"\x81" + bytes((len(body),))
                if len(body) < 0x100
                else b"\x82" + len(body).to_bytes(2)
            )
        )
        return cms.CMSAttributes.load(b"\x31" + length + body)
