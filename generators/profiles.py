"""Hypothesis strategies for whole profiles: any columns, keys, rules, signatures and deliveries.

``profile_tables`` gives the table of a profile, which ``text_of`` writes as a file; ``grounds`` has
it loaded. They shrink towards few columns, and towards what a profile says first of anything.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from conformance.model.profile import TRIMMED
from conformance.model.profile_loading import load_profile
from conformance.model.signature_record_sense import CONTAINER as RECORD
from conformance.signature.containers import CMS_DETACHED, signing_containers
from generators.draft import Ground
from generators.strategies import ground
from generators.toml import toml_of

Table = dict[str, Any]

_FORMS = ("hyphens", "colons", "none")
_CASES = ("upper", "lower", "any")
_TEXTS: tuple[Table, ...] = (
    {"pattern": "[A-Z]{1,8}"},
    {"pattern": "[^,]{1,40}"},
    {"pattern": "[ -~]{0,20}"},
    {"pattern": r"\d{3}-\w+"},
    {"pattern": "(?:on|off)"},
    {"pattern": "[A-Z][a-z]{2,9}"},
    {"maximum_length": 30},
    {"minimum_length": 3, "maximum_length": 3},
    {"pattern": "[0-9A-Z ]+", "minimum_length": 12},
    {"pattern": "(?:on|off)+", "minimum_length": 4, "maximum_length": 11},
)
_ALGORITHMS: tuple[Table, ...] = (
    {"key": "ecdsa", "curve": "secp256r1", "digests": ["sha256"]},
    {"key": "ecdsa", "curve": "secp384r1", "digests": ["sha384", "sha512"]},
    {"key": "ecdsa", "curve": "secp521r1", "digests": ["sha512"]},
    {"key": "rsa", "minimum_bits": 2048, "digests": ["sha512", "sha256"]},
    {"key": "rsa-pss", "minimum_bits": 2048, "digests": ["sha256", "sha384"]},
    {"key": "ecdsa", "curve": "secp256r1", "digests": ["sha512"]},
)
_USAGES: tuple[Table, ...] = (
    {},
    {"key_usage": ["nonRepudiation"], "key_usage_refused": ["digitalSignature", "keyAgreement"]},
    {"key_usage": ["nonRepudiation", "digitalSignature"], "key_usage_refused": ["keyEncipherment"]},
    {"key_usage": [], "key_usage_refused": ["dataEncipherment"]},
)
_IDENTITIES: tuple[Table, ...] = (
    {},
    {"identity": "x500UniqueIdentifier"},
    {"identity": "common-name", "identity_text": "{any} {eui64}"},
    {"identity": "common-name", "identity_form": "none"},
    {"identity": "serial-number"},
    {"identity": "san-dns-name", "identity_text": "{eui64}.party.example"},
    {"identity": "san-email", "identity_form": "none", "identity_text": "{eui64}@party.example"},
    {"identity": "san-uri", "identity_form": "colons", "identity_text": "urn:eui64:{eui64}"},
    {"identity": "san-hardware-module-name"},
)
#: Readings of notes that say how files are read.
_READINGS = {
    "quotes": ("data", "rfc4180"),
    "eui64-case": ("upper", "any"),
    "action-case": ("exact", "any-case"),
    "final-line-feed": ("either", "terminator"),
}
#: No name of one table is the beginning of another.
_WORD = st.text("bcdfghjklmnpqrstvwxz", min_size=3, max_size=7)


def text_of(table: Mapping[str, Any]) -> str:
    """Return the text of a profile's file."""
    return toml_of(table)


def grounds() -> st.SearchStrategy[Ground]:
    """Return profiles with the model, as ``generators.conforming`` takes them."""
    return profile_tables().map(loaded)


def loaded(table: Table) -> Ground:
    """Return the profile of ``table``, with the model."""
    catalogue = ground().catalogue
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "profile.toml"
        path.write_text(text_of(table), "utf-8")
        return Ground(catalogue, load_profile(str(path), catalogue))


@st.composite
def profile_tables(draw: st.DrawFn) -> Table:
    """Tables of profiles that ``tadp profile check`` takes."""
    words = draw(st.lists(_WORD, min_size=40, max_size=40, unique=True))
    maker = _Maker(draw, iter([word.capitalize() for word in words]))
    adt = maker.adt()
    breaches = {maker.word(): who for who in ("user", "dcc", "dcc")}
    report, qcaf = maker.report_and_qcaf(list(breaches))
    return {
        "profile": "random",
        "title": "A profile made up at random",
        "version": "1",
        "source": "Made up for tests; no document has any of it.",
        "files": {"adt": adt, "report": report, "qcaf": qcaf},
        "breaches": breaches,
        "signature": maker.signature(),
        "certificate": maker.certificate(),
        "trust": {"anchors": [], "crls": []},
        "references": draw(
            st.sampled_from(
                [
                    {"smsr": "REQ[0-9]{12}", "incident": "INC[0-9]{12}"},
                    {"smsr": "SR[0-9]{8}", "incident": "CASE[0-9]{6}"},
                ]
            )
        ),
        "delivery": maker.delivery(),
        "readings": maker.readings([*adt["columns"], *report["columns"]]),
        "assumptions": [
            {"entry": entry, "verified": False, "reason": "Made up."}
            for entry in ("files", "breaches", "signature", "certificate", "references", "delivery")
        ],
    }


