"""The examples that ``tadp explain`` shows are what they say: put to the checker, each one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.checks import CHECKS, Context, Setting
from conformance.content import Content
from conformance.model.column import Column
from conformance.model.condition import Condition
from conformance.model.cross_rule import CrossRule, CrossRuleName
from conformance.model.derived import Derived, DerivedName
from conformance.model.loading import load_catalogue
from conformance.model.profile import Profile
from conformance.model.profile_loading import load_profile
from conformance.model.record_kind import Occurs, RecordKind
from conformance.model.requirement import Kind, Requirement
from conformance.model.types.constant import Constant
from conformance.model.types.integer import Integer
from conformance.records import Rule, Scan, scan
from conformance.signature import TrustStore
from conformance.submission.evidence import Quarantine, SetBy, Submission
from conformance.submission.moments import parse_moment

CATALOGUE = load_catalogue(CHECKS)
PROFILE = load_profile("reference", CATALOGUE)
RULES = {rule.value for rule in Rule}
OF_BYTES = [r for r in CATALOGUE.requirements() if set(r.checks) & RULES]
#: Examples that are words rather than bytes.
SPELT = {
    "<LF>": b"\n",
    "<CR>": b"\r",
    "<HT>": b"\t",
    "<NUL>": b"\0",
    "<EF BB BF>": b"\xef\xbb\xbf",
}
SETTER = "threshold set by the User: "
OF_VARIANT = (Condition("ServiceReferenceVariant", among=("7.1",)),)
NUMBERS = (Column("First", Integer()), Column("Second", Integer()))
COMPARED = "two columns of numbers, the first not above the second"
#: The rules that an example says that its profile has, and the columns if they are others.
RULED: dict[str, tuple[tuple[Column, ...], CrossRule]] = {
    "a profile that requires a Warning Threshold for variant 7.1: ": (
        (),
        CrossRule("a", CrossRuleName.REQUIRE, ("WarningThreshold",), when=OF_VARIANT),
    ),
    "a profile that allows one breach alone for variant 7.1: ": (
        (),
        CrossRule(
            "a",
            CrossRuleName.ONE_OF,
            ("Breach",),
            values=("ADUserThresholdBreach",),
            when=OF_VARIANT,
        ),
    ),
    "a profile that allows Release alone for variant 7.1: ": (
        (),
        CrossRule("a", CrossRuleName.ONE_OF, ("Action",), values=("Release",), when=OF_VARIANT),
    ),
    f"a profile with {COMPARED}: ": (
        NUMBERS,
        CrossRule("a", CrossRuleName.COMPARE, ("First", "Second")),
    ),
}
#: The columns that an example's profile has instead of the usual ones.
NAMES_FIRST = "a profile with the names of the columns first: "
WITH_TRAILER = "a profile with a trailer that has the number of records before it: "
KINDS = (
    RecordKind("data", (Column("Tag", Constant(value="D"), tag=True), Column("Value", Integer()))),
    RecordKind(
        "trailer",
        (
            Column("Tag", Constant(value="T"), tag=True),
            Column("Number", Integer(), derived=Derived(DerivedName.COUNT, ("data",))),
        ),
        at=-1,
        occurs=Occurs(1, 1),
    ),
)


def as_bytes(example: str) -> bytes:
    """The file that an example shows."""
    if example == "a file of 0 bytes":
        return b""
    text = example.removeprefix(SETTER)
    for words in (*RULED, NAMES_FIRST, WITH_TRAILER):
        text = text.removeprefix(words)
    text = re.sub(r" followed by 2,000 (zeros and no line feed|more digits)", "0" * 2000, text)
    data = text.encode()
    for mark, meant in SPELT.items():
        data = data.replace(mark.encode(), meant)
    assert b"<" not in data, "an unknown mark"
    return data


def profile_of(kind: Kind, example: str) -> Profile:
    """The reference profile, with what an example says that its profile has."""
    form = PROFILE.files[kind]
    if example.startswith(NAMES_FIRST):
        return replace(PROFILE, files={**PROFILE.files, kind: replace(form, header=True)})
    if example.startswith(WITH_TRAILER):
        form = replace(form, columns=KINDS[0].columns, key=(), rules=(), records=KINDS, unit="data")
        return replace(PROFILE, files={**PROFILE.files, kind: form})
    for words, (columns, rule) in RULED.items():
        if example.startswith(words):
            form = replace(PROFILE.files[kind], rules=(rule,))
            if columns:
                form = replace(form, columns=columns, key=())
            return replace(PROFILE, files={**PROFILE.files, kind: form})
    return PROFILE


def scan_of(requirement: Requirement, example: str) -> Scan:
    kind = next(k for k in (Kind.ADT, Kind.QCAF, Kind.REPORT) if k in requirement.kinds)
    set_by = requirement.set_by or (SetBy.USER if example.startswith(SETTER) else None)
    file = Content.of_bytes("example", as_bytes(example))
    submission = Submission(
        "example", kind, Path(), file=file, quarantine=Quarantine(set_by=set_by)
    )
    setting = Setting(
        CATALOGUE, profile_of(kind, example), TrustStore(), parse_moment("2025-06-02", "now")
    )
    context = Context(submission, setting)
    found = context.scan
    assert found is not None
    return found


@pytest.mark.parametrize("requirement", OF_BYTES, ids=lambda r: r.id)
def test_the_conforming_example_has_no_fault(requirement: Requirement) -> None:
    found = scan_of(requirement, requirement.example.conforms)
    assert {rule: n for rule, n in found.counts.items() if n} == {}


@pytest.mark.parametrize("requirement", OF_BYTES, ids=lambda r: r.id)
def test_the_violating_example_breaks_its_own_requirement_alone(requirement: Requirement) -> None:
    found = scan_of(requirement, requirement.example.violates)
    broken = [rule for rule, n in found.counts.items() if n]
    assert len(broken) == 1
    assert {*broken} <= {*requirement.checks}


def test_scan_is_what_a_template_is_checked_against_as_well() -> None:
    form = PROFILE.files[Kind.ADT]
    context = Context(
        Submission("x", Kind.ADT, Path()),
        Setting(CATALOGUE, PROFILE, TrustStore(), parse_moment("2025-06-02", "now")),
    )
    heading = ",".join(column.name for column in form.columns) + "\n"
    seen = scan(Content.of_bytes("x", heading.encode()), context.layout(form))
    assert seen.counts[Rule.HEADER] == 1
