"""The fingerprint of what was read: the same for the same bytes under the same names."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from msgspec.structs import replace

from conformance.batch.entry import Entry, Item, fingerprint_of
from conformance.content import Content
from conformance.model.requirement import Kind
from conformance.submission.area.reading import read_area
from conformance.submission.evidence import Submission
from tests.checks.situation import profile

ONE = Submission("here", Kind.ADT, Path(), inputs=(Content.of_bytes("a.csv", b"1,2\n"),))


def of(*inputs: tuple[str, bytes]) -> Submission:
    return replace(ONE, inputs=tuple(Content.of_bytes(name, data) for name, data in inputs))


def test_the_fingerprint_is_of_the_kind_and_of_name_size_and_bytes_of_each_file() -> None:
    # Journals hold it, so that it may not change from version to version without need.
    seen = ["adt", [["a.csv", 4, hashlib.sha256(b"1,2\n").hexdigest()]]]
    assert fingerprint_of([ONE]) == hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def test_whatever_is_read_has_its_part_in_it_and_nothing_else() -> None:
    others = [
        replace(ONE, kind=Kind.QCAF),
        of(("b.csv", b"1,2\n")),
        of(("a.csv", b"1,3\n")),
        of(("a.csv", b"1,2\n"), ("a.csv.p7s", b"")),
        of(("a.csv.p7s", b""), ("a.csv", b"1,2\n")),
        of(),
    ]
    found = {fingerprint_of([one]) for one in (ONE, *others)}
    assert len(found) == 7
    assert fingerprint_of([replace(ONE, source="there", edition="v2.0")]) == fingerprint_of([ONE])


def test_an_area_is_looked_at_again_each_time(tmp_path: Path) -> None:
    (tmp_path / "ADT File Submissions" / "Live").mkdir(parents=True)
    assert fingerprint_of([read_area(tmp_path, "area", None, profile())]) is None


def test_parts_of_an_item_or_an_entry_that_are_not_given_are_none() -> None:
    assert Item(3, "a") == Item(3, "a", None)
    assert Entry("a", None) == Entry("a", None, None, None)
