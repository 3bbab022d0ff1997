"""A whole profile that is guessed, and tried on the samples until it takes what it can of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import TadpError
from conformance.findings import Finding
from conformance.model.catalogue import Catalogue
from conformance.model.column import Role
from conformance.model.dialect import Quoting, RecordEnd
from conformance.model.profile import CharacterSet, Profile
from conformance.model.profile_loading import load_profile
from conformance.model.profile_problem import ProfileError
from conformance.model.requirement import Kind
from conformance.model.rule import Rule
from conformance.profiles.guessing.columns import by_names, by_values, require_action
from conformance.profiles.guessing.file import (
    ColumnGuess,
    FileGuess,
    KindGuess,
    key_of,
    record_bytes,
)
from conformance.profiles.guessing.kinds import of_layout, of_survey
from conformance.profiles.guessing.parts import apart_of
from conformance.profiles.guessing.quarantine import (
    Files,
    join_samples,
    reconcile,
    require_shared,
    with_counterpart,
)
from conformance.profiles.guessing.roles import role_by_name, roles_of
from conformance.profiles.guessing.seen import Seen
from conformance.profiles.guessing.survey import Survey
from conformance.profiles.guessing.text import text_of
from conformance.profiles.samples import KINDS, Sample, SampleResult, judge_samples
from conformance.signature import SignedInput, open_file

#: How often a guess is tried on the samples, and changed where it does not take them.
_TRIES = 40


class Source(Struct, frozen=True):
    """The source of a guessed profile: fields of records by kind, and samples of a kind."""

    layouts: Mapping[Kind, tuple[tuple[str, ...], ...]]
    samples: Sequence[tuple[Kind, Path]]

    @property
    def kinds(self) -> list[Kind]:
        """The kinds of files that anything is known of, in the order of their clauses."""
        known = {*self.layouts, *(kind for kind, _ in self.samples)}
        return [kind for kind in KINDS if kind in known]


class Draft(Struct, frozen=True):
    """The text of a guessed profile, and what the samples come to under it."""

    text: str
    results: tuple[SampleResult, ...]


def draft_of(source: Source, name: str, base: Profile, catalogue: Catalogue) -> Draft:
    """Return a profile called ``name`` that extends ``base``.

    Raises:
        TadpError: a sample cannot be read, or nothing can be made of it.
    """
    drafting = _Drafting(source, base, catalogue)
    for _ in range(_TRIES):
        text = drafting.text(name)
        results = _judged(source, text, catalogue)
        changes = [drafting.change(one) for one in results]
        if not any(changes):
            break
    return Draft(text, results)


def _judged(source: Source, text: str, catalogue: Catalogue) -> tuple[SampleResult, ...]:
    with TemporaryDirectory(prefix="tadp-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "guess.toml"
        path.write_text(text, "utf-8")
        try:
            profile = load_profile(str(path), catalogue)
        except ProfileError as error:
            # Values of the samples may be more than a profile can state, or tools can follow.
            first = error.problems[0]
            raise TadpError(
                f"what is seen cannot be stated in a profile: {first.entry}: {first.what}",
                where=" and ".join(str(file) for _, file in source.samples) or "the layout",
                remedy=first.right or None,
            ) from None
        samples = [Sample(file, True, kind) for kind, file in source.samples]
        return judge_samples(samples, profile, catalogue)


class _Drafting:
    """Guesses one profile."""

    def __init__(self, source: Source, base: Profile, catalogue: Catalogue) -> None:
        self._source, self._base, self._catalogue = source, base, catalogue
        sampled = dict.fromkeys(kind for kind, _ in source.samples)
        self._surveys = {kind: self._survey(kind) for kind in sampled}
        names = {kind: self._names(kind) for kind in source.kinds}
        if {Kind.REPORT, Kind.QCAF} <= names.keys():
            require_shared(names, source.layouts)
        if {Kind.REPORT, Kind.QCAF} <= self._surveys.keys():
            join_samples(self._surveys[Kind.REPORT], self._surveys[Kind.QCAF], names)
        self._files: Files = {kind: self._file(kind) for kind in source.kinds}
        self._words: set[Kind] = set()  # files in samples of which words are written for null
        self._fewest = dict.fromkeys(Kind, 0)  # columns of keys, after fewer did not do

    def _survey(self, kind: Kind) -> Survey:
        contents = []
        for path in (path for one, path in self._source.samples if one is kind):
            content = Content.of_input(str(path), path)
            opened = open_file(SignedInput(content), self._base.signature)
            contents.append(opened.data if opened.container and opened.data else content)
        survey = Survey(kind, apart_of(contents))
        for content in contents:
            survey.take(content)
        survey.require_data()
        layout = self._source.layouts.get(kind, ())
        if len(layout) == 1:
            survey.fit(len(layout[0]))
        width = len(survey.data.seen)
        if layout and [len(names) for names in layout] != [width]:
            fields = " and ".join(str(len(names)) for names in layout)
            raise TadpError(
                f"has {width} fields in each record with data, and the layout {fields}",
                where=survey.files[0],
                remedy="correct one of the two, or leave the layout out",
            )
        return survey

    def _names(self, kind: Kind) -> tuple[str, ...]:
        """Return the names of the columns of the records with the data."""
        layout, survey = self._source.layouts.get(kind), self._surveys.get(kind)
        if layout is not None:
            return layout[self._main(kind)]
        if survey is None:
            return ()
        return survey.header or _numbered(survey.data.seen)

    def _main(self, kind: Kind) -> int:
        """Return which record of a layout has the data: that whose fields mean the most."""
        layout = self._source.layouts[kind]
        roles = [[role_by_name(name, kind) for name in names] for names in layout]
        return max(
            range(len(layout)),
            key=lambda i: (sum(one is not Role.OTHER for one in roles[i]), len(layout[i])),
        )

    def _file(self, kind: Kind) -> FileGuess:
        survey, names = self._surveys.get(kind), self._names(kind)
        if survey is None:
            return self._of_layout(kind)
        breaches = () if kind is Kind.ADT else tuple(self._base.breaches)
        columns = by_values(names, survey.data.seen, self._catalogue, breaches)
        if kind is Kind.QCAF:
            place, guess = require_action(names, survey.data.seen, survey.files[0])
            columns[place].guesses = [guess]
        files = f"{len(survey.files)} files" if survey.files[1:] else survey.files[0]
        many = "s" * (survey.records != 1)
        said = f"guessed from {survey.records:,} record{many} in {files}"
        entries, notes = _entries(survey), _notes(survey)
        if len(survey.kinds) == 1:
            return FileGuess(kind, said, columns, survey.data.kept, entries, notes=notes)
        kinds = of_survey(survey, lambda seen: by_values(_numbered(seen), seen, self._catalogue))
        main = sorted(survey.kinds, key=lambda one: survey.kinds[one].at == -1).index(survey.main)
        if survey.apart.by_tag:
            columns[0] = (kinds[main].columns or columns)[0]
        whole = FileGuess(kind, said, columns, survey.data.kept, entries, notes=notes)
        return _with_kinds(whole, kinds, main)

    def _of_layout(self, kind: Kind) -> FileGuess:
        layout, main = self._source.layouts[kind], self._main(kind)

        def columns(names: Sequence[str]) -> list[ColumnGuess]:
            return by_names(kind, names, self._base, self._catalogue)

        said = "assumed from the names of its fields"
        if len(layout) == 1:
            return FileGuess(kind, said, columns(layout[0]))
        kinds = of_layout(layout, main, columns)
        return _with_kinds(FileGuess(kind, said, list(kinds[main].columns or ())), kinds, main)

    def text(self, name: str) -> str:
        """Return the profile as it is guessed by now."""
        for kind in self._surveys:
            self._give_roles(self._files[kind])
        files = with_counterpart(self._files)
        if Kind.QCAF in files:
            reconcile(files)
        keyed = [self._keyed(files, files[kind]) for kind in KINDS if kind in files]
        return text_of(name, self._base.name, keyed, self._tables(files))

    def _give_roles(self, file: FileGuess) -> None:
        tables = [(one.name, one.guess.entries) for one in file.columns]
        roles = roles_of(file.kind, tables, self._catalogue, self._base.breaches)
        for column, role in zip(file.columns, roles, strict=True):
            column.role = role

    def _keyed(self, files: Files, file: FileGuess) -> FileGuess:
        """Return ``file`` with its key; the report and the QCAF have the same."""
        both = [files[kind] for kind in (Kind.REPORT, Kind.QCAF) if kind in files]
        alike = [file] if file.kind is Kind.ADT else both
        sampled = any(one.rows for one in alike)
        fewest = max(self._fewest[one.kind] for one in alike)
        key = key_of(alike, fewest) if sampled or alike[0].likely else []
        why = "Guessed: no two records seen have the same values of these."
        if not sampled:
            why = "Assumed: what their names speak of identifies a record."
        elif not key:
            why = (
                "Guessed: some records seen are the same in every column that could identify them."
            )
        if not key and file.kind is not Kind.ADT:
            shared = [one for one in both[0].candidates() if one in both[1].candidates()]
            key = shared[: None if sampled else 1]
            why += " One is needed to find a communication again."
            if not key:
                raise TadpError(
                    "no column but that of the action could identify a communication",
                    where=f"the {both[0].kind.label}, {both[0].source}",
                    remedy="take a sample, or a layout, with the columns that do",
                )
        entries = dict(file.entries)
        if (survey := self._surveys.get(file.kind)) is not None:
            entries |= _readings(survey, words=file.kind in self._words)
        return replace(file, entries=entries, key=key, key_why=why)

    def _tables(self, files: Files) -> dict[str, dict[str, tuple[Any, str]]]:
        """Return the tables beside the files, with what each entry is guessed from."""
        breaches = {
            value: ("dcc" if "dcc" in value.lower() else "user", "Assumed: whose threshold it is.")
            for file in files.values()
            for column in file.columns
            if column.role is Role.BREACH
            for value in column.guess.entries["values"]
            if value not in self._base.breaches
        }
        return {"breaches": breaches} if breaches else {}

    def change(self, result: SampleResult) -> bool:
        """Change the guesses that a sample does not conform to; return True if any was."""
        file, changed = self._files[result.kind], False
        for failed in result.failed:
            if Rule.UNIQUE_KEY in failed.requirement.checks:
                changed |= self._longer_key(file)
                continue
            if Rule.NULL_FORM in failed.requirement.checks and file.kind not in self._words:
                self._words.add(file.kind)
                changed = True
                continue
            for column in {
                id(c): c for f in failed.findings for c in _columns_of(file, f)
            }.values():
                if column.taken + 1 < len(column.guesses):
                    column.taken += 1
                    changed = True
        return changed

    def _longer_key(self, file: FileGuess) -> bool:
        """Ask for more columns in the key; return False if there are no more."""
        fewest = self._fewest[file.kind] = max(self._fewest[file.kind], file.likely) + 1
        return fewest <= len(file.columns) + 1


def _numbered(seen: Sequence[Seen]) -> tuple[str, ...]:
    return tuple(f"Field{i}" for i, _ in enumerate(seen, 1))


def _with_kinds(file: FileGuess, kinds: Sequence[KindGuess], main: int) -> FileGuess:
    """Return ``file`` with its kinds of records; ``main`` has the file's columns."""
    own = [replace(one, columns=None) if i == main else one for i, one in enumerate(kinds)]
    body = [one for one in own if one.at is None]
    unit = {"unit": (kinds[main].name, "Assumed: these have the data.")} if body[1:] else {}
    return replace(file, kinds=own, entries={**file.entries, **unit})


