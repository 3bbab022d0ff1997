"""The files of an area, looked up when a check asks for them and not before.

Names show most of it, so that an area of ten thousand files is audited by its names, and only the
files that have to be compared, or whose names do not show whose they are, are opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from conformance.checks.context import Context
from conformance.checks.memory import once
from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.foreign import foreign
from conformance.model.reference_shape import mentions
from conformance.model.requirement import Kind
from conformance.phrases import counted
from conformance.records.adt_change import Kind as ChangeKind
from conformance.records.adt_change import compare
from conformance.records.adt_rules import read_rules
from conformance.submission.area.spot import Folder
from conformance.submission.area.survey import AreaFile, Survey
from conformance.submission.evidence import Submission
from conformance.submission.hints import CliHints
from conformance.submission.kind import is_message
from conformance.submission.lone import kind_in, read_each
from conformance.submission.stated import is_stated, stated_digests

#: The largest file whose rules are compared, in bytes; a larger one is reported to differ.
LARGEST = 32 << 20


class AreaFiles:
    """The files of the area that ``context`` is about."""

    def __init__(self, context: Context) -> None:
        self.survey = context.submission.survey or Survey(context.submission.root)
        self._setting = context.setting
        self._owners: dict[str, str | None] = {}
        self._kinds: dict[str, Kind] = {}
        self._digests: dict[str, bytes | None] = {}
        self._contents: dict[str, Content] = {}

    @staticmethod
    @once
    def of(context: Context) -> AreaFiles:
        """Return the files of the area of a context."""
        return AreaFiles(context)

    def files(self, kind: Kind, *folders: Folder) -> Iterator[AreaFile]:
        """The files of a kind in these folders, without signatures whose file is not there."""
        for file in self.survey.files:
            if (
                file.spot.folder in folders
                and self.kind(file) is kind
                and (not file.lone_signature or self.digest(file) is not None)
            ):
                yield file

    def kind(self, file: AreaFile) -> Kind:
        """Return the kind of a file: its folder's, unless its name and its records differ."""
        if file.name not in self._kinds:
            tags = self._setting.profile.delivery.tags
            kind, name = file.spot.kind, file.path.name
            if any(mentions(name, tag) for other, tag in tags.items() if other is not kind):
                with suppress(SubmissionError):
                    kind = kind_in(file.spot, self.content(file), self._setting.profile)
            self._kinds[file.name] = kind
        return self._kinds[file.name]

    def bare_signatures(self) -> Iterator[AreaFile]:
        """Signatures whose file is neither beside them nor in them."""
        for file in self.survey.files:
            if file.lone_signature and self.digest(file) is None:
                yield file

    def by_user(self, kind: Kind, *folders: Folder) -> dict[str | None, list[AreaFile]]:
        """Those files by the User ID that they are for, or under None if nothing shows it."""
        found: dict[str | None, list[AreaFile]] = {}
        for file in self.files(kind, *folders):
            found.setdefault(self.owner(file), []).append(file)
        return found

    def owner(self, file: AreaFile) -> str | None:
        """The User ID that a file is for: as its name says, or else as its records do."""
        if file.user_id is not None:
            return file.user_id
        if file.name not in self._owners:
            opened = self._open(file)
            try:
                self._owners[file.name] = opened.file_user_id if opened else None
            except SubmissionError:
                self._owners[file.name] = None
        return self._owners[file.name]

    def content(self, file: AreaFile) -> Content:
        """The bytes of a file, in the state in which it was when they were first asked for.

        Raises:
            SubmissionError: the file cannot be looked at.
        """
        if file.name not in self._contents:
            self._contents[file.name] = Content.of_file(file.name, file.path)
        return self._contents[file.name]

    def digest(self, file: AreaFile) -> bytes | None:
        """SHA-256 of the CSV file that was signed; nothing if it cannot be got at."""
        if file.name not in self._digests:
            data = self.data(file)
            try:
                self._digests[file.name] = data.digest("sha256") if data is not None else None
            except SubmissionError:
                self._digests[file.name] = None
        return self._digests[file.name]

    def data(self, file: AreaFile) -> Content | None:
        """The CSV file, out of its container; nothing if it cannot be got at, or is none."""
        context = self._open(file)
        try:
            opened = context.opened if context is not None else None
        except SubmissionError:
            return None
        if opened is None or (file.lone_signature and opened.container is None):
            return None
        # Another program's file is the fault of clause 6.1, and has no rules to compare.
        data = opened.data
        return None if data is None or foreign(data) or is_message(data) else data

    def is_signed(self, file: AreaFile) -> bool:
        """Return True if a signature in the file, or beside it, is over its bytes."""
        try:
            opened = Context(self._signed(file), self._setting).opened
        except SubmissionError:
            return False
        return opened is not None and opened.container is not None and not opened.faults

    def has_signature_of(self, file: AreaFile, other: AreaFile) -> bool:
        """Return True if the signature beside ``file`` is over ``other``."""
        with suppress(SubmissionError):
            mark, data = self._signed(file).signature, self.data(other)
            return (
                isinstance(mark, Content)
                and data is not None
                and is_stated(data, stated_digests(mark))
            )
        return False

    def _signed(self, file: AreaFile) -> Submission:
        """Return a file with its signature.

        Raises:
            SubmissionError: one of them cannot be read.
        """
        hints = CliHints(kind=self.kind(file))
        return read_each(self.content(file), file.path, hints, self._setting.profile)[0]

    def difference(self, old: AreaFile, new: AreaFile) -> str | None:
        """How many rules ``new`` has other than ``old``; nothing if that is not known."""
        one, other, opened = self.data(old), self.data(new), self._open(new)
        form = opened.format if opened is not None else None
        if one is None or other is None or opened is None or form is None or not form.key:
            return None
        if max(len(one), len(other)) > LARGEST:
            return None
        layout = opened.layout(form)
        try:
            change = compare(read_rules(one, layout), read_rules(other, layout))
        except SubmissionError:
            return None
        counts = {kind: change.count(kind) for kind in reversed(ChangeKind)}
        said = [f"{counted(n, 'rule')} {kind}" for kind, n in counts.items() if n]
        return ", ".join(said) or "the same rules in other bytes"

    def _open(self, file: AreaFile) -> Context | None:
        """A context of a file by itself; it is not kept, so that memory stays bounded."""
        try:
            content = self.content(file)
        except SubmissionError:
            return None
        lone = Submission(file.name, self.kind(file), file.path.parent, file=content)
        return Context(lone, self._setting)
