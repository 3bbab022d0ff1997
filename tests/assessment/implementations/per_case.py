"""Receivers for ``exec:``, one vice each: ``per_case.py VICE FOLDER``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main(vice: str) -> int:  # noqa: C901, PLR0912 - a vice a branch
    message = json.load(sys.stdin)
    answers = {
        "another_case": {"outcome": "accepted", "id": "0" * 16},
        "another_verdict": {"outcome": "rejected"},
        "out_of_schema": {"outcome": "perhaps"},
        "says_more": {"outcome": "accepted", "comment": "fine"},
        "skips": {"outcome": "skipped", "reason": "not on Mondays"},
        "reports_an_error": {"outcome": "error", "reason": "the disk is full"},
    }
    if vice in answers:
        print(json.dumps(answers[vice]))
    elif vice == "rejects_everything":
        return 1
    elif vice == "crashes":
        print("out of cheese", file=sys.stderr)
        return 70
    elif vice == "aborts":
        os.abort()
    elif vice == "throws":
        raise ValueError("odd")
    elif vice == "hangs":
        time.sleep(600)
    elif vice == "answers_slowly":
        time.sleep(0.2)
    elif vice == "endless_output":
        while True:
            print("{" * 65536)
    elif vice == "leaves_children":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    elif vice == "chats":
        print("checking", message["folder"])
    elif vice == "tells_all_it_sees":
        with open(os.environ["SEEN"], "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(json.dumps([message, sys.argv, dict(os.environ)]) + "\n")
    elif vice == "crashes_on_a_broken_one":
        with open(message["folder"] + "/adt.csv", "rb") as file:  # noqa: PTH123
            assert file.read(1).isdigit()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
