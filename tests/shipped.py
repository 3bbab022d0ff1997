"""The corpus that is shipped, which hundreds of assessments in one process would read again."""

from __future__ import annotations

from functools import cache

from conformance.assessment.corpus import Corpus, read_corpus
from conformance.assessment.corpus_files import CorpusFiles, find_corpus


@cache
def shipped_corpus() -> Corpus:
    """Return the corpus that is shipped, which no test changes."""
    return read_corpus(find_corpus())


def read_once(files: CorpusFiles) -> Corpus:
    """Read a corpus as ``read_corpus`` does, that which is shipped only the first time."""
    shipped = shipped_corpus()
    return shipped if files.place == shipped.files.place else read_corpus(files)
