"""Runs ``tadp check`` under an audit hook, and writes what it did that it has promised not to do.

``python -P watched.py ROOT... -- WORD...`` runs the command twice, since modules are loaded in the
first run, and watches the second. Only the package's own files and those below a ROOT may be
opened, and only for reading. Each line of standard error is one thing that it should not have done.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from importlib.resources import files
from pathlib import Path
from typing import Any

#: Beginnings of audit events (docs.python.org/3/library/audit_events.html) that break a promise.
NEVER = (
    "socket.", "urllib.", "http.", "ftplib.", "smtplib.", "ssl.", "webbrowser.",
    "subprocess.", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "pty.",
    "exec", "compile", "import", "ctypes.", "code.__new__", "marshal.", "pickle.",
    "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod", "os.chown",
    "os.link", "os.symlink", "os.utime", "os.setxattr", "os.putenv", "os.unsetenv", "os.kill",
    "shutil.", "tempfile.", "sqlite3.",
)  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_LOOKING = ("os.listdir", "os.scandir")


class Watch:
    """Forbidden actions that were seen since it was switched on."""

    def __init__(self, roots: list[str]) -> None:
        self.on = False
        self.seen: list[str] = []
        self._roots = [Path(root).resolve() for root in roots]

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """The audit hook."""
        if not self.on:
            return
        self.on = False  # what is done here is not watched
        try:
            if event.startswith(NEVER):
                self.seen.append(f"{event} {arguments[:2]!r}"[:300])
            elif event == "open" or event in _LOOKING:
                self._opened(event, arguments)
        finally:
            self.on = True

    def _opened(self, event: str, arguments: tuple[Any, ...]) -> None:
        path = arguments[0]
        if event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING:
            self.seen.append(f"open for writing {path!r}")
        if isinstance(path, int):
            return  # opened, and so seen, before
        real = Path(os.fsdecode(path or ".")).resolve()
        if not any(real.is_relative_to(root) for root in self._roots):
            self.seen.append(f"{event} {path!r}")


def main() -> int:
    """Run the command, and report."""
    split = sys.argv.index("--")
    watch = Watch([str(files("conformance")), *sys.argv[1:split]])
    words = sys.argv[split + 1 :]
    from conformance.cli import main as tadp

    sys.addaudithook(watch)
    codes = []
    for watched in (False, True):
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()):
            watch.on = watched
            codes.append(tadp(words))
            watch.on = False
    assert codes[0] == codes[1]
    sys.stdout.write(out.getvalue())
    sys.stderr.writelines(f"{line}\n" for line in watch.seen)
    return codes[1]


if __name__ == "__main__":
    sys.exit(main())
