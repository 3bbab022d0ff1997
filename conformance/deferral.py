"""Modules that libraries import for what this program does not do, loaded only when first used.

Together they take almost as long as Python takes to start. Each is imported by its name alone, so
that a module with nothing in it yet can take its place (``importlib.util.LazyLoader``).
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import cast

#: Each with what imports it.
DEFERRED = frozenset(
    {
        "calendar",  # email.utils, for cryptography.x509
        "cryptography.hazmat.primitives.constant_time",  # cryptography.x509
        "email.base64mime",
        "email.errors",
        "email.quoprimime",
        "jsonschema_rs.canonical",  # jsonschema_rs
        "msgspec.inspect",  # msgspec
        "msgspec.msgpack",
        "msgspec.toml",
        "msgspec.yaml",
        "ntpath",  # pathlib
        "socket",  # email.utils
        "textwrap",  # msgspec, and our own texts, which a short report has none of
    }
)


class _Finder:
    """Finds the modules that are deferred, before any other finder does."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name in DEFERRED else None
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def defer() -> None:
    """Defer them from now on, in a process in which one thread uses them.

    Python 3.11 lets a second thread use a module that the first is still loading.
    """
    sys.meta_path.insert(0, _Finder)


def import_msgspec() -> None:
    """Import msgspec without ``typing_extensions``, as where that is not installed.

    ``typing`` has all that msgspec wants of it in every Python that this runs on, and the import
    of the other takes as long as Python takes to start.
    """
    if "typing_extensions" not in sys.modules:
        sys.modules["typing_extensions"] = cast("ModuleType", None)  # its import fails
        import msgspec  # noqa: F401

        del sys.modules["typing_extensions"]
