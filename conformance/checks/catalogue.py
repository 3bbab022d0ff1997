"""The shipped model, with the checks that its requirements name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from conformance.checks import CHECKS, PARAMETERS
from conformance.model.catalogue import Catalogue
from conformance.model.loading import load_catalogue


@cache
def shipped_catalogue() -> Catalogue:
    """Return the shipped model, which is read once in a process."""
    return load_catalogue(CHECKS)


def catalogue_with(edition_files: Iterable[Path]) -> Catalogue:
    """Return the shipped model with the editions that ``edition_files`` state.

    Raises:
        TadpError: a file cannot be read or used.
    """
    paths = tuple(edition_files)
    if not paths:
        return shipped_catalogue()
    from conformance.model.edition_extending import extended

    return extended(shipped_catalogue(), paths, PARAMETERS)
