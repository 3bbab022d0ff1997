"""Neutral copies of submissions, which an implementation gets: they reveal nothing of a case."""

from __future__ import annotations

import base64
import hashlib
import os
import random
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import Struct, field

from conformance.assessment.corpus import Case, Corpus
from conformance.assessment.messages import VERSION
from conformance.errors import TadpError
from conformance.model.loading import parse_toml
from conformance.model.profile_loading import MAXIMUM_BYTES, TRUST, profile_text, shipped_profiles
from conformance.portable import require_portable

_READINGS = """\
profile = "assessed"
title = "The profile that submissions are judged by"
version = "1"
extends = "../common/profile.toml"
"""


#: Entries of ``trust`` that implementations are given only where there are such files.
_OPTIONAL = ("ocsp",)


class Job(Struct, frozen=True):
    """One thing to put: a message, and the folder of its own that it speaks of.

    ``message`` fits ``assess-submission`` or ``assess-task``; ``schema`` is that of its answer.
    """

    id: str
    folder: Path
    message: dict[str, Any]
    schema: str = "assess-answer"


class Workspace(Struct, frozen=True):
    """The files that all submissions have in common, copied to ``folder``.

    ``profiles`` are those by which submissions are judged, by their text: to make a file takes
    most of the time of an assessment, and most submissions are judged by the same profile.
    ``spare`` are folders of submissions that were answered, which are used again: on some systems
    it takes milliseconds to remove one.
    """

    folder: Path
    corpus: Corpus
    profiles: dict[str, Path] = field(default_factory=dict)
    spare: deque[Path] = field(default_factory=deque)

    @property
    def common(self) -> Path:
        return self.folder / "common"


def prepare_workspace(corpus: Corpus, folder: Path) -> Workspace:
    """Copy the profile, the trust anchors, revocation lists and OCSP responses into ``folder``.

    Raises:
        TadpError: the profile extends something that is not shipped, or names a file of trust that
            cannot be read or is not in the corpus.
    """
    workspace = Workspace(folder, corpus)
    workspace.common.mkdir(parents=True, exist_ok=True)
    where = str(corpus.files.place / corpus.profile)
    data = corpus.files.content(corpus.profile).read(MAXIMUM_BYTES)
    table, text = parse_toml(data, where), data.decode("utf-8")
    (workspace.common / "profile.toml").write_text(text, "utf-8")
    trust, home = table.get("trust", {}), PurePosixPath(corpus.profile).parent
    for kind in TRUST:
        whole = b""
        for name in trust.get(kind, ()):
            require_portable([name], where)
            data = corpus.files.content(str(home / name)).read(MAXIMUM_BYTES)
            copy = workspace.common / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(data)
            whole += data
        if whole or kind not in _OPTIONAL:
            (workspace.common / f"{kind}.pem").write_bytes(whole)
    base = table.get("extends")
    if base is not None:
        if base not in shipped_profiles():
            raise TadpError(f"extends {base!r}, which is not shipped", where=where)
        (workspace.common / f"{base}.toml").write_text(profile_text(base), "utf-8")
    return workspace


def _optional(common: Path) -> dict[str, Path]:
    """Return the files of trust that are there only where the profile has such."""
    files = {kind: common / f"{kind}.pem" for kind in _OPTIONAL}
    return {kind: file for kind, file in files.items() if file.is_file()}


def endless_ids(seed: int) -> Iterator[str]:
    """Names without meaning; the same for the same seed."""
    source = random.Random(f"names {seed}")  # noqa: S311 - reproducible, not secret
    while True:
        yield f"{source.getrandbits(64):016x}"


def neutral_ids(count: int, seed: int) -> list[str]:
    """``count`` different names without meaning; the same for the same seed."""
    found: dict[str, None] = {}
    for name in endless_ids(seed):
        if len(found) == count:
            break
        found[name] = None
    return list(found)


