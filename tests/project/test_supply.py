"""Statements about environments, bounds and distributions, and the tools that check them."""

from __future__ import annotations

import configparser
import re
import tomllib
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest

from tests.project.bounds import untried
from tests.project.wheel import DistributionError, compare, require_names

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
TOX = configparser.ConfigParser(interpolation=None)
TOX.read(ROOT / "tox.ini", "utf-8")
#: Those that tox knows without a section.
PYTHONS = {"py", *(f"py3{minor}" for minor in (11, 12, 13))}
ENVIRONMENTS = {name.partition(":")[2] for name in TOX.sections() if ":" in name}


@pytest.mark.parametrize(
    "path", ["CONTRIBUTING.md", "SECURITY.md", "README.md", "tox.ini", ".ci/run",
             *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))],
)  # fmt: skip
def test_an_environment_that_is_named_is_there(path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    # Where somebody else's tox.ini is shown, the environments are somebody else's.
    text = re.sub(r"^```ini$.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    named = {
        name for words in re.findall(r"tox\S* (?:run )?(?:--quiet )?-e ([\w,-]+)", text)
        for name in words.split(",")
    }  # fmt: skip
    assert named <= ENVIRONMENTS | PYTHONS


def test_every_environment_is_named() -> None:
    assert {"oldest", "newest", "audit", "wheel", "lint"} < ENVIRONMENTS
    header = (ROOT / "tox.ini").read_text("utf-8").partition("[tox]")[0]
    listed = set(
        re.findall(r"\b[a-z][\w-]*", " ".join(re.findall(r"^#   (\S.*?)  ", header, re.MULTILINE)))
    )
    assert listed == ENVIRONMENTS | PYTHONS - {"py"}
    reported = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert {name for name in ENVIRONMENTS if f"tox -e {name}" not in reported} == set()


@pytest.mark.parametrize("environment", ["oldest", "newest"])
def test_both_ends_are_tried_with_every_extra(environment: str) -> None:
    extras = ",".join(sorted(PROJECT["project"]["optional-dependencies"]))
    assert f".[{extras}]" in TOX[f"testenv:{environment}"]["commands_pre"]


def test_the_wheel_is_built_with_what_is_declared() -> None:
    (requirement,) = PROJECT["build-system"]["requires"]
    assert requirement in TOX["testenv:wheel"]["deps"].split()


def test_a_bound_that_was_not_tried_is_reported() -> None:
    requirements = [
        "low>=1.2",
        "high>=1.2",
        "none",
        "other>=1; python_version < '3'",
        "asked>=2; extra == 'asked'",
        "not-asked>=2; extra == 'other'",
    ]
    installed = {"low": "1.2.0", "high": "1.3", "none": "1", "asked": "3"}
    assert list(untried(requirements, ["asked"], installed.__getitem__)) == [
        "high>=1.2: 1.3 is installed",
        "none: 1 is installed",
        'asked>=2; extra == "asked": 3 is installed',
    ]


def wheel(path: Path, moment: int, **members: str) -> Path:
    with ZipFile(path, "w") as archive:
        about = {"x.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: hatchling 1\n"}
        for name, text in {**about, **members}.items():
            archive.writestr(ZipInfo(name, (2020, 2, 2, 0, 0, moment)), text)
    return path


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["a/nul"], "a/nul has a name that Windows keeps for a device"),
        (["A", "a"], "A and a are one file on some systems"),
        (["x" * 141], "is longer than 140 characters"),
    ],
)
def test_a_wheel_with_a_name_that_some_system_does_not_take_is_refused(
    tmp_path: Path, names: list[str], why: str
) -> None:
    good = wheel(tmp_path / "good.whl", 0, a="a", b="b")
    require_names(good)
    members = dict.fromkeys(names, "")
    bad = wheel(tmp_path / "bad.whl", 0, **members)
    within = tmp_path / "within.whl"
    with ZipFile(within, "w") as archive:
        archive.write(bad, "generators/corpus.zip")
    for path in (bad, within):
        with pytest.raises(DistributionError, match=why):
            require_names(path)


def test_wheels_that_differ_are_distinguished(tmp_path: Path) -> None:
    one = wheel(tmp_path / "1.whl", 0, a="a", b="b")
    compare(one, wheel(tmp_path / "2.whl", 0, a="a", b="b"))
    for other, reported in (
        (wheel(tmp_path / "3.whl", 0, a="a", b="c"), "differ in b; made with hatchling 1 and"),
        (wheel(tmp_path / "4.whl", 2, a="a", b="b"), "differ in a, b, x.dist-info/WHEEL;"),
        (wheel(tmp_path / "5.whl", 0, b="b", a="a"), "differ in the order of their members;"),
    ):
        with pytest.raises(DistributionError, match=reported):
            compare(one, other)
