"""One check of all that some paths name: prepared and refused first, then carried out.

`tadp check` and `conformance.check` are both this, so that they make the same report.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from conformance.batch.backend import Backend
from conformance.batch.entry import Entry, Item
from conformance.batch.gathering import gather
from conformance.batch.job import CheckJob
from conformance.batch.worker import Watch
from conformance.checks.context import Setting
from conformance.errors import TadpError
from conformance.inputs import STDIN
from conformance.model.catalogue import Catalogue, selects
from conformance.report.visible import visible_text
from conformance.submission.area.stray import Stray
from conformance.submission.reading import Sources, find_sources

if TYPE_CHECKING:
    from conformance.batch.journal import Journal


class Outcome(Struct, frozen=True):
    """The entries of a check, in the order of the sources, and what was not looked at."""

    setting: Setting
    entries: Sequence[Entry]
    strays: Sequence[Stray]

    @property
    def submissions(self) -> list[dict[str, Any]]:
        """The raw report's entry for each submission that could be read."""
        return [
            submission
            for entry in self.entries
            if entry.submission is not None
            for submission in (entry.submission, *entry.others)
        ]

    @property
    def troubles(self) -> list[str]:
        """Why each of the others, or a file that one names as evidence, could not be read."""
        return [entry.trouble for entry in self.entries if entry.trouble is not None]


class Check(Struct, frozen=True):
    """A check that can be carried out: its options make sense, and there is something to check."""

    job: CheckJob
    setting: Setting
    found: Sources
    backend: Backend
    journal: Journal | None

    @property
    def count(self) -> int:
        """How many sources there are."""
        return len(self.found.names)

    def carry_out(
        self,
        watch: Watch = lambda _: nullcontext(),
        step: Callable[[int], None] = lambda _: None,
    ) -> Outcome:
        """Check each source; one that cannot be read does not stop the others.

        ``watch`` is called for each submission that is checked in this process, ``step`` with the
        number of sources that were finished since it was last called.

        Raises:
            TadpError: processes or workers cannot carry it out.
            WorkerFaultError: a fault of ours.
        """
        items = [
            Item(index, source, self.journal.fingerprint(source) if self.journal else None)
            for index, source in enumerate(self.found.names)
        ]
        with self.backend.answers(items, self.job, self.setting, watch) as answered:
            entries = gather(items, answered, self.journal, step)
        passed = [Stray(*one) for entry in entries for one in entry.passed_over]
        return Outcome(self.setting, entries, (*self.found.strays, *passed))


def prepare(
    paths: Sequence[str], job: CheckJob, backend: Backend, journal: Journal | None = None
) -> Check:
    """Return the check of ``paths`` as ``job`` wants it.

    Raises:
        TadpError: an option makes no sense, a file that it names cannot be used, there is nothing
            to check at a path, or the journal is that of another check.
    """
    setting = setting_for(job)
    found = find_sources(list(paths), job.hints, setting.profile)
    for option, given in (
        ("--signature", job.hints.signature),
        ("--certificate", job.hints.certificate),
    ):
        if given is not None and len(found.names) != 1:
            raise TadpError(f"{option} goes with one file", remedy="check the files one by one")
    if job.hints.live_users is not None and not found.in_area:
        raise TadpError(
            "--live-users goes with the copy of an area, and there is none",
            remedy="name the folder of the area; without one, `tadp evidence` asks for them",
        )
    if found.names.count(STDIN) > 1:
        raise TadpError("standard input can be read only once")
    if journal or backend.leads_away(len(found.names)):
        job = job.fixed(setting)
    if journal:
        journal.begin(job, at=job.spec.sent_at is not None)
    return Check(job, setting, found, backend, journal)


def setting_for(job: CheckJob) -> Setting:
    """Return the setting of ``job``, all of whose options make sense.

    Raises:
        TadpError: one does not, or a file that it names cannot be used.
    """
    model, edition = job.spec.model(), job.spec.edition
    if edition is not None:
        model.edition(edition)
    for pattern in job.only:
        _require_known(model, pattern)
    return job.spec.build(model)


def _require_known(model: Catalogue, pattern: str) -> None:
    if not any(selects(pattern, r.id) for r in model.requirements()):
        raise TadpError(
            f"no requirement is called {visible_text(pattern, 60)!r}",
            where="--only",
            remedy="see tadp clauses",
        )
