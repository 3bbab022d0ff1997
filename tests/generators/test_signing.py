"""Signed files verify, but for the fault that they are to have."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import pytest
from asn1crypto import cms as asn1_cms
from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import TadpError
from conformance.model.profile import TRIMMED, KeyAlgorithm, Profile
from conformance.signature import (
    Opened,
    SignedInput,
    examine,
    load_trust,
    open_file,
    read_certificates,
)
from conformance.signature.fault import Scope, SignatureFault
from generators.altered import other_content, text_mode
from generators.signed import Digested, Signed
from generators.signing import Signing, sign, sign_stream
from tests.generators.conftest import Verify
from tests.generators.golden import AT, DATA, RULES, signings
from tests.signature.signing import RECORD

#: The names of all signings, as they are recorded: to find out which there are takes seconds.
NAMES = list(json.loads(Path(__file__).with_name("golden.json").read_text())["signed files"])
CMS = [name for name in NAMES if name.split()[1].startswith("cms")]

#: Words of what our own verifier finds.
FOUND = {
    "tampered-signature": "does not verify",
    "wrong-key": "does not verify",
    "other-content": "was changed",
    "text-mode": "signed in text mode",
    "sha1": "algorithm that is not allowed",
    "sha1-digest": "algorithm that is not allowed",
    "sha1-signature": "algorithm that is not allowed",
    "wrong-content-type": "kind of content",
    "duplicated-digest": "do not give the digest",
    "unsorted-attributes": "not in the order",
    "duplicated-time": "does not state its time",
    "unannounced-digest": "does not announce the digest",
    "stripped-attributes": "attributes of another signature",
    "pss-salt": "does not verify",
    "pss-mask": "algorithm that is not allowed",
    "pss-no-parameters": "algorithm that is not allowed",
    "no-signer": "only certificates",
    "two-signers": "more than one person has signed",
    "not-data": "not plain data",
    "not-data-but-so-called": "not plain data",
    "enveloped": "nothing in it is signed",
    "plain-data": "nothing in it is signed",
    "digested-data": "nothing in it is signed",
    "trailing-byte": "something follows",
    "truncated": "cannot be read as CMS",
    "other-attached": "differs from what was signed, which is in",
    "BASE64": "encoding that is not taken",
    "SMIME": "wrapped in S/MIME",
    "signer": "does not lead to a trust anchor",
    "issuers": "certificate of the signer did not come",
    "none": "certificate of the signer did not come",
    "other-beside": "certificate of the signer did not come",
}

#: Those that OpenSSL takes for good: it has no profile, and some it does not look at.
OPENSSL_TAKES = {
    "sha1",
    "pss-mask",
    "wrong-content-type",
    "unsorted-attributes",
    "stripped-attributes",
    "two-signers",
    "not-data",
    "not-data-but-so-called",
    "trailing-byte",
    "BASE64",
    "SMIME",
}


@cache
def every() -> dict[str, Signing]:
    """Return each signing by its name."""
    return dict(signings())


def choice(name: str) -> str:
    """The last part of the name of a signing: what it is chosen for."""
    return name.rpartition(" ")[2]


def opened(signed: Signed, profile: Profile, *, by_pss: bool = False) -> Opened:
    """A signed file, opened by our own verifier, which takes every container here."""
    containers = ("cms-detached", "cms-attached", "raw-detached", "signature-record")
    beside = [
        None if data is None else Content.of_bytes(name or "", data)
        for name, data in (
            (signed.signature_name, signed.signature),
            (signed.certificate_name, signed.certificate),
        )
    ]
    signed_input = SignedInput(Content.of_bytes(signed.file_name, signed.file), *beside)
    rules = replace(profile.signature, containers=containers, record=RECORD)
    if by_pss:
        rules = replace(rules, algorithms=(KeyAlgorithm("rsa-pss", ("sha256",)),))
    return open_file(signed_input, rules, read_certificates(signed.certificate or b""))


def messages(signed: Signed, signing: Signing, profile: Profile, directory: Path) -> list[str]:
    """Return the faults that our verifier finds in a signature and the signer's certificate."""
    anchors = signing.pki.trust_pem()
    if signing.container == "signature-record":
        anchors += signing.pki.issuers_pem()  # There is no room for it in the record.
    (directory / "trust.pem").write_bytes(anchors)
    (directory / "crl.pem").write_bytes(signing.pki.crl_pem())
    store = load_trust([directory / "trust.pem"], [directory / "crl.pem"], test_keys=True)
    found = opened(signed, profile, by_pss=signing.pss)
    examination = examine(found, store, profile.certificate, AT)
    return [one.message for one in found.faults + examination.faults]


