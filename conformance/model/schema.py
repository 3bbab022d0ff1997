"""JSON Schemas of the package, executed on what is loaded."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema_rs
from msgspec import Struct

from conformance.home import HOME


class Problem(Struct, frozen=True):
    """The first thing that a schema does not allow: where (steps from the root) and what."""

    path: tuple[str | int, ...]
    message: str

    def __str__(self) -> str:
        path = ".".join(str(step) for step in self.path)
        return f"{path}: {self.message}" if path else self.message


@cache
def validator(name: str) -> Any:
    """The compiled schema ``schemas/<name>.schema.json``."""
    return jsonschema_rs.Draft202012Validator(schema_of(name), validate_formats=True)


def schema_of(name: str) -> dict[str, Any]:
    """Return the schema ``schemas/<name>.schema.json``, with what it takes from elsewhere."""
    text = (HOME / "schemas" / f"{name}.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    if name == "profile":
        from conformance.model.types.registry import with_types

        with_types(schema)
    return schema


def errors(name: str, value: Any) -> list[Any]:
    """Return what the validator of the schema ``name`` finds in ``value``.

    Raises:
        ValueError: it is nested too deeply, or holds half a character, which no JSON can.
    """
    return list(validator(name).iter_errors(value))


def problem(name: str, value: Any) -> Problem | None:
    """The first thing in ``value`` that the schema ``name`` does not allow, if anything.

    What no JSON is, such as half a character or a date of TOML, is not allowed either.
    """
    try:
        for error in validator(name).iter_errors(value):
            return Problem(tuple(error.instance_path), printable(error.message))
    except UnicodeEncodeError:
        return Problem((), "has half a character, which is no text")
    except ValueError as error:
        # It says in words of its own that it looks at 255 levels and no more.
        deep = "ecursion" in str(error)
        return Problem((), "is nested too deeply" if deep else printable(str(error)))
    return None


def printable(text: str, width: int = 200) -> str:
    """``text`` on one line of at most ``width``, without anything that a terminal would obey.

    What is too long is cut in the middle: the end of a message often says what is wrong.
    """
    plain = "".join(c if c.isprintable() else " " for c in text)
    if len(plain) <= width:
        return plain
    head = (width - 3) // 2
    return f"{plain[:head]}...{plain[len(plain) - (width - 3 - head) :]}"
