"""Keys, certificates and secrets in files: how each is read, and every word of what is reported."""

from __future__ import annotations

import io
import warnings
from getpass import GetPassWarning
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from conformance.errors import TadpError
from conformance.model.profile import KeyAlgorithm
from conformance.preparation.key_file import (
    FileSigner,
    key_signer,
    pkcs12_signer,
    read_certificates,
)
from conformance.preparation.secret import Ask, Secret
from conformance.signature.signer import Verified, algorithm_for, key_of, require_private
from generators.pki import Pki
from tests.preparation.desk import KEYS, PASSPHRASE, SigningFolder, private_pem
from tests.signature import pki


def refused(call: Any, *words: Any) -> str:
    with pytest.raises(TadpError) as error:
        call(*words)
    return str(error.value)


@pytest.fixture
def secret(desk: SigningFolder) -> Ask:
    return Ask(desk.secret(), "--passphrase-file")


NEVER = Ask(Path("/nowhere"), "--passphrase-file")


# --- Keys ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_a_key_file_with_its_certificates(
    desk: SigningFolder, secret: Ask, encoding: Encoding, passphrase: str | None
) -> None:
    key: Any = desk.holder.key
    hidden = BestAvailableEncryption(PASSPHRASE.encode()) if passphrase else NoEncryption()
    desk.key.write_bytes(key.private_bytes(encoding, PrivateFormat.PKCS8, hidden))
    # A key that is not encrypted needs no passphrase.
    signer = key_signer(desk.key, desk.certificate, secret if passphrase else NEVER)
    assert signer.source == str(desk.key)
    assert (signer.certificate, signer.issuers) == (desk.holder.der, (desk.ca.der,))
    assert signer.key.private_numbers() == key.private_numbers()


def test_a_key_file_that_cannot_be_used(desk: SigningFolder, secret: Ask) -> None:
    wrong = Ask(desk.secret("wrong", "wrong.txt"), "--passphrase-file")
    desk.key.write_bytes(private_pem(desk.holder.key, PASSPHRASE))
    assert refused(key_signer, desk.key, desk.certificate, wrong) == (
        f"{desk.key}: the passphrase is wrong, or the file is damaged"
    )
    for name, reported in (("ed25519", "the key is neither RSA nor ECDSA"),):
        desk.key.write_bytes(private_pem(KEYS[name], PASSPHRASE))
        assert refused(key_signer, desk.key, desk.certificate, secret) == f"{desk.key}: {reported}"
    for data in (b"", b"-----BEGIN PRIVATE KEY-----\n", b"\x30\x00"):
        desk.key.write_bytes(data)
        assert refused(key_signer, desk.key, desk.certificate, NEVER) == (
            f"{desk.key}: holds no private key that can be read"
        )


def test_a_question_names_the_key_that_it_is_for(
    desk: SigningFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda prompt: asked.append(prompt) or PASSPHRASE)
    desk.key.write_bytes(private_pem(desk.holder.key, PASSPHRASE))
    bundle = desk.pkcs12(PASSPHRASE)
    key_signer(desk.key, desk.certificate, Ask(None, "--passphrase-file"))
    pkcs12_signer(bundle, None, Ask(None, "--passphrase-file"))
    assert asked == [f"Passphrase of {desk.key}: ", f"Passphrase of {bundle}: "]


@pytest.mark.parametrize("passphrase", [None, "", PASSPHRASE])
def test_key_and_certificates_in_one_file(
    desk: SigningFolder, secret: Ask, passphrase: str | None
) -> None:
    bundle = desk.pkcs12(passphrase)
    signer = pkcs12_signer(bundle, None, secret if passphrase else NEVER)
    assert signer.source == str(bundle)
    assert (signer.certificate, signer.issuers) == (desk.holder.der, (desk.ca.der,))
    other = desk.issue()
    path = desk.put("other.pem", other.pem)
    signer = pkcs12_signer(bundle, path, secret if passphrase else NEVER)
    assert (signer.certificate, signer.issuers) == (other.der, (desk.ca.der,))


