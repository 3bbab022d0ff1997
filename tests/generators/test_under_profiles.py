"""Files are generated as a profile asks, and each listed fault is one under that profile.

Of the faults of a signature that the reference profile has too, each run tries one in six under
each profile, with each profile others; ``tox -e whole`` tries all of them, and more columns with
quotation marks.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.checker import Checked, check_submission
from conformance.checks import Setting
from conformance.errors import TadpError
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind
from conformance.submission.hints import CliHints
from conformance.submission.reading import read_submission
from generators.conforming import conforming
from generators.covering import covering
from generators.draft import Draft, Ground
from generators.faults import Fault, faults_of
from generators.hierarchy import store_of
from generators.records import records
from generators.scenario import Scenario
from generators.signing import Signing
from generators.strategies import ground
from generators.teller import LIVE, Teller
from generators.values import Subjectmatter
from tests.model.profiles import extending

SIGNATURES = {
    "bare": 'signature.containers = ["raw-detached"]',
    "p384": 'signature.algorithms = [{key = "ecdsa", curve = "secp384r1", digests = ["sha384"]}]',
    "p521": 'signature.algorithms = [{key = "ecdsa", curve = "secp521r1", digests = ["sha512"]}]',
    "rsa": 'signature.algorithms = [{key = "rsa", minimum_bits = 2048, digests = ["sha512"]}]',
    "rsa-pss": 'signature.algorithms = [{key = "rsa-pss", minimum_bits = 2048, '
    'digests = ["sha384"]}]',
    "two signers": "signature.signers = 2",
    "two signers, inside": 'signature.signers = 2\nsignature.containers = ["cms-attached"]\n'
    'signature.cms.certificate = "elsewhere"',
    "one or two signers, and room for one": "signature.signers = {minimum = 1, maximum = 2}\n"
    'signature.containers = ["raw-detached", "cms-detached"]',
    "one to three signers": "signature.signers = {minimum = 1, maximum = 3}",
    "elsewhere": 'signature.cms.certificate = "elsewhere"',
    "inside": 'signature.cms.certificate = "inside"',
    "sha1": 'signature.algorithms = [{key = "ecdsa", curve = "secp256r1", '
    'digests = ["sha256", "sha1"]}]',
    "no-attributes": 'signature.signed_attributes = "refused"',
    "attributes": 'signature.signed_attributes = "required"',
    "policy": 'certificate.policies = ["1.2.826.0.1.8641679.1.2.1.99"]',
    "usages": 'certificate = {key_usage = ["nonRepudiation"], '
    'key_usage_refused = ["digitalSignature"], extended_key_usage = ["2.999.8"]}',
    "no usage": 'certificate = {key_usage = [], key_usage_refused = ["digitalSignature"], '
    'extended_key_usage = ["1.3.6.1.5.5.7.3.8", "2.999.8"]}',
    **{
        f"{identity} {more}": f'certificate = {{identity = "{identity}"{more}}}'
        for identity, more in (
            ("common-name", ""),
            ("common-name", ', identity_form = "none", identity_text = "{any}, {eui64}"'),
            ("serial-number", ', identity_form = "colons"'),
            ("san-dns-name", ', identity_text = "{eui64}.party.example"'),
            ("san-email", ', identity_text = "{eui64}@party.example"'),
            ("san-uri", ', identity_text = "urn:eui64:{eui64}"'),
            ("san-hardware-module-name", ""),
        )
    },
    "no-rules": "certificate = {common_name = false, role_code = false, eui64 = false, "
    'key_usage_critical = false, revocation = "none", maximum_issuing_cas = 2}',
    "ocsp": 'certificate.revocation = "ocsp"',
    "either": 'certificate.revocation = "either"',
    "ocsp, RSA": 'certificate.revocation = "ocsp"\n'
    'signature.algorithms = [{key = "rsa", minimum_bits = 2048, digests = ["sha256"]}]',
}


def under(text: str, base: str = "reference") -> Ground:
    """Return the profile ``base`` with the entries in ``text``."""
    with tempfile.TemporaryDirectory() as name:
        path = extending(Path(name), text, base)
        return Ground(ground().catalogue, load_profile(str(path), ground().catalogue))


def roots(draft: Draft) -> list[str]:
    """Return the requirements that fail by themselves."""
    return [result.requirement.id for result in checked(draft).roots]


def checked(draft: Draft) -> Checked:
    """Return the verdict on a draft."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draft.write(folder / "submission")
        pki = draft.signing.pki if draft.signing else Signing().pki
        trust = store_of(pki, draft.profile.certificate.revocation)
        at = datetime(2026, 1, 1, tzinfo=UTC)
        setting = Setting(draft.ground.catalogue, draft.profile, trust, at)
        read = read_submission(str(folder / "submission"), CliHints(), draft.profile)
        return check_submission(read, setting)


