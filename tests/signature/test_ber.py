"""Elements of BER, as X.690 has them: every identifier, every form of length, every end."""

from __future__ import annotations

import random

import pytest

from conformance.content import CHUNK, Content
from conformance.signature.ber import Element, Malformed, Reader
from tests.signature.encoding import indefinite, sequence


def _reader(data: bytes) -> Reader:
    return Reader(Content.of_bytes("x", data))


def _trouble(reader: Reader, offset: int, limit: int) -> tuple[str, int]:
    with pytest.raises(Malformed) as raised:
        reader.element(offset, limit)
    assert str(raised.value) == raised.value.reason
    return raised.value.reason, raised.value.offset


@pytest.mark.parametrize("before", [b"", b"\5\0\5\0"])
def test_every_identifier(before: bytes) -> None:
    start = len(before)
    for tag in range(256):
        octet = bytes((tag,))
        known = _reader(before + octet + b"\1x")
        unknown = _reader(before + octet + b"\x80\0\0")
        if tag & 31 == 31:  # the number of the tag follows
            said = ("has a tag that no CMS has", start)
            assert _trouble(known, start, known.size) == said
            assert _trouble(unknown, start, unknown.size) == said
            continue
        expected = Element(tag, start, start + 2, start + 3, start + 3)
        assert known.element(start, known.size) == expected
        assert not expected.indefinite
        assert expected.size == 1
        if tag & 32:  # constructed
            expected = Element(tag, start, start + 2, start + 2, start + 4)
            assert unknown.element(start, unknown.size) == expected
            assert expected.indefinite
            assert expected.size == 0
        else:
            said = ("has a simple element without a length", start)
            assert _trouble(unknown, start, unknown.size) == said


@pytest.mark.parametrize("start", [0, 3])
@pytest.mark.parametrize("octets", range(13))
def test_every_form_of_length(start: int, octets: int) -> None:
    body = b"x" * (300 if octets > 1 else 100)
    for more in (b"", b"more"):
        length = bytes((128 | octets,)) + len(body).to_bytes(octets) if octets else b"\x64"
        data = b"." * start + b"\4" + length + body + more
        reader = _reader(data)
        if octets > 8:
            said = ("has a length that cannot be", start + 1)
            assert _trouble(reader, start, reader.size) == said
            continue
        contents = start + 2 + octets
        end = contents + len(body)
        found = reader.element(start, reader.size)
        assert found == Element(4, start, contents, end, end)
        assert reader.value(found) == body
        assert reader.encoding(found) == data[start:end]
        assert reader.element(start, end) == found
        said = (f"announces {len(body)} bytes where {len(body) - 1} are left", start)
        assert _trouble(reader, start, end - 1) == said
        if octets:
            said = ("has a length that cannot be", start + 1)
            for cut in range(start + 2, contents):
                assert _trouble(_reader(data[:cut]), start, cut) == said


@pytest.mark.parametrize(
    ("data", "limit", "trouble"),
    [
        (b"", 0, ("ends where an element should begin", 0)),
        (b"\4", 1, ("ends where an element should begin", 0)),
        (b"\4\0", 2, None),
        (b"\4\0", 1, ("ends where an element should begin", 0)),
        (b"\4\x81\1x", 2, ("announces 1 bytes where 0 are left", 0)),
        (b"\4\x81\1x", 3, ("announces 1 bytes where 0 are left", 0)),
        (b"\4\x81\1x", 4, None),
        (b"\x30\x80", 2, ("ends where an element should begin", 2)),
        (b"\x30\x80\0", 3, ("ends where an element should begin", 2)),
        (b"\x30\x80\0\1x", 5, ("ends where an element should begin", 5)),
        (b"\x30\x80\x20\0\0\0", 6, None),
        (b"\x30\x80\4\0\0\0", 5, ("ends where an element should begin", 4)),
        (b"\x30\x80\4\5abcde\0\0", 9, ("ends where an element should begin", 9)),
    ],
)
def test_where_an_element_must_end(
    data: bytes, limit: int, trouble: tuple[str, int] | None
) -> None:
    reader = _reader(data)
    if trouble is None:
        assert reader.element(0, limit).after == limit
    else:
        assert _trouble(reader, 0, limit) == trouble


