"""A comparison finds exactly the edits that were made, of any kind and in any place."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from conformance.checks.context import Context
from conformance.content import Content
from conformance.model.requirement import Kind as FileKind
from conformance.records import Layout
from conformance.records.adt_change import Kind, compare
from conformance.records.adt_rules import RuleTable, read_rules
from tests.checks.situation import USER_ID, adt, setting

KEYS = st.tuples(
    st.sampled_from(["IS", "GS", "OU"]), st.sampled_from(["", "1.1.1", "2.1"]), st.integers(1, 40)
)
VALUES = st.tuples(st.none() | st.integers(0, 9), st.integers(10, 99))
Rules = dict[tuple[str, str, int], tuple[int | None, int]]


def layout() -> Layout:
    context = Context(adt(), setting())
    return context.layout(context.profile.files[FileKind.ADT])


LAYOUT = layout()


def table(rules: Rules, order: list[tuple[str, str, int]] | None = None) -> RuleTable:
    text = "".join(
        f"{USER_ID},{role},{variant},{hours},{'' if warning is None else warning},{limit}\n"
        for role, variant, hours in order or rules
        for warning, limit in [rules[role, variant, hours]]
    )
    return read_rules(Content.of_bytes("adt.csv", text.encode()), LAYOUT)


def keys(found: Iterator[object]) -> set[tuple[str, str, int]]:
    named = set()
    for one in found:
        rule = one[1] if isinstance(one, tuple) else one
        _, role, variant, hours = [(part or b"").decode() for part in rule.key]  # type: ignore[attr-defined]
        named.add((role, variant, int(hours)))
    return named


@given(st.data())
def test_the_differences_are_the_edits(data: st.DataObject) -> None:
    old: Rules = data.draw(st.dictionaries(KEYS, VALUES, max_size=12))
    removed = data.draw(st.sets(st.sampled_from(sorted(old)))) if old else set()
    kept = sorted(set(old) - removed)
    changed = {
        key: data.draw(VALUES.filter(lambda v, key=key: v != old[key]))
        for key in (data.draw(st.sets(st.sampled_from(kept))) if kept else ())
    }
    added = {k: v for k, v in data.draw(st.dictionaries(KEYS, VALUES, max_size=6)).items()
             if k not in old}  # fmt: skip
    new = {**{key: old[key] for key in kept}, **changed, **added}
    order = data.draw(st.permutations(sorted(new)))
    found = compare(table(old), table(new, order))
    assert keys(found.removed()) == removed
    assert keys(found.changed()) == set(changed)
    assert keys(found.added()) == set(added)
    assert found.unchanged == len(kept) - len(changed)
    for before, after in found.changed():
        assert before.values != after.values
        assert before.key == after.key


@given(st.lists(st.tuples(KEYS, VALUES), max_size=12))
def test_every_record_is_in_the_table_or_reported_to_be_repeated(
    rules: list[tuple[tuple[str, str, int], tuple[int | None, int]]],
) -> None:
    text = "".join(
        f"{USER_ID},{role},{variant},{hours},,{limit}\n"
        for (role, variant, hours), (_, limit) in rules
    )
    read = read_rules(Content.of_bytes("adt.csv", text.encode()), LAYOUT)
    assert read.records == len(rules)
    shown = {read.rule(key).record for key in read.rows}
    shown |= {rule.record for group in read.repetitions() for rule in group}
    assert shown == set(range(1, len(rules) + 1))
    for group in read.repetitions():
        assert group[-1].record == max(rule.record for rule in group)


def test_the_work_grows_as_the_files_do() -> None:
    """Counted, not timed: each record is read once, and each rule looked up once on each side."""

    class Counting(dict[bytes, bytes]):
        lookups = 0

        def get(self, *words: object) -> object:  # type: ignore[override]
            Counting.lookups += 1
            return super().get(*words)  # type: ignore[call-overload]

        def __contains__(self, key: object) -> bool:
            Counting.lookups += 1
            return super().__contains__(key)

    for size in (100, 1000):
        rules: Rules = {("IS", "", hours): (None, 10) for hours in range(1, size + 1)}
        old, new = table(rules), table(rules)
        Counting.lookups = 0
        old, new = (
            RuleTable(t.key, t.values, t.records, Counting(t.rows), t.repeated) for t in (old, new)
        )
        assert compare(old, new).unchanged == size
        assert Counting.lookups == 2 * size
    assert Kind.REMOVED == "removed"
