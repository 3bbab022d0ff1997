"""Inputs that are small to make and large to read, written piece by piece.

Each is a function of a folder and a size, from 1 (thousands, in each run of the tests) to ``FULL``
(``tox -e bounds``: a gigabyte, a million), which returns the words of a command and what it says.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from pathlib import Path

from cryptography import x509

from conformance.assessment.messages import MAXIMUM as _LONGEST_ANSWER
from conformance.model.loading import MAXIMUM_DOTS
from conformance.report.reading import MAXIMUM_BYTES as _LARGEST_REPORT
from conformance.signature.ber import MAX_CHILDREN, MAX_DEPTH
from conformance.signature.cms import MAX_CERTIFICATES, MAX_OVERHEAD
from conformance.signature.smime import MAX_MESSAGE
from conformance.signature.trust import MAX_FILE
from conformance.submission.manifest import MAXIMUM_BYTES as _LARGEST_MANIFEST
from conformance.submission.message import (
    MAXIMUM_BYTES as _LARGEST_MESSAGE,
)
from conformance.submission.message import (
    MAXIMUM_FIELD,
    MAXIMUM_FIELDS,
    MAXIMUM_LINES,
    MAXIMUM_PARTS,
)
from tests.corpus import FIXTURES

#: The largest size; at 1, an input has a thousandth of it.
FULL = 1000
_GIB = 1 << 30
_EXAMPLE = FIXTURES / "examples" / "adt-conforming"

Said = tuple[list[object], str]
Bomb = Callable[[Path, int], Said]
BOMBS: dict[str, Bomb] = {}


def bomb(make: Bomb) -> Bomb:
    """Register an input under the name of the function that makes it."""
    BOMBS[make.__name__.replace("_", "-")] = make
    return make


def _file(path: Path, pieces: Iterable[bytes], length: int = 0) -> Path:
    """A file of ``pieces``, made up to ``length`` with zeros that take no room on disk."""
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
        if length:
            file.truncate(max(length, file.tell()))
    return path


def _der(tag: int, body: bytes) -> bytes:
    size = len(body).to_bytes(max(1, (len(body).bit_length() + 7) // 8))
    short = len(body) < 0x80
    return bytes((tag,)) + (size if short else bytes((0x80 | len(size),)) + size) + body


_SIGNED = bytes.fromhex("06092a864886f70d010702")
_HEAD = bytes.fromhex("020101") + b"\x31\0\x30\x0b" + bytes.fromhex("06092a864886f70d010701")


def _signed(*parts: bytes) -> bytes:
    return _der(0x30, _SIGNED + _der(0xA0, _der(0x30, _HEAD + b"".join(parts))))


def _lone(path: Path) -> list[object]:
    return ["check", path, "--kind", "adt"]


# --- CMS, certificates, revocation lists --------------------------------------------------------


@bomb
def elements_within_elements(folder: Path, size: int) -> Said:
    deep = (b"\x30\x80" * 1000 for _ in range(50 * size))
    path = _file(folder / "adt.p7m", [b"\x30\x80" + _SIGNED, *deep])
    return _lone(path), f"it is nested more than {MAX_DEPTH} deep"


@bomb
def a_length_of_eight_octets(folder: Path, size: int) -> Said:
    path = _file(folder / "adt.p7m", [b"\x30\x88" + b"\xff" * 8 + _SIGNED])
    return _lone(path), "announces 18,446,744,073,709,551,615 bytes where"


@bomb
def certificates_without_end(folder: Path, size: int) -> Said:
    count = max(1000 * size, MAX_CHILDREN + 1)
    path = _file(folder / "adt.p7m", [_signed(_der(0xA0, b"\x30\0" * count), b"\x31\0")])
    return _lone(path), f"has more than {MAX_CHILDREN:,} parts in one place"


@bomb
def certificates_of_a_kilobyte(folder: Path, size: int) -> Said:
    count = max(16 * size, MAX_CERTIFICATES + 1)
    parts = (_der(0xA0, _der(0x30, bytes(1000)) * count), b"\x31\0")
    path = _file(folder / "adt.p7m", [_signed(*parts)])
    return _lone(path), f"has {count:,} certificates, more than {MAX_CERTIFICATES}"


@bomb
def more_beside_the_file_than_is_read(folder: Path, size: int) -> Said:
    body = _der(0x30, bytes(MAX_OVERHEAD + size))
    path = _file(folder / "adt.p7m", [_signed(_der(0xA0, body), b"\x31\0")])
    return _lone(path), f"has more than {MAX_OVERHEAD:,} bytes beside the file"


@bomb
def armour_without_end(folder: Path, size: int) -> Said:
    head = b"-----BEGIN CMS-----\n" + base64.b64encode(b"\x30\x80" + _SIGNED + b"\xa0\x80") + b"\n"
    lines = ((b"A" * 64 + b"\n") * 16000 for _ in range(size))
    return _lone(_file(folder / "adt.p7m", [head, *lines])), "has PEM armour that is cut short"


@bomb
def a_detached_signature_of_zeros(folder: Path, size: int) -> Said:
    file = _file(folder / "adt.csv", [(_EXAMPLE / "adt.csv").read_bytes()])
    signature = _file(folder / "x.p7s", [b"\x30\x80" + _SIGNED], _GIB * size // FULL)
    return [*_lone(file), "--signature", signature], "the signature cannot be read as CMS"


@bomb
def a_revocation_list_of_a_million(folder: Path, size: int) -> Said:
    issuer = x509.load_pem_x509_crl((FIXTURES / "trust" / "ecdsa-crls.pem").read_bytes()).issuer
    entries = b"".join(
        b"\x30\x1a\x02\x09\x01" + number.to_bytes(8) + b"\x17\x0d250101000000Z"
        for number in range(1000 * size)
    )
    algorithm = bytes.fromhex("300a06082a8648ce3d040302")
    dates = b"\x17\x0d250101000000Z\x17\x0d490101000000Z"
    body = _der(0x30, b"\2\1\1" + algorithm + issuer.public_bytes() + dates + _der(0x30, entries))
    value = b"\x03\x09\0\x30\x06\2\1\1\2\1\1"
    path = _file(folder / "ca.crl", [_der(0x30, body + algorithm + value)])
    words = ["check", _EXAMPLE, "--profile", FIXTURES / "profile.toml", "--crl", path]
    return words, "CONFORMS"


@bomb
def a_file_of_trust_anchors(folder: Path, size: int) -> Said:
    path = _file(folder / "root.pem", [b"-----BEGIN CERTIFICATE-----\n"], MAX_FILE + size)
    return ["check", _EXAMPLE, "--trust", path], f"has more than {MAX_FILE:,} bytes"


@bomb
def armour_that_only_begins(folder: Path, size: int) -> Said:
    path = _file(folder / "root.pem", [b"-----BEGIN CERTIFICATE-----"] * (2400 * size))
    return ["check", _EXAMPLE, "--trust", path], "holds no certificate"


# --- Records ------------------------------------------------------------------------------------


@bomb
def one_record_of_zeros(folder: Path, size: int) -> Said:
    path = _file(folder / "adt.csv", [b"70"], _GIB * size // FULL)
    return _lone(path), "a record that is too long"


@bomb
def one_record_of_letters(folder: Path, size: int) -> Said:
    path = _file(folder / "adt.csv", (b"a" * 1_000_000 for _ in range(size)))
    return _lone(path), "a record that is too long"


@bomb
def a_million_columns(folder: Path, size: int) -> Said:
    path = _file(folder / "adt.csv", [b"," * 1000 * size + b"\n"])
    said = "a record that is too long" if size > 1 else "1001 fields"
    return _lone(path), said


@bomb
def empty_records(folder: Path, size: int) -> Said:
    path = _file(folder / "adt.csv", (b"\n" * 10_000 for _ in range(size)))
    return _lone(path), "VIOLATES"


@bomb
def records_that_are_all_the_same(folder: Path, size: int) -> Said:
    record = (_EXAMPLE / "adt.csv").read_bytes().splitlines(keepends=True)[0]
    path = _file(folder / "adt.csv", (record * 1000 for _ in range(size)))
    return _lone(path), "the same as in record"


# --- Manifests, profiles, reports ---------------------------------------------------------------


@bomb
def a_manifest_of_zeros(folder: Path, size: int) -> Said:
    length = max(_GIB * size // FULL, _LARGEST_MANIFEST + 1)
    _file(folder / "submission.json", [b"{"], length)
    said = f"has {length:,} bytes, more than the {_LARGEST_MANIFEST:,} that are read"
    return ["check", folder], said


@bomb
def a_manifest_of_brackets(folder: Path, size: int) -> Said:
    _file(folder / "submission.json", [b"[" * (10_000 * size)])
    return ["check", folder], "is nested too deeply"


@bomb
def a_manifest_of_nested_lists(folder: Path, size: int) -> Said:
    deep = b"[" * 400 + b"]" * 400
    _file(folder / "submission.json", [b'{"submission":1,"kind":"adt","sender":' + deep + b"}"])
    return ["check", folder], "is nested too deeply"


@bomb
def a_profile_of_zeros(folder: Path, size: int) -> Said:
    path = _file(folder / "mine.toml", [b"#"], max(_GIB * size // FULL, (1 << 20) + 1))
    return ["profile", "check", path], "has more than 1,048,576 bytes"


@bomb
def keys_of_many_parts(folder: Path, size: int) -> Said:
    path = _file(folder / "mine.toml", [b"a." * (500 * size) + b"a = 1\n"])
    return ["profile", "check", path], f"has more than {MAXIMUM_DOTS} dots in one line"


@bomb
def a_report_of_zeros(folder: Path, size: int) -> Said:
    path = _file(folder / "report.json", [b"{"], max(_GIB * size // FULL, _LARGEST_REPORT + 1))
    return ["report", path], f"more than the {_LARGEST_REPORT:,} that are read"


@bomb
def a_scenario_of_zeros(folder: Path, size: int) -> Said:
    path = _file(folder / "story.toml", [b"#"], max(_GIB * size // FULL, (1 << 20) + 1))
    words = ["generate", "adt", "-o", folder / "out", "--scenario", path]
    return words, "more than the 1,048,576 that are read"


# --- Messages -----------------------------------------------------------------------------------


def _mail(folder: Path, *pieces: bytes) -> list[object]:
    return _lone(_file(folder / "adt.eml", [b"From: a@example.com\r\n", *pieces]))


@bomb
def a_message_of_zeros(folder: Path, size: int) -> Said:
    path = folder / "adt.eml"
    _file(path, [b"Subject: x\r\n\r\n"], max(_GIB * size // FULL, _LARGEST_MESSAGE + 1))
    return _lone(path), f"more than the {_LARGEST_MESSAGE:,} that are read"


@bomb
def a_signed_message_of_zeros(folder: Path, size: int) -> Said:
    head = b"MIME-Version: 1.0\nContent-Type: application/pkcs7-mime\n\n"
    path = _file(folder / "adt.p7m", [head], max(_GIB * size // FULL, MAX_MESSAGE + 1))
    return _lone(path), f"a message of more than {MAX_MESSAGE:,} bytes"


@bomb
def parts_beside_parts(folder: Path, size: int) -> Said:
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    count = min(1100 * size, MAXIMUM_LINES // 3)
    return _mail(folder, head, b"--b\r\n\r\n" * count), f"has more than {MAXIMUM_PARTS:,} parts"


@bomb
def parts_within_parts(folder: Path, size: int) -> Said:
    head = (
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n)
        for n in range(2000 * size)
    )
    return _mail(folder, *head), "has more than"


@bomb
def lines_without_end(folder: Path, size: int) -> Said:
    lines = b"\n" * max(30_000 * size, MAXIMUM_LINES + 1)
    return _mail(folder, b"\r\n", lines), f"has more than {MAXIMUM_LINES:,} lines"


@bomb
def fields_without_end(folder: Path, size: int) -> Said:
    count = min(6000 * size, MAXIMUM_LINES - 9)
    said = f"has more than {MAXIMUM_FIELDS:,} fields in its headers"
    return _mail(folder, b"X: y\r\n" * count, b"\r\n"), said


@bomb
def one_field_without_end(folder: Path, size: int) -> Said:
    said = f"has more than {MAXIMUM_FIELD:,} bytes in a field To"
    return _mail(folder, b"To: " + b'"a" ' * 5000 * size + b"@b\r\n\r\n"), said


@bomb
def encoded_words_without_end(folder: Path, size: int) -> Said:
    words = b"Subject: " + b"=?utf-8?q?a?= " * 1000 * size
    return _mail(
        folder, words, b"\r\n\r\n"
    ), f"more than {MAXIMUM_FIELD:,} bytes in a field Subject"


# --- Answers ------------------------------------------------------------------------------------


@bomb
def an_answer_without_end(folder: Path, size: int) -> Said:
    words = ["assess", "receiver", "exec:cat /dev/zero", "--only", "6.1-6", "--timeout", "60"]
    return words, f"endless output: more than {_LONGEST_ANSWER:,} bytes"
