"""A register: what only the User knows of the submissions in an area, a row for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.content import Content
from conformance.model.requirement import Kind
from conformance.submission.area.survey import AreaFile, Survey, joined
from conformance.submission.evidence import AdtSetter, Submission
from conformance.submission.manifest import Reader, described


class Register(Struct, frozen=True, dict=True):
    """A register that was read from ``path``.

    ``rows`` are by the names of files, each as entries of a manifest in which files have whole
    paths. ``setters`` are there if the register says of each User ID whether it is live, and
    ``live_user_ids`` are those that are. ``requests``, ``incidents`` and ``replaced`` are as in a
    ``Survey``.
    ``without_row`` are the names of submissions that are new or live and that it says nothing of;
    ``remarks`` say which rows were used for a file of another name, and ``unused`` which for none:
    ``expected`` are the names in those.
    """

    path: Path
    rows: Mapping[str, Mapping[str, Any]]
    setters: tuple[AdtSetter, ...] | None = None
    live_user_ids: tuple[str, ...] = ()
    requests: Mapping[str, datetime | None] = field(default_factory=dict)
    incidents: Mapping[str, str] = field(default_factory=dict)
    without_row: tuple[str, ...] = ()
    replaced: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()

    @cached_property
    def waiting(self) -> frozenset[str]:
        """The names of the files whose requests are not completed."""
        numbers = {number for number, at in self.requests.items() if at is None}
        return frozenset(name for name in self.rows if self.number_of(name) in numbers)

    def number_of(self, name: str) -> str | None:
        """Return the number of the request of a file, if its row has one."""
        smsr = self.rows.get(name, {}).get("references", {}).get("smsr")
        return smsr.get("number") if smsr else None

    def completed(self, submission: Submission, name: str) -> Submission:
        """Return the ``submission`` in the file ``name`` with what its row says.

        Raises:
            SubmissionError: the register, or a file that the row names, cannot be read.
        """
        row = self.rows.get(name)
        if row is None:
            return submission
        reader = _Files(submission.root, self._content)
        stated = described({**row, "kind": submission.kind.value}, reader, submission.source)
        if submission.kind is Kind.ADT:
            stated = replace(stated, sender=replace(stated.sender, adt_setters=self.setters))
        whole: Submission = over(submission, stated)
        if submission.delivery.folder is not None:
            # Where it is in the copy is where it was put, whatever anybody says.
            seen = submission.delivery.folder
            whole = replace(whole, delivery=replace(whole.delivery, folder=seen))
        return replace(whole, inputs=(*submission.inputs, *reader.inputs))

    def completed_area(self, area: Submission) -> Submission:
        """Return an ``area`` with what all rows together say.

        Raises:
            SubmissionError: the register cannot be read.
        """
        found = area.survey
        assert found is not None  # noqa: S101 - an area has one
        users = joined(found.live_user_ids, () if self.setters is not None else None)
        found = replace(
            found,
            files=tuple(self._of_its_request(file) for file in found.files),
            live_user_ids=None if users is None else joined(users, self.live_user_ids),
            requests={**found.requests, **self.requests},
            incidents={**found.incidents, **self.incidents},
            expected=self.expected,
            replaced=self.replaced,
            waiting=self.waiting | self._unsaid(found),
        )
        return replace(area, survey=found, inputs=(*area.inputs, self._content))

    def _unsaid(self, found: Survey) -> frozenset[str]:
        """Return the names that wait by the area's record, and of whose requests no row speaks."""
        said = {f.path.name for f in found.files if f.reference in self.requests}
        return frozenset(n for n in found.waiting - said if self.number_of(n) not in self.requests)

    def _of_its_request(self, file: AreaFile) -> AreaFile:
        """Return ``file`` under the request of its row: that in its name is wrong if it differs."""
        number = self.number_of(file.path.name)
        return replace(file, reference=number) if number else file

    @cached_property
    def _content(self) -> Content:
        # Once for all submissions, each of which has it among its inputs.
        return Content.of_input(str(self.path), self.path)


class _Files(Reader):
    """Reads the entries of a row, in which a file has its whole path."""

    def file(self, name: str | None) -> Content | None:
        if name is None:
            return None
        content = Content.of_file(Path(name).name, Path(name))
        self.inputs.append(content)
        return content


def over(known: Any, stated: Any) -> Any:
    """Return ``known`` with all that ``stated`` says beyond it or against it, part by part."""
    if stated is None or stated == () or (stated is False and known is not None):
        return known
    if not isinstance(stated, Struct) or type(known) is not type(stated):
        return stated
    names = stated.__struct_fields__
    parts = {name: over(getattr(known, name), getattr(stated, name)) for name in names}
    return replace(known, **parts)
