"""How an implementation is run: its time, memory and role."""

from __future__ import annotations

from msgspec import Struct

#: Seconds that an implementation has for one submission, by default.
TIMEOUT = 30.0
#: MiB of memory that its processes may use together, by default.
MEMORY = 2048


class Terms(Struct, frozen=True):
    """How an implementation is run.

    Seconds for one answer, how many are asked for at once, its role, and how many MiB of memory
    the processes of one command may use together. What runs elsewhere, behind ``http:``, is not
    ours to measure. With ``exit_codes``, exit code 1 rejects without an answer beside it.
    """

    timeout: float = TIMEOUT
    jobs: int = 1
    role: str = "receiver"
    memory: int = MEMORY
    exit_codes: bool = False
