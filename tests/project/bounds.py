"""Is the lowest version that is declared the one that is installed? ``tox -e oldest`` asks.

A bound that another package or this Python puts out of reach is not one that was tried.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import metadata, version

from packaging.requirements import Requirement
from packaging.version import Version

PACKAGE = "tadp-conformance"


def untried(
    requirements: Iterable[str], extras: Iterable[str], installed: Callable[[str], str]
) -> Iterator[str]:
    """Each requirement, of the package or of its ``extras``, with another version than its lowest.

    ``requirements`` are as the metadata of a wheel has them; ``installed`` gives the version of a
    package by its name.
    """
    places = [{"extra": extra} for extra in ("", *extras)]
    for requirement in map(Requirement, requirements):
        if requirement.marker and not any(map(requirement.marker.evaluate, places)):
            continue
        lowest = [Version(one.version) for one in requirement.specifier if one.operator == ">="]
        found = Version(installed(requirement.name))
        if lowest != [found]:
            yield f"{requirement}: {found} is installed"


def main() -> int:
    about = metadata(PACKAGE)
    extras = about.get_all("Provides-Extra") or []
    found = list(untried(about.get_all("Requires-Dist") or [], extras, version))
    print("\n".join(found) or f"the lowest versions of {PACKAGE} and its extras are installed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
