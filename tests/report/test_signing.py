"""Signed reports: what ``tadp report`` and OpenSSL say of the same signature."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from conformance.report.serialising import dump_report
from tests.report import made
from tests.running import Ran, run
from tests.signature import pki

DAY = timedelta(days=1)


def pem(key: pki.PrivateKey, password: bytes | None = None) -> bytes:
    hidden = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden)


class AuditorFolder:
    """A folder with a report, a root and an auditor's key and certificate."""

    def __init__(self, folder: Path, key: pki.PrivateKey, days: int = 100) -> None:
        now = datetime.now(UTC).replace(microsecond=0)
        period = {"first": now - 100 * DAY, "until": now + days * DAY}
        self.root = pki.authority("Auditors", first=now - 200 * DAY, until=now + 200 * DAY)
        self.holder = pki.issue(pki.subject(), self.root, key=key, **period)
        self.report = folder / "run.json"
        self.signature = folder / "run.json.p7s"
        self.key, self.certificate = folder / "key.pem", folder / "own.pem"
        self.trust = folder / "root.pem"
        self.report.write_text(dump_report(made.examples()), "utf-8")
        self.key.write_bytes(pem(key))
        self.certificate.write_bytes(self.holder.pem)
        self.trust.write_bytes(self.root.pem)

    def sign(self, *words: object) -> Ran:
        keys = ("--key", self.key, "--certificate", self.certificate)
        return run("report", "sign", self.report, *keys, *words)

    def verify(self, *words: object) -> Ran:
        return run(
            "report", "verify", self.report, "--signature", self.signature,
            "--trust", self.trust, *words,
        )  # fmt: skip


KEYS: dict[str, Callable[[], pki.PrivateKey]] = {
    "ecdsa": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
}


@pytest.fixture(params=KEYS)
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> AuditorFolder:
    return AuditorFolder(tmp_path, KEYS[request.param]())


@pytest.fixture
def one(tmp_path: Path) -> AuditorFolder:
    made_ = AuditorFolder(tmp_path, KEYS["ecdsa"]())
    assert made_.sign().code == 0
    return made_


def test_a_signed_report_is_verified_with_who_signed_it(desk: AuditorFolder) -> None:
    assert desk.sign().code == 0
    ran = desk.verify()
    assert ran.code == 0, ran.out
    assert "whole and unaltered" in ran.out
    assert "signed by " in ran.out
    assert f"{desk.holder.certificate.serial_number:X}" in ran.out


@pytest.mark.openssl
@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no OpenSSL here")
def test_openssl_verifies_it_too(desk: AuditorFolder) -> None:
    assert desk.sign().code == 0
    command = [
        "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", desk.signature,
        "-content", desk.report, "-CAfile", desk.trust, "-purpose", "any", "-out", "/dev/null",
    ]  # fmt: skip
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    desk.report.write_bytes(desk.report.read_bytes() + b" ")
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


@pytest.mark.openssl
@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no OpenSSL here")
def test_a_report_signed_with_openssl_is_verified(one: AuditorFolder) -> None:
    command = [
        "openssl", "cms", "-sign", "-binary", "-outform", "DER", "-in", one.report,
        "-signer", one.certificate, "-inkey", one.key, "-out", one.signature,
    ]  # fmt: skip
    subprocess.run(command, capture_output=True, check=True)
    assert one.verify().code == 0


def test_any_change_of_the_bytes_breaks_the_signature(one: AuditorFolder) -> None:
    one.report.write_bytes(one.report.read_bytes() + b"\n")
    ran = one.verify()
    assert ran.code == 1
    assert "changed after it was signed" in ran.out


def test_a_certificate_that_is_not_trusted_is_reported(one: AuditorFolder) -> None:
    one.trust.write_bytes(pki.authority("Others").pem)
    assert one.verify().code == 1
    one.trust.write_bytes(one.certificate.read_bytes())
    assert one.verify().code == 0


def test_the_certificate_is_valid_at_a_time(one: AuditorFolder) -> None:
    ran = one.verify("--at", "2001-01-01")
    assert ran.code == 1
    assert "not at 2001-01-01" in ran.out


def test_a_certificate_for_something_else_is_reported(one: AuditorFolder) -> None:
    period = {"first": datetime.now(UTC) - DAY, "until": datetime.now(UTC) + DAY}
    other = pki.issue(
        pki.subject(), one.root, key=one.holder.key,
        extensions=[(pki.usage("key_agreement"), True)],
        **{name: moment.replace(microsecond=0) for name, moment in period.items()},
    )  # fmt: skip
    one.certificate.write_bytes(other.pem)
    assert one.sign("--overwrite").code == 0
    ran = one.verify()
    assert ran.code == 1
    assert "not for signing" in ran.out


def test_a_signature_that_is_there_is_kept_unless_it_is_to_be_replaced(one: AuditorFolder) -> None:
    before = one.signature.read_bytes()
    ran = one.sign()
    assert (ran.code, one.signature.read_bytes()) == (2, before)
    assert "is there already" in ran.err
    ran = one.sign("--output", one.report, "--overwrite")
    assert (ran.code, "is an input" in ran.err) == (2, True)
    assert one.sign("--overwrite").code == 0
    assert one.verify().code == 0


def test_no_signature_at_all_is_reported(one: AuditorFolder) -> None:
    for data in (b"", b"hello", b"\x30\x80", one.signature.read_bytes()[:200]):
        one.signature.write_bytes(data)
        ran = one.verify()
        assert (ran.code, ran.err) == (1, "")


def test_a_report_is_signed_with_an_encrypted_key(one: AuditorFolder) -> None:
    one.signature.unlink()
    one.key.write_bytes(pem(one.holder.key, b"secret"))
    passphrase = one.report.with_name("right.txt")
    passphrase.write_text("secret\n")
    assert one.sign("--passphrase-file", passphrase).code == 0
    assert one.verify().code == 0


def test_only_a_whole_report_is_signed_and_only_with_its_own_key(one: AuditorFolder) -> None:
    one.signature.unlink()
    whole = one.report.read_bytes()
    one.report.write_bytes(whole[:-20])
    assert "is not signed" in one.sign().trouble
    one.report.write_bytes(whole)
    one.key.write_bytes(pem(KEYS["ecdsa"]()))
    assert "not that of the certificate" in one.sign().trouble
    one.key.write_bytes(pem(one.holder.key, b"secret"))
    wrong = one.report.with_name("wrong.txt")
    wrong.write_text("other")
    assert "the passphrase is wrong" in one.sign("--passphrase-file", wrong).trouble
    one.key.write_bytes(b"no key")
    assert "no private key that can be read" in one.sign().trouble
    one.certificate.write_bytes(b"no certificate")
    one.key.write_bytes(pem(one.holder.key))
    assert "no certificate that can be read" in one.sign().trouble
    assert not one.signature.exists()
