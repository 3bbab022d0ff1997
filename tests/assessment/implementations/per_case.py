"""Receivers for ``exec:``, one vice each: ``per_case.py VICE [where-known] FOLDER``.

They accept everything; with ``where-known``, they reject the cases that they know, and have the
vice there alone.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from tests.assessment.implementations.acts import ACTS
from tests.assessment.implementations.known import is_known

WORDS: dict[str, dict[str, Any]] = {
    "answers_another_case": {"id": "0" * 16},
    "another_verdict": {"outcome": "rejected"},
    "out_of_schema": {"outcome": "perhaps"},
    "says_more": {"comment": "fine"},
    "skips": {"outcome": "skipped", "reason": "not on Mondays"},
    "reports_an_error": {"outcome": "error", "reason": "the disk is full"},
}


def main(vice: str, *, where_known: bool) -> int:
    message = json.load(sys.stdin)
    rejected = vice == "rejects_everything"
    if where_known:
        rejected = is_known(message["folder"])
        if not rejected:
            return 0
    if vice in WORDS:
        print(json.dumps({"outcome": "rejected" if rejected else "accepted", **WORDS[vice]}))
    elif vice in ACTS:
        ACTS[vice]()
    elif vice == "chats":
        print("checking", message["folder"])
    elif vice == "tells_all_it_sees":
        with open(os.environ["SEEN"], "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(json.dumps([message, sys.argv, dict(os.environ)]) + "\n")
    elif vice == "crashes_on_a_broken_one":
        with open(message["folder"] + "/adt.csv", "rb") as file:  # noqa: PTH123
            assert file.read(1).isdigit()
    if rejected and vice not in WORDS:
        print(json.dumps({"outcome": "rejected"}))
    return int(rejected)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], where_known="where-known" in sys.argv))
