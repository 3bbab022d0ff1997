"""Build the site: ``python -m docsite OUT``."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from docsite.offline import from_elsewhere
from docsite.staging import stage

ROOT = Path(__file__).parents[1]


def main(words: list[str]) -> int:
    """Build the site into the folder that ``words`` name; return an exit code."""
    out = Path(words[0] if words else "build/site").resolve()
    shutil.rmtree(out, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        sources, doctrees = Path(name) / "sources", Path(name) / "doctrees"
        stage(ROOT, sources)
        strict = ["--fail-on-warning", "--nitpicky", "--fresh-env", "--quiet"]
        command = [sys.executable, "-m", "sphinx", "--builder", "html", *strict]
        ran = subprocess.run(  # noqa: S603 - the command is ours
            [*command, "--doctree-dir", str(doctrees), str(sources), str(out)], check=False
        )
    if ran.returncode:
        return ran.returncode
    foreign = list(from_elsewhere(out))
    print("\n".join(foreign) or f"{out / 'index.html'}: {len(list(out.rglob('*.html')))} pages")
    return 1 if foreign else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
