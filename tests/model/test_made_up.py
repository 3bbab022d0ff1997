"""Every entry of a model and of a profile is read into its own place."""

from __future__ import annotations

import json

from tests.model.made_up import READ, read


def test_the_values_of_the_made_up_model_are_those_that_were_recorded() -> None:
    found = json.loads(json.dumps(read()))
    kept = json.loads(READ.read_text("utf-8"))
    for part in ("catalogue", "profiles"):
        for name, expected in kept[part].items():
            assert found[part][name] == expected, (
                f"{part}, {name}: if it is right, run python -m tests.model.made_up"
            )
    assert found == kept
