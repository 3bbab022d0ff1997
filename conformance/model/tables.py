"""The shipped model as JSON, which is read in a small part of the time that its TOML takes.

The build of a wheel runs this module by its path, so it imports the standard library alone
before it is asked for a table.
``tables.json`` has the table of each file of TOML that was found valid, by the SHA-256 of the
file. A checkout has no such file: there, and for whatever has another digest, TOML is read.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("tables.json")


def write_tables(model: Path, target: Path) -> None:
    """Write the tables of a ``model`` that was found valid as a whole.

    Raises:
        ValueError: a file was not found valid as it is.
    """
    import tomllib

    valid = (model / "validated.txt").read_text("ascii").split()
    tables = {}
    for file in sorted(model.rglob("*.toml")):
        data = file.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        if digest not in valid:
            raise ValueError(f"{file} is not in validated.txt: see tests/model/validated.py")
        tables[digest] = tomllib.loads(data.decode())
    target.write_text(json.dumps(tables), "ascii", newline="\n")


def table_of(digest: str) -> dict[str, Any] | None:
    """Return the table of the file of the shipped model with this SHA-256, if the wheel has it."""
    return _tables().get(digest)


@cache
def _tables() -> dict[str, dict[str, Any]]:
    from msgspec.json import decode

    try:
        tables: dict[str, dict[str, Any]] = decode(FILE.read_bytes())
    except FileNotFoundError:
        return {}
    return tables
