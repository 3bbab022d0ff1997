"""Which requirements bear on a submission."""

from __future__ import annotations

from conformance.bearing import twins_of
from tests.checks.situation import catalogue


def test_what_the_other_clause_asks_is_looked_for_in_the_edition() -> None:
    stated = {r.id: r for r in catalogue().requirements("v2.0")}
    assert twins_of(stated["4.7-1"], catalogue(), "v2.0") == ["4.13-2"]
    assert twins_of(stated["4.13-2"], catalogue(), "v2.0") == ["4.7-1"]
