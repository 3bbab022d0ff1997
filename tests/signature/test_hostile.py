"""Bytes that no one's tool writes: never an error, and never long."""

from __future__ import annotations

import base64

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.content import Content
from conformance.findings import Place
from conformance.model.profile import SignatureRules
from conformance.signature import Opened, TrustStore, ber, cms, examine
from conformance.signature.ber import Malformed, Reader
from conformance.signature.cms import read_signed_data
from tests.sampling import examples
from tests.signature import pki
from tests.signature.encoding import (
    ALGORITHM,
    INNER,
    MALFORMED,
    NOT_CMS,
    SET,
    VERSION,
    WRONG_FORMS,
    indefinite,
    sequence,
    signed,
    streamed,
)
from tests.signature.signing import (
    ALL_CONTAINERS,
    CERTIFICATE_RULES,
    RULES,
    Forgery,
    Hierarchy,
    data_of,
    messages,
    open_bytes,
)
from tests.work import Work

#: Calls of functions that an input may cost: in any case, and for each of its bytes.
_FEW, _EACH = 2000, 10


def _open(content: bytes, detached: bytes | None, rules: SignatureRules) -> Opened:
    opened = open_bytes(content, detached, rules)
    data_of(opened)
    found = examine(opened, TrustStore(), CERTIFICATE_RULES, pki.NOW)
    assert all(fault.message for fault in (*opened.faults, *found.faults))
    return opened


def _try(content: bytes, detached: bytes | None = None) -> list[str]:
    """Open it by two profiles, read all of it, and look at its certificate."""
    for rules in (ALL_CONTAINERS, RULES):
        # Modules loaded once and values made once do not count as the work of an input.
        _open(content, detached, rules)
        work = Work()
        with work.counting_calls():
            opened = _open(content, detached, rules)
        assert work.calls < _FEW + _EACH * (len(content) + len(detached or b""))
    return messages(opened)


@pytest.fixture(scope="module")
def samples(hierarchy: Hierarchy) -> list[bytes]:
    der = Forgery(hierarchy.ec).der()
    armoured = b"-----BEGIN CMS-----\n" + base64.encodebytes(der) + b"-----END CMS-----\n"
    return [der, streamed(b"\4\4a,b\n"), armoured]


def test_cut_short_anywhere(samples: list[bytes]) -> None:
    for sample in samples:
        for end in [*range(0, len(sample), 37), *range(30), len(sample) - 1]:
            assert _try(b"a,b\n", sample[:end])
            _try(sample[:end])


def test_cut_short_says_where(hierarchy: Hierarchy) -> None:
    der = Forgery(hierarchy.ec).der()
    (fault,) = open_bytes(der[:-1]).faults
    assert fault.place.offset == 0
    assert "bytes are left" not in fault.message
    assert f"announces {len(der) - 4:,} bytes where {len(der) - 5:,} are left" in fault.message


def test_empty() -> None:
    (fault,) = open_bytes(b"a\n", b"").faults
    assert fault.message == "the signature cannot be read as CMS: it is empty"


@pytest.mark.parametrize(
    ("detached", "found"),
    [
        (b"hello", "bytes that are not CMS"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "PEM of CERTIFICATE"),
        (b"\0" * 256, "what seems to be a bare signature value"),
    ],
)
def test_something_else(detached: bytes, found: str) -> None:
    (fault,) = open_bytes(b"a\n", detached).faults
    assert fault.found == found


@pytest.mark.parametrize(
    "text",
    [
        b"-----BEGIN CMS-----\n",
        b"-----BEGIN CMS-----\nAAAA\n",
        b"-----BEGIN CMS-----\n-----END CMS-----\n",
        b"-----BEGIN CMS-----\nA\n-----END CMS-----\n",
        b"-----BEGIN CMS-----\nMAA=\nMAA=\n-----END CMS-----\n",
        b"-----BEGIN CMS-----\nMAA=\n-----END PKCS7-----\n",
        b"-----BEGIN CMS-----\nMA*A\n-----END CMS-----\n",
        b"-----BEGIN CMS-----\n" + b" " * 200_000,
        b"-----BEGIN CMS-----\n" + b"A" * 100_001 + b"=" + b"A" * 100_000 + b"\n-----END CMS-----",
        b"-----BEGIN CMS-----\n" + b"AAA=\n" * 50_000 + b"-----END CMS-----",
    ],
)
def test_broken_armour(text: bytes) -> None:
    assert "cannot be read as CMS" in _try(text)[0]
    assert open_bytes(text).encoding == "PEM"


def test_armour_around_good_bytes(samples: list[bytes]) -> None:
    good = samples[2]
    assert open_bytes(good).faults == ()
    (fault,) = open_bytes(good.replace(b"END CMS", b"END PKCS7")).faults
    assert "whose end does not match its beginning" in fault.message
    (fault,) = open_bytes(good[:200] + b"*" + good[200:]).faults
    assert "broken base64" in fault.message


