"""Receivers for ``ndjson:``, one vice each: ``lines.py VICE``."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any


def say(message: dict[str, Any]) -> None:
    print(json.dumps({"tadp": 1, **message}), flush=True)


def main(vice: str) -> int:
    if vice == "crashes_at_once":
        raise RuntimeError("no licence")
    held: list[str] = []
    for line in sys.stdin:
        message = json.loads(line)
        if message["type"] == "hello":
            if vice == "greets_wrongly":
                print("Good morning", flush=True)
            else:
                say({"type": "hello", "name": vice})
            continue
        answer(vice, message["id"], held)
    return 0


def answer(vice: str, identifier: str, held: list[str]) -> None:  # noqa: C901, PLR0912 - a vice a branch
    accepted = {"type": "answer", "id": identifier, "outcome": "accepted"}
    if vice == "hangs":
        time.sleep(600)
    elif vice == "crashes":
        sys.exit(3)
    elif vice == "endless_output":
        while True:
            sys.stdout.write("x" * 65536)
    elif vice == "answers_another_case":
        say({**accepted, "id": "0" * 16})
    elif vice == "answers_without_an_id":
        say({"type": "answer", "outcome": "accepted"})
    elif vice == "answers_no_json":
        print("accepted", flush=True)
    elif vice == "answers_out_of_schema":
        say({**accepted, "outcome": "perhaps"})
    elif vice == "answers_out_of_order":
        held.append(identifier)
        if len(held) == 2:
            for one in reversed(held):
                say({**accepted, "id": one})
            held.clear()
    elif vice == "leaves_children":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        say(accepted)
    else:
        say(accepted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
