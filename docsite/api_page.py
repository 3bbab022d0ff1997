"""The page of the public API, which Sphinx fills in from docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import conformance
from docsite.page import Page, page

PATH = "reference/api.md"


def api_page() -> Page:
    """Return the page that names each public object: functions first, then what they return."""
    named = {name: getattr(conformance, name) for name in conformance.__all__}
    functions = [name for name, value in named.items() if inspect.isfunction(value)]
    classes = [name for name in named if name not in functions]

    def lines() -> Iterator[str]:
        yield "`from conformance import ...` gives these names. Any other name may change in any"
        yield "version: see [what is stable](/docs/stability.md). For Hypothesis there are two"
        yield "strategies in `generators.strategies`, which [the README](/README.md) shows at work."
        yield ""
        yield from ("## Functions", "")
        yield from _directives("autofunction", functions)
        yield from ("## Classes", "")
        yield from _directives("autoclass", classes)

    return page(PATH, "Python API", lines())


def _directives(kind: str, names: list[str]) -> Iterator[str]:
    for name in names:
        yield from ("```{eval-rst}", f".. {kind}:: conformance.{name}", "```", "")
