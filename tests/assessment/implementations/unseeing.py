"""Receivers for ``python:`` that give one answer to everything."""

from __future__ import annotations

from typing import Any


def accepts_everything(_: dict[str, Any]) -> dict[str, Any]:
    return {"outcome": "accepted"}


def rejects_everything(_: dict[str, Any]) -> dict[str, Any]:
    return {"outcome": "rejected"}
