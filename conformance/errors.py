"""Errors that end a command: what went wrong, where, and what to do.

Everything a user can cause is a ``TadpError`` and becomes one line and exit code 2. Any
other exception that reaches the command line is a fault of ours and exit code 3.
"""

from __future__ import annotations

from collections.abc import Sequence


class TadpError(Exception):
    """A command cannot be carried out.

    Args:
        what: the trouble, in a few words.
        where: the file, record or option it was met in, if there is one.
        remedy: what the user can do about it, if we know.
    """

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        return f"{line} ({self.remedy})" if self.remedy else line


class ModelError(TadpError):
    """A record of the model, or a profile, is broken."""


class CollectedError(TadpError):
    """Several things are wrong with one file, each of them an error of its own."""

    def __init__(self, errors: Sequence[TadpError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(map(str, errors)))

    def __reduce__(self) -> tuple[type[CollectedError], tuple[tuple[TadpError, ...]]]:
        return type(self), (self.errors,)


class SubmissionError(TadpError):
    """A submission cannot be read."""


class BrokenFileError(CollectedError, SubmissionError):
    """Several things are wrong with one file of a submission, each of them an error of its own."""