@pytest.mark.parametrize("name", NAMES)
def test_our_verifier_finds_the_fault_and_nothing_else(
    name: str, profile: Profile, tmp_path: Path
) -> None:
    signing, chosen = every()[name], choice(name)
    found = messages(sign("adt.csv", DATA, signing, AT), signing, profile, tmp_path)
    if "attached text-mode" in name and "detached" not in name:
        assert not found  # The file inside has CR LF; its signature holds.
    elif name.endswith("raw-detached issuers"):
        assert len(found) == 3  # A CA's certificate is taken for the signer's.
    elif name.endswith("raw-detached none"):
        assert len(found) == 1
    elif chosen in FOUND:
        assert len(found) == 1
        assert FOUND[chosen] in found[0] or "does not verify" in found[0]
    else:
        assert not found


@pytest.mark.openssl
@pytest.mark.parametrize("name", CMS)
def test_openssl_verifies_what_conforms_and_refuses_what_it_should(
    name: str, openssl_verifies: Verify
) -> None:
    signing, chosen = every()[name], choice(name)
    signed = sign("adt.csv", DATA, signing, AT)
    content = openssl_verifies(signed, signing.pki)
    if "attached text-mode" in name and "detached" not in name:
        assert content == text_mode(DATA)
    elif chosen == "stripped-attributes":
        assert content is not None
        assert content.startswith(b"\x31")
    elif chosen in FOUND and chosen not in OPENSSL_TAKES:
        assert content is None
    else:
        assert content == DATA


@pytest.mark.openssl
@pytest.mark.parametrize("container", ["cms-detached", "cms-attached"])
@pytest.mark.parametrize("size", [0, 1, 127, 128, 1023, 1024, 1025, 65536])
def test_openssl_verifies_files_of_any_size_in_every_encoding(
    size: int, container: str, openssl_verifies: Verify
) -> None:
    data = (DATA * 3)[:size]
    for encoding in ("DER", "PEM", "BER"):
        signing = Signing(container, encoding=encoding)
        signed = sign("adt.csv", data, signing, AT)
        assert openssl_verifies(signed, signing.pki) == data


@pytest.mark.parametrize(
    ("container", "names"),
    [
        ("cms-detached", ("adt.csv", "adt.csv.p7s", None)),
        ("cms-attached", ("adt.csv.p7m", None, None)),
        ("raw-detached", ("adt.csv", "adt.csv.sig", "adt.csv.pem")),
        ("signature-record", ("adt.csv", None, None)),
        ("none", ("adt.csv", None, None)),
    ],
)
def test_files_are_named_after_the_container(
    container: str, names: tuple[str | None, ...], profile: Profile
) -> None:
    signed = sign("adt.csv", DATA, Signing(container, rules=RULES), AT)
    assert (signed.file_name, signed.signature_name, signed.certificate_name) == names
    assert (signed.signature is None, signed.certificate is None) == (
        names[1] is None,
        names[2] is None,
    )
    assert (opened(signed, profile).container or "none") == container


def test_the_default_is_der_beside_the_file_and_has_the_time(profile: Profile) -> None:
    signed = sign("adt.csv", DATA, Signing(), AT)
    found = opened(signed, profile)
    assert signed.file == DATA
    assert (found.encoding, found.signing_time) == ("DER", AT)


def test_der_is_der() -> None:
    signed = sign("adt.csv", DATA, Signing("cms-attached"), AT)
    message = asn1_cms.ContentInfo.load(signed.file, strict=True)
    assert message["content"]["encap_content_info"]["content"].native == DATA
    certificates = [one.dump() for one in message["content"]["certificates"]]
    assert certificates == sorted(certificates)
    assert message.dump(force=True) == signed.file


def test_ber_is_in_pieces_of_indefinite_length() -> None:
    signed = sign("adt.csv", DATA, Signing("cms-attached", encoding="BER"), AT)
    assert signed.file.startswith(b"\x30\x80\x06\x09")
    first, second = (b"\x04\x30" + DATA[start : start + 48] for start in (0, 48))
    # The first piece is in pieces itself.
    assert b"\x24\x80\x24\x34" + first + b"\x04\x00" + second in signed.file


def test_the_time_is_in_utc_and_after_2049_of_another_type(profile: Profile) -> None:
    for at in (
        datetime(2025, 6, 2, 10, 0, 0, 999999, timezone(timedelta(hours=1))),
        datetime(2050, 1, 1, tzinfo=UTC),
    ):
        found = opened(sign("adt.csv", DATA, Signing(), at), profile)
        assert found.signing_time == at.replace(microsecond=0)


