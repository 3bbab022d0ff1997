"""Reading a register that a User has completed, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from conformance.content import Content
from conformance.errors import SubmissionError, TadpError
from conformance.foreign import foreign
from conformance.model.catalogue import Catalogue
from conformance.model.problem import collected
from conformance.model.profile import Profile
from conformance.model.requirement import Kind
from conformance.model.schema import problems
from conformance.preparation.answer import entry_of, plain, with_holder, yes_or_no
from conformance.preparation.headings import key_of
from conformance.preparation.opening import open_sheet
from conformance.preparation.register_files import RegisterFiles
from conformance.preparation.register_form import (
    FILE,
    FORMULA,
    HEADINGS,
    KIND,
    KINDS,
    LIVE,
    NOT_YET,
    OF_FILES,
    OF_USER,
    USER_ID,
    USER_ROLE,
    heading,
)
from conformance.preparation.register_matching import Lost, RowMatching
from conformance.preparation.sheet import Row, Sheet, Value, is_blank
from conformance.submission.area.naming import EUI64, read_name
from conformance.submission.area.survey import AreaFile
from conformance.submission.evidence import AdtSetter
from conformance.submission.facts import FACTS, NONE, Fact, put
from conformance.submission.kind import is_message
from conformance.submission.moments import parse_moment
from conformance.submission.register import Register

#: The most rows that are read.
MAXIMUM_ROWS = 100_000
_COMPLETED = next(heading(fact) for fact in OF_FILES if fact.key == "completed_at")


def read_register(
    path: Path, folders: Iterable[Path], profile: Profile, attested: Mapping[Kind, Sequence[str]]
) -> Register:
    """Read the register at ``path`` of the areas in ``folders``.

    ``attested`` are the requirements that only a person can attest, for each kind.

    Raises:
        TadpError: it cannot be read, or a cell has something that is not an answer; the error
            names each such cell.
    """
    sheet = open_sheet(path, HEADINGS)
    reading = _Reading(sheet, RegisterFiles(path, tuple(folders), profile), attested)
    return reading.register(path)


def attestable(catalogue: Catalogue) -> dict[Kind, list[str]]:
    """Return the requirements that only a person can attest, by kind of submission."""
    attested = [r for r in catalogue.requirements() if "attested" in r.checks]
    return {kind: [r.id for r in attested if kind in r.kinds] for kind in KINDS.values()}


def _is_foreign(file: AreaFile) -> bool:
    """Return True if another program wrote ``file``: it has to go, and needs no row."""
    with suppress(SubmissionError):
        content = Content.of_file(file.name, file.path)
        return foreign(content) is not None or is_message(content)
    return False


class _User(Struct, frozen=True):
    """A row about a User ID, and about a User Role if it has one."""

    user_id: str
    role: str
    live: bool | None


class _Found(Struct):
    """The content of the rows, as it is read; ``lost`` are those whose file is not there."""

    lost: list[Lost] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    rows: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    users: list[_User] = field(default_factory=list)
    #: User ID and User Role, and the ADT File that a row has for them.
    files: dict[tuple[str, str], str] = field(default_factory=dict)
    requests: dict[str, datetime | None] = field(default_factory=dict)
    incidents: dict[str, str] = field(default_factory=dict)
    #: The request of the file that the one of a request replaces.
    replaced: dict[str, str] = field(default_factory=dict)


class _Reading:
    """Reads a register, and collects what is wrong with its cells."""

    def __init__(
        self, sheet: Sheet, files: RegisterFiles, attested: Mapping[Kind, Sequence[str]]
    ) -> None:
        self._sheet = sheet
        self._files = files
        self._attested = attested
        self._columns: dict[str, int] = {}
        self._errors: list[TadpError] = []
        self._found = _Found()

    def register(self, path: Path) -> Register:
        rows = self._sheet.rows()
        first = next(rows, None)
        if first is None:
            raise TadpError("has no rows", where=self._sheet.name, remedy=_REMEDY)
        self._headings(first)
        for count, row in enumerate(rows):
            if count >= MAXIMUM_ROWS:
                raise TadpError(f"has more than {MAXIMUM_ROWS:,} rows", where=self._sheet.name)
            if not self._errors[100:]:
                self._row(row)
        self._match()
        if self._errors:
            raise collected(self._errors, TadpError, self._sheet.name)
        found = self._found
        known = bool(found.users) and all(user.live is not None for user in found.users)
        return Register(
            path,
            found.rows,
            tuple(self._setters()) if known else None,
            tuple(dict.fromkeys(u.user_id for u in found.users if u.live)),
            found.requests,
            found.incidents,
            tuple(
                name
                for name, file in self._files.wanted.items()
                if name not in found.rows and not file.lone_signature and not _is_foreign(file)
            ),
            found.replaced,
            tuple(found.remarks),
            tuple(found.unused),
            tuple(found.expected),
        )

    def _match(self) -> None:
        """Use the rows that are left for files that have none."""
        found, matching = self._found, RowMatching(self._files, self._found.rows)
        for lost, name in matching.matches(found.lost):
            if name is None:
                missing = self._files.elsewhere(lost.name) or self._files.missing(lost.name)
                what = f"{FILE}: {missing.what}"
                found.unused.append(str(TadpError(what, where=lost.where, remedy=missing.remedy)))
                found.expected.append(lost.name)
            else:
                found.remarks.append(str(lost.used_for(self._files.wanted[name])))
                self._entries(lost.row, name, lost.kind)
        for name, other in matching.shared():
            found.rows.setdefault(name, found.rows[other])

    def _setters(self) -> Iterator[AdtSetter]:
        for user in self._found.users:
            if user.role and user.live:
                file = self._found.files.get((user.user_id, user.role))
                yield AdtSetter(user.user_id, user.role, file)

    def _headings(self, row: Row) -> None:
        known = {key_of(name): name for name in HEADINGS}
        for index, value in enumerate(row.values):
            if is_blank(value):
                continue
            name = known.get(key_of(value))
            place = f"{self._sheet.name}, {self._sheet.place(row.number, index)}"
            if name is None or name in self._columns:
                what = "is there twice" if name else "is not one of a register"
                raise TadpError(
                    f"the heading {str(value)[:60]!r} {what}",
                    where=place,
                    remedy="`tadp area register` writes a sheet with all headings",
                )
            self._columns[name] = index
        for name in (FILE, KIND):
            if name not in self._columns:
                place = f"{self._sheet.name}, {self._sheet.place(row.number, None)}"
                raise TadpError(f"there is no heading {name!r}", where=place, remedy=_REMEDY)

    def _row(self, row: Row) -> None:
        kind = self._text(row, KIND)
        if kind.casefold() == OF_USER.casefold():
            self._user(row)
            return
        named = {name.casefold(): one for name, one in KINDS.items()}.get(kind.casefold())
        if named is None:
            names = ", ".join((*KINDS, OF_USER))
            what = f"{kind[:40]!r} is not a kind of row"
            self._wrong(row, KIND, TadpError(what, remedy=f"write one of: {names}"))
            return
        self._file(row, named)

    def _user(self, row: Row) -> None:
        user_id, live = self._text(row, USER_ID).upper(), self._text(row, LIVE)
        if not re.fullmatch(EUI64, user_id):
            what, right = f"{user_id[:40]!r} is not a User ID", "write 70-00-00-00-00-00-00-01"
            self._wrong(row, USER_ID, TadpError(what, remedy=right))
            return
        try:
            known = yes_or_no(live) if live else None
        except TadpError as error:
            self._wrong(row, LIVE, error)
            return
        self._found.users.append(_User(user_id, self._text(row, USER_ROLE), known))

    def _file(self, row: Row, kind: Kind) -> None:
        name = self._text(row, FILE)
        if name not in self._files.known:
            said = read_name(name, self._files.profile.references).user_id
            user_id = said or self._text(row, USER_ID).upper()
            place = self._sheet.place(row.number, self._columns.get(FILE))
            where = f"{self._sheet.name}, {place}"
            self._found.lost.append(Lost(row, kind, name, user_id, where))
            return
        if name in self._found.rows:
            what = f"{name[:200]!r} has a row already"
            self._wrong(row, FILE, TadpError(what, remedy="delete one of the two"))
            return
        self._entries(row, name, kind)

    def _entries(self, row: Row, name: str, kind: Kind) -> None:
        """Read what a row says of the file ``name``."""
        contradicted = self._contradicted(row)
        if contradicted is not None:
            what = "the row says that there was none, and says more of it"
            remedy = "write the number, or leave the other cells empty"
            self._wrong(row, heading(contradicted), TadpError(what, remedy=remedy))
            return
        manifest: dict[str, Any] = {"submission": 1, "kind": kind.value}
        for fact in OF_FILES:
            if kind in fact.kinds and not is_blank(self._value(row, heading(fact))):
                self._fact(row, fact, manifest)
        self._rest(row, name, kind, manifest)

    def _contradicted(self, row: Row) -> Fact | None:
        """Return the fact that a row denies while it says more about it."""
        for fact in OF_FILES:
            if fact.absent and self._text(row, heading(fact)).casefold() == NONE:
                more = [f for f in OF_FILES if f.key.startswith(f"{fact.absent}.") and f != fact]
                if any(self._text(row, heading(one)) for one in more):
                    return fact
        return None

    def _fact(self, row: Row, fact: Fact, manifest: dict[str, Any]) -> None:
        said = self._value(row, heading(fact))
        text = plain(said).casefold() if isinstance(said, str) else ""
        if fact.key == "completed_at" and text == NOT_YET:
            return
        if fact.absent and text == NONE:
            put(manifest, fact.absent, None)
            return
        try:
            entry = entry_of(fact, said, self._files.find)
        except TadpError as error:
            self._wrong(row, heading(fact), error)
            return
        if entry is not None:
            put(manifest, fact.key, entry)
            with_holder(manifest, fact, said, self._files.find)

    def _rest(self, row: Row, name: str, kind: Kind, manifest: dict[str, Any]) -> None:
        """Keep a row, and what of it is about the whole area."""
        found = self._found
        number = (manifest.get("references", {}).get("smsr") or {}).get("number")
        incident = (manifest.get("references", {}).get("incident") or {}).get("number")
        completed = self._text(row, _COMPLETED)
        if number and ("completed_at" in manifest or completed.casefold() == NOT_YET):
            at = manifest.get("completed_at")
            found.requests[number] = None if at is None else parse_moment(at, name)
        if number and incident:
            found.incidents[number] = incident
        before = (manifest.get("replaces") or {}).get("file")
        if number and before:
            said = read_name(Path(before).name, self._files.profile.references)
            found.replaced |= {number: said.reference} if said.reference else {}
        if kind is Kind.ADT:
            user_id = self._text(row, USER_ID).upper()
            for role in re.split(r"[\s,;]+", self._text(row, USER_ROLE)):
                found.files.setdefault((user_id, role), name)
        by = manifest.pop("attestations", None)
        if by:
            ids = self._attested.get(kind, ())
            manifest["attestations"] = [{"requirement": one, **by[0]} for one in ids]
        self._found.rows[name] = self._fitting(row, manifest)

    def _fitting(self, row: Row, manifest: dict[str, Any]) -> dict[str, Any]:
        """Return a row's manifest, in which what belongs together has to be together."""
        for problem in problems("submission", manifest):
            key = ".".join(map(str, problem.path))
            missing = next((f for f in FACTS if f.key.startswith(key)), FACTS[0])
            what = f"{problem.what}: {key}" if key else problem.what
            self._wrong(row, heading(missing), TadpError(what, remedy=problem.right or None))
        return manifest

    def _value(self, row: Row, name: str) -> Value:
        value = row.at(self._columns[name]) if name in self._columns else ""
        # Of the CSV: what keeps a program from taking text for a formula.
        quoted = isinstance(value, str) and value[:1] == "'" and value[1:2] in FORMULA
        return value[1:] if quoted and isinstance(value, str) else value

    def _text(self, row: Row, name: str) -> str:
        return plain(self._value(row, name))

    def _wrong(self, row: Row, name: str, error: TadpError) -> None:
        place = self._sheet.place(row.number, self._columns.get(name))
        where = f"{self._sheet.name}, {place}"
        what = f"{error.where}: {error.what}" if error.where else error.what
        self._errors.append(TadpError(f"{name}: {what}", where=where, remedy=error.remedy))


_REMEDY = "`tadp area register FOLDER -o register.xlsx` writes one"
