"""The API for Python programs: `from conformance import check`.

Everything here is handed out by the package itself, which loads this module when a name is first
asked for. `tadp check` does the same through the same functions, and makes the same raw report.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from conformance.batch.backend import Backend
from conformance.batch.checking import prepare
from conformance.batch.job import CheckJob, SettingSpec
from conformance.checks.catalogue import shipped_catalogue
from conformance.errors import TadpError
from conformance.findings import Status, Verdict
from conformance.footing import Footing
from conformance.inputs import STDIN
from conformance.model import profile_loading
from conformance.model.profile import Profile
from conformance.phrases import counted
from conformance.submission.moments import now, parse_moment

AnyPath = str | os.PathLike[str]
#: From the one that a program must not miss to the one that it hopes for.
_WORST_FIRST = tuple(Verdict)


class Finding(Struct, frozen=True):
    """One fault: what was found and what was expected, where, and what to do.

    Records and fields count from 1, the byte ``offset`` from 0; each is None where it does not
    apply. The texts are safe to show: characters that a terminal would obey are replaced.
    """

    message: str
    file: str | None = None
    record: int | None = None
    field: int | None = None
    offset: int | None = None
    found: str | None = None
    expected: str | None = None
    hint: str | None = None
    #: Ids of the notes whose reading of the text decided this.
    notes: tuple[str, ...] = ()
    #: Entries of the profile that decided this, as dotted paths.
    profile: tuple[str, ...] = ()


class OtherReading(Struct, frozen=True):
    """The outcome of a requirement under another ``reading`` of ``note`` than the one taken."""

    note: str
    reading: str
    status: Status


class Result(Struct, frozen=True):
    """One requirement for one submission, and its outcome.

    ``id`` is the clause and an ordinal, as in ``3.4(b)-2``. ``count`` counts all findings, of
    which the first are kept; a requirement that failed with a count of 0 failed ``through``
    others. ``reason`` says why a requirement was not shown or does not apply; ``rests_on`` what a
    failure rests on. ``notes`` are those by whose reading it passed; those of a failure are in its
    findings. ``other_readings`` says what others would give, of a failure or of a pass, and
    ``readings_not_tried`` why that was not looked at.
    """

    id: str
    clause: str
    status: Status
    rests_on: Footing | None = None
    reason: str | None = None
    through: tuple[str, ...] = ()
    count: int = 0
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    other_readings: tuple[OtherReading, ...] = ()
    readings_not_tried: str | None = None


class Submission(Struct, frozen=True):
    """One submission that was checked.

    ``kind`` and ``edition`` are ids, such as ``adt`` and ``mp109``. ``requirements`` are in the
    order of the clauses; ``rests_on`` is what those that fail rest on, the strongest first.
    ``edition_doubt`` says why it is not known that the edition applied when it was sent, if so, and
    ``edition_because`` why the edition in force now was taken, where nothing chooses one.
    """

    source: str
    kind: str
    edition: str
    verdict: Verdict
    requirements: tuple[Result, ...]
    rests_on: tuple[Footing, ...] = ()
    edition_doubt: str | None = None
    edition_because: str | None = None

    @property
    def failed(self) -> tuple[Result, ...]:
        """The requirements that fail by themselves, and not only through others."""
        return tuple(r for r in self.requirements if r.status is Status.FAILED and r.count)


class Report(Struct, frozen=True, eq=False, dict=True):
    """The result of a check; ``check`` makes it."""

    _draft: Mapping[str, Any]

    def __repr__(self) -> str:
        count = len(self._draft["submissions"])
        return f"<Report: {self.verdict}, {counted(count, 'submission')}>"

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all submissions; at best "not shown" if one could not be read."""
        verdicts = {Verdict(submission["verdict"]) for submission in self._draft["submissions"]}
        if self.not_read:
            verdicts.add(Verdict.NOT_SHOWN)
        return min(verdicts, key=_WORST_FIRST.index)

    @cached_property
    def submissions(self) -> tuple[Submission, ...]:
        """The submissions that were checked, in the order of their names."""
        return msgspec.convert(self._draft["submissions"], tuple[Submission, ...])

    @property
    def not_read(self) -> tuple[str, ...]:
        """Why each of the other submissions could not be read."""
        return tuple(self._draft["not_read"])

    def to_dict(self) -> dict[str, Any]:
        """Return the raw report, sealed, as ``tadp check --format json`` prints it.

        `conformance/schemas/report.schema.json` describes it. It is made of JSON values, which
        are shared between calls, and between submissions with the same results: copy it before
        you change it, as ``json.loads(json.dumps(...))`` does. In a copy by ``copy.deepcopy``
        submissions still share results.
        """
        return self._sealed

    def write(self, path: AnyPath) -> None:
        """Write the report to a file, in the format of its ending, as ``tadp check --output``.

        The endings are those of ``tadp check --help``, such as .json, .html and .xml for JUnit. A
        file that is there is replaced at once and as a whole.

        Raises:
            TadpError: the ending names no format, or there is no such folder.
            OSError: the file cannot be written.
        """
        from conformance.report.formats import require_formats
        from conformance.report.writing import write_reports

        require_formats([Path(path)])
        write_reports(self._sealed, [Path(path)])

    @cached_property
    def _sealed(self) -> dict[str, Any]:
        from conformance.report.frame import sealed

        return sealed(self._draft)