class _Maker:
    """Draws the parts of one profile, each with names of its own."""

    def __init__(self, draw: st.DrawFn, words: Any) -> None:
        self._draw, self._words = draw, words

    def word(self) -> str:
        """Return a word that nothing else has."""
        return str(next(self._words))

    def _one(self, choices: Sequence[Any]) -> Any:
        return self._draw(st.sampled_from(list(choices)))

    def _is(self) -> bool:
        return self._draw(st.booleans())

    def _some(self, choices: Sequence[Any]) -> list[Any]:
        """Return one or more, in any order."""
        return self._draw(st.lists(st.sampled_from(list(choices)), min_size=1, unique_by=str))

    # --- Files ------------------------------------------------------------------------------------

    def adt(self) -> Table:
        """Return an ADT File."""
        sender = {"name": self.word(), "type": "eui64", "role": "user-id", **self._eui64()}
        number = {"name": self.word(), "type": "integer", "role": "period", "minimum": 1}
        threshold, warning = (
            {"name": self.word(), "type": "integer", "role": role, "maximum": 9_999_999}
            for role in ("threshold", "warning-threshold")
        )
        variant: Table = {"name": self.word(), "type": "code", "role": "variant"}
        variant["values_from"] = "service-reference-variants"
        role: Table = {"name": self.word(), "type": "code", "role": "user-role"}
        role["values"] = ["IS", "ES", "GS", "ED", "GT", "RSA", "OU"]
        rules: list[Table] = []
        columns: list[Table] = [number, threshold]
        if self._is():
            columns.append(sender)
            rules.append({"rule": "one-sender", "columns": [sender["name"]]})
        if self._is():
            warning["nullable"] = self._is()
            columns.append(warning)
            rules.append(self._compare(warning, threshold))
        if self._is():
            columns += [variant, role]
            rules.append({"rule": "eligible-variant", "columns": [role["name"], variant["name"]]})
        columns += self._others()
        columns = self._draw(st.permutations(columns))
        free = [
            c["name"]
            for c in columns
            if not c.get("role") and not c.get("nullable") and c["type"] != "constant"
        ]
        key = [number["name"], *(self._some(free) if free and self._is() else [])]
        return self._file("6.3", columns, key, rules)

    def report_and_qcaf(self, breaches: list[str]) -> tuple[Table, Table]:
        """Return a quarantine report, and the QCAF with the same columns and an action."""
        request = {"name": self.word(), "type": "request-id", "role": "request-id", **self._eui64()}
        moment = {"name": self.word(), "type": "instant", "role": "quarantined-at"}
        breach = {"name": self.word(), "type": "code", "role": "breach", "values": breaches}
        rules = [{"rule": "one-sender", "columns": [request["name"]]}]
        columns: list[Table] = [request]
        if self._is():
            columns.append(moment)
        if self._is():
            columns.append(breach)
            rules.append({"rule": "breach-fits", "columns": [breach["name"]]})
        columns += self._others()
        report = self._file("6.4", self._draw(st.permutations(columns)), [request["name"]], rules)
        action: Table = {"name": self.word(), "type": "action", "role": "action"}
        if self._is():
            action["codes"] = self._one(
                [{"Release": "R", "Delete": "D"}, {"Release": "1", "Delete": "0"}]
            )
        mixed = self._draw(st.permutations([*columns, action]))
        return report, self._file("6.5", mixed, [request["name"]], rules)

    def _file(self, clause: str, columns: list[Table], key: list[str], rules: list[Table]) -> Table:
        return {
            "clause": clause,
            "characters": self._one(["printable-ascii", "ascii", "utf-8"]),
            "minimum_records": self._one([1, 2, 0]),
            "maximum_record_bytes": self._one([1024, 400]),
            "key": key,
            "columns": columns,
            "rules": [{"id": f"rule-{number}", **rule} for number, rule in enumerate(rules, 1)],
        }

    def _compare(self, left: Table, right: Table) -> Table:
        null = {"null": self._one(["passes", "fails"])} if left["nullable"] else {}
        return {
            "rule": "compare",
            "left": {"column": left["name"]},
            "op": self._one(["<=", "<", "!="]),
            "right": {"column": right["name"]},
            **null,
        }

    def _eui64(self) -> Table:
        form = {"form": self._one(_FORMS)} if self._is() else {}
        return {**form, "case": self._one(_CASES)} if self._is() else form

    def _others(self) -> list[Table]:
        """Return columns without a role."""
        types = st.sampled_from(["integer", "text", "code", "instant", "eui64", "constant"])
        return [self._column(one) for one in self._draw(st.lists(types, max_size=4))]

    def _column(self, kind: str) -> Table:
        made: Table = {"name": self.word(), "type": kind, "nullable": self._is()}
        match kind:
            case "integer":
                least = self._one([0, 1, 50])
                made |= {"minimum": least, "maximum": least + self._one([9999, 10, 10**9])}
            case "text":
                made |= self._one(_TEXTS)
            case "constant":
                made["value"] = self._one(["H", self.word(), "1.0"])
            case "code":
                made["values"] = [self.word().upper(), self.word(), "N/A"][: self._one([2, 1, 3])]
            case "eui64":
                made |= self._eui64()
        return made

    # --- The rest ---------------------------------------------------------------------------------

    def signature(self) -> Table:
        """Return how files are signed."""
        containers = self._some(list(signing_containers()))
        algorithms = self._some(_ALGORITHMS)
        ecdsa = any(one["key"] == "ecdsa" for one in algorithms)
        over = {"over": TRIMMED} if CMS_DETACHED.name in containers and self._is() else {}
        record = {"record": self._record(ecdsa=ecdsa)} if RECORD in containers else {}
        return {
            "containers": containers,
            "signed_attributes": self._one(["optional", "required", "refused"]),
            "algorithms": algorithms,
            "cms": {
                "encodings": self._some(["der", "pem", "base64"]),
                "certificate": self._one(["either", "inside", "elsewhere"]),
                **over,
            },
            **record,
        }

    def _record(self, *, ecdsa: bool) -> Table:
        """Return the record of a signature, with a tag and any other columns."""
        value = {"role": "signature", "encoding": self._one(["base64", "hex"])}
        if ecdsa and self._is():
            value["value"] = self._one(["der", "raw"])
        ders = ["der-base64", "der-hex"]
        whole = {"role": "certificate", "form": self._one(ders)}
        named = [
            {"role": "issuer", "form": self._one([*ders, "rfc4514"])},
            {"role": "serial", "form": self._one(["hex", "decimal"])},
        ]
        columns: list[Table] = [value, *self._one([[whole], named, [whole, *named]])]
        columns += [{"type": "constant", "value": self.word()}] if self._is() else []
        tag = {"type": "constant", "value": self.word().upper(), "tag": True}
        columns = self._draw(st.permutations([tag, *columns]))
        place = self._one(
            [
                {},
                {"at": "first"},
                {"over": "records-before-without-separator"},
                {"at": "last", "over": "records-before"},
                {"at": "first", "over": "all-other-records"},
            ]
        )
        return {**place, "columns": [{"name": self.word(), **column} for column in columns]}

    def certificate(self) -> Table:
        """Return what a certificate must have."""
        switches = ("common_name", "role_code", "eui64", "key_usage_critical", "revocation")
        return {
            **{name: self._is() for name in switches},
            "policies": self._one([[], ["2.999.7"], ["1.2.826.0.1.99"]]),
            "maximum_issuing_cas": self._one([1, 2, 3]),
            **self._one(_USAGES),
            **self._one(_IDENTITIES),
            "extended_key_usage": self._one([[], ["2.999.8"], ["1.3.6.1.5.5.7.3.36", "2.999.8"]]),
        }

    def delivery(self) -> Table:
        """Return how a submission reaches DCC."""
        primary, backup = self.word(), self.word()
        methods = {primary: {"subject_line": self._is()}}
        found: Table = {
            "method": primary,
            "methods": methods,
            "contingency_mailboxes": ["intake@dcc.example"],
            "service_desk_mailboxes": ["desk@dcc.example"],
            "hours": self._one([120, 24, 72]),
            "folders": {
                "adt": f"{self.word()}/{self.word()}",
                "qcaf": f"{self.word()}/{self.word()}",
            },
            "live": {"adt": self.word()},
            "archives": {"adt": self.word(), "qcaf": self.word()},
            "tags": {"adt": self.word().upper(), "qcaf": self.word().upper()},
        }
        methods[backup] = {"subject_line": True}
        found["contingency"] = backup
        return found

    def readings(self, columns: list[Table]) -> Table:
        """Return readings of notes, where they decide something for ``columns``."""
        found = {note: self._one(known) for note, known in _READINGS.items() if self._is()}
        if all("case" in one for one in columns if one["type"] in ("eui64", "request-id")):
            found.pop("eui64-case", None)
        return found
