"""Checks on an edition file beside the model that a schema cannot express."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from conformance.model.catalogue import Catalogue, selects
from conformance.model.edition_file import Statement
from conformance.model.gaps import left_of
from conformance.model.parameter import Parameters, troubles
from conformance.model.problem import printable
from conformance.model.requirement import Kind, Phase, Requirement, Testable
from conformance.model.schema_words import suggestion

#: The checks of these phases look at the evidence of a submission, whichever file it is of.
_OF_EVIDENCE = frozenset({Phase.DELIVERY, Phase.REFERENCES, Phase.SIGNATURE, Phase.CERTIFICATE})
_SENT = frozenset({Kind.ADT, Kind.QCAF})
#: Checks that look at nothing in a submission, and so are of use for any kind.
_OF_ANY_KIND = frozenset({"attested", "receiver-assessed"})

Table = Mapping[str, Any]
nearest = partial(suggestion, otherwise="see tadp clauses")


class Sense:
    """Compares a statement with the model that it extends, and refuses what does not fit."""

    def __init__(
        self, statement: Statement, catalogue: Catalogue, checks: Mapping[str, Parameters]
    ) -> None:
        self._file, self._table = statement, statement.table
        self._known, self._checks = catalogue, checks
        self._ids = [r.id for r in catalogue.requirements()]
        #: The records of those that the file adds, by their ids.
        self._added = {r["id"]: r for _, r in statement.records("requirement")}
        #: The requirements of the edition that is extended, as far as that is known.
        self._before: dict[str, Requirement] = {}
        #: The requirements of the edition that the file states, by their ids.
        self._bound: set[str] = set()
        #: The ids among them that each pattern names.
        self._selected: dict[str, list[str]] = {}

    def check(self) -> None:
        """Refuse, in the statement, each entry that makes no sense."""
        self._edition()
        withdrawn = self._withdrawn()
        self._bound = {*self._before, *self._added} - withdrawn
        self._words(withdrawn)
        self._clauses()
        self._requirements()
        self._excluded()
        self._notes()
        self._covers()

    def _edition(self) -> None:
        file, table, editions = self._file, self._table, self._known.editions
        if file.is_sound("id") and table["id"] in editions:
            file.refuse(("id",), f"{table['id']!r} is the id of a known edition", "choose another")
        if file.is_sound("verified") and table["verified"]:
            lacking = [name for name in ("by", "on") if name not in table]
            if lacking:
                file.refuse(
                    ("verified",),
                    f"is true, but there is no {' and no '.join(lacking)}",
                    "say who compared this file with the source, and on which day",
                )
        if not file.is_sound("extends"):
            return
        if table["extends"] not in editions:
            what = f"{table['extends']!r} is not a known edition"
            file.refuse(("extends",), what, nearest(table["extends"], editions))
            return
        self._before = {r.id: r for r in self._known.requirements(table["extends"])}
        if file.is_sound("in_force"):
            self._in_force(table["in_force"], table["extends"])

    def _in_force(self, day: str, extends: str) -> None:
        start = self._known.editions[extends].in_force
        if start is not None and day < start:
            self._file.refuse(
                ("in_force",),
                f"is {day}, before {start}, when edition {extends} began, which it extends",
                "give a later day, or extend an earlier edition",
            )
            return
        now = self._known.edition_at(datetime.fromisoformat(day).replace(tzinfo=UTC)).id
        if now != extends:
            self._file.refuse(
                ("extends",), f"is {extends!r}, but on {day} edition {now} is in force",
                f"extend {now}, which the new edition takes the place of",
            )  # fmt: skip

    def _withdrawn(self) -> set[str]:
        found: set[str] = set()
        for place, record in self._file.records("withdraw"):
            for number, identifier in enumerate(record["ids"]):
                path = ("withdraw", place, "ids", number)
                if identifier in found:
                    self._file.refuse(path, f"{identifier} is withdrawn twice")
                self._require_there(identifier, path)
                found.add(identifier)
        return found

    def _require_there(self, identifier: str, path: tuple[str | int, ...]) -> None:
        if not self._before or identifier in self._before:
            return
        if identifier in self._ids:
            what = f"{identifier} is not in edition {self._table['extends']}"
            self._file.refuse(path, what, "leave it out")
        else:
            what = f"{identifier!r} is not a requirement"
            self._file.refuse(path, what, nearest(identifier, self._before))

    def _words(self, withdrawn: set[str]) -> None:
        seen: set[str] = set()
        for place, record in self._file.records("word"):
            identifier, path = record["id"], ("word", place)
            if identifier in seen:
                self._file.refuse(path, f"{identifier} is worded twice", "make one record of both")
            if identifier in withdrawn:
                self._file.refuse(path, f"{identifier} is withdrawn in this file as well")
            seen.add(identifier)
            self._require_there(identifier, (*path, "id"))
            known = self._before.get(identifier)
            if known is not None:
                table = {"basis": known.basis, "notes": list(known.notes), **record}
                self._referring(table, path)
                if "clause" in record and not self._is_in_a_clause(f"{record['clause']}-1"):
                    what = f"{record['clause']!r} is not a clause"
                    remedy = nearest(record["clause"], self._numbers())
                    self._file.refuse((*path, "clause"), what, remedy)
                if "with" in record:
                    self._parameters(known.checks, record["with"], known.kinds, path)

    def _numbers(self) -> list[str]:
        """The clauses that are there, and those that the file adds."""
        known = [clause.number for clause in self._known.clauses]
        return known + [record["clause"] for _, record in self._file.records("clause")]

    def _is_in_a_clause(self, identifier: str) -> bool:
        return any(selects(number, identifier) for number in self._numbers())

    def _clauses(self) -> None:
        numbers = {clause.number for clause in self._known.clauses}
        for place, record in self._file.records("clause"):
            if record["clause"] in numbers:
                self._file.refuse(
                    ("clause", place), "is a clause that is there already",
                    "leave the record out; to say that this file covers the clause, use covers",
                )  # fmt: skip
            numbers.add(record["clause"])

    def _requirements(self) -> None:
        seen: set[str] = set()
        for place, record in self._file.records("requirement"):
            identifier, path = record["id"], ("requirement", place)
            if identifier in self._ids or identifier in seen:
                self._file.refuse(
                    path, "has an id that is taken; ids are never used again",
                    f"the next that is free is {self._free(identifier, seen)}",
                )  # fmt: skip
            seen.add(identifier)
            clause = identifier.rsplit("-", 1)[0].split("(")[0]
            if not self._is_in_a_clause(identifier):
                what = f"is of clause {clause}, which is not there"
                self._file.refuse(path, what, "add a [[clause]] with its title and summary")
            self._referring(record, path)
            self._checking(record, path)
            self._patterns(record, path)

    def _free(self, identifier: str, seen: set[str]) -> str:
        clause = identifier.rsplit("-", 1)[0]
        taken = [i for i in (*self._ids, *seen, *self._added) if i.startswith(f"{clause}-")]
        return f"{clause}-{max(int(i.rsplit('-', 1)[1]) for i in taken) + 1}"

    def _referring(self, record: Table, path: tuple[str | int, ...]) -> None:
        """Refuse notes that are not there, and a basis that names none."""
        notes = {*self._known.notes, *(n["id"] for _, n in self._file.records("note"))}
        for name in record.get("notes", ()):
            if name not in notes:
                what = f"{name!r} is not a note"
                self._file.refuse((*path, "notes"), what, nearest(name, sorted(notes)))
        if record["basis"] == "note" and not record.get("notes"):
            self._file.refuse((*path, "notes"), "rests on a note and names none")
        if path[0] == "word" and "from" in record:
            self._patterns(record, path)

    def _checking(self, record: Table, path: tuple[str | int, ...]) -> None:
        checks, kinds = _names(record), frozenset(map(Kind, record["kinds"]))
        for name in checks:
            if name not in self._checks:
                what = f"{name!r} is not a check"
                self._file.refuse((*path, "check"), what, nearest(name, sorted(self._checks)))
                return
            unfit = kinds - self.kinds_of(name)
            if unfit:
                looked = ", ".join(sorted(kind.value for kind in self.kinds_of(name)))
                what = f"{name} does not look at {', '.join(sorted(k.value for k in unfit))}"
                self._file.refuse((*path, "kinds"), what, f"it looks at: {looked}")
            self._require_single(name, record, kinds, (*path, "check"))
        if "set_by" in record and kinds != {Kind.QCAF}:
            self._file.refuse((*path, "set_by"), "only a QCAF is for a threshold that somebody set")
        by_person = record["testable"] == Testable.ATTESTATION
        if by_person != ("attested" in checks):
            self._file.refuse(
                (*path, "testable"), "attestation goes with the check attested, and with no other"
            )
        self._parameters(checks, record.get("with", {}), kinds, path)

    def _require_single(
        self, check: str, record: Table, kinds: frozenset[Kind], path: tuple[str | int, ...]
    ) -> None:
        """Refuse a second requirement that would give the one value that files are read by."""
        if not any(one.single for one in self._checks[check].values()):
            return
        for known in self._before.values():
            same = known.set_by is None or record.get("set_by") in (None, known.set_by)
            if known.id in self._bound and check in known.checks and known.kinds & kinds and same:
                remedy = f"word {known.id} otherwise, or withdraw it"
                self._file.refuse(path, f"{check} is what {known.id} asks for already", remedy)

    def kinds_of(self, check: str) -> frozenset[Kind]:
        """Return the kinds of submissions that a check is of use for."""
        using = [r for r in self._known.requirements() if check in r.checks]
        found = frozenset(kind for r in using for kind in r.kinds)
        if check in _OF_ANY_KIND:
            return frozenset(Kind)
        if found & _SENT and any(r.phase in _OF_EVIDENCE for r in using):
            return found | _SENT
        return found

    def _parameters(
        self,
        checks: tuple[str, ...],
        given: Table,
        kinds: frozenset[Kind],
        path: tuple[str | int, ...],
    ) -> None:
        wanted = {name: one for check in checks for name, one in self._checks[check].items()}
        for name, what in troubles(given, wanted, kinds):
            self._file.refuse((*path, "with", name), what)

    def _patterns(self, record: Table, path: tuple[str | int, ...]) -> None:
        """Refuse ids and patterns that name nothing, or what derives from others itself."""
        for key in ("from", "rejects"):
            for pattern in record.get(key, ()):
                if pattern not in self._selected:
                    self._selected[pattern] = [i for i in self._bound if selects(pattern, i)]
                named = [i for i in self._selected[pattern] if i != record["id"]]
                if not named:
                    self._file.refuse((*path, key), f"{pattern!r} names no requirement")
                elif key == "from":
                    self._require_roots(named, (*path, key))

    def _require_roots(self, named: list[str], path: tuple[str | int, ...]) -> None:
        for identifier in sorted(named):
            sources = self._sources_without_check(identifier)
            if sources:
                what = f"{identifier} has no check of its own, and only derives from others"
                self._file.refuse(path, what, f"name those: {printable(', '.join(sources))}")

    def _sources_without_check(self, identifier: str) -> list[str]:
        if identifier in self._added:
            record = self._added[identifier]
            return [] if "check" in record else list(record["from"])
        known = self._before.get(identifier)
        return [] if known is None or known.checks else list(known.derived_from)

    def _excluded(self) -> None:
        numbers = self._numbers()
        for place, record in self._file.records("excluded"):
            if record["clause"] not in numbers:
                what = f"{record['clause']!r} is not a clause"
                remedy = nearest(record["clause"], numbers)
                self._file.refuse(("excluded", place, "clause"), what, remedy)

    def _notes(self) -> None:
        seen = {*self._known.notes}
        for place, record in self._file.records("note"):
            path = ("note", place)
            if record["id"] in seen:
                self._file.refuse(path, "has an id that is taken", "choose another")
            seen.add(record["id"])
            readings = [reading["id"] for reading in record["reading"]]
            if record["default"] not in readings:
                what = f"{record['default']!r} is not one of its readings"
                self._file.refuse((*path, "default"), what, nearest(record["default"], readings))
            if record.get("decides", True):
                self._file.refuse(
                    (*path, "decides"), "has to be false, since no check depends on this note"
                )

    def _covers(self) -> None:
        labels = list(self._labels())
        covers = self._table["covers"] if labels and self._file.is_sound("covers") else ()
        for label in covers:
            if left_of(labels, [label]) == tuple(labels):
                what = f"{label!r} is not among what is not covered"
                self._file.refuse(("covers",), what, nearest(label, labels))

    def _labels(self) -> Iterator[str]:
        extends = self._table.get("extends")
        for gap in self._known.not_covered:
            if extends in gap.editions:
                yield from gap.clauses


def _names(record: Table) -> tuple[str, ...]:
    check = record.get("check", ())
    return (check,) if isinstance(check, str) else tuple(check)
