"""The process behind ``python:MODULE:FUNCTION``: calls the function for each message.

The function takes the message as a dictionary and returns a dictionary (an answer without
``tadp``, ``type`` and ``id``), or True for accepted and False for rejected.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any


def serve(name: str) -> int:
    """Answer messages from standard input until it ends."""
    # Output of the function must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    function: Callable[[dict[str, Any]], Any] = _nothing
    for line in sys.stdin.buffer:
        message = json.loads(line)
        if message["type"] == "hello":
            function = _find(name)
            answer: dict[str, Any] = {"tadp": 1, "type": "hello", "name": name}
        else:
            answer = _answer(function, message)
        answers.write(json.dumps(answer).encode() + b"\n")
    return 0


def _find(name: str) -> Callable[[dict[str, Any]], Any]:
    module, _, function = name.partition(":")
    found: Callable[[dict[str, Any]], Any] = getattr(importlib.import_module(module), function)
    return found


def _nothing(_: dict[str, Any]) -> Any:
    raise RuntimeError("no handshake")


def _answer(function: Callable[[dict[str, Any]], Any], message: dict[str, Any]) -> dict[str, Any]:
    kind = {"submission": "answer", "task": "done"}[message["type"]]
    head = {"tadp": 1, "type": kind, "id": message["id"]}
    try:
        said = function(message)
    except Exception as error:
        # Whatever it is, it is the implementation's.
        traceback.print_exc()
        return {**head, "outcome": "error", "reason": f"{type(error).__name__}: {error}"}
    if isinstance(said, bool):
        said = {"outcome": "accepted" if said else "rejected"}
    return {**head, **said} if isinstance(said, dict) else {**head, "outcome": repr(said)}


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1]))
