# ruff: noqa: E501 - a row for each profile
"""``tadp profile check`` refuses what can never be right or makes no difference, all at once.

Each run puts one whole profile through the self-test, and makes the corpora of the two others, whose
faults are the same; ``tox -e whole`` puts these through it too.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance.commands.common import catalogue
from conformance.model.requirement import Kind
from conformance.model.types.language import admitted
from conformance.profiles.checking import Examined, examine
from generators.scenario import Scenario
from tests.model.profiles import extending
from tests.model.test_schema_words import OF_A_LIBRARY

HEAD = 'profile = "mine"\ntitle = "Mine"\nversion = "1"\nextends = "reference"\n'
ADT = """[files.adt]
key = ["User", "Service"]
columns = [
  { name = "User", type = "eui64", role = "user-id" },
  { name = "Service", type = "code", role = "variant", values_from = "service-reference-variants" },
  { name = "Warn", type = "integer", role = "warning-threshold", maximum = 10, nullable = true },
  { name = "Most", type = "integer", role = "threshold", maximum = 20 },
  { name = "Extra", %s },
]
rules = [
  { id = "own", rule = "one-sender", columns = ["User"] },%s
]
"""
QUARANTINE = """[files.report]
key = [%s]
rules = [%s]
columns = [
  { name = "Request", type = "request-id", role = "request-id" },
  { name = "Limb", type = "code", role = "breach", values = [%s] },
]
[files.qcaf]
key = ["Request"]
rules = []
columns = [
  { name = "Request", type = "request-id", role = "request-id" },
  { name = "Limb", type = "code", values = ["A", "B"] },
  %s
]
"""
ACTION = '{ name = "Action", type = "action", role = "action" },'
LIMBS = '[breaches]\nA = "user"\nB = "dcc"\n'


def adt(extra: str = 'type = "integer"', rule: str = "") -> str:
    return ADT % (extra, f"\n  {rule}," if rule else "")


def quarantine(
    key: str = '"Request"', rule: str = "", values: str = '"A", "B"', action: str = ACTION
) -> str:
    return LIMBS + QUARANTINE % (key, rule, values, action)


def looked_at(folder: Path, text: str, *, quick: bool = True) -> Examined:
    path = extending(folder, text)
    return examine(str(path), catalogue(), None if quick else lambda _: None)


def compare(left: str, op: str, right: str, more: str = "") -> str:
    return (
        f'{{ id = "c", rule = "compare", left = {{ column = "{left}" }}, op = "{op}", '
        f'right = {{ column = "{right}" }}{more} }}'
    )


#: Refused profiles: the text, the entry that is named, and the line of the file.
REFUSED: dict[str, tuple[str, str, int]] = {
    "values of a number": (adt('type = "integer", values = ["1"]'), "files.adt.columns.Extra.values", 12),
    "a pattern of a number": (adt('type = "integer", pattern = "1"'), "files.adt.columns.Extra.pattern", 12),
    "limits of text": (adt('type = "text", pattern = "x", maximum = 3'), "files.adt.columns.Extra.maximum", 12),
    "limits of a code": (adt('type = "code", values = ["1"], minimum = 1'), "files.adt.columns.Extra.minimum", 12),
    "two maxima": (adt('type = "integer", maximum = 5, maximum_digits = 3'), "files.adt.columns.Extra", 12),
    "a minimum beyond the digits": (adt('type = "integer", minimum = 1000, maximum_digits = 3'), "files.adt.columns.Extra", 12),
    "a User ID as text": (adt('type = "text", pattern = "x", role = "user-role"'), "files.adt.columns.Extra.role", 12),
    "a period as an instant": (adt('type = "instant", role = "period"'), "files.adt.columns.Extra.role", 12),
    "a role of the other file": (adt('type = "instant", role = "quarantined-at"'), "files.adt.columns.Extra.role", 12),
    "an action in an ADT File": (adt('type = "action"'), "files.adt.columns.Extra.type", 12),
    "a quotation mark in a code": (adt("type = \"code\", values = ['a\"b']"), "files.adt.columns.Extra", 12),
    "characters that the file has not": (adt('type = "text", pattern = "\u00e9+"'), "files.adt.columns.Extra.pattern", 12),
    "characters that Latin-1 has not": (adt('type = "text", pattern = "\u20ac[0-9]"').replace("[files.adt]", '[files.adt]\ncharacters = "latin-1"'), "files.adt.columns.Extra.pattern", 13),
    "a separator": (adt('type = "text", pattern = "a,b"'), "files.adt.columns.Extra.pattern", 12),
    "a quotation mark": (adt("type = \"text\", pattern = '\"x\"'"), "files.adt.columns.Extra.pattern", 12),
    "nothing but null": (adt('type = "text", pattern = "x{0}"'), "files.adt.columns.Extra.pattern", 12),
    "an end before the end": (adt('type = "text", pattern = "a$b"'), "files.adt.columns.Extra.pattern", 12),
    "a comparison with itself": (adt(rule=compare("Warn", "<", "Warn")), "files.adt.rules.c", 16),
    "a comparison that always holds": (adt('type = "integer", minimum = 30', compare("Most", "<=", "Extra")), "files.adt.rules.c", 16),
    "a comparison that never holds": (adt('type = "integer", minimum = 30', compare("Extra", "<", "Most")), "files.adt.rules.c", 16),
    "null of what is never null": (adt(rule=compare("Extra", "<=", "Most", ', null = "fails"')), "files.adt.rules.c.null", 16),
    "a rule twice": (adt(rule='{ id = "again", rule = "one-sender", columns = ["User"] }'), "files.adt.rules.again", 16),
    "a rule twice, the other way round": (adt(rule=compare("Warn", "!=", "Most") + ", " + compare("Most", "!=", "Warn").replace('"c"', '"d"')), "files.adt.rules.d", 16),
    "a reference that no SMSR has": (adt('type = "text", pattern = "X[0-9]+", equals = "submission.smsr"'), "files.adt.columns.Extra", 12),
    "a number that is a reference": (adt('type = "integer", equals = "submission.smsr"'), "files.adt.columns.Extra", 12),
    "an id twice": (adt(rule='{ id = "own", rule = "one-sender", columns = ["User"] }'), "files.adt.rules", 14),
    "ids that differ in case alone": (adt(rule='{ id = "OWN", rule = "one-sender", columns = ["User"] }'), "files.adt.rules", 14),
    "an id with a dot": (adt(rule='{ id = "a.b", rule = "one-sender", columns = ["User"] }'), "files.adt.rules.a.b.id", 16),
    "no id": (adt(rule='{ rule = "one-sender", columns = ["User"] }'), "files.adt.rules.2.id", 16),
    "roles that do not exist": (adt('type = "code", values = ["XX"]', '{ id = "e", rule = "eligible-variant", columns = ["Extra", "Service"] }'), "files.adt.rules.e", 16),
    "variants that there are not": (adt('type = "code", values = ["9.99"]', '{ id = "e", rule = "eligible-variant", columns = ["Service", "Extra"] }'), "files.adt.rules.e", 16),
    "conditions that no record meets": (adt('type = "code", values = ["A", "B"]', '{ id = "q", rule = "require", columns = ["Warn"], when = [{ column = "Extra", in = ["A"] }, { column = "Extra", not_in = ["A"] }] }'), "files.adt.rules.q.when.2", 16),
    "a rule that no requirement has": (adt('type = "code", values = ["A"]', '{ id = "b", rule = "breach-fits", columns = ["Extra"] }'), "files.adt.rules.b.rule", 16),
    "no action": (quarantine(action=""), "files.qcaf.columns", 18),
    "what is signed beside, where nothing is": ('[signature]\ncontainers = ["cms-attached"]\n[signature.cms]\nover = "file"\n', "signature.cms.over", 8),
    "an action that is a code": (quarantine(action='{ name = "Action", type = "code", role = "action", values = ["R"] },'), "files.qcaf.columns.Action.role", 21),
    "an action that may be null": (quarantine(action=ACTION.replace(' },', ', nullable = true },')), "files.qcaf.columns.Action.nullable", 21),
    "two actions of a code": (quarantine(action=ACTION.replace(' },', ', codes = { Release = "X", Delete = "x" } },')), "files.qcaf.columns.Action", 21),
    "one action without a code": (quarantine(action=ACTION.replace(' },', ', codes = { Release = "X" } },')), "files.qcaf.columns.Action.codes.Delete", 21),
    "another key": (quarantine(key='"Limb"'), "files.qcaf.key", 16),
    "no key": (quarantine(key=""), "files.report.key", 9),
    "a breach without a clause": (quarantine(values='"A", "C"'), "files.report.columns.Limb", 13),
    "a value that the QCAF has not": (quarantine(values='"A", "B", "D"').replace('B = "dcc"', 'B = "dcc"\nD = "dcc"'), "files.qcaf.columns.Limb", 21),
    "too short a record": ("[files.qcaf]\nmaximum_record_bytes = 60\n", "files.qcaf.maximum_record_bytes", 6),
    "a missing anchor": ('[trust]\nanchors = ["none.pem"]\n', "trust.anchors.1", 6),
    "a missing list": ('[trust]\ncrls = [\n"none.crl",\n]\n', "trust.crls.1", 7),
    "what is not a certificate": ('[trust]\nanchors = ["mine.toml"]\n', "trust.anchors.1", 6),
    "an assumption about nothing": ('[[assumptions]]\nentry = "files.adtt"\nverified = false\nreason = "x"\n', "assumptions.files.adtt", 5),
    "assumptions that are not a list": ("assumptions = 5\n", "assumptions", 5),
    "an assumption about nothing after another": ('[[assumptions]]\nentry = "references"\nverified = false\nreason = "x"\n[[assumptions]]\nentry = "files.adtt"\nverified = false\nreason = "x"\n', "assumptions.files.adtt", 9),
    "an assumption about no rule": ('[[assumptions]]\nentry = "files.adt.rules.nope"\nverified = false\nreason = "x"\n', "assumptions.files.adt.rules.nope", 5),
    "an empty file beside a minimum": ('[readings]\nempty-file = "allowed"\n[files.adt]\nminimum_records = 5\n', "readings.empty-file", 6),
    "a reading that decides nothing": ('[readings]\nwarning-above-adt = "refused"\n' + adt(), "readings.warning-above-adt", 6),
    "a case that is settled": ('[readings]\neui64-case = "any"\n' + adt(), "readings.eui64-case", 6),
    "a curve of RSA": ('[signature]\nalgorithms = [{ key = "rsa", minimum_bits = 2048, curve = "secp256r1", digests = ["sha256"] }]\n', "signature.algorithms.1.curve", 6),
    "two signatures where there is room for one": ('[signature]\nsigners = 2\ncontainers = ["cms-detached", "raw-detached"]\n', "signature.containers.2", 7),
    "more signers at least than at most": ("[signature]\nsigners = { minimum = 3, maximum = 2 }\n", "signature.signers", 6),
    "no signers": ("[signature]\nsigners = 0\n", "signature.signers", 6),
    "the same method twice": ('[delivery]\ncontingency = "sharepoint"\n', "delivery.contingency", 6),
    "the same tag": ('[delivery.tags]\nadt = "QCAF"\n', "delivery.tags", 5),
    "no address": ('[delivery]\ncontingency_mailboxes = ["Service Centre"]\n', "delivery.contingency_mailboxes.1", 6),
    "a misspelt entry": ("[files.adt]\nminimum_recrods = 2\n", "files.adt.minimum_recrods", 6),
    "a number for text": ("[references]\nsmsr = 12\n", "references.smsr", 6),
    "a date that does not exist": ('[[assumptions]]\nentry = "delivery"\nverified = true\nreason = "x"\nsource = "s"\nby = "b"\non = "2026-13-01"\n', "assumptions.delivery.on", 11),
    "an empty list": ("[signature]\ncontainers = []\n", "signature.containers", 6),
    "something twice": ('[files.adt]\nkey = ["UserID", "UserID"]\n', "files.adt.key", 6),
    "values of two kinds": (adt('type = "code", values = ["1"], values_from = "service-reference-variants"'), "files.adt.columns.Extra", 12),
    "no values": (adt('type = "code"'), "files.adt.columns.Extra", 12),
    "an assumption twice": ('[[assumptions]]\nentry = "references"\nverified = false\nreason = "x"\n' * 2, "assumptions.references", 5),
    "tags that differ in case alone": ('[delivery.tags]\nadt = "one"\nqcaf = "ONE"\n', "delivery.tags", 5),
    "folders that differ in case alone": ('[delivery.folders]\nadt = "a/b"\nqcaf = "A/b"\n', "delivery.folders", 5),
    "old files among those in production": ('[delivery.live]\nadt = "X"\n[delivery.archives]\nadt = "x"\n', "delivery.archives.adt", 8),
    "new files among those in production": ('[delivery.live]\nadt = "Submitted"\n', "delivery.live.adt", 6),
    "a folder from the root": ('[delivery.folders]\nadt = "/etc"\n', "delivery.folders.adt", 6),
    "a folder outside": ('[delivery.archives]\nqcaf = "../x"\n', "delivery.archives.qcaf", 6),
    "a folder that Windows does not take": ('[delivery.live]\nadt = "a:b"\n', "delivery.live.adt", 6),
    "references that look the same": ('[references]\nsmsr = "X[0-9]+"\nincident = "X[0-9]+"\n', "references", 5),
    "any reference": ('[references]\nincident = ".*"\n', "references.incident", 6),
    "a key that cannot be made": ('[signature]\nalgorithms = [{ key = "rsa", minimum_bits = 1000000, digests = ["sha256"] }]\n', "signature.algorithms.1.minimum_bits", 6),
    "hours without an end": ("[delivery]\nhours = 1000000000000\n", "delivery.hours", 6),
    "an element that is two things": ('[alerts]\nmessage = "X"\nrequest_id = "X"\n', "alerts.request_id", 7),
    "an element that is a breach": ('[alerts]\nvariant = "ADUserThresholdBreach"\n', "alerts.variant", 6),
    "no such identifier": ('[certificate]\npolicies = ["9.9.9"]\n', "certificate.policies.1", 6),
    "an identifier with a zero first": ('[certificate]\nextended_key_usage = ["1.3.06"]\n', "certificate.extended_key_usage.1", 6),
    "a policy twice": ('[certificate]\npolicies = ["2.999.1", "2.999.1"]\n', "certificate.policies", 6),
    "a value that no record has room for": (adt(f'type = "code", values = ["A", "{"B" * 90}"]').replace("[files.adt]", "[files.adt]\nmaximum_record_bytes = 100"), "files.adt.columns.Extra", 13),
    "a time that no signature states": ('[readings]\ncertificate-time = "signing"\n[signature]\ncontainers = ["raw-detached"]\n', "readings.certificate-time", 6),
    "a time that no signature may state": ('[readings]\ncertificate-time = "signing"\n[signature]\nsigned_attributes = "refused"\n', "readings.certificate-time", 6),
    "more actions than communications": ("[files.qcaf]\nminimum_records = 2\n", "files.qcaf.minimum_records", 6),
    "narrower limits than the report": (quarantine(action=ACTION + ' { name = "N", type = "integer", maximum = 5 },').replace('values = ["A", "B"] },\n]', 'values = ["A", "B"] },\n  { name = "N", type = "integer" },\n]', 1), "files.qcaf.columns.N", 22),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_an_entry_that_can_never_be_right_is_refused_with_its_name_and_line(
    tmp_path: Path, name: str
) -> None:
    text, entry, line = REFUSED[name]
    if name == "a case that is settled":
        both = ('type = "eui64"', 'type = "eui64", case = "upper"')
        text = text.replace(*both) + quarantine().replace(
            'type = "request-id"', 'type = "request-id", case = "upper"'
        )
    found = looked_at(tmp_path, text)
    assert found.refused, "it was taken"
    first = found.refused[0]
    assert (first.entry, first.line) == (entry, line), list(map(str, found.refused))
    assert first.source == str(tmp_path / "mine.toml")
    for one in found.refused:
        assert one.what
        assert not OF_A_LIBRARY.search(f"{one.what} {one.right}"), str(one)


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = (
        adt('type = "integer", values = ["1"]').replace('"Service"]', '"Sevrice"]', 1)
        + '[delivery]\nmethod = "fax"\n[references]\nsmsr = "("\n[readings]\nnope = "x"\n'
        + "[certificate]\nrole_cod = true\n"
    )
    found = looked_at(tmp_path, text)
    assert [(one.line, one.entry) for one in found.refused] == [
        (24, "certificate.role_cod"),
        (12, "files.adt.columns.Extra.values"),
        (6, "files.adt.key"),
        (18, "delivery.method"),
        (20, "references.smsr"),
        (22, "readings.nope"),
    ]
    assert found.refused[0].right == "did you mean role_code?"
    assert found.refused[-1].right == "tadp clauses lists them"


@pytest.mark.parametrize("wrong", ['type = "integer", pattern = "x"', 'type = "intger"'])
def test_names_in_key_and_rules_are_looked_at_beside_a_column_that_is_wrong(
    tmp_path: Path, wrong: str
) -> None:
    rule = '{ id = "o", rule = "one-sender", columns = ["Usr"] }'
    text = adt(wrong, rule).replace('"Service"]', '"Service", "Srv"]')
    found = {(one.line, one.entry, one.what) for one in looked_at(tmp_path, text).refused}
    assert {one for one in found if one[0] != 12} == {
        (6, "files.adt.key", "there is no column 'Srv'"),
        (16, "files.adt.rules.o", "there is no column 'Usr'"),
    }
    assert len(found) == 3


def test_a_mistake_in_an_extended_profile_is_reported_with_the_file_that_it_is_in(
    tmp_path: Path,
) -> None:
    (tmp_path / "base.toml").write_text(HEAD + "[certificate]\nrole_cod = 1\n", "utf-8")
    path = tmp_path / "top.toml"
    path.write_text(HEAD.replace("reference", "base.toml") + '[readings]\nnope = "x"\n', "utf-8")
    assert [(one.source, one.line) for one in examine(str(path), catalogue()).refused] == [
        ("base.toml", 6),
        (str(path), 6),
    ]
    about = '[[assumptions]]\nentry = "files.adtt"\nverified = false\nreason = "x"\n'
    path.write_text(HEAD.replace("reference", "base.toml"), "utf-8")
    for below, line in ((about, 5), ('[delivery]\ncontingency = "sharepoint"\n', 6)):
        (tmp_path / "base.toml").write_text(HEAD + below, "utf-8")
        found = examine(str(path), catalogue()).refused
        assert [(one.source, one.line) for one in found] == [("base.toml", line)]


@pytest.mark.parametrize(
    "text",
    [
        adt(),
        quarantine(),
        # It is filled in beside the actions.
        quarantine(action=ACTION + ' { name = "Why", type = "integer" },'),
        adt('type = "text", pattern = "[^A]{3}"', compare("Warn", "<", "Most", ', null = "fails"')),
        adt('type = "eui64", form = "none", case = "lower"'),
        quarantine(action=ACTION.replace(" },", ', codes = { Release = "1", Delete = "0" } },')),
        adt('type = "text", pattern = "\u00e9+"').replace(
            "[files.adt]", '[files.adt]\ncharacters = "utf-8"'
        ),
        adt('type = "text", pattern = "\u00a3[0-9]+"').replace(
            "[files.adt]", '[files.adt]\ncharacters = "latin-1"'
        ),
        adt('type = "text", pattern = "[\u0430-\u044f]+"').replace(
            "[files.adt]", '[files.adt]\ncharacters = "utf-8"'
        ),
        '[readings]\nquotes = "rfc4180"\n' + adt('type = "text", pattern = "a,b"'),
        # Files have readings of their own.
        '[readings]\nempty-file = "allowed"\n[files.adt]\nminimum_records = 5\n'
        '[files.adt.readings]\nempty-file = "refused"\n',
        # A date without quotes is a date of TOML, which JSON has not.
        '[[assumptions]]\nentry = "references"\nverified = true\nreason = "r"\nsource = "s"\n'
        'by = "b"\non = 2026-01-31\n',
    ],
)
def test_a_profile_whose_entries_make_sense_is_accepted(tmp_path: Path, text: str) -> None:
    assert list(map(str, looked_at(tmp_path, text).refused)) == []


@pytest.mark.parametrize(
    "name",
    ["other", *(pytest.param(name, marks=pytest.mark.whole) for name in ("reference", "apart"))],
)
def test_the_self_test_finds_nothing_wrong_with_whole_profiles(name: str) -> None:
    tests = Path(__file__).parents[1]
    paths = {
        "apart": tests / "profiles" / "apart.toml",
        "other": tests / "generators" / "other-profile.toml",
    }
    tried: list[int] = []
    found = examine(str(paths.get(name, name)), catalogue(), tried.append)
    assert list(map(str, found.refused)) == []
    assert (found.tried or 0) > 200
    assert sum(tried) > 200


@pytest.fixture
def adt_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try the ADT File alone: the other files are those of the reference profile."""
    monkeypatch.setattr("generators.selftest._SCENARIOS", (Scenario(Kind.ADT),))


