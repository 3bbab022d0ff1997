"""Errors of a JSON Schema, in words for the author of the value."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from conformance.model.problem import MISSING, Path, Problem, printable
from conformance.phrases import counted

#: Types of JSON as they are written, in TOML and in JSON.
_TYPES = {
    "string": "text in quotes",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list in brackets",
    "object": "a table",
    "null": "null",
}
_OF_JSON = {"object": "an object in braces"}
#: The keyword of our schemas that says in words what a value has to be.
WANTED = "x-wanted"
#: The keyword with what to write instead of entries that somebody may look for in vain.
INSTEAD = "x-instead"
#: Keywords of a reference that count more than those of what it refers to.
_SAID_AT_REFERENCE = ("description", WANTED)
#: Keywords with alternatives, and those under which there is what depends on another value.
_ALTERNATIVES, _BRANCHES = ("oneOf", "anyOf"), frozenset({"then", "else"})
#: Keywords that lead into a part of a value.
_INTO = frozenset({"properties", "items", "additionalProperties", "propertyNames"})
#: Keywords about the parts of what they are at, so that several can be said of it.
_ABOUT_PARTS = frozenset({"additionalProperties", "required", "propertyNames"})
#: Characters of a value that are shown; longer ones are cut. Characters of a list of names.
_SHOWN, _LISTED = 60, 160


def problems(
    errors: Sequence[Any], schema: Mapping[str, Any], value: Any, *, toml: bool = True
) -> Iterator[Problem]:
    """Yield what is wrong with ``value`` by the ``errors`` that a validator of ``schema`` found.

    An entry whose value is wrong in several ways is one problem. ``toml`` says what the value is
    written in; otherwise it is JSON.
    """
    words, seen = _Words(schema, value, _TYPES if toml else {**_TYPES, **_OF_JSON}), set()
    unknown = [path_of(error, value) for error in errors if error.kind.name == "enum"]
    for error in errors:
        path = path_of(error, value)
        if _BRANCHES & {*error.schema_path} and any(one[:-1] == path for one in unknown):
            continue  # Other required entries depend on the one that is not known.
        for problem in words.of(error):
            key = (problem.path, error.kind.name in _ABOUT_PARTS and problem.what)
            if key not in seen:
                seen.add(key)
                yield problem


def path_of(error: Any, value: Any) -> Path:
    """Return where in ``value`` the ``error`` is; () if that is not known.

    The validator gives a name of digits as a number, such as 7 for "007", and no empty one.
    """
    return _found_at(value, tuple(error.instance_path)) or ()


def _found_at(value: Any, steps: Path) -> Path | None:
    if not steps:
        return ()
    first, *others = steps
    rest = tuple(others)
    below: list[tuple[str | int, Path]] = []
    match value:
        case list() if isinstance(first, int) and first < len(value):
            below = [(first, rest)]
        case Mapping() if first in value:
            below = [(str(first), rest)]
        case Mapping():
            numbers = re.compile(rf"\+?0*{re.escape(str(first))}")
            below = [(name, rest) for name in value if numbers.fullmatch(name)]
            below += [("", steps)] if "" in value else []
    for name, remaining in below:
        found = _found_at(value[name], remaining)
        if found is not None:
            return (name, *found)
    return None


def suggestion(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return what else could be meant by ``name``: the nearest of ``known``, or all if few.

    ``otherwise`` says where to find them where they are many.
    """
    names = list(known)
    close = difflib.get_close_matches(name[:_SHOWN], names, 3, 0.6)
    if close:
        return f"did you mean {' or '.join(close)}?"
    listed = ", ".join(names)
    return f"one of: {listed}" if names and len(listed) <= _LISTED else otherwise


