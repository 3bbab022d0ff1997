"""Passphrases and PINs: taken from the terminal or from a file, and never shown.

They are not taken from the command line or from the environment, which others can read.
"""

from __future__ import annotations

import codecs
import getpass
import os
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import Struct

from conformance.errors import TadpError
from conformance.inputs import STDIN, require_unreserved, standard_input
from conformance.phrases import capital

#: Bytes of the longest secret that is read.
MAXIMUM = 1 << 12


@dataclass(frozen=True, slots=True)
class Secret:
    """A passphrase or a PIN; neither its text nor its length is in what is printed of it."""

    value: bytes = field(repr=False)

    def text(self, what: str) -> str:
        """The secret as text; ``what`` it is, for the error.

        Raises:
            TadpError: it is not UTF-8.
        """
        try:
            return self.value.decode("utf-8")
        except UnicodeDecodeError:
            # Bytes that cannot be decoded are part of the secret: not in a message, nor in a cause.
            raise TadpError(f"the {what} is not UTF-8") from None


class Ask(Struct, frozen=True):
    """How to come by a secret: it is the first line of ``file``, or typed on the terminal.

    ``option`` is the option of the command that names the file.
    """

    file: Path | None
    option: str

    def __call__(self, what: str) -> Secret:
        """The secret; ``what`` is what to call it, as "passphrase of key.pem".

        Raises:
            TadpError: there is no terminal, the file cannot be read, or the line is too long.
        """
        if self.file is None:
            return _typed(what, self.option)
        try:
            return _first_line(self.file)
        except (OSError, ValueError) as error:
            # Without its name, and from None: what was given may be the secret itself.
            why = getattr(error, "strerror", None) or "the name is not that of a file"
            raise TadpError(
                f"cannot be read: {why}",
                where=self.option,
                remedy=f"it names the file that the {what.split(maxsplit=1)[0]} is in",
            ) from None

    @property
    def unattended(self) -> bool:
        """Return True if no person is there to type an answer."""
        return self.file is not None


def _typed(what: str, option: str) -> Secret:
    remedy = f"name a file that it is in with {option}"
    try:
        with warnings.catch_warnings():
            # Where it cannot turn the echo off, getpass warns and asks all the same.
            warnings.simplefilter("error", getpass.GetPassWarning)
            typed = getpass.getpass(f"{capital(what)}: ")
        return Secret(typed.encode("utf-8", "surrogateescape"))
    except (getpass.GetPassWarning, EOFError, OSError, AttributeError):
        # From None: a cause could hold what was typed.
        raise TadpError(f"there is no terminal to ask for the {what}", remedy=remedy) from None


def _first_line(file: Path) -> Secret:
    if str(file) == STDIN:
        line = standard_input().readline(MAXIMUM + 1)
    else:
        # A pipe is taken, too: `--passphrase-file <(command)` keeps a secret off the disk.
        with file.open("rb") as opened:
            require_unreserved(os.fstat(opened.fileno()))
            line = opened.readline(MAXIMUM + 1)
    if len(line) > MAXIMUM:
        raise TadpError(f"has a first line of more than {MAXIMUM:,} bytes", where=str(file))
    # Editors on Windows put a mark before the first line, which is not typed.
    line = line.removeprefix(codecs.BOM_UTF8)
    return Secret(line.removesuffix(b"\n").removesuffix(b"\r"))
