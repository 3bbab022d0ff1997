"""Imports go one way, in the order of CONTRIBUTING.md, and never in a circle.

Every import counts, also one inside a function or for the type checker alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("conformance", "generators")
Graph = Mapping[str, set[str]]


def name_of(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def targets(node: ast.AST) -> Iterator[str]:
    """The dotted names that a statement imports: modules, or names in modules."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "a relative import"
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_of(target: str, paths: Mapping[str, Path]) -> str | None:
    """Return the module that ``target`` names or that holds what it names, if it is one of ours."""
    while target and target not in paths:
        target = target.rpartition(".")[0]
    return target or None


def imports(root: Path) -> Graph:
    """Each module below ``root``, with the modules there that it imports."""
    paths = {name_of(p, root): p for package in PACKAGES for p in (root / package).rglob("*.py")}
    found: dict[str, set[str]] = {}
    for name, path in paths.items():
        found[name] = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            found[name] |= {module_of(target, paths) for target in targets(node)} - {None, name}
    return found


def unit(module: str) -> str:
    """The package or module next to the root that ``module`` belongs to: ``conformance.report``."""
    return ".".join(module.split(".")[:2])


def between_units(graph: Graph) -> Graph:
    found: dict[str, set[str]] = {}
    for module, others in graph.items():
        found.setdefault(unit(module), set()).update({*map(unit, others)} - {unit(module)})
    return found


def circles(graph: Graph) -> list[list[str]]:
    """The sets of modules that all import each other, in whatever number of steps."""
    reached = {name: reachable(name, graph) for name in graph}
    found = {
        tuple(sorted({name, *(o for o in reached[name] if name in reached[o])}))
        for name in graph
        if name in reached[name]
    }
    return [list(one) for one in sorted(found)]


def reachable(start: str, graph: Graph) -> set[str]:
    seen: set[str] = set()
    waiting = [*graph[start]]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += graph[name]
    return seen


def layers(text: str) -> list[list[str]]:
    """The rows of the table in CONTRIBUTING.md, of ``conformance`` alone, from below to above."""
    rows = [re.findall(r"`([^`]+)`", row) for row in re.findall(r"(?m)^\| (`[^|]+) \|", text)]
    found = []
    for row in rows:
        # Rows of what is inside a package, or is not a Python, say nothing of the order.
        units = [re.fullmatch(r"(conformance/\w+)(?:/|\.py)", place) for place in row]
        found.append(
            [match[1].replace("/", ".").removesuffix(".__init__") for match in units if match]
        )
    return [row for row in found if row]


def arrows_up(graph: Graph, order: Iterable[Iterable[str]]) -> list[str]:
    """The imports of ``conformance`` that run against the order, and those outside it."""
    level = {name: number for number, row in enumerate(order) for name in row}
    return [
        f"{module} imports {other}"
        for module, others in sorted(graph.items())
        for other in sorted(others)
        if unit(module) in level and level.get(unit(other), len(level)) > level[unit(module)]
    ]


@cache
def of_this_project() -> Graph:
    return imports(ROOT)


ORDER = layers((ROOT / "CONTRIBUTING.md").read_text("utf-8"))


def test_no_modules_import_each_other() -> None:
    assert circles(of_this_project()) == []


def test_no_packages_import_each_other() -> None:
    assert circles(between_units(of_this_project())) == []


def test_the_layout_has_every_package() -> None:
    named = [name for row in ORDER for name in row]
    assert sorted(named) == sorted(
        {
            *(u for u in map(unit, of_this_project()) if u.split(".")[0] == "conformance"),
            "conformance.schemas",
        }
    )


def test_data_flows_one_way() -> None:
    assert arrows_up(of_this_project(), ORDER) == []


def test_records_and_signatures_know_nothing_of_each_other() -> None:
    graph = between_units(of_this_project())
    assert "conformance.signature" not in graph["conformance.records"]
    assert "conformance.records" not in graph["conformance.signature"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {
        "conformance/__init__.py": "",
        "conformance/low/__init__.py": "",
        "conformance/low/a.py": "from conformance.low import b\n",
        "conformance/low/b.py": "",
        "conformance/high.py": "import conformance.low.a\n",
        "generators/__init__.py": "from conformance import high\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


TABLE = "| where | what |\n|---|---|\n| `conformance/low/` | a |\n| `conformance/high.py` | b |\n"


def test_a_tree_that_keeps_to_the_order_passes(tree: Path) -> None:
    graph = imports(tree)
    assert graph["conformance.high"] == {"conformance.low.a"}
    assert graph["generators"] == {"conformance.high"}
    assert circles(graph) == circles(between_units(graph)) == []
    assert layers(TABLE) == [["conformance.low"], ["conformance.high"]]
    assert arrows_up(graph, layers(TABLE)) == []


@pytest.mark.parametrize(
    "text",
    [
        "from conformance.low.a import thing\n",
        "def f():\n    import conformance.low.a\n",
        "if TYPE_CHECKING:\n    from conformance.low import a\n",
    ],
)
def test_a_circle_is_found_wherever_the_import_is(tree: Path, text: str) -> None:
    (tree / "conformance/low/b.py").write_text(text, "utf-8")
    assert circles(imports(tree)) == [["conformance.low.a", "conformance.low.b"]]


def test_a_circle_of_packages_is_found_though_no_modules_are_in_one(tree: Path) -> None:
    (tree / "conformance/low/b.py").write_text("import conformance.high\n", "utf-8")
    (tree / "conformance/low/a.py").write_text("", "utf-8")
    graph = imports(tree)
    assert circles(graph) == []
    assert circles(between_units(graph)) == [["conformance.high", "conformance.low"]]
    assert arrows_up(graph, layers(TABLE)) == ["conformance.low.b imports conformance.high"]


def test_generators_are_above_all(tree: Path) -> None:
    (tree / "conformance/high.py").write_text("import generators\n", "utf-8")
    assert arrows_up(imports(tree), layers(TABLE)) == ["conformance.high imports generators"]
