"""Hypothesis strategies for whole profiles: any columns, keys, rules, signatures and deliveries.

``profile_tables`` gives the table of a profile, which ``text_of`` writes as a file; ``grounds`` has
it loaded. They shrink towards few columns, and towards what a profile says first of anything.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from hypothesis import strategies as st

from conformance.model.file_readings import settled_in
from conformance.model.profile_loading import load_profile
from conformance.signature.containers import CONTAINERS
from generators.draft import Ground
from generators.drawing import Drawing, Table
from generators.profile_files import FileMaker
from generators.profile_records import spread
from generators.profile_signatures import SignatureMaker
from generators.strategies import ground
from generators.toml import toml_of

#: Entries of the schema, and values of them, that no profile made up has, each with the reason.
#: ``tests/profiles/test_made_up.py`` compares the list with the schema.
NOT_MADE_UP: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "extends",
            *(
                f"files.*.{name}.*.{entry}"
                for name in ("columns", "rules", "records")
                for entry in ("remove", "remove = True", "after")
            ),
            "files.*.records.*.columns.*.remove",
            "files.*.records.*.columns.*.remove = True",
            "files.*.records.*.columns.*.after",
        ),
        "a profile made up is whole; what extending does has tests of its own",
    ),
    **dict.fromkeys(
        (
            "delivery.recipient",
            "files.*.columns.*.role = created-at",
            "files.*.columns.*.role = recipient",
            "files.*.composed.*.role = created-at",
            "files.*.records.*.composed.*.role = created-at",
        ),
        "a header has them, which is in files of several kinds of records (``several``)",
    ),
    "trust.anchors.*": "the files are made after the profile, and given with --trust",
    "trust.crls.*": "the files are made after the profile, and given with --crl",
    "trust.ocsp.*": "the files are made after the profile, and given with --ocsp",
    **dict.fromkeys(
        (
            "files.*.columns.*.derived",
            "files.*.columns.*.derived.count",
            "files.*.columns.*.derived.count.*",
            "files.*.columns.*.derived.digest",
            "files.*.columns.*.derived.digest = crc-32",
            "files.*.columns.*.derived.digest = sha-256",
            "files.*.columns.*.derived.over",
            "files.*.columns.*.derived.over = records-before",
            "files.*.columns.*.derived.over = records-below",
            "files.*.columns.*.derived.repetitions",
            "files.*.columns.*.derived.same",
            "files.*.columns.*.derived.sum",
            "files.*.columns.*.equals",
            "files.*.columns.*.equals = submission.smsr",
            "files.*.columns.*.tag",
            "files.*.columns.*.tag = False",
            "files.*.columns.*.tag = True",
            "files.*.header",
            "files.*.header = names",
            "files.*.records",
            "files.*.records.*",
            "files.*.records.*.at",
            "files.*.records.*.columns",
            "files.*.records.*.columns.*",
            "files.*.records.*.columns.*.columns",
            "files.*.records.*.columns.*.columns.*",
            "files.*.records.*.columns.*.occurs",
            "files.*.records.*.columns.*.occurs.*",
            "files.*.records.*.columns.*.repeat",
            "files.*.records.*.composed",
            "files.*.records.*.composed.*",
            "files.*.records.*.composed.*.from",
            "files.*.records.*.composed.*.from.*",
            "files.*.records.*.composed.*.name",
            "files.*.records.*.composed.*.reason",
            "files.*.records.*.composed.*.role",
            "files.*.records.*.composed.*.role = other",
            "files.*.records.*.composed.*.role = quarantined-at",
            "files.*.records.*.composed.*.role = request-id",
            "files.*.records.*.composed.*.type",
            "files.*.records.*.composed.*.type = instant",
            "files.*.records.*.composed.*.type = request-id",
            "files.*.records.*.composed.*.zone",
            "files.*.records.*.key",
            "files.*.records.*.key.*",
            "files.*.records.*.name",
            "files.*.records.*.occurs",
            "files.*.records.*.occurs.*",
            "files.*.records.*.optional_from",
            "files.*.records.*.parent",
            "files.*.records.*.reason",
            "files.*.rules.*.on",
            "files.*.unit",
        ),
        "only files of several kinds of records have them (``several``)",
    ),
}

_LETTERS = "bcdfghjklmnpqrstvwxz"


def text_of(table: Mapping[str, object]) -> str:
    """Return the text of a profile's file."""
    return toml_of(table)


def grounds(*, several: bool = False) -> st.SearchStrategy[Ground]:
    """Return profiles with the model, as ``generators.conforming`` takes them."""
    return profile_tables(several=several).map(loaded)


def loaded(table: Table) -> Ground:
    """Return the profile of ``table``, with the model."""
    catalogue = ground().catalogue
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "profile.toml"
        path.write_text(text_of(table), "utf-8")
        return Ground(catalogue, load_profile(str(path), catalogue))


@st.composite
def profile_tables(draw: st.DrawFn, *, several: bool = False) -> Table:
    """Tables of profiles that ``tadp profile check`` takes.

    ``several``: their files have several kinds of records, or the names of the columns first.
    """
    names = _words(draw(st.integers(0, 1 << 32)))
    maker, files = _Maker(draw, names), FileMaker(draw, names)
    signatures = SignatureMaker(draw, names)
    breaches = {maker.word(): who for who in maker.one([("user", "dcc"), ("dcc", "user", "dcc")])}
    adt = files.adt()
    report, qcaf = files.report_and_qcaf(list(breaches))
    table = {
        "profile": "random",
        "title": "A profile made up at random",
        "version": "1",
        **maker.perhaps(source="Made up for tests; no document has any of it."),
        "files": {"adt": adt, "report": report, "qcaf": qcaf},
        "breaches": breaches,
        "signature": signatures.signature(),
        "certificate": signatures.certificate(),
        "references": maker.references(),
        "delivery": maker.delivery(),
    }
    table |= maker.perhaps(alerts=maker.alerts(), trust=maker.trust())
    if "alerts" not in table and not _has_role("breach", table["files"]):
        table["breaches"] = {}
    table["readings"] = maker.readings(table)
    table |= {"assumptions": maker.assumptions(list(table))}
    return spread(table, draw(st.integers(0, 1 << 32))) if several else table


