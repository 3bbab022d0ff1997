"""Do the same sources make the same bytes? ``python -m tests.project.wheel``, or ``tox -e wheel``.

Builds the source distribution and the wheel in two copies of the sources that differ in all that
must not matter, and the wheel once more from the source distribution; compares them byte for byte;
lets twine look at their metadata; and tries the wheel in an empty environment, far from the
sources. With the path of a WHEEL, compares that one too: it shows what it was built from.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from conformance.portable import clash, problem

ROOT = Path(__file__).parents[2]
#: Folders that go into neither distribution, and may be large.
_LEFT_OUT = (".git", ".tox", ".venv", ".*_cache", ".hypothesis", "__pycache__", "build", "dist")


class DistributionError(Exception):
    """Something is not as it should be; the text says what, for people."""


@dataclass(frozen=True)
class Surroundings:
    """Where and when something is built, which must not change the result."""

    folder: str
    umask: int
    modified: int
    variables: Mapping[str, str]


SURROUNDINGS = (
    Surroundings("here", 0o022, 1_000_000_000, {"TZ": "UTC", "PYTHONHASHSEED": "1"}),
    Surroundings(
        "there/under a longer name", 0o077, 1_700_000_001,
        {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "2", "LC_ALL": "C"},
    ),
)  # fmt: skip


def built(sources: Path, around: Surroundings, *kinds: str) -> list[Path]:
    """The distributions of ``kinds`` (``--sdist``, ``--wheel``) that are built from ``sources``."""
    out = sources.with_name(f"{sources.name} built")
    # Who sets this asks for other bytes: hatchling puts it into the archives.
    known = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    command = [sys.executable, "-m", "build", "--no-isolation", *kinds, "--outdir", str(out)]
    ran = subprocess.run(
        [*command, str(sources)], cwd=sources.parent, env={**known, **around.variables},
        umask=around.umask, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ran.returncode:
        raise DistributionError(f"{ran.stdout}{ran.stderr}")
    return [path for end in (".tar.gz", ".whl") for path in out.glob(f"*{end}")]


def copied(root: Path, to: Path, around: Surroundings) -> Path:
    """A copy of the sources, made with that umask and modified at that time."""
    shutil.copytree(root, to, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    for path in to.rglob("*"):
        # As a checkout would be: what a user may do with a file is kept, what others may is not.
        mine = path.stat().st_mode & 0o700
        path.chmod((mine | mine >> 3 | mine >> 6) & ~around.umask)
        os.utime(path, (around.modified, around.modified))
    return to


def unpacked(sdist: Path, to: Path) -> Path:
    """The one folder of a source distribution."""
    with tarfile.open(sdist) as archive:
        archive.extractall(to, filter="data")
    (folder,) = to.iterdir()
    return folder


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def compare(one: Path, other: Path) -> None:
    """Compare two distributions byte for byte.

    Raises:
        DistributionError: they differ; the text names the members of two wheels that do.
    """
    if one.read_bytes() == other.read_bytes():
        return
    reported = ""
    if one.suffix == other.suffix == ".whl":
        with ZipFile(one) as first, ZipFile(other) as second:
            mine, theirs = (
                {
                    info.filename: (info.CRC, info.date_time, info.external_attr)
                    for info in a.filelist
                }
                for a in (first, second)
            )
        names = [n for n in sorted({*mine, *theirs}) if mine.get(n) != theirs.get(n)]
        reported = f" in {', '.join(names[:9]) or 'the order of their members'}"
        reported += f"; made with {generator(one)} and {generator(other)}"
    raise DistributionError(f"{one} and {other} differ{reported}")


def generator(wheel: Path) -> str:
    """Return the program that made ``wheel``, as it says itself, with hatchling's version."""
    with ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/WHEEL"))
        lines = archive.read(name).decode().splitlines()
    return next(line for line in lines if line.startswith("Generator: ")).partition(": ")[2]


def require_names(wheel: Path) -> None:
    """Refuse names of members that some system does not take, in the wheel and in its archive.

    Raises:
        DistributionError: there is such a name.
    """
    with ZipFile(wheel) as opened:
        names = opened.namelist()
        for archive in [name for name in names if name.endswith(".zip")]:
            with ZipFile(io.BytesIO(opened.read(archive))) as inner:
                names += inner.namelist()
    wrong = [f"{name} {why}" for name in names if (why := problem(name))]
    both = clash(names)
    wrong += [f"{both[0]} and {both[1]} are one file on some systems"] if both else []
    if wrong:
        raise DistributionError(f"{wheel}: {'; '.join(wrong[:9])}")


def tried(wheel: Path, folder: Path) -> None:
    """Install ``wheel`` in an empty environment, and check the examples that come with it.

    Raises:
        DistributionError: a command ends with another exit code than it should.
    """
    venv.create(folder / "venv", with_pip=True)
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")

    def run(code: int, *words: str) -> str:
        ran = subprocess.run(
            [str(scripts / words[0]), *words[1:]], cwd=folder, capture_output=True, text=True,
            env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"}, check=False,
        )  # fmt: skip
        if ran.returncode != code:
            said = f"{ran.stdout[-2000:]}{ran.stderr[-2000:]}"
            raise DistributionError(
                f"{' '.join(words)}: exit code {ran.returncode}, not {code}\n{said}"
            )
        return ran.stdout

    run(0, "python", "-m", "pip", "install", "--quiet", str(wheel))
    cache = folder / "cache"
    fixtures = Path(run(0, "tadp", "fixtures", "path", "--cache", str(cache)).strip())
    if not fixtures.is_relative_to(cache):
        raise DistributionError(f"the corpus of the wheel is looked for in {fixtures}")
    run(0, "tadp", "fixtures", "check")
    run(0, "tadp", "fixtures", "check", str(fixtures))
    check = ("tadp", "check", "--profile", str(fixtures / "profile.toml"))
    run(0, *check, str(fixtures / "examples" / "adt-conforming"))
    run(1, *check, str(fixtures / "examples" / "adt-saved-by-a-spreadsheet"))


def reproduced(work: Path) -> list[Path]:
    """The source distribution and the wheel, after everything that is asked of them."""
    places = [copied(ROOT, work / around.folder, around) for around in SURROUNDINGS]
    (sdist, wheel), others = (
        built(place, around, "--sdist", "--wheel")
        for place, around in zip(places, SURROUNDINGS, strict=True)
    )
    for one, other in zip((sdist, wheel), others, strict=True):
        compare(one, other)
    (again,) = built(unpacked(sdist, work / "unpacked"), SURROUNDINGS[0], "--wheel")
    compare(wheel, again)
    return [sdist, wheel]


def main(words: list[str]) -> int:
    with tempfile.TemporaryDirectory() as name:
        work = Path(name).resolve()
        try:
            made = reproduced(work)
            for path in made:
                print(f"{sha256(path)}  {path.name}")
            print(f"thrice the same wheel, with {generator(made[-1])}", flush=True)
            for word in words:
                compare(made[-1], Path(word))
                print(f"{word}: the same bytes")
            twine = [sys.executable, "-m", "twine", "check", "--strict", *map(str, made)]
            subprocess.run(twine, check=True)
            require_names(made[-1])
            print("every system takes the names of its files")
            (work / "elsewhere").mkdir()
            tried(made[-1], work / "elsewhere")
            print("installed in an empty environment, and checked the examples that it brings")
        except (DistributionError, OSError, subprocess.CalledProcessError) as trouble:
            print(trouble, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
