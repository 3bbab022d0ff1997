"""The corpus as one archive: what a wheel brings in place of some 3,400 plain files.

The build of a wheel runs this module by its path, so it imports the standard library alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZipFile, ZipInfo

#: Files of the corpus that its manifest does not list.
BESIDE = ("README.md", "manifest.json")


def write_archive(corpus: Path, archive: Path) -> None:
    """Write all files of a corpus into an archive whose bytes follow from theirs alone.

    Nothing is compressed: so members are read fast in place, and the wheel compresses them
    together.

    Raises:
        ValueError: a file is not as the manifest lists it.
    """
    listed = json.loads((corpus / "manifest.json").read_text("utf-8"))["files"]
    members = {path: (corpus / path).read_bytes() for path in (*BESIDE, *listed)}
    for path, digest in listed.items():
        if hashlib.sha256(members[path]).hexdigest() != digest:
            raise ValueError(f"{path} is not as the manifest lists it: see tadp fixtures check")
    write_members(members, archive)


def write_members(members: Mapping[str, bytes], archive: Path) -> None:
    """Write files, by their paths in a corpus, into an archive."""
    with ZipFile(archive, "w") as opened:
        for path in sorted(members):
            # By default a member has the time of 1980, and the system that it is made on.
            member = ZipInfo(path)
            member.create_system = 3
            member.external_attr = 0o100644 << 16
            opened.writestr(member, members[path])
