"""A submission in memory: a manifest, a CSV file, other files, and how it is to be signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.model.catalogue import Catalogue
from conformance.model.profile import FileFormat, Profile
from conformance.model.requirement import Delivered, Kind, Requirement, SetBy, Subject
from conformance.records import Dialect, Layout
from conformance.submission.names import AREA, PUBLICATION, SUBMISSION
from generators.signing import Signing, sign

#: The name of the manifest of each kind of draft.
MANIFESTS = {Kind.PUBLICATION: PUBLICATION, Kind.AREA: AREA}
_TIMES = ("sent_at", "published_at", "copied_at")


class Ground(Struct, frozen=True):
    """The model and the profile that drafts are made from."""

    catalogue: Catalogue
    profile: Profile

    @property
    def service_desk(self) -> tuple[str, ...]:
        """Where emails to the Service Desk go: unless the profile knows, to the Service Centre."""
        rules = self.profile.delivery
        return rules.service_desk_mailboxes or rules.contingency_mailboxes

    def method_of(self, edition: str) -> str | None:
        """Return the delivery method that the clauses name, where they leave no choice to DCC."""
        named = (
            requirement.parameters.get("method")
            for requirement in self.catalogue.requirements(edition)
            if "delivery-method" in requirement.checks
        )
        return next((str(method) for method in named if method is not None), None)

    def __repr__(self) -> str:
        return "Ground(...)"  # who reads of a draft needs none of the model


@lru_cache(maxsize=64)
def layout_of(profile: Profile, kind: Kind) -> Layout:
    """Return what a file of ``kind`` looks like under ``profile``."""
    return Layout(profile.files[kind], Dialect(), profile.readings)


@lru_cache(maxsize=64)
def _layout_for(profile: Profile, kind: Kind, request: str) -> Layout:
    """Return what a file of ``kind`` looks like that is about the request of that number."""
    return replace(layout_of(profile, kind), request=request, columns=())


class Draft(Struct, frozen=True, dict=True):
    """A submission, or a publication, not yet written.

    ``manifest`` lacks the names of the signed files, which writing adds; ``csv`` is the file to
    be signed; ``files`` holds the others, by name. An area has them all in ``files``, by path.
    """

    ground: Ground
    kind: Kind
    edition: str
    manifest: Mapping[str, Any]
    csv: bytes | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    signing: Signing | None = None
    signed_at: datetime | None = None

    @property
    def profile(self) -> Profile:
        return self.ground.profile

    @property
    def format(self) -> FileFormat:
        """The form of the CSV file.

        Raises:
            KeyError: a draft of this kind has none.
        """
        return self.profile.files[self.kind]

    @property
    def layout(self) -> Layout:
        """Return what the CSV file looks like, whoever sends it."""
        request = self.manifest.get("references", {}).get("smsr", {}).get("number")
        if request:
            return _layout_for(self.profile, self.kind, request)
        return layout_of(self.profile, self.kind)

    @property
    def set_by(self) -> SetBy | None:
        """Who set the threshold, for a QCAF."""
        who = self.manifest.get("quarantine", {}).get("set_by")
        return SetBy(who) if who else None

    @property
    def file_name(self) -> str:
        """The name of the CSV file."""
        return f"{self.kind.value}.csv"

    @cached_property
    def requirements(self) -> tuple[Requirement, ...]:
        """The requirements that bear on this draft."""
        return tuple(
            requirement
            for requirement in self.ground.catalogue.requirements(self.edition)
            if self.kind in requirement.kinds
            and requirement.subject is not Subject.RECEIVER
            and requirement.set_by in (None, self.set_by)
            and self._is_delivered_so(requirement)
        )

    def _is_delivered_so(self, requirement: Requirement) -> bool:
        """Return True if a requirement on a delivery method bears on this draft's method."""
        method = self.manifest.get("delivery", {}).get("method")
        contingency = method == self.profile.delivery.contingency
        so = Delivered.CONTINGENCY if contingency else Delivered.FOLDER
        return requirement.delivered in (None, so)

    @cached_property
    def rendered(self) -> Mapping[str, bytes]:
        """Every file of the submission, by name, the manifest among them."""
        files = dict(self.files)
        names: dict[str, str] = {}
        if self.csv is not None:
            if self.signing is None or self.signed_at is None:
                files[self.file_name] = self.csv
                names["file"] = self.file_name
            else:
                signed = sign(self.file_name, self.csv, self.signing, self.signed_at)
                files[signed.file_name] = signed.file
                names["file"] = signed.file_name
                if signed.signature_name is not None and signed.signature is not None:
                    files[signed.signature_name] = signed.signature
                    names["signature"] = signed.signature_name
                if signed.certificate_name is not None and signed.certificate is not None:
                    files[signed.certificate_name] = signed.certificate
                    names["certificate"] = signed.certificate_name
        manifest = {**names, **self.manifest}
        name = MANIFESTS.get(self.kind, SUBMISSION)
        # The entry that says what the file is has the name of the file.
        head = (name.removesuffix(".json"), "kind", "edition", *_TIMES)
        ordered = {k: manifest[k] for k in (*head, *sorted(manifest)) if k in manifest}
        text = json.dumps(ordered, ensure_ascii=False, indent=2) + "\n"
        files[name] = text.encode()
        return files

    def write(self, directory: Path) -> None:
        """Write every file into ``directory``, which is made if need be."""
        directory.mkdir(parents=True, exist_ok=True)
        for name, data in self.rendered.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
