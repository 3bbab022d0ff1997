"""PKITS, whole: no invalid path passes, and a valid one fails for a reason of our own alone."""

from __future__ import annotations

import warnings
from collections import Counter

import pytest

from conformance.signature import path_validation
from tests.signature import pkits

ROWS = pkits.rows()


def test_every_test_is_in_the_table() -> None:
    assert len(ROWS) == 224
    assert {row.test for row in ROWS} == pkits.tests()


def test_the_table_has_no_false_pass_and_a_reason_for_each_difference() -> None:
    verdicts = Counter((row.nist, row.ours) for row in ROWS)
    assert verdicts["invalid", "passed"] == 0
    assert verdicts["valid", "failed"] <= 12
    assert verdicts["valid", "not shown"] == 0
    same = {("valid", "passed"), ("invalid", "failed")}
    assert [row.test for row in ROWS if bool(row.reason) == ((row.nist, row.ours) in same)] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.test)
def test_verdict(row: pkits.Row) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = pkits.examined(row)
    expected = row.ours if pkits.KNOWS_SELF_ISSUED else row.older or row.ours
    assert (row.test, pkits.verdict(found)) == (row.test, expected)
    said = [*(one.found or "" for one in found.faults), *(one.reason for one in found.gaps)]
    for library in ("exhausted", "ParseError", "ValueError", "validat", "error parsing"):
        assert not any(library in one for one in said)


@pytest.mark.skipif(not pkits.KNOWS_SELF_ISSUED, reason="OpenSSL is older than 4.0.3")
def test_openssl_alone_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each path that the fast verifier takes, OpenSSL takes too."""
    unremembered = path_validation._judged.__wrapped__  # type: ignore[attr-defined]
    monkeypatch.setattr(path_validation, "_judged", unremembered)
    paths: list[object] = []

    def refuse(path: object, _at: object) -> bool:
        paths.append(path)
        return False

    monkeypatch.setattr(path_validation, "_is_verified", refuse)
    other = [row.test for row in ROWS if pkits.verdict(pkits.examined(row)) != row.ours]
    assert other == []
    assert len(paths) > 100
