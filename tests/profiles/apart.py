"""The profile that shares nothing with the reference profile but the clauses."""

from __future__ import annotations

from pathlib import Path

#: Its path, as ``--profile`` takes it.
APART = str(Path(__file__).with_name("apart.toml"))
