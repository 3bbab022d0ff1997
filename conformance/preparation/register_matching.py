"""The file that a row of a register is about, where none has the name in the row.

A wrong name, or a file of another program, keeps nothing from being checked.
"""

from __future__ import annotations

import filecmp
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePath

from msgspec import Struct

from conformance.content import Content
from conformance.errors import SubmissionError, TadpError
from conformance.foreign import foreign
from conformance.model.requirement import Kind
from conformance.preparation.register_files import RegisterFiles
from conformance.preparation.sheet import Row
from conformance.submission.area.naming import read_name
from conformance.submission.area.survey import AreaFile
from conformance.submission.kind import is_message
from conformance.submission.names import name_inside


class Lost(Struct, frozen=True):
    """A row whose file is not there; ``where`` is the cell with the name."""

    row: Row
    kind: Kind
    name: str
    user_id: str
    where: str

    def used_for(self, file: AreaFile) -> TadpError:
        """Return the remark that the row was used for another ``file``."""
        name = file.path.name
        what = f"there is no file {self.name[:200]!r}, so the row was used for {name[:200]!r}"
        remedy = "correct whichever of the two names is wrong"
        if instead := _in_place_of_csv(file):
            # That is found at the file, and not here.
            remedy = f"the register is right: that file is {instead}"
        elif name_inside(name) in (self.name, PurePath(self.name).stem):
            remedy = "write that name in the register: the file has its signature inside"
        return TadpError(what, where=self.where, remedy=remedy)


class RowMatching:
    """Finds a file without a row for each row without a file; ``used`` are the names with a row."""

    def __init__(self, files: RegisterFiles, used: Collection[str]) -> None:
        self._files = files
        self._used = used

    def matches(self, lost: Sequence[Lost]) -> Iterator[tuple[Lost, str | None]]:
        """Yield each row with the one file that it may be about, or with nothing.

        The file of a row is in use before the next one is looked at.
        """
        left = list(lost)
        # Those whose request a name has come first: they leave the rest fewer to be taken for.
        for one in sorted(lost, key=self._is_doubtful):
            files = self._candidates(one)
            alike = [other for other in left if self._candidates(other) == files]
            if self._files.elsewhere(one.name) is None and len(alike) == len(files) == 1:
                left.remove(one)
                yield one, files[0]
            else:
                yield one, None

    def _is_doubtful(self, lost: Lost) -> bool:
        number = read_name(lost.name, self._files.profile.references).reference
        return number not in [file.reference for file in self._files.wanted.values()]

    def _candidates(self, lost: Lost) -> list[str]:
        """Return the files without a row that one may be about: of its request, or of its owner.

        Of the latter, a file in Live is what was there before, where one was submitted.
        """
        number = read_name(lost.name, self._files.profile.references).reference
        files = [
            file
            for name, file in self._files.wanted.items()
            if name not in self._used and not file.lone_signature and file.spot.kind is lost.kind
        ]
        same = [file for file in files if number is not None and file.reference == number]
        mine = [file for file in files if file.user_id in (None, lost.user_id)]
        new = [file for file in mine if file.path.name in self._files.new]
        return [file.path.name for file in same or new or mine]

    def shared(self) -> Iterator[tuple[str, str]]:
        """Yield files without a row, each with the file in Live whose row is about it as well.

        That was not submitted under its own name, and is of the same request or is the same file.
        """
        files = self._files
        live = {n: f for n, f in files.wanted.items() if n in self._used and n not in files.new}
        for name, file in files.wanted.items():
            if name not in files.new or name in self._used or file.lone_signature:
                continue
            for row, other in live.items():
                same = file.reference == other.reference is not None
                if file.spot.kind is other.spot.kind and (
                    same or (row not in files.archived and _is_copy(file.path, other.path))
                ):
                    yield name, row
                    break


def _in_place_of_csv(file: AreaFile) -> str | None:
    """Return what a file is that is not a CSV file, if it is known."""
    with suppress(SubmissionError):
        content = Content.of_file(file.name, file.path)
        kind = foreign(content)
        return "an email message" if kind is None and is_message(content) else kind and kind.title
    return None


def _is_copy(one: Path, other: Path) -> bool:
    with suppress(OSError):
        return filecmp.cmp(one, other, shallow=False)
    return False
