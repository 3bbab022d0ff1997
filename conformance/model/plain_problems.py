"""All that a schema does not allow in a table, in plain words."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conformance.model.schema import Problem, printable, schema_of, validator

#: What a value of a type is called.
_TYPES = {
    "string": "a text in quotation marks",
    "array": "a list",
    "object": "a table",
    "boolean": "true or false",
}
#: What is said of a value that breaks one of these, whatever it is.
_SAID = {
    "minLength": "says too little",
    "minItems": "says too little",
    "minProperties": "says too little",
    "uniqueItems": "has an entry twice",
}
#: Characters of a value that a message shows, and names that it lists.
_SHOWN, _LISTED = 60, 80
Path = tuple[str | int, ...]


def problems(name: str, table: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield all that the schema ``name`` does not allow in ``table``.

    What is missing from one record is one problem, and comes after the others.

    Raises:
        ValueError: it is nested too deeply to be looked at, or has a value that is not JSON.
    """
    schema, missing = schema_of(name), dict[Path, list[str]]()
    for error in validator(name).iter_errors(table):
        if error.kind.name == "required":
            missing.setdefault(tuple(error.instance_path), []).append(error.kind.property)
        else:
            yield from (Problem(p, printable(m)) for p, m in _worded(error, schema))
    yield from (Problem(path, f"has no {', '.join(names)}") for path, names in missing.items())


def nearest(name: str, known: Iterable[str]) -> str:
    """Return what else could be meant by ``name``: the nearest of ``known``, or all if few."""
    names = list(known)
    close = difflib.get_close_matches(name[:_SHOWN], names, 3, 0.6)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"one of: {', '.join(names)}" if len(names) <= _LISTED else "see tadp clauses"


def _worded(error: Any, schema: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    kind, path = error.kind, tuple(error.instance_path)
    wanted: Any = schema
    for step in error.schema_path[:-1]:
        wanted = wanted[step]
    match kind.name:
        case name if name in _SAID:
            yield path, _SAID[name]
        case "additionalProperties":
            for name in kind.unexpected:
                yield (*path, name), f"is not known; {nearest(name, wanted['properties'])}"
        case "anyOf":
            yield path, f"has no {' or '.join(one['required'][0] for one in wanted['anyOf'])}"
        case "maxItems":
            yield path, f"has more than {kind.limit} entries"
        case "enum":
            yield path, f"is {_shown(error.instance)}; {nearest(str(error.instance), kind.options)}"
        case "format":
            yield path, f"is {_shown(error.instance)}, not a {kind.format} such as 2025-06-26"
        case "pattern":
            yield path, f"is {_shown(error.instance)}, not {wanted['description']}"
        case _:
            yield path, f"is {_shown(error.instance)}, not {_form(wanted)}"


def _form(schema: Mapping[str, Any]) -> str:
    """What a value has to be, in words."""
    if "oneOf" in schema:
        return " or ".join(_form(one) for one in schema["oneOf"])
    return _TYPES.get(schema.get("type", ""), "what is wanted here")


def _shown(value: Any) -> str:
    return printable(json.dumps(value, ensure_ascii=False, default=str), _SHOWN)
