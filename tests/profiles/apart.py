"""The profile that shares nothing with the reference profile but the clauses, and its corpus."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from conformance.assessment.corpus_files import CorpusFiles
from conformance.assessment.made_corpus import Wanted, find_or_make
from generators.strategies import ground
from tests.shared import one_at_a_time, shared_folder

#: Its path, as ``--profile`` takes it.
APART = str(Path(__file__).with_name("apart.toml"))


@cache
def apart_cache() -> Path:
    """Return the cache folder with the corpus for the profile, as ``--cache`` takes it."""
    apart_corpus()
    return _cache()


@cache
def apart_corpus() -> CorpusFiles:
    """Return the corpus for the profile, which is made once in a run of the tests."""
    wanted = Wanted(profile=APART, cache=_cache())
    with one_at_a_time("apart"):
        return find_or_make(wanted, ground().catalogue, lambda _: lambda _: None)


def _cache() -> Path:
    return shared_folder() / "cache"