def shown(value: Any) -> str:
    """Return a value as it is written, cut where it is long."""
    match value:
        case bool():
            text = "true" if value else "false"
        case str():
            text = printable(f'"{value}"')
        case Mapping():
            text = "a table of entries"
        case list():
            text = "a list"
        case None:
            text = "null"
        case _:
            text = str(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


class _Words:
    """The words for errors in ``value``, found by a validator of ``schema``."""

    def __init__(self, schema: Mapping[str, Any], value: Any, types: Mapping[str, str]) -> None:
        self._schema, self._value, self._types = schema, value, types

    def of(self, error: Any) -> Iterator[Problem]:
        kind, path = error.kind, path_of(error, self._value)
        around = self._at(error.evaluation_path)
        match kind.name:
            case "additionalProperties":
                for name in kind.unexpected:
                    right = around.get(INSTEAD, {}).get(name) or suggestion(
                        name, around.get("properties", {}), "leave it out"
                    )
                    yield Problem((*path, name), "there is no such entry", right)
            case "required":
                right = self._described(self._entry(error.evaluation_path, kind.property))
                yield Problem((*path, kind.property), MISSING, right)
            case "propertyNames":
                name = str(kind.error.instance)
                right = _joined(around.get(WANTED, ""), around)
                yield Problem((*path, name), "is not a name that an entry here can have", right)
            case "falseSchema":
                yield Problem(path, "does not go with the entries beside it", "leave it out")
            case name if name in _ALTERNATIVES:
                yield from self._alternatives(path, around[name], kind.context)
            case _:
                found = self._value
                for step in path:
                    found = found[step]
                what, right = self._said(kind, found)
                right = around.get(WANTED) or right
                yield Problem(path, what, _joined(right, around if path else {}))

    def _alternatives(
        self, path: Path, schemas: Sequence[Mapping[str, Any]], context: Sequence[Sequence[Any]]
    ) -> Iterator[Problem]:
        """Yield what is wrong where one of several ``schemas`` has to be kept to.

        That is what the alternatives lack that the value is meant to be, as its type shows.
        """
        names = [name for one in schemas for name in one.get("required", ())]
        if names and all(one.kind.name == "required" for errors in context for one in errors):
            what = "has none of" if all(context) else "has more than one of"
            yield Problem(path, f"{what} {', '.join(names)}", "give it one of them")
            return
        meant = [
            errors for errors in context if not any(self._is_about(one, path) for one in errors)
        ]
        if meant:
            for error in min(meant, key=len):
                yield from self.of(error)
            return
        said = [problem for errors in context for one in errors for problem in self.of(one)]
        rights = dict.fromkeys(one.right for one in said if one.path == path)
        yield Problem(path, said[0].what, "; or ".join(filter(None, rights)))

    def _is_about(self, error: Any, path: Path) -> bool:
        """Return True if ``error`` says that the value at ``path`` is another thing altogether."""
        return path_of(error, self._value) == path and error.kind.name in ("type", "enum", "const")

    def _said(self, kind: Any, found: Any) -> tuple[str, str]:  # noqa: C901, PLR0911, PLR0912 - a keyword each
        """Return what is wrong with a value by one keyword, and what would be right."""
        match kind.name:
            case "type":
                wanted = " or ".join(self._types[name] for name in kind.types)
                return f"{shown(found)} cannot be used here", f"write {wanted}"
            case "enum":
                return f"{shown(found)} is not known here", suggestion(
                    str(found), _texts(kind.options)
                )
            case "const":
                return f"{shown(found)} cannot be used here", f"write {shown(kind.expected_value)}"
            case "pattern" | "format":
                return f"{shown(found)} is not of the right form", _FORMATS.get(
                    getattr(kind, "format", ""), ""
                )
            case "minimum":
                return f"{shown(found)} is too small", f"at least {kind.limit}"
            case "maximum":
                return f"{shown(found)} is too large", f"at most {kind.limit}"
            case "minLength":
                return "the text is too short", f"at least {counted(kind.limit, 'character')}"
            case "maxLength":
                return f"{shown(found)} is too long", f"at most {counted(kind.limit, 'character')}"
            case "minItems":
                return "the list is too short", f"at least {counted(kind.limit, 'item')}"
            case "maxItems":
                return "the list is too long", f"at most {counted(kind.limit, 'item')}"
            case "minProperties":
                return "has too few entries", f"at least {counted(kind.limit, 'entry')}"
            case "maxProperties":
                return "says too much", f"at most {counted(kind.limit, 'entry')}"
            case "uniqueItems":
                written = Counter(json.dumps(one, sort_keys=True) for one in found)
                twice = json.loads(written.most_common(1)[0][0])
                return f"{shown(twice)} is listed twice", "leave one of them"
            case _:
                return f"{shown(found)} is not what goes here", ""

    def _described(self, schema: Any) -> str:
        """Return what an entry has to be that is not there."""
        schema = self._resolved(schema)
        return _joined(self._wanted(schema), schema)

    def _wanted(self, schema: Mapping[str, Any]) -> str:
        """Return how to write a value that ``schema`` allows."""
        match schema:
            case {"x-wanted": str(wanted)}:
                return wanted
            case {"const": value}:
                return f"write {shown(value)}"
            case {"enum": values}:
                return suggestion("", _texts(values))
            case {"type": str() | list() as types}:
                names = [types] if isinstance(types, str) else types
                return f"write {' or '.join(self._types[name] for name in names)}"
            case {"oneOf": alternatives} | {"anyOf": alternatives}:
                return "; or ".join(self._wanted(self._resolved(one)) for one in alternatives)
            case _:
                return "write a value"

    def _entry(self, steps: Sequence[str | int], name: str) -> Any:
        """Return the schema of the entry ``name`` of the table that ``steps`` lead to.

        What depends on another value says only that it is there, and the table what it is.
        """
        found = self._at(steps).get("properties", {}).get(name)
        while found is None:
            above = max((n for n, step in enumerate(steps[:-1]) if step in _BRANCHES), default=None)
            if above is None or _INTO & {*steps[above:-1]}:
                return {}
            steps = steps[: above + 1]
            if steps[-3:-2] == ["allOf"]:
                steps = steps[:-2]
            found = self._at(steps).get("properties", {}).get(name)
        return found

    def _at(self, steps: Sequence[str | int]) -> Mapping[str, Any]:
        """Return the schema that has the keyword at the end of the path ``steps``.

        An item without a description is described by its list.
        """
        around: Any = self._schema
        for step in steps[:-1]:
            above = around if isinstance(around, Mapping) else {}
            around = around if step == "$ref" else around[step]
            if isinstance(around, Mapping):
                around = self._resolved(around)
                if step == "items" and "description" in above:
                    around = {"description": above["description"], **around}
        return around if isinstance(around, Mapping) else {}

    def _resolved(self, schema: Any) -> Mapping[str, Any]:
        """Return a schema with what it refers to in place of the reference."""
        if not isinstance(schema, Mapping):
            return {}
        if "$ref" not in schema:
            return schema
        target: Any = self._schema
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        said = {key: schema[key] for key in _SAID_AT_REFERENCE if key in schema}
        return {**self._resolved(target), **said}


#: The right form of a text that must have a format of JSON Schema.
_FORMATS = {
    "date": "write a date as YYYY-MM-DD",
    "date-time": "write a date and time with its offset from UTC, such as 2026-01-31T09:30:00Z",
}


def _joined(wanted: str, schema: Mapping[str, Any]) -> str:
    """Return ``wanted`` and what the entry is."""
    return ". ".join(filter(None, (wanted, schema.get("description", "").removesuffix("."))))


def _texts(values: Iterable[Any]) -> list[str]:
    return [one if isinstance(one, str) else shown(one) for one in values]
