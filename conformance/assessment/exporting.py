"""A corpus as one file, a JSON object a line, for harnesses in other languages."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance.assessment.corpus import read_corpus
from conformance.assessment.corpus_files import MANIFEST, CorpusFiles
from conformance.assessment.messages import dump
from conformance.assessment.neutral import common_texts, prepare_workspace
from conformance.submission.manifest import load_json
from conformance.submission.names import AREA, PUBLICATION, SUBMISSION

#: The version of the lines.
_HEAD = {"tadp_corpus": 1}
_MANIFESTS = (SUBMISSION, PUBLICATION, AREA)
#: Bytes of a file of a case, at most.
_LARGEST = 1 << 26


def lines_of(files: CorpusFiles) -> Iterator[bytes]:
    """Yield the lines of a corpus: what its cases have in common, and then each case.

    Raises:
        TadpError: it is not readable, or does not fit its schema.
    """
    corpus = read_corpus(files)
    manifest = load_json(files.content(MANIFEST), "corpus")
    with tempfile.TemporaryDirectory(prefix="tadp-", ignore_cleanup_errors=True) as name:
        texts = common_texts(prepare_workspace(corpus, Path(name)).common)
    yield dump(
        {
            **_HEAD,
            "type": "corpus",
            "version": corpus.version,
            "licence": manifest["licence"],
            "checked_at": corpus.checked_at,
            "cases": len(manifest["cases"]),
            "texts": texts,
        }
    )
    for entry in manifest["cases"]:
        yield dump(_case(files.below(entry["path"])))


def _case(files: CorpusFiles) -> dict[str, Any]:
    record = load_json(files.content("case.json"), "case")
    folder = files.below(record["submission"])
    data = {name: folder.content(name).read(_LARGEST) for name in folder.names()}
    return {
        **_HEAD,
        "type": "case",
        "record": record,
        "manifest": next((name for name in _MANIFESTS if name in data), None),
        "files": {name: base64.b64encode(one).decode() for name, one in data.items()},
    }
