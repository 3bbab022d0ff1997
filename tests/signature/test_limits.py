"""Each bound on both of its sides: those of ``docs/limits.md``, and smaller ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from conformance.content import Content
from conformance.signature import ber, cms, oid, trust
from conformance.signature.ber import Malformed, Reader
from conformance.signature.cms import read_signed_data
from conformance.signature.name import rfc4514
from conformance.signature.record import find_record
from conformance.signature.smime import open_mail
from tests.signature.encoding import INNER, SET, VERSION, signed
from tests.signature.examinations import NO_REVOCATION, examined
from tests.signature.mail import armoured, message, signature_part
from tests.signature.signing import (
    ALL_CONTAINERS,
    RECORD,
    RULES,
    Forgery,
    Hierarchy,
    messages,
    open_bytes,
)

LIMITS = (Path(__file__).parents[2] / "docs" / "limits.md").read_text("utf-8")
DATA = b"a,b\n"


def _long(tag: int, size: int, body: bytes | None = None) -> bytes:
    body = bytes(size) if body is None else body
    return bytes((tag, 0x84)) + size.to_bytes(4) + body


def _trouble(data: bytes, what: str) -> tuple[str, int] | None:
    """Return why the first element of ``data`` cannot be read so, and where."""
    reader = Reader(Content.of_bytes("x", data))
    try:
        getattr(reader, what)(reader.element(0, reader.size))
    except Malformed as error:
        return error.reason, error.offset
    return None


def test_bytes_of_an_element() -> None:
    most = 16 * 1024 * 1024
    assert _trouble(_long(4, most), "value") is None
    assert _trouble(_long(4, most + 1), "value") == ("has an element of 16,777,217 bytes", 6)
    assert _trouble(_long(4, most - 6), "encoding") is None
    assert _trouble(_long(4, most - 5), "encoding") == ("has an element of 16,777,217 bytes", 0)


def test_parts_of_an_element() -> None:
    most = 16384
    assert _trouble(_long(0x30, 2 * most, b"\5\0" * most), "children") is None
    found = _trouble(_long(0x30, 2 * most + 2, b"\5\0" * (most + 1)), "children")
    assert found == ("has more than 16,384 parts in one place", 6 + 2 * most)


@pytest.mark.parametrize("data", [b"\x24\x80" + b"\4\0" * 4 + b"\0\0", b"\x24\x08" + b"\4\0" * 4])
def test_pieces(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """The bound takes seconds to reach, so a smaller one is."""
    assert f"| {ber.MAX_PIECES:,} |" in LIMITS
    for most, trouble in ((5, False), (3, True)):
        monkeypatch.setattr(ber, "MAX_PIECES", most)
        found = _trouble(data, "octets")
        assert found == (("has more than 3 pieces", 8) if trouble else None)


def test_depth() -> None:
    for tag in (0x24, 0x30):
        for more, trouble in ((0, None), (1, ("is nested more than 32 deep", 64))):
            depth = 32 + more
            data = bytes((tag, 0x80)) * depth + b"\4\0" + b"\0\0" * depth
            assert _trouble(data, "encoding") == trouble


def test_bytes_beside_the_file() -> None:
    most = 16 * 1024 * 1024
    whole = signed(VERSION, SET, INNER, SET)  # the file in it has two bytes
    content = Content.of_bytes("x", whole + bytes(most + 2 - len(whole)))
    assert read_signed_data(content).trailing == len(whole)
    with pytest.raises(Malformed) as raised:
        read_signed_data(Content.of_bytes("x", whole + bytes(most + 3 - len(whole))))
    reason = "has more than 16,777,216 bytes beside the file"
    assert (raised.value.reason, raised.value.offset) == (reason, 0)


def test_certificates_of_a_signature(hierarchy: Hierarchy) -> None:
    assert cms.MAX_CERTIFICATES == 64
    for count, trouble in ((64, None), (65, "has 65 certificates, more than 64")):
        der = Forgery(hierarchy.ec, certificates=[hierarchy.ec.der] * count).der()
        opened = open_bytes(der)
        assert messages(opened) == (
            [f"the signature cannot be read as CMS: it {trouble}"] if trouble else []
        )


def test_certificates_that_a_chain_is_looked_for_in(hierarchy: Hierarchy) -> None:
    for others, good in ((254, True), (255, False)):
        pool = [*[hierarchy.rsa] * others, hierarchy.ca]
        found = examined(hierarchy.ec, hierarchy.trust, NO_REVOCATION, pool)
        assert (found.faults == ()) == good


def test_files_of_trust_anchors() -> None:
    assert f"has more than {trust.MAX_FILE:,} bytes" in LIMITS


def test_file_with_the_certificate_of_the_signer(hierarchy: Hierarchy) -> None:
    value = Forgery(hierarchy.ec).sign(DATA)
    for size, good in ((1 << 20, True), ((1 << 20) + 1, False)):
        pem = hierarchy.ec.pem.rjust(size, b"\n")
        opened = open_bytes(DATA, value, ALL_CONTAINERS, certificate=pem)
        assert (opened.faults == ()) == good
        assert (opened.certificate == hierarchy.ec.der) == good


def test_message() -> None:
    most = 64 * 1024 * 1024
    assert len(open_mail(Content.of_bytes("x", bytes(most))).signature) == most
    with pytest.raises(Malformed) as raised:
        open_mail(Content.of_bytes("x", bytes(most + 1)))
    reason = "is a message of more than 67,108,864 bytes"
    assert (raised.value.reason, raised.value.offset) == (reason, 0)


@pytest.mark.parametrize(("parts", "reported"), [(0, 0), (1, 1), (63, 63), (64, 64), (65, 64)])
def test_parts_of_a_message(parts: int, reported: int) -> None:
    (fault,) = open_bytes(message(*[b"x"] * parts), rules=ALL_CONTAINERS).faults
    assert f"a signed message of {reported} parts instead of 2" in fault.message


def test_a_signature_after_many_boundaries(hierarchy: Hierarchy) -> None:
    """Boundaries behind the last part are not looked at."""
    der = Forgery(hierarchy.ec, data=b"x", detached=True).der()
    whole = message(b"x", signature_part(der)) + b"--b\n" * 100
    assert open_bytes(whole, rules=ALL_CONTAINERS).faults == ()


@pytest.mark.parametrize(("size", "found"), [(65535, True), (65536, False)])
@pytest.mark.parametrize("before", [b"\n", b"a,b\n" * 20_000])
def test_signature_record(before: bytes, size: int, found: bool) -> None:
    line = b"SIGNATURE,AAAA,".ljust(size - 1, b"A") + b"\n"
    record = find_record(Content.of_bytes("x", before + line), RECORD)
    assert (record is not None) == found
    if record is not None:
        assert record.data.read(1 << 20) == before


def test_a_file_that_is_one_record_of_the_longest() -> None:
    content = Content.of_bytes("x", b"SIGNATURE,AAAA,".ljust(65536, b"A"))
    record = find_record(content, RECORD)
    assert record is not None
    assert len(record.data) == 0


@pytest.mark.parametrize(("size", "seen"), [(8192, True), (8193, False)])
def test_text_before_armour(hierarchy: Hierarchy, size: int, seen: bool) -> None:
    begin = b"-----BEGIN CMS-----\n"
    text = b"x" * (size - len(begin) - 1) + b"\n" + armoured(Forgery(hierarchy.ec).der())
    opened = open_bytes(text)
    assert (opened.container, opened.faults) == ("cms-attached" if seen else None, ())
    beside = open_bytes(DATA, text)
    assert (beside.encoding == "PEM") == seen


@pytest.mark.parametrize(("size", "seen"), [(8192, True), (8193, False)])
def test_headers_of_a_message(hierarchy: Hierarchy, size: int, seen: bool) -> None:
    kind = b"Content-Type: application/pkcs7-mime\n"
    headers = (b"X: ".ljust(size - len(kind) - 1, b"x") + b"\n") + kind
    opened = open_bytes(headers + b"\n" + Forgery(hierarchy.ec).der(), rules=ALL_CONTAINERS)
    assert (opened.container, opened.faults) == ("smime" if seen else None, ())


@pytest.mark.parametrize(("size", "seen"), [(255, True), (256, True), (257, False)])
def test_text_of_a_name(size: int, seen: bool) -> None:
    text = "a" * (size - 1) + "b"
    name = x509.Name([x509.NameAttribute(NameOID.DN_QUALIFIER, "x" * 300)])
    assert rfc4514(name.public_bytes()) == "2.5.4.46=#1382012c" + "78" * 252
    assert (rfc4514(_common_name(text)) == f"CN={text}") == seen
    assert rfc4514(_common_name(text)) == f"CN={text[:256]}"


def _common_name(text: str) -> bytes:
    value = b"\x0c\x82" + len(text).to_bytes(2) + text.encode()
    pair = b"\x06\x03\x55\x04\x03" + value
    inner = b"\x30\x82" + len(pair).to_bytes(2) + pair
    relative = b"\x31\x82" + len(inner).to_bytes(2) + inner
    return b"\x30\x82" + len(relative).to_bytes(2) + relative


@pytest.mark.parametrize(("size", "read"), [(63, True), (64, True), (65, False)])
def test_identifiers(size: int, read: bool) -> None:
    value = b"\1" * size
    expected = ".".join(["0", *"1" * size]) if read else f"?{'01' * 64}"
    assert oid.decode(value) == expected


@pytest.mark.parametrize("size", [2048, 2047, 2032])
def test_bits_of_an_rsa_key(hierarchy: Hierarchy, size: int) -> None:
    rules = RULES.algorithms[1]
    assert rules.minimum_bits == 2048
    held = type(rules)("rsa", ("sha256",), minimum_bits=size)
    wanted = type(RULES)(RULES.containers, (held,), "optional")
    assert open_bytes(Forgery(hierarchy.rsa).der(), rules=wanted).faults == ()
    longer = type(rules)("rsa", ("sha256",), minimum_bits=2049)
    wanted = type(RULES)(RULES.containers, (longer,), "optional")
    (fault,) = open_bytes(Forgery(hierarchy.rsa).der(), rules=wanted).faults
    assert fault.expected == "RSA of 2,049 bits or more with SHA-256"
