"""The profile apart has no word of the reference profile, so that none in code can pass under it.

What the two share is the language that profiles are written in (names of types, roles and rules)
and the algorithm of the keys.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from conformance.model.profile_loading import load_profile, profile_text
from generators.strategies import ground
from tests.profiles.apart import APART

REFERENCE = tomllib.loads(profile_text("reference"))
OWN = tomllib.loads(Path(APART).read_text("utf-8"))


def words(profile: Mapping[str, Any]) -> Iterator[str]:
    """Yield every name, code, method, folder, tag, element and container, in lower case."""
    for file in profile["files"].values():
        for column in file["columns"]:
            yield column["name"]
            yield from column.get("values", ())
    delivery = profile["delivery"]
    yield from profile["breaches"]
    yield from profile["alerts"].values()
    yield from profile["signature"]["containers"]
    yield from delivery["methods"]
    yield from delivery["contingency_mailboxes"]
    yield from delivery["service_desk_mailboxes"]
    yield from delivery["tags"].values()
    for places in ("folders", "live", "archives"):
        for path in delivery[places].values():
            yield from path.split("/")
    yield from profile["references"].values()
    yield from (str(profile[entry]) for entry in ("profile", "title", "version", "source"))


def test_no_word_is_shared() -> None:
    own, reference = ({word.lower() for word in words(table)} for table in (OWN, REFERENCE))
    assert own
    assert own & reference == set()
    assert "extends" not in OWN


def test_values_that_are_not_words_differ() -> None:
    assert OWN["delivery"]["hours"] != REFERENCE["delivery"]["hours"]
    for kind, file in OWN["files"].items():
        other = REFERENCE["files"][kind]
        for entry in ("characters", "maximum_record_bytes", "key", "columns"):
            assert file[entry] != other[entry], (kind, entry)
        roles = [column.get("role") for column in file["columns"]]
        assert roles != [column.get("role") for column in other["columns"]], kind
    assert OWN["readings"]
    assert not REFERENCE["readings"]


def test_it_states_every_entry_that_the_reference_profile_states_but_those_of_cms() -> None:
    def tables(profile: Mapping[str, Any]) -> dict[str, set[str]]:
        return {
            name: set(value) - {"cms"} for name, value in profile.items()
            if isinstance(value, dict) and name not in ("breaches", "readings")
        }  # fmt: skip

    own, reference = tables(OWN), tables(REFERENCE)
    assert own.keys() == reference.keys()
    assert {name for name, entries in reference.items() if not entries <= own[name]} == set()


def test_it_can_be_used() -> None:
    profile = load_profile(APART, ground().catalogue)
    assert profile.name == "apart"
    assert profile.verifies("delivery.folders.adt")
    assert not profile.verifies("signature")
