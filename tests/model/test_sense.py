"""A profile whose entries do not fit one another, or are not all there, is refused by name."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from conformance.checks import CHECKS
from conformance.errors import ModelError
from conformance.model import profile_loading, validated
from conformance.model.catalogue import Catalogue
from conformance.model.loading import load_catalogue
from conformance.model.problem import named
from conformance.model.profile import SIGNING_USES
from conformance.model.profile_loading import load_profile, profile_text
from conformance.model.profile_sense import sense

WHOLE = tomllib.loads(profile_text("reference"))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(CHECKS)


def changed(path: str, value: Any = None) -> dict[str, Any]:
    """The reference profile with one entry changed, or left out."""
    table = copy.deepcopy(WHOLE)
    *steps, last = path.split(".")
    inner = table
    for step in steps:
        inner = inner[step]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return table


FILE = (
    "clause",
    "characters",
    "minimum_records",
    "maximum_record_bytes",
    "key",
    "columns",
    "rules",
)
NEEDED = (
    "files", "breaches", "signature", "certificate", "references", "delivery",
    "files.adt", "files.report", "files.qcaf",
    *(f"files.{kind}.{entry}" for kind in ("adt", "report", "qcaf") for entry in FILE),
    "signature.containers", "signature.signed_attributes", "signature.algorithms",
    "certificate.common_name", "certificate.role_code", "certificate.eui64",
    "certificate.key_usage_critical", "certificate.policies", "certificate.maximum_issuing_cas",
    "certificate.revocation", "references.smsr", "references.incident", "delivery.method",
    "delivery.methods", "delivery.folders", "delivery.tags", "delivery.hours",
    "delivery.contingency_mailboxes", "alerts.message", "alerts.request_id",
    "alerts.quarantined_at", "alerts.variant", "delivery.folders.adt", "delivery.folders.qcaf",
    "delivery.tags.adt", "delivery.tags.qcaf",
)  # fmt: skip
NOT_NEEDED = (
    "source", "assumptions", "alerts", "trust", "readings", "trust.anchors",
    "delivery.live", "delivery.archives", "delivery.live.adt", "delivery.service_desk_mailboxes",
)  # fmt: skip


def _load(table: dict[str, Any], catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile_loading, "parse_toml", lambda *_: copy.deepcopy(table))
    monkeypatch.setattr(validated, "known", frozenset)
    load_profile("reference", catalogue)


@pytest.mark.parametrize("entry", NEEDED)
def test_an_entry_that_is_needed(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    with pytest.raises(ModelError) as caught:
        _load(changed(entry), catalogue, monkeypatch)
    said = f'{entry}: is missing (extend "reference")'
    assert str(caught.value).endswith(said)


@pytest.mark.parametrize("entry", NOT_NEEDED)
def test_an_entry_that_is_not_needed(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    _load(changed(entry), catalogue, monkeypatch)


def _column(name: str = "A", **entries: Any) -> dict[str, Any]:
    return {"name": name, "type": "integer", **entries}


def _file(
    columns: list[dict[str, Any]], key: tuple[str, ...] = (), rules: tuple[Any, ...] = ()
) -> dict[str, Any]:
    reported = [_rule(rule, names) for rule, names in rules]
    return {**WHOLE["files"]["adt"], "columns": columns, "key": list(key), "rules": reported}


def _rule(rule: str, names: tuple[str, ...]) -> dict[str, Any]:
    """A rule whose id is its kind."""
    if rule != "compare":
        return {"id": rule, "rule": rule, "columns": list(names)}
    left, right = names
    return {
        "id": rule, "rule": rule, "left": {"column": left}, "op": "<=", "right": {"column": right}
    }  # fmt: skip


TYPED = [
    _column("Int"), _column("Number"), _column("Eui", type="eui64"),
    _column("Request", type="request-id"), _column("Code", type="code", values=["x"]),
    _column("Other", type="code", values=["x"]), _column("When", type="instant"),
    _column("Since", type="instant"),
]  # fmt: skip
SETTLED = [
    _column("Int"), _column("Maybe", nullable=True),
    _column("Code", type="code", values=["x", "y"]),
    _column("Nothing", type="nothing", nullable=True),
]  # fmt: skip
REQUIRE = {"rule": "require", "columns": ["Maybe"]}
ONE_OF = {"rule": "one-of", "column": "Maybe", "values": [1]}
WHEN = {"column": "Code", "in": ["x"]}
#: A rule, a condition, and what is wrong with them, if anything is.
CONDITIONAL: list[tuple[str, dict[str, Any], str, dict[str, Any], str | None]] = [
    ("require", REQUIRE, "all is well", WHEN, None),
    ("forbid", {**REQUIRE, "rule": "forbid"}, "all is well", WHEN, None),
    ("one-of", ONE_OF, "all is well", WHEN, None),
    (
        "require", {**REQUIRE, "columns": ["Int"]}, "no field is null", WHEN,
        ".columns: Int is never null, so that the rule requires nothing",
    ),
    (
        "require", {**REQUIRE, "columns": ["Nothing"]}, "each field is null", WHEN,
        ".columns: Nothing is always null, so that it cannot have a value",
    ),
    (
        "forbid", {"rule": "forbid", "columns": ["Int"]}, "no field is null", WHEN,
        ".columns: Int is never null, so that the rule can never be kept",
    ),
    (
        "forbid", {"rule": "forbid", "columns": ["Nothing"]}, "each field is null", WHEN,
        ".columns: Nothing is always null, so that the rule forbids nothing",
    ),
    ("one-of", {**ONE_OF, "values": ["a"]}, "no value is right", WHEN,
     ".values.1: Maybe is never a"),
    (
        "one-of", {**ONE_OF, "column": "Code", "values": ["x", "y"]}, "all values are right",
        {"column": "Maybe", "null": True},
        ".values: the rule allows all that Code can have",
    ),
    ("require", REQUIRE, "there is no column", {"column": "Z", "null": True},
     ": there is no column 'Z'"),
    ("require", REQUIRE, "its own column", {"column": "Maybe", "null": True},
     ".when.1: Maybe is what the rule is about"),
    ("require", REQUIRE, "it never holds", {"column": "Int", "null": True},
     ".when.1.null: Int is never null"),
    ("require", REQUIRE, "it always holds", {"column": "Nothing", "null": True},
     ".when.1.null: Nothing is always null"),
    ("require", REQUIRE, "all values are listed", {"column": "Code", "in": ["x", "y"]},
     ".when.1.in: has all values that Code can have"),
    ("require", REQUIRE, "no value is left", {"column": "Code", "not_in": ["x", "y"]},
     ".when.1.not_in: has all values that Code can have"),
    ("require", REQUIRE, "no such value", {"column": "Code", "in": ["z"]},
     ".when.1.in.1: Code is never z"),
]  # fmt: skip
UNIQUE = {"id": "r", "rule": "unique", "columns": ["Code", "Int"]}
SORTED = {"id": "r", "rule": "sorted", "by": [{"column": "Int"}, {"column": "Code"}]}
COMPLETE = {"id": "r", "rule": "complete", "column": "Code", "for_each": ["Int"]}
ROLES = [
    _column("Role", type="code", role="user-role", values=["IS", "ED"]),
    _column("Variant", type="code", role="variant", values=["7.1", "6.24.1"]),
    _column("Int"), _column("Mine", type="eui64", role="user-id"),
    _column("Always", type="constant", value="x"), _column("One", type="code", values=["ED"]),
]  # fmt: skip
ELIGIBLE = {"id": "e", "rule": "eligible-variant", "columns": ["Role", "Variant"]}
OF_ROLES = {"id": "r", "rule": "complete", "column": "Variant", "for_each": ["Role"]}
#: Rules across records, what they are, and what is wrong with the last, if anything is.
TOGETHER: list[tuple[str, list[dict[str, Any]], list[str], str | None]] = [
    ("the key says so", [UNIQUE], ["Int"], ".columns: the key, Int, is unique already"),
    ("the key says less", [UNIQUE], ["Int", "Maybe"], None),
    ("a column twice", [{**UNIQUE, "columns": ["Int", "Int"]}], [], ".columns: has Int 2 times"),
    ("it is always null", [{**UNIQUE, "columns": ["Int", "Nothing"]}], [],
     ".columns: Nothing is the same in each record, so that the rule says nothing of it"),
    ("another says so", [{"id": "s", "rule": "unique", "columns": ["Int"]}, UNIQUE], [],
     ".columns: rule 's' says so already"),
    ("another is about fewer records",
     [{**UNIQUE, "id": "s", "columns": ["Int"], "when": [WHEN]}, UNIQUE], [], None),
    ("all is well sorted", [SORTED], [], None),
    ("a column twice sorted", [{**SORTED, "by": [{"column": "Int"}, {"column": "Int"}]}], [],
     ".by: has Int 2 times"),
    ("another way", [{**SORTED, "id": "s", "by": [{"column": "Int", "order": "descending"}]},
                     SORTED], [], ".by: rule 's' sorts the same records by Int otherwise"),
    ("no more", [{**SORTED, "id": "s"}, {**SORTED, "by": [{"column": "Int"}]}], [],
     ".by: rule 's' sorts the same records"),
    ("another order", [{**SORTED, "id": "s", "by": [{"column": "Code"}]}, SORTED], [],
     ".by: rule 's' sorts the same records by Code there"),
    ("other records", [
        {**SORTED, "id": "s", "by": [{"column": "Code"}],
         "when": [{"column": "Maybe", "null": True}]},
        {**SORTED, "when": [{"column": "Maybe", "in": [3]}]},
    ], [], None),
    ("all is well complete", [COMPLETE], [], None),
    ("no list of values", [{**COMPLETE, "column": "Maybe"}], [],
     ": Maybe has no list of values, so that it is not known what is wanted"),
    ("no such value", [{**COMPLETE, "values": ["x", "z"]}], [], ".values.2: Code is never z"),
    ("one of a kind by the key", [COMPLETE], ["Int"],
     ".for_each: wants 2 records for each, and by the key there is one"),
    ("one of a kind by a rule", [{"id": "s", "rule": "unique", "columns": ["Int"]}, COMPLETE], [],
     ".for_each: wants 2 records for each, and by rule 's' there is one"),
    ("a condition on itself", [{**COMPLETE, "when": [{"column": "Code", "in": ["x"]}]}], [],
     ".when.1: leaves out the records with y, which are wanted"),
    ("for each of itself", [{**COMPLETE, "for_each": ["Code"]}], [], ".for_each: has Code 2 times"),
]  # fmt: skip
#: The same of rules on ROLES.
OF_SENDERS: list[tuple[str, list[dict[str, Any]], str | None]] = [
    ("a constant", [{"id": "r", "rule": "unique", "columns": ["Int", "Always"]}],
     ".columns: Always is the same in each record, so that the rule says nothing of it"),
    ("a variant that a role may not send", [ELIGIBLE, OF_ROLES],
     ": by rule 'e', ED may not send 7.1"),
    ("those that it may send", [ELIGIBLE, {**OF_ROLES, "eligible_for": "Role"}], None),
    ("a role that is not in for_each",
     [{**OF_ROLES, "for_each": ["Int"], "eligible_for": "Role"}],
     ".eligible_for: Role is not in for_each"),
    ("not a role", [{**OF_ROLES, "for_each": ["Int"], "eligible_for": "Int"}],
     ".eligible_for: Int is not known to hold User Roles"),
    ("no role that may send it",
     [{**OF_ROLES, "for_each": ["One"], "eligible_for": "One", "values": ["7.1"]}],
     ".eligible_for: none of the values may be sent in a User Role that One can have"),
    ("one sender", [
        {"id": "o", "rule": "one-sender", "columns": ["Mine"]},
        {"id": "r", "rule": "complete", "column": "Mine",
         "values": ["00-00-00-00-00-00-00-01", "00-00-00-00-00-00-00-02"]},
    ], ".column: by rule 'o' all records have the same Mine"),
]  # fmt: skip
SENSELESS: dict[str, tuple[str, Any, str | None]] = {
    "a code that is the word for the other action": (
        "files.qcaf",
        _file([_column("A", type="action", codes={"Release": "R", "Delete": "release"})]),
        "files.qcaf.columns.A: the code for Delete is release, "
        "the clause's word for the other action",
    ),
    "two of a name": (
        "files.adt", _file([_column(), _column("B"), _column()]),
        "files.adt.columns: two columns have the name 'A'",
    ),
    "two of a role": (
        "files.qcaf", _file([_column(role="period"), _column("B", role="period")]),
        "files.qcaf.columns: 2 columns have the role 'period'",
    ),
    "three of no role": (
        "files.adt", _file([_column(), _column("B", role="other"), _column("C", role="other")]),
        None,
    ),
    "a minimum above": (
        "files.adt", _file([_column(minimum=5, maximum=4)]),
        "files.adt.columns.A: minimum 5 is above maximum 4",
    ),
    "a minimum as high": ("files.adt", _file([_column(minimum=5, maximum=5)]), None),
    "a minimum of 0": ("files.adt", _file([_column(minimum=0, maximum=0)]), None),
    "a maximum alone": ("files.adt", _file([_column(maximum=0)]), None),
    "a minimum alone": ("files.adt", _file([_column(minimum=9)]), None),
    "digits": ("files.adt", _file([_column(maximum_digits=2)]), None),
    **{
        f"a {limit} of an instant": (
            "files.report", _file([_column(type="instant", **{limit: 2})]),
            f"files.report.columns.A.{limit}: only an integer{also} has limits",
        )
        for limit, also in (
            ("minimum", " or a decimal or a period"),
            ("maximum", " or a decimal or a period"),
            ("maximum_digits", ""),
        )
    },
    "nothing": (
        "files.adt", _file([_column(type="nothing")]),
        "files.adt.columns.A: is always null, so it must be nullable",
    ),
    "nothing, not nullable": (
        "files.adt", _file([_column(type="nothing", nullable=False)]),
        "files.adt.columns.A: is always null, so it must be nullable",
    ),
    "nothing, nullable": ("files.adt", _file([_column(type="nothing", nullable=True)]), None),
    "a key of an unknown column": (
        "files.adt", _file(TYPED, ("Int", "Gone")), "files.adt.key: there is no column 'Gone'",
    ),
    "a rule on nothing": (
        "files.adt", _file(TYPED, (), (("compare", ("Int", "Gone")),)),
        "files.adt.rules.compare: there is no column 'Gone'",
    ),
    "two rules of an id": (
        "files.adt", _file(TYPED, (), (("one-sender", ("Eui",)), ("one-sender", ("Request",)))),
        "files.adt.rules: 2 rules have the id 'one-sender'",
    ),
    **{
        f"{name}, where {reported}": (
            "files.adt",
            {**_file(SETTLED), "rules": [{"id": "r", **rule, "when": [when]}]},
            said and f"files.adt.rules.r{said}",
        )
        for name, rule, reported, when, said in CONDITIONAL
    },
    **{
        f"rules where {reported}": (
            "files.adt",
            {**_file(SETTLED, tuple(key)), "rules": rules},
            said and f"files.adt.rules.r{said}",
        )
        for reported, rules, key, said in TOGETHER
    },
    **{
        f"rules of senders, {reported}": (
            "files.adt", {**_file(ROLES), "rules": rules}, said and f"files.adt.rules.r{said}",
        )
        for reported, rules, said in OF_SENDERS
    },
    "fewer records than are wanted": (
        "files.adt", {**_file(SETTLED), "maximum_records": 1, "rules": [COMPLETE]},
        "files.adt.rules.r: wants 2 records, where maximum_records = 1",
    ),
    "more records than there are values": (
        "files.adt",
        {**_file(SETTLED), "minimum_records": 3, "rules": [{**UNIQUE, "columns": ["Code"]}]},
        "files.adt.rules.r.columns: there are 2 different values for minimum_records = 3",
    ),
    "method": (
        "delivery.method", "fax", "delivery.method: 'fax' is not one of delivery.methods",
    ),
    "contingency": (
        "delivery.contingency", "fax", "delivery.contingency: 'fax' is not one of delivery.methods",
    ),
    "one folder for both files": (
        "delivery.folders", {"adt": "Files/New", "qcaf": "files/new"},
        "delivery.folders: the ADT File and the QCAF have the same one, so they cannot be "
        "distinguished",
    ),
    **{
        f"a folder of delivery.{entry} that is another one too": (
            f"delivery.{entry}.adt", name,
            f"delivery.{entry}.adt: is the folder of delivery.{other}.adt too, which makes them "
            "the same",
        )
        for entry, name, other in (
            ("live", "submitted", "folders"),
            ("archives", "LIVE", "live"),
        )
    },
    "a use that is wanted and refused": (
        "certificate.key_usage_refused", ["keyAgreement", "digitalSignature"],
        "certificate.key_usage_refused.2: digitalSignature is in certificate.key_usage, too",
    ),
    "no use that signs": (
        "certificate",
        WHOLE["certificate"] | {"key_usage": [], "key_usage_refused": [*SIGNING_USES]},
        "certificate.key_usage_refused: has digitalSignature and nonRepudiation, so that no key "
        "may sign",
    ),
    "any use but one": (
        "certificate",
        WHOLE["certificate"] | {"key_usage": [], "key_usage_refused": ["nonRepudiation"]},
        None,
    ),
    **{
        f"{place} with {entry}": (
            "certificate", WHOLE["certificate"] | {"identity": place, entry: value},
            f"certificate.{entry}: {place} has the bytes of the EUI-64, and no text",
        )
        for place in ("x500UniqueIdentifier", "san-hardware-module-name")
        for entry, value in (("identity_form", "none"), ("identity_text", "{eui64}"))
    },
    "a DNS name with colons": (
        "certificate",
        WHOLE["certificate"] | {"identity": "san-dns-name", "identity_form": "colons"},
        "certificate.identity_form: a DNS name has no colons",
    ),
    "an EUI-64 twice": (
        "certificate",
        WHOLE["certificate"] | {"identity": "san-uri", "identity_text": "{eui64}:{eui64}"},
        "certificate.identity_text: has {eui64} twice",
    ),
    "a part that is not known": (
        "certificate",
        WHOLE["certificate"] | {"identity": "common-name", "identity_text": "{user_id} {eui64}"},
        "certificate.identity_text: {user_id} is not known here",
    ),
    "a note": ("readings", {"nope": "x"}, "readings.nope: there is no such note"),
    "a reading": (
        "readings", {"empty-file": "allowed", "quotes": "x"},
        "readings.quotes: 'x' is not one of data, rfc4180",
    ),
    "a reading of a note that decides nothing": (
        "readings", {"failed-check": "checked"},
        "readings.failed-check: no check depends on it, so nothing can be chosen",
    ),
}  # fmt: skip
RULES = {
    "compare": (
        "integer or decimal, integer or decimal; or instant, instant; or period, period; "
        "or date, date; or time, time",
        [("Int", "Number"), ("When", "Since")],
    ),
    "one-sender": ("eui64 or request-id", [("Eui",), ("Request",)]),
    "eligible-variant": ("code, code", [("Code", "Other")]),
    "breach-fits": ("code", [("Code",)]),
}


def _said(table: dict[str, Any], catalogue: Catalogue) -> str | None:
    found = [f"{named(table, one.path)}: {one.what}" for one in sense(table, catalogue)]
    return found[0] if found else None


@pytest.mark.parametrize("name", SENSELESS)
def test_an_entry_that_makes_no_sense_is_refused_by_its_name(
    catalogue: Catalogue, name: str
) -> None:
    entry, value, said = SENSELESS[name]
    assert _said(changed(entry, value), catalogue) == said


@pytest.mark.parametrize("rule", RULES)
def test_the_columns_that_a_rule_goes_with(catalogue: Catalogue, rule: str) -> None:
    types, good = RULES[rule]
    names = [column["name"] for column in TYPED]
    given = [(one, other) for one in names for other in names]
    if rule != "compare":
        given += [(one,) for one in names]
    fitting = {pair for pair in given if "goes with" not in _said_of_rule(catalogue, rule, pair)}
    by_type = {column["name"]: column["type"] for column in TYPED}
    wanted = {tuple(by_type[name] for name in names) for names in good}
    assert fitting == {pair for pair in given if tuple(by_type[n] for n in pair) in wanted}
    said = f"files.adt.rules.{rule}: goes with columns of the types {types}"
    assert _said_of_rule(catalogue, rule, ("When", "Eui")) == said
    if rule != "compare":
        assert _said_of_rule(catalogue, rule, ("When",)) == said


def _said_of_rule(catalogue: Catalogue, rule: str, names: tuple[str, ...]) -> str:
    table = changed("files.adt", _file(TYPED, (), ((rule, names),)))
    return _said(table, catalogue) or ""


@pytest.mark.parametrize("entry", ["references.smsr", "references.incident", "files.adt.columns.A"])
@pytest.mark.parametrize("pattern", ["[", "(a)\\1", "(?=a)", "a{1001}"])
def test_an_expression_that_not_every_engine_knows(
    catalogue: Catalogue, entry: str, pattern: str
) -> None:
    if entry.startswith("files"):
        column = _column(type="text", pattern=pattern)
        said = _said(changed("files.adt", _file([column])), catalogue)
    else:
        said = _said(changed(entry, pattern), catalogue)
    assert said is not None
    assert said.startswith(f"{entry}: is not a regular expression: ")
    assert not said.endswith("None")


def test_the_whole_profile_makes_sense(catalogue: Catalogue) -> None:
    assert _said(WHOLE, catalogue) is None


# --- What extends what --------------------------------------------------------------------------


def _chain(folder: Path, length: int) -> str:
    """Return the first of so many profiles; each extends the next."""
    for number in range(length):
        below = "reference" if number == length - 1 else f"p{number + 1}.toml"
        text = f'profile = "p{number}"\ntitle = "x"\nversion = "1"\nextends = "{below}"\n'
        (folder / f"p{number}.toml").write_text(text, "utf-8")
    return str(folder / "p0.toml")


def test_so_many_profiles_extend_one_another(catalogue: Catalogue, tmp_path: Path) -> None:
    assert load_profile(_chain(tmp_path, 8), catalogue).name == "p0"
    with pytest.raises(ModelError) as caught:
        load_profile(_chain(tmp_path, 9), catalogue)
    said = "profile reference: extends too many others, or itself"
    assert str(caught.value) == said


def test_an_error_in_the_profile_below_is_reported_for_that_profile(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    top = _chain(tmp_path, 1)
    text = (tmp_path / "p0.toml").read_text().replace("reference", "below.toml")
    (tmp_path / "p0.toml").write_text(text, "utf-8")
    cases = {
        'profile = "x"\nversion = "1"\n': ("title: is missing (write text in quotes"),
        "= 1\n": "is not TOML: ",
        None: "no such file (give the path of a TOML file, or one of: reference)",
    }
    for below, said in cases.items():
        (tmp_path / "below.toml").unlink(missing_ok=True)
        if below is not None:
            (tmp_path / "below.toml").write_text(below, "utf-8")
        with pytest.raises(ModelError) as caught:
            load_profile(top, catalogue)
        assert str(caught.value).startswith(f"profile below.toml: {said}")


@pytest.mark.parametrize("name", ["a\0b", "no-such-profile", "", "Reference", "../reference"])
def test_names_of_profiles_that_cannot_be_loaded(catalogue: Catalogue, name: str) -> None:
    with pytest.raises(ModelError) as caught:
        load_profile(name, catalogue)
    assert caught.value.where == f"profile {name}"
    assert caught.value.remedy == "give the path of a TOML file, or one of: reference"
    known = {"a\0b": "embedded null byte", "": "is not a regular file"}
    assert caught.value.what == known.get(name, "no such file")


@pytest.mark.parametrize(("size", "good"), [(1 << 20, True), ((1 << 20) + 1, False)])
def test_the_largest_profile(catalogue: Catalogue, tmp_path: Path, size: int, good: bool) -> None:
    text = profile_text("reference").encode()
    path = tmp_path / "mine.toml"
    path.write_bytes(text + b"#" * (size - len(text)))
    if good:
        assert load_profile(str(path), catalogue).name == "reference"
        return
    with pytest.raises(ModelError) as caught:
        load_profile(str(path), catalogue)
    assert str(caught.value) == f"profile {path}: has more than 1,048,576 bytes"
