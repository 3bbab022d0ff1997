"""The site has a page for all there is; ``tox -e docs`` builds it."""

from __future__ import annotations

import inspect
import re
from importlib.metadata import entry_points
from pathlib import Path
from urllib.parse import unquote

import pytest

import conformance
from conformance.checks import CHECKS
from conformance.checks.catalogue import shipped_catalogue
from conformance.cli import COMMANDS, GROUP
from docsite.api_page import api_page
from docsite.model_pages import requirement_path
from docsite.offline import from_elsewhere
from docsite.page import Page
from docsite.staging import generated, pages_of, stage

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made() -> dict[str, Page]:
    return {page.path: page for page in generated()}


def test_each_public_name_is_documented() -> None:
    page = api_page().text
    for name in conformance.__all__:
        value = getattr(conformance, name)
        assert f":: conformance.{name}\n" in page
        assert value.__dict__.get("__doc__") if inspect.isclass(value) else value.__doc__, name
        for called, member in vars(value).items():
            if not called.startswith("_") and (callable(member) or isinstance(member, property)):
                assert member.__doc__, f"{name}.{called}"


def test_each_requirement_note_check_and_command_has_a_page(made: dict[str, Page]) -> None:
    model = shipped_catalogue()
    requirements = {requirement_path(r.id) for r in model.requirements()}
    notes = {f"reference/notes/{name}.md" for name in model.notes}
    checks = {f"reference/checks/{name}.md" for name in CHECKS}
    names = [*COMMANDS, *(point.name for point in entry_points(group=GROUP))]
    commands = {f"reference/commands/{name}.md" for name in names}
    lists = {f"reference/{name}.md" for name in ("requirements", "notes", "checks", "commands")}
    assert set(made) == requirements | notes | checks | commands | lists | {"reference/api.md"}


def test_a_page_says_what_the_model_says(made: dict[str, Page]) -> None:
    text = made["reference/requirements/3.4b-2.md"].text
    assert text.startswith("# 3&#46;4(b)-2\n")
    assert "| Checked by | [signature-verifies](/reference/checks/signature-verifies.md) |" in text
    assert "- `3.4(b)-2/" in text


def test_a_control_character_is_escaped_and_a_command_is_shown_as_code(
    made: dict[str, Page],
) -> None:
    text = made["reference/requirements/6.1-3.md"].text
    checked_by = next(line for line in text.splitlines() if line.startswith("| Checked by"))
    assert checked_by.endswith(" |")
    assert "separator = " in checked_by
    assert "Make the file with `tadp make` from the sheet" in text


def test_the_page_of_a_check_has_its_docstring_and_its_module(made: dict[str, Page]) -> None:
    for name in CHECKS:
        text = made[f"reference/checks/{name}.md"].text
        found = re.search(r"The function `(\w+)` in `(conformance/checks/\w+\.py)`\.", text)
        assert found, name
        assert f"def {found[1]}(" in (ROOT / found[2]).read_text("utf-8")
    page = made["reference/checks/record-separator.md"].text
    assert "The file keeps to `record-separator` (6.1, 6.3 to 6.5)." in page


def test_each_row_of_a_table_is_one_line(made: dict[str, Page]) -> None:
    for page in made.values():
        for line in page.text.splitlines():
            assert not line.startswith("| ") or line.endswith(" |"), (page.path, line)


def test_the_navigation_names_every_page_once() -> None:
    index = (ROOT / "docsite" / "index.md").read_text("utf-8")
    blocks = re.findall(r"^```\{toctree\}\n(.*?)^```", index, re.DOTALL | re.MULTILINE)
    named = re.findall(r"^(?:.*<)?([\w/]+)>?$", "\n".join(blocks), re.MULTILINE)
    lists = ["requirements", "notes", "checks", "commands", "api"]
    written = [path.removesuffix(".md") for path in pages_of(ROOT)]
    assert sorted(named) == sorted([*written, *(f"reference/{name}" for name in lists)])


def test_each_link_of_the_site_leads_to_a_file(tmp_path: Path) -> None:
    stage(ROOT, tmp_path)
    for path in tmp_path.rglob("*.md"):
        for link in re.findall(r"\]\((?![a-z]+:|#)([^)#\s]+)", path.read_text("utf-8")):
            above = tmp_path if link.startswith("/") else path.parent
            assert (above / unquote(link.lstrip("/"))).is_file(), (
                f"{path.relative_to(tmp_path)}: {link}"
            )


def test_an_address_that_a_browser_would_load_from_elsewhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '<a href="https://example.com/read">a link to follow</a><script src="local.js"></script>'
        '<script async src="https://example.com/code.js"></script><img src=//example.com/i.png>'
    )
    (tmp_path / "style.css").write_text(
        "@import 'https://example.com/a.css'; b { background: url(https://example.com/b.woff) }"
    )
    assert [line.rpartition(" ")[2] for line in from_elsewhere(tmp_path)] == [
        "https://example.com/code.js", "//example.com/i.png",
        "https://example.com/a.css", "https://example.com/b.woff",
    ]  # fmt: skip
