"""Tasks that are made up: the same for the same seed, and each by itself.

What makes them is found through the entry point of ``tadp fixtures``, like a corpus.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, cast

from conformance.assessment.corpus import Case
from conformance.assessment.corpus_files import CorpusFolder
from conformance.errors import TadpError
from conformance.model.catalogue import Catalogue
from conformance.model.profile import Profile
from conformance.model.requirement import Kind
from conformance.submission.manifest import load_json
from conformance.submission.names import SUBMISSION

#: How the id of such a task begins; its seed and its number follow.
_RANDOM = "random"
#: How many there are unless somebody chooses.
USUAL = 10
_GROUP, _COMMAND = "tadp.commands", "fixtures"


class WriteRandom(Protocol):
    """Writes conforming submission ``number`` of those that ``seed`` gives; returns its title."""

    def __call__(
        self, profile: Profile, catalogue: Catalogue, which: tuple[int, int], folder: Path
    ) -> str: ...


def numbers_of(names: Collection[str], seed: int, count: int) -> list[tuple[int, int]]:
    """Return seed and number of the tasks that are wanted: the first ``count``, or those named.

    Raises:
        TadpError: a name is not one of such a task.
    """
    if not names:
        return [(seed, number) for number in range(1, count + 1)]
    found: dict[tuple[int, int], None] = {}
    for name in names:
        words = name.split("/")[1:]
        if not words:
            found |= {(seed, number): None for number in range(1, count + 1)}
        elif len(words) == 2 and words[0].lstrip("-").isdecimal() and words[1].isdecimal():
            found[int(words[0]), int(words[1])] = None
        else:
            raise TadpError(f"no task is called {name!r}", remedy="write random/SEED/NUMBER")
    return list(found)


def is_random(name: str) -> bool:
    """Return True if a task of that name is made up, or all such tasks are meant."""
    return name.partition("/")[0] == _RANDOM


def random_cases(
    which: Iterable[tuple[int, int]], means: tuple[Profile, Catalogue], folder: Path
) -> Iterator[Case]:
    """Yield a conforming case for each seed and number, its files below ``folder``.

    Raises:
        TadpError: what makes them is not installed, or the profile has no place for one.
    """
    points = entry_points(group=_GROUP, name=_COMMAND)
    if not points:
        raise TadpError("what makes up tasks is not installed", remedy="add --random 0")
    (point,) = points
    write = cast("WriteRandom", point.load().write_random)
    for seed, number in which:
        name = f"{_RANDOM}/{seed}/{number}"
        home = folder / name
        home.parent.mkdir(parents=True, exist_ok=True)
        title = write(*means, (seed, number), home)
        files = CorpusFolder(home)
        manifest = load_json(files.content(SUBMISSION), "submission")
        kind = Kind(manifest["kind"])
        yield Case(name, files, kind, manifest["edition"], "conforms", title=title, listed=False)
