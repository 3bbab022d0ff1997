"""The hierarchy that all tests of signatures share: making keys is slow."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.signature.signing import Hierarchy, build_hierarchy


@pytest.fixture(scope="session")
def hierarchy(tmp_path_factory: pytest.TempPathFactory) -> Hierarchy:
    return build_hierarchy(tmp_path_factory.mktemp("pki"))


@pytest.fixture(autouse=True)
def _need_openssl(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("openssl") and shutil.which("openssl") is None:
        pytest.skip("the OpenSSL command line is not installed")


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "adt.csv"
    path.write_bytes(b"70-B3-D5-1F-30-01-00-00,ES,1.1.1,24,,1000\n" * 20)
    return path