def test_what_is_refused_is_not_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "conformance.profiles.checking._plug_in", lambda: pytest.fail("it is to be tried")
    )
    found = looked_at(tmp_path, REFUSED["a missing anchor"][0], quick=False)
    assert (len(found.refused), found.tried) == (1, None)


@pytest.mark.usefixtures("adt_alone")
def test_rules_that_no_record_can_keep_are_found_by_trying(tmp_path: Path) -> None:
    rules = [
        compare("Warn", "<", "Most").replace('"c"', '"one"'),
        compare("Most", "<", "Extra").replace('"c"', '"two"'),
        compare("Extra", "<", "Most").replace('"c"', '"three"'),
    ]
    found = looked_at(tmp_path, adt(rule=",\n  ".join(rules)), quick=False)
    assert [one.entry for one in found.refused] == ["files.adt"]
    assert "no ADT File can be made" in found.refused[0].what


@pytest.mark.usefixtures("adt_alone")
def test_variants_that_none_of_the_roles_may_send_are_found_by_trying(tmp_path: Path) -> None:
    text = adt(
        'type = "code", role = "user-role", values = ["ED"]',
        '{ id = "e", rule = "eligible-variant", columns = ["Extra", "Service"] }',
    ).replace('values_from = "service-reference-variants"', 'values = ["1.1.1"]')
    text = text.replace('key = ["User", "Service"]', 'key = ["Most"]')
    found = looked_at(tmp_path, text, quick=False)
    assert [one.entry for one in found.refused] == ["files.adt.rules.e"]


