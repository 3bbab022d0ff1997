"""The files of a corpus, in a folder and in an archive: where they are does not matter."""

from __future__ import annotations

import json
import os
import shutil
from importlib.machinery import ModuleSpec
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from conformance.assessment import corpus_files as module
from conformance.assessment.corpus import profile_of, read_corpus
from conformance.assessment.corpus_files import (
    ARCHIVE,
    CorpusArchive,
    CorpusFiles,
    CorpusFolder,
    digests,
    find_corpus,
    unpacked,
)
from conformance.assessment.neutral import neutral_copies, prepare_workspace
from conformance.checks import CHECKS
from conformance.errors import SubmissionError, TadpError
from conformance.model.loading import load_catalogue
from generators.archive import write_archive

FIXTURES = Path(__file__).parents[2] / "fixtures"
CASE = "cases/conforming/area"


def archived(corpus: Path, package: Path) -> CorpusArchive:
    """The corpus as an archive in a package."""
    package.mkdir(exist_ok=True)
    write_archive(corpus, package / ARCHIVE)
    return CorpusArchive.open(package / ARCHIVE)


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> CorpusArchive:
    return archived(FIXTURES, tmp_path_factory.mktemp("package"))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A corpus of one case that stays small: an area, which has files in folders."""
    manifest = json.loads((FIXTURES / "manifest.json").read_text("utf-8"))
    manifest["cases"] = [case for case in manifest["cases"] if case["path"] == CASE]
    manifest["files"] = {p: d for p, d in manifest["files"].items() if p.startswith(CASE)}
    corpus = tmp_path / "small"
    shutil.copytree(FIXTURES / CASE, corpus / CASE)
    shutil.copy(FIXTURES / "README.md", corpus)
    (corpus / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return corpus


def files_of(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_an_archive_has_the_files_of_the_folder(archive: CorpusArchive) -> None:
    folder = CorpusFolder(FIXTURES)
    listed = json.loads((FIXTURES / "manifest.json").read_text("utf-8"))["files"]
    assert digests(archive) == digests(folder)
    assert {*digests(archive)} == {*listed, "manifest.json", "README.md"}
    assert listed.items() <= digests(archive).items()


def test_a_corpus_is_read_the_same_from_both(archive: CorpusArchive, tmp_path: Path) -> None:
    model = load_catalogue(CHECKS)
    seen = []
    for files in (CorpusFolder(FIXTURES), archive):
        corpus = read_corpus(files)
        workspace = prepare_workspace(corpus, tmp_path / type(files).__name__)
        copies = list(neutral_copies(corpus.cases[:20], 7, workspace))
        cases = [(c.id, c.roots, c.positive, c.submission.names()) for c in corpus.cases]
        laid = {
            path: data.replace(bytes(workspace.folder), b"")
            for path, data in files_of(workspace.folder).items()
        }
        profile = profile_of(corpus, model)
        seen.append((corpus.digest, cases, laid, [c.id for c, _ in copies], profile.digest))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_files_below_a_folder(kind: str, archive: CorpusArchive, tmp_path: Path) -> None:
    files: CorpusFiles = archive if kind == "archive" else CorpusFolder(FIXTURES)
    submission = files.below(CASE).below("submission")
    wanted = files_of(FIXTURES / CASE / "submission")
    assert submission.place == files.place / CASE / "submission"
    assert sorted(submission.names()) == sorted(wanted)
    assert {n: submission.content(n).read(1 << 20) for n in submission.names()} == wanted
    (tmp_path / "there").mkdir()
    for copy in (tmp_path / "there", tmp_path / "new" / "copy"):
        submission.copy_to(copy)
        assert files_of(copy) == wanted
    with submission.on_disk() as folder:
        assert files_of(folder) == wanted
    with files.on_disk("profile.toml") as folder:
        assert (folder / "profile.toml").read_bytes() == (FIXTURES / "profile.toml").read_bytes()


@pytest.mark.parametrize("kind", ["folder", "archive"])
def test_a_file_that_is_not_there_is_one_line(kind: str, archive: CorpusArchive) -> None:
    files: CorpusFiles = archive if kind == "archive" else CorpusFolder(FIXTURES)
    with pytest.raises(SubmissionError) as caught:
        files.below(CASE).content("nothing.json")
    assert str(caught.value) == f"{files.place / CASE / 'nothing.json'}: no such file"
    with files.on_disk() as folder:
        assert (folder / "manifest.json").is_file()


@pytest.mark.parametrize("link", [CASE, f"{CASE}/submission", f"{CASE}/submission/area.json"])
def test_no_link_is_followed_out_of_a_corpus(small: Path, tmp_path: Path, link: str) -> None:
    (small / link).rename(tmp_path / "elsewhere")
    (small / link).symlink_to(tmp_path / "elsewhere")
    submission = CorpusFolder(small).below(CASE).below("submission")
    said = "is a link, which may lead out of the corpus"
    with pytest.raises(SubmissionError, match=said):
        submission.content("area.json")
    with pytest.raises(SubmissionError, match=said):
        submission.copy_to(tmp_path / "copy")
    with pytest.raises(SubmissionError, match=said):
        submission.names()


def test_a_corpus_may_be_reached_through_a_link(small: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(small)
    assert digests(CorpusFolder(tmp_path / "link")) == digests(CorpusFolder(small))


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="No such file or directory"):
        CorpusFolder(tmp_path).below("cases").names()


def test_the_same_files_make_the_same_archive(small: Path, tmp_path: Path) -> None:
    archived(small, tmp_path / "one")
    for path in small.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (1_000_000_000, 1_000_000_000))
    archived(small, tmp_path / "other")
    assert (tmp_path / "one" / ARCHIVE).read_bytes() == (tmp_path / "other" / ARCHIVE).read_bytes()
    with ZipFile(tmp_path / "one" / ARCHIVE) as opened:
        assert opened.namelist() == sorted(opened.namelist())
        about = {
            (m.date_time, m.create_system, m.external_attr, m.compress_type)
            for m in opened.filelist
        }
    # Permissions that any system writes, and that let anyone read after unpacking by hand.
    assert about == {((1980, 1, 1, 0, 0, 0), 3, 0o100644 << 16, ZIP_STORED)}


def test_a_corpus_that_is_not_as_it_is_listed_is_not_archived(small: Path, tmp_path: Path) -> None:
    file = small / CASE / "case.json"
    file.write_bytes(file.read_bytes() + b"\n")
    with pytest.raises(ValueError, match=r"case\.json is not as the manifest lists it"):
        archived(small, tmp_path / "package")


@pytest.mark.parametrize("damage", ["cut", "altered", "empty"])
def test_a_damaged_archive_is_one_line(small: Path, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "package" / ARCHIVE
    archived(small, path.parent)
    data = path.read_bytes()
    at = data.index(b'"corpus": 1')
    path.write_bytes(
        {"cut": data[:-100], "altered": data[:at] + b"'" + data[at + 1 :], "empty": b""}[damage]
    )
    with pytest.raises(TadpError) as caught:
        read_corpus(CorpusArchive.open(path))
    assert str(caught.value).startswith(f"{path}: the corpus cannot be read: ")
    assert str(caught.value).endswith(" (install the package again)")


def test_a_corpus_is_found_by_its_folder(tmp_path: Path) -> None:
    assert find_corpus(FIXTURES) == CorpusFolder(FIXTURES)
    with pytest.raises(TadpError) as caught:
        find_corpus(tmp_path)
    assert str(caught.value) == f"{tmp_path}: holds no corpus: no manifest.json"


def test_the_corpus_that_is_found_is_the_one_of_the_checkout() -> None:
    assert (
        find_corpus().content("manifest.json").read(1 << 24)
        == (FIXTURES / "manifest.json").read_bytes()
    )


def test_a_corpus_that_is_not_installed_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for spec in (None, ModuleSpec("generators", None)):
        monkeypatch.setattr(module, "find_spec", lambda _, found=spec: found)
        with pytest.raises(TadpError) as caught:
            find_corpus()
        reported = "the corpus is not installed (name its folder with --corpus)"
        assert str(caught.value) == reported


def test_the_corpus_is_in_the_package_that_carries_it_or_beside_it(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    spec = ModuleSpec("generators", None, is_package=True)
    package = tmp_path / "generators"
    spec.submodule_search_locations = [str(tmp_path / "not" / "here"), str(package)]

    def found(name: str) -> ModuleSpec:
        asked.append(name)
        return spec

    monkeypatch.setattr(module, "find_spec", found)
    small.rename(tmp_path / "fixtures")
    assert find_corpus() == CorpusFolder(tmp_path / "fixtures")
    archived(tmp_path / "fixtures", package)
    assert find_corpus().place == package / ARCHIVE
    assert set(asked) == {"generators"}


def test_plain_files_need_no_cache(small: Path, tmp_path: Path) -> None:
    assert unpacked(CorpusFolder(small), tmp_path / "cache") == small
    assert not (tmp_path / "cache").exists()


def test_an_archive_is_unpacked_once_and_again_when_it_was_altered(
    small: Path, tmp_path: Path
) -> None:
    files = archived(small, tmp_path / "package")
    folder = unpacked(files, tmp_path / "cache")
    assert folder.parent == tmp_path / "cache"
    assert files_of(folder) == files_of(small)
    before = folder.stat().st_ino
    assert unpacked(files, tmp_path / "cache") == folder
    assert folder.stat().st_ino == before
    changes = (
        lambda: (folder / "README.md").write_text("other"),
        (folder / CASE / "case.json").unlink,
        lambda: (folder / CASE / "more").write_text("more"),
        lambda: (folder / CASE / "link").symlink_to(small),
        lambda: shutil.rmtree(folder),
    )
    for change in changes:
        change()
        assert unpacked(files, tmp_path / "cache") == folder
        assert files_of(folder) == files_of(small)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_another_corpus_is_kept_beside_the_first(small: Path, tmp_path: Path) -> None:
    first = unpacked(archived(small, tmp_path / "package"), tmp_path / "cache")
    manifest = small / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    second = unpacked(archived(small, tmp_path / "package"), tmp_path / "cache")
    assert first != second
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_members_have_names_that_every_system_takes(archive: CorpusArchive) -> None:
    from conformance.portable import require_portable

    with ZipFile(archive.archive) as opened:
        require_portable(opened.namelist(), ARCHIVE)
