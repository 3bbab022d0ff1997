"""Fixtures that the tests with real input share."""

from __future__ import annotations

import shutil

import pytest

from tests.real.authority import Hierarchy, build


@pytest.fixture(autouse=True)
def _needs_openssl(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("openssl") and shutil.which("openssl") is None:
        pytest.skip("the OpenSSL command line (openssl) is not installed")


@pytest.fixture(scope="session")
def hierarchy(tmp_path_factory: pytest.TempPathFactory) -> Hierarchy:
    """A root, an issuing CA, signers good and bad, and a revocation list."""
    if shutil.which("openssl") is None:
        pytest.skip("the OpenSSL command line (openssl) is not installed")
    return build(tmp_path_factory.mktemp("authority"))
