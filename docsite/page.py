"""A page of the site, and the Markdown that its texts are written in."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from conformance.report.markdown import plain


class Page(Struct, frozen=True):
    """A page that is made: where it goes in the sources of the site, and its Markdown."""

    path: str
    text: str

    def write(self, sources: Path) -> None:
        """Write the page below ``sources``."""
        target = sources / self.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(self.text, "utf-8", newline="\n")


def prose(text: str) -> str:
    """Return sentences as Markdown, in which only text between backquotes is marked up: as code."""
    parts = text.replace("``", "`").split("`")
    if not len(parts) % 2:
        return plain(text)
    return "".join(f"`{part}`" if at % 2 else plain(part) for at, part in enumerate(parts))


def page(path: str, title: str, lines: Iterable[str]) -> Page:
    """Return a page with its heading; ``lines`` are Markdown."""
    return Page(path, "\n".join([f"# {plain(title)}", "", *lines, ""]))


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield the lines of a table; the cells are Markdown."""
    names = list(headings)
    for row in (names, ["---"] * len(names), *rows):
        yield f"| {' | '.join(row)} |"
    yield ""


def contents(paths: Iterable[str]) -> Iterator[str]:
    """Yield the directive that gives the pages at ``paths`` their place in the navigation."""
    names = (f"/{path.removesuffix('.md')}" for path in paths)
    yield from ("```{toctree}", ":hidden:", "", *names, "```", "")


def code(text: str) -> Iterator[str]:
    """Yield a block that shows ``text`` as it is."""
    yield from ("````text", *textwrap.dedent(text).rstrip().splitlines(), "````", "")
