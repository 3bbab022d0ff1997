"""Files that are not signed: one line gives the reason, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import PrivateFormat

from conformance.preparation.key_file import FileSigner
from generators.pki import Pki
from tests.preparation.desk import CSV, KEYS, PASSPHRASE, SigningFolder, private_pem
from tests.running import check
from tests.signature import pki
from tests.signature.pki import DAY


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(desk: SigningFolder) -> None:
    """Files that are first written under another name are always removed in the end."""
    yield
    assert not [name for name in desk.names() if name.endswith(".part")]


# --- The file ---------------------------------------------------------------------------------


def test_a_file_that_would_be_rejected_is_not_signed(desk: SigningFolder) -> None:
    desk.file.write_bytes(CSV.replace(b"\n", b"\r\n"))
    # Not even the key is looked at.
    ran = desk.sign("--key", "nowhere.key", "--certificate", desk.certificate)
    assert ran.code == 1
    assert "6.1-3 (User)" in ran.out
    assert "6.1-1" not in ran.out, "it is not to be signed yet"
    assert "is not signed" in ran.err
    assert not desk.output("cms-detached").exists()


def test_it_is_signed_by_force_and_what_is_wrong_is_reported(desk: SigningFolder) -> None:
    desk.file.write_bytes(CSV.replace(b"\n", b"\r\n"))
    ran = desk.sign("--force", *desk.pair)
    assert ran.code == 1
    assert ran.out.count("6.1-3 (User)") == 1
    assert desk.check("cms-detached").roots == {"6.1-3"}


@pytest.mark.parametrize(("action", "code"), [("Delete", 0), ("Release", 1)])
def test_a_qcaf_is_not_refused_for_a_time_that_no_action_changes(
    desk: SigningFolder, action: str, code: int
) -> None:
    request = "70-00-00-00-00-00-00-01:00-DB-00-00-12-34-00-00:1"
    rest = "7.2,1,2025-06-01T08:00:00Z,ADUserThresholdBreach"
    desk.file = desk.put("qcaf.csv", f"{request},{rest},{action}\n".encode())
    ran = desk.sign(*desk.pair)
    assert ran.code == code
    signature = desk.folder / "qcaf.csv.p7s"
    assert signature.exists() == (code == 0)
    if code == 0:
        assert "warning: departs from the User Guidance (UG1.2-1): more than the 120" in ran.err
        checked = check(desk.file, "--profile", desk.profile, "--signature", signature)
        assert (checked.roots, checked.status("4.7(b)-3")) == (set(), "passed")
    else:
        assert "UG1.2-2" in ran.out


def test_a_signed_file_is_not_signed_again(desk: SigningFolder) -> None:
    assert desk.sign(*desk.pair, "--container", "cms-attached").code == 0
    desk.file = desk.output("cms-attached")
    assert "is signed already" in desk.sign(*desk.pair).trouble


@pytest.mark.parametrize(
    ("data", "title"), [(b"%PDF-1.7", "a PDF"), (b"PK\x03\x04", "a zip archive")]
)
def test_a_file_of_another_program_is_not_signed(
    desk: SigningFolder, data: bytes, title: str
) -> None:
    desk.file.write_bytes(data)
    trouble = desk.sign(*desk.pair, "--kind", "adt").trouble
    assert f"is {title}, not CSV (sign the CSV file itself)" in trouble


def test_a_message_is_not_signed(desk: SigningFolder) -> None:
    desk.file.write_bytes(b"From: a@example.org\nTo: b@example.org\nSubject: x\n\n" + CSV)
    assert "sign the CSV file itself" in desk.sign(*desk.pair, "--kind", "adt").trouble


def test_a_report_without_actions_is_not_signed(desk: SigningFolder) -> None:
    desk.file = desk.put("RSMI006.csv", b"x\n")
    assert "enter an action" in desk.sign(*desk.pair).trouble


def test_a_file_that_is_not_there(desk: SigningFolder) -> None:
    desk.file = desk.folder / "nowhere.csv"
    assert "nowhere.csv: no such file" in desk.sign(*desk.pair).trouble
    desk.file = desk.folder
    assert "is not a regular file" in desk.sign(*desk.pair).trouble


@pytest.mark.parametrize(
    ("container", "reported"),
    [
        ("cms-detached", "what was signed does not verify"),
        ("cms-attached", "changed while it was read"),
    ],
)
def test_a_file_that_changes_meanwhile_is_not_signed(
    desk: SigningFolder, monkeypatch: pytest.MonkeyPatch, container: str, reported: str
) -> None:
    honest = FileSigner.sign

    def slow(self: FileSigner, digest: bytes, algorithm: str) -> bytes:
        desk.file.write_bytes(CSV.replace(b"828", b"829"))
        return honest(self, digest, algorithm)

    monkeypatch.setattr(FileSigner, "sign", slow)
    ran = desk.sign(*desk.pair, "--container", container, "--force")
    assert ran.trouble.startswith(f"{desk.file}: {reported}")
    assert not desk.output(container).exists()


# --- The certificate --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "reported"),
    [
        ({"until": -DAY}, "had expired"),
        ({"first": DAY}, "was not yet valid"),
        ({"extensions": [(pki.usage("key_agreement"), True)]}, "may not be used for signing"),
        ({"name": pki.subject(eui64=None)}, "does not name the Party"),
        ({"name": pki.subject(eui64=bytes(8))}, "is another Party's"),
        ({"name": pki.subject(common_name=None, eui64=bytes.fromhex("7000000000000001"))},
         "no common name"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_certificate_that_cannot_be_used_is_reported_before_anything_is_written(
    desk: SigningFolder, options: dict[str, object], reported: str
) -> None:
    moved = {k: desk.now + v if k in ("first", "until") else v for k, v in options.items()}
    desk.certificate.write_bytes(desk.issue(**moved).pem)
    ran = desk.sign(*desk.pair)
    assert ran.code == 1
    assert reported in ran.out
    assert not desk.output("cms-detached").exists()
    assert desk.sign(*desk.pair, "--force").code == 1
    assert desk.output("cms-detached").exists()


def test_a_revoked_certificate_is_reported(desk: SigningFolder) -> None:
    serial = desk.holder.certificate.serial_number
    revoked = [(serial, desk.now - 2 * DAY)]
    desk.crl.write_bytes(
        pki.revocation_list(desk.ca, revoked, updated=desk.now - DAY, until=desk.now + DAY)
    )
    ran = desk.sign(*desk.pair, "--trust", desk.trust, "--crl", desk.crl)
    assert ran.code == 1
    assert "revoked" in ran.out


def test_a_certificate_for_another_key_is_reported(desk: SigningFolder) -> None:
    desk.certificate.write_bytes(desk.issue(pki.new_key()).pem)
    assert "the key is not that of the certificate" in desk.sign(*desk.pair, "--force").trouble
    desk.certificate.write_bytes(desk.issue(KEYS["rsa"]).pem)
    assert "the key is not that of the certificate" in desk.sign(*desk.pair, "--force").trouble
    assert not desk.output("cms-detached").exists()


@pytest.mark.parametrize(
    ("name", "reported"),
    [("p384", "ECDSA on P-384"), ("rsa-1024", "RSA of 1,024 bits"), ("ed25519", "neither RSA nor")],
)
def test_a_key_that_the_profile_does_not_take(
    desk: SigningFolder, name: str, reported: str
) -> None:
    desk.key.write_bytes(private_pem(KEYS[name]))
    desk.certificate.write_bytes(desk.issue(KEYS[name]).pem)
    assert reported in desk.sign(*desk.pair, "--force").trouble


def test_a_published_test_key_signs_in_tests_alone(desk: SigningFolder) -> None:
    pki_ = Pki()
    desk.key.write_bytes(pki_.key_pem("aro-1"))
    desk.certificate.write_bytes(pki_.certificate_pem("aro-1"))
    assert "anybody can sign with it" in desk.sign(*desk.pair, "--force").trouble
    with desk.profile.open("a") as profile:
        profile.write("\n[trust]\ntest_keys = true\n")
    assert desk.sign(*desk.pair).code == 0


# --- Files of keys ----------------------------------------------------------------------------


def test_keys_are_read_in_every_form_that_openssl_writes(desk: SigningFolder) -> None:
    key = desk.holder.key
    der = key.private_bytes(
        pki.serialization.Encoding.DER, PrivateFormat.PKCS8, pki.serialization.NoEncryption()
    )
    traditional = PrivateFormat.TraditionalOpenSSL
    passphrase = desk.secret()
    for number, data in enumerate(
        (
            der,
            private_pem(key, form=traditional),
            private_pem(key, PASSPHRASE, traditional),
            b"a preamble\n" + private_pem(key, PASSPHRASE),
        )
    ):
        desk.key.write_bytes(data)
        words = ("--passphrase-file", passphrase, "-o", desk.folder / f"{number}.p7s")
        assert desk.sign(*desk.pair, *words).code == 0


def test_a_pkcs12_file_without_a_passphrase_asks_for_none(desk: SigningFolder) -> None:
    assert desk.sign("--pkcs12", desk.pkcs12(None)).code == 0
    assert desk.check("cms-detached").status("3.4(b)-3") == "passed"


def test_a_certificate_can_take_the_place_of_the_one_in_pkcs12(desk: SigningFolder) -> None:
    bundle = desk.pkcs12(None)
    desk.certificate.write_bytes(desk.issue(pki.new_key()).pem)
    reported = desk.sign("--pkcs12", bundle, "--certificate", desk.certificate).trouble
    assert "the key is not that of the certificate" in reported


def test_files_that_are_not_keys(desk: SigningFolder) -> None:
    desk.secret()
    own = ("--passphrase-file", desk.folder / "secret.txt")
    for data in (b"", b"hello", b"\x30\x82\xff\xff", b"-----BEGIN PRIVATE KEY-----\n", CSV):
        path = desk.put("odd", data)
        ran = desk.sign("--key", path, "--certificate", desk.certificate, *own)
        assert "holds no private key that can be read" in ran.trouble
        ran = desk.sign("--key", desk.key, "--certificate", path, *own)
        assert "holds no certificate that can be read" in ran.trouble
        assert "odd: " in desk.sign("--pkcs12", path, *own).trouble
    big = desk.put("odd", bytes((1 << 20) + 1))
    assert "more than 1,048,576 bytes" in desk.sign("--pkcs12", big).trouble
    assert "no such file" in desk.sign("--pkcs12", "nowhere.p12").trouble.lower()


# --- Where to ---------------------------------------------------------------------------------


def test_an_existing_signature_is_not_replaced_by_default(desk: SigningFolder) -> None:
    there = desk.put("adt.csv.p7s", b"precious")
    assert "is there already" in desk.sign(*desk.pair).trouble
    assert "is there already" in desk.sign(*desk.pair, "--force").trouble
    assert there.read_bytes() == b"precious"
    assert desk.sign(*desk.pair, "--overwrite").code == 0
    assert there.read_bytes() != b"precious"


def test_a_failure_leaves_what_was_there(desk: SigningFolder) -> None:
    there = desk.put("adt.csv.p7s", b"precious")
    desk.certificate.write_bytes(desk.issue(until=desk.now - DAY).pem)
    assert desk.sign(*desk.pair, "--overwrite").code == 1
    assert there.read_bytes() == b"precious"


@pytest.mark.parametrize("name", ["adt.csv", "key.pem", "own.pem", "profile.toml", "root.pem"])
def test_an_input_is_not_a_place_for_the_output(desk: SigningFolder, name: str) -> None:
    path = desk.folder / name
    before = path.read_bytes()
    link = desk.folder / "link"
    link.symlink_to(path)
    for output in (path, link, desk.folder / "." / name):
        words = (*desk.pair, "--trust", desk.trust, "--overwrite", "-o", output)
        assert "is an input" in desk.sign(*words).trouble
    assert path.read_bytes() == before


def test_the_certificate_of_a_raw_signature_is_not_a_place_for_an_input(
    desk: SigningFolder,
) -> None:
    own = desk.put("adt.csv.pem", desk.certificate.read_bytes())
    words = ("--key", desk.key, "--certificate", own, "--container", "raw-detached")
    assert "is an input" in desk.sign(*words, "--overwrite").trouble
    assert desk.sign(*words, "-o", desk.folder / "other.sig").code == 0
    assert (desk.folder / "other.pem").read_bytes().count(b"BEGIN CERTIFICATE") == 2


def test_a_folder_that_is_not_there(desk: SigningFolder) -> None:
    assert "nowhere" in desk.sign(*desk.pair, "-o", desk.folder / "nowhere/x.p7s").trouble


# --- The options ------------------------------------------------------------------------------


def test_options_that_do_not_go_together(desk: SigningFolder, tmp_path: Path) -> None:
    for words, reported in {
        (): "Give one of --key, --pkcs12 or --module",
        ("--key", "k", "--pkcs12", "p"): "give just one of",
        ("--key", "k"): "--key wants --certificate",
        ("--certificate", "c"): "Give one of",
        (*desk.pair, "--token", "t"): "--token goes with --module",
        (*desk.pair, "--pin-file", "t"): "--pin-file goes with --module",
        ("--module", "m", "--passphrase-file", "f"): "goes with --key or --pkcs12",
        (*desk.pair, "--container", "zip"): "takes no container 'zip'",
        (*desk.pair, "--container", "raw-detached", "--encoding", "PEM"): "does not go with",
        ("--module", "m", "--key-id", "xyz"): "--key-id: is not an id in hexadecimal digits",
    }.items():
        assert reported in desk.sign(*words).trouble, words


def test_a_container_that_the_profile_does_not_take(desk: SigningFolder) -> None:
    ran = desk.sign(*desk.pair, "--profile", "reference", "--container", "raw-detached")
    assert "it takes cms-detached or cms-attached" in ran.trouble
