"""Reading a corpus, and choosing from it what is put."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest

from conformance.assessment.corpus import (
    Choice,
    Corpus,
    choose,
    read_case,
    read_corpus,
    rejected_under,
)
from conformance.assessment.corpus_files import CorpusFolder
from conformance.checks import CHECKS
from conformance.errors import TadpError
from conformance.model.catalogue import Catalogue
from conformance.model.loading import load_catalogue
from conformance.model.requirement import Kind

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(CHECKS)


def test_a_corpus_is_read_as_its_files_say(corpus: Corpus) -> None:
    data = (FIXTURES / "manifest.json").read_bytes()
    manifest = json.loads(data)
    assert corpus.digest == hashlib.sha256(data).hexdigest()
    assert (corpus.version, corpus.checked_at) == (manifest["version"], manifest["checked_at"])
    assert [case.id for case in corpus.cases] == [entry["id"] for entry in manifest["cases"]]
    for entry, case in zip(manifest["cases"], corpus.cases, strict=True):
        record = json.loads((FIXTURES / entry["path"] / "case.json").read_text("utf-8"))
        expected = record["expected"]
        assert case.submission == corpus.files.below(entry["path"]).below(record["submission"])
        assert (case.kind.value, case.edition) == (record["kind"], record["edition"])
        assert case.verdict == expected["verdict"]
        assert case.conforms == (expected["verdict"] == "conforms")
        assert (case.title, case.mutation) == (record["title"], record.get("mutation", {}))
        assert [*case.rests_on] == expected["rests_on"]
        assert [*case.shows] == expected.get("shows", [])
        made_from = f"conforming/{record['story']}" if expected["roots"] else None
        assert case.positive == (record["positive"] or made_from)
        assert list(case.roots) == expected["roots"]
        assert list(case.through) == expected["through"]
        assert case.place == expected["place"]
        assert case.readings == record["readings"]


@pytest.mark.parametrize(
    ("entry", "value", "said"),
    [
        ("path", "../elsewhere", "is not a path inside the folder"),
        ("path", "/etc", "is not a path inside the folder"),
        ("path", "C:\\cases", "has a character that Windows does not take"),
        ("path", "cases/nul", "has a name that Windows keeps for a device"),
        ("id", "a\n/b", "has a character that Windows does not take"),
        (
            "id",
            "QCAF/all-delete",
            "'QCAF/all-delete' and 'qcaf/all-delete' are one file on some systems",
        ),
    ],
)
def test_a_corpus_that_leaves_its_folder_is_refused(
    tmp_path: Path, entry: str, value: str, said: str
) -> None:
    manifest = json.loads((FIXTURES / "manifest.json").read_text("utf-8"))
    first, second = manifest["cases"][:2]
    manifest["cases"] = [{**first, entry: value}, {**second, "id": "qcaf/all-delete"}]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(TadpError) as caught:
        read_corpus(CorpusFolder(tmp_path))
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / 'manifest.json'}: ")


@pytest.mark.parametrize("entry", ["id", "submission"])
def test_a_case_that_leaves_its_folder_is_refused(tmp_path: Path, entry: str) -> None:
    record = json.loads((FIXTURES / "cases/conforming/area/case.json").read_text("utf-8"))
    (tmp_path / "case.json").write_text(json.dumps({**record, entry: ".."}), "utf-8")
    with pytest.raises(TadpError, match=r"'\.\.' is not a path inside the folder"):
        read_case(CorpusFolder(tmp_path))


def test_every_case_that_breaks_something_has_a_conforming_one_beside_it(corpus: Corpus) -> None:
    for case in corpus.cases:
        if case.roots:
            assert case.positive is not None
            assert corpus.by_id[case.positive].conforms, case.id


def test_a_broken_requirement_leads_to_rejection_under_its_own_part_of_clause_4_8(
    catalogue: Catalogue,
) -> None:
    assert rejected_under(catalogue, ["6.1-1"]) == ["4.8(a)-1"]
    assert rejected_under(catalogue, ["3.4(b)-3"]) == ["4.8(a)-2"]
    assert rejected_under(catalogue, ["6.1-3"]) == ["4.8(b)-1"]
    assert rejected_under(catalogue, ["UG1.1-1"]) == []


def test_each_case_is_put_or_there_is_a_reason(corpus: Corpus, catalogue: Catalogue) -> None:
    readings = dict.fromkeys((n for c in corpus.cases for n in c.readings), "none of them")
    chosen = choose(corpus, catalogue, Choice(only=("6.1",), exclude=("6.1-3",), readings=readings))
    put = {case.id for case in chosen.cases}
    assert put | set(chosen.left_out) == set(corpus.by_id)
    assert not put & set(chosen.left_out)
    for case in chosen.cases:
        assert case.kind in (Kind.ADT, Kind.QCAF)
        assert all(root.startswith("6.1-") and root != "6.1-3" for root in case.roots)
    reasons = Counter(chosen.left_out.values())
    for case in corpus.cases:
        reason = chosen.left_out.get(case.id, "")
        if case.kind not in (Kind.ADT, Kind.QCAF):
            assert "a kind that this run leaves out" in reason
        elif case.readings:
            assert "another reading" in reason
        elif "6.1-3" in case.roots:
            assert reason == "excluded by --exclude"
        elif reason:
            assert "--only" in reason
    assert len(reasons) > 4


def test_the_conforming_case_comes_along_unless_it_is_excluded(
    corpus: Corpus, catalogue: Catalogue
) -> None:
    one, positive = "6.1-6/adt-sharepoint/in-a-field", "conforming/adt-sharepoint"
    both = choose(corpus, catalogue, Choice(only=(one,)))
    assert [c.id for c in both.cases] == [c.id for c in corpus.cases if c.id in (one, positive)]
    assert not {one, positive} & set(both.left_out)
    alone = choose(corpus, catalogue, Choice(only=(one,), exclude=(positive,)))
    assert [c.id for c in alone.cases] == [one]
    assert alone.left_out[positive] == "excluded by --exclude"
    # Its own evidence is not asked for, but without it the other would not count.
    for shown in ("4.8-3", "6.1-5"):
        chosen = choose(corpus, catalogue, Choice(only=(one,), exclude=(shown,)))
        assert {c.id for c in chosen.cases} == {one, positive}


@pytest.mark.parametrize("name", ["4.8-3", "6.1-5"])
def test_cases_that_a_receiver_has_to_accept_are_chosen_by_their_requirement(
    name: str, corpus: Corpus, catalogue: Catalogue
) -> None:
    chosen = choose(corpus, catalogue, Choice(only=(name,)))
    assert chosen.cases
    assert all(case.conforms for case in chosen.cases)


@pytest.mark.parametrize(
    ("choice", "reported"),
    [
        (
            Choice(only=("6.1-6",), exclude=("6.1", "conforming")),
            "no case is left to put (see --only, --exclude and --kind)",
        ),
        *(
            (choice, f"no case, requirement or clause is called {name!r} "
             "(see tadp fixtures list and tadp clauses)")
            for name in ("6", "conform", "6.1-6/", "9.9-1")
            for choice in (Choice(only=("6.1", name)), Choice(exclude=("6.1", name)))
        ),
    ],
)  # fmt: skip
def test_nothing_left_to_put_is_refused(
    choice: Choice, reported: str, corpus: Corpus, catalogue: Catalogue
) -> None:
    with pytest.raises(TadpError) as caught:
        choose(corpus, catalogue, choice)
    assert str(caught.value) == reported


def test_why_a_case_is_not_put_is_reported(corpus: Corpus, catalogue: Catalogue) -> None:
    name = "6.1-6/adt-sharepoint/in-a-field"
    chosen = choose(corpus, catalogue, Choice(only=(name,), readings={}))
    assert [case.id for case in chosen.cases] == ["conforming/adt-sharepoint", name]
    assert set(chosen.left_out) == set(corpus.by_id) - {case.id for case in chosen.cases}
    reported = {
        "conforming/incident": "Incident: a kind that this run leaves out (see --kind)",
        "conforming/qcaf-user-set": "not selected by --only",
        "notes/final-line-feed/line-feed-at-the-end/either":
            "uses another reading than the profile (see --all-readings)",
    }  # fmt: skip
    assert {case: chosen.left_out[case] for case in reported} == reported


def test_a_case_that_nothing_decides_is_put_and_either_answer_is_expected(
    corpus: Corpus, catalogue: Catalogue
) -> None:
    chosen = choose(corpus, catalogue, Choice(readings={}))
    undecided = [case for case in chosen.cases if case.undecided]
    assert [case.id for case in undecided] == ["undecided/list-of-another-part"]
    assert undecided[0].expected == "either"
    # It shows nothing of what a receiver has to accept.
    taking = choose(corpus, catalogue, Choice(only=("4.8-3",), readings={}))
    assert not any(case.undecided for case in taking.cases)


def test_a_case_goes_by_the_readings_of_the_profile_where_they_are_its_own(
    corpus: Corpus, catalogue: Catalogue
) -> None:
    folder = "notes/final-line-feed"
    for readings, count in ((None, 6), ({"final-line-feed": "either"}, 2), ({}, 0)):
        only = (folder, "conforming/adt-sharepoint")
        chosen = choose(corpus, catalogue, Choice(only=only, readings=readings))
        assert sum(case.id.startswith(folder) for case in chosen.cases) == count


def test_a_case_is_excluded_by_its_name_the_folder_or_a_requirement(
    corpus: Corpus, catalogue: Catalogue
) -> None:
    one = "6.1-6/adt-sharepoint/in-a-field"
    other = "6.1-6/adt-sharepoint/at-the-end-of-a-record"
    for name, left in (
        (one, [other]),
        ("6.1-6/adt-sharepoint", []),
        ("6.1", []),
        ("4.8(b)", []),
        ("6.1-5", [one, other]),
    ):
        both = Choice(only=(one, other, "conforming/adt-sharepoint"), exclude=(name,))
        chosen = choose(corpus, catalogue, both)
        assert {c.id for c in chosen.cases if c.roots} == set(left), name
        gone = {one, other} - set(left)
        assert {chosen.left_out[case] for case in gone} <= {"excluded by --exclude"}


def test_every_kind_that_is_asked_for_is_put(corpus: Corpus, catalogue: Catalogue) -> None:
    assert {c.kind for c in choose(corpus, catalogue, Choice()).cases} == {Kind.ADT, Kind.QCAF}
    for kind in Kind:
        chosen = choose(corpus, catalogue, Choice(kinds=(kind,)))
        assert {case.kind for case in chosen.cases} == {kind}


def test_a_corpus_that_does_not_fit_its_schema_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(TadpError, match=r"manifest\.json"):
        read_corpus(CorpusFolder(tmp_path))
