"""The desk of an Authorised Responsible Officer: a file, keys and certificates to sign it with."""

from __future__ import annotations

import base64
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from tests.running import Ran, run
from tests.signature import pki
from tests.signature.pki import DAY, Holder

CSV = b"""\
70-00-00-00-00-00-00-01,IS,3.5,560,8,828
70-00-00-00-00-00-00-01,IS,,139,35,6005
"""
EUI64 = bytes.fromhex("7000000000000001")
PASSPHRASE = "Zx-Horse-Staple-5501"  # noqa: S105 - of keys that are made again for each run
CONTAINERS = ("cms-detached", "cms-attached", "raw-detached", "signature-record")
RECORD = """
[signature.record]
columns = [
  { name = "Tag", type = "constant", value = "SIGNATURE", tag = true },
  { name = "Value", role = "signature", encoding = "base64" },
  { name = "Certificate", role = "certificate", form = "der-base64" },
]
"""
PROFILE = f"""
profile = "ours"
title = "All containers"
version = "1"
extends = "reference"

[signature]
containers = ["cms-detached", "cms-attached", "raw-detached", "signature-record"]
{RECORD}"""
#: Made once a process: RSA keys take their time.
KEYS: dict[str, pki.PrivateKey] = {
    "ecdsa": ec.generate_private_key(ec.SECP256R1()),
    "rsa": rsa.generate_private_key(65537, 2048),
    "p521": ec.generate_private_key(ec.SECP521R1()),
    "p384": ec.generate_private_key(ec.SECP384R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
    "rsa-1024": rsa.generate_private_key(65537, 1024),  # noqa: S505 - to be refused
}


def private_pem(
    key: pki.PrivateKey, passphrase: str | None = None, form: PrivateFormat = PrivateFormat.PKCS8
) -> bytes:
    return key.private_bytes(Encoding.PEM, form, _encryption(passphrase))


def _encryption(passphrase: str | None) -> KeySerializationEncryption:
    return BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()


@dataclass
class SigningFolder:
    """A folder with a file to sign, an officer's key, and what checks the certificate."""

    folder: Path
    algorithm: str = "ecdsa"

    def __post_init__(self) -> None:
        now = datetime.now(UTC).replace(microsecond=0)
        self.now, period = now, {"first": now - 100 * DAY, "until": now + 100 * DAY}
        self.root = pki.authority("Root", first=now - 200 * DAY, until=now + 200 * DAY)
        self.ca = pki.authority("Issuing CA", self.root, **period)
        self.file = self.put("adt.csv", CSV)
        self.profile = self.put("profile.toml", PROFILE.encode())
        # With the issuing CA, for the container that has no room for it.
        self.trust = self.put("root.pem", self.root.pem + self.ca.pem)
        crl = pki.revocation_list(self.ca, updated=now - DAY, until=now + DAY)
        self.crl = self.put("ca.crl", crl)
        self.holder = self.issue()
        self.key = self.put("key.pem", private_pem(self.holder.key))
        self.certificate = self.put("own.pem", self.holder.pem + self.ca.pem)

    def put(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def issue(self, key: pki.PrivateKey | None = None, **options: Any) -> Holder:
        """A certificate for ``key``, or for that of the desk."""
        period = {"first": self.now - 10 * DAY, "until": self.now + 10 * DAY}
        name = options.pop("name", pki.subject(eui64=EUI64))
        key = key or KEYS[self.algorithm]
        return pki.issue(name, self.ca, key=key, **{**period, **options})

    def pkcs12(self, passphrase: str | None, name: str = "own.p12") -> Path:
        own = self.holder
        data = pkcs12.serialize_key_and_certificates(
            b"ARO", own.key, own.certificate, [self.ca.certificate, self.root.certificate],
            _encryption(passphrase),
        )  # fmt: skip
        return self.put(name, data)

    def secret(self, text: str = PASSPHRASE, name: str = "secret.txt") -> Path:
        return self.put(name, text.encode() + b"\n")

    @property
    def pair(self) -> tuple[object, ...]:
        """The options for the key and the certificate of the desk."""
        return ("--key", self.key, "--certificate", self.certificate)

    def sign(self, *words: object) -> Ran:
        return run("sign", self.file, "--profile", self.profile, *words)

    def names(self) -> set[str]:
        return {path.name for path in self.folder.iterdir()}

    def output(self, container: str) -> Path:
        """Where the signature, or the signed file, is by default."""
        names = {
            "cms-detached": "adt.csv.p7s",
            "cms-attached": "adt.csv.p7m",
            "raw-detached": "adt.csv.sig",
            "signature-record": "adt.signed.csv",
        }
        return self.folder / names[container]

    def check(self, container: str) -> Ran:
        """``tadp check`` of what was signed."""
        output = self.output(container)
        beside = container in ("cms-detached", "raw-detached")
        words = (self.file, "--signature", output) if beside else (output,)
        return run("check", "--format", "json", "--profile", self.profile,
            "--trust", self.trust, "--crl", self.crl, *words)  # fmt: skip

    def openssl(self, container: str, encoding: str = "DER") -> bytes:
        """The file that OpenSSL says is signed."""
        output = self.output(container)
        if container == "raw-detached":
            self._dgst(output, output.with_suffix(".pem"), self.file)
            return self.file.read_bytes()
        if container == "signature-record":
            head, _, record = output.read_bytes().removesuffix(b"\n").rpartition(b"\n")
            word, value, der = record.split(b",")
            assert word == b"SIGNATURE"
            data = self.put("taken.csv", head + b"\n")
            value_file = self.put("taken.sig", base64.b64decode(value, validate=True))
            self._dgst(value_file, self.put("taken.der", base64.b64decode(der)), data)
            return data.read_bytes()
        taken = self.folder / "taken.csv"
        beside = ("-content", self.file) if container == "cms-detached" else ()
        run_openssl("cms", "-verify", "-binary", "-inform", encoding, "-in", output, *beside,
            "-CAfile", self.trust, "-purpose", "any", "-out", taken)  # fmt: skip
        return taken.read_bytes()

    def _dgst(self, signature: Path, certificate: Path, data: Path) -> None:
        public = self.put("taken.pub", run_openssl("x509", "-in", certificate, "-pubkey", "-noout"))
        run_openssl("dgst", "-sha256", "-verify", public, "-signature", signature, data)


def run_openssl(*words: object) -> bytes:
    command = ["openssl", *map(str, words)]
    ran = subprocess.run(command, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
