"""The files that a register names: in the areas that it is about, or beside it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from conformance.errors import TadpError
from conformance.model.profile import Profile
from conformance.submission.area.reading import to_check
from conformance.submission.area.spot import Folder
from conformance.submission.area.stray import Stray
from conformance.submission.area.survey import AreaFile, survey

#: Why a file in a folder of its own has no row.
_RECORDED = "its folder has a record of its own, and is checked by itself"


class RegisterFiles:
    """Finds the files that a register names: in the areas, or beside the register."""

    def __init__(self, register: Path, folders: tuple[Path, ...], profile: Profile) -> None:
        self._home = register.absolute().parent
        self.folders = folders
        self.profile = profile
        self.known: dict[str, Path] = {}
        self._strays: list[tuple[Path, Stray]] = []
        #: The names of those that a register has a row for.
        self.wanted: dict[str, AreaFile] = {}
        #: The names of those that are in other folders than that of what is in force.
        self.new: set[str] = set()
        self.archived: set[str] = set()
        for folder in folders:
            found = survey(folder, profile)
            for file in found.files:
                self.known.setdefault(file.path.name, file.path)
            self._strays += ((folder, stray) for stray in found.strays)
            kept = (record.relative_to(folder).as_posix() for record in found.records)
            self._strays += ((folder, Stray(f"{name}/", _RECORDED)) for name in kept)
            checked = [*to_check(found, profile)]
            self.wanted |= {file.path.name: file for file in checked}
            self.new |= {f.path.name for f in checked if f.spot.folder is not Folder.LIVE}
            archived = (f for f in found.files if f.spot.folder is Folder.ARCHIVE)
            self.archived |= {file.path.name for file in archived}

    def elsewhere(self, name: str) -> TadpError | None:
        """Return where a file called ``name`` is, if it is there and is not a submission."""
        for folder, stray in self._strays:
            path = PurePosixPath(stray.name)
            if stray.name.endswith("/") and _inside(folder / path, name) is not None:
                path /= name
            if path.name == name:
                why = f"which no row can be about: {stray.why}"
                return TadpError(
                    f"{name[:200]!r} is in the area as {path}, {why}",
                    remedy="move it to the folder that it belongs to, or delete the row",
                )
        return None

    def missing(self, name: str) -> TadpError:
        """Return that there is no submission called ``name``, and what to do about it."""
        where = ", ".join(map(str, self.folders))
        what = f"there is no file {name[:200]!r} in {where}"
        return TadpError(what, remedy="correct the name, or delete the row")

    def find(self, name: str) -> tuple[str, Path]:
        """Return where a file is, as text too.

        Raises:
            TadpError: there is no such file, or it is outside these folders.
        """
        found = self.known.get(name)
        if found is None:
            homes = (self._home, *(folder.absolute() for folder in self.folders))
            found = next((p for home in homes if (p := _inside(home, name)) is not None), None)
        if found is None:
            raise TadpError(
                f"there is no file {name[:200]!r} beside the register or in the area",
                remedy="correct the name, or put the file beside the register",
            )
        return str(found.absolute()), found


def _inside(home: Path, name: str) -> Path | None:
    try:
        real = (home / name).resolve(strict=True)
        return real if real.is_file() and real.is_relative_to(home.resolve()) else None
    except (OSError, RuntimeError, ValueError):
        return None
