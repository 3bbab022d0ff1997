"""``ndjson:COMMAND`` and ``python:MODULE:FUNCTION``: one process, a JSON message a line."""

from __future__ import annotations

import json
import queue
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager, suppress
from typing import Any

from msgspec.structs import replace

from conformance.assessment.messages import MAXIMUM, VERSION, Answer, answer_of, dump, parse
from conformance.assessment.neutral import Job
from conformance.assessment.process import Process
from conformance.assessment.terms import Terms
from conformance.errors import TadpError

#: Seconds for the handshake, at least: a virtual machine takes its time to start.
_HANDSHAKE = 30.0
#: Seconds that a process has to end once its input is closed.
_FAREWELL = 5.0
#: Seconds in which what it has written before that is read.
_LAST_WORDS = 1.0
_TWICE = "was answered twice"


class _EndedError(Exception):
    """The process cannot be used any more; ``mine`` is True if this job is to blame."""

    def __init__(self, why: str, *, mine: bool) -> None:
        super().__init__(why)
        self.mine = mine


class _Session:
    """One process that speaks the protocol, from its handshake to its end."""

    def __init__(self, words: list[str], terms: Terms) -> None:
        self._process = Process(words, terms.memory)
        self._pending: dict[str, Future[bytes]] = {}
        self._answered: set[str] = set()
        #: The jobs whose first answer does not count, since a second one came, and why.
        self.spoiled: dict[str, str] = {}
        self._lock = threading.Lock()
        self._ended: str | None = None
        self._closing = False
        #: The error that it met while it had nothing to answer.
        self.trouble = ""
        self._hello: Future[bytes] = Future()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        try:
            self.hello = self._shake_hands(terms)
        except TadpError:
            self.kill("no handshake")
            raise

    def _shake_hands(self, terms: Terms) -> dict[str, Any]:
        self._send({"tadp": VERSION, "type": "hello", "role": terms.role})
        try:
            line = self._hello.result(max(_HANDSHAKE, terms.timeout))
            return parse(line, "assess-hello")
        except FutureTimeoutError:
            raise TadpError("the adapter gave no handshake in time") from None
        except (_EndedError, ValueError) as error:
            raise TadpError(
                f"the handshake failed: {error}", remedy="see tadp assess protocol"
            ) from None

    def _send(self, message: dict[str, Any]) -> None:
        try:
            with self._lock:
                self._process.stdin.write(dump(message))
                self._process.stdin.flush()
        except (OSError, ValueError):
            # The reader says what became of it.
            pass

    def _listen(self) -> None:
        """Hand each line to whoever waits for it; on anything else, end the process."""
        greeted = False
        while True:
            try:
                line = self._process.stdout.readline(MAXIMUM + 1)
            except (OSError, ValueError):
                line = b""
            if not line and self._closing:
                # Whoever closes it looks at what it leaves behind.
                return
            if not line:
                excess = self._process.excess
                self.kill(
                    excess or f"the process ended{self._process.error_suffix()}", blame=bool(excess)
                )
                return
            if len(line) > MAXIMUM:
                self.kill(f"endless output: a line of more than {MAXIMUM:,} bytes", blame=True)
                return
            if not greeted:
                greeted = True
                with suppress(InvalidStateError):
                    self._hello.set_result(line)
                continue
            if not self._is_taken(line):
                return

    def _is_taken(self, line: bytes) -> bool:
        """Hand an answer to whoever waits for it; return False if it ended the process.

        A second answer is the fault of the case that it is to, and of no other.
        """
        try:
            identifier = json.loads(line)["id"]
            with self._lock:
                waiting = self._pending.pop(identifier, None)
                again = waiting is None and identifier in self._answered
                self._answered.add(identifier)
                if again:
                    self.spoiled[identifier] = _TWICE
        except (ValueError, RecursionError, TypeError):
            self.kill("the answer is not a JSON object with an id", blame=True)
            return False
        except KeyError:
            self.kill("answered without the id of a case", blame=True)
            return False
        if waiting is None:
            if not again:
                self.kill("answered a case that was not asked", blame=True)
            return again
        with suppress(InvalidStateError):
            waiting.set_result(line)
        return True

    def kill(self, why: str, *, blame: bool = False) -> None:
        """End the process; whoever waits learns why, and is to blame if ``blame`` or alone."""
        with self._lock:
            if self._ended is None:
                self._ended = why
                if self._hello.done() and not self._pending:
                    self.trouble = f"failed while no case was put: {why}"
            pending = list(self._pending.values())
            self._pending.clear()
        for future in [*pending, self._hello]:
            with suppress(InvalidStateError):
                future.set_exception(_EndedError(why, mine=blame or len(pending) <= 1))
        self._process.end()

    def put(self, job: Job, timeout: float) -> bytes:
        """Send a job; return the line that answers it.

        Raises:
            _EndedError: there is none.
        """
        future: Future[bytes] = Future()
        with self._lock:
            if self._ended is not None:
                raise _EndedError(self._ended, mine=False)
            self._pending[job.id] = future
        self._send(job.message)
        try:
            return future.result(timeout)
        except FutureTimeoutError:
            self.kill("the process was ended after another case took too long")
            raise _EndedError(f"no answer within {timeout:g} s", mine=True) from None

    def close(self) -> list[str]:
        """Let it end by itself, and then end it; return what was wrong with how it ended."""
        self._closing = True
        with suppress(OSError):
            self._process.stdin.close()
        ended = self._process.wait(_FAREWELL) is not None
        left = ended and self._process.leaves_children()
        if ended and not left:
            # The rest of its output may be a second answer.
            self._listener.join(_LAST_WORDS)
        with self._lock:
            self._ended = self._ended or "closed"
        self.kill("closed")
        troubles = [self.trouble] if self.trouble else []
        if not ended:
            troubles.append(f"did not end within {_FAREWELL:g} s of the end of its input")
        if left:
            troubles.append("left processes running that it had started")
        return troubles


