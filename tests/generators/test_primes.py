"""The listed places of primes are those that a search finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from generators import primes
from generators.keys import expand
from generators.prime_list import searched_list
from generators.primes import steps_to_prime

LISTED = Path(primes.__file__).with_name("primes.txt").read_text("utf-8")


def lines() -> list[tuple[int, str, int]]:
    """Each place that is listed: the steps, the seed, and the place that the seed leads to."""
    found = []
    for line in LISTED.splitlines():
        steps, _, seed = line.partition(" ")
        if steps != "#":
            bits = int(seed.split("/")[1]) // 2
            start = int.from_bytes(expand(seed, bits // 8)) | 3 << bits - 2 | 1
            found.append((int(steps), seed, start))
    return found


def test_each_listed_place_has_a_prime() -> None:
    assert len(lines()) > 150
    for steps, seed, start in lines():
        number = start + steps
        # Fermat's test is enough: not one composite in millions of that size passes it.
        assert pow(2, number - 1, number) == 1, seed
        assert (number - 1) % primes.EXPONENT, seed


@pytest.mark.parametrize("size", [1024, 2048])
def test_a_listed_place_is_the_first(size: int) -> None:
    steps, seed, start = next(line for line in lines() if line[1].startswith(f"rsa/{size}/"))
    assert steps_to_prime(seed, start) == steps
    # Under another seed nothing is listed, so that it is searched for, and once only.
    assert steps_to_prime(f"not listed/{seed}", start) == steps
    assert steps_to_prime(f"not listed/{seed}", 0) == steps


@pytest.mark.long
def test_the_list_is_as_it_is_made() -> None:
    assert searched_list() == LISTED