def of_signature(draft: Draft) -> Iterator[Fault]:
    """Yield the faults of the signature of a draft, and of its certificates."""
    wrong = ("3.4(b)-2", "3.4(b)-3", "3.4(b)-4")
    return (fault for fault in faults_of(draft) if fault.requirement in wrong)


@cache
def usual() -> list[str]:
    """Return the names of the faults of a signature under the reference profile."""
    return [fault.name for fault in of_signature(conforming(Scenario(), ground()))]


def left_out(profile: str) -> set[str]:
    """Return the names of what is left out under a profile: five in six of the usual faults."""
    return set(usual()) - set(usual()[list(SIGNATURES).index(profile) % 6 :: 6])


@pytest.mark.parametrize(
    "profile",
    [
        pytest.param(name, marks=() if number % 2 else pytest.mark.whole)
        for number, name in enumerate(SIGNATURES)
    ],
)
def test_a_signature_is_as_the_profile_asks_and_some_faults_of_it_break_their_requirements(
    profile: str,
) -> None:
    draft = conforming(Scenario(), under(SIGNATURES[profile]))
    assert roots(draft) == []
    for fault in of_signature(draft):
        if fault.name not in left_out(profile):
            assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name


@pytest.mark.whole
@pytest.mark.parametrize("profile", SIGNATURES)
def test_each_fault_of_a_signature_breaks_its_requirement(profile: str) -> None:
    draft = conforming(Scenario(), under(SIGNATURES[profile]))
    for fault in of_signature(draft):
        assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name


def test_each_run_tries_every_fault_of_a_signature_under_some_profile() -> None:
    tried, there = set[str](), set[str]()
    for profile, text in SIGNATURES.items():
        names = {fault.name for fault in of_signature(conforming(Scenario(), under(text)))}
        there |= names
        tried |= names - left_out(profile)
    assert len(there) > len(usual()) > 50
    assert tried == there


def test_a_profile_without_an_algorithm_that_can_be_made_still_has_reports() -> None:
    place = under(
        'signature.algorithms = [{key = "rsa", minimum_bits = 9999, digests = ["sha256"]}]'
    )
    assert roots(conforming(Scenario(kind=Kind.REPORT), place)) == []


FILE = """
[files.adt]
key = {key}
columns = [{columns}]
rules = []
"""


def file_of(key: str, *columns: str) -> Ground:
    """Return the reference profile with another ADT File."""
    return under(FILE.format(key=key, columns=", ".join(f"{{{one}}}" for one in columns)))


COLUMNS = [
    'type = "text", pattern = "[^,]{1,40}"',
    'type = "text", pattern = "[^,]{200,}"',
    r'type = "text", pattern = "\\S+ (?:NULL|x[\"a])?"',
    'type = "text", pattern = "[ -~]{0,40}", nullable = true',
    'type = "text", pattern = "(?:none|-| |a)", nullable = true',
    'type = "code", values = ["None", "N/A", "-"], nullable = true',
    'type = "code", values = ["SWITCH OFF", "a|b", "c"]',
]
#: Those that are tried with quotation marks in each run: with commas and such marks in values, and
#: with neither. Without them, each run tries every third.
QUOTED = (COLUMNS[3], COLUMNS[6])


@pytest.mark.parametrize(
    ("column", "quotes"),
    [
        pytest.param(column, quotes, marks=() if column in tried else pytest.mark.whole)
        for quotes, tried in (("data", COLUMNS[::3]), ("rfc4180", QUOTED))
        for column in COLUMNS
    ],
)
def test_made_up_values_conform_and_each_fault_of_the_file_breaks_its_requirement(
    column: str, quotes: str
) -> None:
    place = file_of('["A"]', 'name = "A", type = "integer"', f'name = "C", {column}')
    readings = {**place.profile.readings, "quotes": quotes}
    place = replace(place, profile=replace(place.profile, readings=readings))
    draft = conforming(Scenario(records=12), place)
    assert roots(draft) == []
    for fault in faults_of(draft):
        if fault.requirement.startswith("6."):
            assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name


