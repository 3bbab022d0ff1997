"""Plain English: words that readers stumble over are in no text for users, and elsewhere get fewer.

A text for users is a string in shipped code, a page, a schema, a record of the model or a guide.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Each word, and what to write in its place.
WORDS = {
    r"told": "reported, given, asked",
    r"tells? (?:of|nothing|no|nobody)": "reports, shows",
    r"mend(?:s|ed|ing)?": "fix",
    r"nobody": "unconfirmed, not ..., no one",
    r"anew": "again",
    r"turned away": "rejected",
    r"held to": "compared with, tested against",
    r"(?<!a )(?<!A )hold that": "check that",
    r"(?:stands?|lies?|lay) in": "is in",
    r"(?<!there )(?<!There )is no(?! (?:longer|more|less|other|larger|later)\b)": "is not a",
    r"(?:that|which) (?:is|are) none": "that is not",
}
ANY = re.compile(rf"\b(?:{'|'.join(WORDS)})\b", re.IGNORECASE)
#: How often they are still in docstrings and comments, and in all of a test. Only ever lower these.
MOST = {"conformance": 2, "generators": 0, "tests": 2}
PAGES = ("*.html", "*.json", "*.toml", "*.js")


def strings(source: str) -> Iterator[str]:
    """Yield the texts of a module, but for its docstrings and single words, such as names."""
    tree = ast.parse(source)
    alone = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in alone and " " in text:
                yield text


def remarks(source: str) -> Iterator[str]:
    """Yield the docstrings and comments of a module."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield text
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def modules(package: str) -> list[Path]:
    found = sorted((ROOT / package).rglob("*.py"))
    assert found
    return found


def texts() -> Iterator[tuple[Path, str]]:
    """Yield every text for users, with the file that it is in."""
    for package in ("conformance", "generators"):
        for path in modules(package):
            for text in strings(path.read_text("utf-8")):
                yield path, text
    pages = [path for pattern in PAGES for path in (ROOT / "conformance").rglob(pattern)]
    guides = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "fixtures/README.md"]
    assert len(pages) > 50
    assert len(guides) > 15
    for path in (*pages, *guides):
        yield path, path.read_text("utf-8")


def test_no_text_for_users_has_a_word_that_readers_stumble_over() -> None:
    found = [
        f"{path.relative_to(ROOT)}: ...{text[max(one.start() - 40, 0) : one.end() + 20]}..."
        for path, text in texts()
        for one in ANY.finditer(text)
    ]
    assert found == [], f"write otherwise: {WORDS}"


@pytest.mark.parametrize("package", MOST)
def test_elsewhere_these_words_only_get_fewer(package: str) -> None:
    if package == "tests":
        sources = [path.read_text("utf-8") for path in modules(package) if path != Path(__file__)]
    else:
        read = [path.read_text("utf-8") for path in modules(package)]
        sources = [remark for source in read for remark in remarks(source)]
    assert sum(len(ANY.findall(text)) for text in sources) <= MOST[package]


@pytest.mark.parametrize(
    "text",
    ["what was told", "things to mend", "is no file", "It lies in Live", "which nobody has signed"],
)
def test_such_a_word_is_found(text: str) -> None:
    assert list(strings(f'"""{text}"""\nx = f"{text}: {{x}}"')) == [f"{text}: "]
    assert list(remarks(f'"""{text}"""\n# {text}\nx = "{text}"')) == [text, f"# {text}"]
    assert ANY.search(text)


@pytest.mark.parametrize("text", ["there is no file", "is no longer there", "untold", "amended"])
def test_plain_words_are_not_taken_for_one(text: str) -> None:
    assert not ANY.search(text)
