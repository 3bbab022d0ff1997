"""Every command line in the README is one that `tadp` takes; those of the guides are run."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from conformance.cli import build_parser

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
#: A command line; two spaces set apart what is said of it.
_LINE = re.compile(r"^tadp (\S+(?: \S+)*)", re.MULTILINE)


def usages() -> list[str]:
    blocks = _BLOCK.findall((ROOT / "README.md").read_text("utf-8"))
    return [usage for block in blocks for usage in _LINE.findall(block)]


def test_there_are_usages() -> None:
    assert len(usages()) > 25
    assert "check submission/" in usages()


@pytest.mark.parametrize("usage", sorted({*usages()} - {"COMMAND --help"}))
def test_the_command_line_takes_it(usage: str) -> None:
    build_parser().parse_args(shlex.split(usage.partition(" < ")[0]))
