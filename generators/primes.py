"""The primes of RSA test keys, each the first that fits behind the place that its seed leads to.

The search takes most of the time in which a corpus is made, so the places of those in the keys of
the test hierarchy are listed, in ``primes.txt``. ``python -m generators.prime_list`` writes the
list again.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import compress, count
from math import gcd
from pathlib import Path

#: The public exponent of the keys.
EXPONENT = 65537
_SIEVE = 1 << 16
#: Rounds of Miller-Rabin; numbers from a hash are not chosen to fool these bases.
_BASES = (2, 3, 5, 7, 11, 13)


def steps_to_prime(seed: str, start: int) -> int:
    """Return how far the first prime for an RSA key is behind ``start``, to which ``seed`` leads.

    It is the same for a seed each time, and is searched for once.
    """
    steps = known_steps()
    if seed not in steps:
        steps[seed] = _searched(start)
    return steps[seed]


@cache
def known_steps() -> dict[str, int]:
    """Return how far each known prime is behind its place, by the seeds; of the list at first."""
    lines = Path(__file__).with_name("primes.txt").read_text("utf-8").splitlines()
    listed = (line.partition(" ") for line in lines if not line.startswith("#"))
    return {seed: int(steps) for steps, _, seed in listed}


def _searched(start: int) -> int:
    small = _small_primes()
    remainders = [start % prime for prime in small]
    return next(
        steps
        for steps in count(0, 2)
        if all((r + steps) % prime for r, prime in zip(remainders, small, strict=True))
        and gcd(start + steps - 1, EXPONENT) == 1
        and _is_prime(start + steps)
    )


@lru_cache(maxsize=1)
def _small_primes() -> tuple[int, ...]:
    """The odd primes below the bound that pays off."""
    flags = bytearray([1]) * _SIEVE
    for n in range(3, int(_SIEVE**0.5) + 1, 2):
        if flags[n]:
            flags[n * n :: n] = bytes(len(range(n * n, _SIEVE, n)))
    return tuple(compress(range(3, _SIEVE, 2), flags[3::2]))


def _is_prime(number: int) -> bool:
    """Return True if ``number``, odd and without small factors, passes Miller-Rabin."""
    odd, twos = number - 1, 0
    while not odd % 2:
        odd, twos = odd // 2, twos + 1
    for base in _BASES:
        power = pow(base, odd, number)
        if power in {1, number - 1}:
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True
