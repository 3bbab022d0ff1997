"""A file signing hierarchy and signatures, made with the OpenSSL command line and nothing else.

OpenSSL's ``-subj`` cannot write a BIT STRING, which the subject of a File Signing Certificate
holds. So the request for it is assembled from a description by ``openssl asn1parse -genconf``,
signed by ``openssl dgst``, and issued by ``openssl ca``, which keeps the subject as it is.
``openssl ca`` takes no subject with bytes above 0x7F, so the EUI-64s here have none, but for one
whose certificate ``openssl x509`` has issued.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: The Party's EUI-64, in its certificates and as the User ID in its files.
EUI64 = "70-00-00-1F-30-01-00-01"
OTHER_EUI64 = "70-00-00-1F-30-02-00-01"
HIGH_EUI64 = "90-B3-D5-1F-30-01-FF-FE"
#: When files are sent and checked, and the lives of certificates around that.
AT = "2025-06-01T10:00:00Z"
LIFE = ("20240101000000Z", "20340101000000Z")
PAST = ("20140101000000Z", "20240101000000Z")
FUTURE = ("20300101000000Z", "20340101000000Z")

_CONFIG = """\
[ca]
default_ca = this
[this]
database = {folder}/index.txt
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = optional
organizationalUnitName = optional
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
certificatePolicies = critical, 2.999.1
[signer]
keyUsage = critical, digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
certificatePolicies = critical, 2.999.1
"""

_REQUEST = """\
asn1 = SEQUENCE:{top}
[request]
info = SEQUENCE:info
algorithm = SEQUENCE:algorithm
signature = FORMAT:HEX,BITSTRING:{signature}
[info]
version = INTEGER:0
subject = SEQUENCE:subject
key = SEQUENCE:key
attributes = IMPLICIT:0C,SET
[subject]
name = SET:name
role = SET:role
party = SET:party
[name]
pair = SEQUENCE:name_pair
[name_pair]
type = OID:commonName
value = UTF8:{name}
[role]
pair = SEQUENCE:role_pair
[role_pair]
type = OID:organizationalUnitName
value = UTF8:{role}
[party]
pair = SEQUENCE:party_pair
[party_pair]
type = OID:x500UniqueIdentifier
value = FORMAT:HEX,BITSTRING:{party}
[key]
algorithm = SEQUENCE:key_algorithm
bits = FORMAT:HEX,BITSTRING:{bits}
"""
_ALGORITHMS = {
    "EC": """\
[key_algorithm]
type = OID:id-ecPublicKey
curve = OID:{curve}
[algorithm]
type = OID:ecdsa-with-SHA256
""",
    "RSA": """\
