"""The sources of the site: pages as they are, what they link to, and pages that are made."""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from docsite.api_page import api_page
from docsite.command_pages import command_pages
from docsite.model_pages import model_pages
from docsite.page import Page, page

#: Pages that are not in ``docs/``.
AROUND = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "fixtures/README.md")
_LINK = re.compile(r"(?<=\]\()(?![a-z]+:|[/#])([^)#\s]+)")


def stage(root: Path, sources: Path) -> None:
    """Put all that Sphinx reads into ``sources``, under the paths that it has in the repository."""
    wanted: set[str] = set()
    for path in pages_of(root):
        text = (root / path).read_text("utf-8")
        Page(path, _into_folders(root, path, text)).write(sources)
        wanted.update(linked(path, text))
    for link in wanted:
        if (root / link).is_dir():
            _list_folder(root, link).write(sources)
        for file in files_in(root, link):
            if not file.endswith(".md"):
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


def _into_folders(root: Path, path: str, text: str) -> str:
    """Return the text of a page, with links to the pages of folders in place of folders."""
    here = (root / path).parent
    return _LINK.sub(
        lambda link: f"{link[1].rstrip('/')}/index.md" if (here / link[1]).is_dir() else link[1],
        text,
    )


def files_in(root: Path, folder: str) -> list[str]:
    """Return the files right in a folder, or the one file that it is, by paths from the root."""
    inside = [root / folder, *(root / folder).glob("*")]
    return sorted(path.relative_to(root).as_posix() for path in inside if path.is_file())


def _list_folder(root: Path, folder: str) -> Page:
    """Return a page with the files of a folder, each to be downloaded, and the folders in it."""
    links = [f"- [{file}](/{quote(file)})" for file in files_in(root, folder)]
    below = sorted(path.name for path in (root / folder).iterdir() if path.is_dir())
    made = page(f"{folder}/index.md", folder, [*links, *(f"- `{name}/`" for name in below)])
    return Page(made.path, f"---\norphan: true\n---\n{made.text}")


def _copy(root: Path, path: str, sources: Path) -> None:
    target = sources / path
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(root / path, target)
