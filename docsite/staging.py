"""The sources of the site: the pages as they are, what they link to, and the pages that are made."""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from docsite.api_page import api_page
from docsite.command_pages import command_pages
from docsite.model_pages import model_pages
from docsite.page import Page, page

#: Pages that are not in ``docs/``.
AROUND = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "fixtures/README.md")
_LINK = re.compile(r"(?<=\]\()(?![a-z]+:|[/#])([^)#\s]+)")


def stage(root: Path, sources: Path) -> None:
    """Put all that Sphinx reads into ``sources``, under the paths that it has in the repository."""
    for path in pages_of(root):
        text = (root / path).read_text("utf-8")
        Page(path, _LINK.sub(lambda m: _into_folder(root, path, m[1]), text)).write(sources)
        for link in linked(path, text):
            if (root / link).is_dir():
                _list_folder(root, link).write(sources)
            elif not link.endswith(".md"):
                _copy(root, link, sources)
    for folder in {link for path in pages_of(root) for link in _folders(root, path)}:
        for file in files_in(root, folder):
            _copy(root, file, sources)
    for made in generated():
        made.write(sources)
    for name in ("conf.py", "index.md", "site.css"):
        _copy(root / "docsite", name, sources)


def pages_of(root: Path) -> list[str]:
    """Return the paths of the pages that somebody wrote."""
    return [*AROUND, *sorted(f"docs/{path.name}" for path in (root / "docs").glob("*.md"))]


def generated() -> Iterator[Page]:
    """Yield the pages that are made."""
    yield from model_pages()
    yield from command_pages()
    yield api_page()


def linked(path: str, text: str) -> Iterator[str]:
    """Yield what a page links to in the repository, as paths from its root."""
    for match in _LINK.finditer(text):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(path), match[1]))


def _folders(root: Path, path: str) -> list[str]:
    text = (root / path).read_text("utf-8")
    return [link for link in linked(path, text) if (root / link).is_dir()]


def _into_folder(root: Path, path: str, link: str) -> str:
    """Return a link that leads to a page, where it led to a folder."""
    if (root / posixpath.dirname(path) / link).is_dir():
        return f"{link.rstrip('/')}/index.md"
    return link


def files_in(root: Path, folder: str) -> list[str]:
    """Return the files of a folder of the repository, by their paths from its root."""
    found = (path.relative_to(root) for path in (root / folder).rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in found if "__pycache__" not in path.parts)


def _list_folder(root: Path, folder: str) -> Page:
    """Return a page with the files of a folder, each to be downloaded."""
    links = (f"- [{file}](/{file})" for file in files_in(root, folder))
    made = page(f"{folder}/index.md", folder, links)
    return Page(made.path, f"---\norphan: true\n---\n{made.text}")


def _copy(root: Path, path: str, sources: Path) -> None:
    target = sources / path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(root / path, target)