class Lines:
    """Keeps one process going, and restarts it after an error."""

    def __init__(self, words: list[str], terms: Terms) -> None:
        self._words = words
        self._terms = terms
        self._session: _Session | None = None
        self._lock = threading.Lock()
        self._troubles: dict[str, None] = {}
        self._sessions: list[_Session] = []

    def start(self) -> dict[str, Any]:
        """Start the process and shake hands."""
        return dict(self._current().hello)

    def _current(self) -> _Session:
        with self._lock:
            if self._session is None:
                self._session = _Session(self._words, self._terms)
                self._sessions.append(self._session)
            return self._session

    def _drop(self, session: _Session) -> None:
        with self._lock:
            if self._session is session:
                self._session = None
            if session.trouble:
                self._troubles[session.trouble] = None

    def ask(self, job: Job) -> Answer:
        """Put one job; if another has ended the process, put it to one of its own."""
        try:
            try:
                return self._put(self._current(), job)
            except _EndedError as error:
                if error.mine:
                    raise
                return self._put_alone(job)
        except (_EndedError, TadpError) as error:
            return Answer.error(str(error))

    def _put(self, session: _Session, job: Job) -> Answer:
        try:
            return answer_of(parse(session.put(job, self._terms.timeout), job.schema), job.id)
        except ValueError as error:
            return Answer.error(str(error))
        except _EndedError:
            self._drop(session)
            raise

    def _put_alone(self, job: Job) -> Answer:
        session = _Session(self._words, self._terms)
        try:
            return self._put(session, job)
        finally:
            self._troubles |= dict.fromkeys(session.close())
            self._sessions.append(session)

    def close(self) -> list[str]:
        """End the process."""
        last = self._session.close() if self._session is not None else []
        return list(self._troubles | dict.fromkeys(last))

    def spoiled(self) -> dict[str, str]:
        """Return the jobs that were answered twice."""
        return {job: why for session in self._sessions for job, why in session.spoiled.items()}


class Workers:
    """A Python function, in processes of its own, so that nothing it does can harm the run."""

    def __init__(self, name: str, terms: Terms) -> None:
        module, _, function = name.partition(":")
        if not module or not function:
            raise TadpError(f"python:{name} names no function", remedy="write python:MODULE:NAME")
        words = [sys.executable, "-m", "conformance.assessment.worker", name]
        one = replace(terms, jobs=1)
        self._all = [Lines(words, one) for _ in range(terms.jobs)]
        self._free: queue.Queue[Lines] = queue.Queue()
        for worker in self._all:
            self._free.put(worker)

    @contextmanager
    def _one(self) -> Iterator[Lines]:
        worker = self._free.get()
        try:
            yield worker
        finally:
            self._free.put(worker)

    def start(self) -> dict[str, Any]:
        """Start the first process; the others start when they are needed."""
        return self._all[0].start()

    def ask(self, job: Job) -> Answer:
        """Put one job to whichever process is free."""
        with self._one() as worker:
            return worker.ask(job)

    def close(self) -> list[str]:
        """End the processes."""
        return list(dict.fromkeys(trouble for worker in self._all for trouble in worker.close()))

    def spoiled(self) -> dict[str, str]:
        """Return the jobs that were answered twice."""
        return {job: why for worker in self._all for job, why in worker.spoiled().items()}
