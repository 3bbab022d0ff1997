"""Two profiles written by hand, with files written by hand and signed with OpenSSL alone.

Nothing of the suite makes these files or their certificates, so that what it reads is not what it
wrote itself. Each mistake is laid at its own requirement.
"""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.running import PATIENCE, run

HERE = Path(__file__).with_name("by_hand")
CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
OFFICER = "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n"
MODULE = (
    "certificatePolicies=2.999.31\nsubjectAltName=otherName:1.3.6.1.5.5.7.8.4;SEQ:hw\n"
    "[hw]\ntype=OID:2.999.5\nserial=FORMAT:HEX,OCTETSTRING:70B3D50000000A01\n"
)

pytestmark = [
    pytest.mark.openssl,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="OpenSSL is not installed"),
]


class Authority:
    """A hierarchy in a folder, made with the OpenSSL command line."""

    def __init__(self, folder: Path, curve: str) -> None:
        self.folder, self.curve = folder, curve
        self.key("root")
        extensions = "keyUsage=critical,keyCertSign,cRLSign"
        self.openssl("req", "-x509", "-new", "-key", "root.key", "-subj", "/CN=By hand", "-days",
                     "3650", "-addext", extensions, "-out", "root.pem")  # fmt: skip

    def openssl(self, *words: str) -> None:
        done = subprocess.run(
            ["openssl", *words], cwd=self.folder, capture_output=True, check=False, timeout=PATIENCE
        )
        assert done.returncode == 0, done.stderr.decode()

    def key(self, name: str) -> None:
        self.openssl("genpkey", "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{self.curve}",
                     "-pkeyopt", "ec_param_enc:named_curve", "-out", f"{name}.key")  # fmt: skip

    def issue(self, issuer: str, name: str, subject: str, extensions: str) -> None:
        self.key(name)
        (self.folder / "extensions").write_text(extensions, "utf-8")
        self.openssl("req", "-new", "-key", f"{name}.key", "-subj", subject, "-out", "request")
        self.openssl("x509", "-req", "-in", "request", "-CA", f"{issuer}.pem", "-CAkey",
                     f"{issuer}.key", "-CAcreateserial", "-days", "3650", "-extfile",
                     "extensions", "-out", f"{name}.pem")  # fmt: skip

    def revocation_list(self, issuer: str, revoked: str | None = None) -> bytes:
        (self.folder / f"{issuer}.index").write_bytes(b"")
        (self.folder / f"{issuer}.number").write_bytes(b"1000\n")
        (self.folder / "ca").write_text(
            f"[ca]\ndefault_ca=d\n[d]\ndatabase={issuer}.index\ncrlnumber={issuer}.number\n"
            "default_md=sha256\ndefault_crl_days=3650\n",
            "utf-8",
        )
        words = ("ca", "-config", "ca", "-keyfile", f"{issuer}.key", "-cert", f"{issuer}.pem")
        if revoked is not None:
            self.openssl(*words, "-revoke", f"{revoked}.pem")
        self.openssl(*words, "-gencrl", "-out", f"{issuer}.crl")
        return (self.folder / f"{issuer}.crl").read_bytes()

    def pems(self, *names: str) -> bytes:
        return b"".join((self.folder / f"{name}.pem").read_bytes() for name in names)


def roots(file: Path, *words: str | Path) -> set[str]:
    """Return what fails by itself of an ADT File; the signature itself has to be looked at."""
    profile = file.with_name("profile.toml")
    found = run("check", file, "--kind", "adt", "--profile", profile, "--format", "json", *words)
    verifies, valid = (found.requirement(one)["status"] for one in ("3.4(b)-2", "3.4(b)-3"))
    assert verifies == "failed" or (verifies == "passed" and valid in ("passed", "failed"))
    return found.roots


# --- Alfa: the signature in a record, colons, an EUI-64 in a hardware module name -----------------


