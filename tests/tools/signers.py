"""Tools that sign with CMS, and how each is asked to: a function for each, by its name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PrivateFormat,
    pkcs7,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from msgspec import Struct

from tests.running import PATIENCE
from tests.signature import pki

HERE = Path(__file__).parent
#: Where Debian has the jars of its packages.
JARS = Path("/usr/share/java")
DATA = b"70-00-00-00-00-00-00-01,IS,3.5,560,8,828\n" * 50
PASSPHRASE = "pass"  # noqa: S105 - of a key that is made again for each run


class NotHere(Exception):  # noqa: N818 - it says what is missing, and is not a fault
    """The tool is not there."""


class Workshop(Struct, frozen=True):
    """A folder with a key, its certificate (PEM and PKCS #12), its issuers and a file."""

    folder: Path
    tools: Path | None
    signer: pki.Holder
    root: pki.Holder

    def __getitem__(self, name: str) -> Path:
        return self.folder / name

    def run(self, *words: str | Path, data: bytes | None = None, **settings: str) -> bytes:
        """Run a tool, which has to be there and to work; return its output.

        Raises:
            NotHere: it is not installed.
        """
        if shutil.which(words[0]) is None:
            raise NotHere(f"{words[0]} is not installed")
        done = subprocess.run(
            [str(word) for word in words],
            input=data,
            capture_output=True,
            check=False,
            cwd=self.folder,
            env={**os.environ, **settings},
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout


def build_workshop(folder: Path, tools: Path | None) -> Workshop:
    """Make the keys; the names in the certificates are plain, as some tools have no others."""
    now = datetime.now(UTC).replace(microsecond=0)
    period = {"first": now - pki.DAY, "until": now + pki.DAY}
    root = pki.issue(
        _name("Test Root"), None, key=rsa.generate_private_key(65537, 2048), **period,
        extensions=[
            (x509.BasicConstraints(ca=True, path_length=None), True),
            (pki.usage("key_cert_sign", "crl_sign"), True),
        ],
    )  # fmt: skip
    # NSS signs with no certificate that may not encrypt as well.
    usage = [(pki.usage("digital_signature", "content_commitment", "key_encipherment"), True)]
    key = rsa.generate_private_key(65537, 2048)
    signer = pki.issue(_name("ARO 1"), root, key=key, extensions=usage, **period)
    for name, data in {
        "root.pem": root.pem, "own.pem": signer.pem, "own.key": signer.key_pem, "adt.csv": DATA,
        "own.p12": pkcs12.serialize_key_and_certificates(
            b"aro", key, signer.certificate, [root.certificate],
            # Formats that each tool reads; some of these are newer than some tools.
            PrivateFormat.PKCS12.encryption_builder()
            .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
            .hmac_hash(hashes.SHA1())  # noqa: S303
            .build(PASSPHRASE.encode()),
        ),
    }.items():  # fmt: skip
        (folder / name).write_bytes(data)
    return Workshop(folder, tools, signer, root)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def openssl_cms(at: Workshop, inside: bool) -> bytes:
    return _openssl(at, "cms", inside)


def openssl_smime(at: Workshop, inside: bool) -> bytes:
    return _openssl(at, "smime", inside)


def _openssl(at: Workshop, command: str, inside: bool) -> bytes:
    return at.run(
        "openssl", command, "-sign", "-binary", "-in", "adt.csv", "-signer", "own.pem",
        "-inkey", "own.key", "-outform", "DER", *(["-nodetach"] if inside else []),
    )  # fmt: skip


def gpgsm(at: Workshop, inside: bool) -> bytes:
    home = at["gnupg"]
    common: tuple[str | Path, ...] = (
        "gpgsm", "--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback",
        "--passphrase-fd", "0", "--disable-crl-checks", "--disable-dirmngr",
    )  # fmt: skip
    try:
        if not home.exists():
            home.mkdir(mode=0o700)
            fingerprint = at.root.certificate.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303
            (home / "trustlist.txt").write_text(f"{fingerprint} S relax\n")
            at.run(*common, "--import", "own.p12", data=PASSPHRASE.encode())
            at.run(*common, "--import", "root.pem", data=b"")
        how = "--sign" if inside else "--detach-sign"
        return at.run(*common, "--local-user", "ARO 1", how, "adt.csv", data=PASSPHRASE.encode())
    finally:
        if shutil.which("gpgconf"):
            at.run("gpgconf", "--homedir", home, "--kill", "all")


def gnutls(at: Workshop, inside: bool) -> bytes:
    how = "--p7-sign" if inside else "--p7-detached-sign"
    at.run(
        "certtool", how, "--load-certificate", "own.pem", "--load-privkey", "own.key", "--p7-time",
        "--infile", "adt.csv", "--outder", "--outfile", "gnutls.der",
    )  # fmt: skip
    return at["gnutls.der"].read_bytes()


def nss(at: Workshop, inside: bool) -> bytes:
    store = f"sql:{at['nss']}"
    if not at["nss"].exists():
        at["nss"].mkdir()
        at.run("certutil", "-N", "-d", store, "--empty-password")
        at.run("pk12util", "-i", "own.p12", "-d", store, "-W", PASSPHRASE)
        at.run("certutil", "-A", "-d", store, "-n", "root", "-t", "C,C,C", "-i", "root.pem")
    where = [] if inside else ["-T"]
    return at.run(
        "cmsutil", "-S", "-d", store, "-N", "aro", "-G", "-H", "SHA256", *where, "-i", "adt.csv"
    )


def node_forge(at: Workshop, inside: bool) -> bytes:
    return _node(at, "forge.cjs", "node-forge", inside)


def pki_js(at: Workshop, inside: bool) -> bytes:
    return _node(at, "pki.cjs", "pkijs", inside)


def _node(at: Workshop, script: str, package: str, inside: bool) -> bytes:
    modules = at.tools / "node_modules" if at.tools else None
    if modules is None or not (modules / package).is_dir():
        raise NotHere(f"{package} is not in the folder of --tools")
    where = "inside" if inside else "beside"
    at.run(
        "node", HERE / script, "own.key", "own.pem", "adt.csv", "node.der", where,
        NODE_PATH=str(modules),
    )  # fmt: skip
    return at["node.der"].read_bytes()


def bouncy_castle(at: Workshop, inside: bool) -> bytes:
    folders = [folder for folder in (at.tools, JARS) if folder is not None]
    jars = [
        next((jar for folder in folders for jar in folder.glob(f"{name}*.jar")), None)
        for name in ("bcpkix", "bcprov", "bcutil")
    ]
    if None in jars:
        raise NotHere("the jars of Bouncy Castle are not there")
    path = os.pathsep.join(map(str, jars))
    where = "inside" if inside else "beside"
    program = HERE / "bouncy_castle.java"
    at.run("java", "-cp", path, program, "own.p12", "adt.csv", "bouncy.der", where)
    return at["bouncy.der"].read_bytes()


def py_hanko(at: Workshop, inside: bool) -> bytes:
    program = """
import asyncio, sys
try:
    from pyhanko.sign import signers
except ImportError:
    sys.exit(3)
signer = signers.SimpleSigner.load("own.key", "own.pem")
data = open("adt.csv", "rb").read()
made = asyncio.run(signer.async_sign_general_data(data, "sha256", detached=sys.argv[1] == "beside"))
open("hanko.der", "wb").write(made.dump())
"""
    ran = subprocess.run(
        [sys.executable, "-c", program, "inside" if inside else "beside"],
        cwd=at.folder, capture_output=True, check=False,
    )  # fmt: skip
    if ran.returncode == 3:
        raise NotHere("pyhanko is not installed")
    assert ran.returncode == 0, ran.stderr.decode()
    return at["hanko.der"].read_bytes()


def pyca(at: Workshop, inside: bool) -> bytes:
    assert isinstance(at.signer.key, rsa.RSAPrivateKey)
    options = [pkcs7.PKCS7Options.Binary]
    if not inside:
        options.append(pkcs7.PKCS7Options.DetachedSignature)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(DATA)
    builder = builder.add_signer(at.signer.certificate, at.signer.key, hashes.SHA256())
    return builder.sign(Encoding.DER, options)


#: By the name that is printed; each signs the file of the workshop, with it inside or beside.
TOOLS: dict[str, Callable[[Workshop, bool], bytes]] = {
    "openssl cms": openssl_cms,
    "openssl smime": openssl_smime,
    "gpgsm": gpgsm,
    "GnuTLS certtool": gnutls,
    "NSS cmsutil": nss,
    "node-forge": node_forge,
    "PKI.js": pki_js,
    "Bouncy Castle": bouncy_castle,
    "pyHanko": py_hanko,
    "pyca/cryptography": pyca,
}
