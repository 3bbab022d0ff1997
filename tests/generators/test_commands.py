"""``tadp generate`` and ``tadp fixtures``, as a user runs them."""

from __future__ import annotations

import argparse
import json
import shutil
import tracemalloc
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from conformance.assessment.corpus_files import ARCHIVE
from conformance.cli import main as tadp
from conformance.errors import TadpError
from generators.archive import write_archive
from generators.commands import fixtures, generate
from generators.draft import Ground
from generators.scenario import Scenario, read_scenario
from generators.strategies import ground
from generators.stream import write_large
from tests.corpus import CASES, FIXTURES


def run(command: object, *words: str) -> int:
    """Run a command as the command line does, without having to be installed."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)  # type: ignore[attr-defined]
    options = parser.parse_args(words)
    return int(options.run(options))


def check(folder: Path, *words: str) -> int:
    profile = folder.with_name(folder.name + "-trust") / "profile.toml"
    return tadp(["check", str(folder), "--profile", str(profile), "--at", "2026-01-01", *words])


@pytest.mark.parametrize(
    "words",
    [
        ("adt",),
        ("adt", "--records", "20", "--seed", "7", "--user-role", "ED", "--algorithm", "rsa"),
        ("adt", "--edition", "v2.0", "--encoding", "PEM", "--container", "cms-attached"),
        ("qcaf", "--set-by", "dcc", "--advice", "each"),
        ("qcaf", "--method", "email", "--sent", "2025-07-01T12:00:00Z"),
        ("qcaf", "--user-id", "90-B3-D5-1F-30-01-00-02", "--action", "Delete"),
        ("report",),
        ("incident",),
        ("publication",),
    ],
)
def test_generated_submissions_conform(
    tmp_path: Path, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "made"
    assert run(generate, *words, "-o", str(folder)) == 0
    assert check(folder, "--require-evidence") == 0, capsys.readouterr().out


def test_a_named_fault_breaks_the_requirement_that_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "made"
    assert (
        run(generate, "adt", "-o", str(folder), "--fault", "record-separator/nel-everywhere") == 0
    )
    assert "breaks 6.1-3" in capsys.readouterr().out
    assert check(folder, "--format", "json") == 1
    report = json.loads(capsys.readouterr().out)
    roots = [r["id"] for r in report["submissions"][0]["requirements"] if r["count"]]
    assert roots == ["6.1-3"]


def test_the_faults_are_listed_with_the_requirement_of_each(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(generate, "qcaf", "--list-faults") == 0
    out = capsys.readouterr().out
    assert "4.7(b)-2    action-values/lower-case  an action in lower case" in out
    assert out.splitlines()[-1].endswith("faults")


def test_a_scenario_comes_from_a_file_and_options_overrule_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = tmp_path / "story.toml"
    story.write_text(
        'records = 2\nuser_role = "GS"\n'
        'rules = [["70-00-00-00-00-00-00-01", "GS", "1.5", "24", "", "10"]]\n',
        "utf-8",
    )
    folder = tmp_path / "made"
    assert run(generate, "adt", "-o", str(folder), "--scenario", str(story), "--seed", "3") == 0
    assert (folder / "adt.csv").read_text() == "70-00-00-00-00-00-00-01,GS,1.5,24,,10\n"
    assert check(folder) == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("adt",), "name a folder to write to"),
        (("adt", "-o", "X", "--fault", "no-such/fault"), "no fault of such a submission is called"),
        (("adt", "-o", "X", "--edition", "v9"), "there is no edition 'v9'"),
        (("adt", "-o", "X", "--container", "zip"), "is not a known container"),
        (("adt", "-o", "X", "--method", "fax"), "has no delivery method 'fax'"),
        (("adt", "-o", "X", "--sent", "soon"), 'sent: "soon" cannot be used here'),
        (
            ("adt", "-o", "X", "--set-by", "supplier"),
            r"set_by: \"supplier\" cannot be used here \(one of: user, dcc\)",
        ),
        (
            ("adt", "-o", "X", "--records", "-1"),
            r"records: -1 cannot be used here \(write a whole number, at least 0\)",
        ),
    ],
)
def test_a_submission_that_cannot_be_made_is_refused_in_one_line(
    tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    folder = tmp_path / "made"
    with pytest.raises(TadpError, match=says):
        run(generate, *(str(folder) if word == "X" else word for word in words))
    assert not folder.exists()


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(TadpError, match="is there already"):
        run(generate, "adt", "-o", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nonsense = 1", r"toml, line 1: nonsense: there is no such entry \(one of: action, "),
        (
            "\nuser_ids = '5'",
            r"toml, line 2: user_ids: there is no such entry \(did you mean user_id",
        ),
        ('records = "many"', r'line 1: records: "many" cannot be used here \(write a whole number'),
        ("party = 3", r"party: 3 cannot be used here \(write text in quotes\)"),
        ("rules = 3", "rules: 3 cannot be used here .write a list of lists"),
        ("sent = 'soon'", 'sent: "soon" cannot be used here .write 2025-06-01T09:30:00Z'),
        ("party = 3\nrecords = -1", "line 1: party: 3 .*; .*line 2: records: -1 "),
        ("= =", "is not TOML"),
    ],
)
def test_a_scenario_that_makes_no_sense_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    story = tmp_path / "story.toml"
    story.write_text(text, "utf-8")
    with pytest.raises(TadpError, match=says):
        run(generate, "adt", "-o", str(tmp_path / "made"), "--scenario", str(story))


@pytest.mark.parametrize("container", ["cms-detached", "cms-attached"])
@pytest.mark.parametrize("kind", ["adt", "qcaf", "report"])
def test_a_streamed_submission_conforms(
    tmp_path: Path, kind: str, container: str, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = read_scenario({"kind": kind, "container": container, "records": 3000}, "here")
    steps: list[int] = []
    write_large(scenario, ground(), tmp_path / "made", steps.append)
    assert sum(steps) == 3000
    words = ["check", str(tmp_path / "made"), "--profile", str(FIXTURES / "profile.toml")]
    assert tadp([*words, "--at", "2026-01-01", "--require-evidence"]) == 0, capsys.readouterr().out


def test_a_streamed_submission_takes_memory_for_a_block_and_not_for_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With blocks of the usual size the files had to be eight times as long.
    monkeypatch.setattr("generators.stream.BLOCK", 250)

    def peak(count: int) -> int:
        tracemalloc.start()
        scenario = read_scenario({"kind": "qcaf", "records": count}, "here")
        write_large(scenario, ground(), tmp_path / str(count), lambda _: None)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(100)  # whatever is made once
    assert peak(2_500) < 1.2 * peak(625)


def test_an_incident_cannot_be_streamed(tmp_path: Path) -> None:
    scenario = read_scenario({"kind": "incident"}, "here")
    with pytest.raises(TadpError, match="has no records"):
        write_large(scenario, ground(), tmp_path / "made", lambda _: None)


def test_keys_that_run_out_are_one_line() -> None:
    from generators.conforming import conforming

    place = Ground(
        ground().catalogue, ground(str(Path(__file__).with_name("other-profile.toml"))).profile
    )
    with pytest.raises(TadpError, match=r"there are .* different keys"):
        conforming(Scenario(records=200_000, container="cms-attached"), place)


def test_the_corpus_is_found_listed_and_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cache = ("--cache", str(tmp_path / "cache"))
    assert run(fixtures, "path", *cache) == 0
    folder = Path(capsys.readouterr().out.strip())
    assert (folder / "manifest.json").read_bytes() == (FIXTURES / "manifest.json").read_bytes()
    assert run(fixtures, "list", "6.1-3") == 0
    out = capsys.readouterr().out
    assert "violates   6.1-3/adt-sharepoint/crlf-everywhere" in out
    assert "3.4(b)-2" not in out
    assert run(fixtures, "list", "--format", "json") == 0
    assert len(json.loads(capsys.readouterr().out)) == len(CASES)
    assert run(fixtures, "show", "6.1-3/adt-sharepoint/crlf-everywhere", *cache) == 0
    out = capsys.readouterr().out
    assert "expected: violates, 6.1-3 by itself, 3.4(b)-1 through that" in out
    assert "tadp check" in out


@pytest.mark.parametrize(
    ("words", "says"),
    [(("show", "nothing"), "there is no case"), (("list", "9.9"), "no case breaks 9.9")],
)
def test_a_case_that_is_not_there_is_one_line(words: tuple[str, ...], says: str) -> None:
    with pytest.raises(TadpError, match=says):
        run(fixtures, *words)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A small corpus with the form of the real one."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    manifest = json.loads((FIXTURES / "manifest.json").read_text("utf-8"))
    chosen = {p: d for p, d in manifest["files"].items() if p.startswith(("trust/", "examples/"))}
    manifest["files"] = chosen
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    for name in ("trust", "examples"):
        shutil.copytree(FIXTURES / name, folder / name)
    return folder


def test_alterations_of_a_corpus_are_named(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(fixtures, "check", str(copy)) == 0
    assert "are as listed" in capsys.readouterr().out
    (copy / "trust" / "extra.pem").write_text("x")
    (copy / "trust" / "rsa-root.pem").unlink()
    file = copy / "examples" / "adt-conforming" / "adt.csv"
    file.write_bytes(file.read_bytes() + b"\n")
    assert run(fixtures, "check", str(copy)) == 1
    assert capsys.readouterr().out.splitlines() == [
        "trust/extra.pem: is not listed",
        "examples/adt-conforming/adt.csv: was altered",
        "trust/rsa-root.pem: is missing",
    ]


def test_a_manifest_that_does_not_fit_is_one_line(copy: Path) -> None:
    (copy / "manifest.json").write_text("{}")
    with pytest.raises(TadpError, match=r"manifest\.json: [a-z_]+: is missing"):
        run(fixtures, "check", str(copy))


def test_building_rewrites_what_drifted_and_leaves_the_rest_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # To make the whole corpus takes as long for each of the four.
    made = {"profile.toml": b"p", "cases/one/case.json": b"{}", "manifest.json": b"{}"}
    monkeypatch.setattr("generators.corpus.corpus_files", lambda *_: made)
    folder = tmp_path / "corpus"
    assert run(fixtures, "build", str(folder)) == 0
    (folder / "README.md").write_text("mine")
    (folder / "cases" / "old").mkdir()
    (folder / "cases" / "old" / "case.json").write_text("{}")
    (folder / "profile.toml").write_text("")
    capsys.readouterr()
    assert run(fixtures, "build", "--check", str(folder)) == 1
    assert capsys.readouterr().out.splitlines() == [
        "cases/old/case.json: is not built any more",
        "profile.toml: differs from what is built",
    ]
    assert run(fixtures, "build", str(folder)) == 0
    assert run(fixtures, "build", "--check", str(folder)) == 0
    assert (folder / "README.md").read_text() == "mine"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The corpus as it comes in a wheel."""
    package = tmp_path / "generators"
    package.mkdir()
    write_archive(FIXTURES, package / ARCHIVE)
    spec = ModuleSpec("generators", None, is_package=True)
    spec.submodule_search_locations = [str(package)]
    monkeypatch.setattr("conformance.assessment.corpus_files.find_spec", lambda _: spec)
    return package / ARCHIVE


