"""Signatures in a record of the file, made here with ``cryptography`` and by OpenSSL alone."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from msgspec.structs import replace

from conformance.content import CHUNK
from conformance.model.signature_record import RecordForm
from conformance.signature import Presence
from conformance.signature.name import rfc4514
from conformance.signature.name_text import names, read_text
from conformance.signature.record_fields import write_fields
from tests.generators.golden import AT
from tests.model.profiles import extending
from tests.running import Ran, run
from tests.signature import pki
from tests.signature.signing import RULES, Hierarchy, data_of, messages, open_bytes, openssl

DATA = b"a,b\nc,d\n"
TAG: dict[str, Any] = {"name": "Tag", "type": "constant", "value": "SIG", "tag": True}
FIXED: dict[str, Any] = {"name": "Version", "type": "constant", "value": "2"}
NAMED: list[dict[str, Any]] = [
    {"name": "Issuer", "role": "issuer", "form": "der-base64"},
    {"name": "Serial", "role": "serial", "form": "hex"},
]
VALUE: dict[str, Any] = {"name": "Value", "role": "signature", "encoding": "base64"}
WHOLE: dict[str, Any] = {"name": "Certificate", "role": "certificate", "form": "der-base64"}
LAST: dict[str, Any] = {"columns": [TAG, *NAMED, VALUE]}


def signed(holder: pki.Holder, data: bytes) -> bytes:
    if isinstance(holder.key, rsa.RSAPrivateKey):
        return holder.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    assert isinstance(holder.key, ec.EllipticCurvePrivateKey)
    return holder.key.sign(data, ec.ECDSA(hashes.SHA256()))


def fields(holder: pki.Holder, data: bytes = DATA) -> dict[str, bytes]:
    """Every field that a record may have, by the name and the form of its column."""
    certificate = x509.load_der_x509_certificate(holder.der)
    issuer, value = certificate.issuer.public_bytes(), signed(holder, data)
    is_rsa = isinstance(holder.key, rsa.RSAPrivateKey)
    numbers = (0, 0) if is_rsa else decode_dss_signature(value)
    return {
        "Tag": b"SIG",
        "Version": b"2",
        "Issuer der-base64": base64.b64encode(issuer),
        "Issuer der-hex": issuer.hex().encode(),
        "Issuer rfc4514": b'"2.5.4.45=#03090070B3D51F30010000 , ou=07,CN=Test  Issuing\\20CA"',
        "Serial hex": b"%x" % certificate.serial_number,
        "Serial decimal": b"%d" % certificate.serial_number,
        "Certificate der-base64": base64.b64encode(holder.der),
        "Certificate der-hex": holder.der.hex().encode(),
        "Value base64": base64.b64encode(value),
        "Value hex": value.hex().encode(),
        "Value base64 raw": base64.b64encode(b"".join(n.to_bytes(32, "big") for n in numbers)),
    }


def record(table: dict[str, Any], holder: pki.Holder, data: bytes = DATA) -> bytes:
    known, rfc4514 = fields(holder, data), []
    for column in table["columns"]:
        words = [column["name"], column.get("form") or column.get("encoding")]
        if "role" in column:
            words.append(column.get("value"))
        rfc4514.append(known[" ".join(filter(None, words))])
    return b",".join(rfc4514)


def opened(content: bytes, table: dict[str, Any], *certificates: bytes, given: bytes | None = None):  # type: ignore[no-untyped-def]
    rules = replace(RULES, containers=("signature-record",), record=RecordForm.of(table))
    return open_bytes(content, rules=rules, extra=certificates, certificate=given)


def form(column: dict[str, Any], **entries: Any) -> dict[str, Any]:
    return {**column, **entries}


#: Tables of ``[signature.record]``, and the kinds of keys that sign by them.
TABLES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "last": (LAST, ("ec", "rsa")),
    "first": ({"at": "first", "columns": [TAG, *NAMED, VALUE]}, ("ec", "rsa")),
    "with the certificate": ({"columns": [TAG, VALUE, FIXED, *NAMED, WHOLE]}, ("ec", "rsa")),
    "no tag": ({"columns": [VALUE, form(WHOLE, form="der-hex"), FIXED]}, ("ec",)),
    "hex": ({"columns": [TAG, form(NAMED[0], form="der-hex"), NAMED[1],
        form(VALUE, encoding="hex")]}, ("ec", "rsa")),
    "raw": ({"columns": [TAG, *NAMED, form(VALUE, value="raw")]}, ("ec",)),
    "text": ({"columns": [TAG, form(NAMED[0], form="rfc4514"), form(NAMED[1], form="decimal"),
        VALUE]}, ("ec",)),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_a_record_of_any_columns_at_either_end(hierarchy: Hierarchy, name: str) -> None:
    table, kinds = TABLES[name]
    for kind in kinds:
        holder = getattr(hierarchy, kind)
        line = record(table, holder)
        content = line + b"\n" + DATA if table.get("at") else DATA + line + b"\n"
        found = opened(content, table, hierarchy.ca.der, hierarchy.root.der, holder.der)
        assert messages(found) == []
        assert (data_of(found), found.certificate) == (DATA, holder.der)
        changed = content.replace(b"c,d", b"c,e")
        other = opened(changed, table, hierarchy.ca.der, holder.der)
        assert messages(other) == [
            "the signature does not verify over the file with the key of the certificate: the "
            "file or the signature was changed, or the key is another one"
        ]


@pytest.mark.parametrize("at", ["first", "last"])
@pytest.mark.parametrize("data", [b"", DATA, DATA.removesuffix(b"\n"), b"a,b\n" * 50_000])
def test_the_file_without_its_record_ends_as_it_does_with_it(
    hierarchy: Hierarchy, at: str, data: bytes
) -> None:
    table = {**LAST, "at": at}
    whole = data if at == "first" or not data or data.endswith(b"\n") else data + b"\n"
    line = record(table, hierarchy.ec, whole)
    content = line + b"\n" + data if at == "first" else whole + line + b"\n" * (whole == data)
    found = opened(content, table, hierarchy.ec.der)
    assert (messages(found), data_of(found)) == ([], data)


def test_over_the_records_without_the_separator_before_it(hierarchy: Hierarchy) -> None:
    trimmed = {**LAST, "over": "records-before-without-separator"}
    line = record(LAST, hierarchy.ec, DATA.removesuffix(b"\n"))
    assert messages(opened(DATA + line + b"\n", trimmed, hierarchy.ec.der)) == []
    assert messages(opened(DATA + line + b"\n", LAST, hierarchy.ec.der)) == [
        "the signature is over everything but the line feed at the end"
    ]
    line = record(LAST, hierarchy.ec, DATA)
    assert messages(opened(DATA + line + b"\n", trimmed, hierarchy.ec.der)) == [
        "the signature is over the line feed at the end as well"
    ]


def test_without_the_certificate_that_it_names_nothing_is_shown(hierarchy: Hierarchy) -> None:
    content = DATA + record(LAST, hierarchy.ec) + b"\n"
    found = opened(content, LAST, hierarchy.ca.der)
    assert messages(found) == ["the certificate that the signature record names was not given"]
    assert found.presence is Presence.UNKNOWN
    found = opened(content, LAST, hierarchy.ca.der, given=hierarchy.rsa.pem)
    assert messages(found) == [
        "the certificate that the signature record names is not the one that came with it"
    ]
    assert found.presence is Presence.SIGNED
    assert messages(opened(content, LAST, given=hierarchy.ec.pem)) == []


Lines = Callable[[list[bytes]], bytes]
#: The fault, the file made from the fields of a good record, and the one finding.
WRONG: dict[str, tuple[Lines, str]] = {
    "twice": (
        lambda f: DATA + b"%b\n%b\n" % (b",".join(f), b",".join(f)),
        "there is more than one signature record",
    ),
    "at both ends": (
        lambda f: b"%b\n%b%b\n" % (b",".join(f), DATA, b",".join(f)),
        "there is more than one signature record",
    ),
    "at the other end": (
        lambda f: b",".join(f) + b"\n" + DATA,
        "the signature record is in the wrong place",
    ),
    "between others": (
        lambda f: b"a,b\n" + b",".join(f) + b"\nc,d\n",
        "the signature record is in the wrong place",
    ),
    "another tag": (
        lambda f: DATA + b",".join([b"SIGN", *f[1:]]) + b"\n",
        "Tag of the signature record is not SIG",
    ),
    "a field too few": (
        lambda f: DATA + b",".join(f[:-1]) + b"\n",
        "the signature record has the wrong number of fields",
    ),
    "a field too many": (
        lambda f: DATA + b",".join(f) + b",\n",
        "the signature record has the wrong number of fields",
    ),
    "CR LF": (
        lambda f: DATA + b",".join(f) + b"\r\n",
        "the signature record does not end in a line feed",
    ),
    "no base64": (
        lambda f: DATA + b",".join([*f[:-1], f[-1] + b"="]) + b"\n",
        "Value of the signature record is not base64",
    ),
    "nothing": (
        lambda f: DATA + b",".join([*f[:-1], b""]) + b"\n",
        "Value of the signature record is not base64",
    ),
    "no number": (
        lambda f: DATA + b",".join([*f[:2], b"0x1", f[3]]) + b"\n",
        "Serial of the signature record is not hexadecimal digits",
    ),
    "no name": (
        lambda f: DATA + b",".join([f[0], b"AAAA", *f[2:]]) + b"\n",
        "Issuer of the signature record is not a name, DER in base64",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_faulty_signature_record_gives_one_finding(hierarchy: Hierarchy, name: str) -> None:
    made, message = WRONG[name]
    content = made(record(LAST, hierarchy.ec).split(b","))
    assert content != DATA
    found = opened(content, LAST, hierarchy.ec.der)
    assert (messages(found), found.container) == ([message], "signature-record")
    assert data_of(found) == DATA
    (fault,) = found.faults
    assert fault.found
    assert fault.expected
    assert fault.profile[0].startswith("signature.record")


@pytest.mark.parametrize("before", [1, 65_530, CHUNK - 12, CHUNK - 8, CHUNK - 5, CHUNK + 9])
def test_a_record_between_others_is_found_wherever_it_is(hierarchy: Hierarchy, before: int) -> None:
    line = record(LAST, hierarchy.ec)
    content = b"x" * before + b"\n" + line + b"\n" + DATA * 20_000
    found = opened(content, LAST, hierarchy.ec.der)
    assert messages(found) == ["the signature record is in the wrong place"]
    assert found.faults[0].place.offset == before + 1
    assert data_of(found) == content.replace(line + b"\n", b"")


def test_a_tag_in_other_records_is_not_a_signature(hierarchy: Hierarchy) -> None:
    for content in (b"a,SIG\nSIG,a\na,b\n" * 50_000, b"a,b\nSIG," + b"x" * 200_000 + b"\na,b\n"):
        found = opened(content, LAST, hierarchy.ec.der)
        assert (found.container, data_of(found)) == (None, content)


def test_the_certificate_inside_has_to_be_the_one_that_is_named(hierarchy: Hierarchy) -> None:
    table = {"columns": [TAG, NAMED[1], VALUE, WHOLE]}
    line = record(table, hierarchy.ec).split(b",")
    line[1] = fields(hierarchy.rsa)["Serial hex"]
    (fault,) = opened(DATA + b",".join(line), table).faults
    assert fault.message == "the certificate in the signature record is not the one that it names"


@pytest.mark.parametrize("raw", [True, False])
def test_r_and_s_are_written_as_the_profile_has_it(hierarchy: Hierarchy, raw: bool) -> None:
    known = fields(hierarchy.ec)
    line = record(LAST, hierarchy.ec).split(b",")
    line[-1] = known["Value base64" if raw else "Value base64 raw"]
    table = {"columns": [TAG, *NAMED, form(VALUE, value="raw" if raw else "der")]}
    (fault,) = opened(DATA + b",".join(line), table, hierarchy.ec.der).faults
    assert (fault.found, fault.expected) == (
        ("r and s in DER", "r and s one after the other, 64 bytes")
        if raw
        else ("r and s one after the other, 64 bytes", "r and s in DER")
    )


def test_a_quotation_mark_in_the_name_of_an_issuer_is_doubled() -> None:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, 'a"b')])
    key = ec.generate_private_key(ec.SECP256R1())
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, AT, AT).sign(
        key, hashes.SHA256()
    )
    issuer = {"name": "Issuer", "role": "issuer", "form": "rfc4514"}
    columns = RecordForm.of({"columns": [issuer, VALUE]})
    line = write_fields(b"", made.public_bytes(serialization.Encoding.DER), columns)
    assert line == b'"CN=a\\""b",'


def test_a_file_without_the_record_is_not_signed(hierarchy: Hierarchy) -> None:
    for content in (b"", DATA, DATA + b"SIGX,AAAA,1,AAAA\n", b"x" * (1 << 17)):
        assert opened(content, LAST, hierarchy.ec.der).container is None


@pytest.mark.parametrize(
    "text", ["CN=" + " " * 60_000 + "\\", "CN=#" + "00" * 20_000 + " " * 20_000 + "x",
             "CN=a" + "+CN=a" * 12_000 + "\\", "=", "CN", "X=1", "CN=a,", "1=2", "CN=\\ff"]
)  # fmt: skip
def test_text_that_is_not_a_distinguished_name_is_refused_however_long_it_is(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a name|decode"):
        read_text(text)


@pytest.mark.parametrize(
    "text", ["2.5.4.5=#130537302D6162", "2.5.4.5=#0c0537302D4142", "serialNumber=70-ab"]
)
def test_text_is_compared_as_text_also_where_it_is_written_in_der(text: str) -> None:
    name = x509.Name([x509.NameAttribute(x509.NameOID.SERIAL_NUMBER, "70-AB")]).public_bytes()
    assert names(text, name)
    assert names(rfc4514(name), name)
    assert not names("2.5.4.5=#040537302D4142", name)


# --- As a User does it, with nothing but OpenSSL -------------------------------------------------

CSV = b"70-00-00-00-00-00-00-01,IS,3.5,560,8,828\n70-00-00-00-00-00-00-01,IS,,139,35,6005\n"
PROFILE = """
[signature]
containers = ["signature-record"]

