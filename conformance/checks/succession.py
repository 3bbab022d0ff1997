"""Which ADT File of a User ID DCC took last, and whether Live has it (guidance 1.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from conformance.checks.area_files import AreaFiles
from conformance.findings import Finding, Place
from conformance.submission.area.spot import Folder
from conformance.submission.area.survey import AreaFile
from conformance.submission.moments import format_moment

#: The entries of the profile by which the folders of an area are known.
PLACES = ("delivery.folders", "delivery.live", "delivery.archives")


class Succession(Struct, frozen=True):
    """Return the file of a User ID whose request DCC completed last, by ``requests``.

    Files whose request may or may not be completed are added to ``waiting``.
    """

    area_files: AreaFiles
    requests: Mapping[str, datetime | None]
    waiting: list[AreaFile]

    def faults(self, there: Sequence[AreaFile], files: list[AreaFile]) -> Iterator[Finding]:
        """The file that was taken last, if it is not the one ``there``, in Live."""
        live = there[0] if there else None
        last = self._last(live, files)
        if live is None:
            if last is not None:
                yield self._behind(None, last, None)
            return
        if live.reference is None or live.reference not in self.requests:
            said = self.area_files.survey.requests
            if last is not None and self._replaces(last[1], live):
                yield self._behind(live, last, None)
                return
            # Where nothing is said of any request, Live is believed.
            if last is not None or (live.reference and said and live.reference not in said):
                self.waiting.append(live)
            return
        since = self.requests[live.reference]
        if last is not None and (since is None or since < last[0]):
            yield self._behind(live, last, since)
        elif since is None:
            yield self._early(live)

    def _last(
        self, live: AreaFile | None, files: list[AreaFile]
    ) -> tuple[datetime, AreaFile] | None:
        """Return which of the files outside Live was taken last, and when."""
        last: tuple[datetime, AreaFile] | None = None
        for file in files:
            if live is not None and self._is_in_force(file, live):
                continue
            if file.reference is None or file.reference not in self.requests:
                # An old one says nothing where there is a newer one in Live.
                if live is None or file.spot.folder is not Folder.ARCHIVE:
                    self.waiting.append(file)
                continue
            taken = self.requests[file.reference]
            if taken is not None and (last is None or last[0] < taken):
                last = (taken, file)
        return last

    def _replaces(self, file: AreaFile, live: AreaFile) -> bool:
        """Return True if ``file`` replaces the one in Live, at once or by others in between."""
        reference, replaced = file.reference, self.area_files.survey.replaced
        for _ in replaced:
            reference = replaced.get(reference or "")
            if reference is not None and reference == live.reference:
                return True
        return False

    def _is_in_force(self, file: AreaFile, live: AreaFile) -> bool:
        """Return True if ``file`` is the one in Live: the same request, or else the same bytes."""
        if file.reference is not None and file.reference == live.reference:
            return True
        mine = self.area_files.digest(file)
        return mine is not None and mine == self.area_files.digest(live)

    def _early(self, live: AreaFile) -> Finding:
        return Finding(
            "DCC has not completed the request of the file in Live",
            found=f"{live.reference}, which is not completed",
            expected="a file whose request DCC has completed",
            place=Place(live.name),
            notes=("live-folder",),
            profile=PLACES,
            hint="Put it into the folder for new submissions, if it was put into Live by hand; "
            "ask DCC's Service Centre which file is in production.",
        )

    def _behind(
        self, live: AreaFile | None, last: tuple[datetime, AreaFile], since: datetime | None
    ) -> Finding:
        moment, file = last
        found, hint = "none", None
        if live is not None:
            if live.reference in self.requests and since is None:
                hint = f"Move {live.name}, with its signature, to the folder for new submissions: "
                hint += f"its request is not completed. Have {file.name} put into Live."
            when = f"completed {format_moment(since) if since else 'never'}"
            if live.reference not in self.requests:
                when = f"which {file.reference} replaces"
            compared = self.area_files.difference(live, file)
            found = f"{live.reference}, {when}"
            found += f"; against it {file.reference} has {compared}" if compared else ""
        return Finding(
            "the file in Live is not the one whose request DCC completed last",
            found=found,
            expected=f"{file.name}, whose request was completed {format_moment(moment)}",
            place=Place(live.name if live else None),
            notes=("live-folder",),
            profile=PLACES,
            hint=hint if hint and hint.isprintable() else None,
        )
