"""Names that other packages keep to themselves: shipped code uses none of them.

A private name can go, or mean something else, in any release of the package that has it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Private by its name alone: the standard library documents it.
DOCUMENTED = {"os._exit"}


def private(name: str) -> bool:
    # Names with a line at both ends are special, and documented.
    return name.startswith("_") and not name.endswith("_")


def defined(tree: ast.AST) -> set[str]:
    """Return the private names that a module gives to things of its own."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
                | ast.arg(arg=name)
            ):
                found.add(name)
            case (
                ast.Name(id=name, ctx=ast.Store())
                | ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store())
            ):
                found.add(name)
    return {name for name in found if private(name)}


def foreign(source: str) -> Iterator[str]:
    """Yield each use of a private name that the module does not define itself."""
    tree = ast.parse(source)
    own = defined(tree)
    for node in ast.walk(tree):
        used: list[str] = []
        match node:
            case ast.Attribute(attr=attr):
                used = [attr]
            case ast.ImportFrom(module=module, names=names):
                used = [*(module or "").split("."), *(alias.name for alias in names)]
            case ast.Import(names=names):
                used = [part for alias in names for part in alias.name.split(".")]
            case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str(attr)), *_]):
                used = [attr]
            case ast.Call(keywords=[*keywords]):
                used = [keyword.arg for keyword in keywords if keyword.arg]
        if any(private(name) and name not in own for name in used):
            text = ast.unparse(node)
            if text not in DOCUMENTED:
                yield text


@pytest.mark.parametrize("package", ["conformance", "generators"])
def test_shipped_code_uses_no_private_name_of_another_package(package: str) -> None:
    paths = sorted((ROOT / package).rglob("*.py"))
    assert paths
    found = {
        f"{path.relative_to(ROOT)}: {use}"
        for path in paths
        for use in foreign(path.read_text("utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize(
    "source",
    [
        "from cryptography.x509.name import _ASN1Type",
        "from os import _exit",
        "import concurrent.futures._base",
        "from multiprocessing._x import y",
        "executor._result_queue",
        "self.executor._queue.put(1)",
        "getattr(executor, '_queue', None)",
        "Attribute(oid, value, _validate=False)",
    ],
)
def test_a_private_name_is_found(source: str) -> None:
    assert list(foreign(source))


@pytest.mark.parametrize(
    "source",
    [
        "def f(self):\n    self._x = 1\ndef g(self):\n    return self._x",
        "class A:\n    _x: int = 1\na._x",
        "def _f(): ...\nmodule._f",
        "from package import name as _name",
        "os._exit(1)",
        "value.__class__",
        "member._value_",
        "for _ in values: pass",
    ],
)
def test_other_names_are_not_taken_for_one(source: str) -> None:
    assert list(foreign(source)) == []
