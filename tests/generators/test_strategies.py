"""The strategies, used as the README shows, in somebody else's test."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def example() -> str:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (found,) = (block for block in blocks if "generators.strategies" in block)
    return str(found)


@pytest.mark.parametrize(
    ("receiver", "passes"),
    [
        ("def my_receiver(folder):\n    return True\n", {"takes": True, "rejects": False}),
        ("def my_receiver(folder):\n    return False\n", {"takes": False, "rejects": True}),
    ],
    ids=["accepts-everything", "rejects-everything"],
)
def test_the_example_of_the_readme_tells_receivers_apart(
    tmp_path: Path, receiver: str, passes: dict[str, bool]
) -> None:
    settings = (
        "from hypothesis import settings, HealthCheck\n"
        "settings.register_profile('x', max_examples=4, deadline=None, derandomize=True,\n"
        "    database=None, suppress_health_check=list(HealthCheck))\n"
        "settings.load_profile('x')\n"
    )
    (tmp_path / "test_mine.py").write_text(settings + receiver + example(), "utf-8")
    for name, expected in passes.items():
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", name,
             "--rootdir", str(tmp_path), "test_mine.py"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        assert (done.returncode == 0) is expected, done.stdout
