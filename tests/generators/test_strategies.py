"""The strategies, used as the README shows, in somebody else's test."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def example() -> str:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (found,) = (block for block in blocks if "generators.strategies" in block)
    return str(found)


#: Two receivers, by the module that they are put into.
RECEIVERS = {
    "accepts": "def my_receiver(folder):\n    return True\n",
    "rejects": "def my_receiver(folder):\n    return False\n",
}
#: One example distinguishes these receivers. Nothing is made smaller, which would take long.
SETTINGS = """
from hypothesis import settings, HealthCheck, Phase
settings.register_profile("x", max_examples=1, deadline=None, derandomize=True,
    database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
settings.load_profile("x")
"""


def test_the_example_of_the_readme_distinguishes_receivers(tmp_path: Path) -> None:
    for name, receiver in RECEIVERS.items():
        (tmp_path / f"test_{name}.py").write_text(SETTINGS + receiver + example(), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider",
         "--rootdir", str(tmp_path), *(f"test_{name}.py" for name in RECEIVERS)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    ends = re.findall(r"^(PASSED|FAILED) test_(\w+)\.py::test_([a-z]+)", done.stdout, re.MULTILINE)
    assert set(ends) == {
        ("PASSED", "accepts", "takes"),
        ("FAILED", "accepts", "rejects"),
        ("FAILED", "rejects", "takes"),
        ("PASSED", "rejects", "rejects"),
    }, done.stdout