def load_profile(profile: AnyPath) -> Profile:
    """Return the profile of that name, or in that file.

    A profile has what clauses 6.2 to 6.5 leave to documents that this suite does not know: columns,
    signatures, certificates, delivery.

    Raises:
        TadpError: there is no such profile, or it makes no sense; the error names the entry.
    """
    return profile_loading.load_profile(os.fspath(profile), shipped_catalogue())


def check(  # noqa: PLR0913 - all but the path have a default and are given by name
    path: AnyPath,
    *,
    profile: Profile | AnyPath = profile_loading.DEFAULT,
    trust: AnyPath | Iterable[AnyPath] = (),
    crls: AnyPath | Iterable[AnyPath] = (),
    ocsp: AnyPath | Iterable[AnyPath] = (),
    at: datetime | str | None = None,
    edition: str | None = None,
    edition_files: AnyPath | Iterable[AnyPath] = (),
    only: str | Iterable[str] = (),
    executor: Executor | None = None,
) -> Report:
    """Check what is at ``path`` against Appendix AA, as ``tadp check`` does.

    Args:
        path: a folder with a submission, or with many; a copy of a SharePoint area; a file, or
            an email message.
        profile: its name, the path of its TOML file, or what ``load_profile`` returned.
        trust: files of trust anchors, PEM or DER; without them no chain of certificates is shown.
        crls: files of certificate revocation lists, PEM or DER.
        ocsp: files of OCSP responses, DER or PEM.
        at: the time of checking, and of sending where a submission does not say: with a time
            zone, or RFC 3339 text (a date alone is its midnight, UTC). Without it, now.
        edition: the id of an edition of Appendix AA, such as ``mp109``; without it, the one that
            was in force when a submission was sent.
        edition_files: files that state later editions, in the order of these.
        only: ids of requirements or clauses: ``6.1-3``, ``6.1``, ``3.4(b)``. Without any, all.
        executor: where many submissions are checked; its workers must have this package, and see
            the same files under the same paths. Without it, here, one after the other.

    Raises:
        TadpError: nothing is at the path or nothing there can be read, or an argument makes no
            sense. The error says what, where and what to do, naming the argument as the option
            of ``tadp check``. A submission that cannot be read among others that can is in
            ``Report.not_read``.
    """
    from conformance.report.raw import draft_on

    moment = _moment(at)
    spec = SettingSpec(
        profile=profile if isinstance(profile, Profile) else os.fspath(profile),
        trust=_paths(trust),
        crls=_paths(crls),
        ocsp=_paths(ocsp),
        edition=edition,
        edition_files=_paths(edition_files),
        now=moment or now(),
        sent_at=moment,
    )
    job = CheckJob(spec, only=(only,) if isinstance(only, str) else tuple(only))
    name = os.fspath(path)
    # Here the name of a file, and not standard input.
    name = str(Path(name).absolute()) if name == STDIN else name
    outcome = prepare([name], job, Backend(executor=executor)).carry_out()
    if not outcome.submissions:
        raise TadpError("; ".join(outcome.troubles))
    return Report(draft_on(outcome.submissions, outcome.setting, outcome.troubles, outcome.strays))


def _moment(at: datetime | str | None) -> datetime | None:
    if isinstance(at, datetime):
        if at.tzinfo is None:
            raise TadpError(
                "has no time zone", where=f"at={at}", remedy="datetime(..., tzinfo=UTC)"
            )
        return at.astimezone(UTC)
    return None if at is None else parse_moment(at, "--at")


def _paths(given: AnyPath | Iterable[AnyPath]) -> tuple[Path, ...]:
    several = (given,) if isinstance(given, (str, os.PathLike)) else tuple(given)
    return tuple(Path(path) for path in several)
