"""Certificates, revocation lists and signed files are the same bytes on every machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.generators import golden

HERE = Path(__file__).parent


def test_everything_made_here_is_as_committed() -> None:
    committed = json.loads((HERE / "golden.json").read_text())
    assert golden.golden() == committed


def test_another_process_makes_the_same() -> None:
    ran = subprocess.run(
        [sys.executable, HERE / "golden.py"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "1"},
        check=True,
    )
    assert json.loads(ran.stdout) == json.loads((HERE / "golden.json").read_text())


def test_no_choice_is_without_effect() -> None:
    signed = json.loads((HERE / "golden.json").read_text())["signed files"]
    # Where nothing is signed, no key was used.
    unsigned = [
        "none plain",
        *(
            f"cms-{at} {one}-data"
            for at in ("attached", "detached")
            for one in ("plain", "digested")
        ),
    ]
    for name in unsigned:
        assert signed.pop(f"rsa {name}") == signed.pop(f"ecdsa {name}")
    assert len(set(signed.values())) == len(signed)
