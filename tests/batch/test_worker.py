"""Checking one source: what comes back, and that it can travel."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conformance.batch import Desk, Entry, Order, Recipe, check_source
from conformance.batch.entry import Item
from conformance.commands.common import catalogue
from conformance.report.raw import report_on
from conformance.submission.lone import Told
from tests.checks.situation import ADT
from tests.running import check

AT = datetime(2025, 6, 1, 10, tzinfo=UTC)
ORDER = Order(Recipe(AT, sent_at=AT), Told())


def entry_of(source: Path, order: Order = ORDER) -> Entry:
    entry = check_source(Item(0, str(source)), Desk(order, order.recipe.build(catalogue())))
    assert entry is not None
    return entry


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "adt.csv"
    path.write_bytes(ADT)
    return path


def test_the_entry_is_what_the_report_says(plain: Path) -> None:
    entry = entry_of(plain)
    made = check(plain, "--at", "2025-06-01T10:00:00Z").report
    assert entry.trouble is None
    assert entry.submission == made["submissions"][0]
    assert report_on([entry.submission], ORDER.recipe.build(catalogue())) == made


def test_what_cannot_be_read_is_the_trouble_of_the_entry(tmp_path: Path) -> None:
    entry = entry_of(tmp_path / "none.csv")
    assert entry.submission is None
    assert entry.trouble is not None
    assert "none.csv: no such file" in entry.trouble


def test_only_what_is_asked_for_is_in_it(plain: Path) -> None:
    entry = entry_of(plain, Order(ORDER.recipe, only=("6.1-3",)))
    assert entry.submission is not None
    assert [r["id"] for r in entry.submission["requirements"]] == ["6.1-3"]


def test_order_and_entry_travel_as_they_are(plain: Path) -> None:
    entry = entry_of(plain)
    assert pickle.loads(pickle.dumps(entry)) == entry  # noqa: S301 - our own
    assert pickle.loads(pickle.dumps(ORDER)) == ORDER  # noqa: S301 - our own
    assert json.loads(json.dumps(entry.submission)) == entry.submission
