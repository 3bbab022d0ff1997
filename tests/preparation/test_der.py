"""Numbers and identifiers in DER, beside a second encoder; the EUI-64 of a subject."""

from __future__ import annotations

from asn1crypto import core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import example, given
from hypothesis import strategies as st

from conformance.preparation.unique_identifier import unique_identifier
from conformance.signature import oid
from conformance.signature.writing.der import identifier, integer


@given(st.integers(-(1 << 160), 1 << 160))
@example(0)
@example(-1)
@example(127)
@example(128)
@example(-128)
@example(-129)
def test_a_number_has_the_shortest_encoding(number: int) -> None:
    assert integer(number) == core.Integer(number).dump()


ARCS = st.integers(0, 1 << 70)
#: Below 0 and 1 there are forty arcs, below 2 as many as one likes.
FIRST = st.one_of(
    st.tuples(st.integers(0, 1), st.integers(0, 39)), st.tuples(st.just(2), st.integers(0, 1 << 20))
)


@given(FIRST, st.lists(ARCS, max_size=4))
@example((2, 999), [1])
@example((1, 2), [840, 127, 128, 0])
def test_an_identifier_is_encoded_as_others_encode_it(
    first: tuple[int, int], others: list[int]
) -> None:
    dotted = ".".join(map(str, (*first, *others)))
    assert identifier(dotted) == core.ObjectIdentifier(dotted).dump()
    assert oid.decode(oid.encode(dotted)) == dotted


def test_an_eui64_is_a_bit_string_in_a_subject() -> None:
    eui64 = bytes.fromhex("70B3D51F30010000")
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ARO"), unique_identifier(eui64)])
    common, unique = asn1_x509.Name.load(named.public_bytes()).chosen
    assert common[0]["value"].native == "ARO"
    assert unique[0]["type"].dotted == NameOID.X500_UNIQUE_IDENTIFIER.dotted_string
    assert unique[0]["value"].contents == b"\0" + eui64
    assert unique[0]["value"].tag == core.BitString.tag
