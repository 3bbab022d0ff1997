"""No word of the reference profile is in shipped code, where another profile would not find it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conformance.model.profile_loading import profile_text
from conformance.signature.containers import attached_suffixes, detached_suffixes

ROOT = Path(__file__).parents[2]
REFERENCE: dict[str, Any] = tomllib.loads(profile_text("reference"))
#: Words that are those of Appendix AA, of its sources or of this suite as well, and where.
OWN = {
    ("ADT", ""): "the Appendix's name of the file",
    ("QCAF", ""): "the Appendix's name of the file",
    ("Action", "conformance/model/types/registry.py"): "the name of a class",
    ("OU", "conformance/signature/name.py"): "an attribute of X.500",
    ("RSA", "conformance/signature/"): "an algorithm",
    (
        "IS",
        "generators/user_roles.py",
    ): "a User Role of the Code, which DUIS lists: the first for what is made",
    ("ED", "generators/stories.py"): "a User Role of the Code: that of a network operator",
    ("email", "conformance/deferral.py"): "names of modules of Python",
    ("email", "conformance/submission/"): "the form of a message, and of its addresses",
    ("email", "conformance/model/profile.py"): "clause 3.4 of v2.0",
    ("email", "conformance/checks/signature.py"): "a message that is signed itself",
    ("email", "conformance/checks/delivery.py"): "ids of notes and of their readings",
    ("email", "conformance/checks/contingency.py"): "the id of a note",
    ("email", "conformance/model/reading_sense.py"): "the id of a note",
    ("email", "conformance/model/delivery_sense.py"): "what an address of a mailbox is for",
    ("email", "conformance/checks/file.py"): "a message that a file came in",
    ("email", "conformance/preparation/register_matching.py"): "a message in place of a file",
    ("email", "conformance/commands/evidence.py"): "a message that a file came in",
    ("email", "generators/faults/references.py"): "a request that was not raised via the SSI",
    ("email", "generators/readings.py"): "ids and titles of notes and readings",
    ("email", "generators/stories.py"): "clause 3.4 of v2.0",
    ("sharepoint", "conformance/checks/publication.py"): "ids of a note and of its reading",
    ("sharepoint", "conformance/commands/check.py"): "help: the guidance speaks of such areas",
    ("sharepoint", "generators/faults/allowed.py"): "the id of a note",
    ("sharepoint", "generators/readings.py"): "ids of a note and of a question",
    ("sharepoint", "generators/corpus.py"): "ids of cases of the shipped corpus",
    ("sharepoint", "generators/commands/"): "help: the id of a case of the shipped corpus",
    ("cms-attached", "conformance/commands/sign.py"): "help: an example",
    ("cms-attached", "generators/commands/generate.py"): "help: an example",
    ("email", "conformance/model/identity.py"): "a name of a certificate, as RFC 5280 has it",
    ("email", "generators/"): "a name of a certificate, or what a request was raised by",
    ("Archive", "generators/faults/area.py"): "a title",
    **{
        (word, "generators/profiles.py"): "profiles made up, some with these shapes"
        for word in ("REQ[0-9]{12}", "INC[0-9]{12}")
    },
}
#: A container is an object of this suite, which knows its own name and suffix.
CONTAINERS = "conformance/signature/containers/"


@cache
def words() -> tuple[str, ...]:
    """The names, codes, methods, folders, tags and containers of the reference profile."""
    found: set[str] = set()
    for file in REFERENCE["files"].values():
        for column in file["columns"]:
            found |= {column["name"], *column.get("values", ())}
        found |= {rule["id"] for rule in file["rules"]}
    delivery = REFERENCE["delivery"]
    for entry in ("folders", "live", "archives", "tags"):
        found |= set(delivery[entry].values())
    found |= {
        *REFERENCE["breaches"], *REFERENCE["alerts"].values(), *REFERENCE["references"].values(),
        *REFERENCE["signature"]["containers"], *delivery["methods"], delivery["contingency"],
        *delivery["contingency_mailboxes"], *attached_suffixes(), *detached_suffixes(),
    }  # fmt: skip
    return tuple(sorted(found))


def constants(source: str) -> Iterator[tuple[int, str]]:
    """Yield each text that code has, and its line; docstrings are left out."""
    tree = ast.parse(source)
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in documentation:
            value = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
            if isinstance(value, str):
                yield node.lineno, value


def uses(text: str, word: str) -> bool:
    """Return True if ``word`` is in ``text``, between other words; short ones must be all of it."""
    if len(word) <= 4 and not word.startswith("."):
        return text == word
    # Nearly no text has any of them, which is quicker to see so.
    return (
        word in text
        and re.search(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])", text) is not None
    )


def found_in(path: str, source: str) -> list[str]:
    return [
        f"{path}:{line}: {word!r} in {text[:60]!r}"
        for line, text in constants(source)
        for word in words()
        if uses(text, word)
        and not path.startswith(CONTAINERS)
        and not any(own == word and path.startswith(where) for own, where in OWN)
    ]


SHIPPED = [
    str(path.relative_to(ROOT).as_posix())
    for package in ("conformance", "generators")
    for path in sorted((ROOT / package).rglob("*.py"))
]


def test_no_word_of_the_reference_profile_is_in_code() -> None:
    assert len(SHIPPED) > 200
    found = [one for path in SHIPPED for one in found_in(path, (ROOT / path).read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize(("word", "where"), OWN)
def test_each_exception_is_one_that_is_needed(word: str, where: str) -> None:
    if not where:
        return
    texts = [
        text
        for path in SHIPPED
        if path.startswith(where)
        for _, text in constants((ROOT / path).read_text("utf-8"))
    ]
    assert any(uses(text, word) for text in texts)


@pytest.mark.parametrize(
    "line",
    ['x = "UserID"', 'fault("field-form/RequestID/lower-case")', 'x == b"ADUserThresholdBreach"',
     'Path(f"{x}.p7s")', 'via = "sharepoint"', 'role = "GS"', 'f"{a}/Anomaly Detection Files/ADT '
     'File Submissions/Submitted"', 'rule = "one-user-id"'],
)  # fmt: skip
def test_a_word_in_code_is_found(line: str) -> None:
    assert found_in("conformance/example.py", f'"""UserID."""\n{line}\n')
    assert not found_in("conformance/example.py", f'"""{line.replace(chr(34), chr(39))}"""\n')
