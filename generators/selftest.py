"""A profile tried: submissions are made under it, each fault is put into them, and all is checked.

What is found is about the profile where a file could never conform, or an entry makes no
difference; and about the generators where they make something that the profile does not take.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct
from msgspec.structs import replace

from conformance.checker import Checked
from conformance.errors import TadpError
from conformance.findings import Progress
from conformance.model.catalogue import Catalogue
from conformance.model.cross_rule import CrossRule
from conformance.model.problem import Path as Steps
from conformance.model.problem import Problem, path_of
from conformance.model.profile import Profile
from conformance.model.requirement import Kind, SetBy
from conformance.model.rule import CROSS_RULES, Rule
from conformance.phrases import listed
from conformance.profiles.checking import Tried
from generators.conforming import conforming
from generators.draft import Draft, Ground
from generators.faults import Fault, faults_of
from generators.offer import usual_hours
from generators.scenario import Scenario
from generators.teller import Teller
from generators.trial import Trial, broken, hierarchy, unlike

#: What is made: a file of each kind, and a QCAF for each side that sets thresholds.
_SCENARIOS = (
    Scenario(Kind.ADT),
    Scenario(Kind.REPORT),
    Scenario(Kind.QCAF, set_by=SetBy.USER),
    Scenario(Kind.QCAF, set_by=SetBy.DCC),
)
#: The checks that look at the bytes of a file.
_OF_FILES = frozenset(rule.value for rule in Rule)
#: Of these, those that made-up values break only where no others could keep them.
_OF_VALUES = frozenset(
    rule.value for rule in (*CROSS_RULES, Rule.RECORD_LENGTH, Rule.RANGE, Rule.LISTED_VALUE)
)
#: Other files in which rules are tried that no fault in the first one shows.
_SEEDS = 4
#: Faults that are named where several did not do what they are for.
_NAMED = 3


def self_test(profile: Profile, catalogue: Catalogue, step: Progress = lambda _: None) -> Tried:
    """Return what is wrong with ``profile``, as far as making and breaking files shows it.

    ``step`` is called with 1 for each submission that was tried.
    """
    ground = Ground(catalogue, profile)
    with TemporaryDirectory(prefix="tadp-", ignore_cleanup_errors=True) as name:
        return _SelfTest(ground, Trial(ground, Path(name), hierarchy(profile)), step).run()


class _Broken(Struct, frozen=True):
    """A fault that was tried, and what failed unless it was just its requirement."""

    kind: Kind
    fault: Fault
    missed: str | None


class _SelfTest:
    """One self-test."""

    def __init__(self, ground: Ground, trial: Trial, step: Progress) -> None:
        self._ground, self._trial, self._step = ground, trial, step
        self._refused: list[Problem] = []
        self._warnings: list[Problem] = []
        self._broken: dict[tuple[str, str], _Broken] = {}
        self._scenarios: list[Scenario] = []

    def run(self) -> Tried:
        hours = usual_hours(self._ground.profile)
        for scenario in _SCENARIOS:
            count = Teller(scenario, self._ground).usual_count()
            self._scenarios.append(replace(scenario, records=count, quarantined_hours=hours))
            self._try(self._scenarios[-1])
        if not self._refused:
            self._try_rules_again()
            self._warnings += self._unreached()
            self._warnings += self._without_effect()
        return Tried(tuple(self._refused), tuple(self._warnings), len(self._broken))

    def _try(self, scenario: Scenario) -> None:
        """Make one submission, and break it in each way that was not tried before."""
        steps: Steps = ("files", scenario.kind.value)
        label = scenario.kind.label
        teller = Teller(scenario, self._ground)
        try:
            deque(teller.records(), maxlen=0)
        except TadpError as error:
            self._refused.append(Problem(steps, f"no {label} can be made: {error.what}"))
            return
        try:
            draft = conforming(scenario, self._ground)
        except TadpError as error:
            self._warnings.append(Problem(steps, f"not tried: {error}"))
            return
        checked = self._check(draft)
        before = frozenset(root.requirement.id for root in checked.roots)
        self._says(steps, label, checked)
        for fault in faults_of(draft):
            key = (fault.requirement, fault.name)
            # Where the signature does not hold, what is around the file says nothing.
            if key in self._broken or (before and fault.name.split("/")[0] not in _OF_FILES):
                continue
            missed = self._misses(draft, fault, before)
            self._broken[key] = _Broken(scenario.kind, fault, missed)

    def _try_rules_again(self) -> None:
        """Break the rules that no fault has shown in other files, with other values."""
        for seed in range(1, _SEEDS + 1):
            wanted = [(kind, _faults_of(rule)) for kind, _, rule in self._rules_unreached()]
            for scenario in self._scenarios:
                names = tuple(name for kind, name in wanted if kind is scenario.kind)
                if not names:
                    continue
                try:
                    draft = conforming(replace(scenario, seed=seed), self._ground)
                except TadpError:
                    continue
                checks = {name.partition("/")[0] for name in names}
                for fault in faults_of(draft, partial(_is_of, checks)):
                    if fault.name.startswith(names):
                        missed = self._misses(draft, fault, frozenset())
                        key = (fault.requirement, fault.name)
                        if missed is None or key not in self._broken:
                            self._broken[key] = _Broken(scenario.kind, fault, missed)

    def _says(self, steps: Steps, label: str, checked: Checked) -> None:
        """Note why what was made under the profile does not conform to it."""
        for root in checked.roots:
            finding = root.findings[0]
            said = f"{root.requirement.id}: {finding.message}"
            what = f"what was made up of the {label} does not conform: {said}"
            if _OF_VALUES & {*root.requirement.checks} and finding.profile:
                path = path_of(self._ground.profile.raw, finding.profile[0])
                self._refused.append(Problem(path, what))
            else:
                self._warnings.append(Problem(steps, f"not tried: {what}"))

    def _misses(self, draft: Draft, fault: Fault, before: frozenset[str]) -> str | None:
        """Return what ``fault`` does, unless it makes its requirement fail and no other by itself.

        Those in ``before`` fail without it.
        """
        faulty = broken(draft, fault)
        return (
            faulty
            if isinstance(faulty, str)
            else unlike((fault.requirement,), self._check(faulty.draft), before)
        )

    def _check(self, draft: Draft) -> Checked:
        checked = self._trial.check(draft)
        self._step(1)
        return checked

    def _rules_unreached(self) -> Iterator[tuple[Kind, int, CrossRule]]:
        """Yield the rules that no fault has shown to make a difference, by file and position."""
        shown = [one.fault.name for one in self._broken.values() if one.missed is None]
        tried = {one.kind for one in self._broken.values()}
        for kind, form in self._ground.profile.files.items():
            for index, rule in enumerate(form.rules if kind in tried else ()):
                if not any(name.startswith(_faults_of(rule)) for name in shown):
                    yield kind, index, rule

    def _unreached(self) -> Iterator[Problem]:
        """Yield the rules and patterns that no fault has shown to make a difference."""
        for kind, index, _ in self._rules_unreached():
            steps = ("files", kind.value, "rules", index)
            yield Problem(steps, "no fault that was tried shows that it is looked at")
        tried = {one.kind for one in self._broken.values()}
        for kind, form in self._ground.profile.files.items():
            if kind not in tried:
                continue
            for index, column in enumerate(form.columns):
                names = [fault.name for fault in column.type.faults()]
                if column.type.pattern_of_text is not None and "no-match" not in names:
                    pattern = ("files", kind.value, "columns", index, "pattern")
                    yield Problem(pattern, "admits all text that was tried")

    def _without_effect(self) -> Iterator[Problem]:
        """Yield the faults that did not make their requirement alone fail, by requirement."""
        missed: dict[tuple[Kind, str], list[_Broken]] = {}
        for one in self._broken.values():
            if one.missed is not None:
                missed.setdefault((one.kind, one.fault.requirement), []).append(one)
        for (kind, requirement), faults in missed.items():
            names = listed([one.fault.name for one in faults], _NAMED)
            which = "which" if len(faults) == 1 else "the first"
            yield Problem(
                ("files", kind.value),
                f"tadp generate cannot break {requirement} alone by {names} "
                f"({which}: {faults[0].missed})",
                "nothing is wrong with the profile; these faults are left out of its corpus",
            )


def _is_of(checks: Collection[str], _: str, check: str) -> bool:
    return check in checks


def _faults_of(rule: CrossRule) -> str:
    """Return what the names of the faults of a rule begin with."""
    return f"{rule.rule.laid_at}/{rule.id}-"
