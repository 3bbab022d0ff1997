"""The rules of RFC 5652 for a signature's attributes, version numbers and encoding."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from asn1crypto import cms, core
from msgspec.structs import replace

from conformance.content import Content
from conformance.findings import Place
from conformance.signature import Opened
from conformance.signature.cms import attributes_of
from conformance.signature.writing.der import SEQUENCE, SET, element
from tests.signature.encoding import indefinite
from tests.signature.mail import armoured
from tests.signature.signing import Forgery, Hierarchy, messages, open_bytes

DATA = b"a,b\n" * 8
NEEDED: Sequence[tuple[str, Sequence[Any]]] = (
    ("content_type", ["data"]),
    ("message_digest", [hashlib.sha256(DATA).digest()]),
)
NOON = cms.Time({"utc_time": datetime(2025, 6, 1, 12, tzinfo=UTC)})
LATER = cms.Time({"generalized_time": datetime(2051, 6, 1, 12, tzinfo=UTC)})
GARBAGE = cms.Time("utc_time", core.UTCTime(contents=b"yesterday"))

TIMES: dict[str, tuple[Sequence[tuple[str, Sequence[Any]]], str | None]] = {
    "none": ((), None),
    "one": ((("signing_time", [NOON]),), None),
    "one of the second half of the century": ((("signing_time", [LATER]),), None),
    "twice": ((("signing_time", [NOON]), ("signing_time", [LATER])), "2 attributes signingTime"),
    "twice the same": ((("signing_time", [NOON]),) * 2, "2 attributes signingTime"),
    "two values": ((("signing_time", [NOON, LATER]),), "2 values of signingTime"),
    "no value": ((("signing_time", []),), "0 values of signingTime"),
    "once, and once empty": (
        (("signing_time", [NOON]), ("signing_time", [])), "2 attributes signingTime",
    ),
    "garbage": ((("signing_time", [GARBAGE]),), "a signingTime that is not a time"),
}  # fmt: skip


@pytest.mark.parametrize("name", TIMES)
def test_the_signing_time_is_there_once_or_not_at_all(hierarchy: Hierarchy, name: str) -> None:
    times, found = TIMES[name]
    opened = open_bytes(Forgery(hierarchy.ec, DATA, attributes=(*NEEDED, *times)).der())
    if found is None:
        assert opened.faults == ()
        return
    (fault,) = opened.faults
    assert fault.message == "the signature does not state its time exactly once"
    assert fault.found == found


@pytest.mark.parametrize(
    ("kind", "year", "good"),
    [
        ("utc_time", 1950, True), ("utc_time", 2049, True),
        ("generalized_time", 2049, False), ("generalized_time", 2025, False),
        ("generalized_time", 1950, False), ("generalized_time", 2050, True),
        ("generalized_time", 1949, True),
    ],
)  # fmt: skip
def test_the_signing_time_is_encoded_as_one_of_its_year(
    hierarchy: Hierarchy, kind: str, year: int, good: bool
) -> None:
    time = cms.Time({kind: datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)})
    attributes = (*NEEDED, ("signing_time", [time]))
    opened = open_bytes(Forgery(hierarchy.ec, DATA, attributes=attributes).der())
    assert [fault.found for fault in opened.faults] == (
        [] if good else [f"GeneralizedTime for {year}"]
    )
    assert opened.signing_time is not None
    assert opened.signing_time.year == year


UNSIGNED = {
    "signing_time": ("signingTime, not signed", NOON),
    "message_digest": ("messageDigest, not signed", hashlib.sha256(DATA).digest()),
    "content_type": ("contentType, not signed", "data"),
}


@pytest.mark.parametrize("name", UNSIGNED)
@pytest.mark.parametrize("attributes", [NEEDED, None])
def test_an_attribute_that_has_to_be_signed_is_not_accepted_unsigned(
    hierarchy: Hierarchy, name: str, attributes: Any
) -> None:
    found, value = UNSIGNED[name]
    forgery = Forgery(hierarchy.ec, DATA, attributes=attributes, unsigned=[(name, [value])])
    (fault,) = open_bytes(forgery.der()).faults
    assert fault.found == found


def test_other_unsigned_attributes_are_left_alone(hierarchy: Hierarchy) -> None:
    forgery = Forgery(hierarchy.ec, DATA, unsigned=[("1.2.3.4", [core.Null()])])
    assert open_bytes(forgery.der()).faults == ()


@pytest.mark.parametrize(
    ("digests", "found"),
    [
        (["sha256"], None),
        (["sha1", "sha256"], None),
        ([], "digestAlgorithms with nothing in it"),
        (["sha1"], "digestAlgorithms with SHA-1"),
        (["sha384", "1.2.156.10197.1.401"], "digestAlgorithms with SM3 and SHA-384"),
    ],
)
def test_the_digest_of_the_signer_is_announced(
    hierarchy: Hierarchy, digests: list[str], found: str | None
) -> None:
    faults = open_bytes(Forgery(hierarchy.ec, DATA, digests=digests).der()).faults
    assert [fault.found for fault in faults] == ([] if found is None else [found])


# --- Encoding -----------------------------------------------------------------------------------

_DER = "the signature is not in DER: a length takes more bytes than it needs"


def overlong(der: bytes) -> bytes:
    """The same element with a zero before its length, or the long form of a short one."""
    if der[1] < 0x80:
        return der[:1] + b"\x81" + der[1:]
    count = der[1] & 0x7F
    return der[:1] + bytes((0x80 | count + 1, 0)) + der[2:]


def test_the_container_keeps_to_the_shortest_lengths(hierarchy: Hierarchy) -> None:
    der = Forgery(hierarchy.ec, DATA).der()
    opened = open_bytes(overlong(der))
    assert messages(opened) == [_DER]
    assert opened.faults[0].place.offset == 1
    assert messages(open_bytes(armoured(overlong(der)))) == [_DER]


@pytest.mark.parametrize(
    ("damage", "message", "offset"),
    [
        (overlong, _DER, 1),
        (lambda der: der + b"\0\0", "something follows the signature in its file", None),
    ],
)
def test_a_wrong_encoding_is_found_in_the_signature_and_not_in_the_file_beside_it(
    hierarchy: Hierarchy, damage: Callable[[bytes], bytes], message: str, offset: int | None
) -> None:
    der = Forgery(hierarchy.ec, DATA, detached=True).der()
    (fault,) = open_bytes(DATA, damage(der)).faults
    assert fault.message == message
    assert fault.place == Place("adt.csv.p7s", offset=len(der) if offset is None else offset)
    assert fault.profile == ("signature.containers",)


def test_the_first_of_several_long_lengths_is_named(hierarchy: Hierarchy) -> None:
    der = Forgery(hierarchy.ec, DATA).der()
    version = der.index(b"\2\1\1")
    grown = bytearray(der[:version] + b"\2\x81\1\1" + der[version + 3 :])
    for at in (2, 17, 21):  # The lengths of the three elements around it.
        grown[at : at + 2] = (int.from_bytes(grown[at : at + 2]) + 1).to_bytes(2)
    opened = open_bytes(bytes(grown))
    assert messages(opened) == [_DER]
    assert opened.faults[0].place.offset == version + 1


def _with_encoded(hierarchy: Hierarchy, *encodings: bytes) -> Opened:
    forgery = Forgery(hierarchy.ec, DATA, encoded_attributes=element(SET, *encodings))
    return open_bytes(forgery.der())


def _encodings() -> list[bytes]:
    return sorted(
        cms.CMSAttribute({"type": type_, "values": values}).dump() for type_, values in NEEDED
    )


def test_attributes_in_der_open(hierarchy: Hierarchy) -> None:
    assert _with_encoded(hierarchy, *_encodings()).faults == ()


@pytest.mark.parametrize("where", ["attribute", "values", "value"])
def test_attributes_are_in_der_throughout(hierarchy: Hierarchy, where: str) -> None:
    first, second = _encodings()
    if where == "attribute":
        first = overlong(first)
    else:
        type_, values = first[2:13], first[13:]
        values = overlong(values) if where == "values" else element(SET, overlong(values[2:]))
        first = element(SEQUENCE, type_, values)
    (fault,) = _with_encoded(hierarchy, *sorted((first, second))).faults
    assert fault.found == "attributes in BER that is not DER"
    assert fault.hint is not None


def test_a_string_in_pieces_is_not_der(hierarchy: Hierarchy) -> None:
    extra = element(SEQUENCE, bytes.fromhex("06032a0304"), element(SET, element(0x24, b"\4\1x")))
    opened = _with_encoded(hierarchy, *sorted((*_encodings(), extra)))
    assert [fault.found for fault in opened.faults] == ["attributes in BER that is not DER"]


_TYPE, _VALUE = bytes.fromhex("06032a0304"), b"\4\1x"


@pytest.mark.parametrize(
    "extra",
    [
        indefinite(_TYPE, element(SET, _VALUE)),
        element(SEQUENCE, _TYPE, indefinite(_VALUE, tag=SET)),
        element(SEQUENCE, _TYPE, element(SET, indefinite(_VALUE))),
        element(SEQUENCE, _TYPE, element(SET, element(SEQUENCE, indefinite(_VALUE)))),
    ],
)
def test_an_element_without_a_length_is_not_der(hierarchy: Hierarchy, extra: bytes) -> None:
    opened = _with_encoded(hierarchy, *sorted((*_encodings(), extra)))
    assert [fault.found for fault in opened.faults] == ["attributes in BER that is not DER"]


def test_a_set_without_a_length_is_not_der_whatever_its_order() -> None:
    for encodings in (_encodings(), _encodings()[::-1]):
        for whole, der in (
            (element(SET, *encodings), True),
            (indefinite(*encodings, tag=SET), False),
        ):
            read = attributes_of(Content.of_bytes("attributes", whole))
            assert read is not None
            assert read.der == der


def test_attributes_out_of_order_say_what_to_do(hierarchy: Hierarchy) -> None:
    (fault,) = _with_encoded(hierarchy, *reversed(_encodings())).faults
    assert fault.message.startswith("the signed attributes are not in the order")
    assert fault.hint is not None
    assert "openssl cms -sign" in fault.hint


def test_no_certificate_counts_only_what_came_along(hierarchy: Hierarchy) -> None:
    """Trust anchors are looked through, and did not come with the signature."""
    known = [hierarchy.root.der, hierarchy.ca.der]
    alone = replace(Forgery(hierarchy.ec, DATA), certificates=[])
    (fault,) = open_bytes(alone.der(), extra=known).faults
    assert fault.found == "no certificate in it"
    along = replace(alone, certificates=known)
    (fault,) = open_bytes(along.der(), extra=known).faults
    assert fault.found == "2 certificates of others in the signature"
