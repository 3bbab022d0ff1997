"""Files that were signed as e-mail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.signature import smime, smime_opening
from conformance.signature.cms_opening import verified
from tests.signature.signing import (
    ALL_CONTAINERS,
    RULES,
    Forgery,
    Hierarchy,
    data_of,
    messages,
    open_bytes,
    openssl_sign,
)

_WRAPPED = "the file is wrapped in S/MIME, as for e-mail"


@pytest.mark.openssl
@pytest.mark.parametrize("command", ["cms", "smime"])
@pytest.mark.parametrize("options", [[], ["-binary"], ["-text"], ["-nodetach"], ["-crlfeol"]])
def test_messages_open(hierarchy: Hierarchy, csv: Path, command: str, options: list[str]) -> None:
    made = openssl_sign(hierarchy, csv, *options, signer="rsa", command=command)
    opened = open_bytes(made)
    assert messages(opened) == [_WRAPPED]
    assert opened.faults[0].profile == ("signature.containers",)
    assert (opened.container, opened.encoding) == ("smime", "DER")
    assert (data_of(opened) or b"").replace(b"\r\n", b"\n") == csv.read_bytes()
    assert open_bytes(made, rules=ALL_CONTAINERS).faults == ()


@pytest.mark.openssl
@pytest.mark.parametrize("options", [[], ["-text"]])
def test_message_beside_the_file(hierarchy: Hierarchy, csv: Path, options: list[str]) -> None:
    made = openssl_sign(hierarchy, csv, *options)
    opened = open_bytes(csv.read_bytes(), made)
    assert messages(opened) == [_WRAPPED]
    assert data_of(opened) == csv.read_bytes()
    other = open_bytes(b"x\n", made)
    assert len(other.faults) == 2
    assert "differs from what was signed" in other.faults[1].message


@pytest.mark.openssl
def test_a_message_is_verified_in_its_second_form_if_it_fails_in_the_first(
    hierarchy: Hierarchy, csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def counted(opened: Any, signed: Any, form: Any, given: Any) -> Any:
        sizes.append(len(form))
        return verified(opened, signed, form, given)

    monkeypatch.setattr(smime_opening, "verified", counted)
    made = openssl_sign(hierarchy, csv)
    assert messages(open_bytes(made)) == [_WRAPPED]
    assert len(sizes) == 1
    assert messages(open_bytes(made, rules=ALL_CONTAINERS)) == []
    assert len(sizes) == 2
    assert len(messages(open_bytes(made.replace(b"1000", b"9999")))) == 2
    assert len(sizes) == 4


@pytest.mark.openssl
def test_changed_message(hierarchy: Hierarchy, csv: Path) -> None:
    made = openssl_sign(hierarchy, csv).replace(b"1000", b"9999")
    found = messages(open_bytes(made, rules=ALL_CONTAINERS))
    assert len(found) == 1
    assert found[0].startswith("the file was changed after")


_CMS = b"Content-Type: application/pkcs7-mime\n"
_PARTS = b"Content-Type: multipart/signed; boundary=b\n"


def _message(body: bytes, headers: bytes = _CMS) -> bytes:
    return headers + b"\n" + body


def test_encodings(hierarchy: Hierarchy) -> None:
    import base64
    import quopri

    der = Forgery(hierarchy.ec).der()
    for name, body in {
        b"base64": base64.encodebytes(der),
        b"binary": der,
        b"quoted-printable": quopri.encodestring(der),
    }.items():
        headers = (
            b"MIME-Version: 1.0\r\nContent-Type: application/x-pkcs7-mime;\r\n\tname=x\r\n"
            b"Content-Transfer-Encoding: " + name + b"\r\n"
        )
        opened = open_bytes(headers + b"\r\n" + body, rules=ALL_CONTAINERS)
        assert opened.faults == ()
        assert data_of(opened) == Forgery(hierarchy.ec).data


def test_something_behind(hierarchy: Hierarchy) -> None:
    opened = open_bytes(_message(Forgery(hierarchy.ec).der() + b"x"), rules=ALL_CONTAINERS)
    assert messages(opened) == ["something follows the signature in its file"]


def test_signature_without_a_file(hierarchy: Hierarchy) -> None:
    der = replace(Forgery(hierarchy.ec), detached=True).der()
    opened = open_bytes(_message(der), rules=ALL_CONTAINERS)
    assert messages(opened) == ["the message has a signature, but no file that it is over"]


@pytest.mark.parametrize(
    ("message", "trouble"),
    [
        (_message(b"x", b"Content-Type: multipart/signed\n"), "without a boundary"),
        (_message(b"x", _PARTS), "0 parts instead of 2"),
        (
            _message(
                b"--b\nx\n--b\n\n--b\ny\n--b--\n--b\nz",
                b"Content-Type: multipart/signed; boundary=b\n",
            ),
            "3 parts instead of 2",
        ),
        (
            _message(
                b"A", b"Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n"
            ),
            "broken base64",
        ),
        (_message(b"x"), "is not CMS"),
        (_message(b"-----BEGIN CMS-----\n"), "cut short"),
        (
            _message(b"", b"Content-Type: multipart/signed; boundary*=no-such-charset''%41\n"),
            "instead of 2",
        ),
    ],
)
def test_broken_messages(message: bytes, trouble: str) -> None:
    opened = open_bytes(message)
    assert opened.container == "smime"
    assert trouble in messages(opened)[-1]


def test_large_message(monkeypatch: pytest.MonkeyPatch, hierarchy: Hierarchy) -> None:
    monkeypatch.setattr(smime, "MAX_MESSAGE", 10)
    opened = open_bytes(_message(Forgery(hierarchy.ec).der()))
    assert "more than 10 bytes" in messages(opened)[-1]


def test_a_csv_file_with_colons_is_not_a_message() -> None:
    assert open_bytes(b"a: b\nContent-Typo: multipart/signed\n", rules=RULES).container is None