@pytest.mark.parametrize("sample", MALFORMED)
def test_malformed(sample: bytes) -> None:
    assert _try(b"a\n", sample)


@pytest.mark.parametrize(
    "piece",
    [b"\x24\x02\0\0", b"\x24\x03\4\1a\0\0", b"\5\0", b"\x24\x02\4\4abcd", b"\x24\x80\0\1a\0\0"],
)
def test_malformed_pieces(piece: bytes) -> None:
    whole = sequence(piece, tag=0x24)
    reader = Reader(Content.of_bytes("x", whole + b"\4\4abcd"))
    with pytest.raises(Malformed):
        reader.octets(reader.element(0, reader.size))


def test_pieces_of_pieces() -> None:
    parts = b"\4\2a,", b"\x24\x06\4\1b\4\1\n", indefinite(b"\4\0", b"\4\2c\n", tag=0x24), b"\4\1d"
    opened = open_bytes(streamed(*parts))
    assert data_of(opened) == b"a,b\nc\nd"
    assert opened.encoding == "BER"


@pytest.mark.parametrize("sample", NOT_CMS)
def test_a_signature_that_does_not_begin_as_cms_is_reported_as_not_cms(sample: bytes) -> None:
    assert _try(b"a\n", sample) == ["the signature is not CMS"]


@pytest.mark.parametrize(("sample", "reason"), WRONG_FORMS)
def test_signed_data_of_the_wrong_form(sample: bytes, reason: str) -> None:
    (found,) = _try(b"a\n", sample)
    assert reason in found
    armoured = b"-----BEGIN CMS-----\n" + base64.encodebytes(sample) + b"-----END CMS-----\n"
    (fault,) = open_bytes(b"a\n", armoured).faults
    assert fault.message == found
    assert fault.place == Place("adt.csv.p7s")  # an offset inside armour is one that no one sees


def test_unsigned_attributes_and_lists_are_left_alone(hierarchy: Hierarchy) -> None:
    crls = sequence(hierarchy.crl, tag=0xA1)
    old = sequence(b"\xa0\0", hierarchy.ec.der, tag=0xA0)
    signer = sequence(VERSION, b"\x80\2\1\2", ALGORITHM, ALGORITHM, b"\4\1x", b"\xa1\2\5\0")
    opened = open_bytes(signed(VERSION, SET, INNER, old, crls, sequence(signer, tag=0x31)))
    assert opened.others == (hierarchy.ec.der,)
    assert [fault.found for fault in opened.faults] == [
        "a length with zeros before it, or in the long form without need",
        "1 certificate of others in the signature",
        "algorithm 1.2.3",
        "digestAlgorithms with nothing in it",
    ]


def test_broken_certificates_are_passed_over(hierarchy: Hierarchy) -> None:
    good = Forgery(hierarchy.ec).der()
    for position in range(0, len(hierarchy.ec.der), 7):
        start = good.index(hierarchy.ec.der) + position
        _try(good[:start] + bytes((good[start] ^ 0xFF,)) + good[start + 1 :])


# --- Bounds -------------------------------------------------------------------------------------


def test_too_many_certificates(hierarchy: Hierarchy) -> None:
    many = [hierarchy.ec.der] * (cms.MAX_CERTIFICATES + 1)
    (found,) = messages(open_bytes(Forgery(hierarchy.ec, certificates=many).der()))
    assert "has 65 certificates, more than 64" in found


def test_too_much_beside_the_file(hierarchy: Hierarchy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cms, "MAX_OVERHEAD", 3000)
    assert open_bytes(Forgery(hierarchy.ec, data=b"x" * 9000).der()).faults == ()
    many = [hierarchy.ec.der] * 10
    (found,) = messages(open_bytes(Forgery(hierarchy.ec, certificates=many).der()))
    assert "more than 3,000 bytes beside the file" in found


@pytest.mark.parametrize("bound", ["MAX_PIECES", "MAX_CHILDREN", "MAX_VALUE"])
def test_bounds_of_the_reader(
    hierarchy: Hierarchy, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(ber, bound, 3)
    sample = streamed(*[b"\4\1a"] * 9) if bound == "MAX_PIECES" else Forgery(hierarchy.ec).der()
    opened = open_bytes(sample)
    assert "cannot be read as CMS" in messages(opened)[0]
    assert opened.container == "cms-attached"


def test_pieces_of_known_length_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ber, "MAX_PIECES", 3)
    reader = Reader(Content.of_bytes("x", b"\x24\x0c" + b"\4\1a" * 4))
    with pytest.raises(Malformed, match="more than 3 pieces"):
        reader.octets(reader.element(0, reader.size))