@pytest.fixture(scope="module")
def alfa(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("alfa")
    made = Authority(folder, "P-256")
    made.issue("root", "issuing", "/CN=Issuing", CA + "certificatePolicies=2.999.31\n")
    for name in ("aro", "gone"):
        made.issue("issuing", name, f"/CN=Officer {name}", OFFICER + MODULE)
    lists = [made.revocation_list("issuing", "gone"), made.revocation_list("root")]
    (folder / "crls.pem").write_bytes(b"".join(lists))
    (folder / "anchors.pem").write_bytes(made.pems("root", "issuing"))
    shutil.copy(HERE / "alfa.toml", folder / "profile.toml")
    return made


def sealed(alfa: Authority, records: bytes, key: str = "aro", sent: bytes | None = None) -> Path:
    """Write a file whose last record has the certificate and the signature over those before."""
    (alfa.folder / "signed").write_bytes(records)
    alfa.openssl("dgst", "-sha256", "-sign", f"{key}.key", "-out", "signature", "signed")
    alfa.openssl("x509", "-in", f"{key}.pem", "-outform", "DER", "-out", "certificate")
    certificate = base64.b64encode((alfa.folder / "certificate").read_bytes())
    signature = (alfa.folder / "signature").read_bytes().hex().encode()
    file = alfa.folder / "adt.csv"
    whole = records if sent is None else sent
    file.write_bytes(whole + b"SEAL,%s,%s\n" % (certificate, signature))
    return file


ALFA = (
    b"7.4,70:b3:d5:00:00:00:0a:01,24,5,100,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,a remark\n"
    b"4.1.1,70:b3:d5:00:00:00:0a:01,24,99,100,2026-01-01T00:00:00Z,,\n"
)


@pytest.mark.parametrize(
    ("old", "new", "requirement"),
    [
        (b"b3:d5", b"B3:D5", "6.3-8"),
        (b",24,5,", b",73,5,", "6.3-10"),
        (b"7.4,", b"7.5,", "6.3-11"),
        (b",99,100,", b",100,100,", "6.3-13"),
        (b"2026-02-01", b"2025-02-01", "6.3-13"),
        (b",a remark", b"", "6.3-7"),
        (b"4.1.1,70:b3:d5:00:00:00:0a:01", b"4.1.1,70:b3:d5:00:00:00:0a:02", "6.3-14"),
        (b",5,100", b",,100", "6.3-9"),
        (b"4.1.1,", b"7.4,", "6.3-12"),
        (b"\n", b"\r\n", "6.1-3"),
        (b",", b";", "6.1-2"),
    ],
)
def test_a_mistake_in_a_file_with_a_record_of_the_signature(
    alfa: Authority, old: bytes, new: bytes, requirement: str
) -> None:
    assert roots(sealed(alfa, ALFA)) == set()
    assert roots(sealed(alfa, ALFA.replace(old, new))) == {requirement}


def test_a_record_of_the_signature_that_does_not_hold(alfa: Authority) -> None:
    changed = ALFA.replace(b",5,100", b",6,100")
    assert roots(sealed(alfa, ALFA, sent=changed)) == {"3.4(b)-2"}
    assert roots(sealed(alfa, ALFA, "gone")) == {"3.4(b)-3"}


# --- Charlie: CMS beside the file but its last line feed, without attributes or certificate -------


@pytest.fixture(scope="module")
def charlie(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("charlie")
    made = Authority(folder, "P-384")
    made.issue("root", "first", "/CN=First", CA)
    made.issue("first", "second", "/CN=Second", CA)
    made.issue("second", "aro", "/CN=Officer/serialNumber=AABBCCDDEEFF0011", OFFICER)
    (folder / "anchors.pem").write_bytes(made.pems("root", "first", "second"))
    shutil.copy(HERE / "charlie.toml", folder / "profile.toml")
    return made


def signed(charlie: Authority, data: bytes, over: bytes, *options: str) -> set[str]:
    file = charlie.folder / "adt.csv"
    file.write_bytes(data)
    (charlie.folder / "signed").write_bytes(over)
    charlie.openssl("cms", "-sign", "-binary", "-outform", "DER", "-md", "sha384", "-nocerts",
                    *options, "-signer", "aro.pem", "-inkey", "aro.key", "-in", "signed",
                    "-out", "adt.csv.p7s")  # fmt: skip
    return roots(file, "--certificate", charlie.folder / "aro.pem")


CHARLIE = b"aa-bb-cc-dd-ee-ff-00-11,24,100,100\nAA-BB-CC-DD-EE-FF-00-11,1,7,7\n"


@pytest.mark.parametrize(
    ("old", "new", "requirement"),
    [
        (b"100,100", b"100,101", "6.3-13"),
        (b",24,", b",2400,", "6.3-10"),
        (b",24,", b",024,", "6.3-8"),
        (b",7,7", b",+7,7", "6.3-8"),
        (b",7,7\n", b",7,7\naa-BB-cc-dd-ee-ff-00-11,24,5,5\n", "6.3-12"),
        (b"AA-BB", b"AA-BC", "6.3-14"),
        (b",7,7", b",NULL,7", "6.3-9"),
        (b",24,", b",2\t4,", "6.3-1"),
        (b"7,7\n", b"7,7", "6.1-3"),
    ],
)
def test_a_mistake_in_a_file_with_a_bare_signature_beside_it(
    charlie: Authority, old: bytes, new: bytes, requirement: str
) -> None:
    assert signed(charlie, CHARLIE, CHARLIE[:-1], "-noattr") == set()
    wrong = CHARLIE.replace(old, new)
    assert signed(charlie, wrong, wrong.removesuffix(b"\n"), "-noattr") == {requirement}


def test_a_bare_signature_over_something_else_or_with_attributes(charlie: Authority) -> None:
    assert signed(charlie, CHARLIE, CHARLIE, "-noattr") == {"3.4(b)-2"}
    assert signed(charlie, CHARLIE, CHARLIE[:-1]) == {"3.4(b)-2"}
    quoted = CHARLIE.replace(b"100,100", b'"100",100')
    assert signed(charlie, quoted, quoted[:-1], "-noattr") == set()
