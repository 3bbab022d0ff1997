"""Mail that is signed as a whole: the files in it are found, and are not signed by that."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from conformance.content import Content
from conformance.findings import Status
from conformance.submission.hints import CliHints
from conformance.submission.lone import read_lone
from conformance.submission.signed_mail import MAXIMUM_DEPTH
from tests.checks.situation import ADT, check, profile, result, roots
from tests.signature.signing import Forgery, Hierarchy, build_hierarchy
from tests.submission.mail import Read, read_first

FIELDS = (
    b"From: aro@supplier.example\nTo: b@example.com\nSubject: REQ000000000001\nMIME-Version: 1.0\n"
)


@pytest.fixture(scope="module")
def hierarchy(tmp_path_factory: pytest.TempPathFactory) -> Hierarchy:
    return build_hierarchy(tmp_path_factory.mktemp("keys"))


def attachment(name: str, data: bytes, kind: str = "text/csv") -> bytes:
    head = (
        f'Content-Type: {kind}; name="{name}"\nContent-Transfer-Encoding: base64\n'
        f'Content-Disposition: attachment; filename="{name}"\n\n'
    )
    return head.encode() + base64.encodebytes(data)


def letter(*attachments: bytes, boundary: bytes = b"inner") -> bytes:
    """An entity of several parts: a few words, and attachments."""
    parts = (b"Content-Type: text/plain\n\nREQ000000000001\n", *attachments)
    lines = b"".join(b"--" + boundary + b"\n" + part + b"\n" for part in parts)
    return b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\n\n' + lines + (
        b"--" + boundary + b"--\n"
    )  # fmt: skip


def clear(h: Hierarchy, entity: bytes, kind: str = "application/pkcs7-signature") -> bytes:
    """An entity, and the signature over it."""
    der = Forgery(h.rsa, entity.replace(b"\n", b"\r\n"), detached=True).der()
    return (
        b'Content-Type: multipart/signed; protocol="application/pkcs7-signature";'
        b' boundary="outer"\n\n--outer\n' + entity + b"\n--outer\n"
        + attachment("smime.p7s", der, kind) + b"--outer--\n"
    )  # fmt: skip


def opaque(h: Hierarchy, entity: bytes, kind: str = "application/pkcs7-mime") -> bytes:
    """A signature with the entity inside."""
    return attachment("smime.p7m", Forgery(h.rsa, entity.replace(b"\n", b"\r\n")).der(), kind)


def read(entity: bytes) -> Read:
    return read_first(FIELDS + entity)


def data(content: Content | None) -> bytes | None:
    return None if content is None else content.read(1 << 20)


FILE = attachment("adt.csv", ADT)
WAYS = {
    "clear": clear,
    "clear, as others call it": lambda h, e: clear(h, e, "application/x-pkcs7-signature"),
    "clear, by PGP": lambda h, e: clear(h, e, "application/pgp-signature"),
    "opaque": opaque,
    "opaque, as others call it": lambda h, e: opaque(h, e, "application/x-pkcs7-mime"),
    "opaque, by its name": lambda h, e: opaque(h, e, "application/octet-stream"),
    "clear, and again opaque": lambda h, e: opaque(h, clear(h, e)),
    "opaque, and again clear": lambda h, e: clear(h, opaque(h, e)),
    "opaque in opaque": lambda h, e: opaque(h, opaque(h, e)),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_file_in_it_is_found_and_has_no_signature(hierarchy: Hierarchy, way: str) -> None:
    found = read(WAYS[way](hierarchy, letter(FILE)))
    assert found.signed
    assert (data(found.file), found.signature) == (ADT, None)
    assert found.file is not None
    assert found.file.name == "adt.csv"
    assert "REQ000000000001" in found.body


@pytest.mark.parametrize("way", WAYS)
def test_the_signature_of_the_file_is_its_own(hierarchy: Hierarchy, way: str) -> None:
    own = Forgery(hierarchy.rsa, ADT, detached=True).der()
    beside = attachment("adt.csv.p7s", own, "application/pkcs7-signature")
    found = read(WAYS[way](hierarchy, letter(FILE, beside)))
    assert (data(found.file), data(found.signature)) == (ADT, own)


@pytest.mark.parametrize("way", ["clear", "opaque"])
def test_a_message_that_is_signed_fails_6_1_by_name(hierarchy: Hierarchy, way: str) -> None:
    message = Content.of_bytes("m.eml", FIELDS + WAYS[way](hierarchy, letter(FILE)))
    submission = read_lone(message, None, CliHints(), profile())
    checked = check(submission)
    assert "6.1-1" in roots(checked)
    (finding,) = result(checked, "6.1-1").findings
    assert finding.message == "the email message is signed, not the file in it"
    assert finding.hint is not None
    assert "tadp sign" in finding.hint
    assert result(checked, "6.1-3").status is Status.PASSED


def test_a_message_that_is_not_signed_does_not_say_so(hierarchy: Hierarchy) -> None:
    del hierarchy
    assert not read(letter(FILE)).signed


@pytest.mark.parametrize("kind", ["application/pkcs7-mime", "application/octet-stream"])
def test_a_signed_file_that_is_attached_stays_whole(hierarchy: Hierarchy, kind: str) -> None:
    der = Forgery(hierarchy.rsa, ADT).der()
    found = read(letter(attachment("adt.csv.p7m", der, kind)))
    assert not found.signed
    assert data(found.file) == der


@pytest.mark.parametrize("payload", [b"", b"x", b"\x30\x80", ADT])
def test_an_attachment_that_cannot_be_opened_as_signed_mail_stays_as_it_is(payload: bytes) -> None:
    found = read(attachment("smime.p7m", payload, "application/pkcs7-mime"))
    assert (found.signed, data(found.file)) == (False, payload)


def test_signatures_in_signatures_are_opened_to_a_bound(hierarchy: Hierarchy) -> None:
    entity = letter(FILE)
    for _ in range(MAXIMUM_DEPTH):
        entity = opaque(hierarchy, entity)
    assert data(read(entity).file) == ADT
    found = read(opaque(hierarchy, entity)).file
    assert found is not None
    assert found.name == "smime.p7m"


def test_the_signed_part_alone_is_opened_too(hierarchy: Hierarchy, tmp_path: Path) -> None:
    """As it is saved out of a mail program; its recipients and its subject are not in it."""
    path = tmp_path / "smime.p7m"
    path.write_bytes(Forgery(hierarchy.rsa, letter(FILE).replace(b"\n", b"\r\n")).der())
    submission = read_lone(Content.of_file(path.name, path), path, CliHints(), profile())
    assert data(submission.file) == ADT
    assert submission.delivery.message_signed
    assert (submission.delivery.subject, submission.delivery.method) == (None, None)


def test_a_signed_file_of_one_part_is_not_a_message(hierarchy: Hierarchy, tmp_path: Path) -> None:
    path = tmp_path / "adt.csv.p7m"
    path.write_bytes(Forgery(hierarchy.rsa, b"Content-Type: text/plain\r\n\r\n" + ADT).der())
    submission = read_lone(Content.of_file(path.name, path), path, CliHints(), profile())
    assert data(submission.file) == path.read_bytes()
    assert not submission.delivery.message_signed
