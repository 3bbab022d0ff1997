"""Whole profiles made up at random: what can be checked can be made, broken, filled in and signed.

``tox -e profiles`` tries many; the others are a handful, always the same ones.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.cli import main as tadp
from conformance.model.requirement import Kind, SetBy
from generators.conforming import conforming
from generators.draft import Draft
from generators.faults import Fault, faults_of
from generators.profiles import Table, loaded, profile_tables, text_of
from generators.scenario import Scenario
from generators.teller import Teller
from tests.generators.test_under_profiles import roots

#: Profiles that are tried, and the seed they are drawn from.
COUNT, SEED = (int(os.environ.get(f"TADP_PROFILES_{one}", "3")) for one in ("COUNT", "SEED"))
KINDS = ((Kind.ADT, SetBy.USER), (Kind.REPORT, SetBy.USER), *((Kind.QCAF, who) for who in SetBy))


def drawn(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test on profiles drawn from the seed; nothing is shrunk, for that takes minutes."""
    once = settings(
        max_examples=COUNT, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    return seed(SEED)(once(test))


def drafts(table: Table) -> Iterator[Draft]:
    """Yield a conforming draft of each kind."""
    place = loaded(table)
    for kind, who in KINDS:
        scenario = Scenario(kind=kind, set_by=who, quarantined_hours=20)
        count = Teller(scenario, place).usual_count()
        yield conforming(replace(scenario, records=max(1, count)), place)


@drawn
@given(profile_tables(), st.randoms(use_true_random=False))
def test_what_is_made_conforms_and_one_fault_of_each_kind_breaks_what_it_names(
    table: Table, random: Random
) -> None:
    for draft in drafts(table):
        assert roots(draft) == [], (draft.kind, text_of(table))
        faults = list(faults_of(draft))
        random.shuffle(faults)
        kinds: dict[str, Fault] = {fault.name.split("/")[0]: fault for fault in faults}
        for fault in kinds.values():
            found = roots(fault.apply(draft).draft)
            assert found == [fault.requirement], (draft.kind, fault.name, text_of(table))


@drawn
@given(profile_tables())
def test_a_profile_is_taken_and_its_files_filled_in_compared_and_signed(table: Table) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "profile.toml"
        path.write_text(text_of(table), "utf-8")
        profile = ("--profile", str(path))
        assert tadp(["profile", "check", str(path), "--quick"]) == 0, text_of(table)
        draft = next(drafts(table))
        template, made = folder / "template.csv", folder / "adt.csv"
        assert tadp(["template", "adt", "-o", str(template), *profile]) == 0
        heading = template.read_bytes().split(b"\n")[0].rstrip(b"\r")
        template.write_bytes(heading + b"\n" + (draft.csv or b""))
        assert tadp(["make", "adt", str(template), "-o", str(made), *profile]) == 0, text_of(table)
        assert made.read_bytes().rstrip(b"\n") == (draft.csv or b"").rstrip(b"\n")
        assert tadp(["diff", str(made), str(made), *profile]) == 0
        signed, trust = folder / "signed", folder / "out-trust"
        assert tadp(["generate", "adt", "-o", str(folder / "out"), *profile]) == 0
        words = ("--key", str(trust / "aro.key"), "--certificate", str(trust / "aro.pem"))
        own = ("--profile", str(trust / "profile.toml"), "--kind", "adt")
        assert tadp(["sign", str(made), "-o", str(signed), *words, *own]) == 0, text_of(table)


@pytest.mark.long
@settings(
    max_examples=1,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@seed(SEED)
@given(profile_tables())
def test_a_receiver_that_accepts_everything_is_found_out(table: Table) -> None:
    with tempfile.TemporaryDirectory() as name:
        path, report = Path(name) / "profile.toml", Path(name) / "report.json"
        path.write_text(text_of(table), "utf-8")
        receiver = f"exec:{shlex.quote(sys.executable)} -c pass"
        words = ("--profile", str(path), "--cache", name, "--only", "6.1", "--format", "json")
        assert tadp(["assess", "receiver", receiver, *words, "--output", str(report)]) == 1
        cases = json.loads(report.read_text("utf-8"))["cases"]
    found = {(case["expected"], case["status"]) for case in cases}
    assert found == {("accepted", "passed"), ("rejected", "failed")}, text_of(table)
