"""CMS in DER, in PEM, in armour that is like PEM, and in base64 without any."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from conformance.signature import Presence
from conformance.signature.pem import BLOCK
from tests.signature.mail import armoured, forged
from tests.signature.signing import RULES, Hierarchy, data_of, messages, open_bytes

DATA = b"a,b\nc,d\n"
NOT_TAKEN = "the signature is CMS, in an encoding that is not taken"

#: Ways to write base64 without the lines of PEM.
BARE: dict[str, Callable[[bytes], bytes]] = {
    "one line": base64.b64encode,
    "lines of 76 characters": base64.encodebytes,
    "lines of Windows": lambda der: base64.encodebytes(der).replace(b"\n", b"\r\n"),
    "after empty lines": lambda der: b"\n\r\n" + base64.encodebytes(der),
    "after a mark of UTF-8": lambda der: b"\xef\xbb\xbf" + base64.encodebytes(der),
    "for URLs": base64.urlsafe_b64encode,
}
#: First and last lines that are not those of PEM of CMS, and what is said of them.
ARMOURS = {
    "-----BEGIN SIGNED MESSAGE-----": "SIGNED MESSAGE",
    "-----BEGIN CERTIFICATE-----": "CERTIFICATE",
    "-----BEGIN PKCS7 SIGNED DATA-----": "PKCS7 SIGNED DATA",
    "-----BEGIN pkcs7-----": "pkcs7",
    "---- BEGIN CMS ----": "CMS",
}


def _armoured(der: bytes, line: str) -> bytes:
    end = line.replace("BEGIN", "END")
    return f"{line}\n{base64.encodebytes(der).decode()}{end}\n".encode()


@pytest.mark.parametrize("how", BARE)
@pytest.mark.parametrize("beside", [True, False])
def test_base64_without_armour_is_cms_in_an_encoding(
    hierarchy: Hierarchy, how: str, beside: bool
) -> None:
    text = BARE[how](forged(hierarchy.ec, detached=beside))
    content = (DATA, text) if beside else (text, None)
    opened = open_bytes(*content)
    assert (opened.encoding, data_of(opened)) == ("BASE64", DATA)
    assert opened.presence is Presence.SIGNED
    (fault,) = opened.faults
    assert (fault.message, fault.expected) == (NOT_TAKEN, "DER or PEM")
    assert fault.found == "base64 without the lines of PEM"
    assert fault.hint is not None
    assert "signature stays as it is" in fault.hint
    assert open_bytes(*content, rules=replace(RULES, encodings=("base64",))).faults == ()


@pytest.mark.parametrize("line", ARMOURS)
@pytest.mark.parametrize("beside", [True, False])
def test_armour_with_another_label_is_cms_in_an_encoding(
    hierarchy: Hierarchy, line: str, beside: bool
) -> None:
    text = _armoured(forged(hierarchy.ec, detached=beside), line)
    opened = open_bytes(*((DATA, text) if beside else (text, None)))
    assert (opened.encoding, data_of(opened)) == ("ARMOUR", DATA)
    (fault,) = opened.faults
    assert fault.message == NOT_TAKEN
    assert fault.found == f"CMS between lines that say {ARMOURS[line]}"


def test_a_fault_inside_a_base64_signature_is_found_as_well(hierarchy: Hierarchy) -> None:
    der = forged(hierarchy.ec, detached=True)
    opened = open_bytes(DATA.replace(b"a", b"x"), base64.b64encode(der))
    assert len(opened.faults) == 2
    assert opened.certificate == hierarchy.ec.der


@pytest.mark.parametrize("encodings", [("der",), ("pem",), ("base64",), ("pem", "base64")])
def test_the_profile_says_which_encodings_are_taken(
    hierarchy: Hierarchy, encodings: tuple[str, ...]
) -> None:
    der = forged(hierarchy.ec)
    rules = replace(RULES, encodings=encodings)
    for name, text in (("der", der), ("pem", armoured(der)), ("base64", base64.b64encode(der))):
        found = messages(open_bytes(text, rules=rules))
        assert found == ([] if name in encodings else [NOT_TAKEN])


@pytest.mark.parametrize(
    "damage", [lambda t: t[:-3], lambda t: t[:200] + b"*" + t[200:], lambda t: t + b"=AAA"]
)
def test_broken_base64_is_not_a_signature(
    hierarchy: Hierarchy, damage: Callable[[bytes], bytes]
) -> None:
    opened = open_bytes(damage(base64.b64encode(forged(hierarchy.ec))))
    assert messages(opened) == [
        "the signature cannot be read as CMS: it has an encoding with broken base64"
    ]
    assert opened.presence is Presence.UNSIGNED


@pytest.mark.parametrize("size", [BLOCK - 1000, BLOCK, 3 * BLOCK + 1])
def test_large_files_are_decoded_in_pieces(hierarchy: Hierarchy, size: int) -> None:
    data = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    der = forged(hierarchy.ec, data=data)
    for text in (base64.encodebytes(der), armoured(der), base64.b64encode(der)):
        opened = open_bytes(text, rules=replace(RULES, encodings=("pem", "base64")))
        assert opened.faults == ()
        assert data_of(opened) == data


@pytest.mark.parametrize("spare", [-BLOCK, -1, 0, 1, 2, 3])
def test_armour_whose_last_line_begins_a_piece_opens(hierarchy: Hierarchy, spare: int) -> None:
    """It was taken for armour with broken base64."""
    text = armoured(forged(hierarchy.ec))
    start, end = text.index(b"\n") + 1, text.index(b"-----END")
    blank = b" " * (BLOCK - (end - start) - spare)
    assert open_bytes(text[:end] + blank + text[end:]).faults == ()


@pytest.mark.parametrize("text", [b"MIIB,a\n", b"M" * 300, b"MIAGCSqGSIb3", b"M", b""])
def test_other_text_is_not_taken_for_base64_of_cms(text: bytes) -> None:
    opened = open_bytes(text)
    assert (opened.container, data_of(opened)) == (None, text)
