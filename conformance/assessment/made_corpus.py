"""The corpus for a profile: the one that is installed, or one made once and kept in the cache.

Making one needs the package that makes submissions, which nothing here imports: the module that it
registers for ``tadp fixtures`` has a function for that.
"""

from __future__ import annotations

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, cast

from msgspec import Struct

from conformance.assessment.corpus_files import CorpusArchive, CorpusFiles, find_corpus
from conformance.cache import Cache
from conformance.errors import TadpError
from conformance.findings import Progress
from conformance.model.catalogue import Catalogue
from conformance.model.profile import Profile
from conformance.model.profile_loading import DEFAULT, load_profile
from conformance.version import __version__

#: Where the command that makes a corpus is registered, and its name there.
_GROUP, _COMMAND = "tadp.commands", "fixtures"
#: Packages on whose code the bytes of a corpus depend.
_PACKAGES = ("conformance", "generators")
_ARCHIVE, _DIGEST = "corpus.zip", "corpus.zip.sha256"


class MakeCorpus(Protocol):
    """Writes the corpus for a profile into an archive; ``step`` is called with 1 for each case."""

    def __call__(
        self, profile: Profile, catalogue: Catalogue, archive: Path, step: Progress
    ) -> None: ...


class Begin(Protocol):
    """Called when a corpus is made rather than cached; returns what is called for cases."""

    def __call__(self, profile: str) -> Progress: ...


class Wanted(Struct, frozen=True):
    """Which corpus: that in ``folder``, or that for ``profile``, kept in the folder ``cache``.

    Neither, or the default profile: the corpus that is installed.
    """

    folder: Path | None = None
    profile: str | None = None
    cache: Path | None = None


def find_or_make(wanted: Wanted, catalogue: Catalogue, begin: Begin) -> CorpusFiles:
    """Return a corpus, which is made if it has to be.

    Raises:
        TadpError: there is none and none can be made, the cache cannot be used, or a folder and a
            profile are both named.
    """
    if wanted.profile in (None, DEFAULT):
        return find_corpus(wanted.folder)
    if wanted.folder is not None:
        raise TadpError(
            "a corpus has a profile of its own, so --profile and --corpus do not go together",
            remedy="leave one out",
        )
    profile = load_profile(str(wanted.profile), catalogue)
    folder = Cache.open(wanted.cache).keep(
        f"made-{_key(profile, catalogue)}",
        lambda place: _make(profile, catalogue, place, begin),
        _is_intact,
    )
    return CorpusArchive.open(folder / _ARCHIVE)


def _make(profile: Profile, catalogue: Catalogue, folder: Path, begin: Begin) -> None:
    from importlib.metadata import entry_points

    points = entry_points(group=_GROUP, name=_COMMAND)
    if not points:
        raise TadpError(
            "what makes a corpus is not installed", remedy="name the folder of one with --corpus"
        )
    (point,) = points
    make = cast("MakeCorpus", point.load().make_corpus)
    folder.mkdir()
    make(profile, catalogue, folder / _ARCHIVE, begin(profile.name))
    (folder / _DIGEST).write_text(_digest(folder / _ARCHIVE), "ascii")


def _is_intact(folder: Path) -> bool:
    try:
        return (folder / _DIGEST).read_text("ascii") == _digest(folder / _ARCHIVE)
    except (OSError, ValueError):
        return False


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _key(profile: Profile, catalogue: Catalogue) -> str:
    """Return a key for the corpus: the profile, the model and the version of all that makes it."""
    text = json.dumps([profile.digest, catalogue.digest, __version__, _code()])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _code() -> str:
    """The digest of the code, as not every change of it is another version."""
    found = hashlib.sha256()
    for name in _PACKAGES:
        spec = find_spec(name)
        for place in spec.submodule_search_locations or () if spec else ():
            for file in sorted(Path(place).rglob("*.py")):
                found.update(file.read_bytes())
    return found.hexdigest()
