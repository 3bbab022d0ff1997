"""The standard error of a failed program: the line that says why, and whether it crashed.

Interpreters differ in where they say it: Python at the end, Node before a stack and its version, Go
before a list of goroutines. Several end with exit code 1 then, as a program that rejects does.
"""

from __future__ import annotations

import re

#: Characters of a line that are shown.
_LENGTH = 200
#: Lines by which runtimes report an error that was not caught, each with what it says of it.
_CRASHES = (
    # Java, Kotlin, Scala
    re.compile(r'^Exception in thread "[^"]*" .*'),
    # .NET
    re.compile(r"^Unhandled exception\b.*", re.IGNORECASE),
    # Go
    re.compile(r"^(panic|fatal error): .*"),
    # Rust
    re.compile(r"^thread '.*' (\(\d+\) )?panicked at .*|^.*\bpanicked at .*"),
    # PHP
    re.compile(r"^(PHP )?Fatal error: +.*"),
    # Ruby
    re.compile(r"^\S+:\d+:in ['`].*\(\w+(::\w+)*\)$"),
    # C++
    re.compile(r"^terminate called .*"),
    # Elixir, Deno, Lua
    re.compile(r"^\*\* \(\w.*\).*|^error: Uncaught .*|^\S+: \S+\.lua:\d+: .*"),
)
_PYTHON = "Traceback (most recent call last):"
#: A line that says what went wrong, in Node and in Python without a traceback.
_NAMED = re.compile(r"^(Uncaught )?([A-Za-z_$][\w.$]*)?(Error|Exception)\b( \[\w+\])?(:.*)?$")
#: Lines of a stack, and what runtimes add after it.
_REST = re.compile(
    r"^\s*(at\s.*|from\s.*|File \".*|\.\.\. \d+ more|#\d+ .*|[\^~]+|Stack trace:|thrown in .*"
    r"|Node\.js v\d.*|\(Use `node .*|note: run with .*|exit status \d+|goroutine \d+ .*"
    r"|Aborted.*|stack traceback:|CallStack .*|Execution halted|[{}\])]+)?\s*$"
)
#: A line after which the next one says what it is about.
_OPEN = re.compile(r"(panicked at \S+:\d+:\d+:|^terminate called .*|^Unhandled exception:)$")
#: Signs of a stack that only an interpreter prints.
_STACKS = re.compile(
    r"^Node\.js v\d|^\s+at .*(:\d+:\d+\)?|\.java:\d+\))$|^goroutine \d+ \[|^stack traceback:"
    r"|^CallStack \(from|^Execution halted$|Exception in thread |panicked at "
    r"|^Unhandled exception\b|^terminate called |Fatal error: +Uncaught |^\s+from .*:\d+:in "
    r"|^error: Uncaught |^\*\* \(\w+"
    r"|^Traceback \(most recent call last\):",
    re.MULTILINE,
)


def has_crashed(text: str) -> bool:
    """Return True if ``text`` reports an error that was not caught."""
    return _STACKS.search(text) is not None


def cause_line(text: str) -> str:
    """Return the line of ``text`` that says what went wrong, cut; empty if there is none."""
    lines = text.splitlines()
    found = _of_python(lines) or _of_crash(lines) or _named(lines) or _last(lines)
    return found.strip()[:_LENGTH]


def _of_python(lines: list[str]) -> str:
    """Return the line after the last traceback: the first one that is not indented."""
    starts = [number for number, line in enumerate(lines) if line.startswith(_PYTHON)]
    after = lines[starts[-1] + 1 :] if starts else []
    return next((line for line in after if line.strip() and not line[0].isspace()), "")


def _of_crash(lines: list[str]) -> str:
    for number, line in enumerate(lines):
        if any(crash.match(line) for crash in _CRASHES):
            said = line.strip()
            if _OPEN.search(said):
                following = (one.strip() for one in lines[number + 1 :] if one.strip())
                said += f" {next(following, '')}"
            causes = [one.strip() for one in lines[number + 1 :] if one.startswith("Caused by: ")]
            return f"{said}; {causes[-1]}" if causes else said
    return ""


def _named(lines: list[str]) -> str:
    """Return the last line that names an error and a stack may follow."""
    return next((line for line in reversed(lines) if _NAMED.match(line)), "")


def _last(lines: list[str]) -> str:
    """Return the last line that is not of a stack; of any that has text if all are."""
    said = [line for line in lines if not _REST.match(line)]
    return next((line for line in reversed(said or lines) if line.strip()), "")
