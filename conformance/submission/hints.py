"""What the command line says about the submissions that it names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from conformance.model.requirement import Kind

if TYPE_CHECKING:
    from conformance.submission.register import Register


class CliHints(Struct, frozen=True):
    """Options of the command line on a lone file; on an area, its live User IDs and register.

    ``zone`` is the time zone of times in manifests that state none.
    """

    kind: Kind | None = None
    signature: Path | None = None
    live_users: Path | None = None
    certificate: Path | None = None
    register: Register | None = None
    zone: str | None = None
