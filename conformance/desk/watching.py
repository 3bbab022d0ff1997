"""Watching a folder: what arrives in it is checked as soon as it is there as a whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from conformance.batch import CheckJob, Entry, WorkerState
from conformance.batch.checking import setting_for
from conformance.batch.entry import Item
from conformance.batch.worker import check_source
from conformance.checks.context import Setting
from conformance.desk.arrivals import Arrival, arrivals
from conformance.desk.diary import Diary
from conformance.desk.listing import Listing, list_files
from conformance.desk.resting import Patience, Rest
from conformance.errors import TadpError
from conformance.inputs import require_apart, require_outside
from conformance.report.frame import sealed
from conformance.report.raw import Run, draft_on
from conformance.submission.area.stray import Stray
from conformance.submission.lone import SAY_KIND
from conformance.submission.moments import now

_NAME_IT = "if it is an ADT File or a QCAF, put ADT or QCAF at the end of its name"
#: An event, as a line of the journal has it.
Event = dict[str, Any]


class Reports(Struct, frozen=True):
    """Where reports go: the ``folder``, and the ``endings`` of their formats."""

    folder: Path
    endings: tuple[str, ...] = (".html",)

    def paths(self, source: Path) -> list[Path]:
        """Return the files for the report on ``source``, which is a path in the watched folder."""
        here = self.folder / source.parent
        # The watched folder itself is a source where it is a copy of an area.
        return [here / f"{source.name or 'area'}{ending}" for ending in self.endings]


class WatchPlan(Struct, frozen=True):
    """The folder to watch, and the ``order`` for each submission."""

    root: Path
    job: CheckJob
    patience: Patience = Patience()
    reports: Reports | None = None
    run: Run | None = None


class Watching:
    """The watch of a folder, from turn to turn.

    Raises:
        TadpError: a file that the order names cannot be used.
    """

    def __init__(self, plan: WatchPlan, diary: Diary, announce: Callable[[Event], None]) -> None:
        self._plan = plan
        self._diary = diary
        self._announce = announce
        self._rest = Rest(plan.patience)
        self._setting = setting_for(plan.job)
        self._there = True
        self._listing: Listing | None = None
        self._found: list[Arrival] = []
        #: True if the run fails on a verdict, and True if a check met a fault of ours.
        self.failed = self.faults = False
        #: True if anything was or is checked, and True if something could not be.
        self.checked = self.unread = False

    @property
    def pending(self) -> bool:
        """Return True if something that is there has not been checked as it is."""
        return self._rest.pending

    def turn(self, clock: float) -> None:
        """Look at the folder once, and check what is at rest by ``clock``, in seconds.

        Raises:
            TadpError: the folder holds more files than can be watched.
            OSError: a report or the journal cannot be written.
        """
        try:
            listing = list_files(self._plan.root)
        except OSError as error:
            if self._there:
                self._add("folder gone", why=error.strerror or str(error))
            self._there = False
            return
        if not self._there:
            self._add("folder back")
        self._there = True
        if listing != self._listing:
            self._found = list(arrivals(listing, self._setting.profile))
            if self._listing is None:
                self._miss()
            self._listing = listing
        for arrival in self._rest.ready(self._found, clock):
            self._check(arrival)
            self._rest.done(arrival)
        for source in self._rest.gone():
            self._add("gone", source=self._name(source))

    def _miss(self) -> None:
        """Note what the journal has and is no longer there as the watch starts."""
        there = {self._name(arrival.source) for arrival in self._found}
        for source in sorted(self._diary.known.keys() - there):
            self._add("gone", source=source)

    def _check(self, arrival: Arrival) -> None:
        source = self._name(arrival.source)
        setting = replace(self._setting, now=now())
        item = Item(0, str(arrival.source), self._diary.known.get(source))
        try:
            entry = check_source(item, WorkerState(self._plan.job, setting))
        except (TadpError, OSError, MemoryError):
            raise
        except Exception as error:
            # One submission that meets a fault of ours does not end the watch for the others.
            self._add("fault", source=source, why=f"{type(error).__name__}: {error}")
            self.faults = True
            return
        self.checked |= entry is None or entry.submission is not None
        # Nothing comes back if the journal has a check of the same bytes.
        if entry is not None:
            self._report(source, entry, setting)

    def _report(self, source: str, entry: Entry, setting: Setting) -> None:
        if entry.submission is None:
            self.unread = True
            # There may be many files, so that no option says what one of them is.
            why = entry.trouble and entry.trouble.replace(SAY_KIND, _NAME_IT)
            self._add("not checked", source=source, why=why)
            return
        submissions = [entry.submission, *entry.others]
        run = replace(self._plan.run or Run(), at=setting.now)
        self.failed |= run.fails(one["verdict"] for one in submissions)
        strays = [Stray(*one) for one in entry.passed_over]
        reports = self._write(source, draft_on(submissions, setting, strays=strays, run=run))
        for one in submissions:
            found = [r for r in one["requirements"] if r["status"] == "failed"]
            # Requirements that others derive from come first: these have to be corrected.
            failed = [r["id"] for r in sorted(found, key=lambda result: not result["count"])]
            # Of several in one message, each is called by its file.
            part = one["source"].removeprefix(f"{entry.source}: ")
            kept = {name: one[name] for name in ("kind", "edition", "verdict", "rests_on")}
            self._add(
                "checked",
                source=source,
                **({"part": part} if entry.others else {}),
                **kept,
                failed=failed,
                **({} if entry.trouble is None else {"why": entry.trouble}),
                reports=[str(path) for path in reports],
                fingerprint=entry.fingerprint,
            )

    def _write(self, source: str, draft: dict[str, Any]) -> list[Path]:
        reports = self._plan.reports
        if reports is None:
            return []
        from conformance.report.writing import write_reports

        paths = reports.paths(Path(source))
        spec = self._plan.job.spec
        named = (*spec.trust, *spec.crls, *spec.ocsp, *spec.edition_files)
        # A link in the folder of reports may have come to lead to what is watched or named.
        require_apart(paths, (*named, Path(str(spec.profile))))
        require_outside(paths, (self._plan.root,))
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
        write_reports(sealed(draft), paths)
        return paths

    def _name(self, source: Path) -> str:
        return source.relative_to(self._plan.root).as_posix()

    def _add(self, event: str, **rest: Any) -> None:
        self._announce(self._diary.add(event, **rest))
