"""Files as OpenSSL signs them, in every container and encoding."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.signature import Presence, SignedInput, open_file
from tests.signature.signing import (
    RULES,
    Hierarchy,
    data_of,
    messages,
    open_bytes,
    openssl,
    openssl_sign,
)

SIGNERS = ("ec", "rsa")
FORMS = ("DER", "PEM")
OPTIONS: tuple[list[str], ...] = ([], ["-noattr"], ["-keyid"], ["-cades"])


@pytest.mark.openssl
@pytest.mark.parametrize("signer", SIGNERS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: "".join(o) or "-attr")
def test_detached_opens(
    hierarchy: Hierarchy, csv: Path, signer: str, form: str, options: list[str]
) -> None:
    made = openssl_sign(hierarchy, csv, "-binary", "-outform", form, *options, signer=signer)
    opened = open_bytes(csv.read_bytes(), made)
    assert opened.faults == ()
    assert (opened.container, opened.encoding) == ("cms-detached", form)
    assert data_of(opened) == csv.read_bytes()
    assert opened.certificate == getattr(hierarchy, signer).der
    assert opened.others == (hierarchy.ca.der,)


@pytest.mark.openssl
@pytest.mark.parametrize("signer", SIGNERS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "options", [*OPTIONS, *(["-stream", *o] for o in OPTIONS)], ids=lambda o: "".join(o) or "-attr"
)
def test_attached_opens(
    hierarchy: Hierarchy, csv: Path, signer: str, form: str, options: list[str]
) -> None:
    made = openssl_sign(
        hierarchy, csv, "-binary", "-nodetach", "-outform", form, *options,
        signer=signer,
    )  # fmt: skip
    opened = open_bytes(made)
    assert opened.faults == ()
    expected = "BER" if "-stream" in options and form == "DER" else form
    assert (opened.container, opened.encoding) == ("cms-attached", expected)
    assert data_of(opened) == csv.read_bytes()


@pytest.mark.openssl
@pytest.mark.parametrize("detach", [[], ["-nodetach"]])
def test_smime_command_in_der_opens(hierarchy: Hierarchy, csv: Path, detach: list[str]) -> None:
    made = openssl_sign(
        hierarchy, csv, "-binary", "-outform", "DER", *detach, signer="rsa", command="smime"
    )
    opened = open_bytes(csv.read_bytes(), made) if not detach else open_bytes(made)
    assert opened.faults == ()
    assert data_of(opened) == csv.read_bytes()


@pytest.mark.openssl
@pytest.mark.parametrize("options", [[], ["-keyid"]])
def test_certificate_from_elsewhere(hierarchy: Hierarchy, csv: Path, options: list[str]) -> None:
    made = openssl_sign(hierarchy, csv, "-binary", "-outform", "DER", "-nocerts", *options)
    opened = open_bytes(csv.read_bytes(), made, extra=[hierarchy.rsa.der, hierarchy.ec.der])
    assert opened.faults == ()
    assert opened.certificate == hierarchy.ec.der
    missing = open_bytes(csv.read_bytes(), made)
    assert messages(missing) == ["the certificate of the signer did not come with the signature"]
    assert missing.certificate is None
    assert (
        missing.faults[0].found == "1 certificate of others in the signature"
    )  # -certfile still adds the CA


@pytest.mark.openssl
def test_signing_time_is_claimed(hierarchy: Hierarchy, csv: Path) -> None:
    before = datetime.now(UTC) - timedelta(minutes=1)
    opened = open_bytes(
        csv.read_bytes(), openssl_sign(hierarchy, csv, "-binary", "-outform", "DER")
    )
    assert opened.signing_time is not None
    assert before <= opened.signing_time <= datetime.now(UTC) + timedelta(minutes=1)


@pytest.mark.openssl
@pytest.mark.parametrize("options", [[], ["-noattr"]])
@pytest.mark.parametrize("text", [[], ["-text"]])
@pytest.mark.parametrize("signer", SIGNERS)
def test_text_mode_is_named(
    hierarchy: Hierarchy, csv: Path, options: list[str], text: list[str], signer: str
) -> None:
    made = openssl_sign(hierarchy, csv, "-outform", "DER", *options, *text, signer=signer)
    (fault,) = open_bytes(csv.read_bytes(), made).faults
    assert "text mode" in fault.message
    assert fault.found == "a signature over changed bytes"
    assert fault.expected == "a signature over exactly the bytes of the file"
    assert ("MIME header" in fault.message) == bool(text)
    assert fault.hint is not None
    assert "-binary" in fault.hint


@pytest.mark.openssl
@pytest.mark.parametrize("options", [[], ["-noattr"]])
def test_changed_line_endings_are_named(
    hierarchy: Hierarchy, csv: Path, options: list[str]
) -> None:
    made = openssl_sign(hierarchy, csv, "-binary", "-outform", "DER", *options)
    (fault,) = open_bytes(csv.read_bytes().replace(b"\n", b"\r\n"), made).faults
    assert "line endings of the file were changed after" in fault.message
    assert fault.found == "CR LF in the file, line feeds in what was signed"
    assert fault.expected == "a signature over exactly the bytes of the file"


@pytest.mark.openssl
def test_changed_file(hierarchy: Hierarchy, csv: Path) -> None:
    made = openssl_sign(hierarchy, csv, "-binary", "-outform", "DER")
    (fault,) = open_bytes(csv.read_bytes().replace(b"1000", b"9999"), made).faults
    assert fault.message.startswith("the file was changed after it was signed")
    assert fault.found is not None
    assert fault.found.startswith("SHA-256 of the file ")


@pytest.mark.openssl
@pytest.mark.parametrize("signer", SIGNERS)
def test_changed_file_without_attributes(hierarchy: Hierarchy, csv: Path, signer: str) -> None:
    made = openssl_sign(hierarchy, csv, "-binary", "-outform", "DER", "-noattr", signer=signer)
    (fault,) = open_bytes(csv.read_bytes() + b"x\n", made).faults
    assert "does not verify over the file" in fault.message


@pytest.mark.openssl
@pytest.mark.parametrize("signer", SIGNERS)
def test_changed_signature(hierarchy: Hierarchy, csv: Path, signer: str) -> None:
    made = bytearray(openssl_sign(hierarchy, csv, "-binary", "-outform", "DER", signer=signer))
    made[-1] ^= 1
    assert messages(open_bytes(csv.read_bytes(), bytes(made))) == [
        "the signature does not verify with the key of the signer's certificate"
    ]


@pytest.mark.openssl
@pytest.mark.parametrize("signer", SIGNERS)
@pytest.mark.parametrize("digest", ["sha1", "sha384", "sha512"])
def test_other_digests(hierarchy: Hierarchy, csv: Path, signer: str, digest: str) -> None:
    made = openssl_sign(hierarchy, csv, "-binary", "-outform", "DER", "-md", digest, signer=signer)
    (fault,) = open_bytes(csv.read_bytes(), made).faults
    assert fault.found == f"SHA-{digest[3:]}"
    assert fault.profile == ("signature.algorithms",)


@pytest.mark.openssl
def test_pss(hierarchy: Hierarchy, csv: Path) -> None:
    made = openssl_sign(
        hierarchy, csv, "-binary", "-outform", "DER", "-keyopt", "rsa_padding_mode:pss",
        signer="rsa",
    )  # fmt: skip
    (fault,) = open_bytes(csv.read_bytes(), made).faults
    assert fault.found == "RSA-PSS"


@pytest.mark.openssl
def test_two_signers(hierarchy: Hierarchy, csv: Path) -> None:
    at = hierarchy.directory
    made = openssl_sign(
        hierarchy, csv, "-binary", "-outform", "DER", "-signer", str(at / "rsa.pem"),
        "-inkey", str(at / "rsa.key"),
    )  # fmt: skip
    (fault,) = open_bytes(csv.read_bytes(), made).faults
    assert (fault.found, fault.expected) == ("2 signers", "exactly one signer")


@pytest.mark.openssl
def test_encrypted_is_not_signed(hierarchy: Hierarchy, csv: Path) -> None:
    made = openssl(
        "cms", "-encrypt", "-binary", "-aes256", "-outform", "DER", "-in", csv,
        hierarchy.directory / "rsa.pem",
    )  # fmt: skip
    (fault,) = open_bytes(made).faults
    assert fault.found == "enveloped (encrypted) data"


@pytest.mark.openssl
def test_certificates_only(hierarchy: Hierarchy) -> None:
    made = openssl(
        "crl2pkcs7", "-nocrl", "-certfile", hierarchy.directory / "ec.pem", "-outform", "DER"
    )
    opened = open_bytes(b"a\n", made)
    assert opened.faults[0].found == "no signer"
    assert opened.presence is Presence.UNSIGNED
    assert data_of(opened) == b"a\n"


@pytest.mark.openssl
def test_signature_without_its_file(hierarchy: Hierarchy, csv: Path) -> None:
    opened = open_bytes(openssl_sign(hierarchy, csv, "-binary", "-outform", "DER"))
    assert messages(opened) == ["the signature came without the file that it is over"]
    assert opened.faults[0].hint == "Put the CSV file that was signed beside its signature."
    assert (opened.container, opened.data) == ("cms-detached", None)


@pytest.mark.openssl
def test_file_inside_and_beside(hierarchy: Hierarchy, csv: Path) -> None:
    data = csv.read_bytes()
    made = openssl_sign(hierarchy, csv, "-binary", "-nodetach", "-outform", "DER")
    same = open_bytes(data, made)
    assert (same.container, same.faults, data_of(same)) == ("cms-attached", (), data)
    other = open_bytes(b"x\n", made)
    (differs,) = messages(other)
    assert differs.startswith("the file differs from what was signed, which is in ")
    assert data_of(other) == b"x\n"
    text = openssl_sign(hierarchy, csv, "-nodetach", "-outform", "DER")
    (fault,) = open_bytes(data, text).faults
    assert "text mode" in fault.message


@pytest.mark.openssl
@pytest.mark.parametrize(
    ("form", "more", "offset"), [("DER", b"\n", True), ("PEM", b"more\n", True)]
)
def test_something_behind(
    hierarchy: Hierarchy, csv: Path, form: str, more: bytes, offset: bool
) -> None:
    made = openssl_sign(hierarchy, csv, "-binary", "-outform", form)
    (fault,) = open_bytes(csv.read_bytes(), made + more).faults
    assert fault.message == "something follows the signature in its file"
    assert fault.place.offset == len(made)


@pytest.mark.openssl
def test_the_profile_takes_the_container(hierarchy: Hierarchy, csv: Path) -> None:
    made = openssl_sign(hierarchy, csv, "-binary", "-nodetach", "-outform", "DER")
    rules = type(RULES)(("cms-detached",), RULES.algorithms, "optional")
    (fault,) = open_bytes(made, rules=rules).faults
    assert fault.profile == ("signature.containers",)
    assert fault.found == "CMS with the file inside"


@pytest.mark.openssl
@pytest.mark.parametrize(
    ("wanted", "options", "good"),
    [
        ("required", [], True),
        ("required", ["-noattr"], False),
        ("refused", ["-noattr"], True),
        ("refused", [], False),
    ],
)
def test_signed_attributes(
    hierarchy: Hierarchy, csv: Path, wanted: str, options: list[str], good: bool
) -> None:
    made = openssl_sign(hierarchy, csv, "-binary", "-outform", "DER", *options)
    rules = type(RULES)(RULES.containers, RULES.algorithms, wanted)
    opened = open_bytes(csv.read_bytes(), made, rules)
    assert [fault.profile for fault in opened.faults] == (
        [] if good else [("signature.signed_attributes",)]
    )


def test_no_signature() -> None:
    opened = open_bytes(b"a,b\n")
    assert (opened.container, opened.faults, data_of(opened)) == (None, (), b"a,b\n")


def test_empty_file_is_unsigned() -> None:
    assert open_bytes(b"").container is None


def test_unsigned_file_loads_no_cryptography(csv: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from conformance.content import Content\n"
        "from conformance.signature import *\n"
        "from conformance.model.profile import SignatureRules\n"
        f"open_file(SignedInput(Content.of_file('x', Path({str(csv)!r}))), "
        "SignatureRules(('cms-detached', 'signature-record'), (), 'optional'))\n"
        "print([m for m in sys.modules if m.startswith(('cryptography', 'asn1crypto', 'email'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_a_file_that_vanishes_raises(tmp_path: Path) -> None:
    path = tmp_path / "adt.csv"
    path.write_bytes(b"a\n")
    content = Content.of_file("adt.csv", path)
    path.unlink()
    with pytest.raises(SubmissionError):
        open_file(SignedInput(content), RULES)
