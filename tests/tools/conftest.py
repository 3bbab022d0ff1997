"""Where other tools are that no system has: ``--tools FOLDER``, as ``tox -e tools`` gives it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.signers import Workshop, build_workshop


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option; it is known where this folder is named on the command line."""
    parser.addoption("--tools", type=Path, help="a folder with node_modules and jars")


@pytest.fixture(scope="session")
def workshop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A key, its certificate and a file to sign."""
    tools = request.config.getoption("--tools", None)
    return build_workshop(tmp_path_factory.mktemp("workshop"), tools)


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest) -> str:
    """Return axe-core, which tests pages for those who see or hear little."""
    tools = request.config.getoption("--tools", None)
    found = tools and tools / "node_modules" / "axe-core" / "axe.min.js"
    if not found or not found.is_file():
        pytest.skip("axe-core is not there")
    return str(found.read_text("utf-8"))
