"""Whatever a schema refuses is said in plain words, with its place and with what would be right."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from conformance.home import HOME
from conformance.model.problem import Path, Problem, named
from conformance.model.schema import problems, schema_of

NAMES = sorted(f.name.removesuffix(".schema.json") for f in (HOME / "schemas").iterdir())
#: Words of a JSON Schema validator, which only somebody who knows one understands.
OF_A_LIBRARY = re.compile(
    r"is not of type|required property|is not one of|does not match|valid under|schema|"
    r"dditional propert|was unexpected|was expected|non-unique|is longer than|is shorter than|"
    r"less than the m|greater than the m|is not a \"|has (less|more) than [0-9]+ (item|prop)|"
    r"\bNone\b|\bTrue\b|keyword|instance|validat|\^|\\S"
)
#: A value of each type that no schema lists.
OTHERS: Mapping[str, Any] = {
    "string": "~none of these~", "integer": -7, "boolean": True, "null": None,
    "array": ["~", "~"], "object": {"~unknown~": 1},
}  # fmt: skip
Step = str | int


class Walk:
    """All places of a schema, each with a document that leads there and is damaged there alone."""

    def __init__(self, name: str) -> None:
        self.schema = schema_of(name)
        self.tried: set[int] = set()
        #: Where what breaks one schema may fit another.
        self.alternatives: set[Path] = set()

    def damaged(self) -> Iterator[tuple[str, Path, Any]]:
        """Yield the keyword, the path to what is wrong, and a document."""
        condition = self.schema.get("if", {}).get("properties", {})
        chosen = {key: one["const"] for key, one in condition.items() if "const" in one}
        for branch, beside in ((self.schema, {}), (self.schema.get("then", {}), chosen),
                               (self.schema.get("else", {}), {})):  # fmt: skip
            for path, schema in self.places(branch, ()):
                for keyword, value in broken(schema):
                    document = around(path, value)
                    if isinstance(document, dict):
                        document = {**beside, **document}
                    yield keyword, path, document

    def places(self, schema: Any, path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        while "$ref" in schema:
            target: Any = self.schema
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            schema = target
        if id(schema) in self.tried:
            return
        self.tried.add(id(schema))
        yield path, schema
        for key, one in schema.get("properties", {}).items():
            if isinstance(one, Mapping):
                yield from self.places(one, (*path, key))
        if isinstance(schema.get("additionalProperties"), Mapping):
            yield from self.places(schema["additionalProperties"], (*path, "any"))
        if isinstance(schema.get("items"), Mapping):
            yield from self.places(schema["items"], (*path, 0))
        for one in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
            self.alternatives.add(path)
            yield from self.places(one, path)


#: Values that break a keyword, by what it says and by the schema that has it.
BREAKING: Mapping[str, Callable[[Any, Mapping[str, Any]], list[Any]]] = {
    "type": lambda types, _: [
        value
        for name, value in OTHERS.items()
        if name not in types and not (name == "integer" and "number" in types)
    ],
    "enum": lambda values, _: [
        OTHERS[name] for name in ("string", "object", "null") if OTHERS[name] not in values
    ],
    "const": lambda _, __: [OTHERS["string"], OTHERS["object"], OTHERS["null"]],
    "pattern": lambda pattern, _: [v for v in ("\x7f ~", "\0", "") if not re.search(pattern, v)],
    "format": lambda _, __: ["tomorrow"],
    "minimum": lambda limit, _: [limit - 1],
    "maximum": lambda limit, _: [limit + 1],
    "minLength": lambda limit, _: ["x" * (limit - 1)],
    "maxLength": lambda limit, _: ["x" * (limit + 1)],
    "minItems": lambda limit, _: [[0] * (limit - 1)],
    # The longest are left out, as the test would take a minute.
    "maxItems": lambda limit, _: [[0] * (limit + 1)] if limit <= 10_000 else [],
    "minProperties": lambda _, __: [{}],
    "uniqueItems": lambda _, __: [["twice", "twice"]],
    "propertyNames": lambda _, __: [{"~": 1}],
    "required": lambda names, _: [{}] if names else [],
    "additionalProperties": lambda allowed, schema: (
        [{f"{name}x": 1, "~unknown~": 1} for name in [*schema["properties"]][:1]]
        if allowed is False
        else []
    ),
}


def broken(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each keyword of one place with values that break it."""
    for keyword in schema.keys() & BREAKING.keys():
        for value in BREAKING[keyword](schema[keyword], schema):
            yield keyword, value


def around(path: Path, value: Any) -> Any:
    for step in reversed(path):
        value = [value] if isinstance(step, int) else {step: value}
    return value


@pytest.mark.parametrize("name", NAMES)
def test_a_refusal_by_a_schema_is_in_plain_words(name: str) -> None:
    kinds = set()
    walk = Walk(name)
    for keyword, path, document in walk.damaged():
        kinds.add(keyword)
        found = problems(name, document)
        here = [one for one in found if one.path[: len(path)] == path]
        assert here or path in walk.alternatives, (keyword, document, found)
        for one in found:
            said = " ".join((named(document, one.path), one.what, one.right))
            assert OF_A_LIBRARY.search(said) is None, (keyword, said)
            assert one.what, (keyword, document)
            assert said.isprintable()
            assert len(said) < 900
        for one in here:
            assert one.right or "~" in str(one.path), (keyword, path, document, one)
    assert {"type", "required"} <= kinds


