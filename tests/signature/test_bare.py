"""Signature values without a container, and files whose last record is their signature."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.signature.bare import MAX_SIGNATURE
from tests.signature import pki
from tests.signature.signing import (
    ALL_CONTAINERS,
    RULES,
    Forgery,
    Hierarchy,
    data_of,
    messages,
    open_bytes,
    openssl,
)

DATA = b"a,b\n" * 8


@pytest.mark.openssl
@pytest.mark.parametrize("signer", ["ec", "rsa"])
def test_openssl_dgst(hierarchy: Hierarchy, csv: Path, signer: str) -> None:
    at = hierarchy.directory
    made = openssl("dgst", "-sha256", "-sign", at / f"{signer}.key", csv)
    holder: pki.Holder = getattr(hierarchy, signer)
    for certificate in (holder.pem + hierarchy.ca.pem, holder.der):
        opened = open_bytes(csv.read_bytes(), made, ALL_CONTAINERS, certificate=certificate)
        assert opened.faults == ()
        assert (opened.container, opened.encoding) == ("raw-detached", None)
        assert opened.certificate == holder.der
        assert opened.others in {(), (hierarchy.ca.der,)}


def test_certificate_from_elsewhere(hierarchy: Hierarchy) -> None:
    signature = Forgery(hierarchy.ec).sign(DATA)
    opened = open_bytes(DATA, signature, ALL_CONTAINERS, extra=[hierarchy.ec.der])
    assert opened.faults == ()


@pytest.mark.parametrize(
    ("certificate", "found"),
    [
        (None, "no certificate"),
        (b"nothing", "something that is not a certificate"),
        (b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n", "no certificate"),
        (b"x" * (1 << 21), "no certificate"),
    ],
)
def test_no_certificate(hierarchy: Hierarchy, certificate: bytes | None, found: str) -> None:
    signature = Forgery(hierarchy.ec).sign(DATA)
    (fault,) = open_bytes(DATA, signature, ALL_CONTAINERS, certificate=certificate).faults
    assert fault.found == found
    assert fault.place.file == ("adt.csv.p7s" if certificate is None else "adt.pem")


def test_the_profile_does_not_take_it(hierarchy: Hierarchy) -> None:
    signature = Forgery(hierarchy.ec).sign(DATA)
    (fault,) = open_bytes(DATA, signature, RULES, certificate=hierarchy.ec.der).faults
    assert fault.message == "the signature is not CMS"
    assert fault.found == "what seems to be a bare signature value"


@pytest.mark.parametrize("length", [0, MAX_SIGNATURE + 1])
def test_bytes_that_can_be_no_signature(hierarchy: Hierarchy, length: int) -> None:
    value, certificate = b"x" * length, hierarchy.ec.der
    (fault,) = open_bytes(DATA, value, ALL_CONTAINERS, certificate=certificate).faults
    assert fault.message == "the signature is neither CMS nor a bare signature value"
    assert fault.found == f"{length:,} bytes"
    assert fault.expected == "a DER ECDSA-Sig-Value, or an RSA signature"


@pytest.mark.parametrize("length", [1, MAX_SIGNATURE])
def test_bytes_that_could_be_one(hierarchy: Hierarchy, length: int) -> None:
    value, certificate = b"x" * length, hierarchy.ec.der
    (message,) = messages(open_bytes(DATA, value, ALL_CONTAINERS, certificate=certificate))
    assert "does not verify" in message


def test_changed(hierarchy: Hierarchy) -> None:
    signature = Forgery(hierarchy.ec).sign(DATA)
    opened = open_bytes(DATA + b"x\n", signature, ALL_CONTAINERS, certificate=hierarchy.ec.der)
    (message,) = messages(opened)
    assert "does not verify over the file" in message


@pytest.mark.parametrize(
    ("signed", "sent", "message"),
    [
        (DATA.replace(b"\n", b"\r\n"), DATA, "text mode"),
        (DATA, DATA.replace(b"\n", b"\r\n"), "line endings"),
    ],
)
def test_line_endings(hierarchy: Hierarchy, signed: bytes, sent: bytes, message: str) -> None:
    signature = Forgery(hierarchy.ec).sign(signed)
    opened = open_bytes(sent, signature, ALL_CONTAINERS, certificate=hierarchy.ec.der)
    (found,) = messages(opened)
    assert message in found


@pytest.mark.parametrize("digest", ["sha1", "sha384", "sha512"])
def test_other_digests(hierarchy: Hierarchy, digest: str) -> None:
    signature = replace(Forgery(hierarchy.rsa), digest=digest).sign(DATA)
    (fault,) = open_bytes(DATA, signature, ALL_CONTAINERS, certificate=hierarchy.rsa.der).faults
    assert fault.found == f"SHA-{digest[3:]}"


def test_key_that_may_not_sign(hierarchy: Hierarchy) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    holder = pki.issue(pki.subject(), hierarchy.ca, key=ec.generate_private_key(ec.SECP384R1()))
    signature = Forgery(holder).sign(DATA)
    (fault,) = open_bytes(DATA, signature, ALL_CONTAINERS, certificate=holder.der).faults
    assert fault.found == "ECDSA on P-384"


@pytest.mark.parametrize("size", [0, 5000])
def test_no_signature_value(hierarchy: Hierarchy, size: int) -> None:
    opened = open_bytes(DATA, b"\0" * size, ALL_CONTAINERS, certificate=hierarchy.ec.der)
    assert messages(opened) == ["the signature is neither CMS nor a bare signature value"]


def _record(signature: bytes, certificate: bytes) -> bytes:
    return b",".join((b"SIGNATURE", base64.b64encode(signature), base64.b64encode(certificate)))


@pytest.mark.parametrize("end", [b"", b"\n"])
@pytest.mark.parametrize("data", [b"", DATA, b"a,b\n" * 100_000])
def test_signature_record(hierarchy: Hierarchy, end: bytes, data: bytes) -> None:
    record = _record(Forgery(hierarchy.ec).sign(data), hierarchy.ec.der)
    opened = open_bytes(data + record + end, rules=ALL_CONTAINERS)
    assert opened.faults == ()
    assert opened.container == "signature-record"
    # The file without its record ends as it does with it.
    assert data_of(opened) == (data if end else data.removesuffix(b"\n"))
    assert opened.certificate == hierarchy.ec.der


def test_signature_record_of_another_profile(hierarchy: Hierarchy) -> None:
    record = _record(Forgery(hierarchy.ec).sign(DATA), hierarchy.ec.der)
    assert open_bytes(DATA + record).container is None


@pytest.mark.parametrize(
    "record", [b"SIGNATURE,", b"SIGNATURE,AAAA", b"SIGNATURE,A,A", b"SIGNATURE,AAAA,AAAA,AAAA"]
)
def test_broken_signature_record(record: bytes) -> None:
    opened = open_bytes(DATA + record, rules=ALL_CONTAINERS)
    assert opened.faults[0].message in {
        "the signature record has the wrong number of fields",
        "Value of the signature record is not base64",
    }
    assert {fault.place.offset for fault in opened.faults} == {len(DATA)}
    assert data_of(opened) == DATA.removesuffix(b"\n")


def test_signature_record_without_a_certificate() -> None:
    opened = open_bytes(DATA + b"SIGNATURE,AAAA,AAAA", rules=ALL_CONTAINERS)
    assert messages(opened) == [
        "Certificate of the signature record is not a certificate, DER in base64"
    ]


@pytest.mark.parametrize(
    "content",
    [
        DATA,
        b"",
        b"SIGNATUREAAAA",
        b"x" * (1 << 16) + b"SIGNATURE,A,A",
        b"a SIGNATURE,A,A",
        b"x" + b"SIGNATURE,AAAA,".ljust(1 << 16, b"A"),
    ],
)
def test_no_signature_record(content: bytes) -> None:
    opened = open_bytes(content, rules=ALL_CONTAINERS)
    assert (opened.container, data_of(opened)) == (None, content)