def test_ends_that_no_one_announced() -> None:
    inner = indefinite(b"\4\1a", indefinite(b"\5\0"), tag=0xA0)
    data = indefinite(b"\2\1\1", inner, sequence(b"\5\0"), indefinite()) + b"\5\0"
    reader = _reader(data)
    whole = reader.element(0, reader.size)
    assert whole == Element(0x30, 0, 2, len(data) - 4, len(data) - 2)
    children = reader.children(whole)
    assert children == [
        Element(2, 2, 4, 5, 5),
        Element(0xA0, 5, 7, 16, 18),
        Element(0x30, 18, 22, 24, 24),
        Element(0x30, 24, 26, 26, 28),
    ]
    assert reader.children(children[1]) == [
        Element(4, 7, 9, 10, 10),
        Element(0x30, 10, 12, 14, 16),
    ]
    assert [reader.encoding(one) for one in children] == [
        b"\2\1\1", inner, sequence(b"\5\0"), indefinite(),
    ]  # fmt: skip
    # The result for the inner ones is the same when they are read first.
    for one in children:
        assert _reader(data).element(one.offset, whole.end) == one


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_the_one_part_of_an_element(count: int) -> None:
    reader = _reader(b"\5\0" + sequence(*[b"\5\0"] * count))
    parent = reader.element(2, reader.size)
    if count == 1:
        assert reader.only_child(parent) == Element(5, 6, 8, 8, 8)
        return
    with pytest.raises(Malformed) as raised:
        reader.only_child(parent)
    said = (f"has {count} parts where one belongs", 2)
    assert (raised.value.reason, raised.value.offset) == said


def test_reading_anywhere() -> None:
    random_ = random.Random(7)  # noqa: S311 - no secret
    data = random_.randbytes(3 * CHUNK)
    reader = _reader(data)
    for _ in range(300):
        offset = random_.choice((random_.randrange(len(data)), random_.randrange(40) * CHUNK // 13))
        size = random_.choice((0, 1, 10, 1000, CHUNK, CHUNK + 1, 2 * CHUNK))
        assert reader.read(offset, size) == data[offset : offset + size]
    assert reader.read(len(data) - 3, 10) == data[-3:]
    assert reader.read(len(data), 10) == b""


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"\x24\2\0\0", ("has something else among the pieces of the file", 4)),
        (b"\x24\x80\0\1a\0\0", ("has something else among the pieces of the file", 4)),
        (b"\x24\4\5\0\4\0", ("has something else among the pieces of the file", 4)),
        (b"\x24\4\x30\2\4\0", ("has something else among the pieces of the file", 4)),
        (b"\x24\4\4\4ab", ("announces 4 bytes where 2 are left", 4)),
        (b"\x24\6\x24\2\4\1a\0", ("announces 1 bytes where 0 are left", 6)),
        (b"\x24\6\x24\x80\4\1a\0", ("ends where an element should begin", 9)),
        (b"\x24\1\4", ("ends where an element should begin", 4)),
        (b"\x31\0", ("has no OCTET STRING where one belongs", 2)),
    ],
)
def test_malformed_pieces(data: bytes, trouble: tuple[str, int]) -> None:
    reader = _reader(b"\5\0" + data + b"\4\1b" * 4)
    end = 2 + len(data)
    element = reader.element(2, end)
    with pytest.raises(Malformed) as raised:
        reader.octets(element)
    assert (raised.value.reason, raised.value.offset) == trouble


@pytest.mark.parametrize(
    ("data", "plain"),
    [
        (b"\4\3a,b", b"a,b"),
        (b"\4\0", b""),
        (b"\x24\0", b""),
        (b"\x24\x80\0\0", b""),
        (b"\x24\x80\x24\0\x24\x80\0\0\4\1a\0\0", b"a"),
        (b"\x24\x0c\4\1a\x24\4\4\2,b\4\1\n", b"a,b\n"),
        (b"\x24\x0b\x24\x80\4\1a\0\0\4\2,b", b"a,b"),
        (indefinite(indefinite(b"\4\1a", tag=0x24), b"\4\0", b"\4\2,b", tag=0x24), b"a,b"),
    ],
)
def test_octets(data: bytes, plain: bytes) -> None:
    reader = Reader(Content.of_bytes("adt.csv", b"\5\0" + data + b"\4\1x"))
    octets = reader.octets(reader.element(2, 2 + len(data)))
    assert (octets.name, len(octets)) == ("adt.csv", len(plain))
    for size in (1, 2, 3, 4, 1000):
        chunks = list(octets.chunks(size))
        assert b"".join(chunks) == plain
        assert all(0 < len(chunk) <= size for chunk in chunks)
    for start in range(len(plain) + 1):
        for length in range(len(plain) + 2):
            assert octets.slice(start, length).read(100) == plain[start : start + length]


def test_small_pieces_are_handed_out_together() -> None:
    pieces = [bytes((number,)) * 3 for number in range(10)] + [b"x" * 20, b"", b"y" * 2]
    reader = _reader(indefinite(*(sequence(one, tag=4) for one in pieces), tag=0x24))
    octets = reader.octets(reader.element(0, reader.size))
    plain = b"".join(pieces)
    assert [len(chunk) for chunk in octets.chunks(10)] == [9, 9, 9, 3, 10, 10, 2]
    assert b"".join(octets.chunks(10)) == plain
    assert [len(chunk) for chunk in octets.chunks(100)] == [52]
    assert [len(chunk) for chunk in octets.slice(4, 30).chunks(9)] == [8, 9, 9, 4]
    assert octets.slice(4, 30).slice(3, 20).read(99) == plain[7:27]
