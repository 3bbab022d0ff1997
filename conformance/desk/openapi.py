"""The description of the API, as OpenAPI 3.1 has it, made of the operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.desk.notes import NOTES
from conformance.desk.operation import OPERATIONS, FileField, Operation, TextField
from conformance.desk.problem import MEDIA
from conformance.model.requirement import Kind
from conformance.version import __version__

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, in one line."},
        "lines": {
            "type": "array",
            "items": {"type": "string"},
            "description": "More of it: of a sheet, the cells to change.",
        },
    },
}
_NOTES = {
    "description": "What the command printed beside the answer, such as warnings; a line in each "
    "string. Left out where it printed nothing.",
    "content": {"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}},
}
_EVENTS = {
    "type": "object",
    "required": ["events"],
    "properties": {
        "events": {
            "type": ["array", "null"],
            "items": {"type": "object"},
            "description": "The latest first, each a line of the journal of tadp watch; null where "
            "no journal is shown.",
        }
    },
}
#: When a request has no answer.
_PROBLEMS = {
    "400": "A field is missing, unknown or given twice, or a file has a name that cannot be used.",
    "401": "The token is missing or wrong.",
    "403": "A page of another site asked.",
    "406": "There is no answer of that media type.",
    "408": "It was sent too slowly.",
    "413": "More was sent than is taken.",
    "415": "It was not sent as multipart/form-data.",
    "421": "It was sent to another name of the host.",
    "422": "The command could not be carried out, or something in the sheet is to be changed.",
    "500": "A fault of tadp itself.",
    "503": "Too many requests are waiting; Retry-After says when to ask again.",
    "504": "It took too long.",
    "507": "There is no room on the disk.",
}


def document() -> dict[str, Any]:
    """Return the description as an object for JSON."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "tadp desk",
            "version": __version__,
            "description": "Checks submissions under Appendix AA of the Smart Energy Code. Nothing "
            "that is sent is kept after the answer.",
        },
        "security": [{"token": []}],
        "paths": {
            **{f"/api/{one.name}": {"post": _operation(one)} for one in OPERATIONS.values()},
            "/api/journal": {"get": _journal()},
            "/api/report": {"get": _report()},
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": _PROBLEM},
        },
    }


def add_hints(
    described: dict[str, Any], operation: str, hints: Mapping[str, Mapping[Kind, str]]
) -> None:
    """Add what a person can answer to the fields of an operation that is ``described``."""
    body = described["paths"][f"/api/{operation}"]["post"]["requestBody"]
    fields = body["content"]["multipart/form-data"]["schema"]["properties"]
    for name, answers in hints.items():
        before = fields[name].get("x-hint")
        alike = len(set(answers.values())) == 1
        each = [text if alike else f"{kind.label}: {text}" for kind, text in answers.items()]
        fields[name]["x-hint"] = "; ".join(filter(None, [*dict.fromkeys(each), before]))
        fields[name]["x-hints"] = {
            kind.value: "; ".join(filter(None, [text, before])) for kind, text in answers.items()
        }


def _operation(one: Operation) -> dict[str, Any]:
    required = [f.name for f in one.files if f.required] + [t.name for t in one.texts if t.word]
    files = {f.name: _file(f) for f in one.files}
    # A file that may be absent is a file all the same; x-absent is what is sent in its place.
    fields = files | {t.name: _text(t) for t in one.texts if t.name not in files}
    form = {"type": "object", "properties": fields, "required": required}
    body = {"content": {"multipart/form-data": {"schema": form}}, "required": bool(required)}
    return {
        "operationId": one.name,
        "summary": one.about,
        **({"requestBody": body} if fields else {}),
        "responses": {
            "200": {
                "description": "The answer, in the form that Accept asks for.",
                "headers": {NOTES: _NOTES},
                "content": {answer.media: {} for answer in one.answers},
            },
            **{status: _problem(about) for status, about in _PROBLEMS.items()},
        },
    }


def _journal() -> dict[str, Any]:
    content = {"application/json": {"schema": _EVENTS}}
    problems = ("401", "403", "421", "507")
    return {
        "operationId": "journal",
        "summary": "The latest events of the journal of a watch that the desk shows.",
        "responses": {
            "200": {"description": "The events.", "content": content},
            **{status: _problem(_PROBLEMS[status]) for status in problems},
            "422": _problem("The file is not a journal of tadp watch."),
        },
    }


def _report() -> dict[str, Any]:
    source = {
        "name": "source",
        "in": "query",
        "required": True,
        "schema": {"type": "string"},
        "description": "The submission, as its line of the journal has it.",
    }
    return {
        "operationId": "report",
        "summary": "The report on a submission in the watched folder, if the watch wrote a page.",
        "parameters": [source],
        "responses": {
            "200": {"description": "The report.", "content": {"text/html": {}}},
            **{status: _problem(_PROBLEMS[status]) for status in ("401", "403", "421", "507")},
            "404": _problem("There is no such report, or no journal is shown."),
            "422": _problem("The file is not a journal of tadp watch."),
        },
    }


def _problem(about: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": about, "content": {MEDIA: {"schema": schema}}}


def _file(field: FileField) -> dict[str, Any]:
    one = {"type": "string", "format": "binary", "description": field.about, **_kinds(field)}
    if field.absent:
        one["x-absent"] = field.absent
    return {"type": "array", "items": one, "description": field.about} if field.many else one


def _text(field: TextField) -> dict[str, Any]:
    one: dict[str, Any] = {"type": "string", "description": field.about, **_kinds(field)}
    if field.offered:
        one["x-answers"] = list(field.offered)
    if field.hint:
        one["x-hint"] = field.hint
    if field.choices:
        one["enum"] = list(field.choices)
    return {"type": "array", "items": one} if field.many else one


def _kinds(field: FileField | TextField) -> dict[str, Any]:
    return {"x-kinds": list(field.kinds)} if field.kinds else {}
