"""The cache folder: whose it is, how it is written, and what is used of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from conformance import cache as module
from conformance.cache import Cache
from conformance.errors import TadpError
from tests.running import run

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has neither owners nor modes of files")


def fill(text: str) -> module.Fill:
    def made(folder: Path) -> None:
        folder.mkdir()
        (folder / "file").write_text(text)

    return made


def has(text: str) -> module.IsIntact:
    return lambda folder: (folder / "file").is_file() and (folder / "file").read_text() == text


@posix
def test_a_new_cache_is_the_users_alone(tmp_path: Path) -> None:
    old = os.umask(0o002)
    try:
        cache = Cache.open(tmp_path / "some" / "where")
    finally:
        os.umask(old)
    assert cache.folder == tmp_path / "some" / "where"
    assert cache.folder.stat().st_mode & 0o777 == 0o700


@posix
@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777, 0o1777])
def test_a_cache_that_others_can_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    tmp_path.chmod(mode)
    with pytest.raises(TadpError) as caught:
        Cache.open(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: the cache folder can be written to by other users "
        "(name another folder with --cache DIR)"
    )
    tmp_path.chmod(0o755)
    assert Cache.open(tmp_path).folder == tmp_path


@posix
def test_on_windows_it_is_not_asked_who_can_write_to_a_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o777)
    monkeypatch.setattr(module, "sys", SimpleNamespace(platform="win32"))
    assert Cache.open(tmp_path).folder == tmp_path


@posix
def test_a_cache_of_another_user_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(TadpError, match="the cache folder belongs to another user"):
        Cache.open(tmp_path)


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives away")
def test_a_link_of_another_user_is_refused(tmp_path: Path) -> None:
    Cache.open(tmp_path / "cache")
    (tmp_path / "link").symlink_to(tmp_path / "cache")
    assert Cache.open(tmp_path / "link").folder == tmp_path / "link"
    os.lchown(tmp_path / "link", 12345, 12345)
    with pytest.raises(TadpError, match="the cache folder belongs to another user"):
        Cache.open(tmp_path / "link")


def test_a_cache_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(TadpError) as caught:
            Cache.open(place)
        assert str(caught.value).startswith(f"{place}: the cache folder cannot be written: ")
        assert str(caught.value).endswith(" (name another folder with --cache DIR)")


def test_a_cache_that_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache.open(tmp_path / "cache")

    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(TadpError) as caught:
        cache.keep("a", full, has("a"))
    assert str(caught.value) == (
        f"{cache.folder / 'a'}: the cache folder cannot be written: No space left on device "
        "(name another folder with --cache DIR)"
    )
    assert list(cache.folder.iterdir()) == []


def test_a_cache_that_cannot_be_read_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache.open(tmp_path / "cache")

    def denied(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_dir", denied)
    with pytest.raises(TadpError, match=r"a: the cache folder cannot be written: .*--cache DIR"):
        cache.keep("a", fill("a"), has("a"))


@pytest.mark.parametrize(
    ("platform", "variables", "place"),
    [
        ("linux", {}, "HOME/.cache"),
        ("linux", {"XDG_CACHE_HOME": "/caches"}, "/caches"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, "HOME/.cache"),
        ("darwin", {"XDG_CACHE_HOME": "/caches"}, "HOME/Library/Caches"),
        ("win32", {}, "HOME/AppData/Local"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local"),
    ],
)
def test_each_platform_has_its_usual_place(
    platform: str, variables: dict[str, str], place: str,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**variables, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    wanted = Path(place.replace("HOME", str(tmp_path))) / "tadp-conformance"
    assert module.usual_place() == wanted


def test_a_user_without_a_home_is_asked_for_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> Path:
        raise RuntimeError

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr(Path, "home", none)
    with pytest.raises(TadpError, match=r"no home folder .*--cache DIR"):
        Cache.open()


def test_a_cached_entry_is_made_once(tmp_path: Path) -> None:
    cache = Cache.open(tmp_path / "cache")
    calls: list[Path] = []

    def counted(folder: Path) -> None:
        calls.append(folder)
        fill("a")(folder)

    for _ in range(2):
        assert cache.keep("name", counted, has("a")) == cache.folder / "name"
    assert len(calls) == 1
    assert calls[0] != cache.folder / "name"
    assert has("a")(cache.folder / "name")


def test_an_altered_entry_is_replaced(tmp_path: Path) -> None:
    cache = Cache.open(tmp_path / "cache")
    kept = cache.keep("name", fill("a"), has("a"))
    (kept / "file").write_text("b")
    assert has("a")(cache.keep("name", fill("a"), has("a")))
    for path in kept.iterdir():
        path.unlink()
    kept.rmdir()
    kept.write_text("a file")
    assert has("a")(cache.keep("name", fill("a"), has("a")))
    assert [path.name for path in cache.folder.iterdir()] == ["name"]


def test_a_link_in_the_cache_is_replaced_and_not_followed(tmp_path: Path) -> None:
    cache = Cache.open(tmp_path / "cache")
    fill("a")(tmp_path / "elsewhere")
    (cache.folder / "name").symlink_to(tmp_path / "elsewhere")
    kept = cache.keep("name", fill("a"), has("a"))
    assert not kept.is_symlink()
    assert (tmp_path / "elsewhere" / "file").read_text() == "a"


def test_a_quicker_process_is_left_alone(tmp_path: Path) -> None:
    cache = Cache.open(tmp_path / "cache")

    quicker: list[int] = []

    def slow(folder: Path) -> None:
        fill("a")(cache.folder / "name")
        quicker.append((cache.folder / "name").stat().st_ino)
        fill("a")(folder)

    kept = cache.keep("name", slow, has("a"))
    assert [kept.stat().st_ino] == quicker
    assert [path.name for path in cache.folder.iterdir()] == ["name"]


def old(folder: Path, days: float) -> None:
    when = time.time() - days * 86400
    os.utime(folder, (when, when))


def test_folders_that_were_not_used_for_long_are_removed_when_another_is_made(
    tmp_path: Path,
) -> None:
    cache = Cache.open(tmp_path / "cache")
    names = [f"made-{number:016x}" for number in range(12)]
    for days, name in enumerate(names, 2):
        fill("a")(cache.folder / name)
        old(cache.folder / name, days)
    others = {"corpus-0123456789abcdef", "made-by-hand", "notes", ".mine.part"}
    for name in others:
        (cache.folder / name).mkdir()
        old(cache.folder / name, 99)
    (tmp_path / "kept").mkdir()
    (cache.folder / f"made-{'f' * 16}").symlink_to(tmp_path / "kept")
    # The eleventh is used again, so that it is not among the old ones.
    cache.keep(names[10], fill("a"), has("a"))
    assert {*names} < {path.name for path in cache.folder.iterdir()}
    cache.keep(f"made-{'e' * 16}", fill("b"), has("b"))
    left = {path.name for path in cache.folder.iterdir()} - others
    assert left - {f"made-{'f' * 16}"} == {f"made-{'e' * 16}", names[10], *names[:5]}
    assert others < {path.name for path in cache.folder.iterdir()}
    assert (tmp_path / "kept").is_dir()


def test_folders_that_were_used_within_a_day_are_kept_however_many_there_are(
    tmp_path: Path,
) -> None:
    cache = Cache.open(tmp_path / "cache")
    for number in range(12):
        cache.keep(f"made-{number:016x}", fill("a"), has("a"))
    assert len(list(cache.folder.iterdir())) == 12


def test_a_folder_that_a_killed_process_left_is_removed_after_a_day(tmp_path: Path) -> None:
    cache = Cache.open(tmp_path / "cache")
    script = (
        "import os, sys; from pathlib import Path; from conformance.cache import Cache;"
        "Cache.open(Path(sys.argv[1])).keep(sys.argv[2], lambda _: os._exit(9), lambda _: False)"
    )
    for name in ("made-0000000000000000", "made-1111111111111111"):
        words = [sys.executable, "-c", script, str(cache.folder), name]
        assert subprocess.run(words, check=False).returncode == 9
    begun = sorted(cache.folder.iterdir())
    assert len(begun) == 2
    old(begun[0], 2)
    cache.keep("made-0123456789abcdef", fill("a"), has("a"))
    assert [path for path in begun if path.exists()] == begun[1:]


@pytest.mark.parametrize("words", [("assess", "receiver", "exec:true"), ("fixtures", "path"),
                                   ("fuzz", "receiver", "exec:true")])  # fmt: skip
def test_a_cache_without_a_name_is_refused(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("", " "):
        ran = run(*words, "--cache", name)
        assert ran.code == 2
        assert "argument --cache: no folder is named; leave the option out" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_many_processes_at_once_all_see_it_whole(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.test_cache import fill, has;"
        "from conformance.cache import Cache;"
        "kept = [Cache.open(Path(sys.argv[1])).keep('name', fill('a'), has('a'))"
        " for _ in range(50)]; assert has('a')(kept[0])"
    )
    root = str(Path(__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, *sys.path])}
    started = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "cache")], env=environment)
        for _ in range(4)
    ]
    assert [one.wait() for one in started] == [0, 0, 0, 0]
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["name"]
