"""The files of a corpus: plain files in a folder, or members of the archive in the package."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from conformance.cache import Cache
from conformance.content import Content
from conformance.errors import SubmissionError, TadpError

if TYPE_CHECKING:
    from zipfile import ZipFile

#: The package that carries the corpus; it is looked for and never imported.
_CARRIER = "generators"
#: The archive in that package, which the build of a wheel makes of the plain files.
ARCHIVE = "corpus.zip"
MANIFEST = "manifest.json"


class CorpusFiles(Protocol):
    """Files by their paths below one place, with ``/`` between names."""

    @property
    def place(self) -> Path:
        """The place, as messages name it."""
        ...

    def names(self) -> list[str]:
        """Return the paths of all files."""
        ...

    def content(self, name: str) -> Content:
        """Return a file.

        Raises:
            SubmissionError: there is none, or it cannot be read.
        """
        ...

    def below(self, folder: str) -> CorpusFiles:
        """Return the files in a folder."""
        ...

    def copy_to(self, folder: Path) -> None:
        """Copy all files into ``folder``, which is made if it is not there.

        Raises:
            SubmissionError: a file cannot be read.
        """
        ...

    def on_disk(self, *names: str) -> AbstractContextManager[Path]:
        """Return a folder with these files, or all files, for as long as it is needed."""
        ...


class CorpusFolder(Struct, frozen=True):
    """Plain files. No link is followed below ``root``, so that none leads out of the corpus."""

    root: Path
    folder: str = ""

    @property
    def place(self) -> Path:
        return self.root / self.folder

    def names(self) -> list[str]:
        return [name for name, entry in self._entries() if not entry.is_dir()]

    def content(self, name: str) -> Content:
        path = self._checked(name)
        return Content.of_file(name, path)

    def below(self, folder: str) -> CorpusFolder:
        return CorpusFolder(self.root, _joined(self.folder, folder))

    def copy_to(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, entry in self._entries():
            if entry.is_dir():
                (folder / name).mkdir()
            else:
                # shutil.copyfile looks at each file several times, which takes half as long again.
                with open(entry.path, "rb") as own, (folder / name).open("xb") as copy:  # noqa: PTH123
                    shutil.copyfileobj(own, copy)

    def on_disk(self, *names: str) -> AbstractContextManager[Path]:
        for name in names:
            self._checked(name)
        return nullcontext(self._checked(""))

    def _entries(self, below: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
        """Yield everything in the folder, each folder before what is in it."""
        path = self._checked(below)
        try:
            entries = sorted(os.scandir(path), key=lambda entry: entry.name)
        except OSError as error:
            raise SubmissionError(error.strerror or str(error), where=str(path)) from error
        for entry in entries:
            name = _joined(below, entry.name)
            if entry.is_symlink():
                raise _link(Path(entry.path))
            yield name, entry
            if entry.is_dir():
                yield from self._entries(name)

    def _checked(self, name: str) -> Path:
        """Return the path of a file or folder, none of whose parts below the root is a link."""
        path = str(self.root)
        for part in _joined(self.folder, name).split("/"):
            path = os.path.join(path, part)  # noqa: PTH118 - a Path for each part takes its time
            try:
                if stat.S_ISLNK(os.lstat(path).st_mode):
                    raise _link(Path(path))
            except OSError:
                break  # Whoever reads it will say what is wrong.
        return self.root / self.folder / name


def _link(path: Path) -> SubmissionError:
    return SubmissionError(
        "is a link, which may lead out of the corpus", where=str(path), remedy="copy the file there"
    )


class CorpusArchive(Struct, frozen=True):
    """Members of an archive, which is read in place."""

    archive: Path
    members: _Members
    folder: str = ""

    @classmethod
    def open(cls, archive: Path) -> CorpusArchive:
        """Open an archive.

        Raises:
            TadpError: it is damaged, or cannot be read.
        """
        from zipfile import BadZipFile, ZipFile

        try:
            return cls(archive, _Members(ZipFile(archive)))
        except (OSError, BadZipFile) as error:
            raise _damaged(archive, error) from error

    @property
    def place(self) -> Path:
        return self.archive / self.folder

    def names(self) -> list[str]:
        start = len(_joined(self.folder, "x")) - 1
        return [name[start:] for name in self.members.by_folder.get(self.folder, ())]

    def content(self, name: str) -> Content:
        from zipfile import BadZipFile

        path = _joined(self.folder, name)
        try:
            return Content.of_bytes(name, self.members.opened.read(path))
        except KeyError:
            raise SubmissionError("no such file", where=str(self.archive / path)) from None
        except (OSError, BadZipFile) as error:
            raise _damaged(self.archive, error) from error

    def below(self, folder: str) -> CorpusArchive:
        return CorpusArchive(self.archive, self.members, _joined(self.folder, folder))

    def copy_to(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._write(folder, self.names())

    @contextmanager
    def on_disk(self, *names: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="tadp-", ignore_cleanup_errors=True) as folder:
            self._write(Path(folder), names or self.names())
            yield Path(folder)

    def _write(self, folder: Path, names: Iterable[str]) -> None:
        made = {""}
        for name in names:
            parent = name.rpartition("/")[0]
            if parent not in made:
                (folder / parent).mkdir(parents=True, exist_ok=True)
                made.add(parent)
            (folder / name).write_bytes(b"".join(self.content(name).chunks()))


class _Members:
    """An open archive, and the paths of its members by the folders that they are in."""

    def __init__(self, opened: ZipFile) -> None:
        self.opened = opened
        self.by_folder: dict[str, list[str]] = {}
        for name in opened.namelist():
            folder = name
            while folder:
                folder = folder.rpartition("/")[0]
                self.by_folder.setdefault(folder, []).append(name)


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder and name else folder or name


def _damaged(archive: Path, error: Exception) -> TadpError:
    return TadpError(
        f"the corpus cannot be read: {getattr(error, 'strerror', None) or error}",
        where=str(archive), remedy="install the package again",
    )  # fmt: skip


def find_corpus(folder: Path | None = None) -> CorpusFiles:
    """Return the corpus in ``folder``, or that of the installed package or the checkout.

    Raises:
        TadpError: there is none.
    """
    if folder is not None:
        if (folder / MANIFEST).is_file():
            return CorpusFolder(folder)
        raise TadpError("holds no corpus: no manifest.json", where=str(folder))
    spec = find_spec(_CARRIER)
    for place in spec.submodule_search_locations or () if spec else ():
        package = Path(place)
        if (package / ARCHIVE).is_file():
            return CorpusArchive.open(package / ARCHIVE)
        if (package.parent / "fixtures" / MANIFEST).is_file():
            return CorpusFolder(package.parent / "fixtures")
    raise TadpError("the corpus is not installed", remedy="name its folder with --corpus")


def digests(files: CorpusFiles) -> dict[str, str]:
    """Return the SHA-256 of each file, by its path."""
    return {name: files.content(name).digest("sha256").hex() for name in files.names()}


def unpacked(files: CorpusFiles, cache: Path | None) -> Path:
    """Return a folder with the corpus that lasts: its own, or one in the folder ``cache``.

    A copy in the cache is used as long as it has the bytes of the archive, and else replaced.

    Raises:
        TadpError: the cache cannot be used, or the archive cannot be read.
    """
    if isinstance(files, CorpusFolder):
        return files.place
    wanted = digests(files)

    def is_intact(folder: Path) -> bool:
        try:
            return digests(CorpusFolder(folder)) == wanted
        except TadpError:
            return False

    return Cache.open(cache).keep(f"corpus-{wanted[MANIFEST][:16]}", files.copy_to, is_intact)
