"""A zip archive that somebody made of a submission: its files, read in memory and within limits.

Nothing of it is written anywhere. What no archive of a person has, such as a link or a path that
leads outside, is not read.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from conformance.content import Content
from conformance.errors import SubmissionError

#: Limits: bytes of the archive, of its directory, and of all files when unpacked; their number.
MAXIMUM_BYTES = 64 << 20
MAXIMUM_DIRECTORY = 1 << 18
MAXIMUM_UNPACKED = 128 << 20
MAXIMUM_FILES = 1000

_REMEDY = "unpack it, and check the folder"
#: Where the directory's length is in the record at the end of an archive, which begins so.
_END, _END_SIZE, _COMMENT = b"PK\x05\x06", 22, 1 << 16


def files_of(archive: Content) -> list[Content]:
    """Return the files in a zip ``archive``, each called by its path inside.

    Raises:
        SubmissionError: it is damaged, beyond a limit, has a password, or has a path or a link
            that leads out of it.
    """
    data = archive.read(MAXIMUM_BYTES)
    where = archive.name
    _require_short_directory(data, where)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            return list(_files(opened, where))
    except SubmissionError:
        raise
    except Exception:
        # Damaged bytes surface as whatever error the library or its decompressor comes to.
        raise SubmissionError(
            "looks like a zip archive, but cannot be read: it is damaged, or packed in a way "
            "that is not known here",
            where=where,
            remedy=_REMEDY,
        ) from None


def names_in(archive: Content) -> list[str]:
    """Return the names that the directory of a zip ``archive`` has, which no password hides.

    There are none if it cannot be read.
    """
    try:
        data = archive.read(MAXIMUM_BYTES)
        _require_short_directory(data, archive.name)
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            names = [info.filename for info in opened.infolist()[:MAXIMUM_FILES]]
    except Exception:
        # As above.
        return []
    return [PurePosixPath(name.replace("\\", "/")).name for name in names]


def _require_short_directory(data: bytes, where: str) -> None:
    """Refuse a directory that would take more memory than the archive, before it is read."""
    tail = data[-(_END_SIZE + _COMMENT) :]
    end = tail.rfind(_END)
    size = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    if size > MAXIMUM_DIRECTORY:
        raise SubmissionError(
            f"has a directory of {size:,} bytes, more than the {MAXIMUM_DIRECTORY:,} that are read",
            where=where,
            remedy=_REMEDY,
        )


def _files(opened: zipfile.ZipFile, where: str) -> Iterator[Content]:
    infos = [info for info in opened.infolist() if not info.is_dir()]
    if len(infos) > MAXIMUM_FILES:
        raise SubmissionError(f"has more than {MAXIMUM_FILES:,} files", where=where, remedy=_REMEDY)
    left = MAXIMUM_UNPACKED
    for info in infos:
        name = info.filename.replace("\\", "/")
        place = f"{where}: {name!r}"
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or ":" in name or not path.parts:
            raise SubmissionError("is a path that leads out of the archive", where=place)
        if stat.S_ISLNK(info.external_attr >> 16):
            raise SubmissionError("is a link, which is not followed", where=place)
        if info.flag_bits & 1:
            raise SubmissionError("has a password", where=place, remedy=_REMEDY)
        with opened.open(info) as member:
            # Whatever size the archive states, no more is unpacked than is read.
            data = member.read(left + 1)
        left -= len(data)
        if left < 0:
            raise SubmissionError(
                f"unpacks to more than the {MAXIMUM_UNPACKED:,} bytes that are read",
                where=where,
                remedy=_REMEDY,
            )
        yield Content.of_bytes(path.as_posix(), data)
