"""``pytest --tadp-receiver ADAPTER``: the cases of the corpus as tests of one's own test suite.

Each is named by the requirement that it breaks and by itself, and marked with the clause::

    pytest --tadp-receiver exec:./receiver.sh -k 6.1-3
    pytest --tadp-receiver exec:./receiver.sh --tadp-profile ours.toml --tadp-ics ics.xlsx
    pytest --tadp-receiver python:ours:receive -m 'tadp(clause="6.1")' -n 4 --junitxml=tadp.xml
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conformance.assessment.adapter import Adapter
    from conformance.assessment.corpus import Case
    from conformance.assessment.explaining import Again
    from conformance.assessment.hiding import Hiding
    from conformance.assessment.running import Put
    from conformance.assessment.scores import Score

_KEY = pytest.StashKey["Receiver"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; without ``--tadp-receiver`` nothing else is done."""
    add = parser.getgroup("tadp", "conformance to Appendix AA").addoption
    add("--tadp-receiver", metavar="ADAPTER", help="put the corpus to this receiver")
    add("--tadp-only", metavar="ID", action="append", default=[],
        help="only this case, requirement or clause; may be repeated")  # fmt: skip
    add("--tadp-exclude", metavar="ID", action="append", default=[],
        help="not this case, requirement or clause; may be repeated")  # fmt: skip
    add("--tadp-ics", metavar="FILE", type=Path,
        help="a filled-in conformance statement (tadp assess ics): only what it claims is "
        "asked")  # fmt: skip
    add("--tadp-profile", metavar="NAME|FILE",
        help="the corpus for this profile, made once and kept (default: reference)")  # fmt: skip
    add("--tadp-cache", metavar="DIR", type=_folder, help="another folder to keep it in")
    add("--tadp-corpus", metavar="FOLDER", type=Path, help="a corpus of your own, in its place")
    add("--tadp-exit-codes", action="store_true",
        help="of exec: exit code 1 rejects without an answer on standard output")  # fmt: skip
    add("--tadp-gate", metavar="PARTS", type=_gate, default=("verdict", "clause"),
        help="what fails, beside errors: a wrong verdict, clause or place, separated by commas "
        "(default: verdict,clause)")  # fmt: skip
    add("--tadp-keep", metavar="DIR", type=Path, help="keep what was sent in this new folder")
    add("--tadp-seed", metavar="N", type=int, default=0, help="of names and order (default 0)")
    add("--tadp-timeout", metavar="S", type=float, help="seconds for one answer (default 30)")
    add("--tadp-memory", metavar="MIB", type=int,
        help="memory that processes of one command may use together (default 2048)")  # fmt: skip


def _folder(text: str) -> Path:
    from conformance.cache import named_folder

    return named_folder(text)