def test_a_stripped_signature_is_that_of_the_genuine_file() -> None:
    genuine, forged = (
        sign("adt.csv", DATA, Signing(fault=fault), AT)
        for fault in (None, SignatureFault.STRIPPED_ATTRIBUTES)
    )
    signatures = [
        asn1_cms.ContentInfo.load(one.signature)["content"]["signer_infos"][0]["signature"].native
        for one in (genuine, forged)
    ]
    assert signatures[0] == signatures[1]
    assert hashlib.sha256(DATA).digest() in forged.file


@pytest.mark.parametrize("data", [b"1\n", b"1"])
def test_a_signature_record_begins_a_line(data: bytes, profile: Profile) -> None:
    signed = sign("adt.csv", data, Signing("signature-record", rules=RULES), AT)
    assert signed.file.count(b"\n") == 1 + data.count(b"\n")
    found = opened(signed, profile).data
    assert found is not None
    assert found.read(10) == data


@pytest.mark.parametrize(
    "name", [name for name in NAMES if choice(name) not in {*SignatureFault} and "ecdsa" in name]
)
def test_a_stream_is_signed_like_a_file(name: str) -> None:
    signing = every()[name]
    file = Digested.of(DATA, "sha256")
    if signing.container == "cms-attached" and signing.encoding != "DER":
        with pytest.raises(TadpError, match="cannot be made without the file"):
            sign_stream("adt.csv", file, signing, AT)
        return
    stream = sign_stream("adt.csv", file, signing, AT)
    assert stream.around(DATA) == sign("adt.csv", DATA, signing, AT)


@pytest.mark.parametrize("fault", SignatureFault)
def test_a_stream_has_the_faults_that_need_no_file(fault: SignatureFault) -> None:
    signing = Signing(fault=fault)
    if fault.scope is Scope.PSS:
        signing = replace(signing, algorithm="rsa", pss=True)
    if fault.scope is Scope.TRIMMED:
        signing = replace(signing, rules=replace(RULES, over=TRIMMED))
    file = Digested.of(DATA, "sha256")
    if fault.needs_file:
        with pytest.raises(TadpError, match="cannot be made without the file"):
            sign_stream("adt.csv", file, signing, AT)
    else:
        stream = sign_stream("adt.csv", file, signing, AT)
        assert stream.around(DATA) == sign("adt.csv", DATA, signing, AT)


def test_a_trailing_byte_follows_a_stream_too() -> None:
    signing = Signing("cms-attached", fault=SignatureFault.TRAILING_BYTE)
    stream = sign_stream("adt.csv", Digested.of(DATA, "sha256"), signing, AT)
    assert stream.around(DATA) == sign("adt.csv", DATA, signing, AT)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"container": "zip"}, "'zip' is not a known container"),
        ({"encoding": "XML"}, "'XML' is not a known encoding"),
        ({"certificates": "some"}, "'some' is not a known choice of certificates"),
        ({"algorithm": "dsa"}, "'dsa' is not an algorithm"),
        ({"signer": "aro-99"}, "no certificate 'aro-99'"),
        ({"eui64": "1"}, "'1' is not an EUI-64"),
    ],
)
def test_a_choice_that_there_is_not_is_refused(wrong: dict[str, str], message: str) -> None:
    with pytest.raises(TadpError, match=message):
        Signing(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "signing",
    [
        Signing("none", fault=SignatureFault.WRONG_KEY),
        Signing("raw-detached", fault=SignatureFault.NO_SIGNER),
        Signing("signature-record", rules=RULES, fault=SignatureFault.TRAILING_BYTE),
        Signing(attributes=False, fault=SignatureFault.DUPLICATED_DIGEST),
        Signing("cms-attached", fault=SignatureFault.OTHER_ATTACHED),
        Signing(encoding="SMIME"),
        Signing(pss=True, fault=SignatureFault.PSS_SALT),
    ],
)
def test_options_of_signing_that_do_not_go_together_are_refused(signing: Signing) -> None:
    with pytest.raises(TadpError):
        sign("adt.csv", DATA, signing, AT)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(TadpError, match="time zone"):
        sign("adt.csv", DATA, Signing(), AT.replace(tzinfo=None))


def test_faults_that_would_change_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="no line feed"):
        text_mode(b"1,2")
    with pytest.raises(ValueError, match="no letter or digit"):
        other_content(b",\n")
    assert other_content(b"a,1\n") == b"a,2\n"
    assert other_content(b"a,9,\n") == b"a,1,\n"


def test_every_fault_says_what_it_is() -> None:
    assert all(fault.summary for fault in SignatureFault)
    assert SignatureFault("wrong-key") is SignatureFault.WRONG_KEY