def test_elements_without_lengths_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ber, "MAX_PIECES", 3)
    reader = Reader(Content.of_bytes("x", indefinite(b"\5\0" * 4)))
    with pytest.raises(Malformed, match="more than 3 pieces"):
        reader.element(0, reader.size)


def test_pieces_without_lengths_are_as_many_as_those_with() -> None:
    """They are not counted among the elements whose end is kept."""
    pieces = indefinite(b"\4\1a", tag=0x24) * (ber.MAX_CHILDREN + 1)
    opened = open_bytes(streamed(pieces))
    assert (opened.encoding, data_of(opened)) == ("BER", b"a" * (ber.MAX_CHILDREN + 1))


def test_elements_without_lengths_are_counted() -> None:
    for more, trouble in ((-2, None), (-1, "has more than 16,384 elements without a length")):
        rest = indefinite(indefinite() * (ber.MAX_CHILDREN + more), tag=0xA0) + SET
        reader = Reader(Content.of_bytes("x", indefinite(rest)))
        if trouble is None:
            assert reader.element(0, reader.size).after == reader.size
        else:
            with pytest.raises(Malformed, match=trouble):
                reader.element(0, reader.size)


def test_nesting_is_bounded() -> None:
    deep = b"\4\0"
    for _ in range(ber.MAX_DEPTH):
        deep = sequence(deep, tag=0x24)
    reader = Reader(Content.of_bytes("x", deep))
    assert len(reader.octets(reader.element(0, reader.size))) == 0
    reader = Reader(Content.of_bytes("x", sequence(deep, tag=0x24)))
    with pytest.raises(Malformed, match="nested more than 32 deep"):
        reader.octets(reader.element(0, reader.size))


def test_nesting_without_lengths_is_bounded() -> None:
    deep = b"\4\0"
    for _ in range(ber.MAX_DEPTH - 1):
        deep = indefinite(deep)
    reader = Reader(Content.of_bytes("x", indefinite(deep)))
    assert reader.element(0, reader.size).after == reader.size
    reader = Reader(Content.of_bytes("x", indefinite(indefinite(deep))))
    with pytest.raises(Malformed, match="nested more than 32 deep"):
        reader.element(0, reader.size)


# --- Anything -----------------------------------------------------------------------------------


@settings(max_examples=examples(300))
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    _try(data)
    _try(b"a,b\n", data)


def _mutations() -> st.SearchStrategy[list[tuple[int, int, bytes]]]:
    place = st.integers(0, 1 << 12)
    return st.lists(st.tuples(place, st.integers(0, 8), st.binary(max_size=4)), max_size=4)


@settings(max_examples=examples(300), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutations=_mutations(), which=st.integers(0, 2))
def test_any_mutation(
    samples: list[bytes], mutations: list[tuple[int, int, bytes]], which: int
) -> None:
    sample = samples[which]
    for place, length, new in mutations:
        at = place % (len(sample) + 1)
        sample = sample[:at] + new + sample[at + length :]
    _try(sample)
    _try(b"a,b\n", sample)


@settings(max_examples=examples(200))
@given(st.recursive(
    st.binary(max_size=5).map(lambda value: (0x04, value)),
    lambda inner: st.lists(inner, max_size=4).map(lambda parts: (0x24, parts)),
    max_leaves=12,
), st.data())  # fmt: skip
def test_pieces_give_back_the_same_bytes(tree: tuple[int, object], data: st.DataObject) -> None:
    encoded, plain = _encode(tree, data)
    reader = Reader(Content.of_bytes("x", encoded))
    content = reader.octets(reader.element(0, reader.size))
    assert len(content) == len(plain)
    for size in (1, 3, 1 << 18):
        chunks = list(content.chunks(size))
        assert b"".join(chunks) == plain
        assert all(0 < len(chunk) <= size for chunk in chunks)
    start = data.draw(st.integers(0, len(plain)))
    assert content.slice(start, 4).read(4) == plain[start : start + 4]


def _encode(tree: tuple[int, object], data: st.DataObject) -> tuple[bytes, bytes]:
    tag, value = tree
    if isinstance(value, bytes):
        return sequence(value, tag=tag), value
    assert isinstance(value, list)
    parts = [_encode(one, data) for one in value]
    body = b"".join(encoded for encoded, _ in parts)
    plain = b"".join(inner for _, inner in parts)
    if data.draw(st.booleans()):
        return indefinite(body, tag=tag), plain
    return sequence(body, tag=tag), plain


def test_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ber, "MARK_EVERY", 4)
    plain = bytes(range(100))
    pieces = [sequence(plain[i : i + 3], tag=4) for i in range(0, 100, 3)]
    signed = read_signed_data(Content.of_bytes("x", streamed(*pieces)))
    assert signed.content is not None
    assert len(signed.content.parts[0].marks) > 10  # type: ignore[union-attr]
    for start in range(101):
        for length in (0, 1, 7, 200):
            assert signed.content.slice(start, length).read(200) == plain[start : start + length]
