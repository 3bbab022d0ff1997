"""The mutants of the code: mutmut's operators, put to every place of a module of ``conformance``.

mutmut itself leaves out decorated functions, which are every check and every property, and all
that is outside functions; so only its operators are used, and the walk is ours.

Left out is what no test ought to hold:

- annotations and aliases of types, ``TYPE_CHECKING`` blocks, docstrings, ``__all__``: they are not
  executed, or only read by other tools;
- the arguments of ``dataclass``, ``TypeVar`` and ``cast``, and what a class says of its values
  (``frozen``): mypy holds them;
- ``len`` and ``isinstance``, which mutmut leaves out as well: their arguments cannot be dropped;
- words for people: a string with a space in it (a key, a code, a name of a field has none), and
  the help, metavar, description and epilog of an argument;
- the case of the name of an encoding, which Python does not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, WhitespaceInclusivePositionProvider
from mutmut.mutation.mutators import mutation_operators

HOME = Path(__file__).parents[2]
PACKAGE = HOME / "conformance"
UNMUTATED_CALLS = {"len", "isinstance", "TypeVar", "cast", "dataclass"}
WORDS = {"help", "metavar", "description", "epilog"}
OF_A_CLASS = {"frozen", "eq", "kw_only", "dict"}
ENCODINGS = {"utf-8", "ascii", "latin-1", "utf-16-be", "utf-32-be"}


@dataclass(frozen=True)
class CodeMutant:
    """One change to a module: lines ``before`` became ``after``, in a function or outside any."""

    #: Within the checkout.
    file: str
    function: str
    before: str
    after: str
    #: The first line that is changed, from 1; not part of the name, as it moves.
    line: int
    #: The whole module with the change made.
    source: str
    #: 2 for the second that reads the same, in the same function, and so on.
    number: int = 1

    @property
    def name(self) -> str:
        """Return its name in the list of survivors."""
        again = f" ({self.number})" if self.number > 1 else ""
        return f"{self.file}: {self.function}: {self.before} -> {self.after}{again}"


def packages() -> dict[str, list[Path]]:
    """The modules of each package of ``conformance``, of its own as ``conformance``."""
    found: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        package, *inner = path.relative_to(PACKAGE).parts
        found.setdefault(package if inner else "conformance", []).append(path)
    return found


def mutants_of(
    path: Path, home: Path = HOME, functions: Container[str] | None = None
) -> Iterator[CodeMutant]:
    """Every mutant of a module, or of some ``functions`` of it, in the order of its lines."""
    source = path.read_text("utf-8")
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    visitor = _Visitor(functions)
    wrapper.visit(visitor)
    file = path.relative_to(home).as_posix()
    seen: Counter[str] = Counter()
    for place in visitor.places:
        mutated = _replaced(wrapper.module, source, place)
        line, before, after = _change(source, mutated, place.at.start.line - 1)
        if before != after:
            mutant = CodeMutant(file, place.function, before, after, line, mutated)
            seen[mutant.name] += 1
            yield replace(mutant, number=seen[mutant.name])


@dataclass(frozen=True)
class _Place:
    node: cst.CSTNode
    mutated: cst.CSTNode
    function: str
    at: CodeRange


class _Visitor(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (WhitespaceInclusivePositionProvider,)

    def __init__(self, functions: Container[str] | None) -> None:
        super().__init__()
        self._functions = functions
        self.places: list[_Place] = []
        self._names: list[str] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if _left_out(node):
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._names.append(node.name.value)
        function = ".".join(self._names) or "module"
        if self._functions is not None and function not in self._functions:
            return True
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                self.places += [
                    _Place(node, mutated, function, self._at(node))
                    for mutated in operator(node)
                    if not _words(node, mutated)
                ]
        return True

    def _at(self, node: cst.CSTNode) -> CodeRange:
        at = self.get_metadata(WhitespaceInclusivePositionProvider, node)
        assert isinstance(at, CodeRange)
        return at

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._names.pop()


def _left_out(node: cst.CSTNode) -> bool:
    match node:
        case (
            cst.Annotation()
            | cst.If(test=cst.Name(value="TYPE_CHECKING"))
            | cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value="__all__"))])
            | cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString())
        ):
            return True
        case cst.Assign(
            targets=[cst.AssignTarget(target=cst.Name(value=name))], value=cst.Subscript()
        ):
            return name[0].isupper() and not name.isupper()
        case cst.Call(func=cst.Name(value=name)):
            return name in UNMUTATED_CALLS
        case cst.Arg(keyword=cst.Name(value=name)):
            return name in WORDS | OF_A_CLASS
        case cst.SimpleString():
            return " " in node.value
    return False


def _words(node: cst.CSTNode, mutated: cst.CSTNode) -> bool:
    """Return True if only words for people, or the case of an encoding, are changed."""
    match node, mutated:
        case cst.SimpleString(), cst.SimpleString():
            value = node.value.strip("\"'")
            return value in ENCODINGS and mutated.value.strip("\"'").lower() == value
        case cst.Call(), cst.Call():
            kept = [id(arg) for arg in mutated.args]
            changed = [arg for arg in node.args if id(arg) not in kept]
            return any(arg.keyword and arg.keyword.value in WORDS for arg in changed)
    return False


def _replaced(module: cst.Module, source: str, place: _Place) -> str:
    """The source with the mutated node in the place of the node."""
    if isinstance(place.node, cst.Match):  # whose lines need their indentation
        whole = module.deep_replace(place.node, place.mutated)
        assert isinstance(whole, cst.Module)
        return whole.code
    lines = source.splitlines(keepends=True)
    start, end = place.at.start, place.at.end
    head = "".join(lines[: start.line - 1]) + lines[start.line - 1][: start.column]
    tail = lines[end.line - 1][end.column :] + "".join(lines[end.line :])
    return head + module.code_for_node(place.mutated) + tail


def _change(source: str, mutated: str, first: int) -> tuple[int, str, str]:
    """Return the first line that differs, not before ``first``, as it was and as it is."""
    old, new = source.splitlines(), mutated.splitlines()
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    end = 0
    while end < min(len(old), len(new)) - first and old[-1 - end] == new[-1 - end]:
        end += 1
    return first + 1, _joined(old[first : len(old) - end]), _joined(new[first : len(new) - end])


def _joined(lines: Sequence[str]) -> str:
    return " ".join(line.strip() for line in lines)
