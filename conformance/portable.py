"""Paths that Windows, macOS and Linux all take, and that mean one file on each of them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from conformance.errors import TadpError

#: Characters of a path, at most: Windows takes 259, of which a user's own folder needs its part.
LONGEST = 140
#: Characters of one name that is made from something else.
_LONGEST_NAME = 60
_REMEDY = "make the corpus again: tadp fixtures build FOLDER"
#: Names that some system does not allow, and why; devices of Windows with any extension too.
_REFUSED = {
    r"(?:^|/)\.{0,2}(?:/|$)": "is not a path inside the folder",
    r'[<>:"|?*\\\x00-\x1f\x7f-\x9f\ud800-\udfff]': "has a character that Windows does not take",
    r"[. ](?:/|$)": "ends a name with a full stop or a space, which Windows drops",
    r"(?i:(?:^|/)(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$) *(?:[./]|$))": (
        "has a name that Windows keeps for a device"
    ),
}
_ANY = re.compile("|".join(_REFUSED))


def problem(path: str, longest: int = LONGEST) -> str | None:
    """Return why some system does not take the relative ``path``, or None if all take it."""
    if len(path) > longest:
        return f"is longer than {longest} characters"
    if not _ANY.search(path):
        return None
    return next(why for pattern, why in _REFUSED.items() if re.search(pattern, path))


def clash(paths: Iterable[str]) -> tuple[str, str] | None:
    """Return two of ``paths`` that some system takes for one, or None.

    They, or folders that they are in, differ in the case of letters or in how accents are encoded.
    """
    seen: dict[str, str] = {}
    known = {""}
    for path in paths:
        while path not in known:
            other = seen.setdefault(folded(path), path)
            if other != path:
                return other, path
            known.add(path)
            path = path.rpartition("/")[0]  # noqa: PLW2901 - the folders that it is in
    return None


def folded(path: str) -> str:
    """Return what is the same for all paths that some system takes for ``path``."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold())


def require_portable(paths: Iterable[str], where: str, longest: int = LONGEST) -> None:
    """Refuse paths that some system does not take, or takes for one another.

    Raises:
        TadpError: one of ``paths`` is such; ``where`` says what lists them.
    """
    listed = list(paths)
    for path in listed:
        trouble = problem(path, longest)
        if trouble:
            raise TadpError(f"{path!r} {trouble}", where=where, remedy=_REMEDY)
    both = clash(listed)
    if both:
        raise TadpError(
            f"{both[0]!r} and {both[1]!r} are one file on some systems", where=where, remedy=_REMEDY
        )


def name_for(text: str) -> str:
    """Return a name, without ``/``, that every system takes and that reads like ``text``."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", plain).strip("-") or "unnamed"
    return name if problem(name, _LONGEST_NAME) is None else shortened(name, _LONGEST_NAME, text)


def shortened(path: str, length: int, whole: str) -> str:
    """Return the start of ``path``, and the digest that keeps it apart from other paths.

    The digest is that of ``whole``; together they have at most ``length`` characters.
    """
    digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{path[: max(0, length - 9)].rstrip('-./')}-{digest}"


class Names:
    """Names that stay apart on every system."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, text: str) -> str:
        """Return a name for ``text`` that no earlier text has."""
        name = name_for(text)
        if folded(name) in self._taken:
            name = shortened(name, _LONGEST_NAME, text)
        self._taken.add(folded(name))
        return name
