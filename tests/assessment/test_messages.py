"""Answers: what is taken for one, and what is said of what is not."""

from __future__ import annotations

import re
from typing import Any

import pytest

from conformance.assessment.messages import Answer, Outcome, answer_of, dump, parse

ID = "00c0ffee00c0ffee"
OTHER = "f" * 16


def test_a_message_is_one_line_of_ascii() -> None:
    assert dump({"a": "\u2013\n", "b": 1}) == b'{"a": "\\u2013\\n", "b": 1}\n'


OUTCOME = (
    'the answer is not as the protocol has it: outcome: "written" is not known here '
    "(one of: accepted, rejected, skipped, error)"
)


def test_a_dumped_message_is_parsed_as_it_was() -> None:
    message = {"tadp": 1, "type": "answer", "id": ID, "outcome": "accepted"}
    assert parse(dump(message), "assess-answer") == message


@pytest.mark.parametrize(
    ("data", "reported"),
    [
        (b"fine", "the answer is not JSON: Expecting value, line 1 column 1"),
        (b'"\xff"', "the answer is not UTF-8"),
        (b"[" * 200_000, "the answer is nested too deeply"),
        (b"[]", "the answer is not as the protocol has it: a list cannot be used here"),
        (b'{"outcome": "written"}', OUTCOME),
    ],
)
def test_bytes_that_are_not_an_answer_are_refused_with_the_reason(
    data: bytes, reported: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(reported)) as caught:
        parse(data, "assess-answer")
    assert str(caught.value).startswith(reported)


def test_a_message_is_checked_against_the_schema_that_is_asked_for() -> None:
    assert parse(b'{"outcome": "written"}', "assess-done") == {"outcome": "written"}


def test_an_answer_is_what_its_message_says() -> None:
    message: dict[str, Any] = {
        "id": ID, "outcome": "rejected", "reason": "because", "reasons": [{"clause": "6.1"}],
    }  # fmt: skip
    assert answer_of(message, ID) == Answer(Outcome.REJECTED, "because", ({"clause": "6.1"},), {})
    assert answer_of({"id": ID, "outcome": "accepted"}, ID) == Answer(Outcome.ACCEPTED, "", (), {})
    files = {"adt.csv": "QQ=="}
    written = answer_of({"id": ID, "outcome": "written", "files": files}, ID)
    assert written == Answer(Outcome.WRITTEN, "", (), files)


def test_an_error_that_it_reports_is_said_to_be_reported() -> None:
    message = {"id": ID, "outcome": "error", "reason": "the disk is full"}
    assert answer_of(message, ID) == Answer.error("the implementation reports: the disk is full")
    skipped = {"id": ID, "outcome": "skipped", "reason": "not on Mondays"}
    assert answer_of(skipped, ID) == Answer(Outcome.SKIPPED, "not on Mondays")


def test_an_answer_names_its_request_where_it_has_to() -> None:
    with pytest.raises(ValueError, match=r"^the answer has no id$"):
        answer_of({"outcome": "accepted"}, ID)
    assert answer_of({"outcome": "accepted"}, ID, required=False) == Answer(Outcome.ACCEPTED)
    reported = f"^the answer is to {OTHER}, which is another request$"
    for required in (True, False):
        with pytest.raises(ValueError, match=reported):
            answer_of({"id": OTHER, "outcome": "accepted"}, ID, required=required)


def test_outcomes_are_the_words_of_the_protocol() -> None:
    assert list(Outcome) == ["accepted", "rejected", "skipped", "error", "written", "refused"]