def test_an_installed_corpus_is_read_in_place_and_unpacked_into_the_cache(
    installed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(fixtures, "list", "6.1-3") == 0
    assert "violates   6.1-3/adt-sharepoint/crlf-everywhere" in capsys.readouterr().out
    assert run(fixtures, "check") == 0
    assert capsys.readouterr().out.startswith(f"{installed}: all ")
    cache = tmp_path / "cache"
    assert not cache.exists()
    assert run(fixtures, "path", "--cache", str(cache)) == 0
    folder = Path(capsys.readouterr().out.strip())
    assert folder.parent == cache
    assert run(fixtures, "check", str(folder)) == 0
    capsys.readouterr()
    assert run(fixtures, "show", "6.1-3/adt-sharepoint/crlf-everywhere", "--cache", str(cache)) == 0
    case = folder / "cases/6.1-3/adt-sharepoint/crlf-everywhere/submission"
    assert f"  check: tadp check {case} --profile {folder / 'profile.toml'} --at " in (
        capsys.readouterr().out
    )
    assert case.is_dir()


def test_a_cache_that_cannot_be_used_is_one_line_that_names_the_option(
    installed: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TadpError, match=r"file: the cache folder .* \(name another .* --cache DIR"):
        run(fixtures, "path", "--cache", str(tmp_path / "file"))


def test_help_names_the_cache_folder(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(fixtures, "--help")
    out = capsys.readouterr().out
    for place in ("~/.cache/tadp-conformance", "~/Library/Caches/tadp-conformance", "LOCALAPPDATA"):
        assert place in out
