"""Processes of an implementation: in a tree of their own, read within bounds, and ended whole."""

from __future__ import annotations

import os
import secrets
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import IO

from conformance.assessment.process_tree import MARK, WATCH, ProcessTree
from conformance.assessment.standard_error import cause_line, has_crashed
from conformance.errors import TadpError

#: The part of standard error that is kept, to show with an error.
_TAIL = 16000
#: How long what a process has started may take to end after it.
_GRACE = 1.0
#: Variables of ours that show which case is running; an implementation must not see them.
_OURS = ("PYTEST_", "TADP_", "COV_CORE_")

#: An interrupt that is meant for us must not reach an implementation. POSIX has sessions for that.
_CREATION = 0
if sys.platform == "win32":
    _CREATION = subprocess.CREATE_NEW_PROCESS_GROUP


def words_of(command: str) -> list[str]:
    """The words of a command line, as a shell would split it.

    On Windows a backslash is a part of a path, and quotes nothing.

    Raises:
        TadpError: there are none, or a quote is not closed.
    """
    try:
        lexer = shlex.shlex(command, posix=True, punctuation_chars=False)
        lexer.whitespace_split, lexer.commenters = True, ""
        if sys.platform == "win32":
            lexer.escape = ""
        words = list(lexer)
    except ValueError as error:
        raise TadpError(f"cannot be read as a command: {error}", where=command) from None
    if not words:
        raise TadpError("the adapter names no command", remedy="write exec:./receiver.sh")
    return words


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of an implementation: the user's, without what would reveal a case."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_OURS)}
    return {**kept, **(extra or {})}


class Process:
    """A process that leads a process tree, which may use ``memory`` MiB.

    Its standard error is read, and its tail kept.
    """

    def __init__(
        self, words: list[str], memory: int, extra: Mapping[str, str] | None = None
    ) -> None:
        mark = secrets.token_hex(16)
        try:
            self._popen = subprocess.Popen(  # noqa: S603 - the command is the user's own
                words,
                env=environment({**(extra or {}), MARK: mark}),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                creationflags=_CREATION,
            )
        except OSError as error:
            raise TadpError(
                f"cannot be started: {error.strerror or error}", where=words[0]
            ) from None
        self._family = ProcessTree(self._popen.pid, mark, memory)
        WATCH.add(self._family)
        self._tail = b""
        self._drain = threading.Thread(target=self._read_errors, daemon=True)
        self._drain.start()

    @property
    def stdin(self) -> IO[bytes]:
        """Its standard input."""
        assert self._popen.stdin is not None  # noqa: S101 - it was asked for
        return self._popen.stdin

    @property
    def stdout(self) -> IO[bytes]:
        """Its standard output."""
        assert self._popen.stdout is not None  # noqa: S101 - it was asked for
        return self._popen.stdout

    def _read_errors(self) -> None:
        stream = self._popen.stderr
        while stream is not None:
            try:
                piece = os.read(stream.fileno(), 1 << 16)
            except (OSError, ValueError):
                return
            if not piece:
                return
            self._tail = (self._tail + piece)[-_TAIL:]

    def error_suffix(self) -> str:
        """Return the most useful line of its standard error, for a message, or nothing."""
        cause = cause_line(self._errors())
        return f": {cause}" if cause else ""

    def has_thrown(self) -> bool:
        """Return True if it reported an exception that was not caught, whatever its exit code."""
        return has_crashed(self._errors())

    def _errors(self) -> str:
        self._drain.join(_GRACE)
        return self._tail.decode("utf-8", "replace")

    def wait(self, seconds: float) -> int | None:
        """Its exit code, or nothing if it has not ended within ``seconds``."""
        try:
            return self._popen.wait(max(seconds, 0.001))
        except subprocess.TimeoutExpired:
            return None

    @property
    def excess(self) -> str:
        """Return that it was ended for the memory it used, in words; empty if it was not."""
        return self._family.excess

    def leaves_children(self) -> bool:
        """Return True if something that it started still runs a moment after its end."""
        until = time.monotonic() + _GRACE
        while self._family.lives():
            if time.monotonic() > until:
                return True
            time.sleep(0.01)
        return False

    def end(self) -> None:
        """End it, and all that it has started."""
        WATCH.remove(self._family)
        self._family.end()
        self._popen.wait()
        for stream in (self._popen.stdin, self._popen.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        self._drain.join(_GRACE)
        if self._popen.stderr is not None and not self._drain.is_alive():
            self._popen.stderr.close()
