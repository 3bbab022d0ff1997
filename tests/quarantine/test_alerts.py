"""Alerts in XML: what is taken from good ones, and what no hostile one gets done."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.quarantine.alerts import AlertReader, looks_like_xml
from tests.checks.situation import DCCS, DEVICE, USER_ID, USERS, profile
from tests.quarantine.alerts import WHEN, document, lines, message, read

REQUEST = f"{USER_ID}:{DEVICE}:1"


# --- What is taken ------------------------------------------------------------------------------


def test_an_alert_has_breach_request_time_and_line() -> None:
    (alert,), reader = read(document(message()))
    assert (alert.breach, alert.request_id) == (USERS, REQUEST)
    assert (alert.quarantined_at, alert.variant, alert.line) == (WHEN, None, 2)
    assert reader.others == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"sr:", b""),
        (b"sr:", b"x-y.z:"),
        (b' xmlns:sr="urn:example"', b' xmlns:sr="http://other.example/"'),
        (b"<Alerts", b"<!-- alerts --><Alerts"),
        (b"</sr:RequestID>", b" \n</sr:RequestID>"),
        (b"70-B3", b"&#55;0-B3"),
        (b"<sr:RequestID>", b"<sr:RequestID><![CDATA["),
    ],
)
def test_prefix_namespace_comments_and_white_space_do_not_matter(old: bytes, new: bytes) -> None:
    data = document(message()).replace(old, new)
    if b"CDATA" in new:
        data = data.replace(b"</sr:RequestID>", b"]]></sr:RequestID>")
    (alert,), _ = read(data)
    assert (alert.breach, alert.request_id) == (USERS, REQUEST)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1"])
def test_the_encodings_of_xml(encoding: str) -> None:
    name = encoding.removesuffix("-sig").removesuffix("-le")
    head = f'<?xml version="1.0" encoding="{name}"?>'
    data = document(message(), head=head).decode().encode(encoding)
    assert looks_like_xml(data)
    (alert,), _ = read(data)
    assert alert.request_id == REQUEST


def test_a_message_alone_is_a_document() -> None:
    data = message().replace("<sr:Response>", '<sr:Response xmlns:sr="urn:x">').encode()
    assert [a.request_id for a in read(data)[0]] == [REQUEST]


def test_a_time_in_the_breach_comes_before_that_of_the_message() -> None:
    own = "<sr:ResponseDateTime>2025-05-29T00:00:00Z</sr:ResponseDateTime>"
    (alert,), _ = read(document(message(more=own)))
    assert alert.quarantined_at == "2025-05-29T00:00:00Z"


def test_a_header_behind_the_body_counts_as_well() -> None:
    late = "<sr:Header><sr:ResponseDateTime>2025-05-29T00:00:00Z</sr:ResponseDateTime></sr:Header>"
    data = message(when=None).replace("</sr:Response>", f"{late}</sr:Response>")
    (alert,), _ = read(document(data))
    assert alert.quarantined_at == "2025-05-29T00:00:00Z"


def test_nothing_of_one_message_is_taken_for_another() -> None:
    first, second = read(document(message(1, variant="1.1.1"), message(2, when=None)))[0]
    assert (first.variant, second.variant) == ("1.1.1", None)
    assert second.quarantined_at is None


def test_an_entry_that_an_alert_lacks_is_empty() -> None:
    data = b"<Response><ADDCCThresholdBreach/></Response>"
    (alert,), _ = read(data)
    assert (alert.breach, alert.request_id, alert.quarantined_at) == (DCCS, None, None)


def test_several_breaches_and_messages_of_other_kinds_are_counted() -> None:
    extra = f"<sr:{DCCS}/>"
    other = "<sr:Response><sr:Body><sr:DCCAlertCode>N1</sr:DCCAlertCode></sr:Body></sr:Response>"
    found, reader = read(document(message(), message(2).replace("</sr:Body>", f"{extra}</sr:Body>"),
                                  other))  # fmt: skip
    assert [alert.breach for alert in found] == [USERS, USERS, DCCS]
    assert reader.others == 1


def test_names_are_the_profiles() -> None:
    form = profile().alerts
    assert form is not None
    reader = AlertReader(replace(form, message="M", request_id="Id", quarantined_at="T"), {"X"})
    data = b"<L><M><T>t</T><X><Id>i</Id></X></M><M><ADUserThresholdBreach/></M></L>"
    (alert,) = reader.read(Content.of_bytes("a", data))
    assert (alert.breach, alert.request_id, alert.quarantined_at) == ("X", "i", "t")


# --- What is refused ----------------------------------------------------------------------------

LAUGHS = (
    b"<?xml version='1.0'?>\n<!DOCTYPE x [<!ENTITY a0 'ha'>"
    + b"".join(b"<!ENTITY a%d '%b'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    + b"]><Response>&a11;</Response>"
)
BLOWUP = b"<!DOCTYPE x [<!ENTITY a '" + b"a" * 60000 + b"'>]><x>" + b"&a;" * 60000 + b"</x>"


def refused(data: bytes) -> str:
    with pytest.raises(SubmissionError) as error:
        read(data)
    line = str(error.value)
    assert line.isprintable()
    return line


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS,
        BLOWUP,
        b"<!DOCTYPE Response><Response/>",
        b"<!DOCTYPE r SYSTEM 'file:///etc/passwd'><r/>",
        b"<!DOCTYPE r SYSTEM 'http://192.0.2.1/x.dtd'><r/>",
        b"<!DOCTYPE r [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><r>&e;</r>",
        b"<!DOCTYPE r [<!ENTITY % p SYSTEM 'file:///dev/random'> %p;]><r/>",
    ],
    ids=["laughs", "blow-up", "name", "file", "http", "entity", "parameter"],
)
def test_a_document_type_is_refused_at_its_first_word(data: bytes) -> None:
    """So no entity is ever declared, expanded or fetched."""
    assert "has a document type" in refused(data)


def test_nothing_behind_a_document_type_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(AlertReader, "_start", lambda *words: seen.append(words[1]))
    refused(LAUGHS)
    assert seen == []


def test_an_entity_that_no_one_declared_is_refused() -> None:
    assert "undefined entity" in refused(b"<Response>&e;</Response>")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"<a>" * 101, "line 1: has more than 100 elements inside one another"),
        (b"<a>" * 5_000_000, "elements inside one another"),
        (b"<a b='" + b"x" * (3 << 20), "a tag or a comment has more than 1,048,576 bytes"),
        (b"<a " + b"".join(b"a%d='' " % n for n in range(400_000)), "a tag or a comment"),
        (b"<!--" + b"x" * (3 << 20), "a tag or a comment has more than"),
        (b"<a>" + b"".join(b"<n%d/>" % n for n in range(10_001)), "more than 10,000 different"),
        (b"<a " + b" ".join(b"a%d=''" % n for n in range(10_001)) + b"/>", "10,000 different"),
        (b"<Response>" + b"<ADUserThresholdBreach/>" * 10_001, "10,000 breaches in one message"),
        (b"<Response>" * 50 + b"<ADUserThresholdBreach/>" * 10_001, "10,000 breaches in"),
        (b"<?xml version='1.0' encoding='utf-7'?><a/>", "is in the encoding 'utf-7'"),
        (b"<?xml version='1.0' encoding='rot13'?><a/>", "is in the encoding 'rot13'"),
        (b"<?xml version='1.0' encoding='\xff'?><a/>", "is not XML"),
        (b"<?xml version='1.0' encoding='utf-8'?><a>\xff</a>", "line 1, column 42: is not XML"),
        (b"<?xml version='1.0' encoding='utf-16'?><a/>", "is not XML that can be read"),
        ("<a/>".encode("utf-32"), "is not XML that can be read"),
        (b"", "line 1, column 1: is not XML that can be read: no element found"),
        (b"<a/>\n<a/>", "line 2, column 1: is not XML that can be read: junk after"),
        (b"<a>\n<b></a>", "line 2, column 6: is not XML that can be read: mismatched tag"),
        (b"<a>\0</a>", "is not XML"),
    ],
)  # fmt: skip
def test_an_entry_that_no_alert_needs_is_refused_with_its_place(data: bytes, says: str) -> None:
    assert says in refused(data)


@pytest.mark.parametrize("length", range(1, len(document(message()).rstrip()) - 1, 7))
def test_a_document_that_was_cut_off_is_refused(length: int) -> None:
    assert "is not XML that can be read" in refused(document(message())[:length])


def test_alerts_before_the_fault_are_yielded() -> None:
    whole = document(*(message(n) for n in range(2000)))
    form = profile().alerts
    assert form is not None
    stream = AlertReader(form, profile().breaches).read(Content.of_bytes("a", whole[:-40] + b"<"))
    assert next(stream).request_id == f"{USER_ID}:{DEVICE}:0"
    with pytest.raises(SubmissionError):
        list(stream)


@pytest.mark.parametrize("value", [b"7" * (1 << 20), b"7" * 150 + b"<!-- -->" + b"7" * 51])
def test_a_value_that_is_too_long_is_ignored(value: bytes) -> None:
    data = document(message()).replace(REQUEST.encode(), value)
    (alert,), _ = read(data)
    assert alert.request_id is None


def outcome(data: bytes) -> str:
    """Return how many alerts a document has, or why it cannot be read."""
    try:
        return str(len(read(data)[0]))
    except SubmissionError as error:
        return str(error)


@given(st.binary(max_size=200))
@example(b"<")
@example(b"\xff\xfe<\0")
def test_any_bytes_are_alerts_or_one_line(data: bytes) -> None:
    assert outcome(data).isprintable()


@given(st.data())
def test_a_damaged_document_is_alerts_or_one_line(data: st.DataObject) -> None:
    whole = document(message(), message(2, variant="1.1.1"))
    start = data.draw(st.integers(0, len(whole)))
    end = start + data.draw(st.integers(0, 20))
    filling = data.draw(st.sampled_from([b"", b"<", b"&x;", b"<!DOCTYPE x>", b"]]>", b"<?x?>"])
                        | st.binary(max_size=8))  # fmt: skip
    assert outcome(whole[:start] + filling + whole[end:]).isprintable()


# --- How much it takes --------------------------------------------------------------------------


@dataclass(frozen=True)
class Endless:
    """A part of a content that is made while it is read."""

    pieces: int

    @property
    def length(self) -> int:
        return sum(map(len, lines(self.pieces)))

    def chunks(self, size: int) -> Iterator[bytes]:  # noqa: ARG002 - a ContentPart
        yield from lines(self.pieces)

    def slice(self, start: int, length: int) -> Endless:
        raise NotImplementedError


def peak(count: int) -> int:
    form = profile().alerts
    assert form is not None
    reader = AlertReader(form, profile().breaches)
    tracemalloc.start()
    try:
        found = sum(1 for _ in reader.read(Content("a", (Endless(count),))))
        assert found == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_file() -> None:
    assert peak(4000) < peak(400) + 100_000


def test_the_number_of_calls_grows_in_proportion_to_the_number_of_alerts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Counted, not timed: as many calls for each alert, however many there are."""
    calls = 0
    start = AlertReader._start

    def counting(self: AlertReader, name: str, attributes: dict[str, str]) -> None:
        nonlocal calls
        calls += 1
        start(self, name, attributes)

    monkeypatch.setattr(AlertReader, "_start", counting)
    taken = {}
    for count in (10, 1000):
        calls = 0
        read(b"".join(lines(count)))
        taken[count] = calls - 1
    assert taken[1000] == 100 * taken[10]