def bundle(desk: SigningFolder, key: Any, certificate: Any, others: Any = None) -> Path:
    made = pkcs12.serialize_key_and_certificates(b"x", key, certificate, others, NoEncryption())
    return desk.put("odd.p12", made)


def test_a_bundle_that_lacks_something(desk: SigningFolder, secret: Ask) -> None:
    own: Any = desk.holder
    path = bundle(desk, None, own.certificate, [desk.ca.certificate])
    assert refused(pkcs12_signer, path, None, NEVER) == f"{path}: has no private key in it"
    path = bundle(desk, own.key, None, [desk.ca.certificate])
    assert refused(pkcs12_signer, path, None, NEVER) == (
        f"{path}: has no certificate for its key in it (give --certificate)"
    )
    signer = pkcs12_signer(path, desk.put("alone.pem", own.pem), NEVER)
    assert (signer.certificate, signer.issuers) == (own.der, (desk.ca.der,))
    path = bundle(desk, KEYS["ed25519"], desk.issue(KEYS["ed25519"]).certificate)
    assert refused(pkcs12_signer, path, None, NEVER) == (
        f"{path}: the key is neither RSA nor ECDSA"
    )
    path.write_bytes(b"\x31\x00")
    assert refused(pkcs12_signer, path, None, NEVER) == f"{path}: is not a PKCS #12 file"
    for data in (b"\x30\x00", desk.pkcs12("another").read_bytes()):
        path.write_bytes(data)
        assert refused(pkcs12_signer, path, None, secret) == (
            f"{path}: the passphrase is wrong, or the file is damaged"
        )


def test_certificates_of_a_file(desk: SigningFolder) -> None:
    path = desk.put("some", b"words before\n" + desk.holder.pem + b"\n" + desk.ca.pem)
    assert read_certificates(path) == [desk.holder.der, desk.ca.der]
    path.write_bytes(desk.holder.der)
    assert read_certificates(path) == [desk.holder.der]
    for data in (b"", b"-----BEGIN CERTIFICATE-----\n", desk.holder.der[:-1]):
        path.write_bytes(data)
        assert refused(read_certificates, path) == f"{path}: holds no certificate that can be read"


def test_a_file_of_a_mebibyte_is_read(desk: SigningFolder) -> None:
    pem = desk.holder.pem
    path = desk.put("long.pem", pem.ljust(1 << 20, b"\n"))
    assert read_certificates(path) == [desk.holder.der]
    path.write_bytes(pem.ljust((1 << 20) + 1, b"\n"))
    assert refused(read_certificates, path) == f"{path}: has more than 1,048,576 bytes"


def test_a_serial_number_of_zero_is_read_without_a_warning(tmp_path: Path) -> None:
    """Pytest fails here where anything warns."""
    der = pki.issue(pki.subject(), None, serial=7).der
    zero = der.replace(b"\xa0\3\2\1\2\2\1\7", b"\xa0\3\2\1\2\2\1\0", 1)
    assert zero != der
    path = tmp_path / "zero.der"
    path.write_bytes(zero)
    assert read_certificates(path) == [zero]


# --- Signers ------------------------------------------------------------------------------------


def signer(desk: SigningFolder, name: str = "ecdsa", der: bytes | None = None) -> FileSigner:
    key: Any = KEYS[name]
    return FileSigner("a test", der or desk.issue(key).der, (), key)


def test_the_digest_is_the_first_that_the_profile_takes_for_the_key(desk: SigningFolder) -> None:
    rules = (
        KeyAlgorithm("ecdsa", ("sha512", "sha256"), curve="secp256r1"),
        KeyAlgorithm("rsa", ("sha384",), minimum_bits=2048),
    )
    assert algorithm_for(signer(desk), rules) == "sha512"
    assert algorithm_for(signer(desk, "rsa"), rules) == "sha384"
    assert refused(algorithm_for, signer(desk, "p384"), rules) == (
        "a test: the profile takes no signature by such a key: ECDSA on P-384 "
        "(it takes ECDSA on P-256 with SHA-512 or SHA-256 or "
        "RSA of 2,048 bits or more with SHA-384)"
    )


def test_a_certificate_that_cannot_be_read(desk: SigningFolder) -> None:
    broken = signer(desk, der=b"rubbish")
    assert refused(key_of, broken) == "a test: the certificate cannot be read"
    require_private(broken)  # it is not a published one