def _words(number: int) -> Iterator[str]:
    """Yield words that mean nothing, none of them twice."""
    random = Random(number)  # noqa: S311 - reproducible, not secret
    seen: set[str] = set()
    while True:
        word = "".join(random.choices(_LETTERS, k=random.randint(3, 7))).capitalize()
        if word not in seen:
            seen.add(word)
            yield word


class _Maker(Drawing):
    """Draws the parts of one profile that are neither its files nor their signatures."""

    def trust(self) -> Table:
        """Return a table that trusts nothing by itself."""
        return self.perhaps(anchors=[], crls=[], ocsp=[], test_keys=self.either())

    def references(self) -> Table:
        """Return the shapes of references."""
        return self.one(
            [
                {"smsr": "REQ[0-9]{12}", "incident": "INC[0-9]{12}"},
                {"smsr": "SR[0-9]{8}", "incident": "CASE[0-9]{6}"},
                {"smsr": "[A-F]{3}/[0-9]{4,6}", "incident": r"\d{4}-\d{2}-[a-z]"},
            ]
        )

    def delivery(self) -> Table:
        """Return how a submission reaches DCC."""
        method, backup, *others = (self.word() for _ in range(self.one([2, 3, 4])))
        found: Table = {
            "method": method,
            "methods": {one: {"subject_line": self.either()} for one in (method, *others)},
            "contingency_mailboxes": [],
            "hours": self.one([120, 24, 6, 8760]),
            "folders": {kind: self._place() for kind in ("adt", "qcaf")},
            "tags": {kind: self.word().upper() for kind in ("adt", "qcaf")},
            **self.perhaps(
                live={"adt": self.word()},
                archives=self.one(
                    [{"adt": self.word(), "qcaf": self.word()}, {"qcaf": "Old ones"}]
                ),
                service_desk_mailboxes=self.one([["desk@dcc.example"], []]),
            ),
        }
        if self.either():
            found["contingency"] = backup
            found["methods"][backup] = {"subject_line": self.either()}
            found["contingency_mailboxes"] = self.some(["intake@dcc.example", "b@dcc.example"])
        return found

    def _place(self) -> str:
        """Return the path of a folder."""
        parts = [self.word() for _ in range(self.one([2, 1, 3]))]
        return "/".join([*parts[:-1], f"{parts[-1]} {self.word().lower()}"])

    def alerts(self) -> Table:
        """Return the elements of an alert."""
        return {
            name: self.word() for name in ("message", "request_id", "quarantined_at", "variant")
        }

    def readings(self, table: Table) -> Table:
        """Return readings of half the notes that decide something, or of none."""
        if self.either():
            return {}
        idle, found = _idle(table["files"]), {}
        if "contingency" not in table["delivery"]:
            idle.add("email-contingency")
        dated = _is_dated(table["signature"])
        for note in ground().catalogue.notes.values():
            if note.decides and note.id not in idle and self.either():
                readings = [one.id for one in note.readings if dated or one.id != "signing"]
                found[note.id] = self.one(readings)
        return found

    def assumptions(self, tables: Sequence[str]) -> list[Table]:
        """Return what is said of the entries of each of ``tables``."""
        about = [name for name in tables if name in ("files", "breaches", "signature", "delivery")]
        confirmed = {"source": "A made-up clause", "by": "An Officer", "on": "2025-03-04"}
        return [
            {"entry": entry, "reason": "Made up."}
            | self.one([{"verified": False}, {"verified": True, **confirmed}])
            for entry in about
        ]


def _is_dated(signature: Table) -> bool:
    """Return True if signatures can state when they were made."""
    dated = any(CONTAINERS[name].dated for name in signature["containers"])
    return dated and signature.get("signed_attributes") != "refused"


def _has_role(role: str, files: Mapping[str, Table]) -> bool:
    return any(
        one.get("role") == role
        for file in files.values()
        for one in (*file["columns"], *file.get("composed", ()))
    )


def _idle(files: Mapping[str, Table]) -> set[str]:
    """Return the notes that ``files`` leave nothing to decide."""
    adt = files["adt"]
    columns = [column for file in files.values() for column in file["columns"]]
    roles = {column["name"]: column.get("role") for column in adt["columns"]}
    thresholds = [
        rule for rule in adt["rules"]
        if rule["rule"] == "compare" and rule["op"] in ("<", "<=") and "column" in rule["right"]
        and roles[rule["left"]["column"]] == "warning-threshold"
    ]  # fmt: skip
    timed = _has_role("quarantined-at", files)
    own = [{*file.get("readings", {}), *settled_in(file)} for file in files.values()]
    return set.intersection(*own) | {
        note
        for note, is_idle in {
            **dict.fromkeys(("hours-counted-to", "exactly-120-hours", "late-release"), not timed),
            "warning-above-adt": not thresholds,
            "duplicate-rules": not adt["key"],
            "general-or-particular": not any(
                one.get("role") == "variant" and one.get("nullable") for one in adt["columns"]
            ),
            "eui64-case": all(
                "case" in one for one in columns if one["type"] in ("eui64", "request-id")
            ),
            "character-set": all(f["characters"] in ("utf-8", "latin-1") for f in files.values()),
            "empty-file": any(file["minimum_records"] != 1 for file in files.values()),
        }.items()
        if is_idle
    }
