"""Two conditions that no value meets together."""

from __future__ import annotations

import itertools

from conformance.model.condition import Condition
from conformance.model.types.registry import type_of

VALUES = ("A", "B")
CODE = type_of({"name": "C", "type": "code", "values": list(VALUES)}, {})
CONDITIONS = [
    Condition("C", null=True),
    Condition("C", null=False),
    *(
        Condition("C", among=among, refused=refused)
        for among in (("A",), ("B",), VALUES)
        for refused in (False, True)
        if not (refused and among == VALUES)
    ),
]


def test_conditions_exclude_each_other_where_no_value_meets_both() -> None:
    for one, other in itertools.product(CONDITIONS, CONDITIONS):
        met = any(
            one.holds(CODE, value.encode()) and other.holds(CODE, value.encode())
            for value in ("", *VALUES, "Z")
        )
        # A value that is listed nowhere is one that two lists of others leave.
        assert one.excludes(other) is not met, (one, other)
    assert not Condition("C", null=True).excludes(Condition("D", null=False))
