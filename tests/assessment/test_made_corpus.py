"""The corpus for a profile of one's own: made once, kept whole, and taken only as it was made."""

from __future__ import annotations

import json
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import pytest

from conformance.assessment import made_corpus as module
from conformance.assessment.corpus import profile_of, read_corpus
from conformance.assessment.corpus_files import digests, find_corpus
from conformance.assessment.made_corpus import Wanted, find_or_make
from conformance.errors import TadpError
from conformance.findings import Progress
from conformance.model.catalogue import Catalogue
from conformance.model.profile import Profile
from conformance.model.profile_loading import load_profile
from generators.strategies import ground
from tests.model.profiles import extending
from tests.profiles.apart import APART, apart_cache, apart_corpus
from tests.running import run

CATALOGUE = ground().catalogue


class Log:
    """The corpora that were made, and how many cases were reported."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.cases = 0

    def __call__(self, profile: str) -> Progress:
        self.made.append(profile)
        return self.step

    def step(self, count: int) -> None:
        self.cases += count


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a corpus of one file in no time."""

    def make(profile: Profile, _: Catalogue, archive: Path, step: Progress) -> None:
        from generators.archive import write_members

        step(1)
        write_members({"manifest.json": json.dumps(profile.name).encode()}, archive)

    monkeypatch.setattr("generators.commands.fixtures.make_corpus", make)


def test_it_has_the_profile_and_all_of_its_files_are_as_listed() -> None:
    files = apart_corpus()
    corpus = read_corpus(files)
    manifest = json.loads(files.content("manifest.json").read(1 << 24))
    there = digests(files)
    assert {path: there[path] for path in manifest["files"]} == manifest["files"]
    own, used = load_profile(APART, CATALOGUE), profile_of(corpus, CATALOGUE)
    assert used.files == own.files
    assert used.delivery == own.delivery
    assert used.readings == own.readings
    assert used.test_keys
    assert not used.verifies("trust")


def test_every_requirement_is_met_and_broken_or_the_reason_is_given() -> None:
    corpus = read_corpus(apart_corpus())
    broken = {root for case in corpus.cases for root in (*case.roots, *case.through)}
    for requirement in CATALOGUE.requirements():
        attested = requirement.testable == "attestation" or requirement.subject == "receiver"
        assert attested or requirement.id in broken or corpus.left_out[requirement.id]
    assert all(reason.strip() for reason in corpus.left_out.values())


@pytest.mark.usefixtures("quick")
def test_it_is_made_once(tmp_path: Path, log: Log) -> None:
    wanted = Wanted(profile=APART, cache=tmp_path / "cache")
    first = find_or_make(wanted, CATALOGUE, log)
    assert (log.made, log.cases) == (["apart"], 1)
    again = find_or_make(wanted, CATALOGUE, log)
    assert log.made == ["apart"]
    assert digests(again) == digests(first)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("damage", ["altered", "cut", "digest", "removed"])
def test_one_that_was_altered_is_made_again(tmp_path: Path, log: Log, damage: str) -> None:
    wanted = Wanted(profile=APART, cache=tmp_path)
    find_or_make(wanted, CATALOGUE, log)
    (archive,) = tmp_path.glob("made-*/corpus.zip")
    data = archive.read_bytes()
    match damage:
        case "altered":
            archive.write_bytes(data.replace(b"apart", b"apert"))
        case "cut":
            archive.write_bytes(data[:-1])
        case "digest":
            archive.with_name("corpus.zip.sha256").write_text("0" * 64)
        case _:
            archive.unlink()
    find_or_make(wanted, CATALOGUE, log)
    assert log.made == ["apart", "apart"]
    assert archive.read_bytes() == data


@pytest.mark.usefixtures("quick")
def test_another_profile_version_or_code_has_another(
    tmp_path: Path, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    one, two = (extending(tmp_path, f"[delivery]\nhours = {n}\n", name=f"p{n}") for n in (5, 6))
    for path in (one, two, one):
        find_or_make(Wanted(profile=str(path), cache=cache), CATALOGUE, log)
    assert log.made == ["p5", "p6"]
    changes: list[tuple[str, object]] = [("__version__", "0")]
    for package in ("conformance", "generators"):
        other = ModuleSpec(package, None, is_package=True)
        changes.append(
            ("find_spec", lambda name, o=other: o if name == o.name else find_spec(name))
        )
    for name, value in changes:
        with monkeypatch.context() as changed:
            changed.setattr(module, name, value)
            find_or_make(Wanted(profile=str(one), cache=cache), CATALOGUE, log)
    assert log.made == ["p5", "p6", "p5", "p5", "p5"]


def test_nothing_is_kept_of_one_that_could_not_be_made(
    tmp_path: Path, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise TadpError("no room")

    monkeypatch.setattr("generators.commands.fixtures.make_corpus", fail)
    with pytest.raises(TadpError, match="no room"):
        find_or_make(Wanted(profile=APART, cache=tmp_path / "cache"), CATALOGUE, log)
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_reference_profile_has_the_corpus_that_is_installed(log: Log) -> None:
    for profile in (None, "reference"):
        found = find_or_make(Wanted(profile=profile), CATALOGUE, log)
        # Each time that an archive is opened, it is another object.
        assert (type(found), found.place) == (type(find_corpus()), find_corpus().place)
    assert log.made == []


def test_a_folder_and_a_profile_are_refused(tmp_path: Path) -> None:
    words = ("--profile", APART, "--corpus", tmp_path)
    assert (
        "--profile and --corpus do not go together"
        in run("assess", "receiver", "exec:true", *words).trouble
    )


def test_asking_for_a_case_that_is_left_out_gives_the_reason() -> None:
    where = ("--profile", APART, "--cache", apart_cache())
    name = "notes/file-per-role/two-roles-in-a-file"
    says = f"has no case '{name}': the profile has no column with the role user-role"
    for words in (("assess", "receiver", "exec:true", "--only", name), ("fixtures", "show", name)):
        assert says in run(*words, *where).trouble
    out = run("fixtures", "list", *where).out
    assert f"\n  {name}: the profile has no column with the role user-role\n" in out
    assert "\n  6.3-15: the profile has no such rule\n" in out


def test_a_profile_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text("profile = ")
    for words in (
        ("assess", "receiver", "exec:true"), ("assess", "submitter", "exec:true"),
        ("fuzz", "receiver", "exec:true"), ("fixtures", "build", tmp_path / "x"),
        ("fixtures", "list"), ("fixtures", "check"), ("fixtures", "path"),
        ("fixtures", "show", "conforming/area"),
    ):  # fmt: skip
        trouble = run(*words, "--profile", path).trouble
        assert f"profile {path}: is not TOML" in trouble, words


def test_a_profile_under_which_nothing_can_be_signed_is_refused_with_the_reason(
    tmp_path: Path,
) -> None:
    path = extending(
        tmp_path,
        "[signature]\nalgorithms = [{ key = 'rsa', minimum_bits = 16384, digests = ['sha256'] }]",
    )
    trouble = run("fixtures", "build", tmp_path / "x", "--profile", path).trouble
    assert "none of signature.algorithms can be made for tests" in trouble
    assert not (tmp_path / "x").exists()