@pytest.mark.parametrize(
    ("entries", "pattern"),
    [
        ('characters = "latin-1"', "\u00a3[0-9]"),
        ('characters = "utf-8"', "[\u0430-\u044f]{3}"),
        ('characters = "utf-8"\nquoting = "text"', '\u03a9,[0-9]"'),
    ],
)
def test_made_up_values_have_characters_that_no_other_will_do_for(
    entries: str, pattern: str
) -> None:
    numbers = ("{ name = 'A', type = 'integer' }", "{ name = 'B', type = 'integer' }")
    columns = (*numbers, f"{{ name = 'C', type = 'text', pattern = '{pattern}' }}")
    text = FILE.format(key='["A"]', columns=", ".join(columns))
    place = under(text.replace("[files.adt]", f"[files.adt]\n{entries}"))
    draft = conforming(Scenario(records=3), place)
    assert roots(draft) == []
    # Its values are read with other separators as well.
    faults = [one for one in faults_of(draft) if one.name.startswith("field-separator/")]
    assert len(faults) > 3
    for fault in faults:
        assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name


#: Rules with conditions, for each file.
CONDITIONAL = {
    Kind.ADT: """
[[files.adt.rules]]
id = "general"
rule = "require"
columns = ["WarningThreshold"]
when = [{ column = "ServiceReferenceVariant", null = true }]
[[files.adt.rules]]
id = "hour"
rule = "one-of"
column = "AnomalyDetectionThreshold"
values = [100, 200]
when = [{ column = "TimePeriodHours", in = [1, 2] }]
[[files.adt.rules]]
id = "below"
rule = "compare"
left = { column = "WarningThreshold" }
op = "<"
right = { column = "AnomalyDetectionThreshold" }
when = [{ column = "WarningThreshold", not_in = [0] }]
""",
    Kind.REPORT: """
[[files.report.rules]]
id = "numbered"
rule = "one-of"
column = "QuarantineEventRef"
values = ["7", "8"]
when = [{ column = "Breach", in = ["ADUserThresholdBreach"] }]
""",
    Kind.QCAF: """
[[files.qcaf.rules]]
id = "numbered"
rule = "one-of"
column = "QuarantineEventRef"
values = ["7", "8"]
when = [{ column = "Breach", in = ["ADUserThresholdBreach"] }]
[[files.qcaf.rules]]
id = "released"
rule = "one-of"
column = "Action"
values = ["Release"]
when = [{ column = "QuarantineEventRef", in = [7] }]
""",
}


@pytest.mark.parametrize("kind", CONDITIONAL)
def test_a_rule_with_a_condition_is_kept_and_broken_by_what_is_made(kind: Kind) -> None:
    place = under(CONDITIONAL[kind])
    draft = conforming(Scenario(kind=kind, records=6), place)
    assert roots(draft) == []
    names = ("profile-rules/", "compare/")
    found = [fault for fault in faults_of(draft) if fault.name.startswith(names)]
    stated = {rule.id for rule in place.profile.files[kind].rules if rule.when}
    assert {fault.variant.rsplit("-", 1)[0] for fault in found} == stated
    for fault in found:
        assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name