def _columns_of(file: FileGuess, finding: Finding) -> Iterator[ColumnGuess]:
    """Yield the columns that a finding is about, by the entries of the profile that it names."""
    for entry in finding.profile:
        steps = entry.split(".")
        records = steps[3] if steps[2:3] == ["records"] else ""
        kinds = [one for one in file.kinds if one.name == records and one.columns is not None]
        columns = kinds[0].columns if kinds else file.columns
        yield from (one for one in columns or () if one.name == steps[-1])


def _entries(survey: Survey) -> dict[str, tuple[Any, str]]:
    characters = CharacterSet.PRINTABLE_ASCII
    why = "Guessed: all characters seen are printable ASCII."
    if survey.beyond:
        characters, why = CharacterSet.UTF_8, "Guessed: there are characters beyond ASCII."
        if survey.other:
            characters, why = CharacterSet.LATIN_1, "Guessed: not all bytes are UTF-8."
    elif survey.controls:
        characters, why = CharacterSet.ASCII, "Guessed: there are control characters, such as tabs."
    ended = "all files seen end" if survey.ended else "not all files seen end"
    length = f"Assumed: the longest record seen has {survey.longest:,} bytes."
    named = "Guessed: the first record has the names of the columns."
    closed = "Guessed: each record has one field more than the layout, and nothing in it."
    return {
        **({"header": ("names", named)} if survey.header else {}),
        **_quoting(survey),
        **({"record_end": (RecordEnd.SEPARATOR.value, closed)} if survey.closed else {}),
        "characters": (characters.value, why),
        "maximum_record_bytes": (record_bytes(survey.longest), length),
        "final_separator": ("either", f"Assumed: {ended} with a line feed."),
    }


def _quoting(survey: Survey) -> dict[str, tuple[Any, str]]:
    why = "Guessed: some fields are in quotation marks."
    return {"quoting": (Quoting.ALLOWED.value, why)} if survey.quoted else {}


def _readings(survey: Survey, *, words: bool) -> dict[str, tuple[Any, str]]:
    """Return the readings of notes by which samples conform; ``words``: of null as well."""
    known = {
        "byte-order-mark": ("ignored", survey.marked, "a sample begins with a byte order mark"),
        "null-form": ("words", words, "null is written as a word or as spaces"),
    }
    chosen = {note: reading for note, (reading, is_seen, _) in known.items() if is_seen}
    why = "; ".join(said for _, is_seen, said in known.values() if is_seen)
    return {"readings": (chosen, f"Guessed: {why}.")} if chosen else {}


def _notes(survey: Survey) -> list[str]:
    """Return what is seen of the files as a whole that no profile can state."""
    known = {
        "Records end in CR LF, where clause 6.1 has LF alone": survey.carriage,
        "Quotation marks are in values, where RFC 4180 has none": survey.bare,
    }
    return [f"{note}: no profile takes that." for note, is_seen in known.items() if is_seen]
