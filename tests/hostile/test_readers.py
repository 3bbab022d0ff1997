"""Whatever bytes a reader is handed: a value, a finding or a ``TadpError``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.fuzz import KEPT
from tests.hostile.mutation import mutated_json
from tests.hostile.targets import TARGETS
from tests.sampling import examples

some = settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))


def kept() -> Iterator[tuple[str, str]]:
    """Yield input that a reader once failed on, or might have, by target and name."""
    for name in sorted(TARGETS):
        yield from ((name, path.name) for path in sorted((KEPT / name).glob("*")))


@pytest.mark.parametrize(("target", "name"), list(kept()))
def test_input_on_which_a_reader_once_failed_is_handled(target: str, name: str) -> None:
    TARGETS[target].put((KEPT / target / name).read_bytes())


def test_each_target_is_kept_under_its_name() -> None:
    assert {path.name for path in KEPT.iterdir()} <= set(TARGETS)


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_some_seeds_are_taken(name: str) -> None:
    target = TARGETS[name]
    assert any(target.put(seed) is None for seed in target.seeds())


@pytest.mark.parametrize("name", ["profile", "reply", "report"])
def test_each_seed_is_taken(name: str) -> None:
    target = TARGETS[name]
    refused = [reason for seed in target.seeds() if (reason := target.put(seed))]
    assert refused == []


@cache
def seeds(name: str) -> list[bytes]:
    return TARGETS[name].seeds()


@st.composite
def damaged(draw: st.DrawFn, name: str) -> bytes:
    """A seed with pieces changed, left out, doubled or exchanged for those of another."""
    data = draw(st.sampled_from(seeds(name)))
    if TARGETS[name].is_json and draw(st.booleans()):
        for seed in draw(st.lists(st.integers(0, 1 << 30), min_size=1, max_size=4)):
            data = mutated_json(data, seed) or data
        return data
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        other = draw(st.sampled_from(seeds(name)))
        piece = draw(
            st.binary(max_size=6)
            | st.just(data[start:end] * 2)
            | st.integers(0, len(other)).map(lambda at: other[at : at + 40])  # noqa: B023
        )
        data = data[:start] + piece + data[end:]
    return data


@pytest.mark.parametrize("name", sorted(TARGETS))
@some
@given(draw=st.data())
def test_anything(name: str, draw: st.DataObject) -> None:
    TARGETS[name].put(draw.draw(damaged(name)))