[signature.record]
at = "{at}"
columns = [
  {{ name = "Tag", type = "constant", value = "SIGNATURE", tag = true }},
  {{ name = "Issuer", role = "issuer", form = "rfc4514" }},
  {{ name = "Serial", role = "serial", form = "hex" }},
  {{ name = "Signature", role = "signature", encoding = "base64" }},
]
"""


def _checked(folder: Path, hierarchy: Hierarchy, at: str, content: bytes) -> Ran:
    extending(folder, PROFILE.format(at=at), name="profile")
    (folder / "adt.csv").write_bytes(content)
    return run("check", folder / "adt.csv", "--format", "json", "--profile",
        folder / "profile.toml", "--certificate", hierarchy.directory / "ec.pem")  # fmt: skip


@pytest.mark.openssl
@pytest.mark.parametrize("at", ["first", "last"])
def test_a_record_made_with_openssl_alone(hierarchy: Hierarchy, tmp_path: Path, at: str) -> None:
    keys, body = hierarchy.directory, tmp_path / "body.csv"
    body.write_bytes(CSV)
    value = base64.b64encode(openssl("dgst", "-sha256", "-sign", keys / "ec.key", body))
    reported = openssl("x509", "-in", keys / "ec.pem", "-noout", "-issuer", "-serial", "-nameopt",
        "RFC2253").decode()  # fmt: skip
    issuer, serial = (line.partition("=")[2] for line in reported.splitlines())
    line = f'SIGNATURE,"{issuer}",{serial},'.encode() + value + b"\n"
    content = line + CSV if at == "first" else CSV + line
    ran = _checked(tmp_path, hierarchy, at, content)
    assert {ran.status(i) for i in ("6.1-1", "3.4(b)-2", "6.3-1", "6.1-3")} == {"passed"}
    (unsigned,) = _checked(tmp_path, hierarchy, at, CSV).requirement("6.1-1")["findings"]
    assert unsigned["hint"] == (
        f"A signature in the file is its {at} record: SIGNATURE,Issuer,Serial,Signature"
    )
    changed = content.replace(b",828\n", b",829\n")
    assert changed != content
    assert _checked(tmp_path, hierarchy, at, changed).roots == {"3.4(b)-2"}
