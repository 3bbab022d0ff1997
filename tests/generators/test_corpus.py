"""The committed corpus: every case comes out as it says, and it is what is built today."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from conformance.errors import TadpError
from conformance.findings import Status
from conformance.model.profile_loading import load_profile, profile_text
from conformance.portable import require_portable
from generators import corpus
from generators.case import ROOM, Case
from generators.conforming import conforming
from generators.corpus import cases, corpus_files
from generators.draft import Ground
from generators.stories import Story, stories
from generators.strategies import ground
from tests.corpus import CASES, FIXTURES, MANIFEST, CorpusCase
from tests.snapshots.words import assert_recorded, lines_of_check

SCHEMAS = Path(__file__).parents[2] / "conformance" / "schemas"


@pytest.mark.parametrize("identifier", CASES)
def test_a_case_fails_at_its_root_alone_and_at_its_place(identifier: str) -> None:
    case = CorpusCase(identifier)
    expected = case.record["expected"]
    checked = case.check()
    roots = {r.requirement.id: r for r in checked.results if r.is_root}
    through = [
        r.requirement.id
        for r in checked.results
        if r.status is Status.FAILED and r.requirement.id not in roots
    ]
    assert checked.verdict == expected["verdict"]
    assert list(roots) == expected["roots"]
    assert through == expected["through"]
    if roots:
        first = roots[expected["roots"][0]]
        assert first.requirement.phase == expected["phase"]
        place = first.findings[0].place
        assert {name: getattr(place, name) for name in expected["place"]} == expected["place"]
    assert_recorded(lines_of_check(checked))


def test_the_committed_files_are_what_another_process_builds(tmp_path: Path) -> None:
    script = (
        "import hashlib, json; from generators.corpus import corpus_files;"
        "from generators.strategies import ground; files = corpus_files(ground()).items();"
        "print(json.dumps({path: hashlib.sha256(data).hexdigest() for path, data in files}))"
    )
    # Everything that no file may depend on differs from when the files were committed.
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    root = str(FIXTURES.parent)
    environment["PYTHONPATH"] = os.pathsep.join([root, environment.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True,
        env=environment, cwd=tmp_path,
    )  # fmt: skip
    built = json.loads(done.stdout)
    generated = ("cases", "examples", "trust", "manifest.json", "coverage.csv", "profile.toml")
    present = {
        path.relative_to(FIXTURES).as_posix()
        for name in generated
        for path in [FIXTURES / name, *(FIXTURES / name).rglob("*")]
        if path.is_file()
    }
    assert present == set(built)
    assert len(built) > 1000
    assert [
        path
        for path, digest in built.items()
        if hashlib.sha256((FIXTURES / path).read_bytes()).hexdigest() != digest
    ] == []


def test_every_requirement_is_met_and_broken_or_the_reason_is_given() -> None:
    with (FIXTURES / "coverage.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["requirement"] for row in rows] == [r.id for r in ground().catalogue.requirements()]
    for row in rows:
        assert len(row["violating cases"].split()) == int(row["violating"])
        assert set(row["violating cases"].split()) <= set(CASES)
        tested = int(row["conforming"]) > 0 and int(row["violating"]) > 0
        assert tested or row["not tested because"]
    checks = {r.id: r.checks for r in ground().catalogue.requirements()}
    without = [r for r in rows if r["not tested because"] == "the profile has no such rule"]
    assert {check for row in without for check in checks[row["requirement"]]} == {
        "profile-rules", "compare"
    }  # fmt: skip


def test_every_reading_of_every_note_has_a_case() -> None:
    notes = [note for note in ground().catalogue.notes.values() if note.decides]
    wanted = {(n.id, r.id) for n in notes for r in n.readings}
    there = {(i.split("/")[1], i.split("/")[-1]) for i in CASES if i.startswith("notes/")}
    assert there == wanted


def test_every_container_algorithm_and_edition_occurs_on_both_sides() -> None:
    seen = {
        (bool(case["roots"]), flag)
        for identifier, case in CASES.items()
        for flag in CorpusCase(identifier).record["flags"]
    }
    for flag in ("cms-detached", "cms-attached", "ecdsa", "rsa", "v2.0", "mp109", "DER", "PEM"):
        assert (True, flag) in seen
        assert (False, flag) in seen


def test_every_negative_has_its_positive_beside_it() -> None:
    for identifier, case in CASES.items():
        positive = CorpusCase(identifier).record["positive"]
        if case["roots"] and not identifier.startswith("notes/"):
            assert CASES[positive]["verdict"] == "conforms"
            assert CASES[positive]["kind"] == case["kind"]


def test_the_manifest_and_the_cases_fit_their_schemas() -> None:
    def validator(name: str) -> jsonschema.Draft202012Validator:
        schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        return jsonschema.Draft202012Validator(schema)

    validator("corpus").validate(MANIFEST)
    case = validator("case")
    for identifier in CASES:
        case.validate(CorpusCase(identifier).record)


def test_nothing_in_a_submission_shows_what_is_expected() -> None:
    for identifier, case in CASES.items():
        for file in CorpusCase(identifier).submission.rglob("*"):
            text = file.name.encode() + (file.read_bytes() if file.is_file() else b"")
            for named in (*case["roots"], identifier):
                if named.startswith("4.") or "/" in named:
                    # Attestations name the requirements that they attest; those are never broken.
                    assert named.encode() not in text.replace(b'"4.7-4"', b""), (identifier, named)


def awkward(tmp_path: Path, *changes: tuple[str, str]) -> Ground:
    """The reference profile with other words in it."""
    text = profile_text("reference")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "awkward.toml"
    path.write_text(text, "utf-8")
    model = ground().catalogue
    return Ground(model, load_profile(str(path), model))


def test_columns_of_any_name_make_cases_that_every_system_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Those of the notes are about columns of the reference profile.
    monkeypatch.setattr(corpus, "QUESTIONS", [])
    names = {
        "UserID": "nul", "UserRole": "Con", "TimePeriodHours": "con",
        "WarningThreshold": "L" + "o" * 62 + "g", "AnomalyDetectionThreshold": "An ADT",
        "ADAttributeLimitsBreach": "../a?",
    }  # fmt: skip
    changes = [(f'"{old}"', f'"{new}"') for old, new in names.items()]
    made = list(cases(awkward(tmp_path, *changes, ("\nADAttributeLimitsBreach", '\n"../a?"'))))
    identifiers = [case.id for case in made]
    assert len(identifiers) == len([name for name in CASES if not name.startswith("notes/")])
    require_portable(identifiers, "the cases")
    assert "6.3-8/adt-sharepoint/An-ADT-leading-space" in identifiers
    assert "6.3-8/adt-sharepoint/nul-leading-space" in identifiers


def test_a_path_is_short_however_long_the_names_of_the_files_are(tmp_path: Path) -> None:
    every = (s for s in stories(ground()) if isinstance(s, Story))
    story = next(story for story in every if story.name == "area")
    deep = awkward(tmp_path, ("/Submitted QCAF", "/Submitted QCAF Files"))
    draft = conforming(story.scenario, deep)
    both = [Case(f"conforming/{story.name}/{'x' * 80}{end}", "", story.name, draft) for end in "ab"]
    files = [path for case in both for path in case.files()]
    require_portable(files, "the corpus", ROOM)
    assert len(set(files)) == len(files)
    assert max(map(len, files)) == ROOM


def test_a_case_with_a_name_that_some_system_does_not_take_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    areas = [s for s in stories(ground()) if isinstance(s, Story) and s.name == "area"]
    monkeypatch.setattr(corpus, "stories", lambda _: areas)
    monkeypatch.setattr(corpus, "QUESTIONS", [])
    monkeypatch.setattr(corpus, "EXAMPLES", {})
    with pytest.raises(TadpError, match="has a character that Windows does not take"):
        corpus_files(awkward(tmp_path, ("/Submitted QCAF", "/Submitted: QCAF")))
    with pytest.raises(TadpError, match="is longer than 131 characters"):
        corpus_files(awkward(tmp_path, ("/Submitted QCAF", "/Submitted" + "x" * 90)))


def test_the_shipped_corpus_leaves_out_only_rules_that_the_profile_has_none_of() -> None:
    assert {one["reason"] for one in MANIFEST["left_out"]} == {
        "the profile has no such rule",
        "the profile has one kind of record",
        "the profile has no value that follows from others",
    }
    # Only requirements are left out, and no case.
    assert {one["id"] for one in MANIFEST["left_out"]} <= {
        r.id for r in ground().catalogue.requirements()
    }
