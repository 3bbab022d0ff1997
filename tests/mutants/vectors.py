"""Every mutant of the model's records, tried on the golden vectors.

A mutant that no vector kills must are in ``survivors.toml`` with the reason that none can; one
that is killed must not. Takes some minutes on two cores.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from conformance.checker import Checked, check_submission
from conformance.checks import CHECKS, Setting
from conformance.errors import TadpError
from conformance.model import loading, profile_loading, validated
from conformance.model.loading import load_catalogue, parse_toml
from conformance.model.profile_loading import load_profile
from conformance.signature import TrustStore, load_trust
from conformance.submission.hints import CliHints
from conformance.submission.reading import read_submission
from tests.golden.cases import Case, build, load
from tests.golden.test_catalogue import TABLES, modelled, written
from tests.golden.test_golden import STATUSES
from tests.golden.test_variants import case_of
from tests.mutants.model import Mutant, mutants
from tests.mutants.score import HEADING, Score, complaints, listed
from tests.mutants.trying import Outcome

SURVIVORS = Path(__file__).with_name("survivors.toml")
AT = datetime(2025, 6, 2, 12, tzinfo=UTC)


class Built:
    """A golden case on disk, with what it is checked with."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case = case
        words = build(case, folder)
        self.source = words[0]
        options = dict(zip(words[1::2], words[2::2], strict=True))
        self.profile = options.get("--profile", "reference")
        text = "" if self.profile == "reference" else Path(self.profile).read_text("utf-8")
        self.profile_text = text
        self.trust = _trust(options.get("--trust"), options.get("--crl"))


_STORES: dict[tuple[bytes, bytes], TrustStore] = {}


def _trust(root: str | None, crl: str | None) -> TrustStore:
    key = (Path(root).read_bytes() if root else b"", Path(crl).read_bytes() if crl else b"")
    if key not in _STORES:
        _STORES[key] = load_trust(
            [Path(root)] if root else [], [Path(crl)] if crl else [], test_keys=True
        )
    return _STORES[key]


@cache
def built() -> list[Built]:
    """Every golden case, written once for each process."""
    home = Path(tempfile.mkdtemp(prefix="tadp-mutants-"))
    made = []
    for number, case in enumerate([*load(), *_variants()]):
        folder = home / str(number)
        folder.mkdir()
        made.append(Built(case, folder))
    return made


def _variants() -> Iterator[Case]:
    for eligible in (True, False):
        fails = [] if eligible else ["6.3-15"]
        yield {**case_of(eligible), "fails": fails, "count": case_of(eligible)["count"]}


def killed_by(mutant: Mutant) -> str | None:
    """Return what kills the mutant: a golden case, the requirements' table, or the model."""
    original = parse_toml

    def mutated(data: bytes, where: str) -> dict[str, Any]:
        table = original(data, where)
        return mutant.applied(table) if where == mutant.file else table

    with (
        mock.patch.object(loading, "parse_toml", mutated),
        mock.patch.object(profile_loading, "parse_toml", mutated),
        # The bytes are those of the model as it is, which was found valid.
        mock.patch.object(validated, "known", return_value=frozenset()),
    ):
        try:
            return _killer()
        except (TadpError, LookupError, ValueError, StopIteration) as error:
            return f"the model does not load: {type(error).__name__}: {error}"


#: Cases that killed lately are tried first.
_RECENT: list[int] = []


def _killer() -> str | None:
    catalogue = load_catalogue(CHECKS)
    made = modelled(catalogue)
    for table in TABLES:
        if made[table] != written(table):
            return f"the table {table}"
    profiles: dict[str, Any] = {}
    everything = built()
    order = [*_RECENT, *(n for n in range(len(everything)) if n not in _RECENT)]
    for number in order:
        one = everything[number]
        if one.profile_text not in profiles:
            profiles[one.profile_text] = load_profile(one.profile, catalogue)
        profile = profiles[one.profile_text]
        setting = Setting(catalogue, profile, one.trust, AT, AT)
        checked = check_submission(read_submission(one.source, CliHints(), profile), setting)
        if not agrees(one.case, checked):
            if number in _RECENT:
                _RECENT.remove(number)
            _RECENT.insert(0, number)
            return str(one.case["id"])
    return None


def agrees(case: Case, checked: Checked) -> bool:
    """Return True if the checker's verdict on the case is the one that it states."""
    results = {r.requirement.id: r for r in checked.results}
    if sorted(r.requirement.id for r in checked.roots) != sorted(case["fails"]):
        return False
    if case["fails"]:
        first = results[case["fails"][0]]
        place = first.findings[0].place
        if any(getattr(place, name) != wanted for name, wanted in case.get("place", {}).items()):
            return False
        if first.count != case.get("count", first.count):
            return False
    if any(results[one].through == () for one in case.get("through", [])):
        return False
    grounds = {one: results[one].rests_on for one in case.get("rests_on", {})}
    if (case.get("verdict", checked.verdict), case.get("rests_on", {})) != (
        checked.verdict, grounds,
    ):  # fmt: skip
        return False
    return all(
        results[one].status == status
        for name, status in STATUSES.items()
        for one in case.get(name, [])
    )


def run() -> list[str]:
    """Try them all; print the survivors and the score; what is wrong with the list of them."""
    chosen = list(mutants())
    score = Score("toml", len(chosen))
    with ProcessPoolExecutor() as pool:
        for number, (mutant, killer) in enumerate(
            zip(chosen, pool.map(killed_by, chosen, chunksize=8), strict=True), 1
        ):
            score.outcomes[mutant.name] = Outcome.SURVIVED if killer is None else Outcome.KILLED
            if killer is None:
                print(f"survived: {mutant.name}", flush=True)
            if number % 100 == 0:
                print(f"{number:,} of {len(chosen):,}", file=sys.stderr, flush=True)
    print(HEADING, score.row(), sep="\n")
    return complaints(listed(SURVIVORS), score.outcomes, score.outcomes.items())