[key_algorithm]
type = OID:rsaEncryption
parameters = NULL
[algorithm]
type = OID:sha256WithRSAEncryption
parameters = NULL
""",
}


def openssl(*words: str | Path, data: bytes | None = None) -> bytes:
    """Run ``openssl``; what it wrote to standard output."""
    command = ["openssl", *map(str, words)]
    ran = subprocess.run(command, input=data, capture_output=True, check=False)
    assert ran.returncode == 0, f"{command}: {ran.stderr.decode(errors='replace')}"
    return ran.stdout


@dataclass(frozen=True)
class Holder:
    """A certificate and its key, as PEM files."""

    certificate: Path
    key: Path


@dataclass
class Authority:
    """A certification authority in a folder of its own."""

    folder: Path
    holder: Holder
    config: Path
    revoked: list[Holder] = field(default_factory=list)

    @classmethod
    def root(cls, folder: Path, name: str, key: Path | None = None) -> Authority:
        """An authority that has signed its own certificate."""
        made = cls._in(folder, key)
        request = new_request(folder / "ca", made.holder.key, name, "07", "00-00-00-00-00-00-00-07")
        made._issue(request, made.holder.certificate, "authority", LIFE, "-selfsign")
        return made

    @classmethod
    def below(cls, issuer: Authority, folder: Path, name: str) -> Authority:
        """An authority whose certificate ``issuer`` has signed."""
        made = cls._in(folder)
        request = new_request(folder / "ca", made.holder.key, name, "07", "00-00-00-00-00-00-00-07")
        issuer._issue(request, made.holder.certificate, "authority", LIFE)
        return made

    @classmethod
    def _in(cls, folder: Path, key: Path | None = None) -> Authority:
        folder.mkdir()
        (folder / "index.txt").touch()
        config = folder / "ca.cnf"
        config.write_text(_CONFIG.format(folder=folder), "utf-8")
        return cls(folder, Holder(folder / "ca.pem", key or new_key(folder / "ca.key")), config)

    def signer(
        self,
        name: str,
        *,
        key: Path | None = None,
        eui64: str = EUI64,
        life: tuple[str, str] = LIFE,
        extensions: str = "signer",
        serial: str | None = None,
    ) -> Holder:
        """A File Signing Certificate, and its key."""
        stem = self.folder / name
        key = key or new_key(stem.with_suffix(".key"))
        request = new_request(stem, key, f"ARO {name}", "02", eui64)
        options: list[str | Path] = []
        if serial is not None:
            (self.folder / "serial").write_text(serial + "\n", "utf-8")
            config = self.folder / "serial.cnf"
            text = self.config.read_text("utf-8")
            config.write_text(
                text.replace("rand_serial = yes", f"serial = {self.folder}/serial"), "utf-8"
            )
            options = ["-config", config]
        certificate = stem.with_suffix(".pem")
        self._issue(request, certificate, extensions, life, *options)
        return Holder(certificate, key)

    def signer_from_now(self, name: str, eui64: str) -> Holder:
        """A certificate by ``openssl x509``, which begins to be valid when it is issued."""
        stem = self.folder / name
        key = new_key(stem.with_suffix(".key"))
        request = new_request(stem, key, f"ARO {name}", "02", eui64)
        certificate = stem.with_suffix(".pem")
        openssl(
            "x509", "-req", "-in", request, "-CA", self.holder.certificate,
            "-CAkey", self.holder.key, "-days", "30", "-sha256", "-extfile", self.config,
            "-extensions", "signer", "-set_serial", "0x51", "-out", certificate,
        )  # fmt: skip
        return Holder(certificate, key)

    def _issue(
        self,
        request: Path,
        to: Path,
        extensions: str,
        life: tuple[str, str],
        *options: str | Path,
    ) -> None:
        openssl(
            "ca", "-batch", "-notext", "-preserveDN", "-config", self.config,
            "-cert", self.holder.certificate, "-keyfile", self.holder.key,
            "-extensions", extensions, "-startdate", life[0], "-enddate", life[1],
            "-in", request, "-out", to, *options,
        )  # fmt: skip

    def revoke(self, holder: Holder) -> None:
        """Note in OpenSSL's database that a certificate was revoked on 1 May 2025.

        ``openssl ca -revoke`` takes the time of day for that, which is later than ``AT``.
        """
        openssl(
            "ca", "-config", self.config, "-cert", self.holder.certificate,
            "-keyfile", self.holder.key, "-revoke", holder.certificate,
            "-crl_reason", "keyCompromise",
        )  # fmt: skip
        index = self.folder / "index.txt"
        text = index.read_text("utf-8")
        changed = re.sub(r"(?m)^(R\t\w+\t)\d+Z,", r"\g<1>250501000000Z,", text)
        assert changed != text
        index.write_text(changed, "utf-8")

    def crl(
        self, to: Path, *, last: str = "250531000000Z", following: str = "340101000000Z"
    ) -> Path:
        """The revocation list, PEM."""
        openssl(
            "ca", "-gencrl", "-config", self.config, "-cert", self.holder.certificate,
            "-keyfile", self.holder.key, "-crl_lastupdate", last, "-crl_nextupdate", following,
            "-out", to,
        )  # fmt: skip
        return to


def new_key(path: Path, kind: str = "prime256v1") -> Path:
    """A private key: of a curve, or RSA of some bits (``2048``)."""
    if kind.isdigit():
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{kind}", "-out", path)
    else:
        curve = f"ec_paramgen_curve:{kind}"
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", curve, "-out", path)
    return path


def new_request(stem: Path, key: Path, name: str, role: str, eui64: str) -> Path:
    """A request for a certificate whose subject has an EUI-64 as a BIT STRING."""
    public = stem.with_suffix(".pub")
    openssl("pkey", "-in", key, "-pubout", "-outform", "DER", "-out", public)
    listing = openssl("asn1parse", "-inform", "DER", "-in", public).decode()
    kind = "RSA" if "rsaEncryption" in listing else "EC"
    curve = re.findall(r"OBJECT\s+:(\S+)", listing)[1] if kind == "EC" else ""
    place = re.search(r"(?m)^\s*(\d+):d=1\s+hl=(\d+) l=\s*\d+ prim: BIT STRING", listing)
    assert place is not None
    # After the header comes the count of unused bits, which is 0.
    bits = public.read_bytes()[int(place[1]) + int(place[2]) + 1 :]

    def assemble(top: str, signature: str, to: Path) -> Path:
        description = stem.with_suffix(".conf")
        text = _REQUEST + _ALGORITHMS[kind]
        description.write_text(
            text.format(
                top=top, signature=signature, name=name, role=role,
                party=eui64.replace("-", ""), bits=bits.hex(), curve=curve,
            ),
            "utf-8",
        )  # fmt: skip
        openssl("asn1parse", "-genconf", description, "-noout", "-out", to)
        return to

    info = assemble("info", "00", stem.with_suffix(".info"))
    signature = openssl("dgst", "-sha256", "-sign", key, info)
    request = assemble("request", signature.hex(), stem.with_suffix(".request"))
    pem = stem.with_suffix(".csr")
    openssl("req", "-inform", "DER", "-in", request, "-verify", "-out", pem)
    return pem


@dataclass(frozen=True)
class Hierarchy:
    """Everything to sign with, and to judge signatures by."""

    folder: Path
    root: Authority
    issuing: Authority
    signers: dict[str, Holder]
    crl: Path

    @property
    def trust(self) -> Path:
        """The root and the issuing CA in one file."""
        return self._bundle("trust.pem", self.root.holder, self.issuing.holder)

    @property
    def everything(self) -> Path:
        """The root, the issuing CA and the signers in one file."""
        holders = [self.signers["ec"], self.signers["rsa"]]
        return self._bundle("everything.pem", self.root.holder, self.issuing.holder, *holders)

    def _bundle(self, name: str, *holders: Holder) -> Path:
        path = self.folder / name
        if not path.exists():
            path.write_bytes(b"".join(h.certificate.read_bytes() for h in holders))
        return path

    @property
    def judged(self) -> list[str]:
        """The options of ``tadp check`` under which a good submission has nothing against it."""
        return ["--trust", str(self.trust), "--crl", str(self.crl), "--at", AT]


def build(folder: Path) -> Hierarchy:
    """Make it all; takes a second or two."""
    root = Authority.root(folder / "root", "Test root")
    issuing = Authority.below(root, folder / "issuing", "Test issuing CA")
    signers = {
        "ec": issuing.signer("ec"),
        "high": issuing.signer_from_now("high", HIGH_EUI64),
        "rsa": issuing.signer("rsa", key=new_key(issuing.folder / "rsa.key", "2048")),
        "second": issuing.signer("second"),
        "expired": issuing.signer("expired", life=PAST),
        "future": issuing.signer("future", life=FUTURE),
        "revoked": issuing.signer("revoked"),
        "authority": issuing.signer("authority", extensions="authority"),
        "other": issuing.signer("other", eui64=OTHER_EUI64),
        "weak": issuing.signer("weak", key=new_key(issuing.folder / "weak.key", "1024")),
        "p384": issuing.signer("p384", key=new_key(issuing.folder / "p384.key", "secp384r1")),
    }
    stranger = Authority.root(folder / "stranger", "Another root")
    signers["stranger"] = stranger.signer("stranger")
    # Goes by the name of the issuing CA, and by the serial number of its signer.
    double = Authority.root(folder / "double", "Test issuing CA")
    signers["forged"] = double.signer("forged")
    serial = openssl("x509", "-in", signers["ec"].certificate, "-noout", "-serial").decode()
    signers["impostor"] = double.signer("impostor", serial=serial.strip().partition("=")[2])
    issuing.revoke(signers["revoked"])
    return Hierarchy(folder, root, issuing, signers, issuing.crl(folder / "issuing.crl"))


def sign(
    data: bytes, to: Path, signers: Sequence[Holder], *options: str | Path, binary: bool = True
) -> Path:
    """Sign ``data`` with ``openssl cms -sign``; ``options`` go with the first signer."""
    words: list[str | Path] = ["cms", "-sign", "-out", to, *(["-binary"] if binary else [])]
    for holder in signers:
        words += ["-signer", holder.certificate, "-inkey", holder.key]
    openssl(*words, *options, data=data)
    return to
