"""Which tests does one more requirement change? ``python -m tests.project.another_requirement``.

Copies the sources, adds a requirement on the record of an Incident to the model and its row to the
table of the golden vectors, builds the corpus again, and runs the tests. All of them have to pass:
what is recorded of other submissions, of views and of consoles does not depend on how many
requirements there are. Arguments are given to pytest, such as ``-n auto tests/golden``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLAUSE = Path("conformance/model/clauses/4.3.toml")
REQUIREMENT = """
[[requirement]]
id = "4.3-99"
statement = "The User informed its colleagues of the warning."
actor = "User"
subject = "incident"
strength = "shall"
basis = "clause"
testable = "attestation"
phase = "references"
kinds = ["incident"]
check = "attested"
editions = ["v2.0", "mp109"]
effect = "They learn of it late."
hint = "Send them a message."
source = "MP109 Annex C, clause 4.3"
example.conforms = "A. Example states on 2025-06-01 that the colleagues know"
example.violates = "there is no statement that the colleagues know"
"""
#: The requirement whose row in the table of the golden vectors is that of the added one as well.
LIKE = "4.3-3,"
_LEFT_OUT = (".git", ".tox", ".venv", ".*_cache", ".hypothesis", ".mutants", "__pycache__")


def add_requirement(sources: Path) -> None:
    """Add the requirement to a copy of the sources."""
    file = sources / CLAUSE
    text = file.read_text("utf-8")
    before, mark, after = text.partition("\n[[excluded]]")
    file.write_text(f"{before}{REQUIREMENT}{mark}{after}", "utf-8")
    table = sources / "tests/golden/catalogue.csv"
    rows = table.read_text("utf-8").splitlines()
    (number,) = (number for number, row in enumerate(rows) if row.startswith(LIKE))
    # In the order of the records.
    rows.insert(number + 1, rows[number].replace(LIKE, "4.3-99,"))
    table.write_text("\n".join([*rows, ""]), "utf-8")


def main(*words: str) -> int:
    """Run pytest in the copy; return its exit code."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "sources"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*_LEFT_OUT), symlinks=True)
        add_requirement(copy)
        # Ahead of the sources that are installed, for the processes that tests start as well.
        environment = {**os.environ, "PYTHONPATH": str(copy)}
        for command in (
            ("tests.model.validated",),
            ("conformance", "fixtures", "build", "fixtures"),
            ("pytest", "-q", "-p", "no:cacheprovider", *words),
        ):
            ran = subprocess.run(
                [sys.executable, "-m", *command], cwd=copy, env=environment, check=False
            )
            if ran.returncode:
                break
        return ran.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
