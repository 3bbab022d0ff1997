"""A signature that is over a file, and neither beside it nor inside: in another folder or name.

It is looked for by the digest that it states, up to a bound.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from pathlib import Path

from msgspec import Struct

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.foreign import Foreign, foreign
from conformance.model.profile import DeliveryRules
from conformance.submission.area.spot import spot_of
from conformance.submission.misnamed import encloses
from conformance.submission.names import SUBMISSION, right_name, signature_names, signed_name
from conformance.submission.paths import is_file
from conformance.submission.stated import is_stated, stated_digests

#: The most entries of folders that are looked at for one file, and the most bytes of a signature.
MOST_ENTRIES = 5_000
_LARGEST = 1 << 20
#: The most bytes of a file that are digested to find its signature.
_LARGEST_FILE = 1 << 26
_ZIP = ".zip"
#: The most files of a folder that are looked at for the one that a signature is over.
_NEAR = 50


class Strayed(Struct, frozen=True):
    """Where a signature is, from the folder that was looked through, and what to do with it.

    ``recorded``: the file has a record, which does not name it. ``owner`` is what a signature
    beside the file calls it. If it is not ``sure``, it may be in the archive that ``place`` names,
    which is not opened here.
    """

    place: str
    remedy: str
    recorded: bool = False
    owner: str | None = None
    sure: bool = True


class _Folder(Struct, frozen=True):
    """The number of files in a folder, the folders in it, and signatures by what they state.

    ``algorithms`` are those of the digests.
    """

    files: int
    folders: tuple[str, ...]
    signatures: dict[tuple[str, bytes], str]
    algorithms: frozenset[str]


def strayed_signature(
    content: Content, path: Path, rules: DeliveryRules, *, recorded: bool = False
) -> Strayed | None:
    """Return the signature over ``content`` in the area of ``path``, or else in its folder.

    ``recorded``: the file has a record, whose folder is looked through as a whole. What is below
    the folder of a lone file is not part of what was given. The signature of a large file is not
    looked for.
    """
    if len(content) > _LARGEST_FILE:
        return None
    here = path.absolute().parent
    spot = spot_of(here, rules)
    root = spot.area_around(here) if spot else here
    marks: list[Path] = []
    for place, folder in _folders(root, deep=recorded or spot is not None):
        digests = {(name, content.digest(name)) for name in folder.algorithms}
        names = [folder.signatures[one] for one in digests if one in folder.signatures]
        # It may have been written over since.
        if names and not digests.isdisjoint(_stated(mark := place / min(names))):
            marks.append(mark)
    if not marks:
        return None
    # One that lacks its file was left behind; beside a copy of the file it is where it belongs.
    mark = min(marks, key=lambda one: (_has_file(one), one.parent != here))
    name = mark.relative_to(root).as_posix()
    wanted = _naming(mark, here) if recorded else _remedy(mark, path.absolute())
    owner = signed_name(mark.name) if mark.parent == here else None
    return Strayed(name, wanted, recorded, owner)


def _has_file(mark: Path) -> bool:
    return is_file(mark.with_name(signed_name(mark.name) or ""))


def signed_among(folder: Path, contents: Iterable[Content]) -> tuple[str, Content] | None:
    """Return which of ``contents`` a signature in ``folder`` is over, and its name for that.

    They are not asked for where the folder has no signature.
    """
    with suppress(OSError):
        found = _folder(str(folder), folder.stat().st_mtime_ns, MOST_ENTRIES)
        for content in contents if found.algorithms else ():
            for algorithm in found.algorithms:
                mark = found.signatures.get((algorithm, content.digest(algorithm)))
                name = signed_name(mark) if mark is not None else None
                if name is not None:
                    return name, content
    return None


def is_only_signature_of(archive: Path, path: Path) -> bool:
    """Return True if a zip archive has signatures alone, and one of them is over ``path``."""
    marks = _packed(archive)
    only = all(signed_name(mark.name) for mark in marks)
    return bool(marks) and only and any(is_over(archive / mark.name, path) for mark in marks)


def _packed(archive: Path) -> list[Content]:
    """Return the files in a small zip archive."""
    # Loads the reader of archives.
    from conformance.submission.archive import files_of

    with suppress(SubmissionError):
        content = Content.of_file(archive.name, archive)
        if len(content) <= _LARGEST and foreign(content) is Foreign.ZIP:
            return files_of(content)
    return []


def is_of_another_name(mark: Path) -> bool:
    """Return True if a signature without its file is over one in its folder, which is checked."""
    name = signed_name(mark.name)
    if name is None or is_file(mark.with_name(name)) or not (stated := _stated(mark)):
        return False
    if encloses(Content.of_file(mark.name, mark)):
        return False
    with suppress(OSError), os.scandir(mark.parent) as entries:
        for entry in islice(sorted(entries, key=lambda one: one.name), _NEAR):
            path = mark.with_name(entry.name)
            if signed_name(entry.name) is None and _is_lone_one_of(path, stated):
                return True
    return False


def _is_lone_one_of(path: Path, stated: list[tuple[str, bytes]]) -> bool:
    """Return True if ``path`` has no signature beside it, and a digest that is ``stated``."""
    if not is_file(path) or any(is_file(path.with_name(n)) for n in signature_names(path.name)):
        return False
    with suppress(SubmissionError):
        content = Content.of_file(path.name, path)
        return len(content) <= _LARGEST_FILE and is_stated(content, stated)
    return False


def is_over(mark: Path, path: Path) -> bool:
    """Return True if the signature ``mark`` states the digest of the file at ``path``."""
    with suppress(SubmissionError):
        content = Content.of_file(path.name, path)
        return len(content) <= _LARGEST_FILE and is_stated(content, _stated(mark))
    return False


def _naming(mark: Path, here: Path) -> str:
    """Return what to do about a signature that the record in the folder ``here`` does not name."""
    if not mark.is_relative_to(here):
        return f"Copy it to be beside {SUBMISSION}, and name it there under signature."
    place = mark.relative_to(here).as_posix()
    return f'If it was sent, name it in {SUBMISSION}: "signature": "{place}".'


def _remedy(mark: Path, path: Path) -> str:
    wanted = right_name(mark.name, path.name)
    archive = next((one for one in mark.parents if one.suffix.lower() == _ZIP), None)
    if archive is not None and is_file(archive):
        what = f"Unpack {archive.name}, and put the signature that is in it"
        return f"{what} beside the file, as {wanted}. Take the archive away."
    owner = mark.with_name(signed_name(mark.name) or "")
    if mark.parent == path.parent and is_file(owner) and is_over(mark, owner):
        return f"Take this file away: it is a copy of {owner.name}, which has the signature."
    if _has_file(mark):
        return f"Copy it to be beside the file, and call the copy {wanted}."
    if mark.parent == path.parent and not owner.suffix:
        # Such as smime.p7s, as mail programs call any signature.
        return f"Rename the signature to {wanted}."
    if mark.parent == path.parent:
        return (
            f"Give both the same name: rename the file to {signed_name(mark.name)} if that is its "
            f"right name, or else the signature to {wanted}."
        )
    return f"Move it to be beside the file, and call it {wanted}."


def _folders(root: Path, *, deep: bool) -> Iterator[tuple[Path, _Folder]]:
    """Yield ``root``, and what is below where it is ``deep``, up to a number of files."""
    waiting, room = [root], MOST_ENTRIES
    while waiting and room > 0:
        place = waiting.pop()
        with suppress(OSError):
            found = _folder(str(place), place.stat().st_mtime_ns, room)
            yield place, found
            room -= found.files
            waiting += [place / name for name in reversed(found.folders) if deep]


# An area of thousands of files without signatures is listed once, whatever folders it has.
@lru_cache(maxsize=MOST_ENTRIES)
def _folder(place: str, changed: int, room: int) -> _Folder:
    """Return what the folder at ``place``, as it was when it ``changed``, has in its first files.

    Raises:
        OSError: it cannot be listed.
    """
    del changed
    with os.scandir(place) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    folders = [entry for entry in listed if entry.is_dir()]
    files = [entry for entry in listed if not entry.is_dir()]
    signatures: dict[tuple[str, bytes], str] = {}
    for entry in files[:room]:
        if signed_name(entry.name) and entry.is_file(follow_symlinks=False):
            for stated in _stated(Path(entry.path)):
                signatures.setdefault(stated, entry.name)
        elif entry.name.lower().endswith(_ZIP) and entry.is_file(follow_symlinks=False):
            for mark in _packed(Path(entry.path)):
                for stated in stated_digests(mark) if signed_name(mark.name) else ():
                    signatures.setdefault(stated, f"{entry.name}/{mark.name}")
    return _Folder(
        len(files),
        tuple(e.name for e in folders if not e.name.startswith(".") and not e.is_symlink()),
        signatures,
        frozenset(algorithm for algorithm, _ in signatures),
    )


def _stated(path: Path) -> list[tuple[str, bytes]]:
    """Return the digests that the signature at ``path`` states, which may be in an archive."""
    archive = next((one for one in path.parents if one.suffix.lower() == _ZIP), None)
    if archive is not None and is_file(archive):
        name = path.relative_to(archive).as_posix()
        marks = (mark for mark in _packed(archive) if mark.name == name)
        return [one for mark in marks for one in stated_digests(mark)]
    with suppress(OSError, SubmissionError):
        found = path.stat()
        return _stated_in(str(path), found.st_mtime_ns, found.st_size)
    return []


# One that is over copies of a file is found for each of them.
@lru_cache(maxsize=MOST_ENTRIES)
def _stated_in(path: str, changed: int, size: int) -> list[tuple[str, bytes]]:
    """Return the digests that the signature at ``path`` stated when it ``changed``.

    Raises:
        SubmissionError: it cannot be read.
    """
    del changed
    return stated_digests(Content.of_file(path, Path(path))) if size <= _LARGEST else []
