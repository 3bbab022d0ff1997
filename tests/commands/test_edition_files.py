"""``--edition-file``, wherever a command takes it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import conformance
from conformance import TadpError
from conformance.report.formats import FORMATS
from conformance.report.frame import digest_of
from conformance.report.reading import read_report
from tests.checks import situation
from tests.checks.situation import ADT
from tests.model.editions import CONFIRMED, edition_file, record, requirement
from tests.running import Ran, run
from tests.sampling import one_in

ID = "code-2025"
AT = "2025-06-02T12:00:00Z"
WORDED = record("word", id='"6.1-3"', statement='"Records end otherwise."')
WITHDRAWN = record("withdraw", ids='["UG1.1-1"]', reason='"Not in use."')


@pytest.fixture
def stated(tmp_path: Path) -> Path:
    return edition_file(tmp_path, WORDED, WITHDRAWN, requirement(), covers='["6.5", "amendments"]')


@pytest.fixture
def signed(tmp_path: Path) -> Path:
    path = tmp_path / "adt.csv.p7m"
    path.write_bytes(situation.signed(ADT).read(1 << 20))
    return path


def checked(*words: object, at: str = AT) -> Ran:
    return run("check", *words, "--at", at)


def test_the_edition_follows_from_the_day_or_is_named(signed: Path, stated: Path) -> None:
    for day, edition in (("2025-04-30", "mp109"), ("2025-05-01", ID), ("2022-01-01", "v2.0")):
        ran = checked(signed, "--edition-file", stated, "--format", "json", at=f"{day}T10:00:00Z")
        assert ran.submission["edition"] == edition
    words = (signed, "--edition-file", stated, "--format", "json", "--edition")
    for edition in ("mp109", ID):
        assert checked(*words, edition).submission["edition"] == edition
    assert (
        "there is no edition 'v9' (one of: v2.0, mp109, code-2025)" in checked(*words, "v9").trouble
    )


def test_a_raw_report_names_the_file_and_its_digest(signed: Path, stated: Path) -> None:
    report = checked(signed, "--edition-file", stated, "--format", "json").report
    assert report["edition_files"] == [{
        "edition": ID, "extends": "mp109", "path": str(stated),
        "sha256": sha256(stated.read_bytes()).hexdigest(),
        "source": "Appendix AA, version 9.9 of 1 May 2025",
        "verified": False, "by": None, "on": None,
    }]  # fmt: skip
    words = report["catalogue"][ID]
    assert words["6.1-3"]["statement"] == "Records end otherwise."
    assert {i for i, one in words.items() if "stated_by" in one} == {"6.1-3", "3.1-4"}
    labels = [label for gap in report["not_covered"][ID] for label in gap["clauses"]]
    assert "amendments" not in labels
    assert "6.2 to 6.4" in labels
    assert report["digest"]["sha256"] == digest_of(report)
    assert checked(signed, "--format", "json").report["edition_files"] == []


@pytest.mark.parametrize("form", [name for name in FORMATS if name != "json"])
@pytest.mark.parametrize("head", [{}, CONFIRMED])
def test_each_view_names_the_file_its_digest_and_whose_word_it_is(
    tmp_path: Path, signed: Path, form: str, head: dict[str, str]
) -> None:
    stated = edition_file(tmp_path, requirement(), **head)
    shown = checked(signed, "--edition-file", stated, "--format", form).out
    plain = " ".join(shown.replace("&#x27;", "'").replace("&#39;", "'").split())
    assert sha256(stated.read_bytes()).hexdigest() in plain
    assert ID in plain
    assert "Appendix AA, version 9.9 of 1 May 2025" in plain
    assert ("A. Reader" in plain) is bool(head)
    without = checked(signed, "--format", form).out
    assert "is stated by" not in without
    assert without.count("edition_files") <= 1


def test_a_report_with_an_edition_file_is_read_again(
    tmp_path: Path, signed: Path, stated: Path
) -> None:
    file = tmp_path / "report.json"
    checked(signed, "--edition-file", stated, "--output", file)
    assert read_report(file)["edition_files"][0]["edition"] == ID
    assert ID in run("report", file).out


def test_a_comparison_says_that_the_edition_files_differ(
    tmp_path: Path, signed: Path, stated: Path
) -> None:
    old, new, other = (tmp_path / f"{name}.json" for name in ("old", "new", "other"))
    checked(signed, "--output", old)
    checked(signed, "--edition-file", stated, "--output", new)
    with stated.open("a", encoding="utf-8") as file:
        file.write("# A comment.\n")
    checked(signed, "--edition-file", stated, "--output", other)
    assert "another edition file: none -> code-2025" in run("report", "diff", old, new).out
    assert "another edition file: code-2025 -> none" in run("report", "diff", new, old).out
    assert "another edition file: code-2025 -> code-2025" in run("report", "diff", new, other).out
    assert "edition file" not in run("report", "diff", new, new).out


def test_each_error_of_an_edition_file_is_reported_on_its_own_line(
    tmp_path: Path, signed: Path
) -> None:
    path = edition_file(tmp_path, requirement(check='"x"'), title="", verified="true")
    for words in (
        ("check", signed), ("clauses",), ("explain", "6.1"), ("diff-editions",),
        ("generate", "adt", "-o", tmp_path / "made"),
    ):  # fmt: skip
        ran = run(*words, "--edition-file", path)
        assert ran.code == 2
        assert ran.out == ""
        lines = ran.err.splitlines()
        assert [line.split(": ")[:2] for line in lines] == [
            ["tadp", f"{path}, title"],
            ["tadp", f"{path}, line 5, verified"],
            ["tadp", f"{path}, line 17, requirement 3.1-4, check"],
        ]
    assert not (tmp_path / "made").exists()


def test_a_file_that_is_an_input_is_not_a_place_for_a_report(signed: Path, stated: Path) -> None:
    before = stated.read_bytes()
    target = stated.with_suffix(".json")
    stated.rename(target)
    ran = checked(signed, "--edition-file", target, "--output", target)
    assert "is an input, and no place for what is written" in ran.trouble
    assert target.read_bytes() == before


def test_a_manifest_may_name_the_edition_of_a_file(tmp_path: Path) -> None:
    words = (record("word", id='"3.1-1"', with_='{ via = "Post" }'), requirement(), WITHDRAWN)
    stated, folder = edition_file(tmp_path, *words), tmp_path / "sent"
    assert run("generate", "adt", "-o", folder, "--edition-file", stated).code == 0
    manifest = json.loads((folder / "submission.json").read_text("utf-8"))
    assert (manifest["edition"], manifest["references"]["smsr"]["via"]) == (ID, "Post")
    trusted = ("--profile", tmp_path / "sent-trust" / "profile.toml")
    assert checked(folder, *trusted, "--edition-file", stated, "--format", "json").verdict == (
        "conforms"
    )
    ran = checked(folder, *trusted)
    assert ran.code == 2
    assert "names the edition 'code-2025', which is not known" in ran.trouble
    assert "--edition-file" in ran.trouble


def test_a_generated_submission_is_sent_while_the_edition_is_in_force(tmp_path: Path) -> None:
    later = edition_file(tmp_path, in_force="2030-05-01")
    assert run("generate", "adt", "-o", tmp_path / "a", "--edition-file", later).code == 0
    manifest = json.loads((tmp_path / "a" / "submission.json").read_text("utf-8"))
    assert manifest["sent_at"] == "2030-05-01T10:00:00Z"
    words = ("generate", "adt", "-o", tmp_path / "b", "--edition-file", later)
    assert run(*words, "--edition", "mp109").code == 0
    manifest = json.loads((tmp_path / "b" / "submission.json").read_text("utf-8"))
    assert (manifest["edition"], manifest["sent_at"]) == ("mp109", "2025-06-02T10:00:00Z")


def test_the_catalogue_is_that_of_the_file(stated: Path) -> None:
    document = run("clauses", "--edition-file", stated, "--format", "json").report
    there = {r["id"]: r for r in document["requirements"]}
    assert "UG1.1-1" not in there
    assert there["6.1-3"]["statement"] == "Records end otherwise."
    assert (there["6.1-3"]["stated_by"], there["6.1-2"]["stated_by"]) == (ID, None)
    assert there["3.1-4"]["editions"] == [ID]
    assert [e["id"] for e in document["editions"]] == ["v2.0", "mp109", ID]
    assert document["editions"][-1]["withdrawn"] == {"UG1.1-1": "Not in use."}
    assert document["edition_files"][0]["sha256"] == sha256(stated.read_bytes()).hexdigest()
    assert "amendments" not in [c for gap in document["not_covered"] for c in gap["clauses"]]
    old = run("clauses", "--edition-file", stated, "--format", "json", "--edition", "mp109").report
    assert "UG1.1-1" in {r["id"] for r in old["requirements"]}
    text = run("clauses", "--edition-file", stated).out
    assert text.startswith("Edition code-2025, which extends mp109, is stated by the edition file")
    assert "  3.1-4         The request is raised by post." in text
    page = run("clauses", "--edition-file", stated, "--format", "html").out
    assert sha256(stated.read_bytes()).hexdigest() in page


def test_requirements_that_the_edition_file_changes_are_shown(stated: Path) -> None:
    document = run("diff-editions", "--edition-file", stated, "--format", "json").report
    assert (document["old"], document["new"]) == ("mp109", ID)
    assert document["edition_files"][0]["edition"] == ID
    changes = {one["id"]: one for one in document["changes"]}
    assert {i: one["change"] for i, one in changes.items()} == {
        "3.1-4": "added", "6.1-3": "changed", "UG1.1-1": "removed",
    }  # fmt: skip
    assert changes["UG1.1-1"]["reason"] == "Not in use."
    assert changes["6.1-3"]["fields"].keys() == {"statement", "source"}
    out = run("diff-editions", "--edition-file", stated).out
    assert "      reason: Not in use.\n" in out
    assert "3 requirements added, removed or changed." in out
    assert "Unverified: nothing says" in " ".join(out.split())
    both = run("diff-editions", "v2.0", ID, "--edition-file", stated, "--format", "json").report
    assert len(both["changes"]) > 20


def test_a_requirement_is_explained_as_the_file_has_it(stated: Path) -> None:
    out = " ".join(run("explain", "6.1-3", "--edition-file", stated).out.split())
    assert f"6.1-3 clause 6.1, as the unverified edition file {stated} states it" in out
    assert "states it Records end otherwise." in out
    assert "source Appendix AA, version 9.9 of 1 May 2025" in out
    assert "stated by Edition code-2025" in out
    assert "in mp109 Records are separated by a line feed" in out
    out = " ".join(run("explain", "UG1.1-1", "--edition-file", stated).out.split())
    assert "withdrawn in code-2025: Not in use." in out


def test_the_api_takes_files(signed: Path, stated: Path) -> None:
    report = conformance.check(signed, edition_files=stated, at=AT)
    assert report.submissions[0].edition == ID
    assert report.to_dict()["edition_files"][0]["path"] == str(stated)
    assert (
        conformance.check(signed, edition_files=[stated], edition="mp109", at=AT).to_dict()[
            "submissions"
        ][0]["edition"]
        == "mp109"
    )
    with pytest.raises(TadpError, match="no such file"):
        conformance.check(signed, edition_files="none.toml", at=AT)


def test_a_profile_that_was_loaded_without_the_file_will_do(tmp_path: Path, signed: Path) -> None:
    note = record(
        "note", id='"what-post"', title='"Post"', question='"Which?"', default='"any"',
        reason='"None."', source='"Here"', decides="false",
        reading='[{ id = "any", text = "A" }, { id = "royal", text = "R" }]',
    )  # fmt: skip
    stated = edition_file(tmp_path, note, requirement(basis='"note"', notes='["what-post"]'))
    report = conformance.check(
        signed, profile=conformance.load_profile("reference"), edition_files=stated, at=AT
    )
    assert report.to_dict()["notes"]["what-post"] == {
        "title": "Post", "reading": "any", "text": "A", "default": True,
    }  # fmt: skip


def many(folder: Path) -> Path:
    for number in range(6):
        one = folder / f"{number}.csv"
        folder.mkdir(exist_ok=True)
        one.write_bytes(ADT)
    return folder


def test_processes_read_the_file_too(tmp_path: Path, stated: Path) -> None:
    folder = many(tmp_path / "many")
    words = (folder, "--kind", "adt", "--edition-file", stated, "--format", "json")
    alone, shared = checked(*words), checked(*words, "--jobs", "2")
    assert shared.out == alone.out
    assert {s["edition"] for s in shared.report["submissions"]} == {ID}


def test_a_journal_is_of_one_edition_file(tmp_path: Path, stated: Path) -> None:
    folder, journal = many(tmp_path / "many"), tmp_path / "journal.jsonl"
    words = (folder, "--kind", "adt", "--resume", journal)
    first = checked(*words, "--edition-file", stated)
    assert checked(*words, "--edition-file", stated).out == first.out
    for other in ((), ("--edition-file", edition_file(tmp_path, id='"other"'))):
        ran = checked(*words, *other)
        assert "is the journal of a run with another set of edition files" in ran.trouble


def test_a_cluster_is_given_whole_paths(
    tmp_path: Path, signed: Path, stated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words: tuple[Any, ...] = (signed, "--edition-file", stated.name, "--executor", "dask://x:1")
    assert f"{stated.name}: is found from this folder" in checked(*words).trouble


def test_the_properties_of_junit_name_the_file(signed: Path, stated: Path) -> None:
    shown = checked(signed, "--edition-file", stated, "--format", "junit").out
    suite = ET.fromstring(shown)  # noqa: S314 - we wrote it
    values = {p.get("name"): p.get("value") for p in suite.iter("property")}
    assert values["edition"] == ID
    assert sha256(stated.read_bytes()).hexdigest() in (values["edition_files"] or "")


@pytest.mark.parametrize("kind", one_in(3, ["qcaf", "adt", "incident"]))
def test_faults_of_what_a_file_adds_can_be_made(tmp_path: Path, kind: str) -> None:
    """Submissions of each kind can be made too, whatever the file withdrew."""
    gone = '["4.3-1", "4.3-2", "4.8-1", "4.8-2", "3.1-1", "4.13-1"]'
    new = requirement(kinds='["adt", "qcaf"]')
    stated = edition_file(tmp_path, new, record("withdraw", ids=gone, reason='"Gone."'))
    words = ("generate", kind, "--edition-file", stated)
    listed = run(*words, "--list-faults").out
    assert ("\n3.1-4 " in f"\n{listed}") is (kind != "incident")
    assert run(*words, "-o", tmp_path / "made").code == 0
    trusted = ("--profile", tmp_path / "made-trust" / "profile.toml")
    ran = checked(tmp_path / "made", *trusted, "--edition-file", stated, "--format", "json")
    assert ran.verdict == "conforms"


@pytest.fixture
def with_semicolons(tmp_path: Path) -> Path:
    words = (record("word", id=f'"{i}"', with_='{ separator = ";" }') for i in ("6.1-2", "6.4-15"))
    return edition_file(tmp_path, *words)


EXAMPLES = Path(__file__).parents[2] / "examples"
REPORT, SHEET = EXAMPLES / "qcaf-submission" / "report.csv", EXAMPLES / "thresholds.csv"


@pytest.mark.parametrize("command", ["sign", "make adt", "make qcaf", "template", "diff"])
def test_files_are_read_and_written_as_the_edition_has_them(
    command: str, with_semicolons: Path, tmp_path: Path
) -> None:
    """In each command that reads files or judges them, without a word on the submission."""
    report, adt = tmp_path / "r.csv", tmp_path / "a.csv"
    report.write_bytes(REPORT.read_bytes().replace(b",", b";"))
    adt.write_bytes(ADT.replace(b",", b";"))
    made = tmp_path / "made.csv"
    words: tuple[object, ...] = {
        "sign": ("sign", adt, "--kind", "adt", "--pkcs12", tmp_path / "none.p12"),
        "make adt": ("make", "adt", SHEET, "-o", made, "--overwrite"),
        "make qcaf": ("make", "qcaf", report, "--action", "Delete", "-o", made, "--overwrite"),
        "template": ("template", "qcaf", "--report", report),
        "diff": ("diff", adt, adt),
    }[command]
    without, with_file = run(*words), run(*words, "--edition-file", with_semicolons)
    assert without != with_file or command == "make adt"
    if command == "sign":
        # Only the key is wrong, and it is looked for after the file was checked.
        assert (without.code, with_file.code) == (1, 2)
        assert "none.p12: no such file" in with_file.err
    elif command == "make adt":
        assert made.read_bytes().count(b";") > 5
    else:
        assert with_file.code == 0
        assert "6.1-2" not in with_file.out


@pytest.mark.parametrize("confirmed", [True, False])
def test_an_explanation_begins_with_the_file_that_states_the_requirement(
    confirmed: bool, tmp_path: Path
) -> None:
    path = edition_file(tmp_path, WORDED, **(CONFIRMED if confirmed else {}))
    sort = "verified" if confirmed else "unverified"
    out = run("explain", "6.1-3", "6.1-2", "--edition-file", path).out
    lines = out.splitlines()
    first, other = (one for one in lines if one.startswith("6.1-"))
    said = f"the {sort} edition file {path}"
    assert first == f"6.1-3  clause 6.1, as {said} states it"
    assert f" basis {said}, for the legal text " in " ".join(out.split())
    assert other == "6.1-2  clause 6.1"
    assert "  basis      the legal text" in lines
