"""The example profile of a wide table, and its corpus, for what only such a profile can have."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from conformance.assessment.corpus_files import CorpusFiles
from conformance.assessment.made_corpus import Wanted, find_or_make
from generators.strategies import ground
from tests.shared import one_at_a_time, shared_folder

#: Its path, as ``--profile`` takes it.
WIDE = str(Path(__file__).parents[2] / "examples" / "profiles" / "wide-table.toml")


@cache
def wide_corpus() -> CorpusFiles:
    """Return the corpus for the profile, which is made once in a run."""
    wanted = Wanted(profile=WIDE, cache=shared_folder() / "cache")
    with one_at_a_time("wide"):
        return find_or_make(wanted, ground().catalogue, lambda _: lambda _: None)
