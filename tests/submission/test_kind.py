"""The kind of a file, by its first bytes."""

from __future__ import annotations

import pytest

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.model.requirement import Kind
from conformance.submission.kind import kind_by_content, looks_like_message, require_csv
from tests.records.formats import ADT, QCAF, REPORT, SENDER, adt, qcaf

FORMATS = {form.kind: form for form in (ADT, QCAF, REPORT)}
NOON = "2026-02-28T12:00:00Z"
#: Two of six fields of a record of the report and of a QCAF; more has to fit.
HALF = b"x,x,x,2026-02-28T12:00:00Z,ADUserThresholdBreach,"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (adt(0), Kind.ADT),
        (qcaf(0), Kind.QCAF),
        (qcaf(0).replace(b"Release", b""), Kind.REPORT),
        (adt(0).replace(b",", b";").replace(b"\n", b"\r"), Kind.ADT),
        (f"{SENDER},IS,,x,x,x\n".encode(), Kind.ADT),
        (f"\ufeff{SENDER},IS,,x,x,x\n".encode(), Kind.ADT),
        (f"{SENDER.lower()},IS,,x,x,x\n".encode(), Kind.ADT),
        (f"{SENDER.lower()}:{SENDER.lower()}:0,x,x,{NOON},x,Release\n".encode(), Kind.QCAF),
        (f"{SENDER.lower()}:{SENDER}:x,x,x,{NOON},x,Release\n".encode(), None),
        (HALF + b"Release\n", Kind.QCAF),
        (HALF + b"\n", Kind.REPORT),
        (HALF + b"7\n", None),
        (HALF.replace(b"x,x,x", b"x,x,1") + b"7\n", None),  # either of them
        (b"", None),
        (b"x,y\n", None),
    ],
)
def test_the_columns_show_the_kind_where_one_fits_best(head: bytes, kind: Kind | None) -> None:
    assert kind_by_content(head, FORMATS) == kind


def test_the_first_fifty_records_are_looked_at() -> None:
    even = adt(0) * 25 + qcaf(0) * 25
    assert kind_by_content(even, FORMATS) is None
    assert kind_by_content(even + qcaf(0), FORMATS) is None
    assert kind_by_content(adt(0) * 25 + qcaf(0) * 24, FORMATS) is Kind.ADT
    assert kind_by_content(qcaf(0) * 26 + adt(0) * 26, FORMATS) is Kind.QCAF


@pytest.mark.parametrize(
    "name",
    ["From", "To", "DATE", "subject", "Received", "Return-Path", "MIME-Version", "Message-ID",
     "Delivered-To", "Content-Type", "X-Mailer", "Reply-To"],
)  # fmt: skip
def test_a_message_begins_with_a_header_field(name: str) -> None:
    assert looks_like_message(f"{name}: x\r\n\r\n".encode())
    assert not looks_like_message(f"{name}\n{name}: x\n".encode())
    assert not looks_like_message(f"X{name}: x\n".encode())


@pytest.mark.parametrize(
    ("head", "title"),
    [(b"PK\3\4", "a zip archive"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document")],
)
def test_a_file_of_another_program_is_refused_by_its_name(head: bytes, title: str) -> None:
    content = Content.of_bytes("adt.csv", head + b"x" * 20)
    with pytest.raises(SubmissionError) as raised:
        require_csv(content, "save it as CSV")
    assert str(raised.value) == f"adt.csv: is {title}, not CSV (save it as CSV)"
    require_csv(Content.of_bytes("adt.csv", b"x" + head), "save it as CSV")
