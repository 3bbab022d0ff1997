"""What several commands share: loading the model and a profile, and printing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable

from conformance.model.catalogue import Catalogue


def catalogue() -> Catalogue:
    """The shipped model, checked against the registered checks."""
    from conformance.checks import CHECKS
    from conformance.model.loading import load_catalogue

    return load_catalogue(CHECKS)


def print_lines(lines: Iterable[str]) -> None:
    """Print each line, replacing what the terminal's encoding lacks."""
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")


def add_format(parser: argparse.ArgumentParser) -> None:
    """Add ``--format text|json``."""
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="text (default) or json"
    )
