"""A communication with one character typed wrongly in a QCAF: one mistake, one finding."""

from __future__ import annotations

from conformance.checks.differences import READ_BY, Comparison, Values, key_text
from conformance.checks.side import NumberedRow, Side
from conformance.findings import Finding, Place
from conformance.records.row_place import place_in


def with_slips(
    result: Comparison,
    only: list[tuple[Values, NumberedRow]],
    left: dict[Values, NumberedRow],
    sides: tuple[Side, Side],
) -> Comparison:
    """Return ``result`` in which a key of ``only`` the QCAF may be one ``left`` in the report.

    One sign of it was typed wrongly, and all else in the record is the same. It is taken out of
    those that are ``left``, and of those that were added.
    """
    qcaf, report = sides
    new_of, old_of = qcaf.values_of(), report.values_of()
    for place, (key, record) in enumerate(only):
        values = new_of(record[2])
        meant = [
            one for one, other in left.items() if _is_slip(key, one) and old_of(other[2]) == values
        ]
        if len(meant) != 1:
            continue
        index = next(
            n for n, pair in enumerate(zip(key, meant[0], strict=True)) if pair[0] != pair[1]
        )
        name = qcaf.form.key[index]
        where = place_in(qcaf.content, qcaf.layout, record, qcaf.form.index(name))
        del left[meant[0]]
        result.missing.add(_slipped(name, key, meant[0], where))
        result.slips.add(result.added.findings[place])
    result.added.findings[:] = [f for f in result.added.findings if f not in result.slips.findings]
    result.added.count -= result.slips.count
    return result


def _slipped(name: str, key: Values, right: Values, place: Place) -> Finding:
    """Return that a record of the QCAF has one sign of a communication's key wrong."""
    return Finding(
        f"{name} is not that of the quarantine report",
        found=key_text(key),
        expected=key_text(right),
        place=place,
        notes=("qcaf-completeness",),
        hint="Make the QCAF again from the report as it was exported, with `tadp make qcaf`, which "
        "writes each value as it is there. Sign the file again afterwards.",
        profile=READ_BY,
    )


def _is_slip(key: Values, right: Values) -> bool:
    """Return True if ``key`` has one sign more, less or other than ``right``, or two swapped."""
    one, other = b",".join(key), b",".join(right)
    start = next((n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
                 min(len(one), len(other)))  # fmt: skip
    here, there = one[start:], other[start:]
    swapped = here[:2] == there[1::-1] and here[2:] == there[2:]
    return swapped or here[1:] in (there, there[1:]) or here == there[1:]