def _gate(text: str) -> tuple[str, ...]:
    from conformance.errors import TadpError
    from conformance.report.assessed.tally import gate_named

    try:
        return gate_named(text)
    except TadpError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known, and the receiver ready to be started."""
    config.addinivalue_line("markers", "tadp(clause, requirement): a case of the TADP corpus")
    if config.getoption("--tadp-receiver"):
        from conformance.errors import TadpError

        try:
            config.stash[_KEY] = Receiver(config)
            config.pluginmanager.register(config.stash[_KEY].tested)
        except TadpError as error:
            raise pytest.UsageError(str(error)) from None


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """End what was started; what was wrong with how it ended fails the run."""
    receiver = session.config.stash.get(_KEY, None)
    if receiver is not None:
        receiver.close()
        if exitstatus == pytest.ExitCode.OK and (receiver.troubles or receiver.tested.nothing):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Report what was wrong with how the receiver ended, beside its cases."""
    from conformance.report.visible import visible_text

    receiver = config.stash.get(_KEY, None)
    if receiver is None:
        return
    for trouble in receiver.troubles:
        terminalreporter.write_line(f"tadp: the implementation {visible_text(trouble)}", red=True)
    for line in receiver.tested.lines(receiver.claimed):
        terminalreporter.write_line(f"tadp: {line}")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the cases, before -k and -m choose among all tests."""
    receiver = config.stash.get(_KEY, None)
    if receiver is not None:
        suite: Suite = Suite.from_parent(session, name="tadp", nodeid="tadp")
        cases = suite.items(receiver)
        items += cases
        # Else pytest says that it collected none of them.
        config.hook.pytest_collectreport(
            report=pytest.CollectReport(suite.nodeid, "passed", None, list(cases))
        )


class Suite(pytest.Collector):
    """The corpus."""

    def collect(self) -> list[pytest.Item]:
        """Nothing: the cases are added when all else is collected."""
        return []

    def items(self, receiver: Receiver) -> list[pytest.Item]:
        """A test for each case."""
        return [
            CaseItem.from_parent(self, name=case.id, receiver=receiver, case=case)
            for case in receiver.cases
        ]


class CaseItem(pytest.Item):
    """A case that the receiver is given."""

    def __init__(self, *, receiver: Receiver, case: Case, **rest: Any) -> None:
        super().__init__(**rest)
        self._receiver = receiver
        self._case = case
        for root in case.roots or ("undecided" if case.undecided else "conforming",):
            clause = root.rsplit("-", 1)[0]
            self.add_marker(pytest.mark.tadp(clause=clause, requirement=root))

    def runtest(self) -> None:
        """Put the case; what fails beside an error is chosen by --tadp-gate."""
        self.user_properties += self._receiver.properties(self._case)
        if self._receiver.leaves_out(self._case):
            pytest.skip("not part of this run: not in the scope of its hello")
        score = self._receiver.score(self._case)
        self.user_properties += [("clause", score.clause.value), ("location", score.location.value)]
        if score.standing.value == "skipped":
            pytest.skip(score.answer.reason)
        from conformance.report.assessed.tally import is_amiss

        if is_amiss(score.standing, score.location, self._receiver.gate):
            raise CaseFailedError(self._failure(score))

    def _failure(self, score: Score) -> str:
        """Return what went wrong, and what there is to know of it, a line for each."""
        from conformance.assessment.explaining import explained_answer
        from conformance.report.assessed.wording import explanation, named
        from conformance.report.outline import labelled
        from conformance.report.visible import without_commands

        record = explained_answer(score, self._receiver.again())
        parts = [
            f"{score.standing}: expected {record['expected']}, seen {record['outcome']}",
            record["reason"],
            ", ".join(named(record)),
        ]
        rows = [f"  {line}" for line in labelled(explanation(record))]
        return without_commands("\n".join(["; ".join(part for part in parts if part), *rows]))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """A few lines for what a receiver does wrong; a traceback for what we do."""
        from conformance.errors import TadpError

        if isinstance(excinfo.value, (CaseFailedError, TadpError)):
            return f"{self.name}: {excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where the case lies."""
        # A name that ends the node's own would have its points shown as colons.
        return self._case.submission.place, None, f"tadp {self.name}"


class CaseFailedError(Exception):
    """A case did not come out as it should."""


def _begin(profile: str) -> Callable[[int], None]:
    print(f"tadp: making the corpus for profile {profile}, once", file=sys.stderr, flush=True)
    return lambda _: None


def _kept_in(config: pytest.Config) -> Path | None:
    """Return the folder for what is kept, of this process alone.

    Raises:
        TadpError: something is there already.
    """
    from conformance.errors import TadpError

    keep: Path | None = config.getoption("--tadp-keep")
    if keep is None:
        return None
    worker: str = getattr(config, "workerinput", {}).get("workerid", "")
    folder: Path = keep.absolute() / worker
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TadpError("is not an empty folder", where=str(folder), remedy="name a new one")
    return folder


