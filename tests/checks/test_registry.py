"""The registry of checks: each is in the module that it is loaded from."""

from __future__ import annotations

import pytest

from conformance.checks import CHECKS, PARAMETERS
from conformance.checks.registry import MODULES, check


def test_each_check_is_in_the_module_that_it_is_loaded_from() -> None:
    assert {name.rpartition(".")[2] for name in MODULES} > {"area", "file", "signature"}
    assert len(CHECKS) == len(list(CHECKS)) == len(PARAMETERS) > 50
    for name in CHECKS:
        assert callable(CHECKS[name]), name
        assert isinstance(PARAMETERS[name], dict), name
    assert set(CHECKS.data) == set(CHECKS) == set(PARAMETERS.data)


def test_a_check_that_is_not_listed_is_refused() -> None:
    with pytest.raises(ValueError, match="no module is listed for the check 'unheard-of'"):
        check("unheard-of")(lambda _context, _requirement: iter(()))
