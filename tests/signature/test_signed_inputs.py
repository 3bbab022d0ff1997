"""Findings about signatures and certificates are as they were read and recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.signature.signed_inputs import GROUPS, lines
from tests.signature.signing import Hierarchy
from tests.snapshots.words import assert_same

WORDS = Path(__file__).with_name("words.txt")


@pytest.mark.parametrize("group", GROUPS)
def test_each_signature_has_the_findings_that_were_recorded(
    hierarchy: Hierarchy, group: str
) -> None:
    assert_same(lines(group, hierarchy), WORDS, group)