class Receiver:
    """The receiver, started for the first case, once in each process."""

    def __init__(self, config: pytest.Config) -> None:
        from conformance.assessment.adapter import open_adapter
        from conformance.assessment.corpus import Choice, choose, profile_of, read_corpus
        from conformance.assessment.ics import read_ics
        from conformance.assessment.made_corpus import Wanted, find_or_make
        from conformance.assessment.neutral import neutral_ids, shuffled
        from conformance.assessment.terms import Terms
        from conformance.assessment.tested import Tested
        from conformance.checks.catalogue import shipped_catalogue

        option = config.getoption
        self._seed: int = option("--tadp-seed")
        self._catalogue = shipped_catalogue()
        # With pytest-xdist, the process that starts the others has made it before they look.
        wanted = Wanted(*(option(f"--tadp-{name}") for name in ("corpus", "profile", "cache")))
        self._corpus = read_corpus(find_or_make(wanted, self._catalogue, _begin))
        profile = profile_of(self._corpus, self._catalogue)
        only, exclude = tuple(option("--tadp-only")), tuple(option("--tadp-exclude"))
        ics: Path | None = option("--tadp-ics")
        self._stated = read_ics(ics, self._corpus, self._catalogue) if ics is not None else None
        #: The claims, if there is a statement.
        self.claimed = self._stated.claimed if self._stated is not None else ()
        claimed = self.claimed if self._stated is not None else None
        choice = Choice(only, exclude, readings=profile.readings, claimed=claimed)
        self.tested = Tested()
        self._in_scope: frozenset[str] | None = None
        #: In an order that reveals nothing, and that is the same in every process.
        self.cases = shuffled(choose(self._corpus, self._catalogue, choice).cases, self._seed)
        names = neutral_ids(len(self._corpus.cases), self._seed)
        self._names = dict(zip(self._corpus.by_id, names, strict=True))
        given = {name: option(f"--tadp-{name}") for name in ("timeout", "memory")}
        given["exit_codes"] = option("--tadp-exit-codes")
        terms = Terms(**{name: value for name, value in given.items() if value is not None})
        self._name: str = option("--tadp-receiver")
        self.gate: tuple[str, ...] = option("--tadp-gate")
        self._profile: str | None = None if wanted.folder else option("--tadp-profile")
        self._keep = _kept_in(config)
        self._adapter: Adapter = open_adapter(self._name, terms)
        self._puts: dict[str, Put] = {}
        self._folder: Path | None = None
        self._broken: Exception | None = None
        #: The faults of the way it ended.
        self.troubles: list[str] = []

    @cached_property
    def _workspace(self) -> Any:
        from conformance.assessment.neutral import prepare_workspace
        from conformance.assessment.running import smoke_test
        from conformance.assessment.scope import cases_in_scope
        from conformance.errors import TadpError

        if self._keep is not None:
            self._keep.mkdir(parents=True, exist_ok=True)
        self._folder = self._keep or Path(tempfile.mkdtemp(prefix="tadp-"))
        workspace = prepare_workspace(self._corpus, self._folder)
        try:
            hello = self._adapter.start()
            if self._stated is None and hello.get("scope"):
                self._in_scope = cases_in_scope(hello["scope"], self._corpus, self._catalogue)
            smoke_test(self._adapter, workspace, self._seed)
        except TadpError as error:
            self._broken = error
        return workspace

    @cached_property
    def _hiding(self) -> Hiding:
        from conformance.assessment.hiding import hiding_of

        return hiding_of(self._workspace, self._catalogue)

    def score(self, case: Case) -> Score:
        """The score of the case, with the conforming one that it was made from.

        Raises:
            TadpError: the adapter does not work.
        """
        from conformance.assessment.scores import score_all

        puts = [self._put(case)]
        positive = self._corpus.by_id.get(case.positive or "")
        if positive is not None:
            puts.append(self._put(positive))
        return score_all(puts, self._catalogue, self._hiding)[0]

    def _put(self, case: Case) -> Put:
        from conformance.assessment.neutral import neutral_copy
        from conformance.assessment.running import put_one

        workspace = self._workspace
        if self._broken is not None:
            raise self._broken
        if case.id not in self._puts:
            job = neutral_copy(case, self._names[case.id], workspace)
            self._puts[case.id] = put_one(self._adapter, case, job)
        return self._puts[case.id]

    def properties(self, case: Case) -> list[tuple[str, object]]:
        """Return what the report of a case has beside its outcome."""
        from conformance.assessment.tested import properties_of

        return list(properties_of(case, self._catalogue, self.claimed))

    def leaves_out(self, case: Case) -> bool:
        """Return True if a case is outside the scope that the implementation has in its hello."""
        _ = self._workspace
        return self._in_scope is not None and case.id not in self._in_scope

    def again(self) -> Again:
        """Return the commands by which a case is looked at again."""
        from conformance.assessment.explaining import Again

        profile = ("--profile", self._profile) if self._profile else ()
        return Again(
            ("tadp", "assess", "receiver", self._name, *profile),
            ("tadp", "fixtures", "show", *profile),
            str(self._keep) if self._keep else "",
        )

    def close(self) -> None:
        """End the receiver, and remove the copies."""
        if self._folder is not None:
            self.troubles = self._adapter.close()
            cases = {name: case for case, name in self._names.items()}
            for job, why in self._adapter.spoiled().items():
                self.troubles.append(f"went wrong: {cases.get(job, 'the smoke test')} {why}")
            if self._keep is None:
                shutil.rmtree(self._folder, ignore_errors=True)
