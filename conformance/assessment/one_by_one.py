"""An adapter to which no job matters once it is answered."""

from __future__ import annotations

from typing import Any


class OneByOne:
    """The part of an adapter that keeps nothing from one job to the next."""

    def start(self) -> dict[str, Any]:
        """Nothing is to be made ready; the smoke test shows whether it works."""
        return {}

    def close(self) -> list[str]:
        """Nothing outlives its job."""
        return []

    def spoiled(self) -> dict[str, str]:
        """Each job has one answer."""
        return {}
