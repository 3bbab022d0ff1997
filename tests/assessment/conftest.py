"""Fixtures that the tests of the assessment share: a job to put, and ways to put it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.assessment.adapter import Adapter, open_adapter
from conformance.assessment.corpus import Corpus
from conformance.assessment.messages import Answer
from conformance.assessment.neutral import Job, Workspace, neutral_copy, prepare_workspace
from conformance.assessment.terms import Terms
from tests.running import PATIENCE
from tests.shipped import shipped_corpus

SHORT = Terms(timeout=2)
LONG = Terms(timeout=PATIENCE, memory=200)
IMPLEMENTATIONS = "tests.assessment.implementations"


@pytest.fixture
def corpus() -> Corpus:
    return shipped_corpus()


@pytest.fixture
def workspace(tmp_path: Path, corpus: Corpus) -> Workspace:
    return prepare_workspace(corpus, tmp_path / "workspace")


@pytest.fixture
def job(workspace: Workspace) -> Job:
    """A conforming ADT File."""
    return neutral_copy(workspace.corpus.cases[0], "00c0ffee00c0ffee", workspace)


def fake(kind: str, vice: str, *words: str) -> str:
    """The adapter to a fake implementation with one vice."""
    module = {"exec": "per_case", "ndjson": "lines"}[kind]
    command = [sys.executable, "-m", f"{IMPLEMENTATIONS}.{module}", vice, *words]
    return f"{kind}:{shlex.join(command)}"


@contextmanager
def opened(name: str, terms: Terms | None = None) -> Iterator[Adapter]:
    adapter = open_adapter(name, terms or Terms())
    try:
        adapter.start()
        yield adapter
    finally:
        adapter.close()


def ask(name: str, job: Job, terms: Terms | None = None) -> Answer:
    """The answer of an implementation to one job."""
    with opened(name, terms) as adapter:
        return adapter.ask(job)
