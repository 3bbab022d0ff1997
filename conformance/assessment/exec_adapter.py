"""``exec:COMMAND``: a process for each case, which answers by its exit code and its output."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from conformance.assessment.messages import MAXIMUM, Answer, Outcome, answer_of, dump, parse
from conformance.assessment.neutral import Job
from conformance.assessment.one_by_one import OneByOne
from conformance.assessment.process import Process, words_of
from conformance.assessment.terms import Terms

_CODES = {
    "assess-answer": {0: Outcome.ACCEPTED, 1: Outcome.REJECTED},
    "assess-done": {0: Outcome.WRITTEN, 1: Outcome.REFUSED},
}
#: Entries of the message that a command finds in its environment too.
_VARIABLES = ("folder", "inputs", "edition", "checked_at", "anchors", "crls", "ocsp", "profile")


#: The message if there is only exit code 1: runtimes end with it when a program crashes.
_ALONE = (
    "exit code 1 and no answer on standard output: write one, or assess with --exit-codes if 1 "
    "alone is how it rejects"
)
_FOR_ANSWERS = "standard output is for the answer alone; print all else to standard error"


class ExecAdapter(OneByOne):
    """Runs the command with the folder as its last argument and the message on standard input."""

    def __init__(self, command: str, terms: Terms) -> None:
        self._words = words_of(command)
        self._terms = terms

    def ask(self, job: Job) -> Answer:
        """Run the command on one job."""
        extra = {
            f"TADP_{name.upper()}": str(job.message[name])
            for name in _VARIABLES
            if name in job.message
        }
        words = [*self._words, str(job.message["folder"])]
        process = Process(words, self._terms.memory, extra)
        try:
            return self._run(process, job)
        finally:
            process.end()

    def _run(self, process: Process, job: Job) -> Answer:
        until = time.monotonic() + self._terms.timeout
        reader = _Reader(process)
        _feed(process, dump(job.message))
        code = reader.wait(until)
        if process.excess:
            return Answer.error(process.excess)
        if reader.endless:
            return Answer.error(f"endless output: more than {MAXIMUM:,} bytes on standard output")
        if code is None:
            return Answer.error(f"no answer within {self._terms.timeout:g} s")
        if process.leaves_children():
            return Answer.error("left processes running that it had started")
        output = reader.output()
        answer = _answer(code, process, output, job)
        if answer.outcome in (Outcome.REJECTED, Outcome.REFUSED) and not output.strip():
            return self._by_code_alone(answer, process)
        return answer

    def _by_code_alone(self, rejected: Answer, process: Process) -> Answer:
        """Return what a rejection is worth that nothing but the exit code says."""
        if rejected.outcome is Outcome.REFUSED:
            return Answer.error(f"crashed or gave up, exit code 1{process.error_suffix()}")
        if not self._terms.exit_codes:
            return Answer.error(f"{_ALONE}{process.error_suffix()}")
        if process.has_thrown():
            return Answer.error(f"crashed with exit code 1{process.error_suffix()}")
        return rejected


def _answer(code: int, process: Process, output: bytes, job: Job) -> Answer:
    """Return what the exit code of a process says, and its output, if there is any."""
    outcome = _CODES[job.schema].get(code)
    if outcome is None:
        how = f"ended by signal {-code}" if code < 0 else f"exit code {code}"
        return Answer.error(f"crashed or gave up, {how}{process.error_suffix()}")
    return _combined(outcome, output, job) if output.strip() else Answer(outcome)


def _combined(outcome: Outcome, output: bytes, job: Job) -> Answer:
    """Return what the exit code says, with what the output adds; where they differ, an error."""
    try:
        message = parse(output, job.schema)
        answer = answer_of(message, job.id, required=False)
    except ValueError as error:
        return Answer.error(f"{error} ({_FOR_ANSWERS})")
    if answer.outcome not in (outcome, Outcome.SKIPPED, Outcome.ERROR):
        return Answer.error(f"exit code says {outcome}, the answer says {answer.outcome}")
    return answer


def _feed(process: Process, data: bytes) -> None:
    """Write the message; a command need not read it."""

    def write() -> None:
        with suppress(OSError, ValueError):
            process.stdin.write(data)
            process.stdin.close()

    threading.Thread(target=write, daemon=True).start()


class _Reader:
    """Reads standard output, up to a bound, while the process runs."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._pieces: list[bytes] = []
        self._full = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def endless(self) -> bool:
        """Return True if the bound was passed."""
        return self._full.is_set()

    def _read(self) -> None:
        total = 0
        while True:
            try:
                piece = self._process.stdout.read1(1 << 16)  # type: ignore[attr-defined]
            except (OSError, ValueError):
                return
            if not piece:
                return
            total += len(piece)
            if total > MAXIMUM:
                self._full.set()
                return
            self._pieces.append(piece)

    def wait(self, until: float) -> int | None:
        """The exit code, or nothing if there was none by then, or output without an end."""
        while not self.endless:
            left = until - time.monotonic()
            code = self._process.wait(min(left, 0.1))
            if code is not None:
                self._thread.join(0.5)
                return code
            if left <= 0:
                return None
        return None

    def output(self) -> bytes:
        """All that was written; complete once the process and its children have ended."""
        self._thread.join(1)
        return b"".join(self._pieces)
