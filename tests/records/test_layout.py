"""What a file must look like: the readings that records know are those of the notes."""

from __future__ import annotations

import pytest

from conformance.checks import CHECKS
from conformance.model.loading import load_catalogue
from conformance.records.layout import READINGS


@pytest.mark.parametrize("note", READINGS)
def test_the_readings_of_a_note_are_those_that_the_model_has(note: str) -> None:
    readings = load_catalogue(CHECKS).notes[note].readings
    assert set(READINGS[note]) == {reading.id for reading in readings}
