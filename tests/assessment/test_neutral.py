"""An implementation cannot see the case, the requirement or the verdict."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from conformance.assessment.corpus import Case, Corpus
from conformance.assessment.corpus_files import CorpusFolder
from conformance.assessment.neutral import (
    Job,
    Workspace,
    neutral_copies,
    neutral_copy,
    neutral_ids,
    prepare_workspace,
    shuffled,
    with_contents,
)
from conformance.assessment.process import environment
from conformance.assessment.terms import Terms
from conformance.errors import TadpError
from tests.assessment.conftest import fake, opened
from tests.shipped import shipped_corpus

WORDS = ("expected", "verdict", "violates", "conforms", "mutation", "fault", "positive", "story")


@pytest.fixture(scope="session")
def copied(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Case, Job]]:
    folder = tmp_path_factory.mktemp("neutral")
    return list(
        neutral_copies(shipped_corpus().cases, 7, prepare_workspace(shipped_corpus(), folder))
    )


def around(job: Job) -> str:
    """All that is seen beside the submission itself: paths, names, the message, its profile."""
    names = [str(path.relative_to(job.folder.parent)) for path in job.folder.rglob("*")]
    profile = Path(job.message["profile"]).read_text("utf-8")
    return "\n".join([*names, profile, json.dumps(job.message)])


def test_nothing_around_a_submission_names_its_case_or_what_it_breaks(
    copied: list[tuple[Case, Job]],
) -> None:
    for case, job in copied:
        seen = around(job)
        for reported in (case.id, *case.roots, *case.through):
            assert reported not in seen, case.id
        for part in case.id.split("/")[1:]:
            assert f"/{part}/" not in seen, case.id


def test_no_word_around_a_submission_shows_the_expected_verdict(
    copied: list[tuple[Case, Job]],
) -> None:
    for case, job in copied:
        seen = around(job).replace("conformance", "")
        assert [word for word in WORDS if word in seen] == [], case.id


def test_only_readings_distinguish_the_surroundings_of_two_submissions(
    copied: list[tuple[Case, Job]],
) -> None:
    plain = {
        Path(job.message["profile"]).read_text("utf-8") for case, job in copied if not case.readings
    }
    assert len(plain) == 1


def files_of(folder: Path) -> dict[str, bytes]:
    files = (f for f in folder.rglob("*") if f.is_file())
    return {str(f.relative_to(folder)): f.read_bytes() for f in files}


def test_the_submission_is_the_one_of_the_case(copied: list[tuple[Case, Job]]) -> None:
    for case, job in copied[:50]:
        assert files_of(Path(job.message["folder"])) == {
            name: case.submission.content(name).read(1 << 20) for name in case.submission.names()
        }


def test_a_seed_makes_the_order_and_the_names(corpus: Corpus, tmp_path: Path) -> None:
    first = [c.id for c in shuffled(corpus.cases, 1)]
    assert first == [c.id for c in shuffled(corpus.cases, 1)]
    assert first != [c.id for c in shuffled(corpus.cases, 2)]
    assert sorted(first) == sorted(c.id for c in corpus.cases)
    ids = []
    for seed in (1, 1, 2):
        workspace = prepare_workspace(corpus, tmp_path / str(seed))
        ids.append([job.id for _, job in neutral_copies(corpus.cases[:3], seed, workspace)])
        shutil.rmtree(tmp_path / str(seed))
    assert ids[0] == ids[1]
    assert not set(ids[0]) & set(ids[2])


def assert_copied_after(spare: Path, workspace: Workspace) -> Path:
    """Assert that a submission is copied whole after one in ``spare``; return its folder."""
    case = workspace.corpus.cases[1]
    workspace.spare.append(spare)
    home = neutral_copy(case, "00c0ffee00c0ffee", workspace).folder
    assert files_of(home).keys() == set(case.submission.names())
    return home


def test_the_folder_of_a_submission_that_was_answered_is_used_again(
    job: Job, workspace: Workspace, tmp_path: Path
) -> None:
    spare = job.folder.rename(tmp_path / "spare")
    (spare / "left-behind").touch()
    number = spare.stat().st_ino
    assert assert_copied_after(spare, workspace).stat().st_ino == number
    assert not spare.exists()


def test_files_that_a_receiver_left_in_its_folder_are_in_no_other(
    job: Job, workspace: Workspace, tmp_path: Path
) -> None:
    spare = job.folder.rename(tmp_path / "spare")
    (spare / "folder").mkdir()
    home = assert_copied_after(spare, workspace)
    shutil.rmtree(home)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    link = tmp_path / "link"
    link.symlink_to(elsewhere)
    assert_copied_after(link, workspace)
    assert (elsewhere / "precious").exists()


def test_a_command_sees_no_case_in_its_environment(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    monkeypatch.setenv("SEEN", str(seen))
    monkeypatch.setenv("PYTEST_CURRENT_TEST", "6.1-3/adt-sharepoint/crlf-everywhere")
    monkeypatch.setenv("TADP_EXPECTED", "rejected")
    with opened(fake("exec", "tells_all_it_sees"), Terms()) as adapter:
        adapter.ask(job)
    text = seen.read_text("utf-8")
    assert "crlf" not in text
    assert "rejected" not in text
    message, words, seen_by_it = json.loads(text)
    assert message == job.message
    assert words[-1] == job.message["folder"]
    # Variables that a shell can use; the mark of the process tree may be any.
    assert len(seen_by_it.pop("TADP_FAMILY")) == 32
    reported = ("folder", "edition", "checked_at", "anchors", "crls", "profile")
    assert {name: value for name, value in seen_by_it.items() if name.startswith("TADP_")} == {
        f"TADP_{name.upper()}": job.message[name] for name in reported
    }
    assert seen_by_it["SEEN"] == str(seen)


@pytest.mark.parametrize("name", ["PYTEST_CURRENT_TEST", "TADP_CASE", "COV_CORE_SOURCE"])
def test_our_environment_variables_are_kept_from_an_implementation(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "ours")
    monkeypatch.setenv(f"A_{name}", "the user's")
    assert name not in environment()
    assert environment()[f"A_{name}"] == "the user's"
    assert environment({name: "for it"})[name] == "for it"


def a_corpus(folder: Path, profile: str, **files: bytes) -> Corpus:
    (folder / "profile.toml").write_text(profile, "utf-8")
    for name, data in files.items():
        (folder / name).write_bytes(data)
    files = CorpusFolder(folder)
    return Corpus(files, "1", "00", "2025-06-02T12:00:00Z", "profile.toml", ())


def test_the_trust_of_a_corpus_is_laid_out_as_it_is_and_as_one_file(tmp_path: Path) -> None:
    text = 'note = "\u00e9"\n[trust]\nanchors = ["a", "b"]\ncrls = ["c"]\n'
    corpus = a_corpus(tmp_path, text, a=b"1\xff", b=b"2", c=b"3")
    workspace = prepare_workspace(corpus, tmp_path / "some" / "where")
    assert workspace == Workspace(tmp_path / "some" / "where", corpus)
    assert files_of(workspace.common) == {
        "profile.toml": text.encode("utf-8"),
        "a": b"1\xff",
        "b": b"2",
        "c": b"3",
        "anchors.pem": b"1\xff2",
        "crls.pem": b"3",
    }


def test_a_corpus_may_trust_no_one(tmp_path: Path) -> None:
    workspace = prepare_workspace(a_corpus(tmp_path, ""), tmp_path / "workspace")
    assert files_of(workspace.common) == {"profile.toml": b"", "anchors.pem": b"", "crls.pem": b""}


def test_a_profile_that_extends_what_is_not_shipped_is_refused(tmp_path: Path) -> None:
    corpus = a_corpus(tmp_path, 'extends = "ours"\n')
    with pytest.raises(TadpError) as caught:
        prepare_workspace(corpus, tmp_path / "workspace")
    assert str(caught.value) == f"{tmp_path / 'profile.toml'}: extends 'ours', which is not shipped"


def test_names_are_sixteen_digits_and_reveal_nothing() -> None:
    names = neutral_ids(3, 7)
    assert names == ["262f2700408c0554", "f5ff96911b170443", "6464b6c50b2ab4dd"]
    assert neutral_ids(0, 7) == []
    assert neutral_ids(2, 7) == names[:2]


def test_a_service_elsewhere_gets_the_whole_profile(workspace: Workspace, job: Job) -> None:
    texts = with_contents(job)["texts"]
    assert (workspace.common / "profile.toml").read_text("utf-8") in texts["profiles"]
    assert any('profile = "reference"' in text for text in texts["profiles"])
