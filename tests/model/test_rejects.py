"""The requirements of receivers name all that a receiver can see and has to reject."""

from __future__ import annotations

from conformance.assessment.corpus import rejected_under
from conformance.checks.catalogue import shipped_catalogue
from conformance.model.requirement import Kind, Subject
from conformance.model.requirement import Testable as HowShown


def test_a_receiver_rejects_each_fault_that_a_file_shows() -> None:
    catalogue = shipped_catalogue()
    shown = [
        one.id
        for one in catalogue.requirements()
        if one.testable is HowShown.MECHANICAL
        and one.subject is not Subject.RECEIVER
        and not {Kind.ADT, Kind.QCAF}.isdisjoint(one.kinds)
        and not one.derived_from
    ]
    assert "6.1-3" in shown
    assert [one for one in shown if not rejected_under(catalogue, {one})] == []
