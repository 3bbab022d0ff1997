"""The profiles in ``examples/profiles``, and the files beside each, which are what they are called.

A file is called after its kind, after whether it is good or bad, and after what is to be seen.
``tox -e examples`` runs the self-test of each, and builds its corpus.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.model.requirement import Kind
from conformance.profiles.checking import examine
from conformance.profiles.samples import Found, Sample, judge_samples
from generators.strategies import ground

FOLDER = Path(__file__).parents[2] / "examples" / "profiles"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_profile_takes_the_good_files_and_refuses_the_bad_ones(path: Path) -> None:
    found = examine(str(path), ground().catalogue)
    assert list(map(str, found.refused)) == []
    assert found.profile is not None
    # No one is to take it for the real one.
    assert "made up" in found.profile.title
    assert len(found.profile.unverified) >= 10
    samples = []
    for file in sorted(path.with_suffix("").iterdir()):
        kind, given, *_ = file.stem.split("-")
        assert given in ("good", "bad")
        samples.append(Sample(file, given == "good", Kind(kind)))
    assert sum(sample.conforms for sample in samples) >= 2
    assert sum(not sample.conforms for sample in samples) >= 4
    for result in judge_samples(samples, found.profile, ground().catalogue):
        wanted = Found.CONFORMS if result.sample.conforms else Found.FAILS
        assert result.found is wanted, result.sample.path
        # A bad file has one thing wrong.
        assert len(result.failed) == (not result.sample.conforms), result.sample.path
