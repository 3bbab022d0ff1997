"""Messages between the suite and an implementation, and the reading of answers."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

from msgspec import Struct, convert, field
from msgspec.structs import replace

from conformance.model.json_text import parse_json
from conformance.model.problem import MOST
from conformance.model.schema import problems

#: Version of the protocol.
VERSION = 1
#: The longest answer that is read; anything longer is endless output.
MAXIMUM = 1 << 20


class Outcome(StrEnum):
    """The answer of a receiver to a submission, or of a submitter to a task."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SKIPPED = "skipped"  #: it says that it does not do such things, and why
    ERROR = "error"  #: no answer, or none that counts: never a rejection
    WRITTEN = "written"  #: a submitter has written a submission
    REFUSED = "refused"  #: a submitter says that what is asked must not be sent, and why


class Answer(Struct, frozen=True):
    """An answer.

    ``reason`` says why it was skipped or what went wrong; ``reasons`` hold, for a rejection, what
    the implementation names: requirement, clause, record, field, offset.
    """

    outcome: Outcome
    reason: str = ""
    reasons: tuple[dict[str, Any], ...] = ()
    files: dict[str, str] = field(default_factory=dict)

    @classmethod
    def error(cls, reason: str) -> Answer:
        """No answer that counts, and why."""
        return cls(Outcome.ERROR, reason)


def dump(message: dict[str, Any]) -> bytes:
    """A message as one line of JSON."""
    return json.dumps(message, ensure_ascii=True).encode() + b"\n"


def parse(data: bytes, schema: str) -> dict[str, Any]:
    """The message in ``data``.

    Raises:
        ValueError: it is not JSON, or does not fit the schema; says all that does not.
    """
    try:
        _, message = parse_json(data)
    except ValueError as error:
        raise ValueError(f"the answer {error}") from None
    found = problems(schema, message)
    if found:
        said = "; ".join(one.line(message) for one in found[:MOST])
        raise ValueError(f"the answer is not as the protocol has it: {said}")
    return dict(message)


def answer_of(message: dict[str, Any], identifier: str, *, required: bool = True) -> Answer:
    """The answer that ``message`` holds to the request ``identifier``.

    Raises:
        ValueError: it answers another request, or, if ``required``, does not say which.
    """
    if required and "id" not in message:
        raise ValueError("the answer has no id")
    if message.get("id", identifier) != identifier:
        raise ValueError(f"the answer is to {message['id']}, which is another request")
    answer = convert(message, Answer)
    if answer.outcome is Outcome.ERROR:
        return replace(answer, reason=f"the implementation reports: {answer.reason}")
    return answer
