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
