"""The layout of a file: the readings that records know are those of the notes."""

from __future__ import annotations

from conformance.checks import CHECKS
from conformance.model.loading import load_catalogue
from conformance.model.requirement import Reads
from conformance.records.layout import READINGS


def test_the_readings_of_each_note_are_those_that_the_model_has() -> None:
    notes = load_catalogue(CHECKS).notes
    for note, readings in READINGS.items():
        assert set(readings) == {reading.id for reading in notes[note].readings}
    assert set(READINGS) == {note.id for note in notes.values() if note.reads is Reads.BYTES}
