"""A desk for each test, and one store of tokens for all of them."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from tests.preparation.desk import SigningFolder
from tests.preparation.softhsm import MODULE, Store


@pytest.fixture
def desk(tmp_path: Path) -> SigningFolder:
    return SigningFolder(tmp_path)


@pytest.fixture(scope="session")
def _store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    if shutil.which("softhsm2-util") is None or MODULE is None:
        pytest.skip("SoftHSM is not installed (apt install softhsm2)")
    if importlib.util.find_spec("pkcs11") is None:
        pytest.skip("python-pkcs11 is not installed")
    return Store(tmp_path_factory.mktemp("softhsm"))


@pytest.fixture
def store(_store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("SOFTHSM2_CONF", str(_store.configuration))
    return _store