#: Profiles under which a fault broke another requirement beside its own, or nothing: the file, what
#: the names of such faults begin with, and the entries.
ALONE = {
    "bytes behind a last comma": (
        Kind.REPORT, "characters/", 'files.report.record_end = "separator"'
    ),
    "bytes for a last separator": (
        Kind.ADT, "characters/", 'files.adt.final_separator = "required"'
    ),
    "a moment that is not, in a key": (
        Kind.ADT,
        "field-form/When",
        FILE.format(
            key='["Day", "N"]',
            columns='{name = "Day", type = "date"}, {name = "Hour", type = "time"}, '
            '{name = "N", type = "integer"}',
        )
        + 'composed = [{name = "When", from = ["Day", "Hour"], type = "instant", '
        'zone = "Europe/London"}]',
    ),
    "keys that mean the same": (
        Kind.ADT,
        "profile-rules/both-last-missing",
        FILE.format(
            key='["Time", "Part"]',
            columns='{name = "Time", type = "period", codes = {W = 168, 7D = 168, D = 24}}, '
            '{name = "Part", type = "code", values = ["u", "v", "w"]}',
        ).replace(
            "rules = []",
            'rules = [{id = "both", rule = "complete", column = "Part", values = ["u", "v"]}]',
        ),
    ),
    "a word for a constant": (
        Kind.QCAF,
        "report-unchanged/Form",
        "".join(
            f'[[files.{kind}.columns]]\nname = "Form"\ntype = "constant"\nvalue = "A"\n'
            'also = [{word = "X"}]\n'
            for kind in ("report", "qcaf")
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ALONE)
def test_a_fault_breaks_the_requirement_that_it_names_alone(name: str) -> None:
    kind, names, text = ALONE[name]
    place = under(text)
    found = 0
    for seed in (3, 0, 1):
        draft = conforming(Scenario(kind=kind, seed=seed, records=3), place)
        assert roots(draft) == []
        for fault in faults_of(draft):
            if fault.name.startswith(names):
                found += 1
                assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name
        if found:
            return
    pytest.fail("there is no such fault")


def about() -> Subjectmatter:
    return Teller(Scenario(), ground()).about()


@pytest.mark.parametrize(
    ("columns", "there"),
    [
        (('name = "A", type = "integer", minimum = 5, maximum = 904',), 900),
        (('name = "A", type = "integer", maximum = 9, nullable = true',), 11),
        (('name = "A", type = "text", pattern = "[A-C][0-9]{2}"',), 300),
        (('name = "A", type = "code", values = ["X", "Y"]', 'name = "B", type = "eui64", '
          'role = "user-id"', 'name = "C", type = "text", pattern = "a?b?c?"'), 14),
    ],
)  # fmt: skip
def test_a_file_can_have_every_key_there_is_and_not_one_more(
    columns: tuple[str, ...], there: int
) -> None:
    names = [one.split('"')[1] for one in columns]
    form = file_of(json.dumps(names), *columns).profile.files[Kind.ADT]
    places = [form.index(name) for name in names]
    made = list(records(form, about(), there, 7))
    assert len({tuple(row[place] for place in places) for row in made}) == there
    with pytest.raises(TadpError, match=r"there are \d+ different keys"):
        next(records(form, about(), there + 2, 7))


def test_too_many_records_are_refused_before_any_is_made_with_the_number_of_keys() -> None:
    form = ground().profile.files[Kind.ADT]
    there = len(about().variants) * 744 + 744
    with pytest.raises(TadpError, match=f"there are {there:,} different keys"):
        next(records(form, about(), there + 1, 0))


def test_all_keys_but_a_few_are_made_without_trying_them_by_luck() -> None:
    form = file_of('["A"]', 'name = "A", type = "integer", maximum = 19999').profile.files[Kind.ADT]
    assert len({tuple(row) for row in records(form, about(), 20_000, 0)}) == 20_000


def test_a_column_that_is_null_in_every_record_has_no_fault_of_a_value() -> None:
    place = file_of(
        '["A"]',
        'name = "A", type = "integer"',
        'name = "B", type = "integer", minimum = 3, maximum = 4, nullable = true',
    )
    draft = replace(conforming(Scenario(), place), csv=b"1,\n2,\n3,\n", files={LIVE: b"1,\n"})
    for fault in faults_of(draft):
        if fault.requirement.startswith("6.3") and "/B/" in fault.name:
            assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name


def test_an_area_has_no_folder_that_the_profile_does_not_have() -> None:
    base = ground()
    delivery = replace(base.profile.delivery, live={}, archives={})
    place = replace(base, profile=replace(base.profile, delivery=delivery))
    made = conforming(Scenario(kind=Kind.AREA), place)
    folders = {path.rpartition("/")[0] for path in made.files}
    assert folders == {
        "/".join(delivery.folders[kind].split("/")[-2:]) for kind in (Kind.ADT, Kind.QCAF)
    }
    names = {one.name for one in faults_of(made)}
    assert "request-for-each-file/two-kinds" in names
    assert "request-for-each-file/two-user-ids" not in names


@pytest.mark.parametrize("lacking", [("live",), ("archives",), ("live", "archives")])
def test_an_area_has_no_faults_in_folders_that_the_profile_does_not_have(
    lacking: tuple[str, ...],
) -> None:
    rules = replace(ground().profile.delivery, **{entry: {} for entry in lacking})
    place = replace(ground(), profile=replace(ground().profile, delivery=rules))
    draft = conforming(Scenario(kind=Kind.AREA), place)
    assert roots(draft) == []
    for fault in faults_of(draft):
        assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name


def test_submissions_are_looked_for_with_no_more_records_than_there_are_keys() -> None:
    column = 'name = "A", type = "code", values = ["X", "Y"]'
    place = file_of('["A"]', column)
    made = [one.positive for one in covering(place, 1, lambda _: False)]
    counts = {(one.csv or b"").count(b"\n") for one in made if one.kind is Kind.ADT}
    # One of them has a rule removed.
    assert counts == {1, 2}
