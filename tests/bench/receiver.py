"""A receiver that answers at once: each submission is rejected, and none is looked at."""

from __future__ import annotations

import json
import sys

for line in sys.stdin:
    message = json.loads(line)
    answer = {"tadp": 1, "type": "answer", "id": message.get("id"), "outcome": "rejected"}
    if message["type"] == "hello":
        answer = {"tadp": 1, "type": "hello", "name": "at once", "version": "1"}
    sys.stdout.write(f"{json.dumps(answer)}\n")
    sys.stdout.flush()
