"""The setting of a check as options: the profile, trusted certificates, the edition."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from conformance.batch.job import SettingSpec
from conformance.commands.common import add_edition_files
from conformance.model.profile_loading import DEFAULT


def add_profile(add: Callable[..., Any], what: str = "profile") -> None:
    """Add ``--profile``; ``what`` says what depends on it."""
    add("--profile", metavar="NAME|FILE", default=DEFAULT, help=f"{what} (default: reference)")


def add_setting(add: Callable[..., Any]) -> None:
    """Add ``--profile``, ``--trust``, ``--crl`` and ``--ocsp``."""
    add_profile(add)
    add("--trust", metavar="FILE", type=Path, action="append", default=[],
        help="trust anchors, PEM or DER; may be repeated")  # fmt: skip
    add("--crl", metavar="FILE", type=Path, action="append", default=[],
        help="certificate revocation lists, PEM or DER; may be repeated")  # fmt: skip
    add("--ocsp", metavar="FILE", type=Path, action="append", default=[],
        help="OCSP responses about certificates, DER or PEM; may be repeated")  # fmt: skip


def add_edition(add: Callable[..., Any]) -> None:
    """Add ``--edition`` and ``--edition-file``."""
    add("--edition", metavar="ID",
        help="edition of Appendix AA: v2.0, mp109 or that of an edition file")  # fmt: skip
    add_edition_files(add)


def setting_spec(
    options: argparse.Namespace, now: datetime, sent_at: datetime | None = None
) -> SettingSpec:
    """Return what ``options`` name, as of ``now``; without an edition where they have none."""
    return SettingSpec(
        now=now,
        profile=options.profile,
        trust=tuple(options.trust),
        crls=tuple(options.crl),
        ocsp=tuple(options.ocsp),
        edition=getattr(options, "edition", None),
        edition_files=tuple(getattr(options, "edition_file", ())),
        sent_at=sent_at,
    )