@pytest.mark.usefixtures("adt_alone")
def test_a_pattern_that_admits_all_that_was_tried_is_a_warning(tmp_path: Path) -> None:
    found = looked_at(tmp_path, adt('type = "text", pattern = ".*"'), quick=False)
    assert not found.refused
    assert [one.entry for one in found.warnings] == ["files.adt.columns.Extra.pattern"]


@pytest.mark.parametrize(
    ("pattern", "characters", "some"),
    [
        ("[a-c]{2,}", "ab", True), ("[^A]+", "AB", True), ("[^A]+", "A", False), (".", "x", True),
        ("a|b", "b", True), ("a|b", "c", False), ("(?:ab)*", "ab", True), ("(?:ab){0}", "ab", False),
        ("[ -~]{300}", "xyz", True), (r"\d\w", "7", True), ("a$b", "ab", False),
        ("(a)b", "ab", True), ("(?>a)b", "ab", True), ("a++b", "ab", True), ("a+?b", "ab", True),
        (r"\D[^\d]", "7x", True), (r"\s", "x ", True), (r"\S", " x", True), (r"\w", "A", True),
        (r"\w", "a", True), (r"\W", "A-", True), (r"\W", "Aa_0", False), ("ab|cd", "cd", True),
        ("^ab$", "ab", True), ("(?=a)b", "ab", False),
    ],
)  # fmt: skip
def test_whether_a_pattern_admits_text_of_some_characters(
    pattern: str, characters: str, some: bool
) -> None:
    found = admitted(pattern, characters)
    assert (found is not None) is some
    assert found is None or re.fullmatch(pattern, found)


