"""The bounds of what is gathered and read, on both sides of each."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.quarantine.alerts import AlertReader, looks_like_xml
from conformance.quarantine.communication import Communication
from conformance.quarantine.schedule import Schedule
from conformance.quarantine.source import Source, read_moment
from conformance.records.time_limit import TimeLimit, instant_bytes, moment_of
from tests.checks.situation import DCCS, DEVICE, USER_ID, USERS, communication, profile, setting
from tests.quarantine.alerts import document, message, read
from tests.running import run

AT = datetime(2025, 6, 4, 10, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
#: The 120 hours of a communication quarantined then end at ``AT``.
FIRST = AT - 120 * HOUR


def gathered(
    *moments: datetime | None, at: datetime = AT, within: timedelta | None = None
) -> Schedule:
    """A schedule of communications that were quarantined then."""
    schedule = Schedule(TimeLimit(120, inclusive=True, to_completion=False), at, within)
    for number, moment in enumerate(moments, 1):
        when = None if moment is None else instant_bytes(moment)
        schedule.add("file", Communication(number, when, "X", "1.1.1", f"request {number}"))
    return schedule


def counts(schedule: Schedule) -> list[tuple[bool, int]]:
    """Return for each group whether it has expired, and its size."""
    return [(group.expired, group.count) for group in schedule.groups()]


# --- When something is due ----------------------------------------------------------------------


def test_it_has_expired_a_second_after_its_hours() -> None:
    schedule = gathered(FIRST - SECOND, FIRST)
    assert counts(schedule) == [(True, 1), (False, 1)]
    assert (schedule.expired, schedule.due, schedule.total) == (1, 1, 2)


def test_requests_that_are_no_longer_kept_are_one_group_to_the_second() -> None:
    kept = FIRST - timedelta(days=30)
    assert counts(gathered(kept - 50 * HOUR, kept - 3 * HOUR, kept - SECOND, kept)) == [
        (True, 3),
        (True, 1),
    ]


def test_requests_that_are_not_quarantined_yet_are_one_group_to_the_second() -> None:
    schedule = gathered(AT, AT + SECOND, AT + 50 * HOUR)
    assert counts(schedule) == [(False, 1), (False, 2)]
    assert (schedule.ahead, schedule.due) == (2, 3)


def test_an_hour_of_the_clock_is_one_group() -> None:
    hour = AT - 20 * HOUR
    moments = (hour - SECOND, hour, hour + HOUR - SECOND, hour + HOUR)
    assert counts(gathered(*moments)) == [(False, 1), (False, 2), (False, 1)]


def test_within_is_to_the_second() -> None:
    schedule = gathered(FIRST + HOUR, FIRST + HOUR + SECOND, FIRST - SECOND, within=HOUR)
    assert counts(schedule) == [(True, 1), (False, 1)]
    assert (schedule.due, schedule.beyond, schedule.expired) == (2, 1, 1)
    # Of what is left out it is still counted what lies ahead.
    ahead = gathered(AT + SECOND, within=HOUR)
    assert (ahead.due, ahead.beyond, ahead.ahead) == (1, 1, 1)


def test_within_longer_than_there_are_years_leaves_nothing_out() -> None:
    schedule = gathered(FIRST + HOUR, AT, within=timedelta(days=4_000_000))
    assert (schedule.due, schedule.beyond) == (2, 0)


def test_the_last_quarantine_whose_hours_end_before_the_last_year_does() -> None:
    last = datetime(9999, 12, 26, 23, 59, 59, tzinfo=UTC)
    schedule = gathered(last, last + SECOND, None)
    assert (schedule.due, schedule.undated, schedule.total) == (1, 2, 3)
    assert schedule.ends(instant_bytes(last)) == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert [one.communication.number for one in schedule.shown] == [2, 3]
    assert {one.file for one in schedule.shown} == {"file"}


def test_in_the_first_year_nothing_has_expired() -> None:
    start = datetime(1, 1, 1, tzinfo=UTC)
    schedule = gathered(start, start + HOUR, at=start + HOUR)
    assert counts(schedule) == [(False, 1), (False, 1)]


def test_groups_come_by_time_then_by_name_and_what_is_not_known_last() -> None:
    schedule = gathered()
    for breach, variant in [(None, "1"), ("B", None), ("B", "2"), ("A", None), ("B", "10")]:
        schedule.add("file", Communication(1, instant_bytes(AT), breach, variant, None))
    schedule.add("file", Communication(1, instant_bytes(AT - SECOND), None, None, None))
    assert [(group.breach, group.variant) for group in schedule.groups()] == [
        (None, None), ("A", None), ("B", "10"), ("B", "2"), ("B", None), (None, "1"),
    ]  # fmt: skip


def test_a_request_is_repeated_each_time_that_it_comes_again() -> None:
    schedule = gathered()
    for request in ("a", "b", "a", None, None, "a"):
        schedule.add("file", Communication(1, None, None, None, request))
    assert schedule.repeated == 2
    assert schedule.unknown == {(None, None): 6}


def test_a_moment_is_written_in_utc_with_four_digits_of_the_year() -> None:
    zone = datetime.fromisoformat("2025-06-04T01:30:00+05:30")
    assert instant_bytes(zone) == b"2025-06-03T20:00:00Z"
    assert instant_bytes(datetime(7, 1, 2, 3, 4, 5, tzinfo=UTC)) == b"0007-01-02T03:04:05Z"
    assert moment_of(b"2025-06-03T20:00:00Z") == zone


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-06-04T10:00:00Z", b"2025-06-04T10:00:00Z"),
        ("2025-06-04T10:00:00.9Z", b"2025-06-04T10:00:00Z"),
        ("2025-06-04T10:00:00.123456789-01:30", b"2025-06-04T11:30:00Z"),
        ("2025-06-04T10:00:00+14:00", b"2025-06-03T20:00:00Z"),
        ("2025-06-04T10:00:00.Z", None),
        ("2025-06-04T10:00:00z", b"2025-06-04T10:00:00Z"),
        ("2025-06-04T10:00:00+1:00", None),
        ("2025-06-04T10:00:00+01:99", None),
        ("2025-06-04 10:00:00Z", b"2025-06-04T10:00:00Z"),
        ("2025-06-04T10:00:00+01:59", b"2025-06-04T08:01:00Z"),
        ("2025-02-29T10:00:00Z", None),
        ("\u0662025-06-04T10:00:00Z", None),
        (" 2025-06-04T10:00:00Z", None),
        ("9999-12-31T23:59:59-01:00", None),
        ("", None),
        (None, None),
    ],
)
def test_the_moments_that_xml_writes(text: str | None, moment: bytes | None) -> None:
    assert read_moment(text, None)[0] == moment


# --- What is read of alerts ---------------------------------------------------------------------


def refused(data: bytes) -> str:
    with pytest.raises(SubmissionError) as error:
        read(data)
    return str(error.value)


def inside(depth: int, data: bytes = b"") -> bytes:
    return b"<a>" * depth + data + b"</a>" * depth


def test_a_hundred_elements_inside_one_another() -> None:
    assert read(inside(100))[0] == []
    assert read(inside(98, b"<Response/><b><c/></b>"))[1].others == 1
    assert refused(b"\n\n" + inside(101)).startswith("alerts.xml: line 3: has more than 100 ")


def test_ten_thousand_names() -> None:
    names = b"".join(b"<n%d/>" % number for number in range(9_999))
    assert read(b"<a>" + names + names + b"</a>")[0] == []
    attributes = b" ".join(b"a%d=''" % number for number in range(9_999))
    assert read(b"<a " + attributes + b"/>")[0] == []
    assert "more than 10,000 different names" in refused(b"<a>" + names + b"<more/></a>")
    assert "more than 10,000 different names" in refused(b"<a>" + names + b"<a more=''/></a>")


def test_ten_thousand_breaches_in_a_message_and_more_in_many() -> None:
    breaches = b"<ADUserThresholdBreach/>" * 10_000
    one = b"<Response>" + breaches + b"</Response>"
    assert len(read(one)[0]) == 10_000
    assert len(read(b"<a>" + one + one + b"</a>")[0]) == 20_000
    # One inside another is not done either, so that all in it wait.
    nested = b"<Response><Response>" + breaches + b"</Response>"
    assert len(read(nested + b"<ADUserThresholdBreach/></Response>")[0]) == 10_001
    waiting = b"<Response><ADUserThresholdBreach/>" + one + b"</Response>"
    assert "line 1: has more than 10,000 breaches in one message" in refused(waiting)
    # Outside any message, each is reported at once, and nothing is kept.
    assert len(read(b"<a>" + breaches + breaches + b"</a>")[0]) == 20_000


def test_a_comment_of_a_mebibyte() -> None:
    piece = 1 << 16
    head = b"<Response>".ljust(piece, b"\n")
    comment = b"<!--".ljust(1 << 20, b"x")
    assert read(head + comment + b"--></Response>")[0] == []
    longer = comment.ljust(len(comment) + piece, b"x")
    reported = refused(head + longer + b"--></Response>")
    assert reported.startswith("alerts.xml: line ")
    assert reported.endswith(": a tag or a comment has more than 1,048,576 bytes")


@pytest.mark.parametrize(("length", "kept"), [(200, "7" * 200), (201, None)])
def test_a_value_of_two_hundred_characters(length: int, kept: str | None) -> None:
    data = document(message()).replace(f"{USER_ID}:{DEVICE}:1".encode(), b"7" * length)
    ((alert,), _) = read(data)
    assert alert.request_id == kept
    pieces = b"7" * 100 + b"<!-- -->" + b"7" * (length - 100)
    ((alert,), _) = read(document(message()).replace(f"{USER_ID}:{DEVICE}:1".encode(), pieces))
    assert alert.request_id == kept


def test_the_first_value_of_each_name_counts() -> None:
    inner = (
        b"<RequestID> one </RequestID><RequestID>two</RequestID>"
        b"<ResponseDateTime>then</ResponseDateTime><ResponseDateTime>later</ResponseDateTime>"
        b"<ServiceReferenceVariant>1.1.1</ServiceReferenceVariant>"
        b"<ServiceReferenceVariant>7.2</ServiceReferenceVariant>"
    )
    breach = b"<ADUserThresholdBreach>" + inner + b"</ADUserThresholdBreach>"
    for data in (breach, b"<Response>" + breach + b"</Response>"):
        ((alert,), _) = read(data)
        assert (alert.request_id, alert.quarantined_at, alert.variant) == ("one", "then", "1.1.1")
    # The message gives what the breach lacks, except a Request ID.
    data = b"<Response>" + inner + b"<ADUserThresholdBreach/></Response>"
    ((alert,), _) = read(data)
    assert (alert.request_id, alert.quarantined_at, alert.variant) == (None, "then", "1.1.1")


def test_an_empty_value_is_skipped_and_the_next_counts() -> None:
    empty = b"<RequestID> </RequestID><RequestID/><RequestID>three</RequestID>"
    ((alert,), _) = read(b"<ADUserThresholdBreach>" + empty + b"</ADUserThresholdBreach>")
    assert alert.request_id == "three"


def test_an_element_inside_a_value_is_not_part_of_it() -> None:
    value = b"<RequestID>a<b>not <RequestID>this</RequestID></b>c</RequestID>"
    ((alert,), _) = read(b"<ADUserThresholdBreach>" + value + b"</ADUserThresholdBreach>")
    assert alert.request_id == "ac"


def test_a_breach_inside_another_has_its_own_values() -> None:
    data = (
        b"<Response>\n<ADUserThresholdBreach>\n<ADDCCThresholdBreach>"
        b"<RequestID>inner</RequestID></ADDCCThresholdBreach>"
        b"<RequestID>outer</RequestID></ADUserThresholdBreach></Response>"
    )
    inner, outer = read(data)[0]
    assert (inner.breach, inner.request_id, inner.line) == (DCCS, "inner", 3)
    assert (outer.breach, outer.request_id, outer.line) == (USERS, "outer", 2)


def test_a_message_around_one_with_alerts_is_not_of_another_kind() -> None:
    breach = b"<ADUserThresholdBreach/>"
    inner = b"<Response>" + breach + b"</Response>"
    assert read(b"<Response>" + inner + b"</Response>")[1].others == 0
    assert read(b"<Response><Response>" + inner + b"</Response></Response>")[1].others == 0
    assert read(b"<Response>" + inner + b"<Response/></Response>")[1].others == 0
    # One message is counted, however many empty ones are in it.
    assert read(b"<Response><Response/><Response/></Response>")[1].others == 1
    assert read(b"<a><Response/><Response/></a>")[1].others == 2


def test_the_message_outside_does_not_speak_for_the_one_inside() -> None:
    time = b"<ResponseDateTime>%s</ResponseDateTime>"
    inner = b"<Response><ADUserThresholdBreach/></Response>"
    ((alert,), _) = read(b"<Response>" + time % b"then" + inner + b"</Response>")
    assert alert.quarantined_at is None


@pytest.mark.parametrize("name", ["UTF-8", "utf-8", "US-ASCII", "us-ascii", "ISO-8859-1"])
def test_the_names_of_encodings_in_any_case(name: str) -> None:
    head = f'<?xml version="1.0" encoding="{name}"?>'
    assert len(read(document(message(), head=head))[0]) == 1


def test_of_an_encoding_that_is_not_one_so_much_is_reported() -> None:
    head = f'<?xml version="1.0" encoding="{"x" * 41}"?>'
    reported = f"alerts.xml: line 1: is in the encoding '{'x' * 40}', not in UTF-8"
    assert refused(document(message(), head=head)) == reported


@pytest.mark.parametrize(
    ("head", "xml"),
    [
        (b"<", True),
        (b"\xef\xbb\xbf<?xml", True),
        (b" \t\r\n<a/>", True),
        (b"\xff\xfe<\0", True),
        (b"\xfe\xff\0<", True),
        (b"\0\0\0<", True),
        (b"", False),
        (b"70-00<", False),
        (b"x<", False),
        (b"\xef\xbb\xbfx<", False),
    ],
)
def test_xml_is_recognised_by_its_first_bytes(head: bytes, xml: bool) -> None:
    assert looks_like_xml(head) is xml


def test_progress_is_reported_every_byte() -> None:
    data = document(*(message(number) for number in range(500)))
    reported: list[int] = []
    form = profile().alerts
    assert form is not None
    reader = AlertReader(form, profile().breaches)
    assert len(list(reader.read(Content.of_bytes("a", data), reported.append))) == 500
    assert sum(reported) == len(data)
    assert len(reported) > 1


def test_records_that_cannot_be_read_are_reported_by_themselves(tmp_path: Path) -> None:
    """A record with an invalid time can be read. The first that cannot is reported first."""
    rows = [communication(number, "") for number in range(1, 6)]
    rows[0] = rows[0].replace("2025-", "soon-")
    rows[3] = rows[3].rstrip("\n").removesuffix(",") + "\n"
    rows[1] = rows[1].rstrip("\n") + ",,\n"
    (tmp_path / "in").write_text("".join(rows))
    ran = run("deadline", tmp_path / "in", "--at", "2025-06-01T10:00:00Z", "--format", "json")
    (source,) = json.loads(ran.out)["inputs"]
    assert (source["communications"], source["unread"]) == (3, 2)
    assert [line.split(", byte")[0] for line in source["troubles"]] == [
        "record 2, field 7", "record 4, field 6",
    ]  # fmt: skip


@pytest.mark.parametrize("data", [communication(1, "").encode(), document(message())])
def test_a_source_reports_each_byte_that_it_has_read(data: bytes) -> None:
    reported: list[int] = []
    source = Source.of(Content.of_bytes("in", data), setting())
    assert len(list(source.communications(reported.append))) == 1
    assert sum(reported) == len(data)
