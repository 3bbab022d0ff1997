"""JSON Schemas of the package, executed on what is loaded."""

from __future__ import annotations

from datetime import date, time
from functools import cache
from itertools import islice
from typing import Any

from msgspec.json import decode

from conformance.home import HOME
from conformance.model.problem import ENOUGH, Problem

#: The schemas of what is written in TOML.
_OF_TOML = frozenset(
    {"clause", "edition-file", "editions", "notes", "profile", "service-reference-variants"}
)

#: The entry of a profile in which its files are.
_FILES = "files"


@cache
def validator(name: str, *, files: bool = True) -> Any:
    """The compiled schema ``schemas/<name>.schema.json``.

    Without ``files``, that of a profile that has none of its own: most definitions are of what is
    in files, and so are the types of columns.
    """
    if files:
        return _compiled(schema_of(name))
    schema = _written(name)
    del schema["properties"][_FILES]
    return _compiled(schema)


def _compiled(schema: dict[str, Any]) -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


@cache
def schema_of(name: str) -> dict[str, Any]:
    """Return the schema ``schemas/<name>.schema.json``, with what it takes from elsewhere."""
    schema = _written(name)
    if name == "profile":
        from conformance.model.types.registry import with_types

        with_types(schema)
    if name == "edition-file":
        from conformance.model.edition_schema import with_records

        with_records(schema, schema_of("clause"), schema_of("editions"), schema_of("notes"))
    return schema


def _written(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = decode((HOME / "schemas" / f"{name}.schema.json").read_bytes())
    return schema


def allows(name: str, value: Any, part: str | None = None) -> bool:
    """Return True if the schema ``name``, or what it calls ``part``, allows ``value``."""
    try:
        judge = validator(name) if part is None else _part(name, part)
        return bool(judge.is_valid(value))
    except ValueError:  # half a character, or more levels than it looks at
        return False


@cache
def _part(name: str, part: str) -> Any:
    definitions = schema_of(name)["$defs"]
    return _compiled({"$ref": f"#/$defs/{part}", "$defs": definitions})


def problems(name: str, value: Any) -> list[Problem]:
    """Return all that the schema ``name`` does not allow in ``value``, or the first of very much.

    What cannot be written in JSON, such as half a character, is not allowed either. A problem
    without a path says that other parts were not looked at, or not all of them.
    """
    try:
        small = name == "profile" and isinstance(value, dict) and _FILES not in value
        found = list(islice(validator(name, files=not small).iter_errors(value), ENOUGH + 1))
    except UnicodeEncodeError:
        return [Problem((), "has half a character, which is not text")]
    except ValueError as error:
        # It says in words of its own that it looks at 255 levels and no more.
        deep = "ecursion" in str(error)
        return [
            Problem((), "is nested too deeply" if deep else "has a value that no entry can have")
        ]
    if not found:
        return []
    # Most documents have nothing wrong, and need no words for it.
    from conformance.model.schema_words import problems as worded

    # One error can be about any number of entries, and several about one.
    in_words = worded(found[:ENOUGH], schema_of(name), value, toml=name in _OF_TOML)
    listed = list(islice(in_words, ENOUGH + 1))
    if len(found) <= ENOUGH and len(listed) <= ENOUGH:
        return listed
    return [*listed[:ENOUGH], Problem((), "has more errors than are listed", "fix these first")]


def plain(value: Any) -> Any:
    """Return a value of TOML as JSON has it: dates and times as texts."""
    match value:
        case dict():
            return {name: plain(one) for name, one in value.items()}
        case list():
            return [plain(one) for one in value]
        case date() | time():
            return value.isoformat()
        case _:
            return value
