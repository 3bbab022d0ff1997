"""The shipped model, with the checks that its requirements name."""

from __future__ import annotations

from functools import cache

from conformance.checks import CHECKS
from conformance.model.catalogue import Catalogue
from conformance.model.loading import load_catalogue


@cache
def shipped_catalogue() -> Catalogue:
    """Return the shipped model, which is read once in a process."""
    return load_catalogue(CHECKS)
