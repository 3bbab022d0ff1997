"""The ADT File that is in force, which a new one replaces: guidance 1.1 and 1.4."""

from __future__ import annotations

import os
from pathlib import Path

from conformance.checks.context import Setting
from conformance.errors import SubmissionError, TadpError
from conformance.inputs import STDIN
from conformance.model.requirement import Kind
from conformance.submission.area.live import live_folder, submissions_in
from conformance.submission.area.naming import read_name
from conformance.submission.area.spot import Folder, spot_of, spots
from conformance.submission.evidence import Replaced, Submission
from conformance.thresholds.adt_file import AdtFile, open_adt_file, read_adt_file

_REMEDY = "name the file in force: tadp diff OLD NEW"


def replaced_by(new: AdtFile, live: Path | None, setting: Setting) -> AdtFile:
    """The ADT File that ``new`` is to replace.

    It is looked for in the folder ``live`` if one is given, or in the Live folder of the area that
    this is; else in the record of the submission,
    which may say what it replaces; else in the Live folder of the SharePoint area around the
    file. Of a folder, it is the one file of the same User ID, which the names tell.

    Raises:
        TadpError: there is none, or there are several, or it cannot be read.
    """
    replaced = new.submission.replaced
    if live is None and isinstance(replaced, Replaced):
        file = replaced.file
        source = f"{new.source}: {file.name}"
        bare = Submission(source=source, kind=Kind.ADT, root=new.submission.root, file=file)
        return read_adt_file(bare, setting)
    folder = _folder(new, setting) if live is None else _live_in(live, setting)
    there = submissions_in(folder, setting.profile)
    if there is None:
        raise TadpError("there is no such folder", where=str(folder), remedy=_REMEDY)
    own = os.path.realpath(new.source) if new.source != STDIN else None
    files = [file for file in there if os.path.realpath(file) != own]
    return _only(new, folder, files, setting)


def _folder(new: AdtFile, setting: Setting) -> Path:
    path = Path(new.source)
    spot = None
    if new.source != STDIN and not path.is_dir():
        spot = spot_of(path.parent, setting.profile.delivery)
    live = live_folder(path, setting.profile)
    if spot is None or spot.kind is not Kind.ADT or live is None:
        raise TadpError(
            "is not in a copy of a SharePoint area, so the file in force is not known",
            where=new.source,
            remedy="name it (tadp diff OLD NEW), or its folder with --live",
        )
    if spot.folder is Folder.LIVE:
        raise TadpError("is itself the file in force", where=new.source, remedy=_REMEDY)
    return live


def _live_in(folder: Path, setting: Setting) -> Path:
    """The Live folder of the area that is named by ``folder``; else what is named itself."""
    for spot in spots(setting.profile.delivery):
        if (spot.kind, spot.folder) == (Kind.ADT, Folder.LIVE):
            names = spot.path.split("/")
            inner = (folder.joinpath(*names[i:]) for i in range(len(names)))
            return next((path for path in inner if path.is_dir()), folder)
    return folder


def _only(new: AdtFile, folder: Path, files: list[Path], setting: Setting) -> AdtFile:
    """The one file of the same User ID among ``files``."""
    if new.user_id is None:
        raise TadpError("names no User ID to find the file in force by", where=new.source,
                        remedy=_REMEDY)  # fmt: skip
    owners = {file: read_name(file.name, setting.profile.references).user_id for file in files}
    mine = [file for file in files if owners[file] == new.user_id]
    if not mine:
        # A name that does not begin with an EUI-64 does not show it; the contents do.
        opened = [_opened(file, setting) for file in files if owners[file] is None]
        found = [one for one in opened if one is not None and one.user_id == new.user_id]
        names = [Path(one.source).name for one in found]
    else:
        found, names = [], [file.name for file in mine]
    if len(names) > 1:
        raise TadpError(
            f"holds {len(names)} files of {new.user_id}: {', '.join(names[:3])}"
            f"{' and more' if len(names) > 3 else ''}",
            where=str(folder),
            remedy="one is in force (UG1.4-3); name it: tadp diff OLD NEW",
        )
    if not names:
        raise TadpError(
            f"holds no ADT File of {new.user_id}",
            where=str(folder),
            remedy="if none is in force, there is nothing to compare with",
        )
    return found[0] if found else open_adt_file(str(mine[0]), setting)


def _opened(file: Path, setting: Setting) -> AdtFile | None:
    try:
        return open_adt_file(str(file), setting)
    except SubmissionError:
        return None
