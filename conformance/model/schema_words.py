"""What a JSON Schema does not allow, in words for who wrote the value."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from conformance.model.profile_problem import MISSING, Problem

#: Types of JSON as TOML has them.
_TYPES = {
    "string": "text in quotes",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list in brackets",
    "object": "a table",
    "null": "nothing",
}
#: The keyword of our schemas that says in words what a value has to be.
WANTED = "x-wanted"
#: Values that are shown; longer ones are cut.
_SHOWN = 60


def problems(errors: Sequence[Any], schema: Mapping[str, Any], value: Any) -> Iterator[Problem]:
    """Yield what is wrong with ``value`` by the ``errors`` that a validator of ``schema`` found.

    An entry whose value is wrong in several ways is one problem.
    """
    seen = set()
    unknown = [tuple(error.instance_path) for error in errors if error.kind.name == "enum"]
    for error in errors:
        steps, path = list(error.schema_path), tuple(error.instance_path)
        if _BRANCHES & {*steps} and any(one[:-1] == path for one in unknown):
            continue  # What else it needs depends on what is not known.
        for problem in _worded(error, schema, value):
            key = (problem.path, error.kind.name in _ABOUT_PARTS and problem.what)
            if key not in seen:
                seen.add(key)
                yield problem


#: Keywords under which there is what a value needs because of another one.
_BRANCHES = frozenset({"then", "else"})
#: Keywords that are about the parts of what they are at, so that several can be said of it.
_ABOUT_PARTS = frozenset({"additionalProperties", "required"})


def _worded(error: Any, schema: Mapping[str, Any], value: Any) -> Iterator[Problem]:
    path = tuple(error.instance_path)
    found = _at(value, path)
    steps = list(error.schema_path)
    around = _schema_at(schema, steps[:-1])
    kind = error.kind
    match kind.name:
        case "additionalProperties":
            known = _known(around)
            for name in kind.unexpected:
                yield Problem((*path, name), "there is no such entry", _instead(name, known))
        case "required":
            wanted = around.get("properties", {}).get(kind.property, {})
            yield Problem((*path, kind.property), MISSING, _described(wanted))
        case "oneOf":
            names = [name for one in around.get("oneOf", ()) for name in one.get("required", ())]
            what = "has both" if all(name in found for name in names) else "has none"
            yield Problem(path, f"{what} of {' and '.join(names)}", "give it one of them")
        case _:
            what, right = _said(kind, found)
            yield Problem(path, what, around.get(WANTED) or right)


def _instead(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, 1)
    return f"did you mean {close[0]}?" if close else f"entries here: {', '.join(known)}"


def _known(schema: Mapping[str, Any]) -> list[str]:
    return list(schema.get("properties", {}))


def _described(schema: Any) -> str:
    if not isinstance(schema, Mapping):
        return ""
    if WANTED in schema:
        return str(schema[WANTED])
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum']))}"
    if isinstance(schema.get("type"), str):
        return _TYPES[schema["type"]]
    return ""


def shown(value: Any) -> str:
    """Return a value as TOML writes it, cut where it is long."""
    match value:
        case bool():
            text = "true" if value else "false"
        case str():
            text = "".join(c if c.isprintable() else " " for c in f'"{value}"')
        case Mapping():
            return "a table"
        case list():
            return "a list"
        case _:
            text = str(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _said(kind: Any, found: Any) -> tuple[str, str]:  # noqa: C901, PLR0911, PLR0912 - a keyword each
    """Return what is wrong with a value by one keyword, and what would be right."""
    match kind.name:
        case "type":
            return (
                f"{shown(found)} cannot be used here",
                "write " + " or ".join(_TYPES[name] for name in kind.types),
            )
        case "enum":
            return (
                f"{shown(found)} is not known here",
                f"one of {', '.join(map(str, kind.options))}",
            )
        case "pattern" | "format":
            return f"{shown(found)} is not of the right form", ""
        case "minimum":
            return f"{shown(found)} is too small", f"at least {kind.limit}"
        case "maximum":
            return f"{shown(found)} is too large", f"at most {kind.limit}"
        case "minLength":
            return "the text is empty", "write something, or leave the entry out"
        case "maxLength":
            return f"{shown(found)} is too long", f"at most {kind.limit} characters"
        case "minItems":
            return "the list is empty", "list one at least"
        case "maxItems":
            return "the list is too long", f"at most {kind.limit}"
        case "minProperties":
            return "the table is empty", "give it one entry at least"
        case "uniqueItems":
            return f"{_twice(found)} is listed twice", "leave one of them"
        case "falseSchema":
            return "does not go with the entries beside it", "leave it out"
        case _:
            return f"{shown(found)} is not what goes here", ""


def _twice(items: Any) -> str:
    if not isinstance(items, list):
        return "something"
    return next((shown(one) for n, one in enumerate(items) if one in items[:n]), "something")


def _at(value: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        value = value[step]
    return value


def _schema_at(schema: Any, steps: Sequence[str | int]) -> Mapping[str, Any]:
    """Return the schema that has the keyword, as far as the path to it is there."""
    for step in steps:
        try:
            schema = schema[int(step) if isinstance(schema, list) else step]
        except (KeyError, IndexError, TypeError, ValueError):
            return {}
    return schema if isinstance(schema, Mapping) else {}
