"""An email message as evidence: subject, body, recipients, attachments, and what may be wrong."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.commands.common import catalogue
from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.model.profile_loading import load_profile
from conformance.submission.evidence import Submission
from conformance.submission.hints import CliHints
from conformance.submission.kind import looks_like_message
from conformance.submission.message import (
    MAXIMUM_PARTS,
    read_message,
)
from conformance.submission.reading import read_submission
from tests.profiles.apart import APART
from tests.running import run
from tests.sampling import examples
from tests.submission.mail import Read, read_first


def message(*lines: str | bytes, end: bytes = b"\r\n") -> Read:
    """Read a message of these lines."""
    return read_first(end.join(o if isinstance(o, bytes) else o.encode() for o in lines))


def attachment(data: bytes, name: str | None, kind: str = "application/octet-stream") -> list[str]:
    """A part with ``data``."""
    said = f'attachment; filename="{name}"' if name else "attachment"
    return [
        "--b", f"Content-Type: {kind}", "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {said}", "", base64.b64encode(data).decode(),
    ]  # fmt: skip


HEAD = (
    "From: a@example.com", "To: b@example.com", "Date: Sun, 1 Jun 2025 13:00:00 +0100",
    "Subject: hello", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b"', "",
)  # fmt: skip
TEXT = ("--b", "Content-Type: text/plain", "", "dear all")


def content(found: Content | None) -> bytes | None:
    return found.read(1 << 20) if found else None


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22adt.csv"),
        ("winmail.dat", "application/octet-stream", b"\x78\x9f\x3e\x22adt.csv"),
        ("ATT0001.dat", "application/vnd.ms-tnef", b"damaged"),
    ],
)
def test_attachments_that_outlook_has_packed_are_not_the_file(
    tmp_path: Path, name: str, kind: str, data: bytes
) -> None:
    parts = attachment(data, name, kind)
    packed = message(*HEAD, *TEXT, *parts, "--b--")
    assert (packed.file, packed.packed) == (None, True)
    more = message(*HEAD, *parts, *attachment(b"a,b\n", "adt.csv"), "--b--")
    assert (content(more.file), more.packed) == (b"a,b\n", True)
    path = tmp_path / "m.eml"
    path.write_text("\r\n".join((*HEAD, *TEXT, *parts, "--b--")), "ascii")
    out = tmp_path / "report.json"
    assert run("check", path, "--kind", "adt", "--only", "6.1", "--output", out).code == 0
    (submission,) = json.loads(out.read_text("utf-8"))["submissions"]
    found = {one["status"]: one["reason"] for one in submission["requirements"]}
    assert set(found) == {"not shown", "not applicable"}
    assert "packed in winmail.dat" in found["not shown"]


def test_a_plain_letter() -> None:
    read = message("Subject: hello", "To: b@example.com", "", "dear all", "bye")
    assert (read.subject, read.body) == ("hello", "dear all\r\nbye")
    assert read.recipients == ("b@example.com",)
    assert (read.sent_at, read.file, read.signature) == (None, None, None)


def test_a_letter_with_a_file() -> None:
    read = message(*HEAD, *TEXT, *attachment(b"1,2\r\n3\n", "adt.csv"), "--b--")
    assert read.sent_at == datetime(2025, 6, 1, 12, tzinfo=UTC)
    assert read.body == "dear all"
    assert read.file is not None
    assert read.file.name == "adt.csv"
    # Byte for byte: a line ending in an attachment is data.
    assert content(read.file) == b"1,2\r\n3\n"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("adt.csv.p7s", "application/octet-stream"),
        ("adt.csv.P7S", "application/octet-stream"),
        ("adt.csv.sig", "application/octet-stream"),
        ("whatever", "application/pkcs7-signature"),
        ("whatever", "application/x-pkcs7-signature"),
        (None, "application/pkcs7-signature"),
    ],
)
def test_a_detached_signature_is_distinguished_from_the_file(name: str | None, kind: str) -> None:
    for first in (True, False):
        file = attachment(b"file", "adt.csv")
        parts = [attachment(b"signature", name, kind), file]
        if not first:
            parts.reverse()
        read = message(*HEAD, *TEXT, *parts[0], *parts[1], "--b--")
        assert (content(read.file), content(read.signature)) == (b"file", b"signature")


def test_the_first_of_several_files_is_the_one() -> None:
    read = message(
        *HEAD, *attachment(b"1", "a.csv"), *attachment(b"2", "b.csv"),
        *attachment(b"3", "a.p7s"), *attachment(b"4", "b.p7s"), "--b--",
    )  # fmt: skip
    assert (content(read.file), content(read.signature)) == (b"1", b"3")


def test_text_that_is_attached_is_a_file_and_no_body() -> None:
    read = message(*HEAD, *TEXT, *attachment(b"1,2", "adt.csv", "text/csv"), "--b--")
    assert (read.body, content(read.file)) == ("dear all", b"1,2")
    unnamed = message(*HEAD, *TEXT, *attachment(b"1,2", None, "text/csv"), "--b--")
    assert unnamed.file is not None
    assert unnamed.file.name == "attachment"
    bare = message(*HEAD, *TEXT, "--b", "Content-Type: text/csv", "", "1,2", "--b--")
    assert (bare.body, content(bare.file)) == ("dear all", b"1,2")
    inline = message(*HEAD, "--b", "Content-Type: text/plain; name=x.csv", "", "1,2", "--b--")
    assert content(inline.file) == b"1,2"


def test_several_texts_are_one_body() -> None:
    read = message(*HEAD, *TEXT, "--b", "Content-Type: text/html", "", "<p>REQ1</p>", "--b--")
    assert read.body == "dear all\nREQ1"


def test_a_message_within_a_message_is_read_by_itself() -> None:
    outer = message(
        *HEAD, "--b", "Content-Type: message/rfc822", "", "Subject: inner",
        'Content-Type: multipart/mixed; boundary="c"', "", "--c",
        'Content-Disposition: attachment; filename="a.csv"', "", "1,2", "--c--", "--b--",
    )  # fmt: skip
    assert (outer.subject, outer.file) == ("hello", None)
    (inner,) = outer.whole.forwarded
    assert inner.subject == "inner"
    assert [content(one.content) for one in inner.attachments] == [b"1,2"]


@pytest.mark.parametrize(
    ("lines", "subject"),
    [
        (("Subject: a",), "a"),
        (("Subject:",), ""),
        (("subject: a",), "a"),
        (("Subject: a", " b"), "a b"),
        (("Subject: =?utf-8?b?UkVRMQ==?=",), "REQ1"),
        (("Subject: =?iso-8859-1?q?caf=E9?=",), "caf\u00e9"),
        (("Subject: caf\u00e9",), "caf\u00e9"),
        (("To: b@example.com",), None),
        (("Subject: a", "Subject: b"), "a"),
    ],
)
def test_the_subject(lines: tuple[str, ...], subject: str | None) -> None:
    assert message("From: a@example.com", *lines, "", "x").subject == subject


@pytest.mark.parametrize("data", [b"Subject: \xff\xfe", b"Subject: =?utf-8?b?/////w==?="])
def test_a_subject_in_no_character_set_is_some_text(data: bytes) -> None:
    assert isinstance(message(data, "", "x").subject, str)


@pytest.mark.parametrize(
    ("lines", "recipients"),
    [
        (("To: b@example.com",), ("b@example.com",)),
        (("To: B <b@example.com>, c@example.com",), ("b@example.com", "c@example.com")),
        (("To: b@example.com", "Cc: c@example.com", "Bcc: d@x.y"),
         ("b@example.com", "c@example.com", "d@x.y")),
        (("From: b@example.com",), ()),
        (("To: undisclosed-recipients:;",), ()),
        (("To: \"b@example.com\" <c@example.com>",), ("c@example.com",)),
        (("To: <>",), ()),
    ],
)  # fmt: skip
def test_the_recipients(lines: tuple[str, ...], recipients: tuple[str, ...]) -> None:
    assert message("Subject: x", *lines, "", "x").recipients == recipients


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Sun, 1 Jun 2025 13:00:00 +0100", datetime(2025, 6, 1, 12, tzinfo=UTC)),
        ("1 Jun 2025 12:00:00 GMT", datetime(2025, 6, 1, 12, tzinfo=UTC)),
        ("Sun, 1 Jun 2025 12:00:00 -0000", datetime(2025, 6, 1, 12, tzinfo=UTC)),
        ("tomorrow", None),
        ("Sun, 99 Jun 2025 13:00:00 +0100", None),
        ("Fri, 31 Dec 9999 23:59:59 -0100", None),
        ("", None),
    ],
)
def test_the_date(date: str, moment: datetime | None) -> None:
    assert message(f"Date: {date}", "", "x").sent_at == moment


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "no-such-charset", '"', "\u00e9"])
def test_a_body_in_whatever_character_set_is_some_text(charset: str) -> None:
    read = message(f"Content-Type: text/plain; charset={charset}", "", b"REQ1 \xff")
    assert read.body.startswith("REQ1 ")


def test_transfer_encodings_are_undone() -> None:
    for name, written in (("base64", "UkVRMQ=="), ("quoted-printable", "=52EQ1"), ("8bit", "REQ1")):
        assert message(f"Content-Transfer-Encoding: {name}", "", written).body.strip() == "REQ1"


def test_line_feeds_alone_are_read_too() -> None:
    read = message(*HEAD, *TEXT, *attachment(b"1,2", "adt.csv"), "--b--", end=b"\n")
    assert (read.subject, content(read.file)) == ("hello", b"1,2")


# --- What is wrong ------------------------------------------------------------------------------

MALFORMED = [
    b"",
    b"\r\n\r\n",
    b"no header at all",
    b"Subject",
    b": nothing\r\n\r\n",
    b"Content-Type: multipart/mixed\r\n\r\nno boundary",
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\nnever begun',
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n--b\r\n--b',
    b"Content-Type: ; ; ;\r\n\r\n",
    b"Content-Type: text\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
    b"Content-Disposition: attachment; filename*0*=utf-8''%\r\n\r\n",
    b"Content-Disposition: attachment; filename*=x'y'%ff%fe\r\n\r\n",
    b"To: " + b"(" * 2000 + b"\r\n\r\n",
    b"To: " + b"<" * 500 + b"a@b\r\n\r\n",
    b'To: "' + b"\\" * 501 + b"\r\n\r\n",
    b"To: =?utf-8?q?=\r\n\r\n",
    b"To: a@[\r\n\r\n",
    b"Date: " + b"9" * 5000 + b"\r\n\r\n",
    b"Subject: \0\0\0\r\n\r\n\0",
    b"MIME-Version: (((\r\n\r\n",
    b"Message-ID: <<<\r\n\r\n",
]


def read_or_refused(data: bytes) -> bool:
    """Return True if a message is read, or refused for its contents: never another error."""
    try:
        read_message(Content.of_bytes("m.eml", data))
    except SubmissionError as error:
        return str(error).startswith("m.eml: ")
    return True


@pytest.mark.parametrize("data", MALFORMED, ids=[repr(m[:40]) for m in MALFORMED])
def test_a_malformed_message_is_read_or_refused(data: bytes, tmp_path: Path) -> None:
    assert read_or_refused(data)
    # With a header that makes a message of it, on the command line.
    path = tmp_path / "m.eml"
    path.write_bytes(b"From: a@example.com\r\n" + data)
    assert run("check", path, "--kind", "adt").code in (0, 1, 2)


def nested(depth: int) -> bytes:
    head = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
        for n in range(depth)
    )
    return b"From: a@example.com\r\n" + head


def test_parts_within_parts_are_read_or_refused() -> None:
    assert read_message(Content.of_bytes("m.eml", nested(20))).attachments == ()
    with pytest.raises(SubmissionError, match="has more than 16,384 bytes in the fields"):
        read_message(Content.of_bytes("m.eml", nested(3000)))


def test_very_many_parts_are_refused() -> None:
    data = "\r\n".join((*HEAD, *["--b", "", "x"] * (MAXIMUM_PARTS + 1), "--b--")).encode()
    with pytest.raises(SubmissionError, match="has more than 1,000 parts"):
        read_message(Content.of_bytes("m.eml", data))


def test_a_very_large_message_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.eml"
    with path.open("wb") as file:
        file.write(b"From: a@example.com\r\n\r\n")
        file.truncate((32 << 20) + 1)
    assert "more than the 33,554,432 that are read" in run("check", path).trouble


HEADERS = st.sampled_from(
    ["From", "To", "Cc", "Subject", "Date", "Content-Type", "Content-Disposition", "MIME-Version",
     "Content-Transfer-Encoding", "Message-ID", "Reply-To", "Sender", "X"]
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=60),
    st.text("=?utf-8qb_<>@\"\\()[];:,.*'%\r\n \t", max_size=60),
    st.sampled_from(
        ['multipart/mixed; boundary="b"', "message/rfc822", "attachment; filename=a.csv",
         "text/plain; charset=utf-16", "base64", "uuencode", "message/external-body",
         "multipart/signed", "message/delivery-status", "multipart/digest; boundary=b"]
    ),
)  # fmt: skip


@settings(max_examples=examples(300), suppress_health_check=[HealthCheck.too_slow])
@given(
    headers=st.lists(st.tuples(HEADERS, VALUES), max_size=6),
    body=st.one_of(st.binary(max_size=80), st.just(b"--b\r\n\r\nx\r\n--b--")),
)
def test_any_message_is_read_or_refused(headers: list[tuple[str, str]], body: bytes) -> None:
    lines = b"".join(
        f"{name}: {value}\r\n".encode("utf-8", "surrogatepass") for name, value in headers
    )
    assert read_or_refused(lines + b"\r\n" + body)


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        (b"From: a@example.com", True),
        (b"Received: by x", True),
        (b"SUBJECT: x", True),
        (b"from here to there", False),
        (b"70-00-00-00-00-00-00-01,IS", False),
        (b"", False),
        (b"\nFrom: a", False),
        (b"\x30\x80", False),
    ],
)
def test_a_message_is_recognised_by_its_first_line(head: bytes, is_one: bool) -> None:
    assert looks_like_message(head) is is_one


# --- In a submission ----------------------------------------------------------------------------

LETTER = "\r\n".join(
    (*HEAD, "--b", "", "for REQ000000000001", *attachment(b"in the letter", "adt.csv"),
     *attachment(b"its signature", "adt.csv.p7s"), "--b--")
)  # fmt: skip


def recorded(folder: Path) -> Submission:
    return read_submission(str(folder), CliHints(), load_profile("reference", catalogue()))


def test_a_letter_shows_what_its_record_does_not(tmp_path: Path) -> None:
    (tmp_path / "m.eml").write_text(LETTER, newline="")
    (tmp_path / "submission.json").write_text(
        '{"submission": 1, "kind": "adt", "delivery": {"message": "m.eml"}}'
    )
    reported = recorded(tmp_path)
    assert (reported.delivery.method, reported.delivery.name) == ("email", "adt.csv")
    assert (reported.delivery.subject, reported.delivery.recipients) == (
        "hello",
        ("b@example.com",),
    )
    assert reported.sent_at == datetime(2025, 6, 1, 12, tzinfo=UTC)
    assert content(reported.file) == b"in the letter"
    assert isinstance(reported.signature, Content)
    assert content(reported.signature) == b"its signature"


def test_a_record_goes_before_its_letter(tmp_path: Path) -> None:
    (tmp_path / "m.eml").write_text(LETTER, newline="")
    (tmp_path / "a.csv").write_bytes(b"beside it")
    (tmp_path / "submission.json").write_text(
        '{"submission": 1, "kind": "adt", "file": "a.csv", "sent_at": "2025-01-01T00:00:00Z", '
        '"delivery": {"message": "m.eml", "method": "pigeon", "name": "n", "subject": "", '
        '"body": "", "recipients": []}}'
    )
    reported = recorded(tmp_path)
    delivery = reported.delivery
    assert (delivery.method, delivery.name, delivery.subject, delivery.body) == (
        "pigeon", "n", "", "",
    )  # fmt: skip
    assert delivery.recipients == ()
    assert reported.sent_at == datetime(2025, 1, 1, tzinfo=UTC)
    assert content(reported.file) == b"beside it"
    assert reported.signature is None


def test_a_letter_without_a_subject_has_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "adt.eml"
    path.write_bytes(b"From: a@example.com\r\n\r\nx")
    reported = read_submission(str(path), CliHints(), load_profile("reference", catalogue()))
    assert reported.delivery.subject == ""
    assert reported.file is None


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\n" * 1_000_001, "has more than 1,000,000 lines"),
        (b"\r" * 1_000_001, "has more than 1,000,000 lines"),
        (b"X: y\n" * 5001, "has more than 5,000 fields in its headers"),
        (b"Subject: " + b"a" * 4097, "has more than 4,096 bytes in a field Subject"),
        (b"to: " + b"a@b, " * 1000, "has more than 4,096 bytes in a field to"),
        (b"To: a\n" * 16384, "has more than 5,000 fields in its headers"),
        (b"Cc: " + b"a" * 4000 + b"\nBcc: " + b"a" * 4000 + b"\nTo: " + b"a" * 4000
         + b"\nSubject: " + b"a" * 4000 + b"\nDate: " + b"1" * 999,
         "has more than 16,384 bytes in the fields of its headers that are read"),
    ],
    ids=["lf", "cr", "fields", "subject", "list", "same-fields", "together"],
)  # fmt: skip
def test_a_message_that_would_take_long_to_read_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(SubmissionError) as caught:
        read_message(Content.of_bytes("m.eml", data + b"\n\n"))
    assert str(caught.value) == f"m.eml: {says}"


def test_other_fields_may_be_long() -> None:
    data = b"Received: " + b"a" * 100_000 + b"\nSubject: x\n\n"
    assert read_message(Content.of_bytes("m.eml", data)).subject == "x"


@pytest.mark.parametrize("charset", ["punycode", "idna", "nothing"])
def test_a_body_in_a_charset_that_is_not_for_messages_is_read_as_latin_1(charset: str) -> None:
    data = f"Content-Type: text/plain; charset={charset}\n\nREQ\u00e4".encode("latin-1")
    assert read_message(Content.of_bytes("m.eml", data)).body == "REQ\u00e4"


def test_a_message_that_the_standard_library_stumbles_over_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stumble(*_: object) -> None:
        raise IndexError

    monkeypatch.setattr("email.parser.BytesParser.parsebytes", stumble)
    with pytest.raises(SubmissionError) as raised:
        message("Subject: x", "", "")
    assert str(raised.value) == "m.eml: cannot be read as an email message: IndexError"


@pytest.mark.parametrize(
    "name",
    ["Subject", "TO", "cc", "Bcc", "date", "Content-Type", "Content-Disposition",
     "content-transfer-encoding"],
)  # fmt: skip
def test_each_field_that_shows_something_is_bounded(name: str) -> None:
    for size, fits in ((4096, True), (4097, False)):
        data = f"{name}: {'x' * size}\r\n\r\nhello\r\n".encode()
        if fits:
            assert read_or_refused(data)
        else:
            reported = f"m.eml: has more than 4,096 bytes in a field {name}"
            with pytest.raises(SubmissionError) as caught:
                read_message(Content.of_bytes("m.eml", data))
            assert str(caught.value) == reported


def test_a_field_that_shows_nothing_may_be_long() -> None:
    read = message(f"X-Other: {'x' * 20_000}", "Subject: hello", "", "dear all")
    assert read.subject == "hello"


def test_as_many_fields_are_read_as_a_letter_may_have_and_no_more() -> None:
    assert message(*["X: y"] * 5000, "", "hello").body == "hello"
    with pytest.raises(SubmissionError) as caught:
        message(*["X: y"] * 5001, "", "hello")
    assert str(caught.value) == "m.eml: has more than 5,000 fields in its headers"


@pytest.mark.parametrize(
    ("edition", "mailbox", "requirement"),
    [("mp109", "intake@dcc.example", "UG1.6-3"), ("v2.0", "desk@dcc.example", "3.4-1")],
)
def test_a_message_was_sent_by_the_method_that_is_email_under_the_profile(
    edition: str, mailbox: str, requirement: str, tmp_path: Path
) -> None:
    head = [f"To: {mailbox}" if line.startswith("To:") else line for line in HEAD]
    path = tmp_path / "m.eml"
    path.write_text("\r\n".join((*head, *TEXT, *attachment(b"a", "adt.csv"), "--b--")), "ascii")
    words = ("--kind", "adt", "--edition", edition, "--profile", APART, "--format", "json")
    (found,) = run("check", path, *words).report["submissions"]
    status = {one["id"]: one["status"] for one in found["requirements"]}
    assert status[requirement] == "passed"
    assert status["3.4-1"] != "failed"
