"""The description of the API, as OpenAPI 3.1 has it, made of the operations."""

from __future__ import annotations

from typing import Any

from conformance.desk.operation import OPERATIONS, FileField, Operation, TextField
from conformance.desk.problem import MEDIA
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
#: When a request has no answer.
_PROBLEMS = {
    "400": "A field is missing, unknown or given twice, or a file has a name that cannot be used.",
    "401": "The token is missing or wrong.",
    "403": "A page of another site asked.",
    "406": "There is no answer of that media type.",
    "408": "It was sent too slowly.",
    "413": "More was sent than is taken.",
    "415": "It was not sent as multipart/form-data.",
    "422": "The command could not be carried out, or something in the sheet is to be changed.",
    "500": "A fault of tadp itself.",
    "503": "Too many requests are waiting; Retry-After says when to ask again.",
    "504": "It took too long.",
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
        "paths": {f"/api/{one.name}": {"post": _operation(one)} for one in OPERATIONS.values()},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": _PROBLEM},
        },
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
                "content": {answer.media: {} for answer in one.answers},
            },
            **{
                status: {
                    "description": about,
                    "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
                for status, about in _PROBLEMS.items()
            },
        },
    }


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
