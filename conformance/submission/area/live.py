"""Finding, beside a file in an area, what is in the Live folder."""

from __future__ import annotations

from pathlib import Path

from conformance.model.profile import Profile
from conformance.model.requirement import Kind
from conformance.submission.area.naming import read_name
from conformance.submission.area.stray import no_submission
from conformance.submission.area.survey import listing
from conformance.submission.names import belongs_to


def live_folder(file: Path, profile: Profile) -> Path | None:
    """The folder of what is in production, of the area in which the ADT File ``file`` lies."""
    name = profile.delivery.live.get(Kind.ADT)
    return file.absolute().parent.parent / name if name else None


def submissions_in(folder: Path, profile: Profile) -> tuple[Path, ...] | None:
    """The submissions in a folder, by their names; nothing if there is no such folder.

    What goes with a file, such as its signature, is none of its own. Links are left out.
    """
    try:
        files = [e.name for e in listing(folder) if e.is_file(follow_symlinks=False)]
    except OSError:
        return None
    names = frozenset(files)
    return tuple(
        folder / name
        for name in files
        if belongs_to(name, names) is None
        and no_submission(name, read_name(name, profile.references)) is None
    )