@pytest.mark.parametrize("name", NAMES)
def test_each_keyword_of_a_schema_is_tried_above_or_makes_no_difference_to_words(
    name: str,
) -> None:
    known = {
        *BREAKING, "properties", "items", "oneOf", "anyOf", "allOf", "if", "then", "else", "$ref",
        "$defs", "$id", "$schema", "title", "description", "x-instead", "x-wanted",
        "contentEncoding",
    }  # fmt: skip

    def keywords(schema: Any) -> Iterator[str]:
        if not isinstance(schema, Mapping):
            return
        yield from schema
        for key, one in schema.items():
            if key in ("properties", "$defs"):
                for inner in one.values():
                    yield from keywords(inner)
            elif isinstance(one, Mapping) and key != "x-instead":
                yield from keywords(one)
            elif isinstance(one, list):
                for inner in one:
                    yield from keywords(inner)

    assert {*keywords(schema_of(name))} <= known


SUBMISSION = {"submission": 1, "kind": "adt"}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (
            {"submision": 1, "kind": "adt"},
            [
                "submision: there is no such entry (did you mean submission?)",
                "submission: is missing (write 1. Version of this format)",
            ],
        ),
        (
            {**SUBMISSION, "signature": 5},
            [
                "signature: 5 cannot be used here (write text in quotes. A file of the submission, "
                "relative to this one; it may not leave the submission; or write null)"
            ],
        ),
        (
            {**SUBMISSION, "references": {"smsr": {"number": "", "raisedat": 1}}},
            [
                "references.smsr.raisedat: there is no such entry (did you mean raised_at?)",
                "references.smsr.number: the text is too short (at least 1 character)",
            ],
        ),
        (
            {**SUBMISSION, "attestations": [{"requirement": "x", "by": "y"}, {"by": []}]},
            [
                "attestations.2.by: a list cannot be used here (write text in quotes)",
                "attestations.2.requirement: is missing (write text in quotes)",
            ],
        ),
        (
            {**SUBMISSION, "quarantine": {"advice": {"a": "Relase"}, "set_by": None}},
            [
                'quarantine.advice.a: "Relase" is not known here (did you mean Release?)',
                "quarantine.set_by: null is not known here (one of: user, dcc. Who set the "
                "threshold that was exceeded)",
            ],
        ),
        ([], ["a list cannot be used here (write an object in braces)"]),
    ],
)
def test_errors_of_a_manifest_are_said_all_at_once(document: Any, said: list[str]) -> None:
    found = sorted(one.line(document) for one in problems("submission", document))
    assert found == sorted(said)


def test_a_table_is_listed_twice_in_whatever_order_its_entries_are() -> None:
    listed = ["cms-detached", {"a": 1, "b": 2}, {"b": 2, "a": 1}]
    found = problems("profile", {"signature": {"containers": listed}})
    (whole,) = (one for one in found if one.path == ("signature", "containers"))
    assert whole.what == "a table of entries is listed twice"


def test_a_table_of_toml_is_called_a_table() -> None:
    (found,) = (p for p in problems("editions", {"edition": [1]}) if p.path == ("edition", 0))
    assert found == Problem(("edition", 0), "1 cannot be used here", "write a table")


def test_a_damaged_entry_of_a_report_is_named_by_its_number_from_1() -> None:
    text = json.dumps({"submissions": [{"requirements": [{"findings": [{"record": 0}]}]}]})
    document = json.loads(text)
    said = [one.line(document) for one in problems("report", document)]
    assert any(one.startswith("submissions.1.requirements.1.findings.1.record: 0 ") for one in said)


def conditions(root: Mapping[str, Any], schema: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the places of a schema with what depends on other values, and such a value."""
    if not isinstance(schema, Mapping) or len(path) > 9:
        return
    for key, one in schema.get("if", {}).get("properties", {}).items():
        for value in (one.get("const"), *one.get("enum", ()), "~"):
            yield path, {key: value}
    target: Any = root
    for step in schema.get("$ref", "").removeprefix("#/").split("/") if "$ref" in schema else ():
        target = target[step]
    below = [(one, path) for one in (*schema.get("allOf", ()), schema.get("then"))]
    below += [(target, path)] if target is not root else []
    below += [(one, (*path, key)) for key, one in schema.get("properties", {}).items()]
    for one, longer in (*below, (schema.get("items"), (*path, 0))):
        yield from conditions(root, one, longer)


@pytest.mark.parametrize("name", NAMES)
def test_a_condition_on_another_value_is_in_plain_words(name: str) -> None:
    root = schema_of(name)
    for path, value in conditions(root, root):
        document = around(path, value)
        for one in problems(name, document):
            said = " ".join((named(document, one.path), one.what, one.right))
            assert OF_A_LIBRARY.search(said) is None, said
            assert one.right or "~" in said, said
