"""``tadp desk``: a page in the browser, and an API, on this machine."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from conformance.batch.job import CheckJob
from conformance.commands.setting import add_setting, setting_spec
from conformance.errors import TadpError
from conformance.submission.moments import now

_EPILOG = """\
Opens a page in the browser, on which files are checked and made as by the other commands. Nothing
leaves this machine, and nothing is kept after an answer. Ctrl-C ends it. It needs
pip install 'tadp-conformance[desk]'.

Programs ask the same by HTTP, with the token in --token-file: see docs/desk.md.

examples:
  tadp desk
  tadp desk --profile ours.toml --trust root.pem --crl ca.crl
  tadp desk --watched watch.jsonl
  tadp desk --no-browser --port 8374 --token-file token.txt

exit codes: 0 ended, 2 the command could not be carried out
"""
#: The most bytes of a token file, and the fewest characters of a token.
MAXIMUM_TOKEN, SHORTEST_TOKEN = 4096, 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("--port", metavar="N", type=_count(0, 65535), default=0,
        help="port to listen on (default: one that is free)")  # fmt: skip
    add("--listen-on-network", metavar="ADDRESS", default=None,
        help="listen on this address of this machine, where others can call it; without "
        "encryption, and only with --token-file")  # fmt: skip
    add("--token-file", metavar="FILE", type=Path,
        help="file with the token that programs have to send")  # fmt: skip
    add("--no-browser", action="store_true", help="open no page; only print its address")
    add("--max-size", metavar="MIB", type=_count(1, 1 << 20), default=512,
        help="MiB of one request, at most (default: 512)")  # fmt: skip
    add("--max-seconds", metavar="N", type=_count(1, 86400), default=600,
        help="seconds that one request may take (default: 600)")  # fmt: skip
    add("--at-once", metavar="N", type=_count(1, 64), default=2,
        help="requests that are worked on at once (default: 2)")  # fmt: skip
    add("--watched", metavar="FILE", type=Path,
        help="show what happens in this journal of tadp watch, which may start later")  # fmt: skip
    add_setting(add)
    parser.set_defaults(run=run)


def _count(lowest: int, highest: int) -> Callable[[str], int]:
    def count(text: str) -> int:
        if text.isascii() and text.isdigit() and lowest <= int(text[:9]) <= highest:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {lowest} to {highest}")

    return count


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    try:
        from conformance.desk.app import Limits
        from conformance.desk.carrying import Settings
        from conformance.desk.diary import latest
        from conformance.desk.serving import LOOPBACK, Place, Serving
    except ImportError as error:
        raise TadpError(
            f"the desk needs {error.name}, which is not installed",
            remedy="pip install 'tadp-conformance[desk]'",
        ) from None
    token = _token(options.token_file)
    if options.listen_on_network is not None and token is None:
        raise TadpError(
            "others on the network could ask without a token",
            where="--listen-on-network",
            remedy="name a file with a token: --token-file",
        )
    _require_usable(options)
    # A link that leads nowhere is not a journal that starts later.
    if options.watched is not None and os.path.lexists(options.watched):
        latest(options.watched, 1)
    files = {name: _absolute(getattr(options, name)) for name in ("trust", "crl", "ocsp")}
    profile = Path(options.profile)
    named = str(profile.absolute()) if profile.is_file() else options.profile
    settings = Settings(
        (("profile", (named,)), *files.items()),
        seconds=options.max_seconds,
    )
    serving = Serving(
        Place(options.listen_on_network or LOOPBACK, options.port, options.watched),
        token,
        settings,
        Limits(size=options.max_size << 20, at_once=options.at_once),
    )

    def begun() -> None:
        print(f"tadp desk is at {serving.page}", flush=True)
        print("This address can be opened once. Ctrl-C ends the desk.", file=sys.stderr, flush=True)

    with suppress(KeyboardInterrupt):
        serving.run(browser=not options.no_browser, begun=begun)
    return 0


def _absolute(paths: list[Path]) -> tuple[str, ...]:
    return tuple(str(path.absolute()) for path in paths)


def _require_usable(options: argparse.Namespace) -> None:
    """Refuse a profile or a trust file that no request could be answered with."""
    from conformance.batch.checking import setting_for

    setting_for(CheckJob(setting_spec(options, now())))


def _token(path: Path | None) -> str | None:
    if path is None:
        return None
    from conformance.inputs import read_input

    token = read_input(path, MAXIMUM_TOKEN).decode("utf-8", "replace").strip()
    if len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable():
        raise TadpError(
            f"holds no token: one line of at least {SHORTEST_TOKEN} characters of ASCII",
            where=str(path),
            remedy="openssl rand -hex 32 makes one",
        )
    return token
