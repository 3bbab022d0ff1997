"""A page for each command of ``tadp``, made from its help."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from unittest.mock import patch

from conformance.cli import build_parser
from docsite.page import Page, code, contents, page, table

FOLDER = "reference/commands"
#: As wide as a block of code is on most screens, and without colours.
_TERMINAL = {"COLUMNS": "90", "NO_COLOR": "1", "LINES": "50"}


def command_pages() -> Iterator[Page]:
    """Yield the list of commands, and the page of each."""
    with _terminal():
        parser = build_parser()
        commands = _below(parser)

        def lines() -> Iterator[str]:
            yield "Every command has the same help on a terminal: `tadp COMMAND --help`."
            yield ""
            yield from contents(map(_path, commands))
            yield from table(
                ("Command", "What it does"),
                ((f"[tadp {name}](/{_path(name)})", (sub.description or "").rstrip("."))
                 for name, sub in commands.items()),
            )  # fmt: skip
            yield from code(parser.format_help())

        yield page(f"{FOLDER}.md", "Command line", lines())
        for name, command in commands.items():
            yield page(_path(name), f"tadp {name}", _help(command))


def _path(name: str) -> str:
    return f"{FOLDER}/{name}.md"


def _help(command: argparse.ArgumentParser) -> Iterator[str]:
    yield from code(command.format_help())
    for sub in _below(command).values():
        yield from (f"## {sub.prog}", "")
        yield from _help_below(sub)


def _help_below(command: argparse.ArgumentParser) -> Iterator[str]:
    yield from code(command.format_help())
    for sub in _below(command).values():
        yield from (f"### {sub.prog}", "")
        yield from code(sub.format_help())


def _below(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """Return the commands of a parser, in the order of its help, if it has any."""
    for action in parser._actions:  # argparse has no public way to ask
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


@contextmanager
def _terminal() -> Iterator[None]:
    """Let help be laid out for the site, whatever terminal this is started from."""
    with patch.dict(os.environ, _TERMINAL):
        yield
