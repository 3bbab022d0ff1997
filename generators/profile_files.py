"""Files of clauses 6.3 to 6.5, made up: columns, keys and rules for a profile at random."""

from __future__ import annotations

from collections.abc import Sequence

from generators.drawing import Table
from generators.profile_columns import (
    CASES,
    CODES,
    DATES,
    DECIMALS,
    ENTRIES,
    FORMS,
    INSTANTS,
    INTEGERS,
    PERIODS,
    TIMES,
    WHY,
)
from generators.profile_together import TogetherMaker, named_by
from generators.strategies import ground


class FileMaker(TogetherMaker):
    """Draws the files of one profile, each with names of its own."""

    def adt(self) -> Table:
        """Return an ADT File."""
        period = self._named("period")
        period |= self.one(
            [
                {"type": "integer", **self.one([self._limits(), {"digits": 5}])},
                # As many as a file has to have records.
                {"type": "code", **self._codes(least=2)},
                {"type": "decimal", **self.one(DECIMALS)},
                {"type": "period", **self.one(PERIODS)},
            ]
        )
        threshold = self._named("threshold", **self._number(1_000), **self._unlimited())
        columns: list[Table] = [period, threshold]
        rules: list[Table] = []
        if self.either():
            sender = self._named("user-id", type="eui64", **self.eui64())
            columns.append(sender)
            rules += self._rule("one-sender", sender)
        if self.either():
            warning = self._named("warning-threshold", **self._number(1))
            columns.append(warning)
            rules += self._compared(warning, threshold, ["<=", "<", "!="])
        if self._often():
            variant = self._variant()
            role = self._user_role(variant)
            variant["nullable"] = self.either()
            columns += [variant, role]
            rules += self._rule("eligible-variant", role, variant)
        if self.either():
            low, high = (
                self.plain("integer", **self._limits(), **self._unlimited()) for _ in range(2)
            )
            columns += [low, high]
            rules += self._compared(low, high, ["=", "!=", "<="])
        if self.either():
            low, high = (self.plain("instant", **self.one(INSTANTS)) for _ in range(2))
            columns += [low, high]
            rules += self._compared(low, high, ["<", "=", "<=", "!="])
        if self.either():
            limited = self.plain("integer", **self._limits())
            columns.append(limited)
            edge = {"value": limited["minimum"] + 7}
            rules += self._compared(limited, edge, ["<=", "<", "!="])
        guarded, guards = self._conditional()
        rules += guards
        composed: list[Table] = []
        if self.either():
            parts = self._date_and_time()
            columns += parts
            composed = self._composed("instant", "other", parts)
        columns = self.mixed(columns + self._others() + guarded)
        # A value that a rule compares is not free to tell records apart, and null never does.
        compared = {name for rule in rules for name in named_by(rule)}
        free = [
            one["name"] for one in columns
            if one["name"] not in compared and one["type"] not in ("nothing", "constant")
        ]  # fmt: skip
        key = [period["name"], *self._more_of(free, period["name"])] if self._often() else []
        own, together = self.together()
        if any(rule["rule"] == "eligible-variant" for rule in rules) and self.either():
            together += self.of_roles(role, variant)
        key += [rule["column"] for rule in together if key and rule["rule"] == "complete"]
        keys, columns = [*dict.fromkeys(key)], self.mixed(columns + own)
        return self._file("6.3", columns, keys, rules + together) | _composed_of(composed)

    def report_and_qcaf(self, breaches: Sequence[str]) -> tuple[Table, Table]:
        """Return a quarantine report, and the QCAF with its columns and an action."""
        columns, key, composed, rules = self._request()
        if self.either():
            columns.append(self._named("quarantined-at", type="instant", **self.one(INSTANTS)))
        elif self.either():
            parts = self._date_and_time()
            composed += self._composed("instant", "quarantined-at", parts)
            columns += parts
        if self.either():
            breach = self._named("breach", type="code", values=list(breaches))
            columns.append(breach)
            rules += self._rule("breach-fits", breach)
        if self.either():
            kind = self.one(["code", "text", "integer"])
            columns.append(self._other(kind) | {"role": "event"})
        if self.either():
            sender = self._named("user-id", type="eui64", **self.eui64())
            columns.append(sender)
            rules += self._rule("one-sender", sender)
        if self.either():
            own = self._named("user-role", type="code", **self._codes())
            variant = self._variant()
            columns.append(self.one([variant, self._user_role(variant), own]))
        guarded, guards = self._conditional()
        kept, together = self.together()
        columns += self._others() + guarded + kept
        rules += guards + together
        blank = {"name": self.word(), "type": "nothing", "role": "action", "nullable": True}
        held = [*columns, blank] if self.either() else columns
        report = self._file("6.4", self.mixed(held), key, rules) | _composed_of(composed)
        action: Table = {"name": blank["name"], "type": "action", "role": "action"}
        if self.either():
            action["codes"] = dict(self.one(CODES))
        if self.either():
            columns = [*columns, self._other(self.one(["text", "constant", "integer"]))]
        columns = [self._otherwise(one) for one in columns]
        qcaf = self._file("6.5", self.mixed([*columns, action]), key, rules)
        qcaf |= _composed_of(composed)
        # There is an action for each communication, and none for any other.
        qcaf["minimum_records"] = min(qcaf["minimum_records"], report["minimum_records"])
        if "maximum_records" in report and "maximum_records" in qcaf:
            qcaf["maximum_records"] = max(qcaf["maximum_records"], report["maximum_records"])
        else:
            qcaf.pop("maximum_records", None)
        return report, qcaf

    def _request(self) -> tuple[list[Table], list[str], list[Table], list[Table]]:
        """Return the columns of a Request ID, the key, the value in several, and a rule or none."""
        if self._often():
            request = self._named("request-id", type="request-id", **self._request_id())
            request.pop("nullable", None)
            return [request], [request["name"]], [], self._rule("one-sender", request)
        columns = [self.plain(kind, **self.eui64()) for kind in ("eui64", "eui64")]
        columns.append(self.plain("integer", **self.one([{}, {"width": 12}])))
        for one in columns:
            one["nullable"] = False
        composed = self._composed("request-id", "request-id", columns)
        named = [one["name"] for one in self.one([composed, columns])]
        return columns, named, composed, self._rule("one-sender", self.one([composed, columns])[0])

    def _date_and_time(self) -> list[Table]:
        return [self.plain("date", **self.one(DATES)), self.plain("time", **self.one(TIMES))]

    def _composed(self, kind: str, role: str, parts: list[Table]) -> list[Table]:
        """Return a value with a role in several columns, all of which can be null, or none."""
        nullable = kind == "instant" and self.either()
        for one in parts:
            one["nullable"] = nullable
        found = {"name": self.word(), "from": [one["name"] for one in parts], "type": kind}
        zone = self.perhaps(zone=self.one(["Europe/London", "Z"])) if kind == "instant" else {}
        return [{**found, **zone, "role": role, **self.perhaps(reason=WHY)}]

    def _otherwise(self, column: Table) -> Table:
        """Return a column of a report as the QCAF has it, which may write EUI-64s otherwise."""
        if column.get("form") not in FORMS or self.either():
            return column
        return {**column, "form": self.one(FORMS)}

    def eui64(self) -> Table:
        """Return how the EUI-64s of a column are written."""
        return self.perhaps(form=self.one(FORMS), case=self.one(CASES))

    def _request_id(self) -> Table:
        """Return how the Request IDs of a column are written."""
        return {**self.eui64(), **self.perhaps(separator=self.one(":-/_."))}

    # --- Files ------------------------------------------------------------------------------------

    def _file(
        self, clause: str, columns: Sequence[Table], key: Sequence[str], rules: Sequence[Table]
    ) -> Table:
        return {
            "clause": clause,
            "characters": self.one(["printable-ascii", "ascii", "utf-8", "latin-1"]),
            "minimum_records": self.one([1, 1, 1, 2, 0]),
            **self.perhaps(maximum_records=self.one(_most(rules))),
            "maximum_record_bytes": self.one([1024, 600, 65536]),
            **self._form(),
            "key": list(key),
            "columns": [dict(one) for one in columns],
            "rules": [
                {"id": f"rule-{number}", **rule, **self.perhaps(reason=WHY)}
                for number, rule in enumerate(rules, 1)
            ],
        }

    def _form(self) -> Table:
        """Return what a file says of its bytes, and readings that are left to it."""
        found = self.perhaps(
            final_separator=self.one(["either", "required", "refused"]),
            quoting=self.one(["none", "all", "text", "allowed"]),
            record_end=self.one(["separator", "bare"]),
        )
        readings: Table = {
            "null-form": self.one(["words", "commas-only"]),
            "byte-order-mark": self.one(["ignored", "refused"]),
        }
        if "final_separator" not in found:
            readings["final-line-feed"] = self.one(["separator", "terminator", "either"])
        return found | self.perhaps(readings=self.perhaps(**readings))

    def _often(self) -> bool:
        return not self.either() or not self.either()

    def _more_of(self, names: Sequence[str], first: str) -> list[str]:
        others = [name for name in names if name != first]
        return self.some(others)[:3] if others and self.either() else []

    # --- Columns ----------------------------------------------------------------------------------

    def _named(self, role: str, **entries: object) -> Table:
        """Return a column with ``role``."""
        return {**self.plain("", **entries), "role": role}

    def _variant(self) -> Table:
        every: Table = {"values_from": "service-reference-variants"}
        some: Table = {"values": self.some([*ground().catalogue.eligible])}
        return self._named("variant", type="code", **self.one([every, some]))

    def _user_role(self, variant: Table) -> Table:
        """Return a column of User Roles, at least one of which may send a variant of the list."""
        eligible = ground().catalogue.eligible
        roles = sorted(frozenset().union(*eligible.values()))
        first = next(iter(variant.get("values", eligible)))
        mine = sorted(eligible[first]) or roles
        values = dict.fromkeys([self.one(mine), *self.some(roles)])
        return self._named("user-role", type="code", values=self.mixed([*values]))

    def _number(self, least: int) -> Table:
        """Return a threshold whose largest values are far above ``least``."""
        if self.either():
            form = self.one([{"fraction_digits": 2}, {"maximum_fraction_digits": 1}])
            return {"type": "decimal", **form, **self.perhaps(maximum=99999.5)}
        if self.either():
            return {"type": "integer", "width": self.one([7, 9]), "pad": self.one(["0", " "])}
        limit = self.one([{"maximum": 9_999_999}, {"maximum_digits": 9}, {}])
        return {"type": "integer", **limit, **self.perhaps(minimum=least)}

    def _limits(self) -> Table:
        least = self.one([0, 1, 50])
        most = {"maximum": least + self.one([9999, 99, 10**9])}
        return self.one([most, {"maximum_digits": self.one([4, 40])}, {}]) | {"minimum": least}

    def _codes(self, least: int = 1) -> Table:
        values = [self.word().upper(), self.word(), "N/A", "two words", "-x-"]
        return {"values": values[: max(least, self.one([2, 1, 3, 5]))]}

    def _others(self) -> list[Table]:
        """Return columns without a role."""
        kinds = (
            "integer", "text", "code", "instant", "eui64", "request-id", "nothing", "constant",
            "decimal", "date", "time", "period",
        )  # fmt: skip
        return [self._other(self.one(kinds)) for _ in range(self.one([0, 1, 2, 4]))]

    def _other(self, kind: str) -> Table:
        entries: Table = {}
        match kind:
            case "integer":
                entries = self.one([self._limits(), *INTEGERS])
            case "text" | "decimal" | "instant" | "date" | "time" | "period":
                entries = self.one(ENTRIES[kind])
            case "code":
                entries = self._codes()
            case "eui64":
                entries = self.eui64()
            case "request-id":
                entries = self._request_id()
            case "constant":
                entries = {"value": self.one(["H", self.word(), "1.0"])}
            case "nothing":
                entries = {"nullable": True}
        entries = {**entries, **self._words_for(kind, entries), **self.perhaps(role="other")}
        return self.plain(kind, **entries)

    def _unlimited(self) -> Table:
        """Return a word for infinity, or none."""
        return self.perhaps(also=[{"word": self.word(), "means": "infinity"}])

    def _words_for(self, kind: str, entries: Table) -> Table:
        """Return words for a column without a role, or none."""
        if kind in ("text", "nothing"):  # all that a text has may be a word, too
            return {}
        meanings: list[Table] = [{}]
        if kind in ("integer", "decimal", "period", "instant", "date"):
            meanings.append({"means": "infinity"})
        if value := entries.get("value", *entries.get("values", [None])[:1]):
            meanings.append({"means": {"value": value}})
        words = [{"word": self.word(), **self.one(meanings)} for _ in range(self.one([1, 2]))]
        return self.perhaps(also=words)

    # --- Rules ------------------------------------------------------------------------------------

    def _rule(self, kind: str, *columns: Table) -> list[Table]:
        """Return the rule, or none."""
        found = {"rule": kind, "columns": [one["name"] for one in columns]}
        return [found] if self._often() else []

    def _conditional(self) -> tuple[list[Table], list[Table]]:
        """Return columns, and rules on them that hold where a condition does; or none."""
        if not self.either():
            return [], []
        guide = self.plain("code", values=["A1", "B2", "C3"])
        guide["nullable"] = self.either()
        conditions: list[Table] = [{"in": ["A1"]}, {"not_in": ["B2", "C3"]}, {"in": ["A1", "C3"]}]
        if guide["nullable"]:
            conditions += [{"null": True}, {"null": False}]
        when = [{"column": guide["name"], **self.one(conditions)}]
        if self.either():
            chosen = self.plain("code", values=["X", "Y", "Z"])
            few = self.one([["X"], ["X", "Z"]])
            found: Table = {"rule": "one-of", "column": chosen["name"], "values": few}
        else:
            chosen = self.plain(self.one(["integer", "code"]))
            chosen |= {"values": ["1", "2"]} if chosen["type"] == "code" else {}
            chosen["nullable"] = True
            kind = self.one(["require", "forbid"])
            found = {"rule": kind, "columns": [chosen["name"]]}
        return [guide, chosen], [{**found, "when": when}]

    def _compared(self, left: Table, right: Table, comparators: Sequence[str]) -> list[Table]:
        nullable = left.get("nullable") or right.get("nullable")
        found = {
            "rule": "compare",
            "left": {"column": left["name"]},
            "op": self.one(comparators),
            "right": {"column": right["name"]} if "name" in right else right,
        }
        found |= self.perhaps(null=self.one(["passes", "fails"]) if nullable else "passes")
        return [found] if self._often() else []


def _most(rules: Sequence[Table]) -> list[int]:
    """Return how many records a file with these rules may have at most."""
    whole = any(rule["rule"] == "complete" for rule in rules)
    return [1000, 40] if whole else [1000, 20, 5, 2]


def _composed_of(values: Sequence[Table]) -> Table:
    """Return the entry of values in several columns, if there are any."""
    return {"composed": list(values)} if values else {}
