"""Files that were sent, and where they are put while a request lasts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path

from msgspec import Struct

from conformance.desk.operation import INPUTS, FileField, Operation, TextField, Texts
from conformance.desk.problem import ProblemError
from conformance.portable import problem
from conformance.report.visible import visible_text

#: Characters of a name with its folders, at most.
LONGEST = 400
#: Bytes of a file's or a folder's own name, at most: no system takes more.
LONGEST_PART = 255
#: Characters of a name in a message.
SHOWN = 100


class Sent(Struct, frozen=True):
    """The form that was sent: the texts, and the files of each field, below ``home``."""

    home: Path
    texts: Texts
    files: dict[str, tuple[str, ...]]


def place_for(home: Path, name: str) -> Path:
    """Return where a file called ``name`` goes below ``home``; folders in it are made.

    Raises:
        ProblemError: not every system takes the name, or it leads elsewhere, or it is taken.
    """
    why = problem(name, LONGEST)
    if why is not None:
        raise _misnamed(name, why)
    parts = name.split("/")
    if any(len(part.encode()) > LONGEST_PART for part in parts):
        raise _misnamed(name, f"has a part of more than {LONGEST_PART} bytes")
    taken = "another file or folder has this name"
    path = home.joinpath(*parts)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise _misnamed(name, taken) from None
    if path.exists():
        raise _misnamed(name, taken)
    return path


def require_fields(operation: Operation, sent: Sent) -> None:
    """Refuse fields that ``operation`` does not have, and those that it lacks.

    Raises:
        ProblemError: there is one.
    """
    names = [field.name for field in operation.files] + [t.name for t in operation.texts]
    every = dict.fromkeys(names)
    _require_known("field for files", (operation.files, every), sent.files)
    _require_known("field", (operation.texts, every), sent.texts)
    for text in operation.texts:
        if text.choices and not set(sent.texts.get(text.name, ())) <= set(text.choices):
            raise _refused(f"{text.name} is one of {', '.join(text.choices)}")
    both = sorted(sent.files.keys() & sent.texts.keys())
    if both:
        raise _refused(f"{both[0]} is a file or text, and not both")
    missing = [f.name for f in operation.files if f.required and f.name not in sent.files]
    missing += [t.name for t in operation.texts if t.word and t.name not in sent.texts]
    missing += [f.beside for f in operation.files if f.name in sent.files and f.beside]
    missing = [name for name in dict.fromkeys(missing) if name not in sent.files]
    if missing:
        raise _refused(f"nothing was sent for {' and '.join(missing)}")


def _require_known(
    what: str,
    there: tuple[Sequence[FileField | TextField], Iterable[str]],
    given: Mapping[str, Sequence[str]],
) -> None:
    fields, every = there
    known = {field.name: field for field in fields}
    names = f"; there are {', '.join(every)}" if every else ""
    for name, values in given.items():
        if name not in known:
            raise _refused(f"there is no {what} called {name!r}{names}")
        if len(values) > 1 and not known[name].many:
            raise _refused(f"{name} takes one {'file' if what != 'field' else 'value'}")


def _misnamed(name: str, why: str) -> ProblemError:
    return _refused(f"{visible_text(name, SHOWN)}: {why} (rename it)")


def _refused(detail: str) -> ProblemError:
    return ProblemError(HTTPStatus.BAD_REQUEST, detail)


def as_words(field: FileField, names: Sequence[str]) -> list[str]:
    """Return the words of a command for the files ``names`` of ``field``."""
    if field.beside:
        return []
    if field.folder != INPUTS:
        return [f"--{field.name}=../{field.folder}/{name}" for name in names]
    if field.many:
        # Together, so that signatures are found beside their files and folders as a whole.
        names = names if len(names) == 1 and "/" not in names[0] else ["."]
    paths = [f"./{name}" if name.startswith("-") else name for name in names]
    return paths if field.required else [f"--{field.name}={path}" for path in paths]
