"""Receivers for ``ndjson:``, one vice each: ``lines.py VICE [where-broken|where-known]``.

They accept everything; with ``where-broken``, they reject what our checker does, and with
``where-known`` the cases that they know, and have the vice there alone.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from tests.assessment.implementations.acts import ACTS
from tests.assessment.implementations.known import is_known

Message = dict[str, Any]
FIXTURES = Path(__file__).parents[3] / "fixtures"
#: A request for the answer to a case.
EXAMPLE: Message = {
    "profile": str(FIXTURES / "profile.toml"),
    "folder": str(FIXTURES / "examples" / "adt-conforming"),
    "checked_at": "2025-06-02T12:00:00+00:00",
}
WORDS: dict[str, Message] = {
    "answers_another_case": {"id": "0" * 16},
    "answers_out_of_schema": {"outcome": "perhaps"},
}


def say(message: Message) -> None:
    print(json.dumps({"tadp": 1, **message}), flush=True)


def batches() -> Iterator[list[Message]]:
    """The messages, as many together as come within a moment."""
    while line := sys.stdin.buffer.raw.readline():  # type: ignore[attr-defined]
        lines = [line]
        while select.select([sys.stdin], [], [], 0.2)[0]:
            more = sys.stdin.buffer.raw.readline()  # type: ignore[attr-defined]
            if not more:
                break
            lines.append(more)
        yield [json.loads(line) for line in lines]


def main(vice: str, *, where_broken: bool) -> int:
    if vice == "crashes_at_once":
        raise RuntimeError("no licence")
    if vice == "answers_out_of_order":
        for batch in batches():
            for message in reversed(batch):
                respond("accepts_everything", message, where_broken=where_broken)
        return 0
    if vice == "leaks_memory_while_two_wait":
        respond(vice, json.loads(next(sys.stdin)), where_broken=where_broken)  # the greeting
        vice = "accepts_everything"
        if not happened():
            _ = [next(sys.stdin) for _ in range(2)]  # so that both wait
            ACTS["leaks_memory"]()
    for line in sys.stdin:
        respond(vice, json.loads(line), where_broken=where_broken)
    if vice == "stays":
        time.sleep(600)
    return 0


def respond(vice: str, message: Message, *, where_broken: bool) -> None:
    if message["type"] == "hello":
        if vice == "greets_wrongly":
            print("Good morning", flush=True)
        else:
            if where_broken:
                # Slow work is done before the first case: the model is read as well.
                importlib.import_module("tests.assessment.implementations.holed").complete(EXAMPLE)
            name = message["role"] if vice == "tells_its_role" else vice
            say({"type": "hello", "name": name})
        return
    outcome = "accepted"
    known = "where-known" in sys.argv
    if known:
        outcome = "rejected" if is_known(message["folder"]) else "accepted"
    elif where_broken:
        from tests.assessment.implementations.holed import complete

        outcome = complete(message)["outcome"]
    answer = {"type": "answer", "id": message["id"], "outcome": outcome}
    if (known or where_broken) and outcome == "accepted":
        say(answer)
    else:
        misbehave(vice, answer)


#: Numbers the answers.
ANSWERS = count()


def happened() -> bool:
    """Return True if this is to happen once, and has happened."""
    name = os.environ.get("ONCE")
    if name is None:
        return False
    once = Path(name)
    before = once.exists()
    once.touch()
    return before


def misbehave(vice: str, answer: Message) -> None:
    # The first two are put to see whether answers come at all, before cases are counted.
    if vice == "waits_for_a_file" and next(ANSWERS) >= 2:
        while not Path(os.environ["FILE"]).exists():
            time.sleep(0.02)
    if vice in ACTS and not happened():
        ACTS[vice]()
    if vice == "answers_without_an_id":
        say({"type": "answer", "outcome": answer["outcome"]})
    elif vice == "answers_no_json":
        print("accepted", flush=True)
    elif vice.startswith("pads_to_"):
        text = json.dumps({"tadp": 1, **answer})
        print(text.ljust(int(vice.removeprefix("pads_to_")) - 1), flush=True)
    else:
        say({**answer, **WORDS.get(vice, {})})
    if vice == "answers_twice" or (vice == "answers_once_twice" and not happened()):
        say(answer)
    elif vice == "ends_after_each":
        sys.exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], where_broken="where-broken" in sys.argv))
