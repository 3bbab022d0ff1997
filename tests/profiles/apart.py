"""The profile that shares nothing with the reference profile but the clauses, and its corpus."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from conformance.assessment.corpus_files import CorpusFiles
from conformance.assessment.made_corpus import Wanted, find_or_make
from generators.strategies import ground

#: Its path, as ``--profile`` takes it.
APART = str(Path(__file__).with_name("apart.toml"))


@cache
def apart_cache() -> Path:
    """The cache folder that the tests of one process share, as ``--cache`` takes it."""
    folder = Path(tempfile.mkdtemp(prefix="tadp-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def apart_corpus() -> CorpusFiles:
    """The corpus for the profile, which is made once in a process."""
    wanted = Wanted(profile=APART, cache=apart_cache())
    return find_or_make(wanted, ground().catalogue, lambda _: lambda _: None)
