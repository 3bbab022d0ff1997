"""The files that came together, in a message or an archive: which are submissions, and which not.

A signature goes with the file that it is over, or else with the one that it is named after.
Images, contact cards and the like are passed over, and listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.foreign import HEAD, Foreign, foreign
from conformance.model.requirement import Kind
from conformance.signature.containers import CONTAINERS, detached_suffixes
from conformance.signature.containers.base import CERTIFICATE_SUFFIX
from conformance.signature.recognition import CMS_SHAPES, recognise
from conformance.submission.archive import files_of
from conformance.submission.area.naming import Name
from conformance.submission.area.stray import Stray, no_submission
from conformance.submission.misnamed import encloses
from conformance.submission.names import name_inside, without_extra
from conformance.submission.stated import is_stated, stated_digests
from conformance.submission.strayed import Strayed

#: Returns which kind of file something is by its name or its content, if either says so.
KindOf = Callable[[Content], Kind | None]

#: Names that mail servers give to the text below a message that they turn into a file.
_FOOTER = re.compile(r"ATT\d+\.(?:txt|html?)", re.IGNORECASE)
#: The name that mail programs give to the signature over a whole message.
_OF_MESSAGE = "smime.p7s"
_PEM_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
#: Files that may have been sent by mistake instead of the CSV file, the likeliest first.
_MISTAKES = (
    Foreign.ZIP, Foreign.EXCEL, Foreign.OLD_EXCEL, Foreign.OPEN_DOCUMENT, Foreign.LOCKED,
    Foreign.APPLE,
    Foreign.ARCHIVE, Foreign.OFFICE, Foreign.WORD, Foreign.PDF, Foreign.XML, Foreign.RICH_TEXT,
)  # fmt: skip


class Attachment(Struct, frozen=True):
    """A file that came with others, and the media type that a message states for it."""

    content: Content
    media_type: str = ""

    @property
    def name(self) -> str:
        """Its name without the folders that it was in."""
        return PurePosixPath(self.content.name).name

    @property
    def is_signature(self) -> bool:
        """Return True if it is a signature of another file, by its type or its name."""
        if any(self.media_type in one.media_types for one in CONTAINERS.values()):
            return True
        return (without_extra(self.name) or self.name).lower().endswith(detached_suffixes())

    @property
    def owner(self) -> str:
        """Return the name of the file that it is a signature of by its own, without capitals."""
        return (name_inside(without_extra(self.name) or self.name) or "").casefold()


class Enclosed(Struct, frozen=True):
    """The files of one submission; ``archive`` is the name of the archive they were in.

    ``report`` is the one Quarantined Communications Report that came with a QCAF. ``strayed`` is
    the signature of a file that is not in an archive, if it is, or may be, in one.
    """

    file: Content | None = None
    signature: Content | None = None
    certificate: Content | None = None
    archive: str | None = None
    report: Content | None = None
    strayed: Strayed | None = None

    @property
    def name(self) -> str | None:
        """The name of the file, without the folders of an archive."""
        return None if self.file is None else PurePosixPath(self.file.name).name


class Attached(Struct, frozen=True):
    """The submissions among attachments, and the attachments that belong to none.

    ``packed``: there is a file of Outlook's with attachments in it, which is not opened.
    """

    enclosed: tuple[Enclosed, ...] = ()
    passed_over: tuple[Stray, ...] = ()
    packed: bool = False


def sort_attachments(attachments: Sequence[Attachment], kind_of: KindOf) -> Attached:
    """Return which of ``attachments`` make up submissions, and why the others do not."""
    return _Sorter(kind_of).sort(attachments)


class _Sorter:
    """Takes one attachment after another out of those that are left."""

    def __init__(self, kind_of: KindOf, *, unpacks: bool = True) -> None:
        self._kind_of = kind_of
        self._unpacks = unpacks
        self._passed: list[Stray] = []
        self._foreign: list[tuple[Attachment, Foreign]] = []
        self._packed = False
        #: Why archives could not be opened, by their names.
        self._closed: dict[str, str] = {}
        #: Signatures in archives that could, with the names of these.
        self._packed_marks: list[tuple[str, Attachment]] = []

    def sort(self, attachments: Sequence[Attachment]) -> Attached:
        plain = [one for one in attachments if not self._is_passed_over(one)]
        names = {one.name.casefold() for one in plain}
        signatures = [one for one in plain if one.is_signature or one.owner in names]
        certificates = [one for one in plain if _is_certificate(one)]
        files = [one for one in plain if one not in signatures and one not in certificates]
        found = [
            Enclosed(file.content, _content(mark), _certificate(file, certificates))
            for file, mark in self._paired(files, signatures)
        ]
        used = {id(c) for one in found for c in (one.file, one.signature, one.certificate)}
        left = [one for one in signatures if id(one.content) not in used]
        for packed in self._unpacked(found):
            mark = _content(_signature_outside(packed, left))
            used.add(id(mark))
            found.append(replace(packed, signature=packed.signature or mark))
        found = [self._with_packed_signature(one) for one in found]
        if not found and not files:
            # There may be a signature, whose file was forgotten.
            found = [Enclosed(signature=one.content) for one in signatures[:1]]
            used.update(id(one.content) for one in signatures[:1])
        if not any(one.file for one in found):
            found = self._mistake() or found
        found = self._with_report(found, [one.content for one in plain])
        used.update(id(one.report) for one in found)
        for one in plain:
            if id(one.content) not in used:
                self._pass(one, self._reason(one))
        used.update(id(one.file) for one in found)
        for one, kind in self._foreign:
            why = self._closed.get(one.content.name)
            if id(one.content) not in used:
                self._pass(one, why or kind.title)
            elif why is not None:
                self._passed.append(Stray(one.content.name, why, noted=True))
        return Attached(tuple(found), tuple(self._passed), self._packed)

    def _pass(self, one: Attachment, why: str) -> None:
        self._passed.append(Stray(one.content.name, why))

    def _is_passed_over(self, one: Attachment) -> bool:
        """Return True if it is neither a CSV file nor a signature, and note what it is."""
        kind = foreign(one.content)
        if kind is Foreign.TNEF or one.media_type.endswith("ms-tnef"):
            self._packed = True
            self._pass(one, f"{Foreign.TNEF.title}: {Foreign.TNEF.remedy}")
        elif kind is Foreign.OUTLOOK:
            self._pass(one, f"{kind.title}: {kind.remedy}")
        elif kind is not None:
            self._foreign.append((one, kind))
        elif one.media_type.startswith("image/"):
            self._foreign.append((one, Foreign.IMAGE))
        elif why := no_submission(one.name, Name(None, None, None)):
            if _is_certificate(one):
                return False
            self._pass(one, why)
        else:
            return False
        return True

    # --- Files and their signatures ---------------------------------------------------------------

    def _paired(
        self, files: list[Attachment], signatures: list[Attachment]
    ) -> Iterator[tuple[Attachment, Attachment | None]]:
        """Yield the files that are, or may be, submissions, each with its signature."""
        marks = _signatures_of(files, signatures)
        likely = [one for one in files if one in marks or self._is_likely(one)]
        free = [one for one in signatures if one not in marks.values()]
        # A signature with the file in it, whatever it is called.
        around = [one for one in free if encloses(one.content)]
        free = [one for one in free if one not in around]
        if not likely and not around:
            csv = [one for one in files if one.name.lower().endswith(".csv")]
            others = [one for one in files if not _FOOTER.fullmatch(one.name)]
            likely = csv or others[:1]
        bare = [one for one in likely if one not in marks]
        if len(free) == len(bare) == 1 and not _is_of_message(free[0], bare[0]):
            marks[bare[0]] = free[0]
        for file in likely:
            yield file, marks.get(file)
        for one in around:
            yield one, None

    def _is_likely(self, one: Attachment) -> bool:
        if recognise(one.content.head(HEAD)) in CMS_SHAPES:
            return True
        return self._kind_of(one.content) in (Kind.ADT, Kind.QCAF)

    def _reason(self, one: Attachment) -> str:
        """Return why a file that is not of another program belongs to no submission."""
        if one.is_signature:
            return "a signature of none of the files that came with it"
        if _is_certificate(one):
            return "a certificate or a key"
        if self._kind_of(one.content) is Kind.REPORT:
            return f"a {Kind.REPORT.label}, which nothing here was compared with"
        return "neither an ADT File nor a QCAF"

    # --- Archives, and what was sent by mistake ---------------------------------------------------

    def _unpacked(self, found: list[Enclosed]) -> Iterator[Enclosed]:
        """Yield the submissions in zip archives, but for files that are there without one too."""
        archives = [pair for pair in self._foreign if pair[1] is Foreign.ZIP and self._unpacks]
        known = {one.file.digest("sha256") for one in found if one.file} if archives else ()
        for one, kind in archives:
            try:
                files = [Attachment(file) for file in files_of(one.content)]
                inside = _Sorter(self._kind_of, unpacks=False).sort(files)
            except SubmissionError as error:
                self._closed[one.content.name] = str(error).removeprefix(f"{one.content.name}: ")
                continue
            self._packed_marks += [(one.name, mark) for mark in files if mark.is_signature]
            new = [e for e in inside.enclosed if e.file and e.file.digest("sha256") not in known]
            if known:
                # Beside a file that may be a submission, something else in an archive is not one.
                new = [
                    e
                    for e in new
                    if e.signature or (e.file and self._is_likely(Attachment(e.file)))
                ]
            if new:
                self._foreign.remove((one, kind))
                for stray in inside.passed_over:
                    self._passed.append(Stray(f"{one.content.name}/{stray.name}", stray.why))
            for enclosed in new:
                yield replace(enclosed, archive=one.content.name)

    def _with_packed_signature(self, one: Enclosed) -> Enclosed:
        """Return ``one`` with the signature of its file that is, or may be, in another archive."""
        if one.file is None or one.signature is not None:
            return one
        marks = [mark for _, mark in self._packed_marks]
        mark = _signature_among(marks, Attachment(one.file))
        if mark is not None and one.archive is not None:
            return replace(one, signature=mark.content)
        if mark is not None:
            archive = next(name for name, other in self._packed_marks if other is mark)
            wanted = Attachment(one.file).name + PurePosixPath(mark.name).suffix
            remedy = f"Unpack {archive}, and send the signature that is in it by itself, called "
            remedy += f"{wanted}, with the file."
            return replace(one, strayed=Strayed(f"{archive}/{mark.name}", remedy))
        shut = [
            file.name
            for file, kind in self._foreign
            if kind is Foreign.ARCHIVE or file.content.name in self._closed
        ]
        if len(shut) != 1 or one.archive is not None:
            return one
        remedy = f"If the signature is in {shut[0]}, unpack it, and send the signature by itself, "
        remedy += "with the file. If there is none, sign the file."
        return replace(one, strayed=Strayed(shut[0], remedy, sure=False))

    def _with_report(self, found: list[Enclosed], files: list[Content]) -> list[Enclosed]:
        """Return ``found``, each QCAF with the one report that came with it, if there is one."""
        reports = [one for one in files if self._kind_of(one) is Kind.REPORT]
        if len(reports) != 1 or reports[0] in [one.file for one in found]:
            return found
        return [
            replace(one, report=reports[0])
            if one.report is None and one.file and self._kind_of(one.file) is Kind.QCAF
            else one
            for one in found
        ]

    def _mistake(self) -> list[Enclosed]:
        """Return what seems to have been sent instead of the CSV file, if anything does."""
        for kind in _MISTAKES:
            for one, known in self._foreign:
                if known is kind:
                    return [Enclosed(one.content)]
        return []


def _signature_outside(packed: Enclosed, signatures: Sequence[Attachment]) -> Attachment | None:
    """Return which of ``signatures``, not in the archive, goes with a file that is."""
    if packed.file is None or packed.signature is not None:
        return None
    return _signature_among(signatures, Attachment(packed.file))


def _signature_among(signatures: Sequence[Attachment], file: Attachment) -> Attachment | None:
    """Return which of ``signatures`` is over ``file``, or else named after it."""
    fits = (mark for fit in (_is_over, _is_named_after) for mark in signatures if fit(mark, file))
    return next(fits, None)


def _content(one: Attachment | None) -> Content | None:
    return None if one is None else one.content


def _is_certificate(one: Attachment) -> bool:
    return one.content.head(HEAD).lstrip().startswith(
        _PEM_CERTIFICATE
    ) or one.name.lower().endswith((".cer", ".crt", CERTIFICATE_SUFFIX))


def _certificate(file: Attachment, certificates: list[Attachment]) -> Content | None:
    """Return the certificate that is named after ``file``."""
    wanted = (file.name + CERTIFICATE_SUFFIX).casefold()
    return next((one.content for one in certificates if one.name.casefold() == wanted), None)


def _signatures_of(
    files: list[Attachment], signatures: list[Attachment]
) -> dict[Attachment, Attachment]:
    """Return the signature of each file that has one: by the content, then by the names."""
    marks: dict[Attachment, Attachment] = {}
    several = len(files) > 1 or len(signatures) > 1
    for fits in (_is_over, _is_named_after, _shares_stem) if several else (_is_named_after,):
        for mark in signatures:
            left = [one for one in files if one not in marks]
            if mark not in marks.values():
                file = next((one for one in left if fits(mark, one)), None)
                if file is not None:
                    marks[file] = mark
    return marks


def _is_over(mark: Attachment, file: Attachment) -> bool:
    """Return True if a signature states the digest of ``file``."""
    return is_stated(file.content, stated_digests(mark.content))


def _is_named_after(mark: Attachment, file: Attachment) -> bool:
    return mark.owner == file.name.casefold()


def _shares_stem(mark: Attachment, file: Attachment) -> bool:
    """Return True for adt.p7s and adt.csv."""
    return bool(mark.owner) and mark.owner == PurePosixPath(file.name).stem.casefold()


def _is_of_message(mark: Attachment, file: Attachment) -> bool:
    """Return True if a mail program made the signature over the message, not over ``file``."""
    return mark.name.lower() == _OF_MESSAGE and not _is_over(mark, file)
