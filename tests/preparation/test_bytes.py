"""The exact bytes of a signature that is written: DER, CMS, PEM, and the record of a signature."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest
from asn1crypto import cms

from conformance.content import Content
from conformance.signature.writing.der import Frame, element, header, integer, set_of
from conformance.signature.writing.form import SignatureForm
from conformance.signature.writing.pem import armour, encoded
from conformance.signature.writing.signed_data import SignedData
from conformance.signature.writing.signer_info import (
    SignerInfo,
    attributes,
    digest_algorithm,
    digest_info,
    issuer_and_serial,
    signature_algorithm,
)
from tests.preparation.desk import KEYS
from tests.preparation.test_signing import CA, SIGNERS, sign
from tests.signature import pki

HOLDER = pki.issue(pki.subject(), CA, key=KEYS["ecdsa"])
AT = datetime(2025, 6, 1, 12, 30, 15, tzinfo=UTC)
SHA256 = bytes.fromhex("300b0609608648016503040201")


# --- Elements -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "octets"),
    [
        (0, "00"), (127, "7f"), (128, "8180"), (255, "81ff"), (256, "820100"), (65535, "82ffff"),
        (65536, "83010000"), (1 << 32, "850100000000"),
    ],
)  # fmt: skip
def test_the_octets_of_a_length(length: int, octets: str) -> None:
    assert header(0x30, length) == b"\x30" + bytes.fromhex(octets)


def test_elements() -> None:
    assert element(0x04, b"ab", b"c") == b"\x04\x03abc"
    assert element(0x05) == b"\x05\0"
    assert [integer(value).hex() for value in (0, 127, 128, -1)] == [
        "020100", "02017f", "02020080", "0201ff",
    ]  # fmt: skip
    assert set_of(b"\x02\x01\x02", b"\x02\x01\x01") == b"\x31\x06\x02\x01\x01\x02\x01\x02"


def test_a_frame_is_put_around_what_need_not_be_there() -> None:
    frame = Frame(200).within(0x04).beside(b"<", b">").within(0x30)
    assert frame.before == bytes.fromhex("3081cd") + b"<" + bytes.fromhex("0481c8")
    assert (frame.after, frame.inside, len(frame)) == (b">", 200, 200 + 3 + 1 + 1 + 3)
    twice = Frame().beside(b"b", b"c").beside(b"a", b"d")
    assert (twice.before, twice.after, len(twice)) == (b"ab", b"cd", 4)
    assert twice.beside() == twice


# --- PEM ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 47, 48, 49, 96, 1000])
def test_pem_has_lines_of_64_characters(size: int) -> None:
    data = bytes(range(256)) * 4
    lines = armour("CMS", data[:size]).decode().splitlines()
    assert (lines[0], lines[-1]) == ("-----BEGIN CMS-----", "-----END CMS-----")
    assert base64.b64decode("".join(lines[1:-1])) == data[:size]
    assert {len(line) for line in lines[1:-2]} <= {64}
    assert len(lines) == 2 + -(-size // 48)


def test_pem_is_the_same_in_whatever_pieces_it_comes() -> None:
    block = 48 << 13
    data = bytes(range(256)) * (3 * block // 256) + b"end"
    whole = b"".join(encoded("PEM", [data]))
    for size in (block - 1, block, block + 1, 100_000):
        pieces = [data[start : start + size] for start in range(0, len(data), size)]
        made = list(encoded("PEM", pieces))
        assert b"".join(made) == whole
        # It is given on while it comes.
        assert len(made) > 3
    assert base64.b64decode(b"".join(whole.splitlines()[1:-1])) == data


# --- CMS ----------------------------------------------------------------------------------------


def test_the_algorithms() -> None:
    assert digest_algorithm("sha256") == SHA256
    assert digest_algorithm("sha512").hex() == "300b0609608648016503040203"
    assert signature_algorithm("ecdsa", "sha256").hex() == "300a06082a8648ce3d040302"
    assert signature_algorithm("ecdsa", "sha384").hex() == "300a06082a8648ce3d040303"
    assert signature_algorithm("rsa", "sha256").hex() == "300d06092a864886f70d01010b0500"
    assert signature_algorithm("rsa", None).hex() == "300d06092a864886f70d0101010500"
    assert digest_info("sha256", b"x" * 32) == (
        bytes.fromhex("3031300d060960864801650304020105000420") + b"x" * 32
    )


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (AT, b"\x17\r250601123015Z"),
        (AT.astimezone(timezone(timedelta(hours=2))), b"\x17\r250601123015Z"),
        (datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC), b"\x17\r491231235959Z"),
        (datetime(2050, 1, 1, tzinfo=UTC), b"\x18\x0f20500101000000Z"),
    ],
)
def test_the_attributes_that_are_signed(moment: datetime, written: bytes) -> None:
    kind, time, digest = attributes(b"d" * 32, moment)
    assert kind.hex() == "301806092a864886f70d010903310b06092a864886f70d010701"
    start = bytes.fromhex("06092a864886f70d010905")
    assert time == element(0x30, start, element(0x31, written))
    assert digest == bytes.fromhex("302f06092a864886f70d01090431220420") + b"d" * 32
    # The signed data may be of another kind.
    other, *_ = attributes(b"", AT, "1.2.840.113549.1.7.3")
    assert other.endswith(bytes.fromhex("06092a864886f70d010703"))


def read(der: bytes) -> cms.SignerInfo:
    return cms.SignerInfo.load(der, strict=True)


def info(**changes: object) -> SignerInfo:
    values: dict[str, object] = {
        "certificate": HOLDER.der,
        "digest": "sha256",
        "algorithm": signature_algorithm("ecdsa", "sha256"),
        "value": b"value",
    }
    return SignerInfo(**{**values, **changes})  # type: ignore[arg-type]


def test_a_signer_is_named_by_issuer_and_serial_number() -> None:
    signed = read(info().dump())
    assert signed["version"].native == "v1"
    named = signed["sid"].chosen
    assert named["serial_number"].native == HOLDER.certificate.serial_number
    assert named["issuer"].dump() == HOLDER.certificate.issuer.public_bytes()
    assert named.dump() == issuer_and_serial(HOLDER.der)
    assert signed["digest_algorithm"].dump() == SHA256
    assert signed["signature"].native == b"value"
    assert not signed["signed_attrs"]


def test_a_signer_may_be_named_by_its_key_identifier() -> None:
    signed = read(info(key_identifier=True).dump())
    assert signed["version"].native == "v3"
    assert signed["sid"].name == "subject_key_identifier"
    kind = pki.x509.SubjectKeyIdentifier
    held = HOLDER.certificate.extensions.get_extension_for_class(kind)
    assert signed["sid"].native == held.value.digest


def test_attributes_are_sent_with_another_tag_than_they_are_signed_with() -> None:
    signed = set_of(*attributes(b"d" * 32, AT))
    dumped = info(attributes=signed).dump()
    assert signed[:1] == b"\x31"
    assert b"\xa0" + signed[1:] in dumped
    assert [one["type"].native for one in read(dumped)["signed_attrs"]] == [
        "content_type", "signing_time", "message_digest",
    ]  # fmt: skip


def test_a_certificate_that_cannot_be_read_names_no_one() -> None:
    with pytest.raises(ValueError, match="the certificate cannot be read"):
        info(certificate=b"rubbish").dump()


def signed_data(frame: Frame, **options: object) -> cms.ContentInfo:
    values: dict[str, object] = {"signers": [info().dump()], "certificates": [HOLDER.der, CA.der]}
    made = SignedData(**{**values, **options}).around(frame)  # type: ignore[arg-type]
    return cms.ContentInfo.load(made.before + b"c" * frame.inside + made.after, strict=True)


def test_signed_data_around_a_file_and_beside_it() -> None:
    for frame, content in ((Frame(3).within(0x04), b"ccc"), (Frame(), None)):
        found = signed_data(frame)
        assert found["content_type"].native == "signed_data"
        inner = found["content"]
        assert inner["version"].native == "v1"
        assert inner["digest_algorithms"].native == [{"algorithm": "sha256", "parameters": None}]
        assert inner["encap_content_info"]["content_type"].native == "data"
        assert inner["encap_content_info"]["content"].native == content
        ders = sorted([HOLDER.der, CA.der])
        assert [one.dump() for one in inner["certificates"]] == ders
        assert [one.dump() for one in inner["signer_infos"]] == [info().dump()]


def test_signed_data_of_another_version_or_kind() -> None:
    assert signed_data(Frame(), version_3=True)["content"]["version"].native == "v3"
    other = signed_data(Frame(), content_type="1.2.840.113549.1.7.3")["content"]
    assert other["version"].native == "v3"
    assert other["encap_content_info"]["content_type"].native == "enveloped_data"
    unsigned = signed_data(Frame(), signers=[], certificates=[])["content"]
    assert len(unsigned["signer_infos"]) == len(unsigned["certificates"]) == 0
    assert unsigned["digest_algorithms"].dump() == b"\x31\0"
    assert signed_data(Frame(), digests=["sha384"])["content"]["digest_algorithms"].native == [
        {"algorithm": "sha384", "parameters": None}
    ]


# --- Signing ------------------------------------------------------------------------------------


def pieces(form: SignatureForm, data: bytes = b"a,b\n", name: str = "ecdsa") -> Sequence[bytes]:
    content = Content.of_bytes("adt.csv", data)
    return [b"".join(one.chunks()) for one in sign(content, SIGNERS[name], form, AT)]


def test_a_signature_beside_the_file_has_its_certificates_beside_it() -> None:
    value, certificates = pieces(SignatureForm("raw-detached"))
    assert value[:1] == b"\x30"
    assert certificates == armour("CERTIFICATE", SIGNERS["ecdsa"].certificate) + armour(
        "CERTIFICATE", CA.der
    )


def test_a_signature_may_be_the_last_record() -> None:
    (signed,) = pieces(SignatureForm("signature-record"), b"a,b\nc,d\n")
    first, second, record, end = signed.split(b"\n")
    assert (first, second, end) == (b"a,b", b"c,d", b"")
    word, value, certificate = record.split(b",")
    assert word == b"SIGNATURE"
    assert base64.b64decode(value, validate=True)[:1] == b"\x30"
    assert base64.b64decode(certificate, validate=True) == SIGNERS["ecdsa"].certificate
    # Of an empty file, it is the only one.
    assert pieces(SignatureForm("signature-record"), b"")[0].startswith(b"SIGNATURE,")


def test_a_file_ends_with_its_signature_record_as_it_ended_without_it() -> None:
    (signed,) = pieces(SignatureForm("signature-record"), b"a,b")
    first, record = signed.split(b"\n")
    assert (first, record[:10]) == (b"a,b", b"SIGNATURE,")


@pytest.mark.parametrize("name", ["ecdsa", "rsa", "p384"])
@pytest.mark.parametrize("digest", ["sha256", "sha384"])
def test_a_written_signature_states_how_it_was_made(name: str, digest: str) -> None:
    for container in ("cms-attached", "cms-detached"):
        (der,) = pieces(SignatureForm(container, digest), name=name)
        inner = cms.ContentInfo.load(der, strict=True)["content"]
        attached = container == "cms-attached"
        assert inner["encap_content_info"]["content"].native == (b"a,b\n" if attached else None)
        (signed,) = inner["signer_infos"]
        assert signed["digest_algorithm"]["algorithm"].native == digest
        rsa = name == "rsa"
        wanted = "rsassa_pkcs1v15" if rsa else f"{digest}_ecdsa"
        assert signed["signature_algorithm"]["algorithm"].native == wanted
        assert len(signed["signed_attrs"]) == 3
        (bare,) = pieces(SignatureForm(container, digest, attributes=False), name=name)
        (unsigned,) = cms.ContentInfo.load(bare, strict=True)["content"]["signer_infos"]
        assert not unsigned["signed_attrs"]
        (text,) = pieces(SignatureForm(container, digest, "PEM"), name=name)
        assert text.startswith(b"-----BEGIN CMS-----\n")