def shuffled(cases: Iterable[Case], seed: int) -> list[Case]:
    """Return the cases in an order that reveals nothing; the same for the same seed."""
    mixed = list(cases)
    random.Random(f"order {seed}").shuffle(mixed)  # noqa: S311 - reproducible, not secret
    return mixed


def neutral_copy(case: Case, identifier: str, workspace: Workspace) -> Job:
    """Copy the submission of ``case`` to where an implementation can see it."""
    home = workspace.folder / identifier
    if workspace.spare:
        _use_again(workspace.spare.popleft(), home)
    case.submission.copy_to(home)
    return job_of(home, case, workspace)


def _use_again(spare: Path, home: Path) -> None:
    """Empty a folder and move it to ``home``, unless the implementation left it as it cannot be."""
    # Behind a link is what is not ours.
    with suppress(OSError):
        if not spare.is_symlink():
            for name in os.listdir(spare):  # noqa: PTH208 - a Path for each takes its time
                os.unlink(os.path.join(spare, name))  # noqa: PTH108, PTH118
            spare.rename(home)


def job_of(home: Path, case: Case, workspace: Workspace) -> Job:
    """The job to judge what is in ``home`` already, which is named by the id of the job."""
    identifier = home.name
    publication = (home / "publication.json").is_file()
    message = {
        "tadp": VERSION,
        "type": "submission",
        "id": identifier,
        "folder": str(home),
        "manifest": "publication.json" if publication else "submission.json",
        "edition": case.edition,
        "checked_at": workspace.corpus.checked_at,
        "anchors": str(workspace.common / "anchors.pem"),
        "crls": str(workspace.common / "crls.pem"),
        **{kind: str(file) for kind, file in _optional(workspace.common).items()},
        "profile": str(profile_under(case.readings, workspace)),
    }
    return Job(identifier, home, message)


def profile_under(readings: Mapping[str, str], workspace: Workspace) -> Path:
    """Return the file of the profile by which a submission is judged.

    It is that of the corpus, with ``readings``, and is written when it is first wanted.
    """
    lines = [f'{note} = "{reading}"\n' for note, reading in readings.items()]
    text = _READINGS + ("\n[readings]\n" + "".join(lines) if lines else "")
    if text not in workspace.profiles:
        name = f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.toml"
        path = workspace.folder / "profiles" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        workspace.profiles[text] = path
    return workspace.profiles[text]


def neutral_copies(
    cases: Iterable[Case], seed: int, workspace: Workspace
) -> Iterator[tuple[Case, Job]]:
    """Yield a neutral copy of each case, in an order and under names that reveal nothing."""
    mixed = shuffled(cases, seed)
    for case, name in zip(mixed, neutral_ids(len(mixed), seed), strict=True):
        yield case, neutral_copy(case, name, workspace)


def with_contents(job: Job) -> dict[str, Any]:
    """The message with the content of all files in it, for an implementation elsewhere."""
    message = dict(job.message)
    folder = Path(message["folder"])
    common = job.folder.parent / "common"
    message["files"] = {
        file.name: base64.b64encode(file.read_bytes()).decode() for file in sorted(folder.iterdir())
    }
    texts = common_texts(common)
    own = Path(message["profile"]).read_text("utf-8")
    message["texts"] = {**texts, "profiles": [own, *texts["profiles"]]}
    return message


def common_texts(common: Path) -> dict[str, Any]:
    """Return the texts that all submissions have in common: trust, and profiles."""
    shipped = [f for f in sorted(common.glob("*.toml")) if f.name != "profile.toml"]
    return {
        "anchors": (common / "anchors.pem").read_text("ascii"),
        "crls": (common / "crls.pem").read_text("ascii"),
        **{kind: file.read_text("ascii") for kind, file in _optional(common).items()},
        "profiles": [f.read_text("utf-8") for f in (common / "profile.toml", *shipped)],
    }
