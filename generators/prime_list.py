"""The list of the primes of the test hierarchy, written again: a search of a minute."""

from __future__ import annotations

import sys

from generators import keys, published
from generators.primes import known_steps

_HEAD = """\
# How far each prime in the RSA keys of the test hierarchy is behind the place that its seed leads
# to. Made by `python -m generators.prime_list`; do not edit.
"""


def searched_list() -> str:
    """Return the list as it should be, for which each prime is searched."""
    keys.rsa_key.cache_clear()
    known_steps().clear()
    published.published_keys()
    return _HEAD + "".join(f"{steps} {seed}\n" for seed, steps in sorted(known_steps().items()))


if __name__ == "__main__":
    sys.stdout.write(searched_list())
