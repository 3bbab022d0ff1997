"""Settings for all tests: where they find one another, the time of a run, and no deadline."""

from __future__ import annotations

import gc
import os
import sys
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

# At the end, so that what is installed goes before what is beside the tests.
sys.path.append(str(Path(__file__).parents[1]))

from tests.sampling import examples

# An example takes longer on a machine that is busy, which says nothing of the code.
settings.register_profile("untimed", deadline=None, max_examples=examples(100))
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    """Give reports the same time of their run, so that they compare, and programs time to start.

    To read the corpus takes half of the time of a small assessment, and is done once.
    """
    from tests.running import PATIENCE, RUN_AT
    from tests.shared import begin
    from tests.shipped import read_once

    if not hasattr(config, "workerinput"):  # Workers have the folder of whoever starts them.
        begin()
    patch = pytest.MonkeyPatch()
    patch.setattr("conformance.report.raw.now", lambda: RUN_AT)
    patch.setattr("conformance.assessment.lines._HANDSHAKE", float(PATIENCE))
    patch.setattr("conformance.commands.assess.read_corpus", read_once)


def pytest_xdist_auto_num_workers() -> int:
    """Have one more worker than there are processors, as some tests only wait."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among the tests, which are all kept: neither now nor while they run."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count what was skipped by its reason, so that a run without a browser shows how much."""
    skipped = terminalreporter.stats.get("skipped", ())
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"{count} skipped: {reason}")
