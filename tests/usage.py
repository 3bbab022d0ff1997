"""The arguments of the command line, one by one, under any version of Python."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from conformance.cli import COMMANDS, build_parser

#: Facts about an argument that are recorded if they are there; the words of its help are not.
_TOLD = ("dest", "metavar", "nargs", "const", "default", "choices", "required")


def usage_lines(command: str) -> Iterator[str]:
    """Each parser of ``command``, and below it each argument with all that it takes."""
    assert command in COMMANDS
    for name, parser in _subparsers(build_parser(command)):
        if name == command:
            yield from _parsers(f"tadp {command}", parser)


def _parsers(title: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f"{title}: {parser.prog}"
    if parser.usage:
        yield f"  usage: {parser.usage}"
    yield from (f"  sets {name}: {_plain(value)}" for name, value in _set(parser))
    for group in parser._action_groups:
        for action in group._group_actions:
            if isinstance(action, argparse._SubParsersAction):
                required = "required" if action.required else "optional"
                yield f"  then one of {action.metavar}, as {action.dest}, {required}"
                yield from (f"    {one.dest}: {one.help}" for one in action._choices_actions)
            elif not isinstance(action, argparse._HelpAction):
                yield f"  {group.title}: {_argument(action)}"
    for name, sub in _subparsers(parser):
        yield from _parsers(f"{title} {name}", sub)
    said = parser.format_help()
    assert (parser.epilog or "") in said, f"the help of {title} is laid out again"
    assert not parser.description or parser.description.split()[0] in said


def _set(parser: argparse.ArgumentParser) -> Iterator[tuple[str, object]]:
    yield from sorted(parser._defaults.items())


def _subparsers(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def _argument(action: argparse.Action) -> str:
    reported = {name: getattr(action, name) for name in _TOLD}
    reported["type"] = action.type
    reported["action"] = type(action)
    shown = ", ".join(f"{n} {_plain(v)}" for n, v in reported.items() if v not in (None, False))
    hidden = " (hidden)" if action.help == argparse.SUPPRESS else ""
    return f"{' '.join(action.option_strings) or action.dest}: {shown}{hidden}"


def _plain(value: object) -> str:
    return str(getattr(value, "__name__", None) or repr(value))