def test_a_published_key_is_known_by_its_certificate(desk: SigningFolder) -> None:
    require_private(signer(desk))
    published = SimpleNamespace(source="aro.key", certificate=_der(Pki().certificate_pem("aro-1")))
    assert refused(require_private, published) == (
        "aro.key: the key is a test key that is published, so that anybody can sign with it "
        "(in tests of your own, a profile with trust.test_keys = true takes it)"
    )


def _der(pem: bytes) -> bytes:
    from cryptography.x509 import load_pem_x509_certificate

    return load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


@pytest.mark.parametrize("name", ["ecdsa", "rsa"])
def test_a_signature_is_checked_against_the_certificate(desk: SigningFolder, name: str) -> None:
    own = signer(desk, name)
    value = Verified(own).sign(b"d" * 32, "sha256")
    assert key_of(own).verifies(value, b"d" * 32, "sha256")
    other = signer(desk, name, desk.issue(KEYS["p384"]).der)
    assert refused(Verified(other).sign, b"d" * 32, "sha256") == (
        "a test: the key is not that of the certificate "
        "(give the certificate that was issued for this key)"
    )


# --- Secrets ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"one\ntwo\n", b"one"), (b"one\r\ntwo", b"one"), (b"one", b"one"), (b"", b""),
        (b"one\r", b"one"), (b" one \n", b" one "), (b"\none", b""), (b"o\rne\n", b"o\rne"),
        (b"x" * 4095 + b"\n", b"x" * 4095), (b"x" * 4096, b"x" * 4096),
    ],
)  # fmt: skip
def test_the_first_line_of_a_file_is_the_secret(
    data: bytes, value: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret"
    path.write_bytes(data)
    assert Ask(path, "--pin-file")("PIN").value == value
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert Ask(Path("-"), "--pin-file")("PIN").value == value


def test_a_line_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"x" * 4097)
    reported = "has a first line of more than 4,096 bytes"
    assert refused(Ask(path, "--pin-file"), "PIN") == f"{path}: {reported}"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"x" * 4096 + b"\n")))
    assert refused(Ask(Path("-"), "--pin-file"), "PIN") == f"-: {reported}"
    monkeypatch.setattr("sys.stdin", None)
    assert refused(Ask(Path("-"), "--pin-file"), "PIN") == "standard input is closed"


def test_a_file_that_cannot_be_read_is_not_named(tmp_path: Path) -> None:
    for file, why in (
        (tmp_path / "hidden", "No such file or directory"),
        (tmp_path, "Is a directory"),
        (Path("hid\0den"), "the name is not that of a file"),
    ):
        reported = refused(Ask(file, "--passphrase-file"), f"passphrase of {tmp_path}")
        assert reported == (
            f"--passphrase-file: cannot be read: {why} "
            "(it names the file that the passphrase is in)"
        )


def test_a_secret_is_typed_where_no_one_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return "\u00e9\udcff"

    monkeypatch.setattr("getpass.getpass", typed)
    ask = Ask(None, "--pin-file")
    assert ask("pIN of x").value == b"\xc3\xa9\xff"
    assert asked == ["PIN of x: "]
    assert (ask.unattended, Ask(Path("f"), "--pin-file").unattended) == (False, True)


@pytest.mark.parametrize("error", [EOFError, OSError, AttributeError, GetPassWarning])
def test_where_there_is_no_terminal(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> str:
        if error is GetPassWarning:
            warnings.warn("it can be seen", GetPassWarning, stacklevel=1)
            return "typed all the same"
        raise error

    monkeypatch.setattr("getpass.getpass", fail)
    assert refused(Ask(None, "--pin-file"), "PIN of x") == (
        "there is no terminal to ask for the PIN of x (name a file that it is in with --pin-file)"
    )


def test_a_secret_as_text() -> None:
    assert Secret("h\u00e9".encode()).text("PIN") == "h\u00e9"
    assert refused(Secret(b"\xff").text, "PIN") == "the PIN is not UTF-8"
    assert "abc" not in repr(Secret(b"abc"))
