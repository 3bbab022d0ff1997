"""The file in Live beside the one that was submitted: guidance 1.4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from conformance.checks.area import DESCRIBED, SUBMITTED, named, not_copied
from conformance.checks.area_files import AreaFiles
from conformance.checks.context import Context
from conformance.checks.registry import check
from conformance.checks.succession import PLACES
from conformance.findings import Finding, NotApplicable, NotShown, Outcome, Place
from conformance.model.requirement import Kind, Requirement
from conformance.submission.area.spot import Folder
from conformance.submission.area.survey import AreaFile


@check("live-as-submitted")
def live_as_submitted(context: Context, _: Requirement) -> Iterator[Outcome]:
    """The file in Live is the one that was submitted under its Request Id (guidance 1.4)."""
    if context.reading("live-folder") == "described":
        yield DESCRIBED
        return
    area_files = AreaFiles.of(context)
    live = list(area_files.files(Kind.ADT, Folder.LIVE))
    if not live:
        yield not_copied(context, Folder.LIVE) or NotApplicable("the Live folder is empty")
        return
    comparison = _Comparison(area_files, list(area_files.files(Kind.ADT, *SUBMITTED)), [], [])
    several = {u for u, some in area_files.by_user(Kind.ADT, Folder.LIVE).items() if len(some) > 1}
    for file in live:
        yield from comparison.faults(file, alone=area_files.owner(file) not in several)
    if comparison.altered:
        yield NotShown(
            f"{named(comparison.altered)} was changed after it was signed, as is "
            "reported for that file; so Live cannot be compared with the submitted file",
            ("the file as it was signed",),
        )
    if comparison.without:
        yield NotShown(
            f"there is nothing to compare {named(comparison.without)} in Live with",
            ("the file as it was submitted",),
        )


class _Comparison(Struct, frozen=True):
    """Compares files in Live with those that were ``submitted``.

    Files in Live that there is nothing to compare with are added to ``without``, and those, in Live
    or as submitted, that were changed since they were signed to ``altered``.
    """

    area_files: AreaFiles
    submitted: Sequence[AreaFile]
    without: list[AreaFile]
    altered: list[AreaFile]

    def faults(self, live: AreaFile, *, alone: bool) -> Iterator[Finding]:
        """Yield what is wrong with a file in Live, which may be the only one of its User ID."""
        digest = self.area_files.digest(live)
        if live.reference is None or digest is None:
            self.without.append(live)
            return
        copies = self._copies(live)
        if any(self.area_files.digest(copy) == digest for copy in copies):
            return
        if not copies:
            # Whatever User ID its name has: that is a fault of the name.
            same = self._of_same_bytes(live, digest)
            if same is None or (same.reference != live.reference and not alone):
                self.without.append(live)
            elif same.reference != live.reference:
                yield _of_another_request(live, same)
        elif (altered := self._altered(live, copies)) is not None:
            self.altered.append(altered)
        else:
            yield Finding(
                "the file in Live is not the one that was submitted under its Request Id",
                found=self.area_files.difference(copies[0], live) or "other bytes",
                expected=f"the same file as {copies[0].name}",
                place=Place(live.name),
                notes=("live-folder",),
                profile=PLACES,
            )

    def _copies(self, live: AreaFile) -> list[AreaFile]:
        """Return the files of its request and User ID that can be read."""
        owner = self.area_files.owner(live)
        return [
            file
            for file in self.submitted
            if file.reference == live.reference
            and self.area_files.owner(file) == owner
            and self.area_files.digest(file) is not None
        ]

    def _of_same_bytes(self, live: AreaFile, digest: bytes) -> AreaFile | None:
        """Return the same file under another name; old ones only of the same request."""
        others = (
            file
            for file in self.submitted
            if file.reference == live.reference
            or (file.reference is not None and file.spot.folder is not Folder.ARCHIVE)
        )
        return next((file for file in others if self.area_files.digest(file) == digest), None)

    def _altered(self, live: AreaFile, copies: Sequence[AreaFile]) -> AreaFile | None:
        """Return which of the files was changed, if the signatures show it."""
        signed = self.area_files.is_signed
        if signed(live):
            return None if any(signed(copy) for copy in copies) else copies[0]
        is_over = self.area_files.has_signature_of
        return live if any(signed(copy) and is_over(live, copy) for copy in copies) else None


def _of_another_request(live: AreaFile, other: AreaFile) -> Finding:
    return Finding(
        "the file in Live was submitted under another Request Id",
        found=f"{other.reference} in the name of {other.name}, which is the same file",
        expected=f"{live.reference}, as in Live",
        place=Place(live.name),
        notes=("live-folder",),
        profile=PLACES,
        hint="Look up the number of the Service Request in the SSI, and correct the name that has "
        "a different one.",
    )
