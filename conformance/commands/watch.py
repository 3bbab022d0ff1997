"""``tadp watch``: a folder that is checked as it fills."""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.batch.job import CheckJob
from conformance.commands.common import add_fail_on, fail_on, print_lines
from conformance.commands.setting import add_edition, add_setting, setting_spec
from conformance.errors import TadpError
from conformance.submission.moments import now

if TYPE_CHECKING:
    from conformance.desk.watching import Event, Watching, WatchPlan

_EPILOG = """\
A file, or a folder with a submission, is checked as soon as it no longer changes and its signature
is beside it, and again whenever it changes. In a copy of a SharePoint area, the area as a whole is
checked, too. A file whose signature does not arrive is checked without. Ctrl-C ends the watch.

Changes are noticed at once where the system reports them (pip install 'tadp-conformance[desk]'),
and otherwise, as on network shares, within the seconds of --poll.

examples:
  tadp watch outbox/ --trust root.pem --crl ca.crl --reports reports/ --journal watch.jsonl
  tadp watch //server/ADT/Submitted --poll 30 --reports reports/ --report-format .html
  tadp watch outbox/ --journal watch.jsonl --once

exit codes: 0 ended, 1 with --once: a verdict that the run fails on, 2 the command could not be
carried out, or with --once nothing that is there could be checked, 3 a check met a fault of tadp
itself, and the others went on
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("folder", metavar="FOLDER", type=Path, help="the folder to watch, with those inside it")
    add("--reports", metavar="FOLDER", type=Path,
        help="write a report on each submission into this folder")  # fmt: skip
    add("--report-format", metavar="ENDING", action="append", default=[],
        help="ending of the reports (.html .json .txt .md .csv .xml .sarif; default: .html); "
        "may be repeated")  # fmt: skip
    add("--journal", metavar="FILE", type=Path,
        help="add a line of JSON for each event; if the file is there already, go on with it, and "
        "check only what has changed")  # fmt: skip
    add("--settle", metavar="SECONDS", type=_seconds, default=2.0,
        help="seconds without a change before a file is checked (default: 2)")  # fmt: skip
    add("--await-signature", metavar="SECONDS", type=_seconds, default=60.0,
        help="how long a file waits for its signature, and the reverse (default: 60)")  # fmt: skip
    add("--poll", metavar="SECONDS", type=_seconds, default=5.0,
        help="look at the folder this often, whatever the system reports (default: 5)")  # fmt: skip
    add("--once", action="store_true", help="check what is there, then end")
    add_setting(add)
    add_edition(add)
    add_fail_on(add)
    parser.set_defaults(run=run)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 86400:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds up to 86400")
    return value


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from conformance.desk.sole import sole_use

    plan = _plan(options)
    with sole_use(options.journal):
        return _watch(plan, options)


def _watch(plan: WatchPlan, options: argparse.Namespace) -> int:
    from conformance.desk.diary import Diary
    from conformance.desk.watching import Watching

    watching = Watching(plan, Diary(options.journal), _print)
    try:
        if options.once:
            _once(watching, plan)
        else:
            _on_and_on(watching, plan, options.poll)
    except KeyboardInterrupt:
        return 3 if watching.faults else 0
    if watching.faults:
        return 3
    if not options.once:
        return 0
    return 2 if watching.unread and not watching.checked else int(watching.failed)


def _plan(options: argparse.Namespace) -> WatchPlan:
    from conformance.desk.resting import Patience
    from conformance.desk.watching import Reports, WatchPlan
    from conformance.report.formats import format_of
    from conformance.report.raw import Run

    root = options.folder
    if not root.is_dir():
        raise TadpError("is not a folder", where=str(root), remedy="name the folder to watch")
    for path in (options.reports, options.journal):
        if path is not None:
            _require_outside(path, root)
    endings = tuple(options.report_format or [".html"])
    for ending in endings:
        format_of(Path(f"report{ending}"))
    return WatchPlan(
        root,
        CheckJob(setting_spec(options, now())),
        Patience(options.settle, options.await_signature),
        Reports(options.reports, endings) if options.reports is not None else None,
        Run(fail_on=fail_on(options)),
    )


def _require_outside(path: Path, root: Path) -> None:
    """Refuse to write into the watched folder, which would be noticed as a change."""
    place = Path(os.path.realpath(path))
    if Path(os.path.realpath(root)) in {place, *place.parents}:
        raise TadpError(
            "is inside the watched folder, where nothing is written",
            where=str(path),
            remedy="name a place outside it",
        )


def _once(watching: Watching, plan: WatchPlan) -> None:
    """Check all that is there, each as it is by now."""
    clock = 0.0
    watching.turn(clock)
    while watching.pending:
        time.sleep(plan.patience.settle)
        # There is no need to wait for files that no longer arrive.
        clock += plan.patience.settle + plan.patience.partner
        watching.turn(clock)


def _on_and_on(watching: Watching, plan: WatchPlan, poll: float) -> None:
    from conformance.desk.waking import Waker

    waker = Waker(plan.root)
    print(f"watching {plan.root}; Ctrl-C ends it", file=sys.stderr, flush=True)
    while True:
        watching.turn(time.monotonic())
        waker.wait(min(poll, max(plan.patience.settle, 0.1)) if watching.pending else poll)


def _print(event: Event) -> None:
    """Show what happened in one line."""
    from conformance.report.visible import visible_text

    what = event.get("verdict", event["event"])
    more = "; ".join(filter(None, (", ".join(event.get("failed", ())), event.get("why"))))
    where = ": ".join(filter(None, (event.get("source"), event.get("part"))))
    line = f"{event['at']}  {what:12}  {where}"
    print_lines([visible_text(f"{line}: {more}" if more else line, 4000)])
    sys.stdout.flush()