def test_other_mistakes_are_reported_beside_entries_that_the_schema_does_not_allow(
    tmp_path: Path,
) -> None:
    text = """
[files.adt]
key = []
columns = [
  { name = "User", type = "eui64", role = "user-id" },
  { name = "A", type = "text", pattern = "a,b" },
  { name = "B", type = "text", patern = "x" },
  { name = "C", type = "integer", minimum = 9, maximum = 3 },
]
rules = []
[signature]
containers = ["raw-detached"]
signers = 2
[trust]
anchors = ["no.pem"]
[delivery]
hours = 0
"""
    entries = {
        "files.adt.columns.B.patern", "delivery.hours", "files.adt.columns.C", "trust.anchors.1",
        "files.adt.columns.A.pattern", "signature.containers.1",
    }  # fmt: skip
    found = looked_at(tmp_path, text)
    assert {one.entry for one in found.refused} == entries
    assert len(found.refused) == len(entries)
    # Where the schema has nothing against it, neither has it anything against less.
    found = looked_at(tmp_path, text.replace("patern", "pattern"))
    assert {one.entry for one in found.refused} == entries - {"files.adt.columns.B.patern"}


def test_readings_that_are_wrong_say_nothing_of_patterns(tmp_path: Path) -> None:
    text = '[readings]\nquotes = "rfc4180"\nno-such-note = "x"\n'
    found = looked_at(tmp_path, text + adt('type = "text", pattern = "a,b"'))
    assert {one.entry for one in found.refused} == {"readings.no-such-note"}


def test_mistakes_are_reported_beside_missing_entries(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('profile = "mine"\ntitle = "T"\nversion = "1"\n[trust]\ncrls = ["x.pem"]\n')
    found = {one.entry for one in examine(str(path), catalogue()).refused}
    assert {"files", "signature", "delivery", "trust.crls.1"} <= found
