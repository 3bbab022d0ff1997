"""The small parts: names, instants, identifiers, armour, digests."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import algos
from asn1crypto.cms import ContentType
from asn1crypto.keys import PublicKeyAlgorithmId
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from conformance.content import Content
from conformance.signature import oid, pem
from conformance.signature.algorithm_names import curve_title, signature_title
from conformance.signature.ber import Malformed, Reader
from conformance.signature.certificate import Certificate
from conformance.signature.digest import TEXT_HEADER, TextChange, matching_change, text_digest
from conformance.signature.moment import read_time
from conformance.signature.name import NameAttribute, read_name, rfc4514
from tests.signature import pki


def _name(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(type_, value) for type_, value in attributes])


@pytest.mark.parametrize(
    "text", ["ARO", "a,b", "a+b", ' "quoted" ', "#1", "a\\b", "<>;", "Zoë", " ", "a ", "="]
)
def test_names_are_written_as_rfc_4514(text: str) -> None:
    name = _name((NameOID.COMMON_NAME, text), (NameOID.ORGANIZATIONAL_UNIT_NAME, "02"))
    ours = rfc4514(name.public_bytes())
    assert x509.Name.from_rfc4514_string(ours) == name
    assert ours == name.rfc4514_string()


@pytest.mark.parametrize(
    "type_",
    [
        NameOID.COMMON_NAME, NameOID.LOCALITY_NAME, NameOID.STATE_OR_PROVINCE_NAME,
        NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.STREET_ADDRESS,
        NameOID.DOMAIN_COMPONENT, NameOID.USER_ID,
    ],
)  # fmt: skip
def test_each_keyword_of_rfc_4514(type_: x509.ObjectIdentifier) -> None:
    name = _name((type_, "a"), (NameOID.COUNTRY_NAME, "GB"))
    assert rfc4514(name.public_bytes()) == name.rfc4514_string()


def test_the_algorithms_are_those_of_their_identifiers() -> None:
    """As asn1crypto has them."""
    digests = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"]
    digests += ["sha3_256", "sha3_384", "sha3_512"]
    assert {algos.DigestAlgorithmId(name).dotted: name for name in digests} == oid.DIGESTS
    fixed = {
        algos.SignedDigestAlgorithmId(f"{digest}_{kind}").dotted: (kind, digest)
        for kind in ("rsa", "ecdsa")
        for digest in digests[:6]
        if (digest, kind) != ("md5", "ecdsa")
    }
    by_key = {"1.2.840.113549.1.1.1": ("rsa", None)}
    pss = {x509.SignatureAlgorithmOID.RSASSA_PSS.dotted_string: ("rsa-pss", None)}
    assert {**by_key, **pss, **fixed} == oid.SIGNATURES


#: Names as cryptography and asn1crypto have them, and as they are written here.
NAMED = {
    x509.SignatureAlgorithmOID.RSASSA_PSS.dotted_string: "RSA-PSS",
    x509.SignatureAlgorithmOID.DSA_WITH_SHA1.dotted_string: "DSA with SHA-1",
    x509.SignatureAlgorithmOID.DSA_WITH_SHA224.dotted_string: "DSA with SHA-224",
    x509.SignatureAlgorithmOID.DSA_WITH_SHA256.dotted_string: "DSA with SHA-256",
    x509.SignatureAlgorithmOID.ECDSA_WITH_SHA3_256.dotted_string: "ECDSA with SHA3-256",
    x509.SignatureAlgorithmOID.RSA_WITH_SHA3_512.dotted_string: "RSA with SHA3-512",
    x509.SignatureAlgorithmOID.ED25519.dotted_string: "Ed25519",
    x509.SignatureAlgorithmOID.ED448.dotted_string: "Ed448",
    PublicKeyAlgorithmId("ec").dotted: "an EC key without a digest",
    PublicKeyAlgorithmId("dsa").dotted: "DSA",
    "2.16.840.1.101.3.4.3.18": "ML-DSA-65",
    "2.16.840.1.101.3.4.3.31": "SLH-DSA-SHAKE-256f",
    "1.2.3": "algorithm 1.2.3",
}


@pytest.mark.parametrize("dotted", NAMED)
def test_algorithms_are_named(dotted: str) -> None:
    assert signature_title(dotted) == NAMED[dotted]


def test_every_algorithm_that_cryptography_knows_has_a_name() -> None:
    known = [one.dotted_string for one in vars(x509.SignatureAlgorithmOID).values()
             if isinstance(one, x509.ObjectIdentifier)]  # fmt: skip
    assert len(known) > 20
    assert [one for one in known
            if one not in oid.SIGNATURES and one in signature_title(one)] == []  # fmt: skip


def test_curves_are_named() -> None:
    curve_titles = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
    for curve in (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1, ec.SECP256K1, ec.BrainpoolP512R1):
        dotted = getattr(ec.EllipticCurveOID, curve.name.upper()).dotted_string
        assert curve_title(dotted) == curve_titles.get(curve.name, curve.name)
    assert curve_title("1.2.3") == "the curve 1.2.3"


def test_content_types_are_those_of_their_identifiers() -> None:
    named = ("data", "signed_data", "enveloped_data", "digested_data", "encrypted_data")
    named += ("compressed_data", "authenticated_enveloped_data")
    time_stamp = "1.2.840.113549.1.9.16.1.4"  # RFC 3161
    assert set(oid.CONTENT_TYPES) == {*(ContentType(name).dotted for name in named), time_stamp}


@pytest.mark.parametrize(
    ("tag", "value", "text"),
    [
        (0x0C, "Zoë".encode(), "Zoë"),
        (0x12, b"12", "12"),
        (0x13, b"a", "a"),
        (0x14, b"Zo\xeb", "Zoë"),
        (0x16, b"a@b", "a@b"),
        (0x1C, b"\0\0\0Z", "Z"),
        (0x1E, b"\0Z\0o\0\xeb", "Zoë"),
        (0x0C, b"\xeb", None),
        (0x13, b"\xeb", None),
        (0x04, b"a", None),
    ],
)
def test_each_kind_of_string_is_text_in_its_own_encoding(
    tag: int, value: bytes, text: str | None
) -> None:
    assert NameAttribute("2.5.4.3", tag, value, b"").text == text


@pytest.mark.parametrize(
    ("data", "reason", "offset"),
    [
        (b"\4\1a\x1f\1\0", "has a tag that no CMS has", 3),
        (b"\4\1a\4", "ends where an element should begin", 3),
        (b"\4\1a\4\x80\0\0", "has a simple element without a length", 3),
        (b"\4\1a\x30\0", "has no OCTET STRING where one belongs", 3),
    ],
)
def test_bytes_that_are_not_ber_are_reported_with_their_place(
    data: bytes, reason: str, offset: int
) -> None:
    reader = Reader(Content.of_bytes("x", data))
    with pytest.raises(Malformed) as raised:
        reader.octets(reader.element(3, reader.size))
    assert (raised.value.reason, raised.value.offset) == (reason, offset)


def test_names_of_several_parts() -> None:
    attribute = x509.NameAttribute
    pair = [attribute(NameOID.COMMON_NAME, "a"), attribute(NameOID.LOCALITY_NAME, "b")]
    name = x509.Name([x509.RelativeDistinguishedName(pair)])
    assert set(rfc4514(name.public_bytes()).split("+")) == {"CN=a", "L=b"}


def test_control_characters_are_not_written_as_they_are() -> None:
    assert rfc4514(_name((NameOID.COMMON_NAME, "a\x1b[31m\n")).public_bytes()) == "CN=a\\1B[31m\\0A"
    separators = _name((NameOID.COMMON_NAME, "\u2028\u00a0"))
    assert rfc4514(separators.public_bytes()) == "CN=\\E2\\80\\A8\\C2\\A0"


@pytest.mark.parametrize(
    "name", [b"", b"\x30", b"\x30\x02\x31\x00\x00", b"\x30\x04\x31\x02\x30\x00"]
)
def test_names_that_cannot_be_read(name: bytes) -> None:
    assert (read_name(name), rfc4514(name)) == ((), "")


def test_attribute_values() -> None:
    def of(tag: int, value: bytes) -> str | None:
        pair = b"\x06\x03\x55\x04\x03" + bytes((tag, len(value))) + value
        inner = b"\x30" + bytes((len(pair),)) + pair
        relative = b"\x31" + bytes((len(inner),)) + inner
        (attribute,) = read_name(b"\x30" + bytes((len(relative),)) + relative)
        return attribute.text

    assert of(0x0C, "é".encode()) == "é"
    assert of(0x0C, b"\xff") is None
    assert of(0x1E, b"\0a\0b") == "ab"
    assert of(0x1E, b"\0") is None
    assert of(0x04, b"a") is None


@pytest.mark.parametrize(
    ("tag", "value", "expected"),
    [
        (0x17, b"250601120000Z", datetime(2025, 6, 1, 12, tzinfo=UTC)),
        (0x17, b"500601120000Z", datetime(1950, 6, 1, 12, tzinfo=UTC)),
        (0x17, b"490601120000Z", datetime(2049, 6, 1, 12, tzinfo=UTC)),
        (0x18, b"20500601120000Z", datetime(2050, 6, 1, 12, tzinfo=UTC)),
        (0x18, b"20500631120000Z", None),
        (0x18, b"20500601120000.5Z", None),
        (0x17, b"250601120000+0100", None),
        (0x17, b"2506011200Z", None),
        (0x17, b"250601 20000Z", None),
        (0x17, b"\xff" * 13, None),
        (0x17, b"", None),
        (0x04, b"250601120000Z", None),
    ],
)
def test_instants(tag: int, value: bytes, expected: datetime | None) -> None:
    assert read_time(tag, value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2a864886f70d010702", oid.SIGNED_DATA),
        ("550403", "2.5.4.3"),
        ("883703", "2.999.3"),
        ("", "?"),
        ("2a86", "?2a86"),
        ("01" * 65, "?" + "01" * 64),
    ],
)
def test_identifiers(value: str, expected: str) -> None:
    assert oid.decode(bytes.fromhex(value)) == expected


@given(st.binary(max_size=300), st.integers(1, 90), st.sampled_from([b"\n", b"\r\n", b" \t\n"]))
def test_armour_gives_back_the_same_bytes(data: bytes, width: int, end: bytes) -> None:
    text = base64.b64encode(data)
    lines = [text[i : i + width] + end for i in range(0, len(text), width)]
    whole = b"-----BEGIN CMS-----\n" + b"".join(lines) + b"-----END CMS-----\n"
    content = Content.of_bytes("x", whole)
    if not data:
        with pytest.raises(Malformed):
            pem.unarmour(content)
        return
    inside, behind = pem.unarmour(content)
    assert (inside.read(1000), behind) == (data, None)
    assert inside.slice(3, 5).read(5) == data[3:8]


@pytest.mark.parametrize("width", [64, 76, 65, 100_003])
def test_large_armour(tmp_path: Path, width: int) -> None:
    data = bytes(range(256)) * 1200
    text = base64.b64encode(data)
    lines = b"\n".join(text[i : i + width] for i in range(0, len(text), width))
    path = tmp_path / "x.pem"
    path.write_bytes(b"Signed:\n-----BEGIN PKCS7-----\n" + lines + b"\n-----END PKCS7-----\n \nx")
    inside, behind = pem.unarmour(Content.of_file("x", path))
    assert b"".join(inside.chunks(1000)) == data
    assert len(inside.parts) > 1
    assert behind == path.stat().st_size - 1
    for start in range(0, len(data), 9999):
        assert inside.slice(start, 10).read(10) == data[start : start + 10]


def test_armour_with_much_white_space_behind() -> None:
    text = b"-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n" + b"\n" * 600_000
    assert pem.unarmour(Content.of_bytes("x", text))[1] is None
    assert pem.unarmour(Content.of_bytes("x", text + b"x"))[1] == len(text)


def test_no_armour() -> None:
    with pytest.raises(Malformed):
        pem.unarmour(Content.of_bytes("x", b"a,b\n"))


@given(st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\r\n", b""]), max_size=12))
def test_changes_of_line_endings(chunks: list[bytes]) -> None:
    content = Content("x", tuple(chunks))
    plain = b"".join(chunks)
    lines = plain.replace(b"\r\n", b"\n")
    mail = lines.replace(b"\n", b"\r\n")
    for change, expected in (
        (TextChange.LF, lines), (TextChange.CRLF, mail), (TextChange.TEXT, TEXT_HEADER + mail)
    ):  # fmt: skip
        wanted = hashlib.sha256(expected).digest()
        found = matching_change(content, "sha256", wanted.__eq__)
        assert found is change or expected in (mail, lines)
        assert found is not None
    assert text_digest(content) == hashlib.sha256(lines).digest()
    assert matching_change(content, "sha256", lambda _: False) is None


def test_digests_are_taken_together() -> None:
    found = Content.of_bytes("x", b"abc").digests(("sha256", "md5"))
    assert found == {n: hashlib.new(n, b"abc").digest() for n in ("sha256", "md5")}


def test_key_identifier_without_an_extension() -> None:
    key = pki.new_key()
    builder = x509.CertificateBuilder(
        pki.subject(), pki.subject(), key.public_key(), 7, pki.NOW, pki.NOW + pki.DAY
    )
    for extensions in ((), ((x509.KeyUsage, pki.usage("digital_signature")),)):
        for _, extension in extensions:
            builder = builder.add_extension(extension, critical=True)
        der = pki.Holder(builder.sign(key, hashes.SHA256()), key).der
        certificate = Certificate.read(der)
        assert certificate is not None
        expected = x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest
        assert certificate.key_identifier == expected
