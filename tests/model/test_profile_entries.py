"""Each entry of a profile is described, in one sentence, in the schema and for authors."""

from __future__ import annotations

import json
import re

from conformance.home import HOME
from conformance.model.schema import problems, schema_of
from tests.model import profile_entries

#: One sentence: a capital first (or what is typed), a full stop last, and none between.
SENTENCE = re.compile(r"[A-Z0-9]([^.]|\.(?! ))*\.")


def test_each_entry_is_described_in_one_sentence() -> None:
    found = dict(profile_entries.entries(schema_of("profile")))
    lacking = [path for path, one in found.items() if "description" not in one]
    assert lacking == []
    said = {path: one["description"] for path, one in found.items()}
    assert [path for path, text in said.items() if not SENTENCE.fullmatch(text)] == []
    assert len(found) > 90


def test_each_entry_that_the_schema_has_is_found() -> None:
    text = (HOME / "schemas" / "profile.schema.json").read_text("utf-8")
    names: set[str] = set()

    def collect(pairs: list[tuple[str, object]]) -> dict[str, object]:
        table = dict(pairs)
        inner = table.get("properties")
        if isinstance(inner, dict) and "type" in table:
            names.update(inner)
        return table

    json.loads(text, object_pairs_hook=collect)
    listed = {
        part.split(" ")[0]
        for path, _ in profile_entries.entries(schema_of("profile"))
        for part in path.split(".")
    }
    assert names - listed == set()


def test_the_page_for_authors_lists_every_entry() -> None:
    assert profile_entries.PAGE.read_text("utf-8") == profile_entries.page(), (
        "run python -m tests.model.profile_entries"
    )


def test_a_wrong_value_is_reported_with_the_description_of_its_entry() -> None:
    (found,) = problems(
        "profile", {"profile": "x", "title": "x", "version": "1", "delivery": {"hours": "many"}}
    )
    assert found.right == (
        "write a whole number. The hours after a quarantine within which its QCAF has to come"
    )
